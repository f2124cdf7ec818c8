"""The phone and Python agree on numbers that people keep, and on the answer that one finds and opens."""

import json
from typing import Any

from intake.envelope import own_answers
from intake.envelope.encoding import unb64u
from tests.support.browser import Script
from tests.vectors import own_answer as vectors

SAVED: dict[str, list[dict[str, Any]]] = json.loads(vectors.PATH.read_text("utf-8"))


def test_the_phone_makes_reads_and_shows_the_same_numbers(run_js: Script) -> None:
    body = """return {
        numbers: arg.numbers.map(({ ten }) => ({ ten, number: checked(ten) })),
        typed: arg.typed.map(({ text, shape }) => ({ text, shape, number: typedNumber(text, shape) })),
        shown: arg.shown.map(({ number, shape }) => ({ number, shape, shown: shaped(number, shape) })),
        made: Array.from({ length: 50 }, makeNumber).every(isNumber),
    };"""
    given = run_js("own-number", body, SAVED)
    assert given.pop("made")
    assert given == {name: SAVED[name] for name in ("numbers", "typed", "shown")}


def test_the_phone_finds_and_opens_what_the_office_sealed(run_js: Script) -> None:
    [case] = SAVED["sealed"]
    body = """const { code, office, deposit } = arg;
        const stretched = await stretch({ code, office, address: "/static/field/kdf-worker.js" });
        const key = unb64u(arg.key);
        const at = await locator(key, stretched, office, deposit);
        const content = await openAnswer(key, stretched, unb64u(arg.sealed), office, deposit);
        const other = await openAnswer(key, stretched, unb64u(arg.sealed), office, "x.y").catch((one) => one.code);
        return { stretched: b64u(stretched), locator: at, content, other };"""
    given = run_js("own-answer bytes", body, case)
    assert given == {name: case[name] for name in ("stretched", "locator", "content")} | {"other": "422.12"}


def test_python_opens_the_saved_answer_and_no_other_number_does() -> None:
    [case] = SAVED["sealed"]
    key, blob = unb64u(case["key"]), unb64u(case["sealed"])
    bound: dict[str, Any] = {"office": case["office"], "deposit": case["deposit"]}
    assert own_answers.open_answer(key, unb64u(case["stretched"]), blob, **bound) == case["content"]
