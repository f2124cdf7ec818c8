"""The phone's `questionnaire.js` and Python's `questionnaire` say the same, on saved cases and on fresh ones."""

import json
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.browser import Script
from tests.support.forms import IN_THE_BROWSER, form_case, in_python, rule_case
from tests.vectors import rules
from tests.vectors.fixed import HERE

SAVED: list[dict[str, Any]] = json.loads((HERE / "rules.json").read_text("utf-8"))


def in_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_there_are_five_hundred_saved_cases_and_every_answer_of_a_rule_among_them() -> None:
    assert len(SAVED) == 500
    assert {case["expect"]["judged"] for case in SAVED if "rule" in case} == {True, False, None}


def test_the_saved_cases_are_what_their_maker_writes() -> None:
    assert (HERE / "rules.json").read_text("utf-8") == rules.text(), rules.HINT


def test_python_passes_the_saved_cases() -> None:
    differing = [number for number, case in enumerate(SAVED) if in_json(in_python(case)) != case["expect"]]
    assert differing == []


def test_the_phone_passes_the_saved_cases(run_js: Script) -> None:
    made = run_js("questionnaire", IN_THE_BROWSER, SAVED)
    assert [number for number, case in enumerate(SAVED) if made[number] != case["expect"]] == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**64))
def test_both_agree_on_cases_nobody_has_seen_before(run_js: Script, seed: int) -> None:
    chance = Random(seed)
    cases = [rule_case(chance) for _ in range(15)] + [form_case(chance) for _ in range(10)]
    made = run_js("questionnaire", IN_THE_BROWSER, cases)
    for case, phone in zip(cases, made, strict=True):
        assert phone == in_json(in_python(case)), case
