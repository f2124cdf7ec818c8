"""Cases of the packing alone, for a side that opens nothing."""

from tests.vectors.deflate import deflate, stored
from tests.vectors.fixed import Sealer, case, derived
from tests.vectors.opening import pack, packed, wrong_packings


def cases(_sealer: Sealer) -> list[dict[str, object]]:
    text = "Deux mots, deux mots, deux mots. كلمتان ".encode() * 4
    right = {
        "stored": (pack(text, compress=False), text, "Stored."),
        "stored-nothing": (packed(0, b""), b"", "No data: five bytes, which Padmé leaves as they are."),
        "stored-random": (pack(derived("random", 700)), derived("random", 700), "What does not shrink is stored."),
        "deflated": (pack(text), text, "Compressed."),
        "deflated-nothing": (packed(1, deflate(b"")), b"", "No data, compressed."),
        "deflated-blocks": (
            packed(1, stored(text[:40]) + deflate(text[40:])),
            text,
            "A stream of several blocks, some of them stored.",
        ),
        "padding-like-data": (packed(0, b"a\0\0\0"), b"a\0\0\0", "Zeros that belong to the data."),
    }
    return [
        *[case(name, say, plaintext=plaintext, inflate=True, data=data)
          for name, (plaintext, data, say) in right.items()],
        case("only-stored", "Stored data where only stored data may come.", plaintext=pack(text, compress=False),
             inflate=False, data=text),
        case("not-to-be-inflated", "Compressed data where only stored data may come.", "422.13",
             plaintext=pack(text), inflate=False),
        *[case(name, say, "422.13", plaintext=plaintext, inflate=True)
          for name, (plaintext, say) in wrong_packings().items()],
    ]  # fmt: skip
