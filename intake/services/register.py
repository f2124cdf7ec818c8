"""Register: fetch what arrived, check it again, open it, decide about it.

The office believes nothing the public side says. Every envelope's signature is verified with the key in the office's
own sealed record of the phone, once when it is fetched and again each time it is opened. Whatever does not fit is kept,
marked and told; nothing is dropped.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from intake import questionnaires
from intake.domain import arrival as arrivals_of
from intake.domain import questionnaire
from intake.domain.arrival import Arrival, Copy, Guest, Row, Touch
from intake.domain.category import Category, category
from intake.domain.needs import by_service, needs
from intake.domain.problems import Problem
from intake.domain.report import Report, Section, identity_answers, read, sections
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.format import Envelope, parse
from intake.envelope.keyring import Keychain
from intake.envelope.opening import open_part
from intake.envelope.signing import verify_envelope
from intake.services import audit, devices, records, times
from intake.services.desk import PAPER, Desk
from intake.services.devices import Device
from intake.store import Session
from intake.store.inbound import devices as inbound_devices
from intake.store.inbound import reports
from intake.store.inbound.reports import Held
from intake.store.office import arrivals, keychains, offices, staff
from intake.store.office import audit as audit_lines

KIND = "arrival"
TAKES = "withdraws"  # the relation of a notice to the report that it takes back
HAPPENED = "when_happened"  # the question whose day a time window is counted from
BATCH = 200


@dataclass(frozen=True)
class Opened:
    """An opened copy. `report` is None where it cannot be opened; `form` is None where the office does not know it.

    `row` is its line in the list, `troubles` are those of `domain.arrival.Copy`, found now or when it was fetched.
    `about_known` says whether the report it points at has come; `guest_of` names the office of a phone that is not of
    this one, empty where none has told.
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

    @property
    def labels(self) -> dict[str, str]:
        """The key of every question's words, by its id."""
        return {question["id"]: question["text"] for question in questionnaire.questions(self.form or {"groups": ()})}

    @property
    def services(self) -> dict[str, dict[str, list[int]]]:
        """Who needs which help, where the report is about that."""
        return by_service(needs(self.report.answers)) if self.report and self.report.form == "needs" else {}

    guest_of: str = ""


# fetching -----------------------------------------------------------------------------------------------------------


def pull(session: Session, inbound: Session, *, desk: Desk, now: datetime) -> int:
    """Learn of new phones and copy new envelopes into the office, each with its line in the audit chain.

    Gives how many reports these were. Raises Problem 403.21 without the work keychain.
    """
    chain = desk.need("work").chain
    # Whoever else fetches now waits here, and then finds these known.
    audit_lines.head(session, desk.office, lock=True)
    devices.learn(session, inbound, desk=desk, now=now)
    known = arrivals.known(session, office=desk.office)
    phones = _phones(session, desk)
    fetched: set[str] = set()
    for held in _waiting(inbound, desk.office):
        if (held.report, held.digest) not in known:
            _fetch(session, inbound, held, chain=chain, own=phones.get(held.device), desk=desk, now=now)
            fetched.add(held.report)
    return len(fetched)


def _waiting(inbound: Session, office: str) -> Iterable[Held]:
    """Every envelope the public side holds for this office, oldest first, without the bytes."""
    after: tuple[str, str, str] | None = None
    while page := reports.waiting(inbound, office=office, after=after, limit=BATCH):
        yield from page
        after = (page[-1].received, page[-1].report, page[-1].digest)


def _fetch(
    session: Session, inbound: Session, held: Held, *, chain: Keychain, own: Device | None, desk: Desk, now: datetime
) -> None:
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
    version = known.version if known else 0
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
        facts=arrivals_of.facts(report, HAPPENED) if report else None,
        guest=guest,
    )
    _put(
        session, desk, replace(known, copies=(*known.copies, copy)) if known else Arrival(held.report, 0, (copy,)), now
    )
    details = {"digest": held.digest, "received": held.received, "state": filed.state, "troubles": list(troubles)}
    audit.write(session, desk=desk, act="arrived", about=held.report, details=details, now=now)


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


def listing(session: Session, *, desk: Desk, now: datetime) -> list[Row]:
    """Every arrival, what presses most first. Raises Problem 403.21."""
    unconfirmed = frozenset(phone.id for phone in _phones(session, desk).values() if not phone.confirmed)
    hours = int(_settings(session, desk)["pep_hours"])
    return arrivals_of.rows(_every(session, desk), unconfirmed=unconfirmed, now=now, hours=hours)


