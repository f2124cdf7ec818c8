"""What a team leader sees at a glance: what arrived, what waits and since when, what was asked and what came of it.

Everything is counted in one pass over what the index holds; no name and no word of anybody is needed for it. A *need*
is one kind of help for one person. A report tells of people as *she* and *her second child*, a referral names a code of
the case, and nothing ties the two: so the referrals of a service are set against the people who ask for it, those with
nothing done yet first. Nobody is counted twice, and nobody who asked is lost.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from intake.domain import arrival, case
from intake.domain.referral import Referral

# What became of a need. *Declined* is a choice and *unavailable* a gap (domain brief 3.3): never one number.
OUTCOMES = ("given", "waiting", "untouched", "unavailable", "declined", "ended")
# What an answer says of a need before the office has done anything, and what a referral says in each state. A provider
# that agreed has given nothing yet; what a provider would not do, and what broke off, has *ended* without help.
OF_ANSWERS: Mapping[str, str] = {
    "received": "given",
    "declined": "declined",
    "unavailable": "unavailable",
    "needed": "untouched",
}
OF_REFERRALS: Mapping[str, str] = {
    "offered": "waiting",
    "consented": "waiting",
    "sent": "waiting",
    "accepted": "waiting",
    "in_progress": "given",
    "done": "given",
    "declined_by_survivor": "declined",
    "service_unavailable": "unavailable",
    "rejected": "ended",
    "lost_contact": "ended",
    "revoked": "ended",
}
_DONE_LAST = ("untouched", "unavailable", "declined", "given")

# What waits: reports without a decision; open cases that nobody is in charge of, or that somebody is, since their last
# step; help that was asked and not yet offered, or offered and not yet given.
WAITS = ("report", "case_unowned", "case", "untouched", "waiting")
# What still waits for somebody; in a closed case nothing does.
GOES_ON = ("waiting", "open")
# How long, as the most days of each band; the last is for all that is longer.
BANDS = (1, 3, 7, 30)
WEEKS = (4, 12, 26, 52, 104)
OTHER = ""  # a form that is none, and a place that is not known


class Asked(NamedTuple):
    """One need: a code of the services, one of OUTCOMES, and the day since when it stands so ("2026-11-22")."""

    service: str
    outcome: str
    since: str


class Told(NamedTuple):
    """What one report says, by `domain.needs.by_service`, and the day it came."""

    day: str
    services: Mapping[str, Mapping[str, Sequence[int]]]


def settle(told: Iterable[Told], referrals: Iterable[Referral]) -> tuple[Asked, ...]:
    """The needs in one case, or in one report that is in none. Of a person the newest word and the newest try count."""
    people = _people(told)
    tried: dict[str, dict[str, Asked]] = {}
    for one in referrals:
        asked = Asked(one.service, OF_REFERRALS[one.state], one.events[0].at[:10])
        tried.setdefault(one.service, {})[one.person] = asked
    found: list[Asked] = []
    for service in sorted({*people, *tried}):
        said = sorted(people.get(service, {}).values(), key=lambda one: _DONE_LAST.index(one.outcome))
        again = list(tried.get(service, {}).values())
        found += again + said[len(again) :]
    return tuple(found)


def _people(told: Iterable[Told]) -> dict[str, dict[int, Asked]]:
    """Who asks for what, by service and by the number of a child: the newest word, since the day of the first."""
    found: dict[str, dict[int, Asked]] = {}
    for report in sorted(told, key=lambda one: one.day):
        for service, states in report.services.items():
            people = found.setdefault(service, {})
            # Of somebody who both had it and needs it, the need is what counts.
            for state, outcome in OF_ANSWERS.items():
                for person in states.get(state, ()):
                    before = people.get(person)
                    people[person] = Asked(service, outcome, before.since if before else report.day)
    return found


def to_text(asked: Iterable[Asked]) -> str:
    """Needs as one text, for the index."""
    return " ".join("/".join(one) for one in asked)


def from_text(text: str) -> list[Asked]:
    """What `to_text` wrote."""
    return [Asked(*one.split("/")) for one in text.split()] if text else []


# counting -----------------------------------------------------------------------------------------------------------


class Seen(NamedTuple):
    """One report or one case as the index knows it; the columns are those of its entries."""

    kind: str
    id: str
    title: str
    state: str
    form: str
    place: str
    received: str
    changed: str
    children: bool
    owner: str
    case: str
    needs: str


@dataclass
class Wait:
    """How many of something wait, by band, how many of them concern children, and since when the oldest ("" : none)."""

    bands: list[int] = field(default_factory=lambda: [0] * (len(BANDS) + 1))
    children: int = 0
    oldest: str = ""

    @property
    def total(self) -> int:
        return sum(self.bands)

    def add(self, since: str, *, days: int, child: bool) -> None:
        self.bands[sum(days > most for most in BANDS)] += 1
        self.children += child
        self.oldest = min(filter(None, (self.oldest, since)))


@dataclass(frozen=True)
class Overview:
    """`weeks` are the Mondays they begin with; `arrived` counts each week by form; `asked` by place, service, outcome.

    What waits is counted whole, however long ago it came; what arrived and what was asked is that of the weeks.
    """

    weeks: tuple[str, ...]
    arrived: Mapping[str, list[int]]
    waits: Mapping[str, Wait]
    asked: Counter[tuple[str, str, str]]


def count(seen: Iterable[Seen], *, today: date, weeks: int, places: Collection[str] | None = None) -> Overview:
    """What there is to see. `weeks` is how many, this one among them; `places` are the ids to count, None for all."""
    days = _Days(today, weeks)
    arrived: dict[str, list[int]] = {}
    waits = {state: Wait() for state in WAITS}
    asked: Counter[tuple[str, str, str]] = Counter()
    for one in seen:
        if places is not None and one.place not in places:
            continue
        came = days.day(one.received)
        week = days.week(came)
        if one.kind == arrival.KIND and week is not None:
            arrived.setdefault(one.form, [0] * weeks)[week] += 1
        for state, since in _waiting(one):
            waits[state].add(days.day(since), days=days.ago(days.day(since)), child=bool(one.children))
        for need in from_text(one.needs) if counts(one) else ():
            if need.outcome in waits and one.state in GOES_ON:
                since = days.day(need.since)
                waits[need.outcome].add(since, days=days.ago(since), child=bool(one.children))
            if week is not None:
                asked[one.place, need.service, need.outcome] += 1
    return Overview(days.mondays, arrived, waits, asked)


def counts(one: Seen) -> bool:
    """Whether its needs count: those of a case, and of a report that is in none as long as it waits."""
    return one.kind == case.KIND or (one.kind == arrival.KIND and not one.case and one.state == "waiting")


def _waiting(one: Seen) -> Iterable[tuple[str, str]]:
    """What of WAITS a report or case itself is, and since when."""
    if one.kind == arrival.KIND and one.state == "waiting":
        yield "report", one.received
    elif one.kind == case.KIND and one.state == "open":
        yield ("case" if one.owner else "case_unowned"), one.changed


class _Days:
    """Days as numbers, each text read once. What is no day, or has not come, is taken for today: none is lost."""

    def __init__(self, today: date, weeks: int) -> None:
        self._today, self._known = today, dict[str, tuple[str, int]]()
        first = today - timedelta(days=today.weekday(), weeks=weeks - 1)
        self._first, self._weeks = first, weeks
        self.mondays = tuple(f"{first + timedelta(weeks=week)}" for week in range(weeks))

    def day(self, text: str) -> str:
        """The day of a day or an instant."""
        return self._read(text[:10])[0]

    def ago(self, day: str) -> int:
        """How many days ago."""
        return self._read(day)[1]

    def week(self, day: str) -> int | None:
        """Which of the weeks; None for an earlier one."""
        since = (self._today - self._first).days - self.ago(day)
        return since // 7 if since >= 0 else None

    def _read(self, day: str) -> tuple[str, int]:
        found = self._known.get(day)
        if found is None:
            found = self._known[day] = self._judged(day)
        return found

    def _judged(self, day: str) -> tuple[str, int]:
        try:
            ago = (self._today - date.fromisoformat(day)).days
        except ValueError:
            ago = -1
        return (day, ago) if ago >= 0 else (f"{self._today}", 0)
