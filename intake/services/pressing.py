"""What cannot wait, as the desk shows it: danger now, and care that has its time, each with those at hand who can help.

The phone shows the officer the same while the person is still there (`static/field/cards.js`). Whoever she asked that
it be kept from is not proposed; as long as nobody knows what she asked, nobody who works with such people is.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from intake.domain import places, windows
from intake.domain.arrival import Row, Window
from intake.domain.case import PROVIDER, Case
from intake.domain.provider import Provider
from intake.domain.referral import Referral
from intake.services import help, providers, register, settings
from intake.services.desk import Desk
from intake.store import Session

DANGER, CARE = "danger", "care"
# Which help answers it.
SERVICES = {DANGER: "SAFETY", CARE: "MED"}
MOST = 3


@dataclass(frozen=True)
class Card:
    """`sort` is DANGER or CARE, `service` the help that answers it, `place` an id of the office's list or empty.

    `windows` are those that are open, as `domain.windows` gives them, `first` and `soon` what is left of them in hours,
    where a report is there to count from. `providers` are at most MOST, the nearest first;
    `here` says whether they are of the place, of one in it or of what it lies in. `said` is the day it was recorded,
    `reports` where; `referrals` what was offered for it already.
    """

    sort: str
    place: str
    windows: tuple[Mapping[str, Any], ...] = ()
    first: Window | None = None
    soon: Window | None = None
    providers: tuple[Provider, ...] = ()
    here: bool = False
    said: str = ""
    reports: tuple[str, ...] = ()
    referrals: tuple[Referral, ...] = ()

    @property
    def service(self) -> str:
        return SERVICES[self.sort]


def of_rows(session: Session, *, desk: Desk, rows: Iterable[Row], now: datetime) -> dict[str, list[Card]]:
    """What cannot wait in each of these reports, by its number; those in which nothing presses are left out."""
    at_hand = _AtHand(session, desk)
    found = {row.arrival.report: [_card(at_hand, row, sort, now) for sort in _sorts(row)] for row in rows}
    return {report: cards for report, cards in found.items() if cards}


def of_report(session: Session, *, desk: Desk, row: Row, answers: Mapping[str, Any], now: datetime) -> list[Card]:
    """The same of one that is open before somebody, with her word from whom it must be kept."""
    at_hand = _AtHand(session, desk, _kept_from(answers))
    return [_card(at_hand, row, sort, now) for sort in _sorts(row)]


def of_case(session: Session, *, desk: Desk, case: Case, rows: Iterable[Row], now: datetime) -> list[Card]:
    """What cannot wait in an open case, one card for each sort and place."""
    at_hand = _AtHand(session, desk, without=case.kept_from)
    found: dict[tuple[str, str], Card] = {}
    for row in rows if case.open else ():
        for sort in () if "withdrawn" in row.marks else _sorts(row):
            one = _card(at_hand, row, sort, now)
            before = found.get((sort, one.place))
            found[sort, one.place] = _together(before, one) if before else one
    if not found:
        return []
    offered = help.of(session, desk=desk, case=case.id)
    return [_with(one, offered) for _, one in sorted(found.items(), key=lambda item: item[0][0] != DANGER)]


def of_answers(
    session: Session, *, desk: Desk, answers: Mapping[str, Any], rules: Mapping[str, Any], minute: str
) -> list[Card]:
    """The same while somebody enters a report by hand; `rules` are the settings that its form goes by."""
    at_hand, place = _AtHand(session, desk, _kept_from(answers)), answers.get("place")
    where = place if isinstance(place, str) and place in at_hand.places else ""
    found = [at_hand.card(DANGER, where)] if answers.get("danger_now") == "yes" else []
    open_ = windows.windows(answers.get("when_happened"), answers.get("nights"), rules, minute)
    return [*found, at_hand.card(CARE, where, windows=tuple(open_))] if open_ else found


def _kept_from(answers: Mapping[str, Any]) -> Collection[str] | None:
    """Codes of those she named; None before she was asked."""
    named = answers.get("keep_from")
    return [one for one in named if isinstance(one, str)] if isinstance(named, list) else None


def _sorts(row: Row) -> list[str]:
    return [sort for sort, is_so in ((DANGER, "danger" in row.marks), (CARE, row.window or row.soon)) if is_so]


def _card(at_hand: "_AtHand", row: Row, sort: str, now: datetime) -> Card:
    facts, copy = row.arrival.facts, row.arrival.copy(None)
    place, beside = facts.place if facts else "", {"said": copy.made, "reports": (row.arrival.report,)}
    if sort != CARE:
        return at_hand.card(sort, place, **beside)
    open_ = at_hand.windows(facts.happened if facts else (), row, now)
    return at_hand.card(sort, place, windows=open_, first=row.window, soon=row.soon, **beside)


def _together(one: Card, other: Card) -> Card:
    """Of two reports about one place: what is open longest, and what was said last."""
    later = max(one, other, key=lambda card: (len(card.windows), card.said))
    return Card(**{**vars(later), "reports": (*one.reports, *other.reports)})


def _with(card: Card, offered: Iterable[Referral]) -> Card:
    return Card(**{**vars(card), "referrals": tuple(one for one in offered if one.service == card.service)})


class _AtHand:
    """Who can help where; what was read for it is read once."""

    def __init__(
        self, session: Session, desk: Desk, kept_from: Collection[str] | None = None, without: Collection[str] = ()
    ) -> None:
        self._session, self._desk = session, desk
        self._kept_from, self._without = kept_from, without

    @cached_property
    def places(self) -> Mapping[str, places.Place]:
        return places.by_id(register.places_known(self._session, desk=self._desk))

    @cached_property
    def _settings(self) -> Mapping[str, Any]:
        return settings.now_set(self._session, office=self._desk.office)

    @cached_property
    def _providers(self) -> list[Provider]:
        found = providers.every(self._session, desk=self._desk)
        return [one for one in found if one.room != "closed" and self._may(one)]

    def _may(self, one: Provider) -> bool:
        marks = set(one.marks)
        kept = bool(marks) if self._kept_from is None else bool(marks.intersection(self._kept_from))
        return not kept and PROVIDER + one.id not in self._without

    def windows(self, happened: tuple[str, ...], row: Row, now: datetime) -> tuple[Mapping[str, Any], ...]:
        when = {"when": happened[0] if len(happened) == 1 else list(happened)}
        found = windows.windows(when, None, self._settings, f"{now:%Y-%m-%dT%H:%M}") or []
        still = {"first": row.window, "soon": row.soon}
        return tuple(one for one in found if still[one["window"]] is not None)

    def card(self, sort: str, place: str, **more: Any) -> Card:
        """With the nearest who can: of the place or in it, then of what it lies in; else of anywhere."""
        able = [one for one in self._providers if SERVICES[sort] in one.services]
        above = [one["id"] for one in places.around(self.places, place)]
        near = {one.id: rank for one in able if (rank := self._rank(one, place, above)) is not None}
        found = sorted((one for one in able if one.id in near), key=lambda one: (one.room != "open", near[one.id]))
        return Card(sort, place, providers=tuple((found or able)[:MOST]), here=bool(found), **more)

    def _rank(self, one: Provider, place: str, above: list[str]) -> int | None:
        """How far off, in levels of the list of places: 0 in the place. None: somewhere else."""
        if not place or not one.place:
            return None if not place else len(above)
        if place in [each["id"] for each in places.around(self.places, one.place)]:
            return 0
        return len(above) - 1 - above.index(one.place) if one.place in above else None
