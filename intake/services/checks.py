"""`intake check`: what is wrong or unwise about this installation, each finding one sentence."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from intake.config import Settings
from intake.domain.problems import Problem
from intake.envelope.signing import SigningKey, key_id
from intake.services import audit, bundles, duty, elsewhere, keys, night, staff, times
from intake.services.desk import CHAINS
from intake.services.setup import SIGN_HOLDERS
from intake.store import Session
from intake.store.inbound import bundles as published
from intake.store.office import offices
from intake.store.office.offices import Office

OLDEST_BUNDLE = timedelta(days=45)  # after this many days a phone says that its bundle is old

WATCHED = timedelta(minutes=10)  # the program that calls looks several times a minute
RECENT = timedelta(days=1)
UNHEARD = timedelta(hours=3)


@dataclass(frozen=True)
class Finding:
    """`bad` means refuse; otherwise it is advice."""

    bad: bool
    sentence: str


def settings(found: Settings) -> Iterator[Finding]:
    """What the environment decides."""
    if found.origin == found.office_origin and not found.loopback:
        yield Finding(
            True, "The office shares the phones' origin. Give it a host name of its own: INTAKE_OFFICE_ORIGIN."
        )
    if not found.loopback and not (found.secure and found.office_secure):
        yield Finding(True, "Both origins must be https.")
    if not found.loopback and found.database_url is None:
        yield Finding(False, "SQLite has no roles: use PostgreSQL for anything real (INTAKE_DATABASE_URL).")
    if not found.loopback and not found.mail and not found.duty_command:
        yield Finding(False, "Nobody can be called at night: set INTAKE_SMTP_URL and INTAKE_MAIL_FROM.")
    yield from _receipt_key(found.receipt_key)


def database(session: Session, inbound: Session, *, now: datetime, oldest: datetime | None = None) -> Iterator[Finding]:
    """What the two faces hold. `oldest` is when the oldest backup that would be restored was made, if known."""
    found = offices.every(session)
    if not found:
        yield Finding(True, "There is no office yet: intake setup.")
    for office in found:
        for finding in _office(session, inbound, office, now, oldest):
            yield replace(finding, sentence=f"{office.name}: {finding.sentence}") if len(found) > 1 else finding
    try:
        audit.verify(session)
    except Problem as problem:
        yield Finding(True, problem.kind.title.format(**problem.params))


def _receipt_key(path: Path) -> Iterator[Finding]:
    if not path.exists():
        yield Finding(True, f"There is no receipt key at {path}.")
        return
    try:
        SigningKey.from_bytes(path.read_bytes())
    except Problem:
        yield Finding(True, f"{path} holds no receipt key.")
    if path.stat().st_mode & 0o077:
        yield Finding(True, f"Others on this machine may read {path}: chmod 600.")


def _office(
    session: Session, inbound: Session, office: Office, now: datetime, oldest: datetime | None
) -> Iterator[Finding]:
    if office.demo:
        yield Finding(False, f"{office.name} is a demo: its secrets lie in a file.")
    yield from _holders(session, office)
    yield from _night(session, inbound, office, now)
    draft = bundles.draft(session, inbound, office=office.id)
    if draft.published is None:
        yield Finding(True, "No bundle is published, so no phone can seal anything: intake bundle publish.")
    else:
        if draft.waiting:
            yield Finding(False, f"Not yet published: {', '.join(draft.waiting)}.")
        yield from _bundle(office, draft.published, published.newest_serial(inbound, office.id) or 0, now)
        for name in elsewhere.stale(inbound, draft.published.get("offices", [])):
            yield Finding(
                False, f"The keys of {name} that phones have are no longer its newest: intake bundle publish."
            )
    last = times.instant(f"{office.backed_up}T00:00:00Z") if office.backed_up else None
    yield from _backup(oldest or last, int(draft.said["settings"]["keep_days"]), now, demo=office.demo)


def _holders(session: Session, office: Office) -> Iterator[Finding]:
    people = [one for one in staff.listing(session, office=office.id) if one.state == "joined"]
    for chain in CHAINS:
        held = [one for one in people if chain in one.keychains]
        if any(keys.ADMINISTRATOR in one.roles for one in held):
            yield Finding(True, f"An administrator holds the {chain} keys: close or rotate.")
        wanted = SIGN_HOLDERS if chain == "sign" else 1
        if len(held) < wanted:
            yield Finding(True, f"The {chain} keys have {len(held)} holders, and need {wanted}: intake staff admit.")


def _night(session: Session, inbound: Session, office: Office, now: datetime) -> Iterator[Finding]:
    """Whether somebody is called when something urgent arrives."""
    held = duty.held(session, office=office.id)
    if not held.rota.named:
        yield Finding(
            False, "Nobody is on duty: what is urgent waits until somebody looks. The rota is at /office/duty."
        )
        return
    plan = duty.plan(session, office=office.id, now=now)
    empty = [day for day, turn in plan.ahead if not (turn.first or turn.second or held.rota.leader)]
    if empty:
        yield Finding(False, f"Nobody is on duty on {empty[0].isoformat()}, and there is no leader: /office/duty.")
    yield from _on_duty(session, office, held.rota.named)
    if not office.demo and (not held.looked or now - times.instant(held.looked) > WATCHED):
        yield Finding(True, "The program that calls at night does not run: intake night.")
    failed = [call for call in duty.latest(session, office=office.id) if not call.reached and call.mail]
    if failed and now - times.instant(failed[0].at) < RECENT:
        yield Finding(
            True, f"{failed[0].name} was called at {failed[0].at}, and nothing went out: mail and command failed."
        )
    waiting = night.unopened(session, inbound, office=office.id, now=now)
    if night.waited(session, office=office.id, reports=waiting, now=now, least=UNHEARD):
        yield Finding(True, "Something urgent has waited for hours, and nobody who was called has opened it.")


def _on_duty(session: Session, office: Office, named: set[str]) -> Iterator[Finding]:
    """Whether those of the rota can do what they are called for."""
    for one in staff.listing(session, office=office.id):
        if one.id in named and one.state != "joined":
            yield Finding(False, f"{one.name} is in the rota, but the account is not in use: /office/duty.")
        elif one.id in named and "work" not in one.keychains:
            yield Finding(False, f"{one.name} is in the rota, but holds no work keys and can open nothing.")


def _bundle(office: Office, payload: dict[str, Any], serial: int, now: datetime) -> Iterator[Finding]:
    if payload["keys"]["report"]["id"] != key_id(office.audit_key):
        yield Finding(
            False, "The work keys were rotated, but phones still seal to the one before: intake bundle publish."
        )
    if now.timestamp() - serial > OLDEST_BUNDLE.total_seconds():
        yield Finding(False, "The bundle is older than 45 days, and phones say so: intake bundle publish.")


def _backup(made: datetime | None, keep_days: int, now: datetime, *, demo: bool) -> Iterator[Finding]:
    """What a restored backup lacks, phones send again, as long as they keep it."""
    if made is None:
        yield Finding(not demo, "There is no backup yet: intake backup FILE.")
    elif now - made > timedelta(days=keep_days):
        yield Finding(
            True,
            f"The backup is {(now - made).days} days old, but phones keep what they sent for {keep_days}: what came "
            "between would be lost with this machine.",
        )
