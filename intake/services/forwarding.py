"""Claims forwarded to another office and taken in from one, and what both tell each other of them afterwards.

An office forwards a claim when the claimant has agreed, never to whom it must be kept from, and never to the office
whose people a report of it is about. The other accepts it or sends it back. From then on the one tells her, the other
writes to States, and what either records reaches the other (`domain.forwarding`). Once she no longer agrees the copy
at the other office is destroyed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from intake.domain import forwarding as rules
from intake.domain.case import OFFICE, Case
from intake.domain.claim import KIND as CLAIM
from intake.domain.claim import Claim
from intake.domain.claim_standing import CHILD, Event
from intake.domain.forwarding import HER, KIND, STATES, Forwarding
from intake.domain.problems import Problem
from intake.envelope.encoding import unb64u
from intake.services import agreements, audit, cases, claims, dispatches, elsewhere, records, register, times
from intake.services.agreements import Wishes
from intake.services.desk import Desk, index_of
from intake.services.dispatches import NAMES, RESULT, Told
from intake.store import Session
from intake.store.inbound import devices
from intake.store.index import Query
from intake.store.office import audit as audit_lines
from intake.store.office import dispatches as table
from intake.store.office import offices

# What a refusal to let somebody see a case is: the dispatch waits for a colleague who may.
CLOSED = "403.12"


@dataclass(frozen=True)
class Line:
    """A forwarding with its claim as this office has it; None once nothing of it is here.

    `held_back`: nothing more of it goes to the other office until the claimant was asked, or at all.
    """

    made: Forwarding
    claim: Claim | None
    held_back: bool = False


# the office that knows her ------------------------------------------------------------------------------------------


def forward(
    session: Session,
    inbound: Session,
    *,
    desk: Desk,
    claim: str,
    version: int,
    to: str,
    now: datetime,
    checked: bool = False,
    **agreed: str,
) -> Forwarding:
    """Forward a claim to an office that this one names, with who the people in it are.

    `agreed` is the claimant's word: `how` (of `agreement.HOW`), `on` (a day), `spoke` (who heard it). Raises Problem
    403.20 (no step-up), 404.9, 403.12, 409.13, 422.413, 422.99, 422.98, 422.309 (the child decides), what `_check_kept`
    and `Forwarding.then` ask for.
    """
    desk.need("identity")
    audit_lines.head(session, desk.office, lock=True)
    found = claims.find(session, desk=desk, claim=claim)
    if found.version != version:
        raise Problem("409.13")
    if found.came_from or found.ended or not found.has("registered"):
        raise Problem("422.413")
    said = elsewhere.office_named(session, inbound, desk=desk, id=to)
    _check_kept(session, inbound, desk, found, to, checked)
    before = dispatches.find(session, desk=desk, claim=claim)
    partner: dict[str, Any] = {"other": to, "name": said["office"]["name"], "keys": _keys(said)}
    begun = (
        replace(before, **partner)
        if before
        else Forwarding(claim, HER, reference=found.reference, case=found.case, **partner)
    )
    made = _step(begun, desk, "forwarded", now, to=to, claimant=_claimant(session, desk, found, now), **agreed)
    made = dispatches.put(session, desk=desk, made=made, now=now)
    dispatches.send(session, desk=desk, made=made, claim=found, now=now)
    _write(session, desk, made, "forwarded_a_claim", now, to=to)
    return made


def agree(session: Session, *, desk: Desk, claim: str, now: datetime, **agreed: str) -> Forwarding:
    """Whoever is the claimant now agrees as well; what was held back goes. Raises as `forward`."""
    audit_lines.head(session, desk.office, lock=True)
    found, made = claims.find(session, desk=desk, claim=claim), _made(session, desk, claim)
    changed = _step(made, desk, "agreed", now, claimant=_claimant(session, desk, found, now), **agreed)
    made = dispatches.put(session, desk=desk, made=changed, now=now)
    dispatches.send(session, desk=desk, made=made, claim=found, now=now)
    _write(session, desk, made, "forwarded_a_claim", now, to=made.other)
    return made


def end(session: Session, *, desk: Desk, claim: str, on: str, now: datetime) -> Forwarding:
    """The claimant no longer agrees, since a day: the other office destroys its copy. Raises Problem 409.26, 404.9."""
    audit_lines.head(session, desk.office, lock=True)
    found, made = claims.find(session, desk=desk, claim=claim), _made(session, desk, claim)
    made = dispatches.put(session, desk=desk, made=_step(made, desk, "ended", now, on=on), now=now)
    dispatches.send(session, desk=desk, made=made, claim=None, now=now)
    if found.stands_with:
        _note(session, desk, found, "came_back", made.name, now)
    _write(session, desk, made, "ended_a_forwarding", now, to=made.other)
    return made


def choices(session: Session, *, desk: Desk) -> dict[str, str]:
    """The offices to which a claim could be forwarded, by id."""
    return elsewhere.names(session, desk=desk)


def _claimant(session: Session, desk: Desk, claim: Claim, now: datetime) -> str:
    """Whose word counts. Raises Problem 422.309 once the child may be of age and has not become the claimant."""
    if claim.claimant != CHILD and claim.grown(claims.today(session, desk=desk, now=now)):
        raise Problem("422.309")
    return claim.claimant


def _check_kept(session: Session, inbound: Session, desk: Desk, claim: Claim, to: str, checked: bool) -> None:
    """A claim never goes to whom she named, nor to the office whose people a report of it was kept from.

    Raises Problem 422.411, 422.412 (her newest word is a no), 422.193 until somebody has checked whom she named.
    """
    case = _case_of(session, desk, claim)
    if OFFICE + to in case.kept_from or to in _offices_of_phones(session, inbound, desk, case.reports):
        raise Problem("422.411", field="to")
    wishes = agreements.of_case(session, desk=desk, case=case)
    if any(_refused(wishes, case, recipient) for recipient in ("PATERNITY", "state")):
        raise Problem("422.412")
    if wishes.kept_from and not checked:
        raise Problem("422.193", field="checked")


def kept_from(session: Session, *, desk: Desk, claim: Claim) -> tuple[str, ...]:
    """Whom her reports name, by the codes of the forms: somebody has to check that none of them is at that office."""
    return agreements.of_case(session, desk=desk, case=_case_of(session, desk, claim)).kept_from


def _case_of(session: Session, desk: Desk, claim: Claim) -> Case:
    """The claim's case, or what stands for one around the report it was opened from. Raises Problem 403.12."""
    if claim.case:
        return cases.find(session, desk=desk, case=claim.case)
    wished = claim.first("wished")
    report = wished.said("report") if wished else ""
    return Case(claim.id, 0, reports=(report,) if report else ())


