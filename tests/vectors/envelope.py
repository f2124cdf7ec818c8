"""Cases of the strict parser and of the device's signature."""

from dataclasses import dataclass, field

from intake.envelope.encoding import b64u
from intake.envelope.format import digest
from intake.envelope.signing import key_id
from tests.vectors.fixed import (
    IDENTITY_KEY,
    OTHER_KEY,
    OTHER_PHONE,
    PHONE,
    REPORT_KEY,
    Sealer,
    case,
    derived,
    sign,
)

REPORT = "0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f11"
OTHER_REPORT = "0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f12"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

BODIES = (derived("body of a report", 1141), derived("body of an identity", 1160))


@dataclass
class Draft:
    """An envelope before it is written: change a line or a body, and it is signed as it then stands."""

    lines: list[str]
    bodies: tuple[bytes, ...] = BODIES
    after: list[str] = field(default_factory=list)
    first: str = "intake-envelope/1"

    def signed(self) -> bytes:
        return "".join(f"{line}\n" for line in (self.first, *self.lines)).encode("latin-1") + b"".join(self.bodies)

    def write(self, spelled: str | None = None) -> bytes:
        spelled = b64u(sign(PHONE, self.signed())) if spelled is None else spelled
        lines = (self.first, *self.lines, f"sign {spelled}", *self.after)
        return "".join(f"{line}\n" for line in lines).encode("latin-1") + b"\n" + b"".join(self.bodies)


def draft(bodies: tuple[bytes, ...] = BODIES, **changed: str) -> Draft:
    """The usual envelope. `report`, `device`, `made`, `urgent`, `part1`, `part2` replace a line's value."""
    values = {
        "report": REPORT,
        "device": key_id(PHONE.public),
        "made": "2026-11-22",
        "urgent": "no",
        "part1": f"report {key_id(REPORT_KEY.public)} {len(bodies[0])}",
        "part2": f"identity {key_id(IDENTITY_KEY.public)} {len(bodies[-1])}",
    } | changed
    words = {"part1": "part", "part2": "part"}
    count = 4 + len(bodies)
    return Draft([f"{words.get(name, name)} {value}" for name, value in list(values.items())[:count]], bodies)


def cases(_sealer: Sealer) -> list[dict[str, object]]:
    return [
        *_right(),
        *_first_line(),
        *_header(),
        *_lines(),
        *_values(),
        *_parts(),
        *_spelling(),
        *_length(),
        *_signed(),
    ]


def _right() -> list[dict[str, object]]:
    return [
        _ok("plain", "Two parts, signed by the phone.", draft()),
        _ok("urgent", "The urgent mark is yes.", draft(urgent="yes")),
        _ok("report-only", "The identity part may be missing.", draft(BODIES[:1])),
        _ok("leap-day", "A day that exists in leap years only.", draft(made="2028-02-29")),
        _ok("last-day", "The last day that can be written.", draft(made="2199-12-31")),
        _ok("first-day", "A phone whose clock is wrong is still heard.", draft(made="1970-01-01")),
        _ok(
            "same-key",
            "Both parts may name one key; whether that is wise is not the parser's matter.",
            draft(part2=f"identity {key_id(REPORT_KEY.public)} {len(BODIES[1])}"),
        ),
        _ok(
            "other-bytes",
            "Bytes of a part that look like header lines are bytes of a part.",
            draft((b"\n\nsign x\n\n".ljust(1141, b"\n"), BODIES[1])),
        ),
        _ok("largest-small", "A part whose length has leading digits nine.", draft((derived("long", 9999), BODIES[1]))),
        _respelled(),
    ]


def _respelled() -> dict[str, object]:
    raw = draft().signed()
    made = sign(PHONE, raw)
    s = ORDER - int.from_bytes(made[32:], "big")
    return _ok(
        "respelled-signature",
        "r and n - s sign the same bytes: another envelope in bytes, the same digest.",
        draft(),
        b64u(made[:32] + s.to_bytes(32, "big")),
    )


def _first_line() -> list[dict[str, object]]:
    good = draft().write()
    firsts = {
        "version-2": ("intake-envelope/2", "A version not known here."),
        "version-capital": ("Intake-envelope/1", "A capital letter in the first line."),
        "version-space": ("intake-envelope/1 ", "A space behind the version."),
        "version-leading-space": (" intake-envelope/1", "A space before the first line."),
        "version-longer": ("intake-envelope/11", "A version that only begins like ours."),
        "version-bundle": ("intake-bundle/1", "Another kind of signed text."),
    }
    return [
        *[_bad(name, say, "422.1", Draft(draft().lines, first=first).write()) for name, (first, say) in firsts.items()],
        _bad("empty", "No bytes at all.", "422.1", b""),
        _bad("first-line-cut", "Cut inside the first line.", "422.1", good[:10]),
        _bad("first-line-open", "The first line without its end.", "422.1", good[:17]),
        _bad("byte-order-mark", "A byte-order mark before the first line.", "422.1", b"\xef\xbb\xbf" + good),
        _bad("leading-newline", "An empty line before the first.", "422.1", b"\n" + good),
        _bad("crlf", "Every line ended by CR LF.", "422.1", _header_of(good).replace(b"\n", b"\r\n") + _body_of(good)),
    ]


