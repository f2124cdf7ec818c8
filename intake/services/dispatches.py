"""What offices tell each other about a claim: sealed, signed, taken in, whatever has come before.

A dispatch is an envelope (SPEC.md 3) that an office makes instead of a phone: signed with its message-signing key,
sealed to the other office's two public keys, so that what rests under *identity* here can be read there by holders of
*identity* alone. It carries all that its sender knows and may tell, not what has changed: a lost one is made good by
the next, and one that comes twice, or late, adds nothing. Being signed it could travel by any road; today the offices
of one installation lay it in a common table, and there is no other road.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from intake.domain import forwarding as rules
from intake.domain.case import KIND as CASE
from intake.domain.case import OFFICE
from intake.domain.case import from_json as case_of
from intake.domain.claim import KIND as CLAIM
from intake.domain.claim import Claim
from intake.domain.claim import from_json as claim_of
from intake.domain.claim_standing import Event
from intake.domain.forwarding import HER, KIND, Forwarding, Identity, Step
from intake.domain.problems import Problem
from intake.envelope import format as envelopes
from intake.envelope import opening
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.format import Envelope
from intake.envelope.sealing import seal_envelope
from intake.envelope.signing import verify_envelope
from intake.services import post, records, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.office import dispatches
from intake.store.office.dispatches import Row

# Class P, by the claim's id and by the id of an event: who the people of a claim are, and what a test said.
NAMES, RESULT = "claim_names", "claim_result"
SHAPE = 1


@dataclass(frozen=True)
class Told:
    """What a dispatch says: about which claim, its steps and events.

    `envelope` has names and results, still sealed, if there are any: `identity`.
    """

    claim: str
    reference: str
    steps: tuple[Step, ...]
    events: tuple[Event, ...]
    identity: bool
    envelope: Envelope = field(repr=False)


def find(session: Session, *, desk: Desk, claim: str) -> Forwarding | None:
    """What is between this office and another about a claim, if anything is. Raises Problem 403.21."""
    record = records.get(session, desk=desk, kind=KIND, id=claim)
    return rules.from_json(record.id, record.version, record.content) if record else None


def put(session: Session, *, desk: Desk, made: Forwarding, now: datetime) -> Forwarding:
    """Keep what was made from `made.version`. Raises Problem 409.26."""
    content = rules.to_json(made)
    try:
        version = records.put(session, desk=desk, kind=KIND, id=made.id, content=content, seen=made.version, now=now)
    except Problem as problem:
        raise Problem("409.26") if problem.code == "409.2" else problem from problem
    return replace(made, version=version)


def follow(session: Session, *, desk: Desk, claim: Claim, now: datetime) -> None:
    """Something has changed in a claim: if another office has it too, that office is told."""
    made = find(session, desk=desk, claim=claim.id)
    if made is not None and made.live:
        send(session, desk=desk, made=made, claim=claim, now=now)


def send(session: Session, *, desk: Desk, made: Forwarding, claim: Claim | None, now: datetime) -> None:
    """Tell the other office all that it may know; names and results go along where *identity* is open.

    Once she no longer agrees nothing of the claim goes, nor once she named that office, nor while somebody else has
    become the claimant and was not asked. Raises Problem 413.1 (more than a dispatch can carry).
    """
    told = claim if claim and made.live and not held_back(session, desk=desk, made=made, claim=claim) else None
    identity = _identity(session, desk, made, told) if told and desk.identity else {}
    content = {
        "dispatch": SHAPE,
        "from": desk.office,
        "to": made.other,
        "claim": made.id,
        "reference": made.reference,
        "steps": [{**vars(step), "details": dict(step.details)} for step in made.now],
        "events": rules.shared(told.events) if told else [],
        "identity": bool(identity),
    }
    id = str(uuid4())
    sealed = seal_envelope(
        report=id,
        made=times.day(now),
        urgent=False,
        report_json=content,
        identity_json=identity,
        report_key=unb64u(made.keys["report"]),
        identity_key=unb64u(made.keys["identity"]),
        sign_key=post.sign_key(session, desk),
    )
    dispatches.add(session, Row(id, made.other, desk.office, times.day(now), sealed))


def held_back(session: Session, *, desk: Desk, made: Forwarding, claim: Claim) -> bool:
    """Whether nothing more of the claim may go: the claimant of today was not asked, or it must be kept from them."""
    if made.side != HER:
        return False
    case = records.get(session, desk=desk, kind=CASE, id=claim.case) if claim.case else None
    kept = case is not None and OFFICE + made.other in case_of(case.id, case.version, case.content).kept_from
    return kept or made.agreed_by != claim.claimant


def _identity(session: Session, desk: Desk, made: Forwarding, claim: Claim) -> dict[str, Any]:
    """Names are those that the office knows that knows her; results are known to whoever recorded them."""
    came = [event.id for event in claim.events if event.kind == "dna_result_in"]
    results = {one.id: one.content["result"] for one in records.some(session, desk=desk, kind=RESULT, ids=came)}
    kept = records.get(session, desk=desk, kind=NAMES, id=claim.id) if made.side == HER else None
    return {"names": kept.content if kept else {}, "version": kept.version if kept else 0, "results": results}


def open_one(desk: Desk, row: Row, *, sign_key: bytes) -> Told:
    """What a dispatch says, if the office it names signed it, for this one.

    Raises Problem 403.22 (forged), 422.410 (no dispatch), 422.12 (not for this office's keys).
    """
    try:
        envelope = envelopes.parse(row.envelope)
        verify_envelope(envelope, sign_key)
    except Problem:
        raise Problem("403.22") from None
    part = envelope.part("report")
    key = desk.need("work").chain.find(part.key_id if part else "")
    said = opening.open_part(envelope, "report", key.secret)
    if (said.get("from"), said.get("to")) != (row.sender, desk.office) or envelope.report != row.id:
        raise Problem("403.22")
    claim, reference, steps, events = rules.read_told(said)
    return Told(claim, reference, steps, events, said.get("identity") is True, envelope)


def with_identity(made: Forwarding, told: Told) -> Forwarding:
    """Keep a dispatch until a holder of *identity* takes in what it says of names and results."""
    return replace(made, unopened=(*made.unopened, b64u(told.envelope.raw))) if told.identity else made


def open_identity(session: Session, *, desk: Desk, claim: str, now: datetime) -> None:
    """Take in what another office told of names and results, once *identity* is open. Raises Problem 403.20."""
    chain = desk.need("identity").chain
    made = find(session, desk=desk, claim=claim)
    if made is None or not made.unopened:
        return
    kept = []
    for raw in made.unopened:
        envelope = envelopes.parse(unb64u(raw))
        part = envelope.part("identity")
        try:
            said = opening.open_part(envelope, "identity", chain.find(part.key_id if part else "").secret)
            told = rules.read_identity(said)
        except Problem:
            # What cannot be read keeps nobody from reading the rest.
            kept.append(raw)
        else:
            made = _take_identity(session, desk, made, told, now)
    put(session, desk=desk, made=replace(made, unopened=tuple(kept)), now=now)


def _take_identity(session: Session, desk: Desk, made: Forwarding, told: Identity, now: datetime) -> Forwarding:
    at: dict[str, Any] = {"desk": desk, "now": now, "chain": "identity"}
    record = records.get(session, desk=desk, kind=CLAIM, id=made.id)
    known = {event.id for event in claim_of(made.id, 0, record.content).events} if record else set()
    for event, result in told.results.items():
        # A result never changes, and belongs to an event of this claim alone.
        if event in known and records.get(session, desk=desk, kind=RESULT, id=event) is None:
            records.put(session, kind=RESULT, id=event, content={"result": result}, seen=0, **at)
    if made.side == HER or told.version <= made.names:
        return made
    kept = records.get(session, desk=desk, kind=NAMES, id=made.id)
    records.put(session, kind=NAMES, id=made.id, content=dict(told.names), seen=kept.version if kept else 0, **at)
    return replace(made, names=told.version)
