"""Phones: invited, recognised, confirmed, withdrawn.

The office keeps a sealed record of its own for every phone, made when it first hears of it, and verifies envelopes
against that record and never against what the public side says now. A phone is confirmed by a right proof (it knew
the secret of the link) or by a person who compared the six check words of its two keys.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from intake.domain.problems import Problem
from intake.envelope import bundles as envelope_bundles
from intake.envelope import invitations as codes
from intake.envelope.check_words import OFFICE_WORDS, check_words
from intake.envelope.encoding import b64u, dumps, loads, unb64u
from intake.envelope.records import open_record, seal_record
from intake.envelope.signing import key_id
from intake.services import audit, directory, keys, records, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.inbound import devices, invitations
from intake.store.inbound.devices import Enrolment, Told

VALID = timedelta(hours=72)
KIND = "device"
LABEL_LENGTH = 60
CARDS = 20

# How an invitation reaches its officer. A card has its code in a link as well, so it needs the length of a link's.
Way = Literal["link", "typed", "card"]
CODES: Mapping[Way, Callable[[], str]] = {"link": codes.code, "typed": codes.typed_code, "card": codes.card_code}


@dataclass(frozen=True)
class Invitation:
    """What to hand to one officer: a link, or a code to type with the office's seven check words beside it."""

    label: str
    code: str
    link: str
    words: tuple[str, ...]
    expires: datetime


@dataclass(frozen=True)
class Waiting:
    """An invitation that no phone has used yet. `begins`: the first group of its code, by which a card is found again.

    `expires` is an instant as text, `id` the hash of the code.
    """

    id: str
    label: str
    begins: str
    expires: str


@dataclass(frozen=True)
class Withdrawal:
    """Who withdrew a phone, when (an instant as text) and why; the reason may be empty."""

    by: str
    at: str
    reason: str


@dataclass(frozen=True)
class Device:
    """A phone as the office has it on record. `key` is its signing key; `words`, of both keys, stand on its screen.

    `trouble` is True when the public side now shows other keys under this id. `desk`: it is no phone but the office's
    own desk, where reports are entered by hand.
    """

    id: str
    key: bytes
    message_key: bytes
    label: str
    state: str
    confirmed: bool
    enrolled: str
    trouble: bool
    version: int
    withdrawal: Withdrawal | None = None
    desk: bool = False

    @property
    def both(self) -> bytes:
        """Both public keys, one after the other: what the check words cover."""
        return self.key + self.message_key

    @property
    def words(self) -> tuple[str, ...]:
        return keys.words_of(self.both)


def invite(
    session: Session, inbound: Session, *, desk: Desk, label: str, origin: str, now: datetime, way: Way = "link"
) -> Invitation:
    """One invitation for one officer on one phone, valid 72 hours. Raises Problem 403.21."""
    key = desk.need("work").chain.current("records")
    code, secret = CODES[way](), codes.secret()
    found, sign_key = codes.code_hash(code), sign_key_of(session, desk=desk)
    sealed = seal_record(
        key.secret, dumps({"code": code, "secret": b64u(secret), "label": label}), **_beside(desk, found)
    )
    expires = now + VALID
    invitations.add(
        inbound,
        code_hash=found,
        office=desk.office,
        label="",  # who the phone is for is the office's to know: it is sealed beside the code
        made=times.text(now),
        expires=times.text(expires),
        sealed=sealed,
    )
    audit.write(session, desk=desk, act="invited_a_phone", about=found[:16], details={"label": label}, now=now)
    link = codes.link(origin, code, envelope_bundles.fingerprint(sign_key), secret)
    return Invitation(label, code, link, check_words(sign_key, OFFICE_WORDS), expires)


def invite_all(
    session: Session, inbound: Session, *, desk: Desk, labels: Sequence[str], origin: str, now: datetime
) -> list[Invitation]:
    """A card for each of these officers. Raises Problem 422.160 (none, or more than 20), 422.161, 403.21."""
    if not 1 <= len(labels) <= CARDS:
        raise Problem("422.160")
    if any(len(label) > LABEL_LENGTH for label in labels):
        raise Problem("422.161")
    return [invite(session, inbound, desk=desk, label=label, origin=origin, now=now, way="card") for label in labels]


def invited(inbound: Session, *, desk: Desk, now: datetime) -> list[Waiting]:
    """The invitations that a phone can still use, the next to expire first. Raises Problem 403.21."""
    found = []
    for one in invitations.waiting(inbound, desk.office, now=times.text(now)):
        made = _made(inbound, desk, one.code_hash) or {"label": "", "code": ""}
        found.append(Waiting(one.code_hash, made["label"], made["code"][:4], one.expires))
    return sorted(found, key=lambda one: (one.expires, one.label))


