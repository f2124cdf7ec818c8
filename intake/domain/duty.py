"""The duty rota: who is on duty when, and who is called next about something urgent.

A day of duty begins at the hour of handover, in the office's own time, and ends at the next day's: whoever begins on
Saturday has the night to Sunday. Each day has a first and a second person; one leader stands behind all of them.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta

PATIENCE = timedelta(minutes=30)  # how long somebody who was reached has time to open it
IMPATIENCE = timedelta(minutes=5)  # the same where neither mail nor command went out
MOST_CALLS = 24  # about one report: the leader is called again until then, twelve hours after it came
DAYS_AHEAD = 14
MOST_EXCEPTIONS = 60
FREE_ROWS = 3  # for days that are not as usual, beside those already there
MAIL = re.compile(r"[!-?A-~]+@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*")
HANDOVER = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
LONGEST = 200


@dataclass(frozen=True)
class Address:
    """How somebody is reached: a mail address, a line for the operator's command (say a number), and their language."""

    mail: str = ""
    pager: str = ""
    language: str = "en"

    @property
    def usable(self) -> bool:
        return bool(self.mail or self.pager)


@dataclass(frozen=True)
class Turn:
    """One day of duty: account ids, empty where there is nobody."""

    first: str = ""
    second: str = ""


@dataclass(frozen=True)
class Rota:
    """`week` begins on Monday; `days` ("2026-12-25") are exceptions; `people` are addresses by account id."""

    handover: str = "08:00"
    leader: str = ""
    week: tuple[Turn, ...] = (Turn(),) * 7
    days: Mapping[str, Turn] = field(default_factory=dict)
    people: Mapping[str, Address] = field(default_factory=dict)

    def on(self, day: date) -> Turn:
        """Whose day of duty this is."""
        return self.days.get(day.isoformat(), self.week[day.weekday()])

    def has_begun(self, local: datetime) -> bool:
        """Whether the handover of this local day is over."""
        return local.strftime("%H:%M") >= self.handover

    @property
    def named(self) -> set[str]:
        """Everybody who has a turn in the week, on some day, or leads."""
        turns = (*self.week, *self.days.values())
        return ({one for turn in turns for one in (turn.first, turn.second)} | {self.leader}) - {""}


@dataclass(frozen=True)
class Made:
    """A call that was made about a report: whom, when, and whether anything went out to them."""

    person: str
    at: datetime
    reached: bool


def to_json(rota: Rota) -> dict[str, object]:
    return asdict(rota)


def from_json(found: Mapping[str, object]) -> Rota:
    said: Mapping[str, object] = {**asdict(Rota()), **found}
    week, days, people = said["week"], said["days"], said["people"]
    if not (isinstance(week, (list, tuple)) and isinstance(days, dict) and isinstance(people, dict)):
        raise TypeError("not a rota")
    return Rota(
        handover=str(said["handover"]),
        leader=str(said["leader"]),
        week=tuple(Turn(**turn) for turn in week),
        days={day: Turn(**turn) for day, turn in days.items()},
        people={one: Address(**address) for one, address in people.items()},
    )


# who is called ------------------------------------------------------------------------------------------------------


def local_time(now: datetime, offset_minutes: int) -> datetime:
    """The instant as the office's clocks show it."""
    return now + timedelta(minutes=offset_minutes)


def duty_day(rota: Rota, local: datetime) -> date:
    """The day of duty that a local time belongs to: before the handover it is still yesterday's."""
    return local.date() if rota.has_begun(local) else local.date() - timedelta(days=1)


def ladder(rota: Rota, day: date, *, able: Collection[str]) -> list[str]:
    """Whom to call on that day of duty, in this order: first, second, leader; who is not `able` is left out.

    Where that is nobody, everybody who is able: an empty day in the rota must not silence a cry for help.
    """
    turn = rota.on(day)
    wanted = dict.fromkeys(one for one in (turn.first, turn.second, rota.leader) if one in able)
    return list(wanted) or sorted(able)


def next_call(ladder: Sequence[str], made: Sequence[Made], now: datetime) -> str | None:
    """Whom to call now about a report that nobody has opened, after these calls; None while there is nothing to do.

    Whoever is on the ladder and was not called yet comes first, so a new shift hears of it too; then its last again.
    """
    if not ladder:
        return None
    if made and now - made[-1].at < (PATIENCE if made[-1].reached else IMPATIENCE):
        return None
    called = {call.person for call in made}
    fresh = [one for one in ladder if one not in called]
    if fresh:
        return fresh[0]
    return ladder[-1] if len(made) < MOST_CALLS else None


def ahead(rota: Rota, today: date) -> list[tuple[date, Turn]]:
    """The coming days of duty, today's first."""
    return [(day, rota.on(day)) for day in (today + timedelta(days=n) for n in range(DAYS_AHEAD))]


