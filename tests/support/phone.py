"""An office's public side and its phones as the protocol sees them, without a browser: real keys, real envelopes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

from intake.envelope import bundles as signed_bundles
from intake.envelope import invitations as codes
from intake.envelope import receipts
from intake.envelope.encoding import b64u, dumps
from intake.envelope.format import MEDIA_TYPE, parse
from intake.envelope.sealing import SealingKey, seal_envelope
from intake.envelope.signing import SigningKey, key_id
from intake.store import Store
from intake.store.inbound import bundles, devices, invitations

UTC_FORM = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Answer:
    """What a server said. `json` is None when the body is none."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if "json" in self.headers.get("content-type", "") else None


class Road(Protocol):
    """How a phone's request reaches a server: through a test client, or over a real connection."""

    def __call__(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer: ...


@dataclass(frozen=True)
class TestOffice:
    """Keys of one office and what it has published."""

    __test__ = False

    receipt_key: SigningKey
    id: str = "office"
    sign: SigningKey = field(default_factory=SigningKey.generate)
    report: SealingKey = field(default_factory=SealingKey.generate)
    identity: SealingKey = field(default_factory=SealingKey.generate)

    def publish(self, store: Store, serial: int = 1) -> None:
        payload = {
            "office": {"id": self.id, "name": "Office", "sign_key": b64u(self.sign.public)},
            "keys": {"report": _sealing(self.report), "identity": _sealing(self.identity)},
            "receipt_key": b64u(self.receipt_key.public),
            "message_sign_key": b64u(SigningKey.generate().public),
            "serial": serial,
        }
        with store.inbound() as session:
            bundles.add(
                session,
                office=self.id,
                serial=serial,
                report_key=key_id(self.report.public),
                identity_key=key_id(self.identity.public),
                content=dumps(signed_bundles.sign(payload, self.sign)),
            )

    def invite(self, store: Store, *, hours: int = 72) -> str:
        """A code, valid from now on for so many hours."""
        code, now = codes.code(), datetime.now(UTC)
        with store.inbound() as session:
            invitations.add(
                session,
                code_hash=codes.code_hash(code),
                office=self.id,
                label="Officer",
                made=now.strftime(UTC_FORM),
                expires=(now + timedelta(hours=hours)).strftime(UTC_FORM),
            )
        return code

    def withdraw(self, store: Store, phone: "Phone") -> None:
        with store.inbound() as session:
            devices.set_state(session, phone.id, "withdrawn")


def _sealing(key: SealingKey) -> dict[str, str]:
    return {"id": key_id(key.public), "kem": signed_bundles.KEM, "key": b64u(key.public)}


@dataclass
class Phone:
    """One phone of an office. It keeps the receipts it was given, and checks each as the real one does."""

    office: TestOffice
    road: Road
    key: SigningKey = field(default_factory=SigningKey.generate)
    messages: SealingKey = field(default_factory=SealingKey.generate)
    token: str = ""
    receipts: list[dict[str, str]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return key_id(self.key.public)

    def enrol_body(self, code: str, **changed: object) -> dict[str, object]:
        keys = {"sign_key": b64u(self.key.public), "message_key": b64u(self.messages.public)}
        body = {"code": code, "label": "Phone", **keys, **changed}
        named = [str(body[name]) for name in ("code", "sign_key", "message_key")]
        return {"sign": b64u(self.key.sign(codes.possession(*named))), **body}

    def enrol(self, code: str, **changed: object) -> Answer:
        answer = self.post("/sync/v1/enrol", self.enrol_body(code, **changed))
        if answer.status in {200, 201}:
            self.token = answer.json["token"]
        return answer

    def seal(self, report: str | None = None, *, urgent: bool = False, text: str = "words") -> tuple[str, bytes]:
        """A new envelope: its report id and its bytes."""
        report = report or str(uuid4())
        sealed = seal_envelope(
            report=report,
            made="2026-11-22",
            urgent=urgent,
            report_json={"form": "visit", "version": 1, "answers": {"note": text}},
            identity_json={"answers": {}},
            report_key=self.office.report.public,
            identity_key=self.office.identity.public,
            sign_key=self.key,
        )
        return report, sealed

    def put(self, report: str, sealed: bytes) -> Answer:
        """Send an envelope; a receipt in the answer is checked against its bytes and kept."""
        answer = self.road("PUT", f"/sync/v1/reports/{report}", sealed, {"Content-Type": MEDIA_TYPE})
        receipt = answer.json.get("receipt", answer.json) if answer.json else {}
        if "sign" in receipt:
            receipts.check(receipt, self.office.receipt_key.public)
            assert (receipt["report"], receipt["digest"]) == (report, parse(sealed).digest)
            self.receipts.append(receipt)
        return answer

    def post(self, path: str, body: object, **headers: str) -> Answer:
        return self.road("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})

    def get(self, path: str, **headers: str) -> Answer:
        return self.road("GET", path, b"", self.bearer | headers)

    def have(self, reports: list[str]) -> Answer:
        return self.post("/sync/v1/have", {"reports": reports}, **self.bearer)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def enrolled(office: TestOffice, store: Store, road: Road) -> Phone:
    """A phone that has used an invitation."""
    phone = Phone(office=office, road=road)
    assert phone.enrol(office.invite(store)).status == 201
    return phone


def client_road(app: Any) -> Callable[..., Answer]:
    """Straight into a Flask app."""

    def send(method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        answer = app.test_client().open(path, method=method, data=body, headers=headers)
        return Answer(answer.status_code, {name.lower(): value for name, value in answer.headers}, answer.data)

    return send
