"""`docs/open_envelope.py`, which must open what Intake seals though it shares no code with it."""

import ast
import json
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.envelope.encoding import b64u, unb64u
from intake.envelope.format import parse
from tests.envelope.refusals import refusal
from tests.envelope.test_vectors import committed
from tests.vectors.envelope import draft
from tests.vectors.fixed import IDENTITY_KEY, REPORT_KEY

PROGRAM = Path(__file__).parents[2] / "docs" / "open_envelope.py"
STRICT_JSON = "422.14"


def load() -> ModuleType:
    spec = spec_from_file_location("open_envelope", PROGRAM)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


program = load()
GOOD = draft().write()


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in committed("envelope")])
def test_it_accepts_and_refuses_the_envelopes_that_intake_does(case: dict[str, Any]) -> None:
    device = unb64u(case["device_key"]) if "device_key" in case else None
    if case["expect"] == "ok":
        assert program.open_envelope(unb64u(case["envelope"]), [], device) == {}
    else:
        with pytest.raises(ValueError, match=r"."):
            program.open_envelope(unb64u(case["envelope"]), [], device)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in committed("opening")])
def test_it_opens_the_parts_that_intake_opens(case: dict[str, Any]) -> None:
    def opened() -> object:
        found = program.open_envelope(unb64u(case["envelope"]), [unb64u(case["seed"])], unb64u(case["device_key"]))
        return found[case["part"]]

    if case["expect"] == "ok":
        assert opened() == case["value"]
    elif case["expect"] != STRICT_JSON:
        # KeyError: the part is not among what this seed opens.
        with pytest.raises((ValueError, KeyError)):
            opened()


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_it_accepts_what_intakes_parser_accepts_and_nothing_else(place: int, byte: int) -> None:
    changed = GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    if refusal(lambda: parse(changed)) is None:
        assert program.open_envelope(changed, []) == {}
    else:
        with pytest.raises(ValueError, match=r"."):
            program.open_envelope(changed, [])


def test_run_as_a_program_it_prints_what_the_seeds_open(tmp_path: Path) -> None:
    case = next(case for case in committed("opening") if case["name"] == "report")
    (tmp_path / "one").write_bytes(unb64u(case["envelope"]))
    (tmp_path / "seeds").write_text(f"{REPORT_KEY.seed.hex()}\n{b64u(IDENTITY_KEY.seed)}\n")
    command = [sys.executable, PROGRAM, tmp_path / "one", tmp_path / "seeds", "--device", case["device_key"]]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout)["report"] == case["value"]
    assert set(json.loads(ran.stdout)) == {"report", "identity"}


def test_it_is_short_and_needs_only_cryptography() -> None:
    text = PROGRAM.read_text("utf-8")
    assert len(text.splitlines()) <= 120
    modules = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [])
        + ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [])
        if name
    }
    assert modules - set(sys.stdlib_module_names) == {"cryptography"}
