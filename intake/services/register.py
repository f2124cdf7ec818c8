"""Register: fetch what arrived, check it again, open it, decide about it.

The office believes nothing the public side says. Every envelope's signature is verified with the key in the office's
own sealed record of the phone, once when it is fetched and again each time it is opened. Whatever does not fit is kept,
marked and told; nothing is dropped.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from intake import questionnaires
from intake.domain import arrival as arrivals_of
from intake.domain import places, questionnaire
from intake.domain.arrival import KIND, Arrival, Copy, Facts, Guest, Hold, Row, Touch
from intake.domain.case import Case
from intake.domain.category import Category, category
from intake.domain.consents import Consent, Said, asked, consents, family, words
from intake.domain.deadlines import Span
from intake.domain.needs import by_service, lacking, needs
from intake.domain.own_answer import is_number
from intake.domain.problems import Problem
from intake.domain.report import Answers, Report, Section, identity_answers, read, sections
from intake.domain.settings import HOLD
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.format import Envelope, parse
from intake.envelope.keyring import Keychain
from intake.envelope.opening import open_part
from intake.envelope.signing import verify_envelope
from intake.services import audit, cases, claims, deadlines, devices, duty, records, settings, telling, times
from intake.services.desk import PAPER, Desk
from intake.services.devices import Device
from intake.store import Session
from intake.store.inbound import devices as inbound_devices
from intake.store.inbound import reports
from intake.store.inbound.reports import Held
from intake.store.office import arrivals, keychains, offices, staff
from intake.store.office import audit as audit_lines

READERS = "readers"  # who opened a report lately: beside its record, so that reading makes no decision stale
LATELY = timedelta(hours=1)
TAKES = "withdraws"  # the relation of a notice to the report that it takes back
CODE = "own_code"  # that a report holds a number that somebody keeps
OWN_CODE = "code_given"  # the question whose answer it is
HAPPENED = "when_happened"  # the question whose day a time window is counted from
BATCH = 200
# So many lines about themselves people see, and so far back they are looked for.
OWN_LINES, LATELY_LINES = 50, 20_000
FETCHED = "fetched"  # what the public side held when the office fetched last, and when that was
OVERLAP = timedelta(hours=1)  # by so much two clocks may differ, and so late may something be stored
ABOUT = "about:"  # what stands in front of a report's number where the index knows what points at it


@dataclass(frozen=True)
class Consents:
    """What may go to whom, after all reports of one person. `asked` is the key of the question, by recipient.

    `unread` are others of them whose form the office did not know when it fetched them: they may say something of it.
    """

    newest: list[Consent]
    asked: Mapping[str, str]
    unread: list[str]


@dataclass(frozen=True)
class Opened:
    """An opened copy. `report` is None where it cannot be opened; `form` is None where the office does not know it.

    `row` is its line in the list, `troubles` are those of `domain.arrival.Copy`, found now or when it was fetched.
    `about_known` says whether the report it points at has come; `guest_of` names the office of a phone that is not of
    this one, empty where none has told. `holder` has it now, `also` opened it lately too, `case` is where it is filed.
    """

    arrival: Arrival
    row: Row
    copy: Copy
    phone: Device | None
    report: Report | None
    form: Mapping[str, Any] | None
    sections: list[Section]
    remarks: list[dict[str, str]]
    troubles: tuple[str, ...]
    about_known: bool
    category: Category
    places: Mapping[str, str]
    consents: Consents

    @property
    def labels(self) -> dict[str, str]:
        """The key of every question's words, by its id."""
        return {question["id"]: question["text"] for question in questionnaire.questions(self.form or {"groups": ()})}

    @property
    def services(self) -> dict[str, dict[str, list[int]]]:
        """Who needs which help, had it or did not want it, where the form asks."""
        return by_service(needs(self.form, self.report.answers)) if self.form and self.report else {}

    guest_of: str = ""
    holder: Hold | None = None
    also: tuple[Touch, ...] = ()
    case: Case | None = None


# fetching -----------------------------------------------------------------------------------------------------------