def _header() -> list[dict[str, object]]:
    good = draft().write()
    header = _header_of(good)
    return [
        _bad("only-first-line", "Nothing behind the first line.", "422.2", good[:18]),
        _bad("header-cut", "Cut inside the header.", "422.2", good[:150]),
        _bad("no-empty-line", "The header ends without its empty line.", "422.2", header[:-1]),
        _bad(
            "header-too-long",
            "The empty line stands behind byte 1,024.",
            "422.2",
            _with_line(draft(), 6, "x" * 1024).write(),
        ),
        _bad("cr-in-a-line", "One line is ended by CR LF.", "422.2", draft(made="2026-11-22\r").write()),
        _bad("tab", "A tab for a space.", "422.2", good.replace(b"urgent no", b"urgent\tno")),
        _bad("nul", "A zero byte in a line.", "422.2", draft(urgent="no\0").write()),
        _bad("delete-character", "Byte 127 in a line.", "422.2", draft(urgent="no\x7f").write()),
        _bad("not-ascii", "A letter beyond ASCII in a line.", "422.2", draft(urgent="n\xf6").write()),
        _bad(
            "arabic-digits",
            "A day in Arabic-Indic digits, as UTF-8.",
            "422.2",
            good.replace(b"2026-11-22", "٢٠٢٦-١١-٢٢".encode()),
        ),
    ]


def _lines() -> list[dict[str, object]]:
    words = ["report", "device", "made", "urgent"]
    lines = draft().lines
    good = draft().write()
    unsigned = _header_of(good).rpartition(b"sign ")[0] + b"\n" + _body_of(good)
    return [
        *[
            _bad(
                f"no-{word}",
                f"The line {word} is missing.",
                "422.3",
                Draft([line for line in lines if not line.startswith(word + " ")]).write(),
            )
            for word in words
        ],
        _bad("no-part", "No part at all.", "422.3", Draft(lines[:4], ()).write()),
        _bad("no-sign", "The line sign is missing.", "422.3", unsigned),
        _bad("swapped-lines", "device before report.", "422.3", Draft([lines[1], lines[0], *lines[2:]]).write()),
        _bad("sign-too-early", "sign before the parts.", "422.3", _moved_sign(good)),
        _bad("line-twice", "The line report twice.", "422.3", _with_line(draft(), 1, lines[0]).write()),
        _bad(
            "urgent-twice",
            "The line urgent twice, with both answers.",
            "422.3",
            _with_line(draft(), 4, "urgent yes").write(),
        ),
        _bad("three-parts", "A third part.", "422.3", Draft([*lines, lines[5]], (*BODIES, BODIES[1])).write()),
        _bad("unknown-line", "A line nobody knows.", "422.3", _with_line(draft(), 4, "place here").write()),
        _bad("line-behind-sign", "A line behind sign.", "422.3", Draft(lines, after=["note x"]).write()),
        _bad("sign-twice", "Two lines sign.", "422.3", Draft(lines, after=["sign " + "A" * 86]).write()),
        _bad("capital-word", "Report for report.", "422.3", Draft(["Report" + lines[0][6:], *lines[1:]]).write()),
        _bad(
            "space-before-word", "A space before a line's word.", "422.3", Draft([" " + lines[0], *lines[1:]]).write()
        ),
        _bad("word-alone", "A word without a value.", "422.3", Draft([*lines[:3], "urgent", *lines[4:]]).write()),
        _bad("colon", "A colon behind the word.", "422.3", Draft(["report: " + REPORT, *lines[1:]]).write()),
    ]


