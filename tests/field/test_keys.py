"""Keys made on the phone are keys the office can use, and the other way round."""

import pytest

from intake.envelope import messages, signing
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.sealing import SealingKey, padme
from tests.support.browser import Script

DEVICE = "3f1c9a7e5b2d4c60"
OPEN = """
    const { message } = await openKeys(arg.secrets);
    return openMessage({ ...arg, sealed: unb64u(arg.sealed), messageKey: message });
"""


def test_the_seed_in_a_slot_is_the_key_the_office_seals_to(run_js: Script) -> None:
    made = run_js("keys bytes", "const m = await makeKeys(); return [m.secrets.message, b64u(m.messageKey)];")
    assert SealingKey.from_seed(unb64u(made[0])).public == unb64u(made[1])


def test_a_phone_is_named_by_its_signing_key_and_signs_what_the_office_verifies(run_js: Script) -> None:
    body = """const made = await makeKeys(), keys = await openKeys(made.secrets);
        return [made.device, b64u(made.signKey), b64u(await sign(keys.sign, utf8("words")))];"""
    device, public, signature = run_js("keys signing bytes", body)
    assert signing.key_id(unb64u(public)) == device
    signing.verify(unb64u(public), unb64u(signature), b"words")


def test_two_phones_never_get_the_same_keys(run_js: Script) -> None:
    body = "const m = await makeKeys(); return [m.device, ...Object.values(m.secrets)];"
    assert not set(run_js("keys", body)) & set(run_js("keys", body))


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        ({}, {"office": "o1", "number": 7, "day": "2026-11-22", "content": {"text": "السبت"}}),
        ({"number": 8}, {"refused": "422.12"}),
        ({"device": "0" * 16}, {"refused": "422.12"}),
        ({"last": 7}, {"refused": "422.18"}),
        ({"office": "o2"}, {"refused": "422.18"}),
    ],
)
def test_the_phone_opens_what_the_office_wrote_to_it_and_nothing_else(
    run_js: Script, instead: dict[str, object], expected: dict[str, object]
) -> None:
    office = signing.SigningKey.generate()
    made = run_js("keys bytes", "const m = await makeKeys(); return { ...m, messageKey: b64u(m.messageKey) };")
    sealed = messages.seal_message(
        unb64u(made["messageKey"]),
        office,
        office="o1",
        device=DEVICE,
        number=7,
        day="2026-11-22",
        content={"text": "السبت"},
    )
    task = {
        "secrets": made["secrets"],
        "sealed": b64u(sealed),
        "messageSignKey": b64u(office.public),
        "office": "o1",
        "device": DEVICE,
        "number": 7,
        "last": 6,
    }
    assert run_js("keys bytes message", OPEN, {**task, **instead}) == expected


def test_both_sides_pad_every_length_alike(run_js: Script) -> None:
    lengths = [*range(5, 3000), *range(3000, 600_000, 997)]
    assert run_js("deflate", "return arg.map(padme)", lengths) == [padme(length) for length in lengths]
