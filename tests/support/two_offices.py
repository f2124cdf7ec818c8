"""An office whose bundle names another one, and a form that says when a report is for that other office."""

import json
from typing import Any

from intake.envelope import opening
from intake.envelope.encoding import b64u
from intake.envelope.format import Envelope
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import key_id
from tests.support.scripted import Heard, Said, ScriptedOffice

FORM: dict[str, Any] = {
    "id": "visit",
    "version": 9,
    "groups": [
        {
            "id": "g",
            "title": "form.visit.agreement",
            "for": "her",
            "questions": [
                {"id": "may_write", "kind": "yes_no", "text": "form.visit.may_write"},
                {"id": "reader_involved", "kind": "yes_no", "text": "form.visit.hurt"},
                {"id": "words", "kind": "text", "text": "form.visit.help_words"},
                {"id": "called", "kind": "text", "text": "form.visit.called", "identity": True},
            ],
        }
    ],
    "elsewhere": {"is": ["reader_involved", "yes"]},
}
PLAIN = {"may_write": "yes", "words": {"text": "by the well", "language": "en"}}
INVOLVED = {**PLAIN, "reader_involved": "yes"}
OWN, OTHER = None, "south"


def _key(key: SealingKey) -> dict[str, str]:
    return {"id": key_id(key.public), "key": b64u(key.public), "kem": "0x647a"}


class TwoOffices(ScriptedOffice):
    """The phone's own office; `other` are the keys of the office it names, `named` says whether it does."""

    def __init__(self) -> None:
        self.named = True
        self.other = {"report": SealingKey.generate(), "identity": SealingKey.generate()}
        super().__init__()

    def signed(self, *arguments: Any, **changes: Any) -> dict[str, str]:
        keys = {name: _key(key) for name, key in self.other.items()}
        offices = [{"id": OTHER, "name": "South", "keys": keys}] if self.named else []
        said = {"forms": [{"id": "visit", "version": FORM["version"]}], "offices": offices}
        return super().signed(*arguments, **{**said, **changes})

    def files(self) -> dict[str, bytes]:
        return super().files() | {f"/field/form/visit.{FORM['version']}.json": json.dumps(FORM).encode()}

    def usual(self, heard: Heard) -> Said:
        answer = super().usual(heard)
        for device in self.devices.values():
            device["keys"].add(key_id(self.other["report"].public))
        return answer

    def reader(self, envelope: Envelope) -> str | None:
        """Whose keys both parts of an envelope name: OWN or OTHER."""
        own = [key_id(key.public) for key in (self.report_key, self.identity_key)]
        other = [key_id(self.other[name].public) for name in ("report", "identity")]
        readers = {OTHER if part.key_id in other else OWN for part in envelope.parts if part.key_id in own + other}
        assert len(readers) == 1
        return readers.pop()

    def report_in(self, envelope: Envelope) -> dict[str, Any]:
        """The opened report part, by whoever it is for."""
        key = self.report_key if self.reader(envelope) is OWN else self.other["report"]
        return opening.open_part(envelope, "report", key.seed)
