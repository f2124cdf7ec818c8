"""Releases of figures: prepared by one person, approved by another with the office's signing key, and then fixed.

The exact counts behind a release stay in the office, in a sealed record: the next release is protected against what
follows from both, and whoever approves counts again and must come to the same. What is published goes to a face of its
own, to which nothing else ever goes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from intake.domain.figures.attack import Finding
from intake.domain.figures.counting import Counts, Key, Record, count
from intake.domain.figures.protect import Frame, Loss, Past, Protected, Repair, loss, protect
from intake.domain.figures.release import LICENCES, POLICIES, Release, from_json, to_json
from intake.domain.figures.tables import TABLES, Table
from intake.domain.problems import Problem
from intake.envelope import releases as signatures
from intake.envelope.encoding import b64u, dumps, unb64u
from intake.services import audit, offer, records, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store import releases as published

KIND = "release"
NOTE_LENGTH = 10
OFFERED = 12  # quarters back
PREPARED, APPROVED, ASIDE, WITHDRAWN = "prepared", "approved", "aside", "withdrawn"


@dataclass(frozen=True)
class Kept:
    """A release as the office keeps it. `found` is what the attacker found before the repairs; `licence` an SPDX id."""

    number: int
    version: int
    state: str
    by: str
    release: Release
    counts: Counts
    found: tuple[Finding, ...]
    repairs: tuple[Mapping[str, Any], ...]
    licence: str
    approved_by: str = ""

    @property
    def loss(self) -> Loss:
        """What protection costs its readers."""
        return loss(self.release, self.counts)


def listing(session: Session, *, desk: Desk) -> list[Kept]:
    """Every release that was prepared here, the oldest first. Raises Problem 403.21."""
    found = [_kept(one) for one in records.of_kind(session, desk=desk, kind=KIND)]
    return sorted(found, key=lambda one: one.number)


def find(session: Session, *, desk: Desk, number: int) -> Kept:
    """One of them. Raises Problem 404.13."""
    found = records.get(session, desk=desk, kind=KIND, id=str(number))
    if found is None:
        raise Problem("404.13")
    return _kept(found)


@dataclass(frozen=True)
class Reckoned:
    """The exact counts of a day with all that was published before: what protection needs, and no session."""

    counts: Counts
    past: tuple[Past, ...]
    frame: Frame
    licence: str

    def protected(self) -> Protected:
        """Takes seconds, the longer the more was published before. Raises Problem 422.340."""
        return protect(self.counts, self.past, self.frame)


def quarters(session: Session, *, desk: Desk, now: datetime) -> list[str]:
    """The last days of the quarters that are over and later than the last release, the latest first."""
    last = max((one.release.until for one in _out(listing(session, desk=desk))), default="")
    today, found = date.fromisoformat(times.day(now)), []
    for back in range(OFFERED):
        month = today.year * 12 + (today.month - 1) // 3 * 3 - 3 * back
        found.append((date(month // 12, month % 12 + 1, 1) - timedelta(days=1)).isoformat())
    return [day for day in found if day > last]


def reckon(
    session: Session,
    *,
    desk: Desk,
    records_of: Iterable[Record],
    until: str,
    policy: str,
    now: datetime,
    licence: str = LICENCES[0],
    tables: Sequence[Table] = TABLES,
) -> Reckoned:
    """Count what is to be published. `records_of` is what was true at the end of `until`.

    Raises Problem 422.346 (a day that is not over, or no later than the last), 422.347 (another one waits), 422.341,
    422.48 (no such policy or licence).
    """
    for field, chosen, offered in (("policy", policy, POLICIES), ("licence", licence, LICENCES)):
        if chosen not in offered:
            raise Problem("422.48", field=field)
    before = listing(session, desk=desk)
    if any(one.state == PREPARED for one in before):
        raise Problem("422.347")
    out = _out(before)
    if not _is_day(until) or until >= times.day(now) or any(until <= one.release.until for one in out):
        raise Problem("422.346", field="until")
    counts = count(records_of, tables, until=until)
    number = max((one.number for one in before), default=0) + 1
    past = tuple(Past(one.release, one.counts) for one in out)
    return Reckoned(counts, past, Frame(number, until, tuple(tables), policy), licence)


def keep(session: Session, *, desk: Desk, reckoned: Reckoned, done: Protected, now: datetime) -> int:
    """Keep it for a second person; gives its number. Raises Problem 409.2 when another was prepared meanwhile."""
    number, frame = reckoned.frame.number, reckoned.frame
    content = _content(done, reckoned, desk.staff.name)
    records.put(session, desk=desk, kind=KIND, id=str(number), content=content, seen=0, now=now)
    _note(session, desk, "prepared_a_release", number, {"until": frame.until, "policy": frame.policy}, now)
    return number


def prepare(session: Session, *, desk: Desk, now: datetime, **asked: Any) -> int:
    """Count, protect and keep in one transaction. Raises and takes what `reckon` does, and Problem 422.340."""
    reckoned = reckon(session, desk=desk, now=now, **asked)
    return keep(session, desk=desk, reckoned=reckoned, done=reckoned.protected(), now=now)


def _is_day(until: str) -> bool:
    try:
        return date.fromisoformat(until).isoformat() == until
    except ValueError:
        return False


def approve(
    session: Session,
    face: Session,
    *,
    desk: Desk,
    number: int,
    seen: int,
    records_of: Iterable[Record],
    policy: str,
    now: datetime,
) -> None:
    """Sign and publish what somebody else prepared, once the same policy is chosen and the same is counted again.

    Raises Problem 422.344 (one's own), 422.348 (decided), 422.380 (another policy), 409.16 (the count is another now),
    409.2, 403.20, and what `_check_public` does.
    """
    key = desk.need("sign").chain.current("bundle_sign").signing
    kept = _waiting(session, desk, number)
    _check_public(session, face, desk)
    if kept.by == desk.staff.name:
        raise Problem("422.344")
    if policy != kept.release.policy:
        raise Problem("422.380", field="policy")
    if count(records_of, kept.release.tables, until=kept.release.until) != kept.counts:
        raise Problem("409.16")
    draft = _draft(session, desk, kept, now, sign_key=b64u(key.public))
    signed = {
        "file": b64u(draft.content),
        "sign": b64u(signatures.sign(draft.content, key)),
        "published": draft.published,
    }
    _change(session, desk, number, seen, now, state=APPROVED, approved_by=desk.staff.name, **signed)
    _note(session, desk, "approved_a_release", number, {}, now)
    catch_up(session, face, desk=desk)


def catch_up(session: Session, face: Session, *, desk: Desk) -> None:
    """Bring what the office decided before the public: a machine can stop when the one is written and not the other.

    The office's own record comes first, so that the next release is protected against whatever may be public.
    """
    for number, what, said in _lacking(session, face, desk):
        if what == APPROVED:
            until, file, sign = said["release"]["until"], unb64u(said["file"]), unb64u(said["sign"])
            published.add(face, published.Published(number, desk.office, until, said["published"], file, sign))
        else:
            published.withdraw(face, number, day=said["withdrawn"], note=said["note"])


def is_behind(session: Session, face: Session, *, desk: Desk) -> bool:
    """Whether the public lacks something that `catch_up` would bring."""
    return any(_lacking(session, face, desk))


def _lacking(session: Session, face: Session, desk: Desk) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Number, APPROVED or WITHDRAWN, and the record, of each decision that the public has not heard of."""
    there = published.known(face)
    for record in records.of_kind(session, desk=desk, kind=KIND):
        number, said = int(record.id), record.content
        out = said["state"] in (APPROVED, WITHDRAWN)
        if out and number not in there and "file" in said:
            yield number, APPROVED, said
        if said["state"] == WITHDRAWN and "note" in said and not there.get(number):
            yield number, WITHDRAWN, said


def _check_public(session: Session, face: Session, desk: Desk) -> None:
    """What is public must all be of this office and known to it: else nobody can say what follows from both.

    Raises Problem 409.27 (another office publishes here), 409.28 (the public has more than this office knows of).
    """
    known = {one.number for one in _out(listing(session, desk=desk))}
    for one in published.every(face):
        if one.office != desk.office:
            raise Problem("409.27")
        if one.number not in known:
            raise Problem("409.28")


def preview(session: Session, *, desk: Desk, number: int, now: datetime) -> published.Published:
    """What would be published today, not signed. Raises Problem 404.13, 422.348 (decided)."""
    return _draft(session, desk, _waiting(session, desk, number), now)


def _draft(session: Session, desk: Desk, kept: Kept, now: datetime, **signing: str) -> published.Published:
    office, day = offer.office_of(session, office=desk.office), times.day(now)
    content = {
        **to_json(kept.release),
        "office": {"id": office.id, "name": office.name, **signing},
        "published": day,
        "licence": kept.licence,
        "agreed_only": True,
        "synthetic": office.demo,
    }
    return published.Published(kept.number, office.id, kept.release.until, day, dumps(content), b"")


def put_aside(session: Session, *, desk: Desk, number: int, seen: int, now: datetime) -> None:
    """Not to be published: whoever prepared it, or whoever does not agree. Raises Problem 422.348, 409.2."""
    _waiting(session, desk, number)
    _change(session, desk, number, seen, now, state=ASIDE)
    _note(session, desk, "put_a_release_aside", number, {}, now)


def withdraw(session: Session, face: Session, *, desk: Desk, number: int, seen: int, note: str, now: datetime) -> None:
    """Say in public that it does not hold. It stays in the archive, and the attacker goes on knowing it.

    Raises Problem 422.345 (no note), 422.348 (not published, or withdrawn already), 403.20, 409.2.
    """
    desk.need("sign")
    if len(note.strip()) < NOTE_LENGTH:
        raise Problem("422.345", field="note")
    if find(session, desk=desk, number=number).state != APPROVED:
        raise Problem("422.348")
    _change(session, desk, number, seen, now, state=WITHDRAWN, withdrawn=times.day(now), note=note.strip())
    _note(session, desk, "withdrew_a_release", number, {"note": note.strip()}, now)
    catch_up(session, face, desk=desk)


def _out(every: Sequence[Kept]) -> list[Kept]:
    """What the public has, or had."""
    return [one for one in every if one.state in (APPROVED, WITHDRAWN)]


def _waiting(session: Session, desk: Desk, number: int) -> Kept:
    kept = find(session, desk=desk, number=number)
    if kept.state != PREPARED:
        raise Problem("422.348")
    return kept


def _change(session: Session, desk: Desk, number: int, seen: int, now: datetime, **members: str) -> None:
    found = records.get(session, desk=desk, kind=KIND, id=str(number))
    content = {**(found.content if found else {}), **members}
    records.put(session, desk=desk, kind=KIND, id=str(number), content=content, seen=seen, now=now)


def _note(session: Session, desk: Desk, act: str, number: int, details: dict[str, Any], now: datetime) -> None:
    audit.write(session, desk=desk, act=act, about=str(number), details=details, now=now)


# at rest


def _content(done: Protected, reckoned: Reckoned, by: str) -> dict[str, Any]:
    counts = reckoned.counts
    return {
        "state": PREPARED,
        "by": by,
        "licence": reckoned.licence,
        "release": to_json(done.release),
        "counts": [[measure, [list(pair) for pair in classes], value] for (measure, classes), value in counts.items()],
        "found": [_finding(one) for one in done.found],
        "repairs": [_repair(one) for one in done.repairs],
    }


def _repair(one: Repair) -> dict[str, Any]:
    classes = [list(pair) for pair in one.key[1]] if one.key else [[one.name, code] for code in one.classes]
    return {"kind": one.kind, "measure": one.measure, "classes": classes}


def _finding(one: Finding) -> dict[str, Any]:
    return {**vars(one), "key": [one.key[0], [list(pair) for pair in one.key[1]]]}


def _key(found: Any) -> Key:
    measure, classes = found
    return measure, tuple((name, code) for name, code in classes)


def _kept(found: records.Record) -> Kept:
    content = found.content
    counts = {_key((measure, classes)): int(value) for measure, classes, value in content["counts"]}
    findings = tuple(Finding(**{**one, "key": _key(one["key"])}) for one in content["found"])
    said = from_json(content["release"])
    state, by, approved = content["state"], content["by"], content.get("approved_by", "")
    # Before there was a choice every release had the first.
    repairs, licence = tuple(content["repairs"]), content.get("licence", LICENCES[0])
    return Kept(said.number, found.version, state, by, said, counts, findings, repairs, licence, approved)
