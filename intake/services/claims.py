"""Claims: opened from a report, a case, by hand or from a list, and everything that happens in one. All on record.

A claim that belongs to a case is open to whoever may see that case, and to nobody else. Names of mother, child and
fathers, and what a test said, rest under the identity keychain and open at a step-up, each time with a reason.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from intake.domain import arrival, deadlines, reference
from intake.domain import claim_tasks as next_in
from intake.domain.claim import KIND, Claim, from_json, to_json
from intake.domain.claim_card import Card
from intake.domain.claim_card import from_json as card_from_json
from intake.domain.claim_law import LAW
from intake.domain.claim_policy import Decided
from intake.domain.claim_policy import from_json as decided_from_json
from intake.domain.claim_standing import RESULTS, Event, Policy
from intake.domain.claim_tasks import Task
from intake.domain.folding import terms
from intake.domain.forwarding import refusal
from intake.domain.partial import days_after
from intake.domain.problems import Problem
from intake.domain.profile import check_no_profile
from intake.domain.telling import Telling
from intake.services import audit, cases, dispatches, drawers, duty, records, settings, telling, times
from intake.services.desk import Desk, index_of
from intake.services.dispatches import NAMES, RESULT
from intake.services.records import Record
from intake.store import Session
from intake.store.index import Query
from intake.store.office import audit as audit_lines
from intake.store.office import offices, staff

COUNTER = "counter"
NAMED = ("name", "contact", "more")
LONGEST_NAME = 500
# Which event of which claim a telling in the case is about, by the telling's id.
TOLD = "claim_telling"
POLICY = "claim_policy"
LOOK_AGAIN = 180


@dataclass(frozen=True)
class New:
    """An event as somebody enters it: kind, target and details as `domain.claim_law.LAW` has them; days, or empty."""

    kind: str
    target: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    happened: str = ""
    known: str = ""


@dataclass(frozen=True)
class Line:
    """A claim with what is next in it on a day."""

    claim: Claim
    tasks: tuple[Task, ...]
    today: str
    policy: Policy

    @property
    def card(self) -> Card:
        """As a list shows it."""
        return Card.of(self.claim, self.today, self.policy)

    @property
    def due(self) -> str:
        return next((task.due for task in self.tasks if task.due), "")

    @property
    def overdue(self) -> bool:
        return bool(self.due) and self.due < self.today


# opening and acting -------------------------------------------------------------------------------------------------


def begin(
    session: Session,
    *,
    desk: Desk,
    claimant: str,
    wished: Mapping[str, str],
    now: datetime,
    happened: str = "",
    then: Iterable[New] = (),
) -> Claim:
    """A new claim for one child, with its first events. `wished` has wants, born, case, report, row, each if known.

    Raises Problem 404.3 and 403.12 (a case that is not there, or not open to this person), and what the events ask for.
    """
    # The number of a claim is given once: whoever else opens one waits here.
    audit_lines.head(session, desk.office, lock=True)
    if wished.get("case"):
        cases.find(session, desk=desk, case=wished["case"])
    details = {**wished, "reference": references(session, desk=desk, number=1, now=now)[0]}
    first = New("wished", claimant, details, happened)
    claim = _entered(Claim(str(uuid4()), 0), (first, *then), desk, today(session, desk=desk, now=now), now)
    made = _put(session, desk, claim, claim.events, now)
    if made.case:
        drawers.put_in(session, desk=desk, case=made.case, kind=KIND, id=made.id, now=now)
    _keep_telling(session, desk, Claim(made.id, 0), made, now)
    return made


def act(session: Session, *, desk: Desk, claim: str, version: int, events: Iterable[New], now: datetime) -> Claim:
    """What happened in a claim, entered by a person who saw this version: all of it, or nothing.

    Raises Problem 409.13 when the claim moved on since, 404.9, 403.12, 403.20 and 422.311 (see `_check_result`), and
    what the events ask for (`Claim.then`); 422.415 and 422.416 for what another office records of this claim.
    """
    return _act(session, desk, claim, version, events, now)[0]


def _act(
    session: Session, desk: Desk, claim: str, version: int, events: Iterable[New], now: datetime
) -> tuple[Claim, tuple[Event, ...]]:
    """The changed claim, and what is new in it."""
    audit_lines.head(session, desk.office, lock=True)
    found = find(session, desk=desk, claim=claim)
    changed = _entered(found, events, desk, today(session, desk=desk, now=now), now)
    if found.version != version:
        raise Problem("409.13")
    known = {event.id for event in found.events}
    fresh = tuple(event for event in changed.events if event.id not in known)
    for event in fresh:
        if code := refusal(found, event):
            raise Problem(code)
        _check_result(session, desk, changed, event, now)
    made = _put(session, desk, changed, fresh, now)
    _keep_telling(session, desk, found, made, now)
    return made, fresh


def took_in(session: Session, *, desk: Desk, claim: str, events: Iterable[Event], now: datetime) -> Claim:
    """What another office told of a claim that both have, as it was written there: new here if nothing was known of it.

    Whoever calls has judged whether it may be said. Raises Problem 403.12.
    """
    audit_lines.head(session, desk.office, lock=True)
    record = records.get(session, desk=desk, kind=KIND, id=claim)
    found = find(session, desk=desk, claim=claim) if record and record.content["events"] else _empty(claim, record)
    fresh = tuple(events)
    if not fresh:
        return found
    made = _put(session, desk, Claim.of(found.id, found.version, (*found.events, *fresh)), fresh, now, tell=False)
    _keep_telling(session, desk, found, made, now)
    return made


def emptied(session: Session, *, desk: Desk, claim: Claim, now: datetime) -> None:
    """Destroy what a claim says: no page shows it any more."""
    store(session, desk=desk, claim=Claim(claim.id, claim.version), rules=policy(session, desk=desk), now=now)


def _empty(claim: str, record: Record | None) -> Claim:
    return Claim(claim, record.version if record else 0)


def brought(session: Session, *, desk: Desk, claim: str, events: Iterable[New], now: datetime) -> Claim:
    """What a note verbale or the answer to one brings: all of it is kept, and what does not fit is told on the claim.

    Raises Problem 404.9, 403.12.
    """
    audit_lines.head(session, desk.office, lock=True)
    found, day = find(session, desk=desk, claim=claim), today(session, desk=desk, now=now)
    fresh = tuple(_event(new, number, desk, day, now) for number, new in enumerate(events))
    made = _put(session, desk, Claim.of(found.id, found.version, (*found.events, *fresh)), fresh, now)
    _keep_telling(session, desk, found, made, now)
    return made


def result(session: Session, *, desk: Desk, claim: str, version: int, event: New, found: str, now: datetime) -> Claim:
    """A result came in: the claim says that it did, what it says rests under the identity keychain.

    Raises Problem 403.20 (no step-up), 422.48 (`found` is none of RESULTS), and as `act`.
    """
    desk.need("identity")
    if found not in RESULTS:
        raise Problem("422.48", field="result")
    made, (came,) = _act(session, desk, claim, version, (event,), now)
    content = {"result": found}
    records.put(session, desk=desk, kind=RESULT, id=came.id, content=content, seen=0, now=now, chain="identity")
    dispatches.follow(session, desk=desk, claim=made, now=now)
    return made


def result_of(session: Session, *, desk: Desk, claim: str, event: str, reason: str, now: datetime) -> str:
    """What a test said, one of RESULTS, opened on record. Raises Problem 422.20, 403.20, 404.9, 403.12."""
    arrival.check_reason(reason)
    desk.need("identity")
    found = find(session, desk=desk, claim=claim).event(event)
    dispatches.open_identity(session, desk=desk, claim=claim, now=now)
    kept = records.get(session, desk=desk, kind=RESULT, id=found.id)
    if kept is None:
        raise Problem("404.9")
    details = {"event": event, "reason": reason.strip()}
    audit.write(session, desk=desk, act="opened_a_result", about=claim, details=details, now=now)
    return str(kept.content["result"])


# names, class P -----------------------------------------------------------------------------------------------------


def names(session: Session, *, desk: Desk, claim: str, reason: str, now: datetime) -> dict[str, dict[str, str]]:
    """Who the people of a claim are, by target (mother, child, F1 …) and the names of NAMED, opened on record.

    Raises Problem 422.20 (no reason), 403.20 (no step-up), 404.9, 403.12.
    """
    arrival.check_reason(reason)
    desk.need("identity")
    find(session, desk=desk, claim=claim)
    dispatches.open_identity(session, desk=desk, claim=claim, now=now)
    kept = records.get(session, desk=desk, kind=NAMES, id=claim)
    details = {"reason": reason.strip()}
    audit.write(session, desk=desk, act="opened_names_of_a_claim", about=claim, details=details, now=now)
    return dict(kept.content) if kept else {}


def name(
    session: Session,
    *,
    desk: Desk,
    claim: str,
    given: Mapping[str, Mapping[str, str]],
    now: datetime,
    before: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Write down who somebody is; the others stay. `before` is what whoever typed it had seen of them.

    Raises Problem 409.13 (somebody else has written it down meanwhile), 403.20, 422.415, 422.44, 422.303, 404.9,
    403.12.
    """
    desk.need("identity")
    found = find(session, desk=desk, claim=claim)
    if found.came_from:
        raise Problem("422.415")
    for said in given.values():
        for text in said.values():
            check_no_profile(text)
            if len(text) > LONGEST_NAME:
                raise Problem("422.44")
    kept = records.get(session, desk=desk, kind=NAMES, id=claim)
    for who, seen_of in (before or {}).items():
        there = kept.content.get(who, {}) if kept else {}
        if any(there.get(field, "") != text for field, text in seen_of.items()):
            raise Problem("409.13")
    content = {**(kept.content if kept else {}), **{who: dict(said) for who, said in given.items()}}
    seen = kept.version if kept else 0
    records.put(session, desk=desk, kind=NAMES, id=claim, content=content, seen=seen, now=now, chain="identity")
    details = {"whose": sorted(given)}
    audit.write(session, desk=desk, act="named_people_of_a_claim", about=claim, details=details, now=now)
    dispatches.follow(session, desk=desk, claim=found, now=now)