def _refused(wishes: Wishes, case: Case, recipient: str) -> bool:
    """Somebody's newest word is a no; where the reports speak for nobody in particular, a no in them counts too."""
    people = [person.code for person in case.people]
    said = wishes.agreements
    if any(said.refuses(one, recipient, wishes.reported(one)) for one in people):
        return True
    agreed = any(said.stands(one, recipient, ()) for one in people)
    return not wishes.speak_for and not agreed and said.refuses("", recipient, wishes.said)


def _offices_of_phones(session: Session, inbound: Session, desk: Desk, reports: Sequence[str]) -> set[str]:
    """Whose phones these reports came from: what came here from another office's phone was not for its people."""
    arrived = register.around(session, desk=desk, reports=reports)
    phones = {copy.device for one in arrived if one.report in reports for copy in one.copies}
    found = (devices.find(inbound, phone) for phone in phones)
    return {device.office for device in found if device is not None} - {desk.office}


# the office that writes to States -----------------------------------------------------------------------------------


def accept(session: Session, *, desk: Desk, claim: str, now: datetime) -> Claim:
    """Take a forwarded claim: from now on it stands among those of this office. Raises Problem 404.9, 409.26."""
    audit_lines.head(session, desk.office, lock=True)
    before = _made(session, desk, claim)
    made = replace(_step(before, desk, "accepted", now), held=())
    made = dispatches.put(session, desk=desk, made=made, now=now)
    taken = claims.took_in(session, desk=desk, claim=claim, events=_held(before), now=now)
    taken = _note(session, desk, taken, "came_from", made.name, now)
    dispatches.send(session, desk=desk, made=made, claim=taken, now=now)
    _write(session, desk, made, "accepted_a_claim", now)
    return taken


