"""Rules of a form: small trees of data, three-valued, with a closed list of operators.

A rule is a JSON object with one member, the operator; `judge` answers True, False or None (*unknown*). An answer
that is missing, declined, not asked or not known makes a test unknown; only `answered`, `declined` and `not_asked`
always know. `static/field/questionnaire.js` is the twin of this module and of `questionnaire`; both pass
`tests/vectors/rules.json`. There are no regular expressions, no arithmetic, no floats and no clock.

    {"is": [question, value]}              the answer is this code or number
    {"in": [question, [value, …]]}         the answer is one of these
    {"has": [question, code]}              the list of codes contains this one
    {"answered": question}                 there is an answer to read (blank text and empty lists are none)
    {"declined": question}                 she would rather not say
    {"not_asked": question}                it was not asked, or not reached
    {"before": [question, moment]}         every day it may be lies before the moment: "now", a day, a month, a year,
                                           {"question": id} or {"setting": name}
    {"hours_within": [question, hours]}    it may lie at most so many hours back (domain brief 2.5)
    {"count_at_least": [question, n]}      so many rows or codes; with a third member: rows for which that rule holds
    {"setting": [name, value]}             the office's setting has this value
    {"not": rule}  {"all": [rule, …]}  {"any": [rule, …]}
    {"all": [question, rule]}  {"any": [question, rule]}    over the rows of a repeating group

A value or a number of hours may be {"setting": name}: the office's value is read, so that a number which is policy is
never frozen into a published form. A setting that is missing makes the test unknown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

Truth = bool | None
Rule = Mapping[str, Any]
Days = tuple[int, int]

DAY_MINUTES = 24 * 60
WIDEST = 31  # days; a longer interval that reaches into the window says too little
FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True)
class Scene:
    """What a rule sees: visible `answers`, the current `row` if any, the office's `settings`, `now` (UTC minute)."""

    answers: Mapping[str, Any]
    settings: Mapping[str, Any]
    now: str
    row: Mapping[str, Any] | None = None

    def answer(self, question: str) -> Any:
        if self.row is not None and question in self.row:
            return self.row[question]
        return self.answers.get(question)

    def local_minutes(self) -> int:
        """Minutes since 1970 on the clocks of the place (setting `utc_offset_minutes`, else UTC)."""
        offset = self.settings.get("utc_offset_minutes")
        return minutes_of(self.now) + (offset if type(offset) is int else 0)


def judge(rule: Rule, scene: Scene) -> Truth:
    """True, False or None for one rule. Raises KeyError for an operator that does not exist."""
    ((name, argument),) = rule.items()
    return OPERATORS[name](argument, scene)


def no_answer(answer: Any) -> str | None:
    """The reason inside {"no": reason}, "not_asked" for a missing answer, None for a real one."""
    if answer is None:
        return "not_asked"
    if isinstance(answer, dict) and "no" in answer:
        return answer["no"] if isinstance(answer["no"], str) else "malformed"
    return None


def is_answered(answer: Any) -> bool:
    """Whether there is something to read: blank texts and empty lists are no answer."""
    if no_answer(answer) is not None or answer == []:
        return False
    return not (
        isinstance(answer, dict) and isinstance(answer.get("text"), str) and not answer["text"].strip(" \t\r\n")
    )


def minutes_of(now: str) -> int:
    """Minutes since 1970 of "2026-11-22T14:05" (UTC)."""
    return day_number(now[:10]) * DAY_MINUTES + int(now[11:13]) * 60 + int(now[14:16])


def day_number(day: str) -> int:
    """Days since 1970-01-01. Raises ValueError for a day that does not exist or lies outside 1900 to 2199."""
    if not isinstance(day, str) or len(day) != 10 or day[4] != "-" or day[7] != "-":
        raise ValueError(day)
    return _number(day[:4], day[5:7], day[8:])


def _number(year: str, month: str, day: str) -> int:
    if not all(part.isascii() and part.isdigit() for part in (year, month, day)):
        raise ValueError(year + month + day)
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise ValueError(year)
    return date(int(year), int(month), int(day)).toordinal() - date(1970, 1, 1).toordinal()


def days_of(when: Any) -> Days | None:
    """First and last day that `when` may mean: a day, a month, a year or [from, to]; None when it is none of these."""
    try:
        if isinstance(when, list):
            first, last = when
            return day_number(first), day_number(last)
        return {10: _day, 7: _month, 4: _year}[len(when)](when) if isinstance(when, str) else None
    except (ValueError, KeyError, TypeError):
        return None


def _day(text: str) -> Days:
    return day_number(text), day_number(text)