def forget_names(session: Session, *, desk: Desk, claim: str, now: datetime) -> None:
    """Nothing is known any more of who they are: the claim was taken back with its list. Raises Problem 403.20."""
    desk.need("identity")
    kept = records.get(session, desk=desk, kind=NAMES, id=claim)
    if kept is not None:
        seen: dict[str, Any] = {"seen": kept.version, "now": now, "chain": "identity"}
        records.put(session, desk=desk, kind=NAMES, id=claim, content={}, **seen)


# reading ------------------------------------------------------------------------------------------------------------


def find(session: Session, *, desk: Desk, claim: str) -> Claim:
    """The claim. Raises Problem 404.9, and 403.12 when its case is closed to this person."""
    record = records.get(session, desk=desk, kind=KIND, id=claim)
    # What was destroyed because she no longer agrees leaves a record without anything in it.
    if record is None or not record.content["events"]:
        raise Problem("404.9")
    found = of_record(record)
    if found.case:
        cases.find(session, desk=desk, case=found.case)
    return found


def line(session: Session, *, desk: Desk, claim: str, now: datetime) -> Line:
    """The claim with what is next. Raises as `find`."""
    return _line(session, desk, find(session, desk=desk, claim=claim), now)


def cards(session: Session, *, desk: Desk, claims: Sequence[str], now: datetime) -> list[Card]:
    """What a list shows of these claims, in their order: from the index; opened is what no longer looks as it says.

    Raises as `find`, and Problem 403.21.
    """
    day, rules = today(session, desk=desk, now=now), decided(session, desk=desk)
    kept = {id: card_from_json(json.loads(card)) for id, card in index_of(desk).shown(KIND, claims).items()}
    return [
        kept[one]
        if one in kept and kept[one].stands(day, rules.number)
        else Card.of(find(session, desk=desk, claim=one), day, rules.policy, rules.number)
        for one in claims
    ]