def send_back(session: Session, *, desk: Desk, claim: str, why: str, now: datetime) -> Forwarding:
    """Send it back with a reason; nothing of it stays here. Raises Problem 404.9, 409.26, 422.20, 422.303."""
    audit_lines.head(session, desk.office, lock=True)
    made = _step(_made(session, desk, claim), desk, "sent_back", now, why=why.strip())
    made = dispatches.put(session, desk=desk, made=_destroyed(session, desk, made, now), now=now)
    dispatches.send(session, desk=desk, made=made, claim=None, now=now)
    _write(session, desk, made, "sent_a_claim_back", now)
    return made


def _destroyed(session: Session, desk: Desk, made: Forwarding, now: datetime) -> Forwarding:
    """Nothing of the claim stays here but its reference, which letters bear that are in a capital."""
    record = records.get(session, desk=desk, kind=CLAIM, id=made.id)
    if record is not None:
        kept = claims.of_record(record)
        results = [event.id for event in kept.events if event.kind == "dna_result_in"]
        records.remove(session, desk=desk, kind=RESULT, ids=results)
        claims.emptied(session, desk=desk, claim=kept, now=now)
    records.remove(session, desk=desk, kind=NAMES, ids=[made.id])
    return replace(made, held=(), unopened=(), names=0)


# what comes from the other side -------------------------------------------------------------------------------------


def waiting(session: Session, *, desk: Desk) -> bool:
    """Whether another office that this one names has told something that was not taken in yet."""
    senders = table.senders(session, desk.office)
    return bool(senders) and any(one.id in senders for one in elsewhere.named(session, desk=desk))


def pull(session: Session, inbound: Session, *, desk: Desk, now: datetime) -> None:
    """Take in what other offices told. What cannot be believed is refused and kept aside; what comes from an office
    that this one does not name, or is about a case closed to this person, waits.
    """
    audit_lines.head(session, desk.office, lock=True)
    named = {one.id for one in elsewhere.named(session, desk=desk)}
    for row in table.waiting(session, desk.office):
        if row.sender not in named:
            continue
        try:
            said = elsewhere.office_named(session, inbound, desk=desk, id=row.sender)
            told = dispatches.open_one(desk, row, sign_key=unb64u(said["message_sign_key"]))
            # Whole or not at all: half of what was told would look like all of it.
            with session.begin_nested():
                _take(session, desk, row.sender, said, told, now)
        except Problem as problem:
            if problem.code != CLOSED:
                table.refuse(session, row.id, code=problem.code)
        else:
            table.remove(session, row.id)


def refused(session: Session, *, desk: Desk) -> list[tuple[str, str, str]]:
    """What was refused: the day, the name of the office it claims to be from, and the number of the problem."""
    names = {one.id: one.name for one in offices.every(session)}
    return [(row.day, names.get(row.sender, ""), row.refused) for row in table.refused(session, desk.office)]


def unnamed(session: Session, *, desk: Desk) -> list[str]:
    """The names of the offices whose messages wait because this one does not name them."""
    known = {one.id for one in elsewhere.named(session, desk=desk)}
    senders = {row.sender for row in table.waiting(session, desk.office)} - known
    return sorted(one.name for one in offices.every(session) if one.id in senders)


def _take(session: Session, desk: Desk, sender: str, said: dict[str, Any], told: Told, now: datetime) -> None:
    """Raises Problem 403.22, 403.23, 409.25, 409.26, 422.303, 403.12."""
    known = dispatches.find(session, desk=desk, claim=told.claim)
    record = records.get(session, desk=desk, kind=CLAIM, id=told.claim)
    if known is None and record is not None:
        raise Problem("409.25")
    if known is not None and known.other != sender:
        raise Problem("403.22")
    if known is None and not any(step.kind == "forwarded" for step in told.steps):
        raise Problem("409.26")
    begun = known or Forwarding(told.claim, STATES, sender, said["office"]["name"], told.reference)
    heard = replace(begun.heard(told.steps), keys=_keys(said), name=said["office"]["name"])
    if heard.side == HER:
        _take_her(session, desk, begun, heard, told, now)
    else:
        _take_states(session, desk, heard, told, now)


def _take_her(session: Session, desk: Desk, before: Forwarding, heard: Forwarding, told: Told, now: datetime) -> None:
    """What the office that writes to States tells. It is never dropped, whatever has become of the forwarding."""
    claim = claims.find(session, desk=desk, claim=heard.id)
    fresh = rules.taken(claim, told.events, HER)
    dispatches.put(session, desk=desk, made=dispatches.with_identity(heard, told), now=now)
    claim = claims.took_in(session, desk=desk, claim=heard.id, events=fresh, now=now)
    stands = heard.state == "accepted"
    if stands != bool(claim.stands_with):
        _note(session, desk, claim, "forwarded" if stands else "came_back", heard.name, now)
    if heard.state != before.state:
        _write(session, desk, heard, "heard_of_a_forwarding", now, state=heard.state)