def labels(session: Session, *, desk: Desk) -> dict[str, str]:
    """What each phone of the office is called, by its id."""
    return {phone.id: phone.label for phone in _phones(session, desk).values()}


def _settings(session: Session, desk: Desk) -> dict[str, Any]:
    """What a rule may read: the office's own values, the program's where it has set none."""
    office = offices.get(session, desk.office)
    own = json.loads(office.publishing).get("settings", {}) if office else {}
    return questionnaires.settings(own)


def places(session: Session, *, desk: Desk) -> dict[str, str]:
    """The names of the office's places by id, those around a place in front of it."""
    office = offices.get(session, desk.office)
    listed = json.loads(office.publishing).get("places", []) if office else []
    by_id = {str(place["id"]): place for place in listed}
    return {name: " – ".join(_around(by_id, name)) for name in by_id}


def _around(places: Mapping[str, Mapping[str, Any]], name: str) -> list[str]:
    names: list[str] = []
    # A list that goes round in a circle must end all the same.
    while name in places and len(names) <= len(places):
        names.insert(0, str(places[name]["name"]))
        name = str(places[name].get("parent"))
    return names


def _every(session: Session, desk: Desk) -> list[Arrival]:
    kept = records.of_kind(session, desk=desk, kind=KIND)
    return [arrivals_of.from_json(record.id, record.version, record.content) for record in kept]


def _find(session: Session, desk: Desk, report: str) -> Arrival | None:
    record = records.get(session, desk=desk, kind=KIND, id=report)
    return arrivals_of.from_json(record.id, record.version, record.content) if record else None


def find(session: Session, *, desk: Desk, report: str) -> Arrival:
    """What the office remembers of one report, unopened. Raises Problem 404.2."""
    found = _find(session, desk, report)
    if found is None:
        raise Problem("404.2")
    return found


def _put(session: Session, desk: Desk, arrival: Arrival, now: datetime) -> Arrival:
    """Store what was made from `arrival.version`; the arrival with its new version. Raises Problem 409.2."""
    content = arrivals_of.to_json(arrival)
    version = records.put(
        session, desk=desk, kind=KIND, id=arrival.report, content=content, seen=arrival.version, now=now
    )
    return replace(arrival, version=version)


# reading to judge by ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """One copy of a report, read so that the program can judge by it. Who shows it to somebody puts that on record."""

    report_id: str
    digest: str
    made: str
    received: str
    taken_back: bool
    report: Report


def readings(session: Session, *, desk: Desk, reports: Sequence[str]) -> list[Reading]:
    """Every copy that can be opened of these reports, in their order. Raises Problem 403.21."""
    chain = desk.need("work").chain
    every = _every(session, desk)
    back = {copy.facts.about for each in every for copy in each.copies if copy.facts and copy.facts.relation == TAKES}
    by_id = {each.report: each for each in every}
    found: list[Reading] = []
    for id in (id for id in reports if id in by_id):
        for copy in by_id[id].copies:
            report, _ = _open_report(_sealed(session, desk, copy, id), chain)
            if report is not None:
                found.append(Reading(id, copy.digest, copy.made, copy.received, id in back, report))
    return found


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
) -> Opened:
    """Open one copy of a report (the first unless `digest` names another) and put that on record.

    Raises Problem 404.2, 403.21.
    """
    chain = desk.need("work").chain
    found = find(session, desk=desk, report=report).copy(digest)
    details = {"digest": found.digest}
    audit.write(session, desk=desk, act="opened", about=report, details=details, now=now)
    arrival = _first_opening(session, desk, find(session, desk=desk, report=report), now)
    phone = _phones(session, desk).get(found.device)
    raw = _sealed(session, desk, found, report)
    opened, shut = _open_report(raw, chain)
    form = _form(opened)
    listed = {row.arrival.report: row for row in listing(session, desk=desk, now=now)}
    return Opened(
        arrival=arrival,
        row=listed[report],
        copy=found,
        phone=phone,
        report=opened,
        form=form,
        sections=sections(form, opened.answers) if opened else [],
        remarks=_remarks(form, opened, _settings(session, desk), found),
        troubles=tuple(dict.fromkeys([*found.troubles, *_check(raw, report, found.digest, phone, found.guest), *shut])),
        about_known=bool(opened and opened.about and opened.about.report in listed),
        category=category(opened.answers) if opened else "unknown",
        places=places(session, desk=desk),
        guest_of=_name_of(session, found.guest),
    )


