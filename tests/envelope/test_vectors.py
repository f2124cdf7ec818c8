"""The vectors of `tests/vectors`, which the phone's scripts must pass too."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intake.domain.problems import CATALOGUE, Problem
from intake.envelope import bundles, directory, format, invitations, messages, receipts, signing
from intake.envelope.check_words import check_words
from intake.envelope.encoding import b64u, dumps, loads, unb64u
from intake.envelope.opening import open_part, open_sealed, unpack
from intake.envelope.sealing import SealingKey, padme
from tests.vectors import make

Case = dict[str, Any]


def of_envelope(case: Case) -> Case:
    envelope = format.parse(unb64u(case["envelope"]))
    if "device_key" in case:
        signing.verify_envelope(envelope, unb64u(case["device_key"]))
    parts = [{"name": part.name, "key_id": part.key_id, "length": len(part.body)} for part in envelope.parts]
    value = {name: getattr(envelope, name) for name in ("report", "device", "made", "urgent", "digest")}
    return {"value": value | {"parts": parts}}


def of_opening(case: Case) -> Case:
    envelope = format.parse(unb64u(case["envelope"]))
    signing.verify_envelope(envelope, unb64u(case["device_key"]))
    return {"value": open_part(envelope, case["part"], unb64u(case["seed"]))}


def of_packing(case: Case) -> Case:
    return {"data": b64u(unpack(unb64u(case["plaintext"]), inflate=case["inflate"]))}


def of_bundle(case: Case) -> Case:
    pinned = unb64u(case["pinned"])
    found: Case = {"payload": bundles.read(case["offered"], pinned)}
    return found | ({"newer": bundles.newer(case["held"], case["offered"], pinned)} if "held" in case else {})


def of_receipt(case: Case) -> Case:
    receipts.check(case["receipt"], unb64u(case["key"]), report=case["report"], digest=case["digest"])
    return {}


def of_message(case: Case) -> Case:
    about = {name: case[name] for name in ("office", "device", "number", "last")}
    sign_key = unb64u(case["message_sign_key"])
    found = messages.open_message(unb64u(case["seed"]), unb64u(case["sealed"]), message_sign_key=sign_key, **about)
    return {"day": found.day, "content": found.content}


def of_directory(case: Case) -> Case:
    key, about = unb64u(case["key"]), {name: case[name] for name in ("office", "serial")}
    content = directory.open_directory(key, unb64u(case["sealed"]), **about)
    return {"id": directory.directory_key_id(key), "content": content}


def of_encoding(case: Case) -> Case:
    return ENCODINGS[case["kind"]](case)


def of_key_id(case: Case) -> Case:
    public = unb64u(case["public"])
    return {"id": signing.key_id(public), "fingerprint": bundles.fingerprint(public)}


def of_proof(case: Case) -> Case:
    secret = unb64u(case["secret"])
    return {"proof": invitations.proof(secret, case["code"], case["sign_key"], case["message_key"])}


def of_signature(case: Case) -> Case:
    signing.verify(unb64u(case["public"]), unb64u(case["sign"]), unb64u(case["data"]))
    return {}


def of_xwing(case: Case) -> Case:
    key = SealingKey.from_seed(unb64u(case["seed"]))
    plaintext = open_sealed(key.seed, unb64u(case["info"]), unb64u(case["sealed"]))
    return {"public": b64u(key.public), "plaintext": b64u(plaintext)}


ENCODINGS: dict[str, Callable[[Case], Case]] = {
    "base64url": lambda case: {"hex": unb64u(case["text"]).hex()},
    "json": lambda case: {"canonical": b64u(dumps(loads(unb64u(case["data"]))))},
    "padme": lambda case: {"padded": padme(case["length"])},
    "key_id": of_key_id,
    "check_words": lambda case: {"words": list(check_words(unb64u(case["public"]), case["count"]))},
    "code": lambda case: {"normal": invitations.normal(case["code"]), "hash": invitations.code_hash(case["code"])},
    "proof": of_proof,
    "signature": of_signature,
    "xwing": of_xwing,
}
FAMILIES: dict[str, Callable[[Case], Case]] = {
    "envelope": of_envelope,
    "opening": of_opening,
    "packing": of_packing,
    "bundle": of_bundle,
    "receipt": of_receipt,
    "message": of_message,
    "directory": of_directory,
    "encoding": of_encoding,
}


EITHER_WAY: dict[str, Callable[[Case], Case]] = {"xwing": of_xwing, "message": of_message}


def committed(family: str) -> list[Case]:
    cases: list[Case] = json.loads((make.HERE / f"{family}.json").read_text("utf-8"))
    return cases


STALE = "{} is not what `python -m tests.vectors.make` writes"
ALL = [(family, case) for family in FAMILIES for case in committed(family)]


@pytest.mark.parametrize(("family", "case"), [pytest.param(*each, id=f"{each[0]}-{each[1]['name']}") for each in ALL])
def test_a_vector_ends_as_it_must(family: str, case: Case) -> None:
    if case["expect"] == "ok":
        found = FAMILIES[family](case)
        assert found == {name: case[name] for name in found}
    else:
        with pytest.raises(Problem) as refused:
            FAMILIES[family](case)
        assert refused.value.code == case["expect"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in committed("sealed-by-python")])
def test_what_python_sealed_for_the_browser_opens_here_too(case: Case) -> None:
    found = EITHER_WAY[case["kind"]](case)
    assert found == {name: case[name] for name in found}


def test_the_committed_vectors_are_what_make_writes(tmp_path: Path) -> None:
    make.write(tmp_path, make.kept())
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (make.HERE / path.name).read_bytes(), STALE.format(path.name)


def test_the_browsers_library_seals_the_same_texts_again(tmp_path: Path) -> None:
    make.write(tmp_path, {})
    assert (tmp_path / "sealed.json").read_bytes() == (make.HERE / "sealed.json").read_bytes()


def test_there_are_many_vectors_and_most_of_them_must_fail() -> None:
    bad = [case for _, case in ALL if case["expect"] != "ok"]
    assert len(ALL) >= 80
    assert len(bad) > len(ALL) / 2


def test_no_two_vectors_of_a_family_share_a_name() -> None:
    for family in FAMILIES:
        names = [case["name"] for case in committed(family)]
        assert len(set(names)) == len(names), family


def test_every_refusal_of_the_envelope_has_a_vector() -> None:
    numbered = {f"422.{number}" for number in range(1, 19)} | {"403.2"}
    assert numbered <= CATALOGUE.keys()
    assert numbered <= {case["expect"] for _, case in ALL}
