"""Entries: what of the office's records can be found and counted, as the index of `services/find.py` holds it.

A record that changes takes others with it: a report its case, a case its reports, a referral its case, a report that
takes another one back both that one and its case. Whatever is touched is read as it stands now, once a run.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from intake.domain import arrival as arrivals_of
from intake.domain import case as cases_of
from intake.domain import overview, referral
from intake.domain.case import Case
from intake.domain.folding import terms
from intake.domain.needs import by_service, needs
from intake.domain.overview import Told
from intake.domain.report import Report
from intake.services import help, records, register
from intake.services.cases import FILING
from intake.services.desk import Desk
from intake.services.records import Record
from intake.services.register import TAKES
from intake.store import Session
from intake.store.index import Entry, Index

KINDS = frozenset({arrivals_of.KIND, cases_of.KIND, FILING, referral.KIND})
CHILDREN = frozenset({"girl", "boy"})


def entries(session: Session, index: Index, *, desk: Desk) -> Iterator[Entry]:
    """Every changed record, and what it touches, as it can be found."""
    run = _Run(session, desk, index.taken_back())
    for record in records.since(session, desk=desk, turn=index.turn, kinds=KINDS):
        if record.kind == cases_of.KIND:
            yield from run.case(record.id)
            for report in cases_of.from_json(record.id, record.version, record.content).reports:
                yield from run.report(report)
        elif record.kind == referral.KIND:
            yield from run.case(record.content["case"])
        else:
            yield from run.report(record.id)


@dataclass(frozen=True)
class _Arrived:
    """One report with its record, what was told in it, and the case it is in."""

    record: Record
    arrival: arrivals_of.Arrival
    report: Report | None
    case: Case | None

    @property
    def takes_back(self) -> str:
        facts = self.arrival.facts
        return facts.about if facts and facts.relation == TAKES else ""


@dataclass
class _Run:
    """One run over what changed. `back` are the reports that were taken back, `met` what was yielded already."""

    session: Session
    desk: Desk
    back: set[str]
    met: set[str] = field(default_factory=set)

    def report(self, id: str) -> Iterator[Entry]:
        """A report, its case, and what it takes back; an answer to a message stands on the message's case."""
        if id in self.met:
            return
        self.met.add(id)
        found = self._arrived(id)
        if found is None or found.arrival.is_answer:
            return
        if found.takes_back and found.takes_back not in self.back:
            self.back.add(found.takes_back)
            yield from self._anew(found.takes_back)
        yield self._report(found)
        if found.case:
            yield from self.case(found.case.id)

    def case(self, id: str) -> Iterator[Entry]:
        record = records.get(self.session, desk=self.desk, kind=cases_of.KIND, id=id) if id not in self.met else None
        self.met.add(id)
        if record:
            yield self._case(cases_of.from_json(record.id, record.version, record.content))

    def _anew(self, id: str) -> Iterator[Entry]:
        """A report that was just found to be taken back, and its case, even if they were met before."""
        taken = self._arrived(id)
        if taken is not None:
            self.met -= {id, taken.case.id if taken.case else ""}
            yield from self.report(id)

    def _arrived(self, id: str) -> _Arrived | None:
        record = records.get(self.session, desk=self.desk, kind=arrivals_of.KIND, id=id)
        if record is None:
            return None
        arrival = register.remembered(self.session, self.desk, record)
        told = None if arrival.is_answer else register.told(self.session, desk=self.desk, arrival=arrival)
        return _Arrived(record, arrival, told, _case_of(self.session, self.desk, id))

    def _told(self, found: _Arrived) -> Told:
        """Which help a report asks for; of one that was taken back nothing counts any more."""
        form = register.form_of(found.report) if found.arrival.report not in self.back else None
        asked = by_service(needs(form, found.report.answers)) if form and found.report else {}
        return Told(found.arrival.received[:10], asked)

    def _report(self, found: _Arrived) -> Entry:
        arrival, facts, case = found.arrival, found.arrival.facts, found.case
        return Entry(
            kind=found.record.kind,
            id=found.record.id,
            version=found.record.version,
            title=found.record.id[:8],
            state=arrival.decision.decision if arrival.decision and arrival.settled else "waiting",
            form=facts.form if facts else "",
            language=facts.language if facts else "",
            place=facts.place if facts else "",
            first=min(facts.happened, default="") if facts else "",
            last=max(facts.happened, default="") if facts else "",
            received=arrival.received,
            changed=arrival.decision.at if arrival.decision else arrival.received,
            urgent=arrival.urgent,
            case=case.id if case else "",
            named=case.named if case else (),
            hidden=case.kept_from_staff if case else (),
            children=facts.children if facts else False,
            needs=overview.to_text(overview.settle([self._told(found)], [])),
            back=found.takes_back,
            text=" ".join(terms(" ".join((arrival.report, *_texts(found.report.answers if found.report else {}))))),
        )

    def _case(self, case: Case) -> Entry:
        reports = [found for found in map(self._arrived, case.reports) if found]
        facts = [found.arrival.facts for found in reports if found.arrival.facts]
        asked = overview.settle(map(self._told, reports), help.of(self.session, desk=self.desk, case=case.id))
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
            text=" ".join(terms(" ".join((case.reference, *case.natures, *(person.code for person in case.people))))),
        )


def _case_of(session: Session, desk: Desk, report: str) -> Case | None:
    """The case, whoever asks: the index is the office's, and each search leaves out what its reader may not see."""
    filing = records.get(session, desk=desk, kind=FILING, id=report)
    found = records.get(session, desk=desk, kind=cases_of.KIND, id=filing.content["case"]) if filing else None
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