def of_case(session: Session, *, desk: Desk, case: str, now: datetime) -> list[Line]:
    """The claims of a case, the oldest first. Raises Problem 404.3, 403.12."""
    cases.find(session, desk=desk, case=case)
    kept = [of_record(record) for record in drawers.of_case(session, desk=desk, case=case, kind=KIND)]
    return [_line(session, desk, claim, now) for claim in kept if claim.has("wished")]


def every(session: Session, *, desk: Desk) -> list[Claim]:
    """Every claim this person may see, the oldest reference first."""
    closed = {one.id for one in cases.unseen(session, desk=desk)}
    found = (of_record(record) for record in records.of_kind(session, desk=desk, kind=KIND))
    return sorted(
        (claim for claim in found if claim.has("wished") and claim.case not in closed), key=lambda one: one.reference
    )


def of_state(session: Session, *, desk: Desk, code: str) -> list[Claim]:
    """The claims this person may see that name a man of this State, the oldest reference first.

    A desk with an index opens no others.
    """
    if desk.index is None:
        return [one for one in every(session, desk=desk) if code in one.member_states]
    ids = desk.index.ids(Query(desk.staff.name, kind=KIND, country=code))
    found = [of_record(record) for record in records.some(session, desk=desk, kind=KIND, ids=ids)]
    return sorted(found, key=lambda one: one.reference)


