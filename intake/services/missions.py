"""DNA missions: planned, listed, and worked through on the day; samples are recorded in the claims themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from intake.domain.claim_standing import Sample
from intake.domain.dna_mission import EXPECTED, KIND, Mission, from_json, to_json
from intake.domain.problems import Problem
from intake.services import audit, claims, records
from intake.services.claims import Line, New
from intake.services.desk import Desk
from intake.store import Session


@dataclass(frozen=True)
class Person:
    """Somebody expected: mother or child, whether a sample may be taken today, the one there is, whether they came."""

    whose: str
    agreed: bool
    sample: Sample | None
    came: str
    # whether the claim stands so that a sample can be recorded
    lawful: bool


@dataclass(frozen=True)
class Expected:
    """One line of the list; `line` is None for a claim that this person may not see."""

    claim: str
    line: Line | None
    people: tuple[Person, ...]


def plan(
    session: Session,
    *,
    desk: Desk,
    begins: str,
    ends: str,
    texts: Mapping[str, str],
    now: datetime,
    mission: str = "",
    version: int = 0,
) -> Mission:
    """A new mission, or another plan for one. Raises Problem 409.14, 404.10, and what `Mission.planned` names."""
    found = find(session, desk=desk, mission=mission) if mission else Mission(str(uuid4()), 0, "", "")
    return _put(session, desk, found.planned(begins, ends, texts), version, "planned", now)


def enlist(session: Session, *, desk: Desk, mission: str, typed: str, version: int, now: datetime) -> Mission:
    """A claim more on the list, by its reference. Raises Problem 422.314 (no such claim), 422.312, 409.14, 404.10."""
    found = find(session, desk=desk, mission=mission)
    claim = claims.by_reference(session, desk=desk, typed=typed)
    if claim is None or claim.ended:
        raise Problem("422.314", field="typed")
    return _put(session, desk, found.expecting(claim.id), version, "listed", now)


def strike(session: Session, *, desk: Desk, mission: str, claim: str, version: int, now: datetime) -> Mission:
    """A claim less. Raises Problem 404.10, 409.14."""
    found = find(session, desk=desk, mission=mission)
    return _put(session, desk, found.without(claim), version, "struck", now)


def met(
    session: Session,
    *,
    desk: Desk,
    mission: str,
    claim: str,
    whose: str,
    came: str,
    sample: Mapping[str, str],
    version: int,
    now: datetime,
) -> Mission:
    """Somebody came or did not; with a `sample` (kit, seal, collector) it is collected and sealed in the claim too.

    All of it, or nothing. Raises Problem 404.10, 422.48, 409.14, and what the claim asks for: 422.301 without consent.
    """
    found = find(session, desk=desk, mission=mission).with_came(claim, whose, came)
    if any(sample.values()):
        if came != "yes":
            raise Problem("422.48", field="came")
        kit, collector = sample.get("kit", ""), sample.get("collector", "")
        place = found.texts["place"][:120]
        events = (
            New("sample_collected", whose, {"kit": kit, "collector": collector, "place": place, "mission": found.id}),
            New("sample_sealed", kit, {"seal": sample.get("seal", ""), "who": collector}),
        )
        about = claims.find(session, desk=desk, claim=claim)
        claims.act(session, desk=desk, claim=claim, version=about.version, events=events, now=now)
    return _put(session, desk, found, version, "met", now)


def find(session: Session, *, desk: Desk, mission: str) -> Mission:
    """Raises Problem 404.10."""
    record = records.get(session, desk=desk, kind=KIND, id=mission)
    if record is None:
        raise Problem("404.10")
    return from_json(record.id, record.version, record.content)


def every(session: Session, *, desk: Desk) -> list[Mission]:
    """Every mission, the latest first."""
    kept = records.of_kind(session, desk=desk, kind=KIND)
    found = [from_json(record.id, record.version, record.content) for record in kept]
    return sorted(found, key=lambda one: (one.begins, one.id), reverse=True)


def expected(session: Session, *, desk: Desk, mission: Mission, now: datetime) -> list[Expected]:
    """Whom the mission expects, with what their claims say today."""
    return [_expected(session, desk, mission, claim, now) for claim in mission.claims]


def _expected(session: Session, desk: Desk, mission: Mission, claim: str, now: datetime) -> Expected:
    try:
        line = claims.line(session, desk=desk, claim=claim, now=now)
    except Problem as problem:
        if problem.code != "403.12":
            raise
        return Expected(claim, None, ())
    offers = set(line.claim.offers(line.today))
    people = tuple(
        Person(
            whose,
            line.claim.may_test(whose, line.today),
            line.claim.usable(whose),
            mission.has_come(claim, whose),
            ("sample_collected", whose) in offers,
        )
        for whose in EXPECTED
    )
    return Expected(claim, line, people)


def _put(session: Session, desk: Desk, mission: Mission, seen: int, how: str, now: datetime) -> Mission:
    """Raises Problem 409.14."""
    if mission.version != seen:
        raise Problem("409.14")
    try:
        version = records.put(
            session,
            desk=desk,
            kind=KIND,
            id=mission.id,
            content=to_json(mission),
            seen=seen,
            now=now,
        )
    except Problem as problem:
        raise Problem("409.14") if problem.code == "409.2" else problem from problem
    details = {"version": version, "how": how}
    audit.write(session, desk=desk, act="changed_a_mission", about=mission.id, details=details, now=now)
    return replace(mission, version=version)