# what somebody typed ------------------------------------------------------------------------------------------------


def typed(rota: Rota) -> dict[str, str]:
    """The rota as the fields of its form: handover, leader, first-0 … second-6 (Monday is 0), day-n, day-first-n,
    day-second-n, mail-<id>, pager-<id>, language-<id>."""
    fields = {"handover": rota.handover, "leader": rota.leader}
    for number, turn in enumerate(rota.week):
        fields |= {f"first-{number}": turn.first, f"second-{number}": turn.second}
    for number, (day, turn) in enumerate(sorted(rota.days.items())):
        fields |= {f"day-{number}": day, f"day-first-{number}": turn.first, f"day-second-{number}": turn.second}
    for one, address in rota.people.items():
        fields |= {f"mail-{one}": address.mail, f"pager-{one}": address.pager, f"language-{one}": address.language}
    return fields


def rows_of(fields: Mapping[str, str]) -> list[int]:
    """The numbers of the rows for days that are not as usual: those that are filled, and some free ones."""
    filled = [number for number in range(MOST_EXCEPTIONS) if any(value for _, value in _row(fields, number))]
    return list(range(min((filled[-1] + 1 if filled else 0) + FREE_ROWS, MOST_EXCEPTIONS)))


def read(
    fields: Mapping[str, str], *, people: Collection[str], languages: Collection[str], today: date
) -> tuple[Rota, dict[str, str]]:
    """The rota that was typed, and the code of what is wrong by field (422.230 to 422.236). Days gone by are dropped.

    `people` are the accounts that may be named.
    """
    week = tuple(Turn(fields.get(f"first-{n}", ""), fields.get(f"second-{n}", "")) for n in range(7))
    rows = {n: dict(_row(fields, n)) for n in rows_of(fields)}
    yesterday = (today - timedelta(days=1)).isoformat()
    rota = Rota(
        handover=fields.get("handover", "").strip(),
        leader=fields.get("leader", ""),
        week=week,
        days={
            row["day"]: Turn(row["day-first"], row["day-second"]) for row in rows.values() if row["day"] >= yesterday
        },
        people={one: address for one in people if (address := _address(fields, one)).usable},
    )
    wrong = dict(_wrong(rota, rows, people, languages))
    return rota, wrong


def _row(fields: Mapping[str, str], number: int) -> Iterator[tuple[str, str]]:
    for name in ("day", "day-first", "day-second"):
        yield name, fields.get(f"{name}-{number}", "").strip()


def _address(fields: Mapping[str, str], one: str) -> Address:
    return Address(
        fields.get(f"mail-{one}", "").strip(),
        fields.get(f"pager-{one}", "").strip(),
        fields.get(f"language-{one}", "") or "en",
    )


def _wrong(
    rota: Rota,
    rows: Mapping[int, Mapping[str, str]],
    people: Collection[str],
    languages: Collection[str],
) -> Iterator[tuple[str, str]]:
    if not HANDOVER.fullmatch(rota.handover):
        yield "handover", "422.230"
    for number, turn in enumerate(rota.week):
        yield from _wrong_turn(rota, turn, f"first-{number}", f"second-{number}", people)
    for number, row in rows.items():
        if any(row.values()) and not _is_day(row["day"]):
            yield f"day-{number}", "422.231"
        elif row["day"] and [other["day"] for other in rows.values()].count(row["day"]) > 1:
            yield f"day-{number}", "422.232"
        turn = Turn(row["day-first"], row["day-second"])
        yield from _wrong_turn(rota, turn, f"day-first-{number}", f"day-second-{number}", people)
    yield from _wrong_person(rota, rota.leader, "leader", people)
    for one, address in rota.people.items():
        yield from _wrong_address(one, address, languages)


def _wrong_turn(rota: Rota, turn: Turn, first: str, second: str, people: Collection[str]) -> Iterator[tuple[str, str]]:
    yield from _wrong_person(rota, turn.first, first, people)
    yield from _wrong_person(rota, turn.second, second, people)
    if turn.first and turn.first == turn.second:
        yield second, "422.236"


def _wrong_person(rota: Rota, one: str, name: str, people: Collection[str]) -> Iterator[tuple[str, str]]:
    if one and one not in people:
        yield name, "422.233"
    elif one and one not in rota.people:
        yield name, "422.234"


def _wrong_address(one: str, address: Address, languages: Collection[str]) -> Iterator[tuple[str, str]]:
    if address.mail and (len(address.mail) > LONGEST or not MAIL.fullmatch(address.mail)):
        yield f"mail-{one}", "422.235"
    if len(address.pager) > LONGEST or not address.pager.isprintable():
        yield f"pager-{one}", "422.44"
    if address.language not in languages:
        yield f"language-{one}", "422.48"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
