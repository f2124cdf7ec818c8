"""Cases of opening a part: the wrong key, the wrong place, a changed bit, wrong packing, wrong JSON."""

import zlib

from intake.envelope.encoding import b64u, dumps
from intake.envelope.format import Part, header, part_info
from intake.envelope.sealing import SealingKey, padme
from intake.envelope.signing import SigningKey, key_id
from tests.vectors.deflate import deflate
from tests.vectors.envelope import OTHER_REPORT, REPORT, flip
from tests.vectors.fixed import IDENTITY_KEY, OTHER_KEY, OTHER_PHONE, PHONE, REPORT_KEY, Sealer, case, derived, sign

CONTENT = {
    "form": "visit",
    "version": 1,
    "language": "fr",
    "officer": "7",
    "n": 12,
    "state": "final",
    "identity": True,
    "about": None,
    "answers": {"may_write": "yes", "what": {"text": "Elle demande de l’aide. تحتاج إلى مساعدة", "language": "fr"}},
}
NAMES = {"answers": {"name": {"text": "Amina «la grande» 🌍", "language": "fr"}}}
LONG = {"answers": {"what": {"text": "mot " * 3000, "language": "fr"}}}

WHERE = {"report": REPORT, "device": key_id(PHONE.public), "made": "2026-11-22", "urgent": False}


def cases(sealer: Sealer) -> list[dict[str, object]]:
    made = _Made(sealer)
    return [*_right(made), *_wrong_key(made), *_wrong_place(made), *_changed(made), *_packing(made), *_json(made)]


class _Made:
    """Makes envelopes whose parts are what a case wants and whose signature is always right."""

    def __init__(self, sealer: Sealer) -> None:
        self.sealer = sealer

    def part(self, plaintext: bytes, *, name: str = "report", key: SealingKey = REPORT_KEY, **where: object) -> bytes:
        info = part_info(name=name, **(WHERE | where))  # type: ignore[arg-type] # the tests' own dict of the four lines
        return self.sealer.seal(key, info, plaintext)

    def envelope(
        self, report: bytes, identity: bytes | None = None, *, key: SealingKey = REPORT_KEY,
        phone: SigningKey = PHONE, **where: object,
    ) -> bytes:  # fmt: skip
        parts = [Part("report", key_id(key.public), report)]
        if identity is not None:
            parts.append(Part("identity", key_id(IDENTITY_KEY.public), identity))
        lines = header(parts=parts, **(WHERE | where))  # type: ignore[arg-type] # as above
        bodies = b"".join(part.body for part in parts)
        return lines + f"sign {b64u(sign(phone, lines + bodies))}\n\n".encode() + bodies

    def usual(self, **where: object) -> bytes:
        report = self.part(pack(dumps(CONTENT)), **where)
        identity = self.part(pack(dumps(NAMES)), name="identity", key=IDENTITY_KEY, **where)
        return self.envelope(report, identity, **where)


def _case(
    name: str, say: str, expect: str, envelope: bytes, *, part: str = "report", seed: bytes = REPORT_KEY.seed,
    phone: SigningKey = PHONE, **values: object,
) -> dict[str, object]:  # fmt: skip
    return case(name, say, expect, envelope=envelope, device_key=phone.public, part=part, seed=seed, **values)


def _right(made: _Made) -> list[dict[str, object]]:
    identity = {"part": "identity", "seed": IDENTITY_KEY.seed}
    stored = made.envelope(made.part(pack(dumps(CONTENT), compress=False)))
    empty = made.envelope(
        made.part(pack(dumps(CONTENT))), made.part(pack(b'{"answers":{}}'), name="identity", key=IDENTITY_KEY)
    )
    deep = b'{"a":' * 16 + b"1" + b"}" * 16
    return [
        _case("report", "The report of a whole envelope.", "ok", made.usual(), value=CONTENT),
        _case("identity", "Its identity part, with the identity key.", "ok", made.usual(), value=NAMES, **identity),
        _case("urgent", "An urgent one.", "ok", made.usual(urgent=True), value=CONTENT),
        _case("stored", "Not compressed.", "ok", stored, value=CONTENT),
        _case("long", "A long text, well compressed.", "ok", made.envelope(made.part(pack(dumps(LONG)))), value=LONG),
        _case("empty-identity", "The phone always sends the part.", "ok", empty, value={"answers": {}}, **identity),
        _case("deepest", "Sixteen levels are allowed.", "ok", made.envelope(made.part(pack(deep))), value=_nested(16)),
        _case("largest-number", "2^53 - 1 is allowed.", "ok", made.envelope(made.part(pack(b'{"n":9007199254740991}'))),
              value={"n": 2**53 - 1}),
        _case("spaces", "White space between JSON tokens is allowed.", "ok",
              made.envelope(made.part(pack(b' {\n"a" : [1, 2]\t}\r\n'))), value={"a": [1, 2]}),
    ]  # fmt: skip


