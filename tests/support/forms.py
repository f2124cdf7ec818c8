"""Invented forms, rules and answers, right and wrong ones, from one source of chance (a `random.Random`)."""

from random import Random
from typing import Any

from intake.domain import questionnaire
from intake.domain.rules import Scene, judge

NOW = ("2026-11-22T14:05", "2024-02-29T23:59", "2026-01-01T00:00")
WHEN: list[Any] = [
    *("2026-11-22", "2026-11-19", "2026-11-18", "2026-11-17", "2026-11-23", "2026-11-30", "2024-02-29", "2023-02-29"),
    *("2026-11", "2026-10", "2026-13", "2024-02", "2026", "2025", "1899", "2200", "20261122", "2026-1-1", "soon", ""),
    *(
        ["2026-11-17", "2026-11-20"],
        ["2026-11-20", "2026-11-17"],
        ["2026-09-01", "2026-11-20"],
        ["2026-11"],
        [],
        [1, 2],
    ),
    *(7, None, {"when": "2026"}, ["2025-12-31", "2026-01-01"], "٢٠٢٦"),
]
NOTHING: list[Any] = [
    *(
        {"no": "declined"},
        {"no": "not_asked"},
        {"no": "unknown"},
        {"no": "never"},
        {"no": 1},
        {"no": "declined", "x": 1},
    ),
    None,
]
ODD: list[Any] = [
    "a",
    "yes",
    "read",
    3,
    -1,
    [],
    ["a"],
    ["a", "a"],
    {},
    {"text": "x"},
    {"when": "2026", "x": 1},
    [1],
    [{}],
]
TEXTS = ["", "  \n", "Amal", "e\u0301le\u0301phant", "سلام", "👩‍👧 𝄞", "x" * 9, "\u00a0"]
TAGS = ["en", "fr", "ar", "sw-CD", "", "x", "--", "e n", "a" * 36, 5]
SETTINGS: list[dict[str, Any]] = [
    {},
    {"pep_hours": 72, "ec_hours": 120, "kind": "a", "codes": ["a", "b"], "least": 2, "day": "2026-11-18"},
    {"pep_hours": 48, "ec_hours": 96, "kind": "b", "codes": [], "least": 1, "day": "2026-11", "utc_offset_minutes": 60},
    {"pep_hours": "72", "kind": 1, "codes": "a", "least": 0, "day": "never", "utc_offset_minutes": -300},
]
SIMPLE = ["notice", "yes_no", "one", "several", "listed", "number", "date", "text", "code"]
CODES = ["a", "b", "c"]


def some_answer(chance: Random, kind: str) -> Any:
    """Mostly an answer that fits the kind, sometimes one that refuses it or makes no sense."""
    odd = chance.random()
    if odd < 0.12:
        return chance.choice(NOTHING)
    if odd < 0.2:
        return chance.choice(ODD)
    return _fitting(chance, kind)


def _fitting(chance: Random, kind: str) -> Any:
    choices: dict[str, Any] = {
        "notice": ["read", "played"],
        "yes_no": ["yes", "no"],
        "one": [*CODES, "z"],
        "several": [[], ["a"], ["a", "b"], ["c", "a"], ["b", "b"], ["a", "z"]],
        "listed": ["north-1", "BF", "a", "", "a b", "x" * 65, "\u0663", "other"],
        "code": ["48291537", "4829153", "482915370", "4829 1537", "٤٨٢٩١٥٣٧", ""],
        "number": [0, 1, 2, 5, 31, -2, 2**53, 2**53 + 2],
        "date": [{"when": when} for when in WHEN],
        "text": [{"text": text, "language": "en"} for text in TEXTS] + [{"text": "x", "language": tag} for tag in TAGS],
    }
    return chance.choice(choices[kind])