def concerning(session: Session, *, desk: Desk, codes: Sequence[str]) -> list[Claim]:
    """The claims that name a man of one of these States, whoever asks. A desk with an index opens no others."""
    if desk.index is None:
        return [of_record(record) for record in records.of_kind(session, desk=desk, kind=KIND)]
    ids = desk.index.concerning(KIND, codes)
    return [of_record(record) for record in records.some(session, desk=desk, kind=KIND, ids=ids)]


def by_reference(session: Session, *, desk: Desk, typed: str) -> Claim | None:
    """The claim this person may see that a reference, or its year and number, means."""
    words = tuple(terms(typed))
    if desk.index is None or not words:
        found = every(session, desk=desk)
    else:
        ids = desk.index.ids(Query(desk.staff.name, kind=KIND, words=words))
        found = [of_record(record) for record in records.some(session, desk=desk, kind=KIND, ids=ids)]
    return next((one for one in found if reference.means(one.reference, typed)), None)


def of_record(record: Record) -> Claim:
    """The claim of an opened record."""
    return from_json(record.id, record.version, record.content)


def today(session: Session, *, desk: Desk, now: datetime) -> str:
    """The day on the office's own calendar."""
    return duty.local_time(session, office=desk.office, now=now).date().isoformat()


def policy(session: Session, *, desk: Desk) -> Policy:
    """What the office has decided about claims; the program's own values where it has decided nothing."""
    return decided(session, desk=desk).policy


def decided(session: Session, *, desk: Desk) -> Decided:
    """The same, with its number."""
    return policies(session, desk=desk)[-1]


def policies(session: Session, *, desk: Desk) -> list[Decided]:
    """Every version of that. In the first, which came with the program, telling has as long as reports promise it."""
    days = deadlines.long("told_back", settings.now_set(session, office=desk.office))
    kept = records.get(session, desk=desk, kind=POLICY, id=desk.office)
    decided = [decided_from_json(one) for one in kept.content["versions"]] if kept else []
    return [Decided(0, Policy(tell_days=days)), *decided]


def date_anew(session: Session, *, desk: Desk, found: Iterable[Record], now: datetime) -> None:
    """Work out anew when something is due in these claims: what the office decides about claims changed."""
    day, rules = today(session, desk=desk, now=now), policy(session, desk=desk)
    for record in found:
        due = _due_on(next_in.due(of_record(record), day, rules), day)
        records.date_anew(session, desk=desk, record=record, content=record.content, due_on=due, now=now)


# telling ------------------------------------------------------------------------------------------------------------


def tellings(session: Session, *, desk: Desk, claim: Claim) -> dict[str, Telling]:
    """How far it came with telling the claimant through the phone, by the id of the event."""
    if not claim.case:
        return {}
    found = {}
    for one in telling.of_case(session, desk=desk, case=claim.case):
        about = records.get(session, desk=desk, kind=TOLD, id=one.id) if one.step == "claim_step" else None
        if about and about.content["claim"] == claim.id:
            event = str(about.content["event"])
            # What was told by mistake is asked for once more: of several the one that waits counts.
            if event not in found or not one.told:
                found[event] = one
    return found