def pull(session: Session, inbound: Session, *, desk: Desk, now: datetime) -> int:
    """Learn of new phones and copy new envelopes into the office, each with its line in the audit chain.

    Answers to messages go to what must be told. Gives how many reports came besides. Raises Problem 403.21 without the
    work keychain.
    """
    chain = desk.need("work").chain
    # Whoever else fetches now waits here, and then finds these known.
    audit_lines.head(session, desk.office, lock=True)
    devices.learn(session, inbound, desk=desk, now=now)
    phones = _phones(session, desk)
    fetched: set[str] = set()
    for held in _unknown(session, inbound, desk, now):
        kept = _fetch(session, inbound, held, chain=chain, own=phones.get(held.device), desk=desk, now=now)
        if not kept.is_answer:
            fetched.add(held.report)
    telling.look(session, inbound, desk=desk, now=now)
    return len(fetched)


def _unknown(session: Session, inbound: Session, desk: Desk, now: datetime) -> list[Held]:
    """The envelopes that the public side holds for this office and the office has not, oldest first.

    What was held at the last fetch is not looked at again, as long as the public side holds just as many more as came
    since. Where the numbers do not agree, whatever the reason (one that was stored late, a copy that was put back), all
    that is held is looked at.
    """
    known = records.get(session, desk=desk, kind=FETCHED, id=desk.office)
    held = reports.count(inbound, office=desk.office)
    before = known.content["held"] if known else 0
    since = times.text(times.instant(known.content["at"]) - OVERLAP) if known else ""
    fresh = _missing(session, inbound, desk, since)
    if before + len(fresh) != held:
        fresh = _missing(session, inbound, desk, "")
    if fresh or before != held:
        content = {"at": times.text(now), "held": held}
        seen = known.version if known else 0
        records.put(session, desk=desk, kind=FETCHED, id=desk.office, content=content, seen=seen, now=now)
    return fresh


def _missing(session: Session, inbound: Session, desk: Desk, since: str) -> list[Held]:
    """Those of the envelopes that came since an instant that the office has not, oldest first, without the bytes."""
    after, found = (since, "", ""), []
    while page := reports.waiting(inbound, office=desk.office, after=after, limit=BATCH):
        known = arrivals.known(session, office=desk.office, reports={held.report for held in page})
        found += [held for held in page if (held.report, held.digest) not in known]
        after = (page[-1].received, page[-1].report, page[-1].digest)
    return found


def _fetch(
    session: Session, inbound: Session, held: Held, *, chain: Keychain, own: Device | None, desk: Desk, now: datetime
) -> Arrival:
    raw = reports.sealed(inbound, report=held.report, digest=held.digest) or b""
    named = inbound_devices.find(inbound, held.device)
    swapped = own is not None and (named is None or named.key != own.key)
    guest = _guest(named, desk) if own is None else None
    found = [*(["key_swapped"] if swapped else []), *_check(raw, held.report, held.digest, own, guest)]
    report, shut = _open_report(raw, chain)
    troubles = tuple(dict.fromkeys([*found, *shut]))
    filed = _filed(held, raw, own)
    arrivals.add(
        session,
        arrivals.Arrival(
            office=desk.office,
            report=held.report,
            digest=held.digest,
            device=held.device,
            urgent=filed.urgent,
            received=held.received[:10],
            state=filed.state,
            sealed=raw,
        ),
    )
    known = _find(session, desk, held.report)
    if report and own and not known and not troubles and is_number(report.answers.get(OWN_CODE)):
        # Stretching it takes a while: whoever prepares answers does that (`own_answers`).
        records.put(session, desk=desk, kind=CODE, id=held.report, content={"stretched": ""}, seen=0, now=now)
    version = known.version if known else 0
    # Whatever a phone says of it: entered by hand is what a desk of this office has signed.
    by_hand = own is not None and own.desk and not found
    copy = Copy(
        since=version + 1,
        digest=held.digest,
        device=held.device,
        made=filed.made,
        urgent=filed.urgent,
        received=held.received,
        kept=filed.state,
        reason=filed.reason or "",
        troubles=troubles,
        facts=_facts_of(report, made=filed.made, by_hand=by_hand) if report else None,
        guest=guest,
    )
    arrival = replace(known, copies=(*known.copies, copy)) if known else Arrival(held.report, 0, (copy,))
    details = {"digest": held.digest, "received": held.received, "state": filed.state, "troubles": list(troubles)}
    audit.write(session, desk=desk, act="arrived", about=held.report, details=details, now=now)
    if report and own and not known and not troubles and filed.state == "kept":
        answers = telling.take(
            session,
            desk=desk,
            envelope=held.report,
            device=own.id,
            report=report,
            received=held.received,
            now=now,
        )
        claims.heard(session, desk=desk, telling_id=telling.of_message(session, desk=desk, message=answers), now=now)
        arrival = replace(arrival, answers=answers)
    return put(session, desk, arrival, now)


