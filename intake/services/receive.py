"""Take a sealed report: read its outside strictly, verify who signed it, store it once.

Nothing here opens anything. What cannot be placed is kept aside for a person to decide rather than turned away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

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

# An officer in the worst week sends tens of reports a day, and a phone after a restored server all it holds. Reports
# that come together are counted together, so a phone may pass this by a few.
NEW_REPORTS_A_DAY = 2000
DIGESTS_A_REPORT = 3

Outcome = Literal["new", "known"]


@dataclass(frozen=True)
class Sent:
    """An envelope that is one from the outside, and when it came. Nobody has looked at its signature yet."""

    envelope: Envelope
    now: datetime


@dataclass(frozen=True)
class Kept:
    """An envelope that is stored once the transaction around `receive` has ended well."""

    outcome: Outcome
    held: Held


def read(raw: bytes, *, report: str, now: datetime) -> Sent:
    """The envelope `raw` that was sent for `report`.

    Raises Problem 413.1 and 422.n (not an envelope) and 400.2 (another report's).
    """
    envelope = parse(raw)
    if envelope.report != report:
        raise Problem("400.2")
    return Sent(envelope, now)


def receive(session: Session, *, raw: bytes, report: str, now: datetime) -> Kept:
    """Store the envelope `raw` that was sent for `report`, or find it stored.

    Give the receipt only after the transaction is committed. Raises what `read` does and what `receive_all` gives.
    """
    (outcome,) = receive_all(session, [read(raw, report=report, now=now)])
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


def receive_all(session: Session, sent: Sequence[Sent]) -> list[Kept | Problem]:
    """Store these envelopes or find them stored: one outcome for each, in order.

    A Problem, for which nothing was written, is 403.1 or 403.2 (unknown phone, wrong signature), 429.1, or 409.1 for
    the fourth digest of one phone under one report id. Give receipts only after the transaction is committed.
    """
    judged = _judged(session, sent)
    added = reports.add_all(session, [(one, each.envelope.raw) for each, one in judged if isinstance(one, Held)])
    outcomes: list[Kept | Problem] = []
    for each, one in judged:
        if isinstance(one, Held) and (one.report, one.digest) in added:
            # The same twice in one crowd: the second finds it known.
            added.remove((one.report, one.digest))
            outcomes.append(Kept("new", one))
        else:
            outcomes.append(one if isinstance(one, Problem) else _met_before(session, each, one))
    return outcomes


def receipt(key: SigningKey, held: Held) -> dict[str, str]:
    """The signed word that this envelope is stored; made anew each time, so it verifies with today's bundle."""
    made = receipts.make(key, report=held.report, digest=held.digest, received=held.received[:10])
    return made | {"kept": "aside"} if held.state == "aside" else made


def _judged(session: Session, sent: Sequence[Sent]) -> list[tuple[Sent, Held | Problem | Device]]:
    """Beside each envelope what to store, why not, or only its device, which has sent enough for today."""
    latest = max(each.now for each in sent).astimezone(UTC)
    found = standing.find(
        session,
        devices={each.envelope.device for each in sent},
        keys={part.key_id for each in sent for part in each.envelope.parts},
        since=times.text(latest.replace(hour=0, minute=0, second=0, microsecond=0)),
    )
    return [(each, _judge(each, found.get(each.envelope.device))) for each in sent]


def _judge(sent: Sent, found: Standing | None) -> Held | Problem | Device:
    if found is None:
        return Problem("403.1")
    try:
        verify_envelope(sent.envelope, found.device.key)
    except Problem as problem:
        return problem
    if found.sent >= NEW_REPORTS_A_DAY:
        return found.device
    office, fits = _addressee(sent.envelope, found)
    reason = "withdrawn" if found.device.withdrawn else None if fits else "key"
    return _held(sent, found.device, office=office, state="aside" if reason else "kept", reason=reason)


def _met_before(session: Session, sent: Sent, one: Held | Device) -> Kept | Problem:
    """It is here already, or other bytes are under the same id."""
    known = _known(session, sent.envelope)
    if known is not None:
        return known
    if isinstance(one, Device):
        return Problem("429.1", retry=3600)
    return _add_conflict(session, sent, one)


def _known(session: Session, envelope: Envelope) -> Kept | None:
    same = (held for held in reports.of(session, envelope.report) if held.digest == envelope.digest)
    return next((Kept("known", held) for held in same), None)


def _add_conflict(session: Session, sent: Sent, first: Held) -> Kept | Problem:
    reports.lock(session, first.report)
    # Counted by phone: whoever carries another's sealed report must not be able to use up its places.
    if sum(held.device == first.device for held in reports.of(session, first.report)) >= DIGESTS_A_REPORT:
        return Problem("409.1")
    conflict = replace(first, state="conflict", reason="digest")
    if reports.add(session, conflict, sealed=sent.envelope.raw):
        return Kept("new", conflict)
    return _known(session, sent.envelope) or Kept("new", conflict)


def _addressee(envelope: Envelope, found: Standing) -> tuple[str, bool]:
    """The office an envelope belongs to, and whether every part of it names a key which that office gave out.

    It belongs to the office whose report key it names, whoever's phone it comes from: the phone's own office must learn
    nothing of what is sealed to another one. So it also goes to whoever only its identity key points to, and to the
    phone's own office only when that office has a key in it or no office here ever had one.
    """
    identity = envelope.part("identity")
    readers = found.report_keys.get(envelope.parts[0].key_id, set())
    namers = found.identity_keys.get(identity.key_id, set()) if identity else readers
    choices = readers & namers or readers or namers or {found.device.office}
    office = found.device.office if found.device.office in choices else min(choices)
    return office, office in readers and office in namers


def _held(sent: Sent, device: Device, *, office: str, state: reports.State, reason: str | None) -> Held:
    envelope = sent.envelope
    return Held(
        report=envelope.report,
        digest=envelope.digest,
        office=office,
        device=device.id,
        made=envelope.made,
        urgent=envelope.urgent,
        received=times.text(sent.now),
        size=len(envelope.raw),
        state=state,
        reason=reason,
    )