def _month(text: str) -> Days:
    first = day_number(text + "-01")
    year, month = int(text[:4]), int(text[5:])
    after = date(year + month // 12, month % 12 + 1, 1).toordinal() - date(1970, 1, 1).toordinal()
    return first, after - 1


def _year(text: str) -> Days:
    return day_number(text + "-01-01"), day_number(text + "-12-31")


def _dated(answer: Any) -> Days | None:
    return days_of(answer["when"]) if isinstance(answer, dict) and "when" in answer else None


def _value(value: Any, scene: Scene) -> Any:
    if isinstance(value, dict):
        return scene.settings.get(value["setting"])
    return value


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _known(question: str, scene: Scene) -> Any:
    answer = scene.answer(question)
    return answer if no_answer(answer) is None else None


def _is(argument: Any, scene: Scene) -> Truth:
    answer, value = _known(argument[0], scene), _value(argument[1], scene)
    return None if answer is None or value is None else _same(answer, value)


def _in(argument: Any, scene: Scene) -> Truth:
    answer, values = _known(argument[0], scene), _value(argument[1], scene)
    if answer is None or not isinstance(values, list):
        return None
    return any(_same(answer, value) for value in values)


def _has(argument: Any, scene: Scene) -> Truth:
    answer, value = _known(argument[0], scene), _value(argument[1], scene)
    if not isinstance(answer, list) or value is None:
        return None
    return any(_same(code, value) for code in answer)


def _answered(argument: Any, scene: Scene) -> Truth:
    return is_answered(scene.answer(argument))


def _declined(argument: Any, scene: Scene) -> Truth:
    return no_answer(scene.answer(argument)) == "declined"


def _not_asked(argument: Any, scene: Scene) -> Truth:
    return no_answer(scene.answer(argument)) == "not_asked"


def _moment(moment: Any, scene: Scene) -> Days | None:
    if isinstance(moment, dict) and "question" in moment:
        return _dated(_known(moment["question"], scene))
    if moment == "now":
        today = scene.local_minutes() // DAY_MINUTES
        return today, today
    return days_of(_value(moment, scene))


def _before(argument: Any, scene: Scene) -> Truth:
    mine, other = _dated(_known(argument[0], scene)), _moment(argument[1], scene)
    if mine is None or other is None:
        return None
    if mine[1] < other[0]:
        return True
    return False if mine[0] >= other[1] else None


def _hours_within(argument: Any, scene: Scene) -> Truth:
    days, hours = _dated(_known(argument[0], scene)), _value(argument[1], scene)
    if days is None or type(hours) is not int:
        return None
    now = scene.local_minutes()
    fewest = max(0, now - (days[1] + 1) * DAY_MINUTES)
    if fewest > hours * 60:
        return False
    wide = min(days[1], now // DAY_MINUTES) - days[0] >= WIDEST
    return None if wide else True


def _count_at_least(argument: Any, scene: Scene) -> Truth:
    answer, wanted = _known(argument[0], scene), _value(argument[1], scene)
    if not isinstance(answer, list) or type(wanted) is not int:
        return None
    if len(argument) == 2:
        return len(answer) >= wanted
    judged = _over_rows(argument[2], answer, scene)
    if judged.count(True) >= wanted:
        return True
    return None if judged.count(True) + judged.count(None) >= wanted else False


def _over_rows(rule: Rule, rows: list[Any], scene: Scene) -> list[Truth]:
    return [judge(rule, replace(scene, row=row if isinstance(row, dict) else {})) for row in rows]


def _setting(argument: Any, scene: Scene) -> Truth:
    value = scene.settings.get(argument[0])
    return None if value is None else _same(value, argument[1])


def _not(argument: Any, scene: Scene) -> Truth:
    judged = judge(argument, scene)
    return None if judged is None else not judged


def _judged(argument: Any, scene: Scene) -> list[Truth]:
    """The judgements of a list of rules, or of one rule over the rows of a question ([None] when there are no rows)."""
    if argument and isinstance(argument[0], str):
        rows = _known(argument[0], scene)
        if not isinstance(rows, list):
            return [None]
        return _over_rows(argument[1], rows, scene)
    return [judge(rule, scene) for rule in argument]


def _all(argument: Any, scene: Scene) -> Truth:
    judged = _judged(argument, scene)
    if False in judged:
        return False
    return None if None in judged else True


def _any(argument: Any, scene: Scene) -> Truth:
    judged = _judged(argument, scene)
    if True in judged:
        return True
    return None if None in judged else False


OPERATORS: Mapping[str, Callable[[Any, Scene], Truth]] = {
    "is": _is,
    "in": _in,
    "has": _has,
    "answered": _answered,
    "declined": _declined,
    "not_asked": _not_asked,
    "before": _before,
    "hours_within": _hours_within,
    "count_at_least": _count_at_least,
    "setting": _setting,
    "not": _not,
    "all": _all,
    "any": _any,
}