def take_back(session: Session, inbound: Session, *, desk: Desk, invitation: str, now: datetime) -> None:
    """Nobody can use this invitation any more: the public side forgets it. Raises Problem 422.162, 403.21."""
    made = _made(inbound, desk, invitation) or {"label": ""}
    if not invitations.remove(inbound, desk.office, invitation):
        raise Problem("422.162")
    details = {"label": made["label"]}
    audit.write(session, desk=desk, act="took_back_an_invitation", about=invitation[:16], details=details, now=now)


def sign_key_of(session: Session, *, desk: Desk) -> bytes:
    """The office's public signing key, from the office's own sealed record. Raises Problem 403.21, 422.93."""
    found = records.get(session, desk=desk, kind="office", id="sign")
    if found is None:
        raise Problem("422.93")
    return unb64u(found.content["key"])


def learn(session: Session, inbound: Session, *, desk: Desk, now: datetime) -> list[Device]:
    """Look at what the public side says of phones: record new ones, check proofs, mark swapped keys as trouble.

    Those that are confirmed get the key to the directory of services, if they lack it. Gives every phone on record.
    Raises Problem 403.21.
    """
    known = {device.id: device for device in every(session, desk=desk)}
    found = [
        _learn_one(session, inbound, desk, told, known.get(told.id), now)
        for told in devices.of_office(inbound, desk.office)
    ]
    directory.hand_out(session, inbound, desk=desk, phones=found, now=now)
    return found


def known(session: Session, *, desk: Desk, device: str) -> Device | None:
    """The phone on record, or None if the office never heard of it. This is what envelopes are verified against."""
    found = records.get(session, desk=desk, kind=KIND, id=device)
    return _known(found) if found else None


def every(session: Session, *, desk: Desk) -> list[Device]:
    """Every phone on record, by the time it was enrolled. Raises Problem 403.21."""
    found = [_known(record) for record in records.of_kind(session, desk=desk, kind=KIND)]
    return sorted(found, key=lambda device: (device.enrolled, device.id))


def add_desk(session: Session, *, desk: Desk, key: bytes, message_key: bytes, now: datetime) -> Device:
    """Put the office's own desk on record, by the keys it has just made. Raises Problem 403.21."""
    fresh = Device(key_id(key), key, message_key, "desk", "enrolled", True, times.text(now), False, 0, desk=True)
    _store(session, desk, fresh, now)
    audit.write(session, desk=desk, act="made_the_desk_key", about=fresh.id, details={}, now=now)
    return fresh


def confirm(session: Session, inbound: Session, *, desk: Desk, device: str, words: str, now: datetime) -> None:
    """A person compared the six check words of the phone. Raises Problem 422.94, 422.82 (other words), 422.90."""
    found = _need(session, desk, device)
    if found.trouble:
        raise Problem("422.90")
    if not keys.same_words(found.both, words):
        raise Problem("422.82")
    _store(session, desk, replace(found, confirmed=True), now)
    devices.confirm(inbound, device)
    audit.write(session, desk=desk, act="confirmed_a_phone", about=device, details={"by": "words"}, now=now)
    directory.hand_out(session, inbound, desk=desk, phones=[_need(session, desk, device)], now=now)


def withdraw(session: Session, inbound: Session, *, desk: Desk, device: str, now: datetime, reason: str = "") -> None:
    """From now on what this phone sends is kept aside for a person to decide. Raises Problem 422.94.

    It gets no message, not even one that waits for it, no further key to the directory, and the next bundle a new one;
    what it holds it can go on reading. A phone that is withdrawn already stays as it is, with the reason it has.
    """
    found = _need(session, desk, device)
    if found.state == "withdrawn":
        return
    withdrawal = Withdrawal(desk.staff.name, times.text(now), reason.strip())
    _store(session, desk, replace(found, state="withdrawn", withdrawal=withdrawal), now)
    devices.set_state(inbound, device, "withdrawn")
    details = {"label": found.label, **({"reason": withdrawal.reason} if withdrawal.reason else {})}
    audit.write(session, desk=desk, act="withdrew_a_phone", about=device, details=details, now=now)


def _learn_one(
    session: Session, inbound: Session, desk: Desk, told: Told, found: Device | None, now: datetime
) -> Device:
    proven = _proven(inbound, desk, told)
    if found is None:
        fresh = _first(told, proven, _label(inbound, desk, told))
        _store(session, desk, fresh, now)
        details = {"label": fresh.label, "confirmed": fresh.confirmed, "trouble": fresh.trouble}
        audit.write(session, desk=desk, act="met_a_phone", about=told.id, details=details, now=now)
        _tell(inbound, fresh, told)
        return replace(fresh, version=1)
    seen = _seen_again(found, told, proven)
    if seen != found:
        _store(session, desk, seen, now)
        details = {"label": found.label, "confirmed": seen.confirmed, "trouble": seen.trouble}
        audit.write(session, desk=desk, act="saw_a_phone_changed", about=told.id, details=details, now=now)
        seen = replace(seen, version=seen.version + 1)
    _tell(inbound, seen, told)
    return seen