def _facts_of(report: Report, *, made: str, by_hand: bool) -> Facts:
    form = form_of(report)
    needed = lacking(needs(form, report.answers)) if form else ()
    return arrivals_of.facts(report, HAPPENED, words_of(report), needed, made=made, by_hand=by_hand)


def words_of(report: Report) -> dict[str, str] | None:
    """Her words about what may go to whom; None where the office does not know the form.

    A notice that takes a report back is of no form and says nothing itself.
    """
    form = form_of(report)
    if form is None:
        return None if report.form else {}
    newest = questionnaires.load(report.form, questionnaires.newest(report.form))
    return words(form, report.answers, asked(newest))


def _guest(named: inbound_devices.Device | None, desk: Desk) -> Guest | None:
    """A phone of another office, by what the public side tells; a phone of ours would be on our own record."""
    if named is None or named.office == desk.office:
        return None
    return Guest(named.office, b64u(named.key))


def _filed(held: Held, raw: bytes, own: Device | None) -> Held:
    """How a copy is filed. Day and urgent mark are those the phone signed, whatever the public side says beside them.

    What comes from a phone that the office withdrew is for a person to decide, also when the public side just kept it.
    """
    withdrawn = own is not None and own.state == "withdrawn" and held.state == "kept"
    filed = replace(held, state="aside", reason="withdrawn") if withdrawn else held
    try:
        envelope = parse(raw)
    except Problem:
        return filed
    return replace(filed, made=envelope.made, urgent=envelope.urgent)


def _check(raw: bytes, report: str, digest: str, own: Device | None, guest: Guest | None) -> list[str]:
    """What is wrong with these bytes, judged by the office's own record of the phone or, for a guest's, by its key."""
    try:
        envelope = parse(raw)
    except Problem:
        return ["no_envelope"]
    found = []
    if (envelope.report, envelope.digest) != (report, digest):
        found.append("other_report")
    key = own.key if own else unb64u(guest.key) if guest else None
    if key is None or (own is not None and own.id != envelope.device):
        found.append("device_unknown")
    elif not _signed(envelope, key):
        found.append("signature")
    return found


def _signed(envelope: Envelope, key: bytes) -> bool:
    try:
        verify_envelope(envelope, key)
    except Problem:
        return False
    return True


def _open_report(raw: bytes, chain: Keychain) -> tuple[Report | None, list[str]]:
    """The report part, or why there is none."""
    try:
        return read(_part(parse(raw), "report", chain)), []
    except Problem as problem:
        # Damaged bytes were named by `_check` already.
        return None, ["sealed_shut"] if problem.code in ("422.8", "422.12", "422.13", "422.14") else []


def _part(envelope: Envelope, name: str, chain: Keychain) -> dict[str, Any]:
    part = envelope.part(name)
    if part is None:
        raise Problem("422.8")
    return open_part(envelope, name, chain.find(part.key_id).secret)


# the list -----------------------------------------------------------------------------------------------------------


def rows(
    session: Session, *, desk: Desk, reports: Collection[str], now: datetime, at_hand: Sequence[Arrival] = ()
) -> list[Row]:
    """The lines of these reports, what presses most first, but for answers to messages. Raises Problem 403.21.

    What is `at_hand` is not opened again.
    """
    known = around(session, desk=desk, reports=reports, at_hand=at_hand)
    found = (row for row in _rows(session, desk, known, now) if row.arrival.report in reports)
    return [row for row in found if not row.arrival.is_answer]


