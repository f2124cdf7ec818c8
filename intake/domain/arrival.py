"""What the office remembers of a report that arrived: its copies, who has it, what was decided.

The record rests sealed (kind "arrival"); its number is the report's. It holds what a list and the links between reports
need, and what may go to whom, never a name and never her words. One report can have several copies: other bytes under
the same number are kept beside the first, and a person decides which of them counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from intake.domain.ages import is_child
from intake.domain.category import category
from intake.domain.problems import Problem
from intake.domain.report import Answers, Report
from intake.domain.windows import NIGHTS

# 2: facts know danger, children, category, place and years of birth; the arrival knows who has it. 3: what help lacks.
# 4: in which languages it was typed, and who entered it by hand.
SHAPE = 4
KIND = "arrival"
REASON_LENGTH = 10
VAGUE = timedelta(days=31)
# Answers by which it happened a few days ago.
FEW_NIGHTS = ("under_3", "from_3_to_5")
# An answer to the question for the place that names none of the office's list.
OTHER_PLACE = "other"
FILTERS = (
    "waiting",
    "mine",
    "urgent",
    "window",
    "danger",
    "children",
    "unfinished",
    "withdrawn",
    "aside",
    "conflict",
    "trouble",
    "apart",
    "decided",
    "all",
)


# Marks that a filter shows besides the one it is called by.
ALSO: Mapping[str, tuple[str, ...]] = {"window": ("soon",), "withdrawn": ("withdrawal",)}


@dataclass(frozen=True)
class Choice:
    """One thing that can be decided about a report.

    `case`: whether it goes into a new one, one that is there, or none. `reason`: whether one must be given. `special`:
    whether it is offered only where a mark of SPECIAL says that the report is not simply one to follow up.
    """

    case: Literal["new", "known", "none"] = "none"
    reason: bool = False
    special: bool = False


DECISIONS: Mapping[str, Choice] = {
    "registered": Choice(case="new"),
    "joined": Choice(case="known"),
    "set_apart": Choice(reason=True, special=True),
    "not_for_us": Choice(reason=True),
}
SPECIAL = frozenset({"unfinished", "withdrawn", "withdrawal", "aside", "conflict", "trouble"})


@dataclass(frozen=True)
class Facts:
    """What lists and links need of the opened part. `happened`: first and last day as they were written, or as counted
    back from the nights that somebody knew instead.

    `danger`: somebody is in danger now. `children`: the person, or somebody who needs help, is below eighteen.
    `place` is an id of the office's list, `births` the years of birth of children: both may be empty.
    `consents` are her words as `domain.consents.words` gives them; None where the office did not know the form.
    `channel`, `came` (a day) and `by` (a sign-in name) say how it came and who entered it, if that was at a desk of the
    office; all empty otherwise. `languages` are the tags of what was typed in it, in order.
    `lacking` are the services that somebody needs, or could not get. `officer_wish` is whom somebody wanted to speak
    with (woman, man or any), `officer_wish_met` yes or no; both may be empty.
    """

    form: str
    version: int
    language: str
    n: int | None
    state: str
    relation: str
    about: str
    happened: tuple[str, ...]
    consents: Mapping[str, str] | None = None
    danger: bool = False
    children: bool = False
    category: str = "unknown"
    place: str = ""
    births: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    channel: str = ""
    came: str = ""
    by: str = ""
    languages: tuple[str, ...] = ()
    officer_wish: str = ""
    officer_wish_met: str = ""


@dataclass(frozen=True)
class Guest:
    """A phone of another office, as the public side told of it: that office's id, and the key it signs with.

    Of such a phone this office has no record of its own: its signature shows that nothing was changed on the way, not
    who holds the phone.
    """

    office: str
    key: str


@dataclass(frozen=True)
class Copy:
    """One envelope. `kept` is the server's word: kept, aside or conflict, with its `reason`.

    `troubles` are the office's own findings when it fetched the copy: `no_envelope`, `other_report`, `device_unknown`,
    `key_swapped`, `signature`, `sealed_shut`. `facts` is None where the report part could not be opened. `since` is the
    version of the record that first had it. `guest` is there when it came from a phone of another office.
    """

    since: int

    digest: str
    device: str
    made: str
    urgent: bool
    received: str
    kept: str
    reason: str
    troubles: tuple[str, ...]
    facts: Facts | None
    guest: Guest | None = None

    @property
    def doubtful(self) -> bool:
        """Whether it is not to be relied on, or was kept aside: it can take a consent back but gives none."""
        return bool(self.troubles) or self.kept == "aside"


@dataclass(frozen=True)
class Touch:
    """Who did something, by number of staff, and when (ISO UTC)."""

    by: str
    at: str


@dataclass(frozen=True)
class Decision:
    """What was decided: a key of DECISIONS, and the version it made.

    `case` is the id of the case the report went into, `counts` the digest of the copy that counts; both may be empty.
    """

    version: int
    decision: str
    reason: str
    note: str
    by: str
    at: str
    case: str = ""
    counts: str = ""


@dataclass(frozen=True)
class Hold:
    """Who has a report from then on: the sign-in name, the version it made, who said so and when (ISO UTC)."""

    version: int
    name: str
    by: str
    at: str


@dataclass(frozen=True)
class Arrival:
    """`version` counts the changes of the record; a decision carries the version its maker saw.

    `answers` is the id of the message that it answers: it belongs to that message's case and waits for nobody here.
    """

    report: str
    version: int
    copies: tuple[Copy, ...]
    opened: Touch | None = None
    decisions: tuple[Decision, ...] = field(default=())
    holds: tuple[Hold, ...] = ()
    answers: str = ""

    @property
    def is_answer(self) -> bool:
        """Whether it is an answer and nothing else: other bytes under its number would be for a person to look at."""
        return bool(self.answers) and len(self.copies) == 1

    @property
    def decision(self) -> Decision | None:
        return self.decisions[-1] if self.decisions else None

    @property
    def settled(self) -> bool:
        """Whether it was decided about everything that came: a copy that came later waits for a person again."""
        last = self.decision
        return last is not None and all(copy.since <= last.version for copy in self.copies)

    @property
    def last_hold(self) -> Hold | None:
        """Who took it or was given it last, if nothing was decided since."""
        since = self.decision.version if self.decision else 0
        return self.holds[-1] if self.holds and self.holds[-1].version > since else None

    def holder(self, now: datetime, hours: int) -> Hold | None:
        """Who has it: it lapses after so many hours, and with a decision."""
        last = self.last_hold
        return last if last and now < datetime.fromisoformat(last.at) + timedelta(hours=hours) else None

    @property
    def urgent(self) -> bool:
        return any(copy.urgent for copy in self.copies)

    @property
    def received(self) -> str:
        return min(copy.received for copy in self.copies)

    def copy(self, digest: str | None) -> Copy:
        """The copy with this digest; without one the copy that counts, or the first. Raises Problem 404.2."""
        wanted = digest or (self.decision.counts if self.decision else "")
        for copy in self.copies:
            if not wanted or copy.digest == wanted:
                return copy
        raise Problem("404.2")

    @property
    def facts(self) -> Facts | None:
        """What is known of the copy that counts, or of the first that could be opened."""
        return self.copy(None).facts or next((copy.facts for copy in self.copies if copy.facts), None)


def facts(
    report: Report,
    happened: str,
    consents: Mapping[str, str] | None,
    lacking: Sequence[str] = (),
    *,
    made: str = "",
    by_hand: bool = False,
) -> Facts:
    """What of an opened report the list remembers. `happened` is the id of the question that asks for the day.

    `made` is the day the report was recorded, from which nights are counted back.
    `by_hand`: a desk of the office has signed it. What a phone says of having been entered is not believed.
    """
    answers, entered = report.answers, report.entered if by_hand else None
    return Facts(
        form=report.form,
        version=report.version,
        language=report.language,
        n=report.n,
        state=report.state,
        relation=report.about.relation if report.about else "",
        about=report.about.report if report.about else "",
        happened=_days(answers.get(happened)) or _nights(answers, made),
        danger=answers.get("danger_now") == "yes",
        children=_concerns_children(answers),
        category=category(answers),
        place=place if isinstance(place := answers.get("place"), str) and place != OTHER_PLACE else "",
        births=_births(answers),
        consents=consents,
        lacking=tuple(lacking),
        channel=entered.channel if entered else "",
        came=entered.came if entered else "",
        by=report.officer if entered else "",
        languages=tuple(sorted(set(_languages(answers)))),
        officer_wish=_said(answers, "officer_wish"),
        officer_wish_met=_said(answers, "officer_wish_met"),
    )


def _languages(answer: object) -> Iterator[str]:
    """The language of every typed text inside an answer, however deep."""
    if isinstance(answer, Mapping):
        if isinstance(answer.get("text"), str) and isinstance(answer.get("language"), str):
            yield str(answer["language"])
        for value in answer.values():
            yield from _languages(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from _languages(value)


def _said(answers: Answers, name: str) -> str:
    """A code that was chosen, or empty."""
    answer = answers.get(name)
    return answer if isinstance(answer, str) else ""


def _days(answer: object) -> tuple[str, ...]:
    when = answer.get("when") if isinstance(answer, Mapping) else None
    days = [when] if isinstance(when, str) else when if isinstance(when, list) else []
    return tuple(day for day in days if isinstance(day, str))


def _nights(answers: Answers, made: str) -> tuple[str, ...]:
    """First and last day it may have been, where only the nights since are known and they are few."""
    nights = answers.get("nights")
    if nights not in FEW_NIGHTS:
        return ()
    try:
        day = date.fromisoformat(made)
    except ValueError:  # the phone writes it
        return ()
    return tuple(f"{day - timedelta(days=back)}" for back in NIGHTS[str(nights)])


def _concerns_children(answers: Answers) -> bool:
    needy = answers.get("children")
    return (
        is_child(answers.get("age_band"))
        or answers.get("under_18") == "yes"
        or (isinstance(needy, list) and needy != [])
    )


def _births(answers: Answers) -> tuple[str, ...]:
    """The years in which children were born, as the forms ask for them."""
    rows = answers.get("each_child")
    days = [_days(row.get("birth")) for row in (rows if isinstance(rows, list) else []) if isinstance(row, Mapping)]
    asked = answers.get("birth_year")
    alone = [str(asked)] if isinstance(asked, int) and not isinstance(asked, bool) else []
    # Of "between 2024 and 2026" no year is known.
    return tuple(sorted({found[0][:4] for found in days if len(found) == 1} | set(alone)))


def give(arrival: Arrival, *, name: str, by: str, at: str) -> Arrival:
    """The arrival in somebody's hands: taken, or handed over."""
    version = arrival.version + 1
    return replace(arrival, version=version, holds=(*arrival.holds, Hold(version, name, by, at)))


