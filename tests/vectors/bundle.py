"""Cases of the signed bundle: who signed it, what it must hold, and which of two is newer."""

from typing import Any

from intake.envelope.encoding import b64u, dumps
from intake.envelope.signing import SigningKey, key_id
from tests.vectors.envelope import ORDER, flip
from tests.vectors.fixed import (
    IDENTITY_KEY,
    MESSAGES,
    OFFICE,
    OTHER_KEY,
    OTHER_OFFICE,
    PHONE,
    RECEIPTS,
    REPORT_KEY,
    THEIR_IDENTITY_KEY,
    THEIR_REPORT_KEY,
    Sealer,
    case,
    sign,
)

SERIAL = 1795374000


def key(public: bytes) -> dict[str, str]:
    return {"id": key_id(public), "kem": "0x647a", "key": b64u(public)}


def payload(**changed: object) -> dict[str, Any]:
    """What the office of the vectors says; a value of None takes a member away."""
    usual = {
        "office": {"id": "o1", "name": "Bureau «Est»", "sign_key": b64u(OFFICE.public)},
        "keys": {"report": key(REPORT_KEY.public), "identity": key(IDENTITY_KEY.public)},
        "receipt_key": b64u(RECEIPTS.public),
        "message_sign_key": b64u(MESSAGES.public),
        "forms": [{"id": "visit", "version": 1}],
        "languages": ["en", "fr", "ar"],
        "places": [{"id": "p1", "name": "Nord", "parent": None}],
        "settings": {"lock_after": 60},
        "words": {},
        "offices": [],
        "services": None,
        "shell": "0123456789abcdef",
        "issued": "2026-11-22",
        "serial": SERIAL,
    }
    return {name: value for name, value in (usual | changed).items() if value is not None or name == "services"}


def other(**changed: object) -> dict[str, object]:
    """Another office as a bundle names it."""
    keys = {"report": key(THEIR_REPORT_KEY.public), "identity": key(THEIR_IDENTITY_KEY.public)}
    return {"id": "o2", "name": "Bureau «Ouest»", "keys": keys} | changed


def signed(content: object, by: SigningKey = OFFICE, *, raw: bytes | None = None) -> dict[str, str]:
    data = dumps(content) if raw is None else raw
    return {"payload": b64u(data), "sign": b64u(sign(by, b"intake-bundle/1\n" + data))}


def cases(_sealer: Sealer) -> list[dict[str, object]]:
    return [*_right(), *_newer(), *_signature(), *_content()]


def _case(name: str, say: str, expect: str, offered: object, **values: object) -> dict[str, object]:
    return case(name, say, expect, **({"offered": offered, "pinned": OFFICE.public} | values))


def _right() -> list[dict[str, object]]:
    rotated = payload(next_sign_key=b64u(OTHER_OFFICE.public))
    more = payload(something_new={"a": [1]})
    named = payload(offices=[other()])
    unnamed = payload(offices=None)
    spaced = b" " + dumps(payload()) + b"\n"
    return [
        _case("plain", "Signed by the pinned key.", "ok", signed(payload()), payload=payload()),
        _case("next-key", "It announces the office's next signing key.", "ok", signed(rotated), payload=rotated),
        _case("unknown-member", "Members unknown today are passed over.", "ok", signed(more), payload=more),
        _case("another-office", "It names another office with its keys.", "ok", signed(named), payload=named),
        _case("no-offices", "It does not speak of other offices.", "ok", signed(unnamed), payload=unnamed),
        _case("not-canonical", "The signature covers the bytes as they are, canonical or not.", "ok",
              signed(None, raw=spaced), payload=payload()),
    ]  # fmt: skip