def _rows(session: Session, desk: Desk, known: list[Arrival], now: datetime) -> list[Row]:
    unconfirmed = frozenset(phone.id for phone in _phones(session, desk).values() if not phone.confirmed)
    found = settings.now_set(session, office=desk.office)
    hours = {"hours": int(found["pep_hours"]), "soon": int(found["ec_hours"])}
    return arrivals_of.rows(known, unconfirmed=unconfirmed, now=now, **hours)


def around(session: Session, *, desk: Desk, reports: Collection[str], at_hand: Sequence[Arrival] = ()) -> list[Arrival]:
    """These reports, and those that hang together with them because one points at the other. Raises Problem 403.21."""
    if desk.index is None:
        return every(session, desk=desk)
    known = {each.report: each for each in at_hand}
    found: list[Arrival] = []
    asked: set[str] = set()
    ahead = set(reports)
    while ahead:
        asked |= ahead
        fresh = [known[report] for report in ahead if report in known]
        fresh += some(session, desk=desk, reports=ahead - known.keys())
        found += fresh
        about = {copy.facts.about for each in fresh for copy in each.copies if copy.facts and copy.facts.about}
        ahead = (about | desk.index.having(ABOUT + report for report in ahead)) - asked
    return found


def pointers_of(arrival: Arrival) -> list[str]:
    """The keys by which it is found from the reports that it points at."""
    return [ABOUT + copy.facts.about for copy in arrival.copies if copy.facts and copy.facts.about]


def labels(session: Session, *, desk: Desk) -> dict[str, str]:
    """What each phone of the office is called, by its id."""
    return {phone.id: phone.label for phone in _phones(session, desk).values()}


def place_names(session: Session, *, desk: Desk) -> dict[str, str]:
    """The names of the office's places by id, those around a place in front of it."""
    return places.names(places_known(session, desk=desk))


def places_known(session: Session, *, desk: Desk) -> list[places.Place]:
    """The office's places."""
    office = offices.get(session, desk.office)
    found: list[places.Place] = json.loads(office.publishing).get("places", []) if office else []
    return found


def every(session: Session, *, desk: Desk) -> list[Arrival]:
    """What the office remembers of every report that came. Raises Problem 403.21."""
    return [remembered(session, desk, record) for record in records.of_kind(session, desk=desk, kind=KIND)]


def some(session: Session, *, desk: Desk, reports: Iterable[str]) -> list[Arrival]:
    """The same of those of these reports that came."""
    return [remembered(session, desk, record) for record in records.some(session, desk=desk, kind=KIND, ids=reports)]


def _find(session: Session, desk: Desk, report: str) -> Arrival | None:
    record = records.get(session, desk=desk, kind=KIND, id=report)
    return remembered(session, desk, record) if record else None


def remembered(session: Session, desk: Desk, record: records.Record) -> Arrival:
    """The record as it is shaped today. What an older shape did not remember is read from the envelope again."""
    found = arrivals_of.from_json(record.id, record.version, record.content)
    if record.content["shape"] == arrivals_of.SHAPE:
        return found
    copies = [replace(copy, facts=_facts(session, desk, copy, found.report)) for copy in found.copies]
    return replace(found, copies=tuple(copies))


def _facts(session: Session, desk: Desk, copy: Copy, report: str) -> Facts | None:
    opened, _ = _open_report(_sealed(session, desk, copy, report), desk.need("work").chain)
    by_hand = bool(copy.facts and copy.facts.channel)
    return _facts_of(opened, made=copy.made, by_hand=by_hand) if opened else copy.facts


def told(session: Session, *, desk: Desk, arrival: Arrival) -> Report | None:
    """The report part of the copy that counts, or of the first that opens, for the program to work with.

    Raises Problem 403.21.
    """
    chain, counts = desk.need("work").chain, arrival.copy(None)
    copies = sorted(arrival.copies, key=lambda copy: copy is not counts)
    opened = (_open_report(_sealed(session, desk, copy, arrival.report), chain)[0] for copy in copies)
    return next((report for report in opened if report is not None), None)


def find(session: Session, *, desk: Desk, report: str) -> Arrival:
    """What the office remembers of one report, unopened. Raises Problem 404.2."""
    found = _find(session, desk, report)
    if found is None:
        raise Problem("404.2")
    return found