def _first(told: Told, proven: bytes | None, label: str) -> Device:
    """A phone on first sight: its keys are pinned here. An id that is not the key's own is trouble at once."""
    return Device(
        id=told.id,
        key=told.key,
        message_key=proven or told.message_key,
        label=label or told.label,
        state=told.state,
        confirmed=proven is not None,
        enrolled=told.enrolled,
        trouble=key_id(told.key) != told.id or (proven or told.message_key) != told.message_key,
        version=0,
    )


def _seen_again(found: Device, told: Told, proven: bytes | None) -> Device:
    """What the record becomes. Any other key is trouble for good: a phone's two keys are made together and stay.

    A right proof for another message key shows no more than that somebody had an invitation.
    """
    if told.key != found.key or {told.message_key, proven or found.message_key} != {found.message_key}:
        return replace(found, trouble=True)
    return replace(found, confirmed=True) if proven is not None else found


def _proven(inbound: Session, desk: Desk, told: Told) -> bytes | None:
    """The message key of the newest enrolment whose proof is right for the signing key as told, or None."""
    right = [
        enrolment
        for enrolment in devices.enrolments_of(inbound, told.id)
        if enrolment.proof is not None and _proof_holds(inbound, desk, told, enrolment)
    ]
    return right[-1].message_key if right else None


def _label(inbound: Session, desk: Desk, told: Told) -> str:
    """The label of the newest invitation of ours that this phone used, or empty."""
    for enrolment in reversed(devices.enrolments_of(inbound, told.id)):
        made = _made(inbound, desk, enrolment.code_hash)
        if made is not None:
            return str(made["label"])
    return ""


def _proof_holds(inbound: Session, desk: Desk, told: Told, enrolment: Enrolment) -> bool:
    made = _made(inbound, desk, enrolment.code_hash)
    if made is None or enrolment.proof is None:
        return False
    return codes.check_proof(
        enrolment.proof,
        secret=unb64u(made["secret"]),
        code=made["code"],
        sign_key=b64u(told.key),
        message_key=b64u(enrolment.message_key),
    )


def _made(inbound: Session, desk: Desk, code_hash: str) -> dict[str, Any] | None:
    """What the office sealed for itself beside a code, under whichever records key was current; None if it did not."""
    sealed = invitations.sealed(inbound, code_hash) or b""
    for key in (key for key in desk.need("work").chain.keys if key.use == "records"):
        try:
            content = loads(open_record(key.secret, sealed, **_beside(desk, code_hash)))
        except Problem:
            continue
        return content if isinstance(content, dict) else None
    return None


def _tell(inbound: Session, found: Device, told: Told) -> None:
    """The public side marks confirmed phones and keeps withdrawn ones so, whatever it was restored to."""
    if found.confirmed and not told.confirmed:
        devices.confirm(inbound, told.id)
    if found.state != told.state:
        devices.set_state(inbound, told.id, found.state)


def _need(session: Session, desk: Desk, device: str) -> Device:
    found = known(session, desk=desk, device=device)
    if found is None:
        raise Problem("422.94")
    return found


def _store(session: Session, desk: Desk, found: Device, now: datetime) -> None:
    content = {
        "key": b64u(found.key),
        "message_key": b64u(found.message_key),
        "label": found.label,
        "state": found.state,
        "confirmed": found.confirmed,
        "enrolled": found.enrolled,
        "trouble": found.trouble,
        "withdrawal": asdict(found.withdrawal) if found.withdrawal else None,
        "desk": found.desk,
    }
    records.put(session, desk=desk, kind=KIND, id=found.id, content=content, seen=found.version, now=now)


def _known(record: records.Record) -> Device:
    content = record.content
    withdrawal = content.get("withdrawal")
    return Device(
        id=record.id,
        key=unb64u(content["key"]),
        message_key=unb64u(content["message_key"]),
        label=content["label"],
        state=content["state"],
        confirmed=content["confirmed"],
        enrolled=content["enrolled"],
        trouble=content["trouble"],
        version=record.version,
        withdrawal=Withdrawal(**withdrawal) if withdrawal else None,
        desk=content.get("desk", False),
    )


def _beside(desk: Desk, code_hash: str) -> dict[str, Any]:
    return {"office": desk.office, "kind": "invitation", "id": code_hash, "version": 1, "key_id": ""}