def _newer() -> list[dict[str, object]]:
    held = signed(payload())
    later, earlier = payload(serial=SERIAL + 1), payload(serial=SERIAL - 1)
    other = payload(settings={"lock_after": 3600})
    swapped = payload(keys={"report": key(OTHER_KEY.public), "identity": key(IDENTITY_KEY.public)})
    text = sign(OFFICE, b"intake-bundle/1\n" + dumps(payload()))
    respelled = b64u(text[:32] + (ORDER - int.from_bytes(text[32:], "big")).to_bytes(32, "big"))
    return [
        _case("newer", "A higher serial replaces.", "ok", signed(later), held=held, payload=later, newer=True),
        _case("older", "A lower serial does not: the phone keeps what it has and carries on.", "ok", signed(earlier),
              held=held, payload=earlier, newer=False),
        _case("same", "The same bytes again change nothing.", "ok", held, held=held, payload=payload(), newer=False),
        _case("same-respelled", "The same payload with another signature over it changes nothing.", "ok",
              {"payload": held["payload"], "sign": respelled}, held=held, payload=payload(), newer=False),
        _case("equal-serial", "The same serial with other bytes: someone signed two truths.", "409.1", signed(other),
              held=held),
        _case("equal-serial-other-key", "The same serial with another recipient.", "409.1", signed(swapped), held=held),
        _case("newer-but-foreign", "A higher serial by another key.", "422.16", signed(later, OTHER_OFFICE), held=held),
    ]  # fmt: skip


def _signature() -> list[dict[str, object]]:
    good = signed(payload())
    data = dumps(payload())
    replaced = payload(keys={"report": key(OTHER_KEY.public), "identity": key(IDENTITY_KEY.public)})
    theirs = payload(office={"id": "o1", "name": "Bureau «Est»", "sign_key": b64u(OTHER_OFFICE.public)})
    last = good["payload"][-1]
    wrong = {
        "replaced-key": ({"payload": b64u(dumps(replaced)), "sign": good["sign"]}, "The report key was exchanged."),
        "other-office": (signed(payload(), OTHER_OFFICE), "Signed by another office."),
        "other-office-whole": (signed(theirs, OTHER_OFFICE), "Another office's own, right bundle."),
        "server": (signed(payload(), RECEIPTS), "Signed by the server's receipt key."),
        "flipped-payload": ({"payload": b64u(flip(data, 900)), "sign": good["sign"]}, "One bit of the payload."),
        "cut-payload": ({"payload": b64u(data[:-1]), "sign": good["sign"]}, "The payload is cut short."),
        "flipped-sign": ({"payload": good["payload"], "sign": b64u(flip(sign(OFFICE, data), 7))}, "Another signature."),
        "no-prefix": ({"payload": good["payload"], "sign": b64u(sign(OFFICE, data))}, "Signed without its first line."),
        "as-receipt": ({"payload": good["payload"], "sign": b64u(sign(OFFICE, b"intake-receipt/1\n" + data))},
                       "Signed as another kind of text."),
        "no-sign": ({"payload": good["payload"]}, "No signature."),
        "no-payload": ({"sign": good["sign"]}, "No payload."),
        "empty-sign": ({"payload": good["payload"], "sign": ""}, "An empty signature."),
        "sign-not-text": ({"payload": good["payload"], "sign": None}, "A signature that is no text."),
        "padded-base64": ({"payload": good["payload"] + "=", "sign": good["sign"]}, "Padding behind the payload."),
        "other-alphabet": ({"payload": "+" + good["payload"][1:], "sign": good["sign"]}, "Ordinary base64."),
        "newline": ({"payload": good["payload"] + "\n", "sign": good["sign"]}, "A line's end behind the payload."),
        "spare-bits": ({"payload": _respelled(good["payload"], last), "sign": good["sign"]}, "Spare bits set."),
    }  # fmt: skip
    return [
        *[_case(name, say, "422.16", bundle) for name, (bundle, say) in wrong.items()],
        _case("other-pin", "Right, but not the office this phone joined.", "422.16", good, pinned=OTHER_OFFICE.public),
        _case("pin-is-a-phone", "The pin is another sort of key.", "422.16", good, pinned=PHONE.public),
    ]


def _respelled(text: str, last: str) -> str:
    """The text with a spare bit set in its last character, or with one character too many where there are none."""
    return text + "A" if len(text) % 4 == 0 else text[:-1] + chr(ord(last) + 1)