def put(session: Session, desk: Desk, arrival: Arrival, now: datetime) -> Arrival:
    """Store what was made from `arrival.version`; the arrival with its new version. Raises Problem 409.2."""
    content = arrivals_of.to_json(arrival)
    version = records.put(
        session,
        desk=desk,
        kind=KIND,
        id=arrival.report,
        content=content,
        seen=arrival.version,
        now=now,
        due_on=_due_on(session, desk, arrival, now),
    )
    return replace(arrival, version=version)


def _due_on(session: Session, desk: Desk, arrival: Arrival, now: datetime) -> str | None:
    """Until which day somebody must have decided about it; None once that is done, and for an answer."""
    if arrival.decision is not None or arrival.is_answer:
        return None
    try:
        since = times.instant(arrival.received)
    except ValueError:  # the public side writes it, and is not believed
        since = now
    return deadlines.due_on(session, office=desk.office, kind="report", since=Span.at(since))


# reading to judge by ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """One copy of a report, read so that the program can judge by it. Who shows it to somebody puts that on record.

    `doubtful` is what `domain.arrival.Copy.doubtful` says of it.
    """

    report_id: str
    digest: str
    made: str
    received: str
    taken_back: bool
    doubtful: bool
    report: Report


def readings(session: Session, *, desk: Desk, reports: Sequence[str]) -> list[Reading]:
    """Every copy that can be opened of these reports, in their order. Raises Problem 403.21."""
    chain = desk.need("work").chain
    known = around(session, desk=desk, reports=reports)
    back = taken_back(known)
    by_id = {each.report: each for each in known}
    found: list[Reading] = []
    for id in (id for id in reports if id in by_id):
        for copy in by_id[id].copies:
            report, _ = _open_report(_sealed(session, desk, copy, id), chain)
            if report is not None:
                found.append(Reading(id, copy.digest, copy.made, copy.received, id in back, copy.doubtful, report))
    return found


def taken_back(known: Iterable[Arrival]) -> set[str]:
    """The numbers of the reports that others of these take back."""
    return {copy.facts.about for each in known for copy in each.copies if copy.facts and copy.facts.relation == TAKES}


def note_readings(session: Session, *, desk: Desk, readings: Sequence[Reading], why: str, now: datetime) -> None:
    """Put on record that somebody is shown something of these reports; `why` names the page."""
    for one in readings:
        details = {"digest": one.digest, "for": why}
        audit.write(session, desk=desk, act="opened", about=one.report_id, details=details, now=now)


# opening ------------------------------------------------------------------------------------------------------------


def open_report(
    session: Session,
    *,
    desk: Desk,
    report: str,
    now: datetime,
    digest: str | None = None,
    take: bool = False,
) -> Opened:
    """Open one copy of a report (the one that counts unless `digest` names another) and put that on record.

    With `take` whoever opens it has it from now on, if it waits and nobody else has it.
    Raises Problem 404.2, 403.21, 403.12 (its case is closed to named colleagues).
    """
    chain = desk.need("work").chain
    found = _open_to(session, desk, report).copy(digest)
    details = {"digest": found.digest}
    audit.write(session, desk=desk, act="opened", about=report, details=details, now=now)
    arrival = _noted(session, desk, find(session, desk=desk, report=report), now, take)
    duty.opened(session, desk=desk, report=report, urgent=arrival.urgent, now=now)
    phone = _phones(session, desk).get(found.device)
    raw = _sealed(session, desk, found, report)
    opened, shut = _open_report(raw, chain)
    form = form_of(opened)
    known = around(session, desk=desk, reports=[report])
    listed = {row.arrival.report: row for row in _rows(session, desk, known, now)}
    return Opened(
        arrival=arrival,
        row=listed[report],
        copy=found,
        phone=phone,
        report=opened,
        form=form,
        sections=sections(form, opened.answers) if opened else [],
        remarks=_remarks(form, opened, settings.now_set(session, office=desk.office), found),
        troubles=tuple(dict.fromkeys([*found.troubles, *_check(raw, report, found.digest, phone, found.guest), *shut])),
        about_known=bool(opened and opened.about and opened.about.report in listed),
        category=category(opened.answers) if opened else "unknown",
        places=place_names(session, desk=desk),
        consents=_consents(listed.values(), report, form),
        guest_of=_name_of(session, found.guest),
        holder=arrival.holder(now, hold_hours(session, desk=desk)),
        also=_readers(session, desk, report, now),
        case=cases.of_report(session, desk=desk, report=report),
    )


def _consents(rows: Iterable[Row], report: str, form: Mapping[str, Any] | None) -> Consents:
    """Of the reports that belong to this one, by what was remembered of them when they were fetched."""
    known = [row.arrival for row in rows]
    kin = family([said for each in known for said in said_by(each)], report)
    others = {said.report for said in kin} - {report}
    unread = [each.report for each in known if each.report in others and _says_unread(each)]
    forms = [*(questionnaires.load(*one) for one in questionnaires.published()), *([form] if form else [])]
    consenting = (one for each in forms for one in questionnaire.questions(each) if "consent" in one)
    # The sentence that was read to her, where there is one: that is what she said yes or no to.
    asked = {one["consent"]: one.get("aloud", one["text"]) for one in consenting}
    return Consents(consents(kin), asked, unread)


def _says_unread(arrival: Arrival) -> bool:
    return any(copy.facts is not None and copy.facts.consents is None for copy in arrival.copies)


def said_by(arrival: Arrival) -> Iterator[Said]:
    """What each copy says. What is not to be relied on, or was kept aside, takes consent back but gives none."""
    for copy in arrival.copies:
        facts = copy.facts
        if facts is None:
            continue
        words = (facts.consents or {}).items()
        said = {recipient: word for recipient, word in words if word != "yes" or not copy.doubtful}
        yield Said(arrival.report, copy.made, copy.device, facts.n, facts.relation, facts.about, said)


def _name_of(session: Session, guest: Guest | None) -> str:
    office = offices.get(session, guest.office) if guest else None
    return office.name if office else ""


def _noted(session: Session, desk: Desk, arrival: Arrival, now: datetime, take: bool) -> Arrival:
    """The arrival with what this opening changes: who opened it first, and who has it."""
    who, at = desk.staff.name, times.text(now)
    found = arrival if arrival.opened else replace(arrival, opened=Touch(who, at))
    if take and not found.settled and found.holder(now, hold_hours(session, desk=desk)) is None:
        found = arrivals_of.give(found, name=who, by=who, at=at)
    return arrival if found == arrival else put(session, desk, replace(found, version=arrival.version), now)


def hold_hours(session: Session, *, desk: Desk) -> int:
    """After how many hours a report that somebody took and nobody decided about is free again."""
    return int(settings.own(session, office=desk.office).get(HOLD.name, HOLD.default))


def _readers(session: Session, desk: Desk, report: str, now: datetime) -> tuple[Touch, ...]:
    """Who else opened it lately. Notes this opening too, for the next to see."""
    kept = records.get(session, desk=desk, kind=READERS, id=report)
    lately = {
        name: at
        for name, at in (kept.content["last"] if kept else {}).items()
        if now - times.instant(at) < LATELY and name != desk.staff.name
    }
    content = {"last": {**lately, desk.staff.name: times.text(now)}}
    records.put(session, desk=desk, kind=READERS, id=report, content=content, seen=kept.version if kept else 0, now=now)
    return tuple(Touch(name, at) for name, at in sorted(lately.items()))


def _sealed(session: Session, desk: Desk, copy: Copy, report: str) -> bytes:
    kept = arrivals.of_report(session, office=desk.office, report=report)
    return next((each.sealed for each in kept if each.digest == copy.digest), b"")


def form_of(report: Report | None) -> Mapping[str, Any] | None:
    """The form a report was written with, None where the office does not know it."""
    if report is None or (report.form, report.version) not in questionnaires.published():
        return None
    return questionnaires.load(report.form, report.version)


def _remarks(
    form: Mapping[str, Any] | None, report: Report | None, settings: Mapping[str, Any], copy: Copy
) -> list[dict[str, str]]:
    """Where the answers break the form's rules, judged as of the day the report was made.

    Identity questions are in the other part and so lack no answer here.
    """
    if form is None or report is None:
        return []
    elsewhere = {question["id"] for question in questionnaire.questions(form) if question.get("identity")}
    made_at = f"{copy.made}T23:59"
    found = questionnaire.remarks(form, report.answers, settings, made_at, final=report.state == "final")
    return [one for one in found if one["question"] not in elsewhere or one["question"] in report.answers]


def _open_to(session: Session, desk: Desk, report: str) -> Arrival:
    """The arrival, if this person may see the case it is in and that of the message it answers.

    Raises Problem 404.2, 403.12.
    """
    cases.may_see(session, desk=desk, report=report)
    found = find(session, desk=desk, report=report)
    if found.answers:
        telling.may_see(session, desk=desk, message=found.answers)
    return found


def open_identity(
    session: Session, *, desk: Desk, report: str, reason: str, now: datetime, digest: str | None = None
) -> list[Section]:
    """Open names and contacts of one copy, and put that with its reason on record. No sections: there are none in it.

    Raises Problem 422.20 (no reason), 403.20 (no step-up), 404.2, 422.23 (cannot be opened).
    """
    arrivals_of.check_reason(reason)
    chain = desk.need("identity").chain
    found = _open_to(session, desk, report).copy(digest)
    details = {"digest": found.digest, "reason": reason.strip()}
    audit.write(session, desk=desk, act="opened_identity", about=report, details=details, now=now)
    try:
        envelope = parse(_sealed(session, desk, found, report))
        if envelope.part("identity") is None:
            return []
        answers = identity_answers(_part(envelope, "identity", chain))
    except Problem as problem:
        raise Problem("422.23") from problem
    opened, _ = _open_report(envelope.raw, desk.need("work").chain)
    return sections(form_of(opened), answers)


def identity_of(session: Session, *, desk: Desk, arrival: Arrival) -> Answers | None:
    """The answers of the identity part of the copy that counts, as `identity_in` gives them."""
    return identity_in(desk=desk, raw=_sealed(session, desk, arrival.copy(None), arrival.report))


def identity_in(*, desk: Desk, raw: bytes) -> Answers | None:
    """The answers of an envelope's identity part, to compare and not to show; None if there are none that open.

    Raises Problem 403.20 (no step-up). Whoever calls this puts on record why.
    """
    chain = desk.need("identity").chain
    try:
        envelope = parse(raw)
        return identity_answers(_part(envelope, "identity", chain)) if envelope.part("identity") else None
    except Problem:
        return None


def identity_holders(session: Session, *, desk: Desk) -> list[str]:
    """The sign-in names of those who can open names and contacts: whom to ask."""
    holders = keychains.holders(session, office=desk.office).get("identity", set()) - {PAPER}
    accounts = [staff.get(session, holder) for holder in holders]
    return sorted(account.name for account in accounts if account and account.state == "joined")


# looking back -------------------------------------------------------------------------------------------------------


def history(session: Session, *, desk: Desk, report: str) -> list[audit.Entry]:
    """Who did what with one report, newest first: back to the line with which it came, and no further."""
    arrival, found = _find(session, desk, report), list[audit.Entry]()
    for entry in audit.read(session, desk=desk, newest_first=True):
        if entry.about == report:
            found.append(entry)
            if arrival is not None and _began(arrival, entry):
                break
    return found


def _began(arrival: Arrival, entry: audit.Entry) -> bool:
    """Whether nothing before this line can be about the report: it was entered here, or its first copy came."""
    first = arrival.copies[0]
    if first.facts and first.facts.channel:
        return entry.act == "entered_by_hand"
    return entry.act == "arrived" and entry.details.get("digest") == first.digest


def own_history(session: Session, *, desk: Desk) -> list[audit.Entry]:
    """What the person at this desk did, newest first: at most OWN_LINES, of the office's last LATELY_LINES."""
    newest = islice(audit.read(session, desk=desk, newest_first=True), LATELY_LINES)
    return list(islice((entry for entry in newest if entry.who == desk.staff.id), OWN_LINES))


def _phones(session: Session, desk: Desk) -> dict[str, Device]:
    return {device.id: device for device in devices.every(session, desk=desk)}
