"""Words as they are compared: who looks for *Fatima* finds *FATIMA*, *Fátima* and, in Arabic, each spelling.

NFKC, small letters, no accents and no vowel signs; of Arabic letters that are written now one way and now another
(alef with and without hamza, final ya, ta marbuta, the lengthening stroke) one form; all digits as Latin ones.
"""

import re
import unicodedata

# one form for what is written several ways: Unicode names would be longer than the letters
_LETTERS = str.maketrans(
    {
        "\u0622": "\u0627",  # alef with madda → alef
        "\u0623": "\u0627",  # alef with hamza above
        "\u0625": "\u0627",  # alef with hamza below
        "\u0671": "\u0627",  # alef wasla
        "\u0649": "\u064a",  # alef maksura → ya
        "\u06cc": "\u064a",  # Persian ya
        "\u0629": "\u0647",  # ta marbuta → ha
        "\u0624": "\u0648",  # waw with hamza → waw
        "\u0626": "\u064a",  # ya with hamza → ya
        "\u06a9": "\u0643",  # Persian kaf
        "\u0640": None,  # tatweel
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "œ": "oe",
        "æ": "ae",
    }
)
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """The text as it is compared. Folding what is folded changes nothing."""
    # Vowel signs and accents are marks of their own once letters are taken apart; hamza above or below is one too.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    plain = unicodedata.normalize("NFC", bare).translate(_LETTERS)
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in plain)


def terms(text: str) -> list[str]:
    """The words of a text, folded, each once, in their order."""
    return list(dict.fromkeys(_WORD.findall(fold(text))))