def decide(
    arrival: Arrival, *, decision: str, reason: str, note: str, by: str, at: str, case: str = "", counts: str = ""
) -> Arrival:
    """The arrival with one decision more; earlier ones stay.

    Raises Problem 422.21 (which?), 422.20 (why?), 422.182 (which of several copies counts?).
    """
    if decision not in DECISIONS:
        raise Problem("422.21")
    choice = DECISIONS[decision]
    if choice.reason:
        check_reason(reason)
    several = len(arrival.copies) > 1
    if choice.case != "none" and several and counts not in [copy.digest for copy in arrival.copies]:
        raise Problem("422.182")
    version = arrival.version + 1
    made = Decision(version, decision, reason.strip(), note.strip(), by, at, case, counts if several else "")
    return replace(arrival, version=version, decisions=(*arrival.decisions, made))


def as_of(arrival: Arrival, version: int) -> Arrival:
    """The arrival as it stood at an earlier version."""
    return replace(
        arrival,
        version=version,
        copies=tuple(copy for copy in arrival.copies if copy.since <= version),
        decisions=tuple(made for made in arrival.decisions if made.version <= version),
        holds=tuple(hold for hold in arrival.holds if hold.version <= version),
    )


def check_reason(reason: str) -> None:
    """Raises Problem 422.20 for a reason too short to be one."""
    if len(reason.strip()) < REASON_LENGTH:
        raise Problem("422.20")