def _name_of(session: Session, guest: Guest | None) -> str:
    office = offices.get(session, guest.office) if guest else None
    return office.name if office else ""


def _first_opening(session: Session, desk: Desk, arrival: Arrival, now: datetime) -> Arrival:
    if arrival.opened is not None:
        return arrival
    return _put(session, desk, replace(arrival, opened=Touch(desk.staff.name, times.text(now))), now)


def _sealed(session: Session, desk: Desk, copy: Copy, report: str) -> bytes:
    kept = arrivals.of_report(session, office=desk.office, report=report)
    return next((each.sealed for each in kept if each.digest == copy.digest), b"")


def _form(report: Report | None) -> Mapping[str, Any] | None:
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


def open_identity(
    session: Session, *, desk: Desk, report: str, reason: str, now: datetime, digest: str | None = None
) -> list[Section]:
    """Open names and contacts of one copy, and put that with its reason on record. No sections: there are none in it.

    Raises Problem 422.20 (no reason), 403.20 (no step-up), 404.2, 422.23 (cannot be opened).
    """
    arrivals_of.check_reason(reason)
    chain = desk.need("identity").chain
    found = find(session, desk=desk, report=report).copy(digest)
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
    return sections(_form(opened), answers)


def identity_holders(session: Session, *, desk: Desk) -> list[str]:
    """The sign-in names of those who can open names and contacts: whom to ask."""
    holders = keychains.holders(session, office=desk.office).get("identity", set()) - {PAPER}
    accounts = [staff.get(session, holder) for holder in holders]
    return sorted(account.name for account in accounts if account and account.state == "joined")


# deciding -----------------------------------------------------------------------------------------------------------


def decide(
    session: Session,
    *,
    desk: Desk,
    report: str,
    decision: str,
    reason: str,
    note: str,
    version: int,
    now: datetime,
) -> Arrival:
    """Record what happens with a report. `version` is the one the decision was made from.

    Raises Problem 409.2 when the record moved on since, 422.20, 422.21, 404.2.
    """
    at = times.text(now)
    found = find(session, desk=desk, report=report)
    decided = arrivals_of.decide(found, decision=decision, reason=reason, note=note, by=desk.staff.name, at=at)
    if found.version != version:
        raise Problem("409.2")
    kept = _put(session, desk, replace(decided, version=version), now)
    details = {"decision": decision, "reason": reason.strip(), "version": kept.version}
    audit.write(session, desk=desk, act="decided", about=report, details=details, now=now)
    return kept


# looking back -------------------------------------------------------------------------------------------------------


def history(session: Session, *, desk: Desk, report: str) -> list[audit.Entry]:
    """Who did what with one report, newest first."""
    return [entry for entry in audit.read(session, desk=desk) if entry.about == report][::-1]


def own_history(session: Session, *, desk: Desk) -> list[audit.Entry]:
    """What the person at this desk did, newest first."""
    return [entry for entry in audit.read(session, desk=desk) if entry.who == desk.staff.id][::-1]


# phones -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Phone:
    """A phone as the coordinator sees it. `last` is when a report of it last arrived.

    `missing` are the running numbers that have not come: first and last of each gap.
    """

    device: Device
    reports: int
    last: str
    missing: tuple[tuple[int, int], ...]


def phones(session: Session, *, desk: Desk) -> list[Phone]:
    """Every phone of the office with its counts; those that have something missing come first."""
    seen: dict[str, list[Copy]] = {}
    for each in _every(session, desk):
        for copy in each.copies:
            seen.setdefault(copy.device, []).append(copy)
    found = [_phone(device, seen.get(device.id, [])) for device in _phones(session, desk).values()]
    return sorted(found, key=lambda phone: (not phone.missing, phone.device.label, phone.device.id))


def _phone(device: Device, copies: list[Copy]) -> Phone:
    numbers = sorted({copy.facts.n for copy in copies if copy.facts and copy.facts.n})
    gaps = tuple((before + 1, after - 1) for before, after in pairwise([0, *numbers]) if after > before + 1)
    return Phone(device, len(copies), max((copy.received for copy in copies), default=""), gaps)


def _phones(session: Session, desk: Desk) -> dict[str, Device]:
    return {device.id: device for device in devices.every(session, desk=desk)}
