"""Cases of messages to one phone."""

from intake.envelope.encoding import b64u, dumps
from intake.envelope.messages import message_info
from intake.envelope.sealing import SealingKey, pack
from intake.envelope.signing import SigningKey, key_id
from tests.vectors.envelope import REPORT, flip
from tests.vectors.fixed import MESSAGE_KEY, MESSAGES, OFFICE, OTHER_KEY, OTHER_PHONE, PHONE, Sealer, case, sign
from tests.vectors.opening import packed, wrong_json

CONTENT = {
    "id": "m1",
    "about": REPORT,
    "kind": "appointment",
    "params": {"day": "2026-11-25"},
    "who": {"called": "Mme «D.»", "where": "Dispensaire", "how": "seule"},
    "text": {"text": "قولي لها أن تأتي الأربعاء", "language": "ar"},
    "until": "2026-12-01",
}
DEVICE = key_id(PHONE.public)


def cases(sealer: Sealer) -> list[dict[str, object]]:
    made = _Made(sealer)
    return [*_right(made), *_numbers(made), *_outside(made), *_inside(made), *_written(made)]


class _Made:
    """Seals messages, right or with anything in them exchanged."""

    def __init__(self, sealer: Sealer) -> None:
        self.sealer = sealer

    def text(
        self, *, office: str = "o1", device: str = DEVICE, number: str = "5", day: str = "2026-11-22",
        data: bytes | None = None, kind: str = "intake-message/1",
    ) -> bytes:  # fmt: skip
        data = dumps(CONTENT) if data is None else data
        return f"{kind}\n{office}\n{device}\n{number}\n{day}\n{b64u(data)}\n".encode()

    def signed(self, text: bytes | None = None, by: SigningKey = MESSAGES, over: bytes | None = None) -> bytes:
        text = self.text() if text is None else text
        return text + f"{b64u(sign(by, text if over is None else over))}\n".encode()

    def seal(
        self, inside: bytes | None = None, *, device: str = DEVICE, number: int = 5, key: SealingKey = MESSAGE_KEY,
        plaintext: bytes | None = None,
    ) -> bytes:  # fmt: skip
        inside = self.signed() if inside is None else inside
        plaintext = pack(inside, compress=False) if plaintext is None else plaintext
        return self.sealer.seal(key, message_info(device=device, number=number), plaintext)


def _case(name: str, say: str, expect: str, sealed: bytes, **values: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "seed": MESSAGE_KEY.seed,
        "message_sign_key": MESSAGES.public,
        "office": "o1",
        "device": DEVICE,
        "number": 5,
        "last": 4,
    }
    return case(name, say, expect, sealed=sealed, **(usual | values))


def _right(made: _Made) -> list[dict[str, object]]:
    came: dict[str, object] = {"day": "2026-11-22", "content": CONTENT}
    first = made.seal(made.signed(made.text(number="1")), number=1)
    largest = 2**53 - 1
    last = made.seal(made.signed(made.text(number=str(largest))), number=largest)
    return [
        _case("plain", "The next message.", "ok", made.seal(), **came),
        _case("first", "The first message ever.", "ok", first, number=1, last=0, **came),
        _case("gap", "Numbers between are missing: shown, and said.", "ok", made.seal(), last=1, **came),
        _case("largest-number", "The largest number.", "ok", last, number=largest, last=largest - 1, **came),
    ]


def _numbers(made: _Made) -> list[dict[str, object]]:
    return [
        _case("again", "The same message again.", "422.18", made.seal(), last=5),
        _case("older", "An older message, after a newer one.", "422.18", made.seal(), last=9),
        _case("offered-as-other", "Offered under another number than it was sealed for.", "422.12", made.seal(),
              number=6),
        _case("inner-number", "Sealed for this number, but signed for another.", "422.18",
              made.seal(made.signed(made.text(number="4")))),
        _case("number-leading-zero", "The signed number has a leading zero.", "422.18",
              made.seal(made.signed(made.text(number="05")))),
        _case("number-plus", "The signed number has a sign.", "422.18",
              made.seal(made.signed(made.text(number="+5")))),
    ]  # fmt: skip


