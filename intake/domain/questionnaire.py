"""What of a form is visible, what is wrong with its answers, and which answers go into which sealed part.

A form is data (`intake/questionnaires/*.json`): groups of questions with rules (`intake.domain.rules`). Answers are a
mapping of question id to a code, a list of codes, an integer, {"text", "language"}, {"when": …}, a list of rows (each
{"row": random id, question id: answer, …}) or {"no": "declined" | "not_asked" | "unknown"}.

Rules are judged in the order of the form and see only answers that are visible themselves; *unknown* hides nothing and
forbids nothing. `now` is the current minute in UTC, "2026-11-22T14:05". The twin is `static/field/questionnaire.js`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from intake.domain.own_answer import is_number
from intake.domain.rules import DAY_MINUTES, Scene, days_of, is_answered, judge, minutes_of, no_answer

Form = Mapping[str, Any]
Question = Mapping[str, Any]
Answers = Mapping[str, Any]
Settings = Mapping[str, Any]
Finding = dict[str, str]

KINDS = ("notice", "yes_no", "one", "several", "listed", "number", "date", "text", "code", "rows")
NO_REASONS = ("declined", "not_asked", "unknown")
LONGEST_TEXT = 2000  # code points, unless the question says otherwise
MOST_ROWS = 20
LISTED = re.compile(r"[A-Za-z0-9_-]{1,64}")
CODE = re.compile(r"[0-9]{8}")  # what phones made before numbers had check digits
AHEAD_MINUTES = 14 * 60  # somewhere on earth it is already tomorrow

# code → key of the sentence on the phone
WRONG = {
    "422.40": "answers.needed",
    "422.41": "answers.shape",
    "422.42": "answers.too_low",
    "422.43": "answers.too_high",
    "422.44": "answers.too_long",
    "422.45": "answers.no_such_day",
    "422.46": "answers.future",
    "422.47": "answers.order",
    "422.48": "answers.not_offered",
    "422.49": "answers.too_many",
    "422.50": "answers.twice",
    "422.51": "answers.not_declinable",
    "422.53": "answers.no_question",
    "422.54": "answers.not_shown",
}
REFUSED_BY_CHECK = "422.52"
NEEDED = "422.40"


def questions(form: Form) -> Iterator[Question]:
    """Every question of the form in order, those inside rows after their repeating group."""
    for group in form["groups"]:
        for question in group["questions"]:
            yield question
            yield from question.get("questions", ())


def visible(form: Form, answers: Answers, settings: Settings, now: str) -> dict[str, Any]:
    """What is shown: {"groups": [id], "questions": [id], "options": {question: [code]}, "rows": {…}}.

    `rows` is {repeating group: {row id: [question id]}}; `options` holds the choices of every visible question that
    has some. Lists are in the order of the form.
    """
    shown: dict[str, Any] = {"groups": [], "questions": [], "options": {}, "rows": {}}
    seen: dict[str, Any] = {}
    scene = Scene(seen, settings, now)
    for group in form["groups"]:
        if not _shows(group, scene):
            continue
        shown["groups"].append(group["id"])
        for question in group["questions"]:
            if _shows(question, scene):
                _show(question, answers, scene, shown)
                if question["id"] in answers:
                    seen[question["id"]] = answers[question["id"]]
    return shown


def _shows(part: Mapping[str, Any], scene: Scene) -> bool:
    return "when" not in part or judge(part["when"], scene) is not False


def _show(question: Question, answers: Answers, scene: Scene, shown: dict[str, Any]) -> None:
    shown["questions"].append(question["id"])
    if "options" in question:
        shown["options"][question["id"]] = _offered(question, scene)
    if question["kind"] == "rows":
        rows = _rows(answers.get(question["id"]))
        shown["rows"][question["id"]] = {row["row"]: _row_questions(question, row, scene) for row in rows}
        for inner in question["questions"]:
            if "options" in inner:
                shown["options"][inner["id"]] = [option["code"] for option in inner["options"]]


def _offered(question: Question, scene: Scene) -> list[str]:
    return [option["code"] for option in question["options"] if _shows(option, scene)]


def _rows(answer: Any) -> list[dict[str, Any]]:
    """The well-formed rows of an answer."""
    if not isinstance(answer, list):
        return []
    return [row for row in answer if isinstance(row, dict) and isinstance(row.get("row"), str)]


def _row_questions(question: Question, row: Answers, scene: Scene) -> list[str]:
    seen: dict[str, Any] = {}
    inner = Scene(scene.answers, scene.settings, scene.now, seen)
    shown = []
    for part in question["questions"]:
        if _shows(part, inner):
            shown.append(part["id"])
            if part["id"] in row:
                seen[part["id"]] = row[part["id"]]
    return shown


def prune(form: Form, answers: Answers, settings: Settings, now: str) -> dict[str, Any]:
    """The answers without those to questions that are hidden or do not exist; texts in normal form C."""
    shown = visible(form, answers, settings, now)
    kept: dict[str, Any] = {}
    for question in _visible_questions(form, shown):
        name = question["id"]
        if name not in answers:
            continue
        if question["kind"] == "rows" and isinstance(answers[name], list):
            rows = shown["rows"][name]
            kept[name] = [_prune_row(row, rows[row["row"]]) for row in _rows(answers[name])]
        else:
            kept[name] = _normal(answers[name])
    return kept


def _prune_row(row: Answers, names: list[str]) -> dict[str, Any]:
    return {"row": row["row"], **{name: _normal(row[name]) for name in names if name in row}}


def _normal(answer: Any) -> Any:
    if isinstance(answer, dict) and isinstance(answer.get("text"), str):
        return {**answer, "text": unicodedata.normalize("NFC", answer["text"])}
    return answer


def _visible_questions(form: Form, shown: Mapping[str, Any]) -> list[Question]:
    names = set(shown["questions"])
    return [question for group in form["groups"] for question in group["questions"] if question["id"] in names]


def finish(form: Form, answers: Answers, settings: Settings, now: str) -> dict[str, Any]:
    """Pruned answers in which every visible question without an answer says {"no": "not_asked"} (notices excepted)."""
    pruned = prune(form, answers, settings, now)
    shown = visible(form, pruned, settings, now)
    full: dict[str, Any] = {}
    for question in _visible_questions(form, shown):
        name = question["id"]
        if name in pruned:
            full[name] = pruned[name]
        elif question["kind"] != "notice":
            full[name] = {"no": "not_asked"}
    return full


def split(form: Form, answers: Answers) -> tuple[dict[str, Any], dict[str, Any]]:
    """(report answers, identity answers): a repeating group goes wholly into the part of its question."""
    names = {question["id"] for question in questions(form) if question.get("identity")}
    report = {name: answer for name, answer in answers.items() if name not in names}
    identity = {name: answer for name, answer in answers.items() if name in names}
    return report, identity


def problems(form: Form, answers: Answers, settings: Settings, now: str) -> list[Finding]:
    """What keeps the report from being final: [{"question", "row"?, "code", "text"}] in the order of the form.

    Only visible questions are judged. `text` is the key of a sentence; a missing needed answer has code 422.40.
    """
    shown = visible(form, answers, settings, now)
    scene = Scene({name: answers[name] for name in shown["questions"] if name in answers}, settings, now)
    found: list[Finding] = []
    for question in _visible_questions(form, shown):
        name = question["id"]
        found += _findings(question, answers.get(name), shown["options"].get(name), scene)
        if question["kind"] == "rows":
            for row in _rows(answers.get(name)):
                found += _row_findings(question, row, shown, scene)
    return found


def _row_findings(question: Question, row: Answers, shown: Mapping[str, Any], scene: Scene) -> list[Finding]:
    names = shown["rows"][question["id"]][row["row"]]
    inner = Scene(scene.answers, scene.settings, scene.now, {name: row[name] for name in names if name in row})
    found: list[Finding] = []
    for part in question["questions"]:
        if part["id"] in names:
            found += _findings(part, row.get(part["id"]), shown["options"].get(part["id"]), inner, row["row"])
    return found


def _findings(
    question: Question, answer: Any, offered: list[str] | None, scene: Scene, row: str | None = None
) -> list[Finding]:
    code = _wrong(question, answer, offered, scene)
    if code is not None:
        return [_finding(question["id"], code, WRONG[code], row)]
    return [
        _finding(question["id"], REFUSED_BY_CHECK, check["text"], row)
        for check in question.get("checks", ())
        if judge(check["refuse"], scene) is True
    ]


def _finding(name: str, code: str, text: str, row: str | None = None) -> Finding:
    return {"question": name, **({} if row is None else {"row": row}), "code": code, "text": text}


def _wrong(question: Question, answer: Any, offered: list[str] | None, scene: Scene) -> str | None:
    """The code of the first thing wrong with one answer, or None."""
    reason = no_answer(answer)
    if reason == "not_asked":
        return NEEDED if question.get("required") else None
    if reason is not None:
        return _wrong_refusal(question, answer, reason)
    code = SHAPES[question["kind"]](question, answer, offered or [], scene)
    if code is None and question.get("required") and not is_answered(answer):
        return NEEDED
    return code


def _wrong_refusal(question: Question, answer: Any, reason: str) -> str | None:
    if len(answer) != 1 or reason not in NO_REASONS:
        return "422.41"
    return None if question.get("declinable") else "422.51"


def _notice(_question: Question, answer: Any, _offered: list[str], _scene: Scene) -> str | None:
    return None if answer in ("read", "played") else "422.41"


def _yes_no(_question: Question, answer: Any, _offered: list[str], _scene: Scene) -> str | None:
    return None if answer in ("yes", "no") else "422.41"


def _one(_question: Question, answer: Any, offered: list[str], _scene: Scene) -> str | None:
    if not isinstance(answer, str):
        return "422.41"
    return None if answer in offered else "422.48"


def _several(_question: Question, answer: Any, offered: list[str], _scene: Scene) -> str | None:
    if not isinstance(answer, list) or not all(isinstance(code, str) for code in answer):
        return "422.41"
    if len(set(answer)) != len(answer):
        return "422.50"
    return None if set(answer) <= set(offered) else "422.48"


def _listed(_question: Question, answer: Any, _offered: list[str], _scene: Scene) -> str | None:
    """Out of a list that is not in the form (places, countries): what left the list is an answer still."""
    return None if isinstance(answer, str) and LISTED.fullmatch(answer) else "422.41"


def _code(_question: Question, answer: Any, _offered: list[str], _scene: Scene) -> str | None:
    """A number that the phone made by chance, for her to keep."""
    return None if is_number(answer) or (isinstance(answer, str) and CODE.fullmatch(answer)) else "422.41"


def _number(question: Question, answer: Any, _offered: list[str], _scene: Scene) -> str | None:
    if type(answer) is not int:
        return "422.41"
    if answer < question.get("min", 0):
        return "422.42"
    return "422.43" if answer > question.get("max", 2**53) else None


def _date(_question: Question, answer: Any, _offered: list[str], scene: Scene) -> str | None:
    if not isinstance(answer, dict) or set(answer) != {"when"}:
        return "422.41"
    days = days_of(answer["when"])
    if days is None:
        return "422.45"
    if days[0] > days[1]:
        return "422.47"
    return "422.46" if days[0] > (minutes_of(scene.now) + AHEAD_MINUTES) // DAY_MINUTES else None


def _text(question: Question, answer: Any, _offered: list[str], _scene: Scene) -> str | None:
    if not isinstance(answer, dict) or set(answer) != {"text", "language"}:
        return "422.41"
    if not isinstance(answer["text"], str) or not _is_tag(answer["language"]):
        return "422.41"
    length = len(unicodedata.normalize("NFC", answer["text"]))
    return "422.44" if length > question.get("max", LONGEST_TEXT) else None


def _is_tag(language: Any) -> bool:
    """Whether this looks like a BCP 47 tag: 2 to 35 ASCII letters, digits and hyphens."""
    return (
        isinstance(language, str)
        and 2 <= len(language) <= 35
        and language.isascii()
        and language.replace("-", "").isalnum()
    )


def _rows_shape(question: Question, answer: Any, _offered: list[str], _scene: Scene) -> str | None:
    rows = _rows(answer)
    if not isinstance(answer, list) or len(rows) != len(answer):
        return "422.41"
    if len({row["row"] for row in rows}) != len(rows):
        return "422.50"
    return "422.49" if len(rows) > question.get("max", MOST_ROWS) else None


SHAPES: Mapping[str, Callable[[Question, Any, list[str], Scene], str | None]] = {
    "notice": _notice,
    "yes_no": _yes_no,
    "one": _one,
    "several": _several,
    "listed": _listed,
    "number": _number,
    "date": _date,
    "text": _text,
    "code": _code,
    "rows": _rows_shape,
}


def remarks(form: Form, answers: Answers, settings: Settings, now: str, *, final: bool = True) -> list[Finding]:
    """What the office notes on a report it opened: `problems`, and answers that do not belong or were not shown.

    `answers` holds both parts as far as they are open. A report that is not `final` lacks no answer.
    """
    found = [one for one in problems(form, answers, settings, now) if final or one["code"] != NEEDED]
    known = {question["id"] for group in form["groups"] for question in group["questions"]}
    shown = set(visible(form, answers, settings, now)["questions"])
    for name in sorted(answers):
        if name not in known:
            found.append(_finding(name, "422.53", WRONG["422.53"]))
        elif name not in shown:
            found.append(_finding(name, "422.54", WRONG["422.54"]))
    return found


def progress(form: Form, answers: Answers, settings: Settings, now: str) -> dict[str, Any]:
    """{"done", "of", "groups": [{"id", "done", "of"}]}: visible questions that have an answer or a reason for none."""
    shown = visible(form, answers, settings, now)
    names = set(shown["questions"])
    groups = []
    for group in form["groups"]:
        if group["id"] in shown["groups"]:
            mine = [question["id"] for question in group["questions"] if question["id"] in names]
            done = sum(1 for name in mine if _dealt_with(answers.get(name)))
            groups.append({"id": group["id"], "done": done, "of": len(mine)})
    return {
        "done": sum(group["done"] for group in groups),
        "of": sum(group["of"] for group in groups),
        "groups": groups,
    }


def _dealt_with(answer: Any) -> bool:
    return is_answered(answer) or no_answer(answer) in ("declined", "unknown")


def urgent(form: Form, answers: Answers, settings: Settings, now: str) -> bool:
    """Whether the envelope is marked urgent: the form's `urgent` rule holds for certain over the visible answers."""
    return _certain("urgent", form, answers, settings, now)