def _values() -> list[dict[str, object]]:
    wrong = {
        "report": ("422.4", {
            "upper-case": REPORT.upper(), "version-1": REPORT.replace("-4a39", "-1a39"), "braces": "{" + REPORT + "}",
            "variant": REPORT.replace("-9c57", "-cc57"), "short": REPORT[:-1], "long": REPORT + "0", "empty": "",
            "two-spaces": " " + REPORT, "trailing-space": REPORT + " ", "no-hyphens": REPORT.replace("-", ""),
        }),
        "device": ("422.5", {
            "upper-case": key_id(PHONE.public).upper(), "short": key_id(PHONE.public)[:15], "not-hex": "g" * 16,
            "long": key_id(PHONE.public) + "0", "trailing-space": key_id(PHONE.public) + " ",
        }),
        "made": ("422.6", {
            "no-such-day": "2026-02-29", "no-such-month": "2026-13-01", "short-year": "26-11-22",
            "no-zeros": "2026-1-2", "with-time": "2026-11-22T10:00", "year-zero": "0000-01-01",
            "year-1899": "1899-12-31", "year-2200": "2200-01-01", "compact": "20261122",
            "week": "2026-W47-7", "plus": "+2026-11-22", "trailing-space": "2026-11-22 ",
        }),
        "urgent": ("422.7", {"capital": "No", "true": "true", "trailing-space": "no ", "both": "yes no", "empty": ""}),
    }  # fmt: skip
    return [
        _bad(f"{word}-{name}", f"{word} is written as {value!r}.", code, draft(**{word: value}).write())
        for word, (code, values) in wrong.items()
        for name, value in values.items()
    ]


def _parts() -> list[dict[str, object]]:
    one, two = key_id(REPORT_KEY.public), key_id(IDENTITY_KEY.public)
    named = {
        "first-identity": ("part1", f"identity {one} 1141", "The first part must be the report."),
        "second-report": ("part2", f"report {two} 1160", "The second part must be the identity."),
        "unknown-part": ("part2", f"photo {two} 1160", "A part nobody knows."),
        "key-id-upper-case": ("part1", f"report {one.upper()} 1141", "A key id in capitals."),
        "key-id-short": ("part1", f"report {one[:15]} 1141", "A key id of 15 digits."),
        "part-two-spaces": ("part1", f"report  {one} 1141", "Two spaces in the line of a part."),
        "part-trailing-space": ("part1", f"report {one} 1141 ", "A space behind the length."),
        "part-extra-word": ("part1", f"report {one} 1141 gzip", "A word behind the length."),
        "part-no-key-id": ("part1", "report 1141", "The key id is missing."),
    }
    lengths = {
        "leading-zero": "01141", "plus": "+1141", "minus": "-1141", "hexadecimal": "0x475", "exponent": "1e3",
        "fraction": "1141.0", "zero": "0", "too-short": "1140", "too-long": "262145", "huge": "99999999999999999999",
        "missing": "", "separated": "1,141",
    }  # fmt: skip
    swapped = Draft([*draft().lines[:4], draft().lines[5], draft().lines[4]], BODIES[::-1])
    return [
        _bad("swapped-parts", "The identity before the report.", "422.8", swapped.write()),
        *[_bad(name, say, "422.8", draft(**{line: value}).write()) for name, (line, value, say) in named.items()],
        *[
            _bad(
                f"length-{name}",
                f"A length written as {value!r}.",
                "422.9",
                draft(part1=f"report {one} {value}").write(),
            )
            for name, value in lengths.items()
        ],
        _bad(
            "part-truly-too-short",
            "A part of 1,140 bytes, as said: nothing sealed is that short.",
            "422.9",
            draft((BODIES[0][:1140], BODIES[1])).write(),
        ),
    ]


def _spelling() -> list[dict[str, object]]:
    good = b64u(sign(PHONE, draft().signed()))
    spelled = {
        "sign-short": (good[:-1], "85 characters."),
        "sign-long": (good + "A", "87 characters."),
        "sign-empty": ("", "No characters."),
        "sign-padded": (good + "==", "Padding."),
        "sign-other-alphabet": ("+/" + good[2:], "The alphabet of ordinary base64."),
        "sign-trailing-space": (good + " ", "A space behind."),
        "sign-spare-bits": (good[:-1] + chr(ord(good[-1]) + 1), "Spare bits in the last character: another spelling."),
        "sign-der": (b64u(b"\x30\x45" + bytes(69)), "A signature in DER."),
    }
    return [
        _bad(name, f"The signature's text: {say}", "422.10", draft().write(text))
        for name, (text, say) in spelled.items()
    ]


def _length() -> list[dict[str, object]]:
    good = draft().write()
    return [
        _bad("cut-by-one", "The last byte is missing.", "422.11", good[:-1]),
        _bad("cut-in-first-part", "Cut inside the first part.", "422.11", _header_of(good) + BODIES[0][:500]),
        _bad("cut-between-parts", "The second part is missing.", "422.11", _header_of(good) + BODIES[0]),
        _bad("header-only", "A header and nothing else.", "422.11", _header_of(good)),
        _bad("one-byte-more", "A byte behind the last part.", "422.11", good + b"\0"),
        _bad("newline-more", "A line's end behind the last part.", "422.11", good + b"\n"),
        _bad("twice", "The envelope twice.", "422.11", good + good),
        _bad(
            "length-one-more",
            "A length that promises one byte too many.",
            "422.11",
            draft(part1=f"report {key_id(REPORT_KEY.public)} 1142").write(),
        ),
        _bad(
            "second-empty-line",
            "Two empty lines behind the header.",
            "422.11",
            _header_of(good) + b"\n" + _body_of(good),
        ),
    ]


