"""What the phone seals, the office opens; what cannot be sealed is refused by name and nothing is returned."""

import secrets
from typing import Any

import pytest

from intake.envelope import opening, signing
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.format import LIMITS, parse
from intake.envelope.sealing import SealingKey
from tests.support.browser import Script

REPORT = "0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f11"
WORK, IDENTITY = SealingKey.generate(), SealingKey.generate()
MODULES = "bytes keys envelope strict-json"
SEAL = """
    const made = await makeKeys();
    const { sign } = await openKeys(made.secrets);
    const { bytes, digest } = await sealEnvelope({ report: arg.report, made: "2026-11-22", urgent: false,
        reportJson: writeJson(arg.answers), identityJson: '{"answers":{}}', keys: arg.keys,
        device: made.device, signKey: sign, ...arg.instead });
    return { raw: b64u(bytes), digest, public: b64u(made.signKey) };
"""


def seal(run_js: Script, answers: object, **instead: object) -> Any:
    keys = {"report": entry(WORK), "identity": entry(IDENTITY)}
    return run_js(MODULES, SEAL, {"report": REPORT, "answers": answers, "keys": keys, "instead": instead})


def entry(key: SealingKey) -> dict[str, str]:
    return {"id": signing.key_id(key.public), "kem": "0x647a", "key": b64u(key.public)}


@pytest.mark.parametrize("answers", [{}, {"told": "Ελληνικά عربي 🙂"}, {"told": "same " * 2000}, {"n": 2**53 - 1}])
def test_the_office_opens_what_the_phone_sealed__enketo_1463(run_js: Script, answers: dict[str, object]) -> None:
    sealed = seal(run_js, answers)
    envelope = parse(unb64u(sealed["raw"]))
    signing.verify_envelope(envelope, unb64u(sealed["public"]))
    assert envelope.digest == sealed["digest"]
    assert opening.open_part(envelope, "report", WORK.seed) == answers
    assert opening.open_part(envelope, "identity", IDENTITY.seed) == {"answers": {}}


def test_the_phone_reads_back_what_it_sealed_and_finds_the_same_digest(run_js: Script) -> None:
    sealed = seal(run_js, {"told": "yes"})
    body = """const envelope = parseEnvelope(unb64u(arg.raw));
        await verifyEnvelope(envelope, unb64u(arg.public));
        return [envelope.report, await digestOf(envelope), envelope.parts.map((part) => part.name)];"""
    assert run_js(MODULES, body, sealed) == [REPORT, sealed["digest"], ["report", "identity"]]


def test_a_report_of_usual_length_is_compressed(run_js: Script) -> None:
    answers = {"told": "He said that the food would come only if I came too. " * 40}
    envelope = parse(unb64u(seal(run_js, answers)["raw"]))
    assert len(envelope.parts[0].body) < LIMITS.part_least + 200


def test_a_browser_without_compression_seals_the_same_answers_stored(run_js: Script) -> None:
    run_js("bytes", "window.kept = CompressionStream; delete window.CompressionStream;")
    try:
        sealed = seal(run_js, {"told": "again " * 500})
    finally:
        run_js("bytes", "window.CompressionStream = window.kept;")
    envelope = parse(unb64u(sealed["raw"]))
    assert len(envelope.parts[0].body) > 3000
    assert opening.open_part(envelope, "report", WORK.seed) == {"told": "again " * 500}


def test_a_report_too_large_for_its_part_is_refused_before_sealing__globaleaks_2226(run_js: Script) -> None:
    assert seal(run_js, {"noise": secrets.token_hex(300_000)}) == {"refused": "413.1"}
    assert seal(run_js, {"many": "a" * (LIMITS.inflated + 1)}) == {"refused": "413.1"}


def test_without_the_office_keys_nothing_is_sealed(run_js: Script) -> None:
    assert seal(run_js, {}, keys={"report": entry(WORK)}) == {"refused": "phone.no_key"}


def test_a_key_that_does_not_fit_its_id_seals_nothing(run_js: Script) -> None:
    swapped = {**entry(WORK), "key": b64u(IDENTITY.public)}
    assert seal(run_js, {}, keys={"report": swapped, "identity": entry(IDENTITY)}) == {"refused": "422.15"}


@pytest.mark.parametrize("spoil", [slice(0, 2), slice(1184, 1216)])
def test_bytes_that_are_no_key_seal_nothing(run_js: Script, spoil: slice) -> None:
    public = bytearray(WORK.public)
    public[spoil] = b"\xff\xff" if spoil.start == 0 else bytes(32)
    broken = {"id": signing.key_id(bytes(public)), "kem": "0x647a", "key": b64u(bytes(public))}
    assert seal(run_js, {}, keys={"report": broken, "identity": entry(IDENTITY)}) == {"refused": "422.15"}


@pytest.mark.parametrize(
    ("instead", "code"),
    [
        ({"report": REPORT.upper()}, "422.4"),
        ({"device": "3f1c"}, "422.5"),
        ({"made": "2026-02-30"}, "422.6"),
        ({"made": "2026-1-1"}, "422.6"),
        ({"reportJson": '{"a":'}, "422.14"),
        ({"reportJson": "[]"}, "422.14"),
        ({"reportJson": '{"a":1.5}'}, "422.14"),
    ],
)
def test_what_the_office_would_refuse_is_not_sealed(run_js: Script, instead: dict[str, str], code: str) -> None:
    assert seal(run_js, {}, **instead) == {"refused": code}


def test_half_an_emoji_does_not_lose_the_report(run_js: Script) -> None:
    halved = r'{"told":"cut \ud83d","whole":"\ud83d\ude42"}'
    envelope = parse(unb64u(seal(run_js, {}, reportJson=halved)["raw"]))
    assert opening.open_part(envelope, "report", WORK.seed) == {"told": "cut \ufffd", "whole": "🙂"}


def test_the_parser_hands_over_bytes_that_are_its_own(run_js: Script) -> None:
    sealed = seal(run_js, {})
    body = """const raw = unb64u(arg.raw), envelope = parseEnvelope(raw), before = envelope.parts[0].body[0];
        raw.fill(0); return envelope.parts[0].body[0] === before;"""
    assert run_js(MODULES, body, sealed)