# the list -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """Hours left of a time window, at least and at most: of a day the hour is not known. `least` may be negative."""

    least: int
    most: int


def window(happened: Sequence[str], now: datetime, hours: int) -> Window | None:
    """What is left of the `hours` after it happened; None when they have certainly passed or the day is not known.

    It is open as long as the *latest* possible moment lies within the hours: "too late" is never said too early. Of
    what is only known to lie within a year nothing is said, or the mark would stand at every other report.
    """
    found = span(happened)
    if found is None:
        return None
    first, last = found
    if last - first > VAGUE:
        return None
    most = timedelta(hours=hours) - max(now - last, timedelta(0))
    least = timedelta(hours=hours) - (now - first)
    return Window(int(least / timedelta(hours=1)), int(most / timedelta(hours=1))) if most > timedelta(0) else None


def span(happened: Sequence[str]) -> tuple[datetime, datetime] | None:
    """First and last moment of what was written as one day, month or year, or as two of them; None if nothing was."""
    try:
        return _span(happened[0])[0], _span(happened[-1])[1]
    except (IndexError, ValueError):
        return None


def _span(day: str) -> tuple[datetime, datetime]:
    """The same of one: "2026-10-04", "2026-10" or "2026". Raises ValueError."""
    parts = [int(part) for part in day.split("-")]
    first = date(*[*parts, 1, 1][:3])
    after = {1: date(first.year + 1, 1, 1), 2: (first.replace(day=28) + timedelta(days=4)).replace(day=1)}
    last = after.get(len(parts), first + timedelta(days=1))
    return _midnight(first), _midnight(last)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@dataclass(frozen=True)