def _outside(made: _Made) -> list[dict[str, object]]:
    sealed, inside = made.seal(), made.signed()
    return [
        _case("other-phone", "Sealed to another phone's key.", "422.12", made.seal(key=OTHER_KEY)),
        _case("other-device-info", "Sealed for another device.", "422.12",
              made.seal(device=key_id(OTHER_PHONE.public))),
        _case("flipped-first-bit", "The first bit.", "422.12", flip(sealed, 0)),
        _case("flipped-last-bit", "The last bit.", "422.12", flip(sealed, len(sealed) * 8 - 1)),
        _case("cut", "Cut short.", "422.12", sealed[:-1]),
        _case("longer", "One byte more.", "422.12", sealed + b"\0"),
        _case("empty", "No bytes.", "422.12", b""),
        _case("only-key", "An encapsulated key and nothing else.", "422.12", sealed[:1120]),
        _case("compressed", "Messages are never compressed.", "422.13",
              made.seal(plaintext=packed(1, made.signed()))),
        _case("not-padded", "No padding.", "422.13",
              made.seal(plaintext=packed(0, inside, size=5 + len(inside)))),
        _case("padding-not-zeros", "Padding that is not zeros.", "422.13",
              made.seal(plaintext=packed(0, made.signed(), fill=b"x"))),
    ]  # fmt: skip


def _inside(made: _Made) -> list[dict[str, object]]:
    """Rightly sealed for this phone and number, as anybody can; what is inside is not from the office."""
    text = made.text()
    other = made.text(data=dumps(CONTENT | {"text": {"text": "à six heures", "language": "fr"}}))
    wrong = {
        "unsigned": (text, "No signature."),
        "other-signer": (made.signed(by=OTHER_PHONE), "Signed by somebody else."),
        "bundle-key": (made.signed(by=OFFICE), "Signed by the key for bundles."),
        "other-text": (made.signed(other, over=text), "The content was exchanged under the signature."),
        "other-office": (made.signed(made.text(office="o2")), "From another office of the same key."),
        "other-device": (made.signed(made.text(device=key_id(OTHER_PHONE.public))), "Signed for another phone."),
        "other-kind": (made.signed(made.text(kind="intake-receipt/1")), "Another kind of signed text."),
        "version-2": (made.signed(made.text(kind="intake-message/2")), "A version not known here."),
        "day-with-time": (made.signed(made.text(day="2026-11-22T10:00")), "A time of day."),
        "no-day": (made.signed(made.text(day="")), "No day."),
        "extra-line": (made.signed(text + b"x\n"), "A line more."),
        "line-behind": (made.signed() + b"x\n", "A line behind the signature."),
        "no-last-newline": (made.signed()[:-1], "The last line does not end."),
        "crlf": (made.signed(text.replace(b"\n", b"\r\n")), "CR LF."),
        "padded-base64": (made.signed(text[:-1] + b"=\n"), "Padding behind the content."),
        "empty": (b"", "Nothing inside."),
        "not-utf-8": (b"\xff" * 40, "No text inside."),
    }
    return [_case(f"inside-{name}", say, "422.18", made.seal(inside)) for name, (inside, say) in wrong.items()]


def _written(made: _Made) -> list[dict[str, object]]:
    """Signed by the office, for this phone, but the content is not a strict JSON object."""
    texts = {name: wrong_json()[name] for name in ("name-twice", "fraction", "not-utf-8", "cut", "trailing-text")}
    texts["list"] = (b"[]", "A list.")
    return [_case(f"json-{name}", say, "422.18", made.seal(made.signed(made.text(data=data))))
            for name, (data, say) in texts.items()]  # fmt: skip
