"""Entries: what of the office's records can be found and counted, as the index of `services/find.py` holds it.

A record that changes takes others with it: a report its case, a case its reports and all else in it, a referral its
case, a report that takes another one back both that one and its case. Whatever is touched is read as it stands now.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from intake.domain import arrival as arrivals_of
from intake.domain import case as cases_of
from intake.domain import claim as claims_of
from intake.domain import claim_card, likeness, matter, overview, translation
from intake.domain import forwarding as forwardings
from intake.domain import note as note_of
from intake.domain import referral as referrals
from intake.domain import telling as tellings
from intake.domain.arrival import Arrival
from intake.domain.case import Case
from intake.domain.claim_policy import Decided
from intake.domain.folding import terms
from intake.domain.needs import by_service, needs
from intake.domain.overview import Told
from intake.domain.report import Report, sections
from intake.domain.translation import Text
from intake.services import claims, clocks, help, matters, records, register, telling
from intake.services.cases import FILING
from intake.services.clocks import Held
from intake.services.desk import Desk
from intake.services.records import Record
from intake.services.register import TAKES
from intake.store import Session
from intake.store.index import Entry, Index, Sent

# Of these every change is followed; of other kinds, those that bear a day. What names a case is open to whom that is.
KINDS = frozenset(
    {
        *(arrivals_of.KIND, cases_of.KIND, claims_of.KIND, FILING, tellings.KIND, referrals.KIND),
        *(note_of.KIND, translation.KIND, matter.KIND, forwardings.KIND),
    }
)
# What came back for a message: its words and its running number count, but it is no report of anything.
ANSWER = "answer"
NOBODY = "-"  # no sign-in name
# What stands among the keys of a case in front of how help was, and among those of a report in front of one it takes
# back.
FEEDBACK, BACK = "feedback:", "back:"
CHILDREN = frozenset({"girl", "boy"})


def entries(session: Session, index: Index, *, desk: Desk) -> Iterator[Entry]:
    """Every changed record, and what it touches, as it can be found."""
    run = _Run(session, index, desk)
    for record in records.since(session, desk=desk, turn=index.turn, kinds=KINDS):
        yield from run.changed(record)


def _listed(index: Index, case: str) -> list[Entry]:
    """What `_inside` made for a case."""
    return [one for one in index.of_case(case) if one.kind not in (cases_of.KIND, arrivals_of.KIND)]


@dataclass(frozen=True)
class _Arrived:
    """One report with its record, and what was told in it."""

    record: Record
    arrival: Arrival
    told: Report | None

    @property
    def takes_back(self) -> str:
        facts = self.arrival.facts
        return facts.about if facts and facts.relation == TAKES else ""


@dataclass
class _Run:
    """One run over what changed. `met` is what was made already, `back` what was found to be taken back."""

    session: Session
    index: Index
    desk: Desk
    met: set[str] = field(default_factory=set)
    back: set[str] = field(default_factory=set)

    def record(self, entry: Entry) -> Record | None:
        return records.get(self.session, desk=self.desk, kind=entry.kind, id=entry.id)

    def changed(self, record: Record) -> Iterator[Entry]:
        """What a record that changed makes anew."""
        made: Mapping[str, Callable[[Record], Iterable[Entry]]] = {
            arrivals_of.KIND: self.arrived,
            FILING: self.arrived,
            cases_of.KIND: self.whole_case,
            translation.KIND: self.translated,
            note_of.KIND: lambda one: self.note(one.id),
            claims_of.KIND: lambda one: (self.claim(one, self.case_of(one)),),
            forwardings.KIND: lambda one: (self.forwarding(one, self.case_of(one)),),
            matter.KIND: lambda one: (self.proceeding(one, self.case_of(one)),),
        }
        yield from made.get(record.kind, self.inside)(record)

    def arrived(self, record: Record) -> Iterator[Entry]:
        """A report, or where it is filed."""
        yield from self.report(record.id)

    def translated(self, record: Record) -> Iterator[Entry]:
        """A report or a note, of which something was translated."""
        yield from self.report(record.id)
        yield from self.note(record.id)

    def whole_case(self, record: Record) -> Iterator[Entry]:
        """A case with all that belongs to it."""
        case = cases_of.from_json(record.id, record.version, record.content)
        yield from self.case(case)
        for one in _listed(self.index, case.id):
            yield from self.beside(one, case)

    def inside(self, record: Record) -> Iterator[Entry]:
        """A telling, a referral, whatever else is due some day; what was asked of a case changes with a referral."""
        found = self.case_of(record)
        yield _inside(record, found)
        if found and record.kind == referrals.KIND:
            yield from self.case(found)

    def case_of(self, record: Record) -> Case | None:
        """The case that a record names."""
        id = record.content["about"] if record.kind == matter.KIND else record.content.get("case", "")
        return _case_by_id(self.session, self.desk, id)

    def beside(self, entry: Entry, case: Case) -> Iterator[Entry]:
        """What stands beside the reports of a case that changed."""
        claim = self.record(entry) if entry.kind == claims_of.KIND else None
        if claim:
            yield self.claim(claim, case)
        elif entry.kind == note_of.KIND:
            yield from self.note(entry.id)
        elif entry.kind == ANSWER:
            yield from self.report(entry.id)
        else:
            yield replace(entry, named=case.named, hidden=case.kept_from_staff)

    def note(self, id: str) -> Iterator[Entry]:
        """A note of a case: to be translated, and neither listed nor searched."""
        record = records.get(self.session, desk=self.desk, kind=note_of.KIND, id=id)
        if record is None:
            return
        one = note_of.from_json(record.id, record.content)
        typed = [] if one.names else [Text("text", "", one.text, one.language)]
        case = _case_by_id(self.session, self.desk, one.case)
        yield replace(_inside(record, case), received=one.at, keys=self._unread(id, typed, case))

    def report(self, id: str) -> Iterator[Entry]:
        """A report with the case it is in; an answer to a message stands on the message's case."""
        found = self._arrived(id) if id not in self.met else None
        if found is None:
            return
        case = _case_of(self.session, self.desk, found.arrival)
        if found.arrival.is_answer:
            yield self._answer(found, case)
            return
        if found.arrival.answers:
            # Other bytes came under its number: it is a report to decide about, and no answer any more.
            yield Entry(ANSWER, id, found.record.version)
        if case and id in case.reports:
            yield from self.case(case)
        # What came in the place of an answer is seen by whoever sees the case of the message.
        yield from self._made(found, case)

    def case(self, case: Case) -> Iterator[Entry]:
        """A case with its reports."""
        if case.id in self.met:
            return
        self.met.add(case.id)
        reports = [found for found in map(self._arrived, case.reports) if found and not found.arrival.is_answer]
        yield self._case(case, reports)
        for found in reports:
            yield from self._made(found, case)

    def _made(self, found: _Arrived, case: Case | None) -> Iterator[Entry]:
        if found.record.id in self.met:
            return
        self.met.add(found.record.id)
        yield self._report(found, case)
        if found.takes_back and found.takes_back not in self.back:
            yield from self._taken_back(found.takes_back)

    def _taken_back(self, id: str) -> Iterator[Entry]:
        """A report that nothing is asked by any more, and its case, even if they were made before."""
        self.back.add(id)
        found = self._arrived(id)
        case = _case_of(self.session, self.desk, found.arrival) if found else None
        self.met -= {id, case.id if case else ""}
        yield from self.report(id)

    def _arrived(self, id: str) -> _Arrived | None:
        record = records.get(self.session, desk=self.desk, kind=arrivals_of.KIND, id=id)
        if record is None:
            return None
        arrival = register.remembered(self.session, self.desk, record)
        return _Arrived(record, arrival, register.told(self.session, desk=self.desk, arrival=arrival))

    def _asks(self, found: _Arrived) -> Told:
        """Which help a report asks for; none, once it was taken back."""
        id = found.arrival.report
        form = register.form_of(found.told)
        gone = id in self.back or self.index.having([BACK + id])
        asked = by_service(needs(form, found.told.answers)) if form and found.told and not gone else {}
        return Told(found.arrival.received[:10], asked)

    def _unread(self, id: str, typed: Iterable[Text], case: Case | None, holder: str = "") -> tuple[str, ...]:
        """By what those find a document who could translate something of it: see `translation.Wait`.

        Whoever is in charge of the case has to read it, or else who has the report; nobody does once it is closed.
        """
        reader = (case.owner if case.open else "") if case else holder
        if not reader:
            return ()
        kept = records.get(self.session, desk=self.desk, kind=translation.KIND, id=id)
        return tuple(str(one) for one in translation.waits(typed, kept.content if kept else {}, reader))

    def _answer(self, found: _Arrived, case: Case | None) -> Entry:
        arrival = found.arrival
        return Entry(
            kind=ANSWER,
            id=arrival.report,
            version=found.record.version,
            received=arrival.received,
            case=case.id if case else "",
            named=case.named if case else (),
            hidden=case.kept_from_staff if case else (),
            keys=self._unread(arrival.report, _typed(found.told), case),
            sent=sent_of(arrival),
        )

    def _report(self, found: _Arrived, case: Case | None) -> Entry:
        arrival, facts, last = found.arrival, found.arrival.facts, found.arrival.decision
        back = (BACK + found.takes_back,) if found.takes_back else ()
        hold = arrival.last_hold
        unread = self._unread(arrival.report, _typed(found.told), case, hold.name if hold else "")
        return Entry(
            kind=found.record.kind,
            id=found.record.id,
            version=found.record.version,
            title=arrival.report[:8],
            # What came after the decision waits again.
            state=last.decision if last and arrival.settled else "waiting",
            form=facts.form if facts else "",
            language=facts.language if facts else "",
            place=facts.place if facts else "",
            first=min(facts.happened, default="") if facts else "",
            last=max(facts.happened, default="") if facts else "",
            received=arrival.received,
            changed=last.at if last else arrival.received,
            urgent=arrival.urgent,
            case=case.id if case else "",
            named=case.named if case else (),
            hidden=case.kept_from_staff if case else (),
            due=found.record.due_on or "",
            children=facts.children if facts else False,
            needs=overview.to_text(overview.settle([self._asks(found)], [])),
            text=" ".join(terms(" ".join((arrival.report, *_texts(found.told.answers if found.told else {}))))),
            content=json.dumps(arrivals_of.to_json(arrival)) if not arrival.settled else "",
            keys=(*register.pointers_of(arrival), *likeness.keys(likeness.traits(arrival)), *back, *unread),
            sent=sent_of(arrival),
        )

    def _case(self, case: Case, reports: list[_Arrived]) -> Entry:
        facts = [found.arrival.facts for found in reports if found.arrival.facts]
        asked = overview.settle(map(self._asks, reports), help.of(self.session, desk=self.desk, case=case.id))
        return Entry(
            kind=cases_of.KIND,
            id=case.id,
            version=case.version,
            title=case.reference,
            state="open" if case.open else "closed",
            owner=case.owner,
            category=case.category,
            place=next((each.place for each in facts if each.place), ""),
            changed=case.changed,
            received=case.since,
            case=case.id,
            named=case.named,
            hidden=case.kept_from_staff,
            children=any(each.children for each in facts) or any(person.group in CHILDREN for person in case.people),
            needs=overview.to_text(asked),
            keys=(FEEDBACK + case.closing.feedback,) if case.closing and case.closing.feedback else (),
            text=" ".join(terms(" ".join((case.reference, *case.natures, *(person.code for person in case.people))))),
        )

    @cached_property
    def decided(self) -> Decided:
        """What the office has decided about claims, as it stands now."""
        return claims.decided(self.session, desk=self.desk)

    @cached_property
    def held(self) -> Held:
        """The calendars and terms as they stand now."""
        return clocks.held(self.session, desk=self.desk)

    def claim(self, record: Record, case: Case | None) -> Entry:
        """A claim: its phase, its States, its age by the day of the wish, and what is owed about it."""
        claim, rules = claims.of_record(record), self.decided
        begun = claim.first("wished")
        card = claim_card.Card.of(claim, record.day_changed, rules.policy, rules.number)
        return Entry(
            kind=record.kind,
            id=record.id,
            version=record.version,
            title=claim.reference,
            state=claim.phase,
            owner=claim.owner,
            changed=max((event.at for event in claim.events), default=""),
            received=begun.happened if begun else "",
            case=claim.case,
            # What was taken back with its list nobody finds.
            named=(NOBODY,) if not claim.phase else case.named if case else (),
            hidden=case.kept_from_staff if case else (),
            due=record.due_on or "",
            countries=claim.member_states,
            text=" ".join(terms(" ".join((claim.reference, *(one.said("words") for one in claim.fitting))))),
            keys=matters.debts(matters.of_claim(claim), self.held),
            # As it looks from the day on which it changed.
            content=json.dumps(claim_card.to_json(card)),
        )

    def forwarding(self, record: Record, case: Case | None) -> Entry:
        """A claim between two offices, by the group in which their page lists it."""
        made = forwardings.from_json(record.id, record.version, record.content)
        return Entry(
            kind=record.kind,
            id=record.id,
            version=record.version,
            title=made.reference,
            state=made.group,
            changed=max((step.at for step in made.steps), default=""),
            case=made.case,
            named=case.named if case else (),
            hidden=case.kept_from_staff if case else (),
        )

    def proceeding(self, record: Record, case: Case | None) -> Entry:
        """An allegation before a State, which only its State's page lists."""
        found = matter.from_json(record.id, record.version, record.content)
        listed = replace(_inside(record, case), case=found.about, countries=(found.state,))
        return replace(listed, keys=matters.debts([found], self.held))