class Pointer:
    """Another report that points at this one, and how: it corrects it, adds to it, takes it back."""

    report: str
    relation: str


@dataclass(frozen=True)
class Row:
    """One line of the list. `marks` say what is special about it, in the order in which they matter.

    `window` is the first time window of care, `soon` the longer one (`domain.windows`).
    """

    arrival: Arrival
    window: Window | None
    pointers: tuple[Pointer, ...]
    marks: tuple[str, ...]
    soon: Window | None = None

    @property
    def special(self) -> bool:
        """Whether it is not simply a report to follow up."""
        return not SPECIAL.isdisjoint(self.marks)

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be decided about it, in the order in which it is offered."""
        return tuple(name for name, choice in DECISIONS.items() if self.special or not choice.special)

    @property
    def withdrawn_by(self) -> tuple[str, ...]:
        return tuple(each.report for each in self.pointers if each.relation == "withdraws")


def rows(
    arrivals: Iterable[Arrival], *, unconfirmed: frozenset[str], now: datetime, hours: int, soon: int = 120
) -> list[Row]:
    """Every arrival as a line, what presses most first. `unconfirmed` are the phones nobody has compared yet.

    `hours` and `soon` are the hours of the two time windows.
    """
    known = list(arrivals)
    pointers = _pointers(known)
    made = [_row(each, tuple(pointers.get(each.report, ())), unconfirmed, now, (hours, soon)) for each in known]
    return sorted(made, key=_pressing)


def _pointers(known: Iterable[Arrival]) -> dict[str, list[Pointer]]:
    """What points at each report, the earliest first; two copies of one report point once."""
    found: dict[str, list[Pointer]] = {}
    for each in sorted(known, key=lambda one: (one.received, one.report)):
        pointing = (copy.facts for copy in each.copies if copy.facts and copy.facts.relation)
        for about, relation in dict.fromkeys((facts.about, facts.relation) for facts in pointing):
            found.setdefault(about, []).append(Pointer(each.report, relation))
    return found


def _row(
    arrival: Arrival,
    pointers: tuple[Pointer, ...],
    unconfirmed: frozenset[str],
    now: datetime,
    hours: tuple[int, int],
) -> Row:
    known = [copy.facts for copy in arrival.copies if copy.facts]
    taken_back = any(each.relation == "withdraws" for each in pointers)
    first, soon = (
        next((left for left in (window(each.happened, now, most) for each in known) if left), None) for most in hours
    )
    found = {
        "urgent": arrival.urgent,
        "window": first is not None,
        "soon": first is None and soon is not None,
        "danger": any(each.danger for each in known),
        "children": any(each.children for each in known),
        "conflict": _in_conflict(arrival),
        "trouble": any(copy.troubles for copy in arrival.copies),
        "aside": any(copy.kept == "aside" for copy in arrival.copies),
        "withdrawal": any(each.relation == "withdraws" for each in known),
        "withdrawn": taken_back or any(each.state == "withdrawn" and not each.relation for each in known),
        "unfinished": any(each.state == "unfinished" for each in known),
        "unconfirmed": any(copy.device in unconfirmed for copy in arrival.copies),
        "guest": any(copy.guest for copy in arrival.copies),
        "by_hand": any(each.channel for each in known),
    }
    return Row(arrival, first, pointers, tuple(mark for mark, is_so in found.items() if is_so), soon)


def _in_conflict(arrival: Arrival) -> bool:
    """Whether several contents came and nobody has said yet which of them counts."""
    several = len(arrival.copies) > 1 or any(copy.kept == "conflict" for copy in arrival.copies)
    return several and not (arrival.settled and arrival.decision and arrival.decision.counts)


def _pressing(row: Row) -> tuple[bool, bool, int, bool, bool, str, str]:
    """What cannot wait first.

    Undecided; urgent; whose time window closes first; danger; a child; then who has waited longest.
    """
    left = row.window.least if row.window else 10**3 + row.soon.least if row.soon else 10**6
    safe, grown, found = "danger" not in row.marks, "children" not in row.marks, row.arrival
    return (found.settled, not found.urgent, left, safe, grown, found.received, found.report)


def shown(row: Row, name: str, reader: str = "") -> bool:
    """Whether a line belongs to the filter `name`, one of FILTERS. `reader` is the sign-in name of who looks."""
    last, settled = row.arrival.decision, row.arrival.settled
    if name == "all":
        return True
    if name in ("decided", "apart"):
        return settled and (name == "decided" or (last is not None and last.decision == "set_apart"))
    if settled:
        return False
    if name == "mine":
        return row.arrival.last_hold is not None and row.arrival.last_hold.name == reader
    return name == "waiting" or not {name, *ALSO.get(name, ())}.isdisjoint(row.marks)


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(arrival: Arrival) -> dict[str, object]:
    """The record's content; number and version stand beside it in clear and are bound to it by the sealing."""
    return {
        "shape": SHAPE,
        "copies": [_copy_to_json(copy) for copy in arrival.copies],
        "opened": vars(arrival.opened) if arrival.opened else None,
        "decisions": [vars(decision) for decision in arrival.decisions],
        "holds": [vars(hold) for hold in arrival.holds],
        "answers": arrival.answers,
    }


