"""Words as they are compared: who looks for *Fatima* finds *FATIMA*, *Fátima* and, in Arabic, each spelling.

Small letters, no accents and no vowel signs; of letters that are written now one way and now another (alef with and
without hamza, final ya, ta marbuta, the lengthening stroke) one form; all digits as Latin ones; signs part words.
"""

import unicodedata

# Letters of the Arabic script that are written one for another, or come from another keyboard; hamza above and below
# are marks after decomposition and fall away with the vowels. Latin ones that decomposition leaves whole.
_LETTERS = str.maketrans(
    {
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ے": "ي",
        "ک": "ك",
        "ة": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ء": "",
        "ـ": "",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "œ": "oe",
        "æ": "ae",
    }
)


def words(text: str) -> list[str]:
    """The words of a text, folded, in their order."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(sign for sign in plain if not unicodedata.category(sign).startswith("M")).translate(_LETTERS)
    return "".join(_letter_or_space(sign) for sign in letters).split()


def terms(text: str) -> list[str]:
    """The words of a text, folded, each once."""
    return list(dict.fromkeys(words(text)))


def _letter_or_space(sign: str) -> str:
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    # What cannot be seen (joiners, marks of direction) parts no word; every other sign does.
    return sign if sign.isalnum() else "" if unicodedata.category(sign) == "Cf" else " "