def sent_of(arrival: Arrival) -> tuple[Sent, ...]:
    """What came from which phone; other bytes that one phone sent under one number are one report."""
    first = {copy.device: copy for copy in reversed(arrival.copies)}
    return tuple(
        Sent(device, (copy.facts.n or 0) if copy.facts else 0, copy.received, copy.kept == "aside")
        for device, copy in first.items()
    )


def _typed(report: Report | None) -> list[Text]:
    return translation.texts(sections(register.form_of(report), report.answers)) if report else []


def _inside(record: Record, case: Case | None) -> Entry:
    """A telling, a referral, whatever else is due some day: to be listed and not searched."""
    return Entry(
        kind=record.kind,
        id=record.id,
        version=record.version,
        changed=record.day_changed,
        case=record.content.get("case", ""),
        named=case.named if case else (),
        hidden=case.kept_from_staff if case else (),
        due=record.due_on or "",
    )


def _case_of(session: Session, desk: Desk, arrival: Arrival) -> Case | None:
    """The case, whoever asks: the index is the office's, and each search leaves out what its reader may not see.

    What came in the place of an answer belongs to the case of the message, until somebody files it.
    """
    filing = records.get(session, desk=desk, kind=FILING, id=arrival.report)
    filed = filing.content["case"] if filing else ""
    return _case_by_id(session, desk, filed or telling.case_of(session, desk=desk, message=arrival.answers))


def _case_by_id(session: Session, desk: Desk, case: str) -> Case | None:
    if not case:
        return None
    found = records.get(session, desk=desk, kind=cases_of.KIND, id=case)
    return cases_of.from_json(found.id, found.version, found.content) if found else None


def _texts(answer: object) -> Iterator[str]:
    """Every text and code inside an answer, however deep."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, Mapping):
        for name, value in answer.items():
            if name not in ("language", "row", "no"):
                yield from _texts(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from _texts(value)