def from_json(report: str, version: int, content: Mapping[str, Any]) -> Arrival:
    """The record as it was sealed; one of shape 1 knows less, which the services add from the envelope."""
    opened = content["opened"]
    return Arrival(
        report=report,
        version=version,
        copies=tuple(_copy(each) for each in content["copies"]),
        opened=Touch(**opened) if isinstance(opened, dict) else None,
        decisions=tuple(Decision(**each) for each in content["decisions"]),
        holds=tuple(Hold(**each) for each in content.get("holds", ())),
        answers=content.get("answers", ""),
    )


def _copy_to_json(copy: Copy) -> dict[str, object]:
    facts, guest = (vars(part) if part else None for part in (copy.facts, copy.guest))
    return {**vars(copy), "facts": facts, "guest": guest}


def _copy(content: dict[str, Any]) -> Copy:
    known, told = content["facts"], content.get("guest")
    found = _facts(known) if isinstance(known, dict) else None
    guest = Guest(**told) if isinstance(told, dict) else None
    return Copy(**{**content, "troubles": tuple(content["troubles"]), "facts": found, "guest": guest})


def _facts(content: Mapping[str, Any]) -> Facts:
    lists = {name: tuple(content.get(name, ())) for name in ("happened", "births", "lacking", "languages")}
    return Facts(**{**content, **lists})