def some_rows(chance: Random, question: dict[str, Any]) -> Any:
    if chance.random() < 0.15:
        return chance.choice([*NOTHING, *ODD, [{"row": 1}], ["x"], [{"row": "r1"}, {"row": "r1"}]])
    return [_row(chance, question, f"r{number}") for number in range(chance.randint(0, 3))]


def _row(chance: Random, question: dict[str, Any], name: str) -> dict[str, Any]:
    row: dict[str, Any] = {"row": name}
    for part in question["questions"]:
        if chance.random() < 0.7:
            row[part["id"]] = some_answer(chance, part["kind"])
    return row


def _value(chance: Random) -> Any:
    return chance.choice(
        [*CODES, "yes", "no", "read", 1, 2, {"setting": "kind"}, {"setting": "least"}, {"setting": "none"}]
    )


def some_rule(chance: Random, names: list[str], rows: list[str], depth: int = 2) -> dict[str, Any]:
    """A rule over questions `names` and repeating groups `rows`."""
    plain = [
        "is",
        "in",
        "has",
        "answered",
        "declined",
        "not_asked",
        "before",
        "hours_within",
        "count_at_least",
        "setting",
    ]
    if depth and chance.random() < 0.5:
        return _joined(chance, names, rows, depth)
    operator, name = chance.choice(plain), chance.choice([*names, *rows])
    moments: list[Any] = ["now", "2026-11-18", "2026-11", "2026", {"question": name}, {"setting": "day"}, "never"]
    arguments: dict[str, Any] = {
        "is": [name, _value(chance)],
        "in": [name, chance.choice([CODES[:2], ["yes", 1], [], {"setting": "codes"}])],
        "has": [name, _value(chance)],
        "answered": name,
        "declined": name,
        "not_asked": name,
        "before": [name, chance.choice(moments)],
        "hours_within": [name, chance.choice([72, 120, 0, {"setting": "pep_hours"}, {"setting": "ec_hours"}])],
        "count_at_least": [name, chance.choice([0, 1, 2, {"setting": "least"}])],
        "setting": [chance.choice(["kind", "least", "none"]), chance.choice(["a", "b", 1])],
    }
    return {operator: arguments[operator]}


def _joined(chance: Random, names: list[str], rows: list[str], depth: int) -> dict[str, Any]:
    operator = chance.choice(["not", "all", "any"])
    if operator == "not":
        return {"not": some_rule(chance, names, rows, depth - 1)}
    if rows and chance.random() < 0.3:
        inner = some_rule(chance, [*names, f"{rows[0]}_in"], [], depth - 1)
        if chance.random() < 0.3:
            return {"count_at_least": [rows[0], chance.choice([0, 1, 2]), inner]}
        return {operator: [rows[0], inner]}
    return {operator: [some_rule(chance, names, rows, depth - 1) for _ in range(chance.randint(0, 3))]}


def some_question(chance: Random, name: str, kind: str, earlier: list[str], rows: list[str]) -> dict[str, Any]:
    question: dict[str, Any] = {"id": name, "kind": kind, "text": f"form.x.{name}"}
    for flag, share in (("required", 0.3), ("declinable", 0.5), ("identity", 0.2)):
        if chance.random() < share:
            question[flag] = True
    if kind in ("one", "several"):
        question["options"] = [{"code": code, "text": f"form.x.{name}.option.{code}"} for code in CODES]
        if earlier and chance.random() < 0.3:
            question["options"][0]["when"] = some_rule(chance, earlier, rows, 1)
    if kind in ("number", "text") and chance.random() < 0.5:
        question["max"] = 5
    if earlier and chance.random() < 0.6:
        question["when"] = some_rule(chance, earlier, rows)
    if chance.random() < 0.25:
        question["checks"] = [{"refuse": some_rule(chance, [*earlier, name], rows), "text": f"form.x.{name}.check.one"}]
    return question