def _content() -> list[dict[str, object]]:
    """Payloads signed by the right key that would make a phone seal to nobody, or to the wrong one."""
    right = key(REPORT_KEY.public)
    identity = key(IDENTITY_KEY.public)
    theirs, both = key(THEIR_REPORT_KEY.public), other()["keys"]
    changed: dict[str, tuple[dict[str, object], str]] = {
        "offices-no-list": ({"offices": {"o2": other()}}, "Other offices that are no list."),
        "offices-empty-object": ({"offices": {}}, "Other offices that are an empty object."),
        "offices-empty-text": ({"offices": ""}, "Other offices that are an empty text."),
        "office-without-name": ({"offices": [other(name="")]}, "Another office without a name."),
        "office-without-id": ({"offices": [other(id="")]}, "Another office without an id."),
        "office-without-keys": ({"offices": [other(keys=None)]}, "Another office without keys."),
        "office-one-key": ({"offices": [other(keys={"report": theirs})]}, "Another office without an identity key."),
        "office-wrong-key-id": ({"offices": [other(keys={"report": theirs | {"id": right["id"]}, "identity": theirs})]},
                                "Another office's key under our key's id."),
        "office-with-our-id": ({"offices": [other(id="o1")]}, "Another office with our id."),
        "office-with-our-report-key": ({"offices": [other(keys={"report": right, "identity": theirs})]},
                                       "Our report key as another office's: we would read what we must not."),
        "office-with-our-identity-key": ({"offices": [other(keys={"report": theirs, "identity": identity})]},
                                         "Our identity key as another office's."),
        "office-with-our-key-swapped": ({"offices": [other(keys={"report": identity, "identity": theirs})]},
                                        "Our identity key as another office's report key."),
        "office-one-key-twice": ({"offices": [other(keys={"report": theirs, "identity": theirs})]},
                                 "One key for both parts of another office."),
        "office-twice": ({"offices": [other(), other()]}, "Another office twice."),
        "offices-sharing-keys": ({"offices": [other(), other(id="o3", keys=both)]}, "Two offices with the same keys."),
        "no-keys": ({"keys": None}, "No keys."),
        "no-identity-key": ({"keys": {"report": right}}, "No identity key."),
        "one-key-twice": ({"keys": {"report": right, "identity": right}}, "One key for both parts."),
        "wrong-key-id": ({"keys": {"report": right | {"id": identity["id"]}, "identity": identity}},
                         "A key under another key's id."),
        "short-key": ({"keys": {"report": key(REPORT_KEY.public[:-1]), "identity": identity}}, "A key cut short."),
        "other-kem": ({"keys": {"report": right | {"kem": "0x0010"}, "identity": identity}}, "Another KEM."),
        "no-kem": ({"keys": {"report": {"id": right["id"], "key": right["key"]}, "identity": identity}},
                   "A key that does not say its KEM."),
        "no-receipt-key": ({"receipt_key": None}, "No key for receipts."),
        "bad-receipt-key": ({"receipt_key": b64u(b"\4" + bytes(64))}, "A receipt key that is no point of the curve."),
        "no-message-key": ({"message_sign_key": None}, "No key for messages."),
        "bad-next-key": ({"next_sign_key": b64u(bytes(65))}, "A next signing key that is none."),
        "no-office": ({"office": None}, "No office."),
        "no-office-id": ({"office": {"id": "", "name": "x", "sign_key": b64u(OFFICE.public)}}, "An office without id."),
        "other-sign-key": ({"office": {"id": "o1", "name": "x", "sign_key": b64u(OTHER_OFFICE.public)}},
                           "It names another signing key than the one that signed."),
        "no-serial": ({"serial": None}, "No serial."),
        "serial-text": ({"serial": str(SERIAL)}, "A serial in quotes."),
        "serial-zero": ({"serial": 0}, "Serial zero."),
        "serial-negative": ({"serial": -5}, "A negative serial."),
        "serial-true": ({"serial": True}, "True for a serial."),
    }  # fmt: skip
    texts = {
        "name-twice": (b'{"serial":2,' + dumps(payload())[1:], "The serial twice."),
        "not-json": (b"office o1", "No JSON."),
        "list": (b"[]", "A list."),
        "fraction": (dumps(payload(settings={"a": 0.5})), "A fraction."),
    }
    return [
        *[_case(name, say, "422.16", signed(payload(**what))) for name, (what, say) in changed.items()],
        *[_case(f"json-{name}", say, "422.16", signed(None, raw=raw)) for name, (raw, say) in texts.items()],
    ]
