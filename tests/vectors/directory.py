"""Cases of the directory inside a bundle: whose it is, which bundle it stood in, and what it must hold."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from intake.envelope.directory import directory_key_id
from intake.envelope.encoding import dumps
from intake.envelope.sealing import pack
from tests.vectors.bundle import SERIAL
from tests.vectors.envelope import flip
from tests.vectors.fixed import Sealer, case, derived
from tests.vectors.opening import packed, wrong_json

KEY, OTHER = derived("the directory key", 32), derived("another directory key", 32)
ENTRY = {
    "name": "Dispensaire du Port — مستوصف المرفأ",
    "services": ["MED", "SAFETY"],
    "place": "p1",
    "hours": "24 h",
    "serves": "toutes",
    "landmark": "derrière le marché",
    "telephone": ["+000 99 000 01"],
    "cost": "free",
    "languages": ["fr", "ar"],
    "notes": "",
    "checked": "2026-11-01",
}
CONTENT = {"day": "2026-11-20", "entries": [ENTRY]}


def seal(
    data: bytes | None = None, *, key: bytes = KEY, office: str = "o1", serial: object = SERIAL, named: str = "",
    kind: str = "intake-directory/1", plaintext: bytes | None = None,
) -> bytes:  # fmt: skip
    """Sealed under a nonce that follows from what is sealed, so that it is always the same."""
    data = dumps(CONTENT) if data is None else data
    plaintext = pack(data, compress=False) if plaintext is None else plaintext
    context = f"{kind}\n{office}\n{named or directory_key_id(key)}\n{serial}\n"
    nonce = derived(f"directory nonce {context} {plaintext.hex()}", 12)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context.encode())


def cases(_sealer: Sealer) -> list[dict[str, object]]:
    return [*_right(), *_moved(), *_changed(), *_packed(), *_content()]


def _case(name: str, say: str, expect: str, sealed: bytes, **values: object) -> dict[str, object]:
    return case(name, say, expect, **({"sealed": sealed, "key": KEY, "office": "o1", "serial": SERIAL} | values))


def _right() -> list[dict[str, object]]:
    about: dict[str, object] = {"id": directory_key_id(KEY)}
    more = CONTENT | {"something_new": 1, "entries": [ENTRY | {"something_new": [1]}, {}]}
    empty: dict[str, object] = {"day": "2026-11-20", "entries": []}
    spaced = b" " + dumps(CONTENT) + b"\n"
    return [
        _case("plain", "The directory of this bundle.", "ok", seal(), content=CONTENT, **about),
        _case("unknown-members", "Members unknown today are passed over, missing ones tolerated.", "ok",
              seal(dumps(more)), content=more, **about),
        _case("empty", "An office may know of nobody yet.", "ok", seal(dumps(empty)), content=empty, **about),
        _case("not-canonical", "JSON need not be canonical.", "ok", seal(spaced), content=CONTENT, **about),
    ]  # fmt: skip


def _moved() -> list[dict[str, object]]:
    """Sealed by whoever has the key, but not for this place."""
    return [
        _case("other-key", "Sealed under another key.", "422.12", seal(key=OTHER)),
        _case("other-key-named-as-ours", "Another key under the name of ours.", "422.12",
              seal(key=OTHER, named=directory_key_id(KEY))),
        _case("key-of-another-name", "Our key under another name.", "422.12", seal(named=directory_key_id(OTHER))),
        _case("other-office", "From another office's bundle.", "422.12", seal(office="o2")),
        _case("older-bundle", "An older directory in a newer bundle.", "422.12", seal(serial=SERIAL - 1)),
        _case("newer-bundle", "A newer directory in an older bundle.", "422.12", seal(serial=SERIAL + 1)),
        _case("serial-written-otherwise", "The serial with a leading zero.", "422.12", seal(serial=f"0{SERIAL}")),
        _case("other-kind", "Sealed as another kind of text.", "422.12", seal(kind="intake-record/1")),
        _case("version-2", "A version not known here.", "422.12", seal(kind="intake-directory/2")),
        _case("short-key", "A key of 31 bytes.", "422.15", seal(), key=KEY[:-1]),
        _case("long-key", "A key of 33 bytes.", "422.15", seal(), key=KEY + b"\0"),
    ]  # fmt: skip


def _changed() -> list[dict[str, object]]:
    sealed = seal()
    return [
        _case("flipped-nonce", "A bit of the nonce.", "422.12", flip(sealed, 3)),
        _case("flipped-first-bit", "The first bit that was sealed.", "422.12", flip(sealed, 12 * 8)),
        _case("flipped-last-bit", "The last bit of the tag.", "422.12", flip(sealed, len(sealed) * 8 - 1)),
        _case("cut", "Cut short.", "422.12", sealed[:-1]),
        _case("longer", "One byte more.", "422.12", sealed + b"\0"),
        _case("only-nonce", "A nonce and nothing else.", "422.12", sealed[:12]),
        _case("no-bytes", "No bytes.", "422.12", b""),
    ]


def _packed() -> list[dict[str, object]]:
    data = dumps(CONTENT)
    return [
        _case("compressed", "A directory is never compressed.", "422.13", seal(plaintext=packed(1, data))),
        _case("not-padded", "No padding.", "422.13", seal(plaintext=packed(0, data, size=5 + len(data)))),
        _case("padding-not-zeros", "Padding that is not zeros.", "422.13", seal(plaintext=packed(0, data, fill=b"x"))),
        _case("nothing-packed", "Nothing inside.", "422.13", seal(plaintext=b"")),
    ]


def _content() -> list[dict[str, object]]:
    wrong: dict[str, object] = {
        "list": [],
        "no-day": {"entries": []},
        "day-with-time": {"day": "2026-11-20T10:00", "entries": []},
        "day-number": {"day": 20261120, "entries": []},
        "no-entries": {"day": "2026-11-20"},
        "entries-object": {"day": "2026-11-20", "entries": {}},
        "entry-text": {"day": "2026-11-20", "entries": ["a clinic"]},
        "entry-null": {"day": "2026-11-20", "entries": [None]},
    }
    texts = {name: wrong_json()[name] for name in ("name-twice", "fraction", "not-utf-8", "cut", "trailing-text")}
    return [
        *[_case(f"content-{name}", "Not what a directory is.", "422.14", seal(dumps(value)))
          for name, value in wrong.items()],
        *[_case(f"json-{name}", say, "422.14", seal(data)) for name, (data, say) in texts.items()],
    ]  # fmt: skip