def _take_states(session: Session, desk: Desk, heard: Forwarding, told: Told, now: datetime) -> None:
    """What the office tells that knows her."""
    if heard.state == "forwarded":
        claim = _claim(heard.id, _held(heard))
        made = replace(heard, held=tuple(rules.shared((*claim.events, *rules.taken(claim, told.events, STATES)))))
        dispatches.put(session, desk=desk, made=dispatches.with_identity(made, told), now=now)
    elif heard.state == "accepted":
        record = records.get(session, desk=desk, kind=CLAIM, id=heard.id)
        claim = claims.of_record(record) if record else Claim(heard.id, 0)
        fresh = rules.taken(claim, told.events, STATES)
        dispatches.put(session, desk=desk, made=dispatches.with_identity(heard, told), now=now)
        claims.took_in(session, desk=desk, claim=heard.id, events=fresh, now=now)
    elif heard.state == "ended" and heard.destroyed is None:
        made = _step(_destroyed(session, desk, heard, now), desk, "destroyed", now)
        made = dispatches.put(session, desk=desk, made=made, now=now)
        dispatches.send(session, desk=desk, made=made, claim=None, now=now)
        _write(session, desk, made, "destroyed_a_claim", now)
    else:
        dispatches.put(session, desk=desk, made=heard, now=now)


# reading ------------------------------------------------------------------------------------------------------------


def line(session: Session, *, desk: Desk, claim: str) -> Line | None:
    """The forwarding of a claim, if there is one. Raises Problem 403.12 when its case is closed to this person."""
    made = dispatches.find(session, desk=desk, claim=claim)
    return _line(session, desk, made) if made else None


def lines(session: Session, *, desk: Desk, claims: Iterable[str]) -> list[Line]:
    """The forwardings of these claims. Raises as `line`."""
    found = (line(session, desk=desk, claim=one) for one in claims)
    return [one for one in found if one is not None]


def to_answer(*, desk: Desk) -> int:
    """How many claims of other offices wait to be accepted or sent back, from the index."""
    return index_of(desk).count(Query(desk.staff.name, kind=KIND, state="answer"))


def _line(session: Session, desk: Desk, made: Forwarding) -> Line:
    if made.held:
        return Line(made, _claim(made.id, _held(made)))
    try:
        claim = claims.find(session, desk=desk, claim=made.id)
        back = made.live and dispatches.held_back(session, desk=desk, made=made, claim=claim)
        return Line(made, claim, back)
    except Problem as problem:
        if problem.code == CLOSED:
            raise
        return Line(made, None)


# ---------------------------------------------------------------------------------------------------------------------


def _made(session: Session, desk: Desk, claim: str) -> Forwarding:
    """Raises Problem 404.9."""
    made = dispatches.find(session, desk=desk, claim=claim)
    if made is None:
        raise Problem("404.9")
    return made


def _step(made: Forwarding, desk: Desk, kind: str, now: datetime, **details: str) -> Forwarding:
    return made.then(kind, id=str(uuid4()), by=desk.staff.name, at=times.text(now), **details)


def _keys(said: dict[str, Any]) -> dict[str, str]:
    return {name: str(said["keys"][name]["key"]) for name in ("report", "identity")}


def _held(made: Forwarding) -> tuple[Event, ...]:
    return tuple(Event(**event) for event in made.held)


def _claim(id: str, events: Sequence[Event]) -> Claim:
    return Claim.of(id, 0, events)


def _note(session: Session, desk: Desk, claim: Claim, kind: str, name: str, now: datetime) -> Claim:
    """Write down in the claim where it stands, as seen from here; this never travels."""
    today = claims.today(session, desk=desk, now=now)
    event = Event(str(uuid4()), kind, today, today, desk.staff.name, times.text(now), name)
    return claims.took_in(session, desk=desk, claim=claim.id, events=(event,), now=now)


def _write(session: Session, desk: Desk, made: Forwarding, act: str, now: datetime, **details: str) -> None:
    audit.write(session, desk=desk, act=act, about=made.id, details={"round": made.round, **details}, now=now)