def step_told(session: Session, *, desk: Desk, telling_id: str) -> str:
    """Which step of a claim (`domain.telling.CLAIM_STEPS`) a telling is about, empty if it is about none."""
    about = records.get(session, desk=desk, kind=TOLD, id=telling_id)
    return str(about.content["step"]) if about else ""


def heard(session: Session, *, desk: Desk, telling_id: str, now: datetime) -> None:
    """Something that had to be told was told: if it was a step of a claim, the claim knows it too."""
    about = records.get(session, desk=desk, kind=TOLD, id=telling_id)
    if about is None:
        return
    found = telling.known(session, desk=desk, telling=telling_id)
    record = records.get(session, desk=desk, kind=KIND, id=str(about.content["claim"]))
    if found is None or record is None or not found.told:
        return
    claim, step = of_record(record), str(about.content["event"])
    if step in {one.id for one in claim.untold()}:
        event = _told(found, step, desk, today(session, desk=desk, now=now), now)
        _put(session, desk, claim.with_event(event), (event,), now)


def _told(found: Telling, step: str, desk: Desk, day: str, now: datetime) -> Event:
    """What the claim learns of a telling that is done."""
    closing, answer = found.closing, found.answers[-1] if found.answers else None
    beside = {"happened": day, "known": day, "by": desk.staff.name, "at": times.text(now), "target": step}
    if closing is not None and closing.outcome == "no_need":
        return Event(str(uuid4()), "telling_waived", details={"why": closing.reason, "telling": found.id}, **beside)
    who = (answer.officer if answer and closing is None else closing.by if closing else "") or found.by
    how, language = ("in_person" if closing else "phone"), next((one.language for one in found.messages), "")
    details = {"how": how, "who": who, "language": language or "und", "telling": found.id}
    return Event(str(uuid4()), "claimant_told", details=details, **beside)


def _keep_telling(session: Session, desk: Desk, before: Claim, made: Claim, now: datetime) -> None:
    """What a claimant must be told is noted in the case, from where an officer's phone is written to, and no longer.

    What was told in another way, waived or undone is not due any more; what was said to be told and was not is again.
    Where there is a lawyer no phone is written to: the claim itself says that it is due, through the lawyer.
    """
    was = {event.id: event for event in before.untold()}
    due = {event.id: event for event in made.untold()}
    if made.case and not made.lawyer:
        for event in (due[one] for one in due if one not in was):
            _ask_to_tell(session, desk, made, event, now)
    gone = [one for one in was if one not in due]
    waiting = tellings(session, desk=desk, claim=made) if gone else {}
    told = {event.target for event in made.fitting if event.kind == "claimant_told"}
    for found, step in ((waiting[one], one) for one in gone if one in waiting and not waiting[one].told):
        outcome = "told_her" if step in told else "no_need"
        asked: dict[str, Any] = {"case": made.case, "telling": found.id, "version": found.version}
        telling.close(session, desk=desk, outcome=outcome, reason=made.reference, now=now, **asked)


def _ask_to_tell(session: Session, desk: Desk, claim: Claim, event: Event, now: datetime) -> None:
    due = days_after(today(session, desk=desk, now=now), policy(session, desk=desk).tell_days)
    asked: dict[str, Any] = {"case": claim.case, "person": "", "step": "claim_step", "due": due}
    noted = telling.note(session, desk=desk, now=now, **asked)
    content = {"claim": claim.id, "event": event.id, "step": LAW[event.kind].told}
    records.put(session, desk=desk, kind=TOLD, id=noted.id, content=content, seen=0, now=now)


# at rest ------------------------------------------------------------------------------------------------------------


def _entered(claim: Claim, events: Iterable[New], desk: Desk, day: str, now: datetime) -> Claim:
    """The claim with what a person enters, one after the other, within one instant."""
    for number, new in enumerate(events):
        claim = claim.then(_event(new, number, desk, day, now), today=day)
    return claim


