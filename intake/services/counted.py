"""From what the office keeps to what may be counted: one record after the other, and nothing that says whose it was.

Only what somebody agreed to have counted is counted, by her newest word (`domain.agreement`, recipient *statistics*).
Where nothing was said, or two things that cannot be put in order, the answer is no. Who agrees is judged today, what is
counted is what was known at the end of a day: whoever takes a word back is in no later release. A claim has a word of
its own where it was asked for it; one that belongs to a case goes by the word of its case as well, and a no in either
place counts. How many were left out is kept nowhere.

Every case counts, also those that whoever prepares a release may not see.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from intake.domain import agreement, arrival, case, claim, matter, overview, referral, telling, verbale
from intake.domain.agreement import Agreements, Reported, spoken_for
from intake.domain.arrival import Arrival
from intake.domain.case import Case
from intake.domain.claim import Claim
from intake.domain.consents import KIN, Order, Said
from intake.domain.figures import classes
from intake.domain.figures.classes import Classes
from intake.domain.figures.counting import Record
from intake.domain.overview import Told
from intake.domain.referral import Referral
from intake.services import claims, clocks, records, register
from intake.services.desk import Desk
from intake.store import Session

STATISTICS = "statistics"
HARMED = ("victim", "mother")


@dataclass(frozen=True)
class _Heard:
    """What of a report counts and consent need: the day it came, whom she wished for, what she lacks, what she said."""

    report: str
    came: str
    wish: str
    met: str
    lacking: tuple[str, ...]
    said: tuple[tuple[Said, str], ...]
    about: tuple[str, ...]
    asked: bool


@dataclass
class _Agreed:
    """Who agrees to be counted: by case, by report and by claim. None is for a case in which nothing was said of it."""

    cases: dict[str, bool | None] = field(default_factory=dict)
    reports: dict[str, bool] = field(default_factory=dict)
    claims: set[str] = field(default_factory=set)


def records_of(session: Session, *, desk: Desk, until: str) -> Iterator[Record]:
    """Everything that was known at the end of a day and may be counted, in the classes of the tables.

    Raises Problem 403.21.
    """
    heard = {one.report: one for one in map(_heard, _arrivals(session, desk)) if one}
    known = {one.id: one for one in _cases(session, desk)}
    agreed = _agreed(session, desk, heard, known)
    for measure, found in (
        ("reports", _wishes(heard, agreed, until)),
        ("allegations", _allegations(known, agreed, until)),
        ("assistance", _needs(session, desk, heard, known, agreed, until)),
        ("answers", _tellings(session, desk, agreed, until)),
    ):
        yield from (Record(measure, one, agreed=True) for one in found)
    yield from _claims(session, desk, agreed, until)
    # Which claims may be counted is known by now.
    yield from (Record("requests", one, agreed=True) for one in _notes(session, desk, agreed, until))


# who agrees ---------------------------------------------------------------------------------------------------------


def _agreed(session: Session, desk: Desk, heard: Mapping[str, _Heard], known: Mapping[str, Case]) -> _Agreed:
    found = _Agreed()
    words = {one.id: one for one in _agreements(session, desk)}
    for one in known.values():
        own = [heard[report] for report in one.reports if report in heard]
        found.cases[one.id] = _word(one, words.get(one.id, Agreements(one.id)), own)
        found.reports.update((each.report, found.cases[one.id] is True) for each in own)
    apart = {report: each for report, each in heard.items() if report not in found.reports}
    for family in _families(apart):
        agrees = _word(None, Agreements(""), family) is True
        found.reports.update((each.report, agrees) for each in family)
    return found


def _word(one: Case | None, words: Agreements, heard: Iterable[_Heard]) -> bool | None:
    """Whether everybody who was harmed agrees; None where nobody said anything of it."""
    told = [each for report in heard for each in report.said]
    order = Order([said for said, _ in told])
    back = {said.about for said, _ in told if said.relation == "withdraws"}
    brought = [
        Reported(STATISTICS, said.words[STATISTICS] == "yes", order.day(said), came)
        for said, came in told
        if STATISTICS in said.words and said.report not in back
    ]
    recorded = {word.person for word in words.words if word.recipient == STATISTICS}
    if not brought and not recorded:
        return False if back else None
    people = one.people if one else ()
    spoken = spoken_for(people) or ({""} if not people else set())
    harmed = [person.code for person in people if person.part in HARMED] or sorted(spoken)
    return bool(harmed) and all(
        words.stands(code, STATISTICS, brought if code in spoken else ()) for code in {*harmed, *recorded}
    )


def _families(heard: Mapping[str, _Heard]) -> Iterator[list[_Heard]]:
    """Reports in no case that belong to one person, as far as they say so themselves."""
    leader = {report: report for report in heard}

    def first(report: str) -> str:
        while leader[report] != report:
            leader[report] = report = leader[leader[report]]
        return report

    for one in heard.values():
        for about in one.about:
            if about in leader:
                leader[first(one.report)] = first(about)
    found: dict[str, list[_Heard]] = {}
    for report, one in heard.items():
        found.setdefault(first(report), []).append(one)
    yield from found.values()


# what is counted ----------------------------------------------------------------------------------------------------


def _wishes(heard: Mapping[str, _Heard], agreed: _Agreed, until: str) -> Iterator[Classes]:
    for one in heard.values():
        if one.asked and one.came <= until and agreed.reports[one.report]:
            yield classes.of_wish(one.wish, one.met)


def _allegations(known: Mapping[str, Case], agreed: _Agreed, until: str) -> Iterator[Classes]:
    for one in known.values():
        found = classes.of_case(_then(one, until), until) if agreed.cases[one.id] else None
        if found:
            yield found


def _needs(
    session: Session,
    desk: Desk,
    heard: Mapping[str, _Heard],
    known: Mapping[str, Case],
    agreed: _Agreed,
    until: str,
) -> Iterator[Classes]:
    """What was asked for, in each case and in each report that is in none, beside what was done about it."""
    tried: dict[str, list[Referral]] = {}
    for record in records.each(session, desk=desk, kind=referral.KIND):
        one = referral.from_json(record.id, record.version, record.content)
        then = tuple(event for event in one.events if event.at[:10] <= until)
        if then and agreed.cases.get(one.case):
            tried.setdefault(one.case, []).append(Referral.of(one.id, one.case, one.version, then))
    held = {report: id for id, one in known.items() for report in one.reports}
    asked: dict[str, list[Told]] = {case: [] for case in tried}
    for report, each in heard.items():
        if each.came <= until and agreed.reports[report]:
            services = {service: {"needed": [0]} for service in each.lacking}
            asked.setdefault(held.get(report, report), []).append(Told(each.came, services))
    for id, told in asked.items():
        yield from map(classes.of_need, overview.settle(told, tried.get(id, ())))


def _tellings(session: Session, desk: Desk, agreed: _Agreed, until: str) -> Iterator[Classes]:
    """Steps of claims are told of by the claims themselves."""
    for record in records.each(session, desk=desk, kind=telling.KIND):
        one = telling.from_json(record.id, record.version, record.content)
        if one.step != "claim_step" and one.at[:10] <= until and agreed.cases.get(one.case):
            yield classes.of_telling(one, until)


def _notes(session: Session, desk: Desk, agreed: _Agreed, until: str) -> Iterator[Classes]:
    held = clocks.held(session, desk=desk)
    about = {one.id: one.content["about"] for one in records.each(session, desk=desk, kind=matter.KIND)}
    for record in records.each(session, desk=desk, kind=verbale.KIND):
        note = verbale.from_json(record.id, record.version, record.content).as_of(date.fromisoformat(until))
        given: dict[str, Any] = {"until": until, "calendars": held.states, "lengths": held.lengths}
        for item, found in classes.asked_by_note(note, **given):
            if item.rpartition(":")[0] in agreed.claims or agreed.cases.get(about.get(item, "")):
                yield found


def _claims(session: Session, desk: Desk, agreed: _Agreed, until: str) -> Iterator[Record]:
    held, policy = clocks.held(session, desk=desk), claims.policy(session, desk=desk)
    for record in records.each(session, desk=desk, kind=claim.KIND):
        now = claims.of_record(record)
        # What another office forwarded here is counted there.
        if now.has("came_from") or not _agrees(now, agreed):
            continue
        agreed.claims.add(now.id)
        one = now.as_of(until)
        found = classes.of_claim(one, until=until, policy=policy, lengths=held.lengths)
        if found is None:
            continue
        yield Record("claims", found, agreed=True)
        for asked in classes.asked_by_claim(one, until=until, calendars=held.states, lengths=held.lengths):
            yield Record("requests", asked, agreed=True)
        for told in classes.told_by_claim(one, policy):
            yield Record("answers", told, agreed=True)


def _agrees(one: Claim, agreed: _Agreed) -> bool:
    of_case = agreed.cases.get(one.case) if one.case else None
    return False not in (one.counting, of_case) and True in (one.counting, of_case)


# reading ------------------------------------------------------------------------------------------------------------


def _arrivals(session: Session, desk: Desk) -> Iterator[Arrival]:
    for record in records.each(session, desk=desk, kind=arrival.KIND):
        yield register.remembered(session, desk, record)


def _heard(one: Arrival) -> _Heard | None:
    """None for what is an answer to a message, and no report."""
    if one.is_answer:
        return None
    facts = one.facts
    received = {copy.received for copy in one.copies}
    said = tuple((each, max(received)) for each in register.said_by(one))
    return _Heard(
        one.report,
        one.received[:10],
        facts.officer_wish if facts else "",
        facts.officer_wish_met if facts else "",
        tuple(facts.lacking) if facts else (),
        said,
        tuple(each.about for each, _ in said if each.relation in KIN and each.about),
        asked=bool(facts and facts.form == "visit" and facts.relation == ""),
    )


def _cases(session: Session, desk: Desk) -> Iterator[Case]:
    for record in records.each(session, desk=desk, kind=case.KIND):
        yield case.from_json(record.id, record.version, record.content)


def _agreements(session: Session, desk: Desk) -> Iterator[Agreements]:
    for record in records.each(session, desk=desk, kind=agreement.KIND):
        yield agreement.from_json(record.id, record.version, record.content)


def _then(one: Case, until: str) -> Case:
    """The case as it stood at the end of a day."""
    return one.as_of(f"{until}T99")
