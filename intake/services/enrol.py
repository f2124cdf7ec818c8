"""Let a phone in that brings a one-time code, and give it the office's signed bundle and a token."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.domain.problems import Problem
from intake.envelope import invitations as codes
from intake.envelope import sealing, signing, tickets, tokens
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.signing import SigningKey
from intake.services import times
from intake.store import Session, counting
from intake.store.inbound import bundles, devices, invitations, limits
from intake.store.inbound import tokens as stored_tokens
from intake.store.inbound.devices import Device, Enrolment
from intake.store.inbound.invitations import Invitation

LABEL_LENGTH = 80
# What the officer typed, often a name, is not for this side to keep: the office has a label of its own, sealed with the
# invitation, and the phone's stands inside every sealed report.
NOT_KEPT = ""
CODE_LENGTH = 64
PROOF_LENGTH = 43
SIGN_LENGTH = 86
OFFICE_LENGTH = 64
TICKET_LENGTH = 86
TOKENS_A_DEVICE = 5

# Tries from one address: a class of officers may stand behind one, and each success is given back.
TRIES_AN_ADDRESS = 60
# Tries with one code, right or wrong: a phone whose answers are lost asks again and again, within reason.
TRIES_A_CODE = 40
WINDOW = 3600


@dataclass(frozen=True)
class Request:
    """What the phone said. Keys are raw bytes; `proof` is base64url or None after a typed code.

    `office` and `ticket` are what it was given when it was let in before; both are empty the first time.
    """

    code: str
    label: str
    sign_key: bytes
    message_key: bytes
    proof: str | None
    office: str = ""
    ticket: str = ""

    @property
    def device(self) -> str:
        return signing.key_id(self.sign_key)

    @property
    def covered(self) -> dict[str, str]:
        """What a ticket speaks of, besides the office."""
        return {"code": self.code, "sign_key": b64u(self.sign_key), "message_key": b64u(self.message_key)}


@dataclass(frozen=True)
class Enrolled:
    """What the phone is told. `bundle` are the bytes the office published; `again` is true for a repeated request.

    With `ticket` a server that has forgotten this enrolment lets the phone in again.
    """

    device: str
    token: str
    bundle: bytes
    ticket: str
    again: bool


def read(body: Mapping[str, Any]) -> Request:
    """The request in a decoded JSON body; members unknown here are passed over.

    It must be signed with the key it names: otherwise whoever has an invitation of their own and has seen an envelope,
    from which the public key can be computed, could renew another's phone, take its token and have its messages.
    Raises Problem 400.1, 422.15, 403.2.
    """
    code, label = _text(body, "code", CODE_LENGTH), _text(body, "label", LABEL_LENGTH)
    proof = _text(body, "proof", PROOF_LENGTH) if body.get("proof") is not None else None
    sign_key, message_key = unb64u(_text(body, "sign_key", 87)), unb64u(_text(body, "message_key", 1622))
    signing.check_public(sign_key)
    sealing.check_public(message_key)
    signed = codes.possession(code, b64u(sign_key), b64u(message_key))
    signing.verify(sign_key, unb64u(_text(body, "sign", SIGN_LENGTH)), signed)
    ticket = _text(body, "ticket", TICKET_LENGTH) if body.get("ticket") is not None else ""
    office = _text(body, "office", OFFICE_LENGTH) if ticket else ""
    return Request(code, label, sign_key, message_key, proof, office, ticket)


def count_try(session: Session, *, request: Request, address: str, secret: bytes, now: datetime) -> None:
    """Count a try against its address and its code. Commit this before `enrol`. Raises Problem 429.1."""
    for bucket, limit in _buckets(request, address, secret):
        counting.take(session, limits.limits, bucket=bucket, limit=limit, seconds=WINDOW, now=now)


def enrol(
    session: Session, *, request: Request, address: str, secret: bytes, key: SigningKey, now: datetime
) -> Enrolled:
    """Use the code for this phone. `key` is the server's own, which signs tickets.

    The same code with the same key is answered again while the code is valid, so a lost answer burns nothing; a new
    code renews a known phone. A phone with a ticket of this server is let in whatever became of its code, so an older
    backup keeps nobody out. Whether the proof is right only the office can tell: it is kept for it.
    Raises Problem 403.3 (code), 403.4 (withdrawn phone), 403.6 (id taken by another key), 503.1 (no bundle yet).
    """
    code_hash = codes.code_hash(request.code)
    invitation = _usable(session, request, now)
    ticketed = tickets.holds(request.ticket, key.public, office=request.office, **request.covered)
    if invitation is None and not ticketed:
        raise Problem("403.3")
    device = _device(session, request, invitation.office if invitation else request.office, now)
    if not invitations.use(session, code_hash, device=device.id) and not ticketed:
        raise Problem("403.3")
    _note(session, request, code_hash, now)
    token = tokens.token()
    stored_tokens.trim(session, device.id, keep=TOKENS_A_DEVICE - 1)
    stored_tokens.add(session, token_hash=tokens.token_hash(token), device=device.id, made=times.text(now))
    bundle = bundles.newest(session, device.office)
    if bundle is None:
        raise Problem("503.1")
    for bucket, _ in _buckets(request, address, secret)[:1]:
        counting.give_back(session, limits.limits, bucket=bucket)
    ticket = tickets.make(key, office=device.office, **request.covered)
    again = ticketed or (invitation is not None and invitation.used == device.id)
    return Enrolled(device=device.id, token=token, bundle=bundle, ticket=ticket, again=again)


def _usable(session: Session, request: Request, now: datetime) -> Invitation | None:
    invitation = invitations.find(session, codes.code_hash(request.code))
    if invitation is None or invitation.expires <= times.text(now) or invitation.used not in {None, request.device}:
        return None
    return invitation


def _device(session: Session, request: Request, office: str, now: datetime) -> Device:
    """The phone as it is stored, added when it is new."""
    new = Device(id=request.device, office=office, key=request.sign_key, state="enrolled")
    devices.add(session, new, message_key=request.message_key, label=NOT_KEPT, enrolled=times.text(now))
    found = devices.find(session, new.id) or new
    if found.withdrawn:
        raise Problem("403.4")
    if (found.key, found.office) != (new.key, new.office):
        raise Problem("403.6")
    return found


def _note(session: Session, request: Request, code_hash: str, now: datetime) -> None:
    devices.add_enrolment(
        session,
        Enrolment(
            code_hash=code_hash,
            device=request.device,
            message_key=request.message_key,
            label=NOT_KEPT,
            proof=request.proof,
            made=times.text(now),
        ),
    )


def _buckets(request: Request, address: str, secret: bytes) -> list[tuple[str, int]]:
    """What is counted, under names that say nothing to who does not hold the server's secret."""
    return [
        (_keyed(secret, f"enrol address {address}"), TRIES_AN_ADDRESS),
        (_keyed(secret, f"enrol code {codes.code_hash(request.code)}"), TRIES_A_CODE),
    ]


def _keyed(secret: bytes, text: str) -> str:
    return hmac.digest(secret, f"intake-limit/1\n{text}\n".encode(), "sha256").hex()


def _text(body: Mapping[str, Any], name: str, longest: int) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise Problem("400.1")
    return value