def elsewhere(form: Form, answers: Answers, settings: Settings, now: str) -> bool:
    """Whether the report is for another office than the phone's own: the form's `elsewhere` rule holds for certain."""
    return _certain("elsewhere", form, answers, settings, now)


def _certain(rule: str, form: Form, answers: Answers, settings: Settings, now: str) -> bool:
    if rule not in form:
        return False
    return judge(form[rule], Scene(prune(form, answers, settings, now), settings, now)) is True


def summary(form: Form, answers: Answers, settings: Settings, now: str) -> dict[str, Any]:
    """What is about to be sealed, to be checked by eye: {"groups": [{"id", "title", "lines"}], "left_out": [question]}.

    A line is {"question", "kind", "text", "identity", "answer"}, and for rows "rows": [[line, …], …]; a question
    without an answer has {"no": "not_asked"}. Notices are left away. `left_out` names hidden answers that will not go.
    """
    shown = visible(form, answers, settings, now)
    pruned = prune(form, answers, settings, now)
    names = set(shown["questions"])
    groups = []
    for group in form["groups"]:
        mine = [question for question in group["questions"] if question["id"] in names]
        lines = [_line(question, pruned, shown) for question in mine if question["kind"] != "notice"]
        if lines:
            groups.append({"id": group["id"], "title": group["title"], "lines": lines})
    known = [question["id"] for group in form["groups"] for question in group["questions"]]
    return {"groups": groups, "left_out": [name for name in known if name in answers and name not in names]}


def _line(question: Question, answers: Answers, shown: Mapping[str, Any]) -> dict[str, Any]:
    line = _plain_line(question, answers, bool(question.get("identity")))
    if question["kind"] == "rows":
        line["rows"] = [
            [
                _plain_line(part, row, line["identity"])
                for part in question["questions"]
                if part["id"] in shown["rows"][question["id"]][row["row"]]
            ]
            for row in _rows(answers.get(question["id"]))
        ]
    return line


def _plain_line(question: Question, answers: Answers, identity: bool) -> dict[str, Any]:
    answer = answers.get(question["id"], {"no": "not_asked"})
    return {
        "question": question["id"],
        "kind": question["kind"],
        "text": question["text"],
        "identity": identity,
        "answer": answer,
    }