def _wrong_key(made: _Made) -> list[dict[str, object]]:
    usual = made.usual()
    return [
        _case("other-office", "Opened with another office's key.", "422.12", usual, seed=OTHER_KEY.seed),
        _case("identity-with-report-key", "The work key does not open names.", "422.12", usual, part="identity"),
        _case("report-with-identity-key", "Nor the other way.", "422.12", usual, seed=IDENTITY_KEY.seed),
        _case("key-id-lies", "Sealed to another key than the header names.", "422.12",
              made.envelope(made.part(pack(dumps(CONTENT)), key=OTHER_KEY))),
        _case("no-identity", "There is no such part.", "422.8", made.envelope(made.part(pack(dumps(CONTENT)))),
              part="identity", seed=IDENTITY_KEY.seed),
    ]  # fmt: skip


def _wrong_place(made: _Made) -> list[dict[str, object]]:
    """A part sealed for one place and signed, rightly, in another."""
    packed = pack(dumps(CONTENT))
    moved = {
        "other-report": {"report": OTHER_REPORT},
        "other-device": {"device": key_id(OTHER_PHONE.public)},
        "other-day": {"made": "2026-11-21"},
        "other-urgency": {"urgent": True},
        "other-role": {"name": "identity"},
    }
    say = "A part sealed for {} cannot stand here, whoever signs."
    stolen = made.envelope(made.part(packed), phone=OTHER_PHONE, device=key_id(OTHER_PHONE.public))
    return [
        *[_case(f"from-{name}", say.format(name.replace("-", " ")), "422.12",
                made.envelope(made.part(packed, **where)))  # type: ignore[arg-type] # name and the four lines
          for name, where in moved.items()],
        _case("stolen", "Another phone signs a part it copied.", "422.12", stolen, phone=OTHER_PHONE),
        _case("without-info", "Sealed without any context.", "422.12",
              made.envelope(made.sealer.seal(REPORT_KEY, b"", packed))),
    ]  # fmt: skip


def _changed(made: _Made) -> list[dict[str, object]]:
    sealed = made.part(pack(dumps(CONTENT)))
    bits = {
        "first": (0, "the first bit of the ML-KEM ciphertext"),
        "mlkem": (1087 * 8 + 7, "the last bit of the ML-KEM ciphertext"),
        "x25519": (1088 * 8 + 3, "a bit of the X25519 share"),
        "ciphertext": (1120 * 8, "the first bit of the ciphertext"),
        "padding": ((len(sealed) - 17) * 8, "a bit of the sealed zeros"),
        "tag": (len(sealed) * 8 - 1, "the last bit of the tag"),
    }
    return [
        *[_case(f"bit-{name}", f"Changed and signed again: {say}.", "422.12", made.envelope(flip(sealed, bit)))
          for name, (bit, say) in bits.items()],
        _case("shorter", "One byte of ciphertext is missing, signed again.", "422.12", made.envelope(sealed[:-1])),
        _case("longer", "One byte more, signed again.", "422.12", made.envelope(sealed + b"\0")),
        _case("random", "Random bytes, signed.", "422.12", made.envelope(derived("nothing sealed", 1200))),
    ]  # fmt: skip


def packed(flag: int, body: bytes, *, length: int | None = None, fill: bytes = b"\0", size: int | None = None) -> bytes:
    """A plaintext put together by hand, with any of its fields wrong."""
    said = len(body) if length is None else length
    plaintext = bytes([flag]) + said.to_bytes(4, "big") + body
    return plaintext.ljust(padme(len(plaintext)) if size is None else size, fill)


def pack(data: bytes, *, compress: bool = True) -> bytes:
    """Packed rightly: compressed where that is smaller."""
    small = deflate(data) if compress else data
    return packed(1, small) if len(small) < len(data) else packed(0, data)


def bomb() -> bytes:
    """Inflates to one byte more than 2 MiB."""
    return deflate(b" " * (2 * 1024 * 1024 + 1))


def in_zlib(data: bytes) -> bytes:
    """With zlib's header and checksum (RFC 1950)."""
    return b"\x78\xda" + deflate(data) + zlib.adler32(data).to_bytes(4, "big")


def in_gzip(data: bytes) -> bytes:
    """With gzip's header, checksum and length (RFC 1952)."""
    end = zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")
    return b"\x1f\x8b\x08" + bytes(6) + b"\xff" + deflate(data) + end


