"""A phone without a browser that speaks to a running server: it joins by a real invitation and seals to its keys."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from intake.envelope import bundles, receipts
from intake.envelope import invitations as codes
from intake.envelope.check_words import check_words
from intake.envelope.encoding import b64u, loads, unb64u
from intake.envelope.format import MEDIA_TYPE, parse
from intake.envelope.sealing import SealingKey, seal_envelope
from intake.envelope.signing import SigningKey, key_id
from tests.support.staffed import ANSWERS, IDENTITY

PATIENCE = 60


@dataclass
class Sender:
    """`url` is where the server listens; the rest is what a phone keeps."""

    url: str
    key: SigningKey = field(default_factory=SigningKey.generate)
    messages: SealingKey = field(default_factory=SealingKey.generate)
    payload: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    n: int = 0

    @property
    def id(self) -> str:
        return key_id(self.key.public)

    @property
    def words(self) -> str:
        """The six check words on its screen."""
        return " ".join(check_words(self.key.public + self.messages.public))

    def join(self, link: str, label: str = "Salt Hill 1") -> "Sender":
        """Enrol by a link, as the phone does: the office's key must be the one that the link names."""
        code, fingerprint, secret = link.partition("#enrol=")[2].split(".")
        keys = (b64u(self.key.public), b64u(self.messages.public))
        told = self._enrol(code, label, proof=codes.proof(unb64u(secret), code, *keys))
        assert bundles.fingerprint(self._pin) == fingerprint
        return told

    def join_typed(self, code: str, label: str = "Salt Hill 2") -> "Sender":
        """Enrol by a code that was typed, which proves nothing about the keys."""
        return self._enrol(code, label)

    def renew(self) -> None:
        """Take the newest bundle."""
        self._read(self._ask("GET", "/sync/v1/bundle", b"", {"Authorization": f"Bearer {self.token}"}))

    def seal(self, **changed: Any) -> tuple[str, bytes]:
        """A report's id and its envelope. `answers`, `identity`, `urgent`, and members of the sealed report."""
        self.n += 1
        report = str(changed.pop("report", uuid4()))
        keys = {name: unb64u(key["key"]) for name, key in self.payload["keys"].items()}
        answers, identity = changed.pop("answers", ANSWERS), changed.pop("identity", IDENTITY)
        urgent = bool(changed.pop("urgent", False))
        content = {
            "form": "visit",
            "version": 1,
            "language": "fr",
            "officer": "K-7",
            "n": self.n,
            "state": "final",
            "identity": True,
            "about": None,
            "answers": answers,
        }
        sealed = seal_envelope(
            report=report,
            made=f"{datetime.now(UTC):%Y-%m-%d}",
            urgent=urgent,
            report_json={**content, **changed},
            identity_json={"answers": identity},
            report_key=keys["report"],
            identity_key=keys["identity"],
            sign_key=self.key,
        )
        return report, sealed

    def send(self, **changed: Any) -> str:
        """Seal and deliver; the report's id, when a receipt that fits has come."""
        report, sealed = self.seal(**changed)
        self.put(report, sealed)
        return report

    def put(self, report: str, sealed: bytes) -> dict[str, Any]:
        """The receipt."""
        receipt = self._ask("PUT", f"/sync/v1/reports/{report}", sealed, {"Content-Type": MEDIA_TYPE})
        receipts.check(receipt, unb64u(self.payload["receipt_key"]))
        assert (receipt["report"], receipt["digest"]) == (report, parse(sealed).digest)
        return receipt

    def have(self, *reports: str) -> Any:
        """What the server says of these reports."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        return self._ask("POST", "/sync/v1/have", json.dumps({"reports": reports}).encode(), headers)

    def _enrol(self, code: str, label: str, **proof: str) -> "Sender":
        keys = {"sign_key": b64u(self.key.public), "message_key": b64u(self.messages.public)}
        sign = b64u(self.key.sign(codes.possession(code, **keys)))
        body = json.dumps({"code": code, "label": label, **keys, "sign": sign, **proof}).encode()
        told = self._ask("POST", "/sync/v1/enrol", body, {"Content-Type": "application/json"})
        assert told["device"] == self.id
        self.token = told["token"]
        self._read(told["bundle"])
        return self

    def _read(self, bundle: dict[str, str]) -> None:
        pin = self._pin if self.payload else unb64u(_claimed(bundle)["office"]["sign_key"])
        self.payload = bundles.read(bundle, pin)

    @property
    def _pin(self) -> bytes:
        return unb64u(self.payload["office"]["sign_key"])

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        asked = urllib.request.Request(self.url + path, data=body or None, method=method, headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{method} {path}: {refused.code} {refused.read().decode()}") from None


def _claimed(bundle: dict[str, str]) -> Any:
    return loads(unb64u(bundle["payload"]))
