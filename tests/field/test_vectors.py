"""The phone and its Python twin pass the same cases: `tests/vectors`, most of which must fail."""

import json
from typing import Any

import pytest

from intake.envelope.encoding import unb64u
from tests.support.browser import ROOT, Script

VECTORS = ROOT / "tests" / "vectors"
FAMILIES = ("envelope", "opening", "packing", "bundle", "receipt", "message", "directory", "encoding")
RESULTS = {"value", "data", "payload", "newer", "day", "content"}
ENCODED = {"hex", "canonical", "padded", "id", "fingerprint", "words", "normal", "hash", "proof", "plaintext"}
OF_A_FAMILY = {"directory": {"id"}}
OF_A_KIND = {"xwing": {"public"}}


def cases(family: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((VECTORS / f"{family}.json").read_text("utf-8"))
    return found


def expected(family: str, case: dict[str, Any]) -> dict[str, Any]:
    """What a case must give, of all its members."""
    if case["expect"] != "ok":
        return {"expect": case["expect"]}
    names = {"expect"} | (ENCODED if family == "encoding" else RESULTS | OF_A_FAMILY.get(family, set()))
    return {name: value for name, value in case.items() if name in names | OF_A_KIND.get(case.get("kind", ""), set())}


def agrees(wanted: dict[str, Any], got: dict[str, Any]) -> bool:
    """Whether a case gave what it must; JSON is compared as values, because the phone writes none canonically."""
    if "canonical" in wanted and "canonical" in got:
        wanted = {**wanted, "canonical": json.loads(unb64u(wanted["canonical"]))}
        got = {**got, "canonical": json.loads(got["canonical"])}
    return wanted.items() <= got.items()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_phone_gives_what_every_vector_expects(run_js: Script, family: str) -> None:
    body = """const given = [];
        for (const one of arg.cases) given.push(await runCase(arg.family, one));
        return given;"""
    all_cases = cases(family)
    given = run_js("/tests/field/opening.js", body, {"family": family, "cases": all_cases})
    differing = {
        case["name"]: (got, expected(family, case))
        for case, got in zip(all_cases, given, strict=True)
        if not agrees(expected(family, case), got)
    }
    assert differing == {}


def test_most_vectors_must_fail() -> None:
    expectations = [case["expect"] for family in FAMILIES for case in cases(family)]
    assert len(expectations) >= 80
    assert sum(expect != "ok" for expect in expectations) > len(expectations) / 2
