"""The phone's readers and these, on thousands of damaged inputs: both read the same thing or both refuse."""

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from intake.domain.problems import CATALOGUE, Problem
from intake.envelope.encoding import b64u, loads, unb64u
from intake.envelope.format import parse
from tests.support.browser import NODE
from tests.vectors.envelope import draft
from tests.vectors.opening import wrong_json

PROGRAM = Path(__file__).with_name("twins.mjs")
READERS: dict[str, Callable[[bytes], object]] = {
    "envelope": lambda data: parse(data).digest,
    "json": loads,
    "base64url": lambda data: unb64u(data.decode()).hex(),
}
HEADER_BYTES = [
    bytes([byte]) for byte in b" \n\r\t0123456789abcdefABCDEF-_=+/.:yesnoreportdevicemadeurgentpartidentitysign\x80"
]
JSON_BYTES = [
    *(bytes([byte]) for byte in b'"\\{}[]:,01.-e \n\x00\x0b'), b"null", b"true", b'"a"', b"\\u0061", b"\\ud83c", b"-0",
    "é".encode(), "\u2028".encode(), "\u00a0".encode(), "\ufeff".encode(), b"\xff", b"9007199254740992",
]  # fmt: skip
SOUND_JSON = [
    '{"a":[1,{"b":"é\\"x","c":null}],"d":-5,"e":{"f":"🌍","a":1}}'.encode(),
    b'[1,2,{"a":"\\u00e9\\ud83c\\udf0d","\\u0062":true}]',
    b'{"a":{"a":{"a":1}},"b":[9007199254740991]}',
]


def damaged(chance: random.Random, data: bytes, size: int, pieces: list[bytes], times: int) -> bytes:
    """`data` with pieces put in, taken out or written over within its first `size` bytes."""
    for _ in range(times):
        place = chance.randrange(size)
        taken = chance.choice([0, 0, 1, 1, 2])
        data = data[:place] + chance.choice([b"", chance.choice(pieces)]) + data[place + taken :]
    return data


def envelopes(chance: random.Random) -> list[bytes]:
    whole = [draft().write(), draft(draft().bodies[:1]).write(), draft(urgent="yes").write()]
    return [
        damaged(chance, raw, raw.index(b"\n\n") + 2, HEADER_BYTES, chance.choice([0, 1, 1, 1, 2]))
        for raw in (chance.choice(whole) for _ in range(1500))
    ]


def json_texts(chance: random.Random) -> list[bytes]:
    texts = SOUND_JSON * 8 + [text for text, _ in wrong_json().values() if 0 < len(text) < 300]
    return [
        damaged(chance, text, len(text), JSON_BYTES, chance.choice([0, 1, 1, 2, 4]))
        for text in (chance.choice(texts) for _ in range(4000))
    ]


def base64url_texts(chance: random.Random) -> list[bytes]:
    return ["".join(chance.choices("AQgwZm9v-_=+/ \nBé", k=chance.randrange(9))).encode() for _ in range(1500)]


@pytest.mark.parametrize(
    ("kind", "make"), [("envelope", envelopes), ("json", json_texts), ("base64url", base64url_texts)]
)
def test_the_phone_and_the_office_read_and_refuse_the_same(
    kind: str, make: Callable[[random.Random], list[bytes]]
) -> None:
    inputs = make(random.Random(2026))
    jobs = json.dumps([[kind, b64u(data)] for data in inputs])
    ran = subprocess.run([NODE, PROGRAM], input=jobs, capture_output=True, text=True, check=True)
    phone = json.loads(ran.stdout)
    differing = [
        (data, here, there)
        for data, here, there in zip(inputs, (_outcome(kind, data) for data in inputs), phone, strict=True)
        if here[0].startswith("ok") != there[0].startswith("ok") or here[1] != there[1]
    ]
    assert differing == []
    assert {outcome == "ok" for outcome, _ in phone} == {True, False}
    assert {outcome for outcome, _ in phone} <= {"ok", *CATALOGUE}, "the phone fails in another way than by refusing"


def _outcome(kind: str, data: bytes) -> tuple[str, object]:
    try:
        return "ok", READERS[kind](data)
    except Problem as refused:
        return refused.code, None