def wrong_packings() -> dict[str, tuple[bytes, str]]:
    """Plaintexts that are packed wrongly; each holds JSON that would be right."""
    body = dumps(CONTENT)
    small, size = deflate(body), padme(5 + len(body))
    return {
        "flag-2": (packed(2, body), "A flag nobody knows."),
        "flag-255": (packed(255, body), "Another."),
        "no-bytes": (b"", "Nothing at all."),
        "four-bytes": (bytes(4), "Too short for its length."),
        "length-beyond": (packed(0, body, length=len(body) + 1000), "A length beyond the end."),
        "length-huge": (packed(0, body, length=2**32 - 1), "The largest length that can be written."),
        "length-short": (packed(0, body, length=len(body) - 1), "Data behind the length where zeros must be."),
        "not-padded": (packed(0, body, size=5 + len(body)), "No padding where some is due."),
        "padded-more": (packed(0, body, size=size + 1), "One zero too many."),
        "padded-doubly": (packed(0, body, size=padme(size + 1)), "Padded to the next size."),
        "not-zeros": (packed(0, body, fill=b"\1"), "Padding that is not zeros."),
        "last-not-zero": (packed(0, body)[:-1] + b"\1", "The last byte is not zero."),
        "bomb": (packed(1, bomb()), "Inflates beyond 2 MiB."),
        "stream-cut": (packed(1, small[:-4]), "The compressed stream does not end."),
        "stream-empty": (packed(1, b""), "An empty compressed stream."),
        "behind-stream": (packed(1, small + b"\0\0"), "Bytes behind the end of the stream."),
        "two-streams": (packed(1, small + small), "A second stream behind the first."),
        "zlib-header": (packed(1, in_zlib(body)), "zlib's header: not raw deflate."),
        "gzip-header": (packed(1, in_gzip(body)), "gzip's header: not raw deflate."),
        "not-deflate": (packed(1, body), "Flag 1 on data that are not compressed."),
    }


def _packing(made: _Made) -> list[dict[str, object]]:
    return [
        _case(f"packed-{name}", say, "422.13", made.envelope(made.part(plaintext)))
        for name, (plaintext, say) in wrong_packings().items()
        if len(plaintext) >= 5
    ]


def wrong_json() -> dict[str, tuple[bytes, str]]:
    """Texts that are not strict JSON."""
    return {
        "name-twice": (b'{"a":1,"a":2}', "A name twice."),
        "name-twice-same": (b'{"a":1,"a":1}', "A name twice with the same value."),
        "name-twice-inside": (b'{"a":[{"b":1,"c":2,"b":3}]}', "A name twice, deep inside."),
        "name-twice-escaped": (b'{"a":1,"\\u0061":2}', "A name twice, once written with an escape."),
        "nan": (b'{"a":NaN}', "Not a number."),
        "infinity": (b'{"a":-Infinity}', "Infinity."),
        "fraction": (b'{"a":1.0}', "A fraction, though a whole one."),
        "exponent": (b'{"a":1e3}', "An exponent."),
        "too-large": (b'{"a":9007199254740992}', "2^53, which its neighbour is rounded to."),
        "too-small": (b'{"a":-9007199254740992}', "The same below zero."),
        "very-long-number": (b'{"a":' + b"9" * 5000 + b"}", "A number of 5,000 digits."),
        "leading-zero": (b'{"a":01}', "A leading zero."),
        "too-deep": (b'{"a":' * 17 + b"1" + b"}" * 17, "Seventeen levels of objects."),
        "too-deep-lists": (b'{"a":' + b"[" * 16 + b"]" * 16 + b"}", "Seventeen levels with lists."),
        "very-deep": (b"[" * 20000 + b"]" * 20000, "Twenty thousand levels."),
        "not-utf-8": (b'{"a":"\xff"}', "A byte that is not UTF-8."),
        "latin-1": ('{"a":"é"}'.encode("latin-1"), "Latin-1."),
        "overlong": (b'{"a":"\xc0\xaf"}', "An overlong form of UTF-8."),
        "surrogate-bytes": (b'{"a":"\xed\xa0\x80"}', "A surrogate as UTF-8."),
        "lone-surrogate": (b'{"a":"\\ud83c"}', "Half a surrogate pair, escaped."),
        "lone-surrogate-name": (b'{"\\udc00":1}', "Half a pair in a name."),
        "byte-order-mark": (b'\xef\xbb\xbf{"a":1}', "A byte-order mark."),
        "utf-16": ('{"a":1}'.encode("utf-16"), "UTF-16."),
        "trailing-comma": (b'{"a":1,}', "A trailing comma."),
        "trailing-text": (b'{"a":1}{}', "A second value behind the first."),
        "trailing-zero": (b'{"a":1}\0', "A zero byte behind the value."),
        "single-quotes": (b"{'a':1}", "Single quotes."),
        "comment": (b'{"a":1}//', "A comment."),
        "control-character": (b'{"a":"\n"}', "A line break inside a string."),
        "empty": (b"", "No text."),
        "cut": (b'{"a":', "Cut short."),
    }


def _json(made: _Made) -> list[dict[str, object]]:
    not_objects = {"list": b"[]", "text": b'"a"', "number": b"1", "null": b"null"}
    return [
        *[_case(f"json-{name}", say, "422.14", made.envelope(made.part(pack(text))))
          for name, (text, say) in wrong_json().items()],
        *[_case(f"json-is-{name}", "Right JSON, but not an object.", "422.14", made.envelope(made.part(pack(text))))
          for name, text in not_objects.items()],
    ]  # fmt: skip


def _nested(depth: int) -> object:
    return 1 if depth == 0 else {"a": _nested(depth - 1)}