def _event(new: New, number: int, desk: Desk, day: str, now: datetime) -> Event:
    """What is entered as the `number`th of several in one moment, in the order of whoever entered them."""
    return Event(
        id=str(uuid4()),
        kind=new.kind,
        happened=new.happened or day,
        known=new.known or day,
        by=desk.staff.name,
        at=times.text(now + timedelta(seconds=number)),
        target=new.target,
        details={name: value for name, value in new.details.items() if value != ""},
    )


def _check_result(session: Session, desk: Desk, claim: Claim, event: Event, now: datetime) -> None:
    """A decision that rests on a test needs the result that says so. Raises Problem 403.20, 422.311."""
    wanted = {"established": "match", "father_excluded": "no_match"}.get(event.kind)
    if wanted is None or (event.kind == "established" and event.said("basis") != "dna"):
        return
    desk.need("identity")
    dispatches.open_identity(session, desk=desk, claim=claim.id, now=now)
    last = claim.last("dna_result_in", target=event.target) if event.kind == "established" else None
    if event.kind == "father_excluded":
        # He no longer counts once he is excluded, but what the test said of him is there.
        last = next(
            (one for one in reversed(claim.fitting) if one.kind == "dna_result_in" and one.target == event.target), None
        )
    kept = records.get(session, desk=desk, kind=RESULT, id=last.id) if last else None
    if kept is None or kept.content["result"] != wanted:
        raise Problem("422.311")


def _due_on(due: str, day: str) -> str | None:
    """The day that stands in clear beside the record: none far ahead, which would tell when a child comes of age.

    Instead somebody looks at the claim again within half a year.
    """
    return min(due, days_after(day, LOOK_AGAIN)) if due else None


def _line(session: Session, desk: Desk, claim: Claim, now: datetime) -> Line:
    day = today(session, desk=desk, now=now)
    rules = policy(session, desk=desk)
    return Line(claim, next_in.tasks(claim, day, rules), day, rules)


def _put(
    session: Session, desk: Desk, claim: Claim, fresh: Iterable[Event], now: datetime, *, tell: bool = True
) -> Claim:
    """`tell`: another office that has the claim too hears of it. Raises Problem 409.13."""
    made = store(session, desk=desk, claim=claim, rules=policy(session, desk=desk), now=now)
    # Which kinds and when, and no word of what was written: the chain is read by people with no claims to see.
    details = {"version": made.version, "events": [[event.kind, event.target] for event in fresh]}
    audit.write(session, desk=desk, act="changed_a_claim", about=claim.id, details=details, now=now)
    if tell:
        dispatches.follow(session, desk=desk, claim=made, now=now)
    return made


def store(session: Session, *, desk: Desk, claim: Claim, rules: Policy, now: datetime) -> Claim:
    """Seal a claim made from `claim.version`; whoever calls puts it on record. Raises Problem 409.13."""
    day = today(session, desk=desk, now=now)
    account = staff.named(session, claim.owner) if claim.owner else None
    try:
        version = records.put(
            session,
            desk=desk,
            kind=KIND,
            id=claim.id,
            content=to_json(claim),
            seen=claim.version,
            now=now,
            due_on=_due_on(next_in.due(claim, day, rules), day),
            owner=account.id if account and account.office == desk.office else None,
        )
    except Problem as problem:
        raise Problem("409.13") if problem.code == "409.2" else problem from problem
    return replace(claim, version=version)


def references(session: Session, *, desk: Desk, number: int, now: datetime) -> list[str]:
    """`ENTITY-MISSION-YEAR-Pnnnn`, P for paternity: so many new ones; a number given once is never given again."""
    year = times.day(now)[:4]
    kept = records.get(session, desk=desk, kind=COUNTER, id=f"claim-{year}")
    last = kept.content["number"] if kept else 0
    seen, content = kept.version if kept else 0, {"number": last + number}
    records.put(session, desk=desk, kind=COUNTER, id=f"claim-{year}", content=content, seen=seen, now=now)
    office = offices.get(session, desk.office)
    entity, mission = reference.codes(settings.own(session, office=desk.office), office.name if office else "")
    return [f"{entity}-{mission}-{year}-P{last + one + 1:04}" for one in range(number)]