def some_repeating(chance: Random, name: str, earlier: list[str], rows: list[str]) -> dict[str, Any]:
    question = some_question(chance, name, "rows", earlier, rows)
    question.pop("checks", None)
    first = some_question(chance, f"{name}_in", chance.choice(SIMPLE), earlier, rows)
    second = some_question(chance, f"{name}_too", chance.choice(SIMPLE), [*earlier, first["id"]], rows)
    for part in (first, second):
        for option in part.get("options", ()):
            option.pop("when", None)
    return {**question, "max": 2, "questions": [first, second]}


def some_form(chance: Random) -> dict[str, Any]:
    """Two groups with up to four questions each."""
    names: list[str] = []
    rows: list[str] = []
    groups = []
    for letter in "gh":
        group: dict[str, Any] = {"id": letter, "title": f"form.x.{letter}", "for": "her", "questions": []}
        if names and chance.random() < 0.3:
            group["when"] = some_rule(chance, names, rows)
        for number in range(chance.randint(1, 4)):
            name = f"{letter}{number}"
            if chance.random() < 0.2:
                group["questions"].append(some_repeating(chance, name, names, rows))
                rows = [*rows, name]
            else:
                group["questions"].append(some_question(chance, name, chance.choice(SIMPLE), names, rows))
                names = [*names, name]
        groups.append(group)
    form: dict[str, Any] = {"id": "x", "version": 1, "groups": groups}
    if names and chance.random() < 0.7:
        form["urgent"] = some_rule(chance, names, rows)
    return form


def some_answers(chance: Random, form: dict[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for group in form["groups"]:
        for question in group["questions"]:
            if chance.random() < 0.75:
                rows = question["kind"] == "rows"
                answers[question["id"]] = some_rows(chance, question) if rows else some_answer(chance, question["kind"])
    if chance.random() < 0.1:
        answers["nowhere"] = "a"
    return answers


def rule_case(chance: Random) -> dict[str, Any]:
    """One rule and what it may look at."""
    row = {"id": "r", "questions": [{"id": "r_in", "kind": chance.choice(SIMPLE)}]}
    kinds = dict(zip("pqs", chance.choices(SIMPLE, k=3), strict=True))
    answers = {name: some_answer(chance, kind) for name, kind in kinds.items() if chance.random() < 0.85}
    if chance.random() < 0.8:
        answers["r"] = some_rows(chance, row)
    case = {"rule": some_rule(chance, list("pqs"), ["r"], 3), "answers": answers}
    return {**case, "settings": chance.choice(SETTINGS), "now": chance.choice(NOW)}


def form_case(chance: Random) -> dict[str, Any]:
    """One form with answers."""
    form = some_form(chance)
    answers = some_answers(chance, form)
    return {"form": form, "answers": answers, "settings": chance.choice(SETTINGS), "now": chance.choice(NOW)}


def in_python(case: dict[str, Any]) -> dict[str, Any]:
    """What Python makes of a case of either kind."""
    settings, now, answers = case["settings"], case["now"], case["answers"]
    if "rule" in case:
        return {"judged": judge(case["rule"], Scene(answers, settings, now))}
    form = case["form"]
    given = (form, answers, settings, now)
    return {
        "visible": questionnaire.visible(*given),
        "problems": questionnaire.problems(*given),
        "finish": questionnaire.finish(*given),
        "split": list(questionnaire.split(form, questionnaire.prune(*given))),
        "progress": questionnaire.progress(*given),
        "urgent": questionnaire.urgent(*given),
        "summary": questionnaire.summary(*given),
    }


# the body of a function of `arg`, a list of cases, for a page that has imported the twin
IN_THE_BROWSER = """return arg.map((one) => {
    const { form, answers, settings, now } = one;
    if (one.rule) return { judged: judge(one.rule, { answers, settings, now }) };
    const given = [form, answers, settings, now];
    return {
        visible: visible(...given), problems: problems(...given), finish: finish(...given),
        split: split(form, prune(...given)), progress: progress(...given), urgent: urgent(...given),
        summary: summary(...given),
    };
});"""
