"""Take a sealed report: read its outside strictly, verify who signed it, store it once.

Nothing here opens anything. What cannot be placed is kept aside for a person to decide rather than turned away.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NoReturn

from intake.domain.problems import Problem
from intake.envelope import receipts
from intake.envelope.format import Envelope, parse
from intake.envelope.signing import SigningKey, verify_envelope
from intake.services import times
from intake.store import Session
from intake.store.inbound import reports, standing
from intake.store.inbound.devices import Device
from intake.store.inbound.reports import Held
from intake.store.inbound.standing import Standing

# An officer in the worst week sends tens of reports a day, and a phone after a restored server all it holds.
NEW_REPORTS_A_DAY = 2000
DIGESTS_A_REPORT = 3

Outcome = Literal["new", "known"]


@dataclass(frozen=True)
class Kept:
    """An envelope that is stored once the transaction around `receive` has ended well."""

    outcome: Outcome
    held: Held


def receive(session: Session, *, raw: bytes, report: str, now: datetime) -> Kept:
    """Store the envelope `raw` that was sent for `report`, or find it stored.

    Give the receipt only after the transaction is committed. Raises Problem 413.1 and 422.n (not an envelope), 400.2
    (another report's), 403.1 and 403.2 (unknown phone, wrong signature), 429.1, and 409.1 for the fourth digest
    under one report id, which is not stored.
    """
    envelope = parse(raw)
    if envelope.report != report:
        raise Problem("400.2")
    found = _standing(session, envelope, now)
    if found is None:
        raise Problem("403.1")
    verify_envelope(envelope, found.device.key)
    if found.sent >= NEW_REPORTS_A_DAY:
        return _known(session, envelope) or _refuse_for_now()
    return _add(session, envelope, found, now)


def receipt(key: SigningKey, held: Held) -> dict[str, str]:
    """The signed word that this envelope is stored; made anew each time, so it verifies with today's bundle."""
    made = receipts.make(key, report=held.report, digest=held.digest, received=held.received[:10])
    return made | {"kept": "aside"} if held.state == "aside" else made


def _known(session: Session, envelope: Envelope) -> Kept | None:
    same = (held for held in reports.of(session, envelope.report) if held.digest == envelope.digest)
    return next((Kept("known", held) for held in same), None)


def _refuse_for_now() -> NoReturn:
    raise Problem("429.1", retry=3600)


def _standing(session: Session, envelope: Envelope, now: datetime) -> Standing | None:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    identity = envelope.part("identity")
    return standing.find(
        session,
        device=envelope.device,
        report_key=envelope.parts[0].key_id,
        identity_key=identity.key_id if identity else "",
        since=times.text(midnight),
    )


def _add(session: Session, envelope: Envelope, found: Standing, now: datetime) -> Kept:
    reason = _reason_to_put_aside(envelope, found)
    first = _held(envelope, found.device, now, state="aside" if reason else "kept", reason=reason)
    if reports.add(session, first, sealed=envelope.raw):
        return Kept("new", first)
    # It is here already, or other bytes are under the same id.
    return _known(session, envelope) or _add_conflict(session, envelope, found.device, now)


def _add_conflict(session: Session, envelope: Envelope, device: Device, now: datetime) -> Kept:
    reports.lock(session, envelope.report)
    if len(reports.of(session, envelope.report)) >= DIGESTS_A_REPORT:
        raise Problem("409.1")
    conflict = _held(envelope, device, now, state="conflict", reason="digest")
    if reports.add(session, conflict, sealed=envelope.raw):
        return Kept("new", conflict)
    return _known(session, envelope) or Kept("new", conflict)


def _reason_to_put_aside(envelope: Envelope, found: Standing) -> str | None:
    if found.device.withdrawn:
        return "withdrawn"
    identity_known = found.identity_key_known or envelope.part("identity") is None
    return None if found.report_key_known and identity_known else "key"


def _held(envelope: Envelope, device: Device, now: datetime, *, state: reports.State, reason: str | None) -> Held:
    return Held(
        report=envelope.report,
        digest=envelope.digest,
        office=device.office,
        device=device.id,
        made=envelope.made,
        urgent=envelope.urgent,
        received=times.text(now),
        size=len(envelope.raw),
        state=state,
        reason=reason,
    )
