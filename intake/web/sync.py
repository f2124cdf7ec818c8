"""The protocol phones speak (design 4): no cookie, no page, a problem with a number for every refusal."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request

from intake.domain.problems import Problem
from intake.envelope.encoding import b64u, loads
from intake.envelope.format import LIMITS
from intake.envelope.signing import SigningKey
from intake.services import asking, contact, receive
from intake.services import enrol as enrolling
from intake.store import Store, Together
from intake.store.inbound.devices import Device
from intake.web.problems import problem_json

bp = Blueprint("sync", __name__)

# A client hears a refusal only when its body was read; beyond this much reading on would serve an attacker.
THROWN_AWAY = 16 * 1024 * 1024
CHUNK = 64 * 1024
JSON_BODY = 64 * 1024
TOKEN_LENGTH = 128
# The version of the app that a phone has: the id in `shell.js`.
SHELL = "Intake-Shell"


@dataclass(frozen=True)
class Counter:
    """What the views need: the store, the key receipts are signed with, the secret under which tries are counted.

    Reports come in crowds, when a network returns; `receiving` lets those that wait together share a transaction.
    """

    store: Store
    receiving: Together[receive.Sent, receive.Kept]
    key: SigningKey
    secret: bytes


def install(app: Flask, store: Store, key: SigningKey) -> None:
    """Serve phones from this app."""
    # Two servers on one database must count under the same names, so the secret follows from what they share.
    secret = sha256(b"intake-limits/1\n" + key.to_bytes()).digest()
    receiving = store.inbound_together(receive.receive_all)
    app.extensions["sync"] = Counter(store=store, receiving=receiving, key=key, secret=secret)
    app.register_blueprint(bp)


@bp.put("/sync/v1/reports/<report>")
def put_report(report: str) -> Response:
    """Take one envelope. Its receipt is signed after the commit and never before."""
    here = _counter()
    sent = receive.read(_body(LIMITS.envelope), report=report, now=_now())
    kept = here.receiving.do(sent)
    receipt = receive.receipt(here.key, kept.held)
    if kept.held.state == "conflict":
        return problem_json(Problem("409.1"), receipt=receipt)
    return _json(receipt, _receipt_status(kept))


@bp.post("/sync/v1/enrol")
def enrol() -> Response:
    """Let a phone in. The try is counted in a transaction of its own, so that a refusal cannot undo it."""
    here, now = _counter(), _now()
    asked = enrolling.read(_object(_body(JSON_BODY)))
    who: dict[str, Any] = {"request": asked, "address": request.remote_addr or "", "secret": here.secret, "now": now}
    with here.store.inbound() as session:
        enrolling.count_try(session, **who)
    with here.store.inbound() as session:
        done = enrolling.enrol(session, key=here.key, **who)
    body = {"device": done.device, "token": done.token, "bundle": loads(done.bundle), "ticket": done.ticket}
    return _json(body, 200 if done.again else 201)


@bp.get("/sync/v1/bundle")
def get_bundle() -> Response:
    """The office's keys and settings, byte for byte as they were published."""
    device = _caller()
    with _counter().store.inbound(reading=True) as session:
        content, tag = contact.bundle(session, device=device)
    answer = Response(content, content_type="application/json")
    answer.set_etag(tag)
    answer.make_conditional(request)
    return answer


@bp.post("/sync/v1/have")
def have() -> Response:
    """Which of the named reports are stored, with a fresh receipt for each of this phone's."""
    here, asked = _counter(), _object(_body(JSON_BODY))
    device = _caller()
    with here.store.inbound(reading=True) as session:
        found = contact.have(session, device=device, asked=asked.get("reports"))
    receipts = [receive.receipt(here.key, held) for held in found.held]
    return _json({"held": receipts, "missing": found.missing, "other": found.other})


@bp.get("/sync/v1/messages")
def get_messages() -> Response:
    """Messages after the number in `after`, oldest first."""
    device = _caller()
    with _counter().store.inbound(reading=True) as session:
        return _json(contact.messages_after(session, device=device, number=request.args.get("after", "0")))


@bp.post("/sync/v1/messages/seen")
def post_seen() -> Response:
    """The phone has shown these messages."""
    asked = _object(_body(JSON_BODY))
    device = _caller()
    with _counter().store.inbound() as session:
        contact.seen(session, device=device, numbers=asked.get("ids"), now=_now())
    return Response(status=204)


@bp.post("/sync/v1/answers")
def ask() -> Response:
    """What the office has laid for a number that somebody keeps. Only looking counts, and before anything is found."""
    here, asked, now = _counter(), _object(_body(JSON_BODY)), _now()
    device = _caller()
    deposit = asked.get("deposit")
    with here.store.inbound(reading=True) as session:
        current = asking.name(session, device=device)
    if deposit != current:
        return _json({"deposit": current})
    with here.store.inbound() as session:
        asking.count_try(session, device=device, secret=here.secret, now=now)
    with here.store.inbound(reading=True) as session:
        found = asking.find(session, device=device, deposit=deposit, locator=asked.get("locator"))
    return _json({"deposit": found.deposit, **({"sealed": b64u(found.sealed)} if found.sealed else {})})


def _counter() -> Counter:
    counter: Counter = current_app.extensions["sync"]
    return counter


def _caller() -> Device:
    """The phone that asks. Its contact is noted once a day, in a transaction of its own: it may be refused next.

    Raises Problem 401.1.
    """
    store, shell, now = _counter().store, request.headers.get(SHELL), _now()
    with store.inbound(reading=True) as session:
        device = contact.device_of(session, _token())
    if contact.is_news(device, shell=shell, now=now):
        # A database that cannot write now is no reason to keep from a phone what can be read.
        with suppress(Problem), store.inbound() as session:
            contact.note(session, device=device, shell=shell, now=now)
    return device


def _now() -> datetime:
    return datetime.now(UTC)


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= TOKEN_LENGTH or not token.isascii():
        raise Problem("401.1")
    return token


def _body(longest: int) -> bytes:
    """The whole body. What is longer is read to its end, up to 16 MiB, and thrown away. Raises Problem 408.1, 413.1."""
    if (request.content_length or 0) > THROWN_AWAY:
        raise Problem("413.1")
    request.max_content_length = THROWN_AWAY
    kept, length = bytearray(), 0
    while chunk := _chunk():
        length += len(chunk)
        if length > THROWN_AWAY:
            raise Problem("413.1")
        if length <= longest:
            kept += chunk
    if length > longest:
        raise Problem("413.1")
    return bytes(kept)


def _chunk() -> bytes:
    try:
        return request.stream.read(CHUNK)
    except Exception:
        # Gone, too slow, or chunked wrongly: each server has its own name for it, and most likely nobody reads this.
        raise Problem("408.1") from None


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = loads(raw)
    except Problem:
        raise Problem("400.1") from None
    if not isinstance(value, dict):
        raise Problem("400.1")
    return value


def _receipt_status(kept: receive.Kept) -> int:
    if kept.held.state == "aside":
        return 202
    return 201 if kept.outcome == "new" else 200


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value, separators=(",", ":")), status, content_type="application/json")