def _signed() -> list[dict[str, object]]:
    """Envelopes in right form that the phone did not sign: every region changed once after signing."""
    right = b64u(sign(PHONE, draft().signed()))
    one, two = key_id(REPORT_KEY.public), key_id(IDENTITY_KEY.public)
    changed = {
        "other-report": (draft(report=OTHER_REPORT), "The report number was changed."),
        "other-day": (draft(made="2026-11-23"), "The day was changed."),
        "made-urgent": (draft(urgent="yes"), "The urgent mark was changed."),
        "other-key-id": (draft(part1=f"report {key_id(OTHER_KEY.public)} 1141"), "A recipient was changed."),
        "identity-removed": (draft(BODIES[:1]), "The identity part was taken away."),
        "border-moved": (
            draft(part1=f"report {one} 1151", part2=f"identity {two} 1150"),
            "Ten bytes moved from one part to the other.",
        ),
        "first-bit": (draft((flip(BODIES[0], 0), BODIES[1])), "The first bit of the first part."),
        "bit-of-the-key": (draft((flip(BODIES[0], 1100 * 8), BODIES[1])), "A bit of an encapsulated key."),
        "last-bit": (draft((BODIES[0], flip(BODIES[1], 1160 * 8 - 1))), "The last bit of the last part."),
        "other-part": (draft((BODIES[0], derived("another body", 1160))), "A part of the same length was exchanged."),
    }
    device = draft(device=key_id(OTHER_PHONE.public))
    raw = sign(PHONE, draft().signed())
    r, s = raw[:32], raw[32:]
    signatures = {
        "signature-bit": (flip(raw, 100), "One bit of the signature."),
        "signature-zero": (bytes(64), "A signature of zeros."),
        "signature-r-zero": (bytes(32) + s, "r is zero."),
        "signature-s-zero": (r + bytes(32), "s is zero."),
        "signature-r-order": (ORDER.to_bytes(32, "big") + s, "r is the order of the group."),
        "signature-s-plus-order": (r + b"\xff" * 32, "s is beyond the order of the group."),
        "signature-swapped": (s + r, "s before r."),
        "signature-other-phone": (sign(OTHER_PHONE, draft().signed()), "Signed by another phone."),
        "signature-other-envelope": (
            sign(PHONE, draft(report=OTHER_REPORT).signed()),
            "The signature of another report.",
        ),
        "signature-header-only": (sign(PHONE, Draft(draft().lines, ()).signed()), "A signature over the header alone."),
        "signature-with-sign-line": (sign(PHONE, draft().write()), "A signature over the envelope with its sign line."),
    }
    return [
        *[_forged(name, say, what.write(right)) for name, (what, say) in changed.items()],
        *[_forged(name, f"{say}", draft().write(b64u(text))) for name, (text, say) in signatures.items()],
        _forged("other-device", "Names another phone, signed by the right one.", device.write()),
        case("other-phones-key", "Verified with another phone's key.", "403.2",
             envelope=draft().write(), device_key=OTHER_PHONE.public),
    ]  # fmt: skip


def _ok(name: str, say: str, what: Draft, spelled: str | None = None) -> dict[str, object]:
    values = [line.partition(" ")[2] for line in what.lines]
    parts = [dict(zip(("name", "key_id", "length"), value.split(" "), strict=True)) for value in values[4:]]
    value = {
        "report": values[0],
        "device": values[1],
        "made": values[2],
        "urgent": values[3] == "yes",
        "parts": [part | {"length": int(part["length"])} for part in parts],
        "digest": digest(what.signed()),
    }
    return case(name, say, envelope=what.write(spelled), device_key=PHONE.public, value=value)


def _bad(name: str, say: str, expect: str, raw: bytes) -> dict[str, object]:
    return case(name, say, expect, envelope=raw)


def _forged(name: str, say: str, raw: bytes) -> dict[str, object]:
    return case(name, say, "403.2", envelope=raw, device_key=PHONE.public)


def _header_of(raw: bytes) -> bytes:
    return raw[: raw.index(b"\n\n") + 2]


def _body_of(raw: bytes) -> bytes:
    return raw[raw.index(b"\n\n") + 2 :]


def _with_line(what: Draft, place: int, line: str) -> Draft:
    return Draft([*what.lines[:place], line, *what.lines[place:]], what.bodies)


def _moved_sign(raw: bytes) -> bytes:
    lines = _header_of(raw).split(b"\n")
    return b"\n".join([*lines[:5], lines[7], *lines[5:7], *lines[8:]]) + _body_of(raw)


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 0x80 >> bit % 8
    return bytes(changed)
