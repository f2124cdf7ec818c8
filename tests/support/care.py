"""A case around one report, and what people do in it to help: each act in a transaction of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from intake.domain.case import Case
from intake.domain.provider import Provider
from intake.domain.referral import Referral
from intake.services import cases, consents, help, notes, providers, register
from tests.support.staffed import StaffedOffice

AGREED = {"told": "self", "how": "spoken", "spoke": "K-7", "on": "2026-11-22"}
SENT = {"handed": ["need", "called"], "follow_up": "2026-11-29"}
NOBODY = {"share_safety": "no", "share_medical": "yes", "keep_from": ["nobody"]}
CLINIC = {"name": "Old Harbour clinic", "services": ("MED",), "hours": "8–16", "reach": "Blue gate", "contact": ""}


@dataclass
class Care:
    """One case around one report, with one person in it, and what somebody does in it, each in its transaction."""

    office: StaffedOffice
    case: Case

    def do(self, what: Callable[..., Any], by: str = "amina", chains: tuple[str, ...] = (), **asked: Any) -> Any:
        with self.office.store.office() as session:
            return what(session, desk=self.office.desk(session, by, *chains), now=self.office.clock.now, **asked)

    def look(self, what: Callable[..., Any], by: str = "amina", **asked: Any) -> Any:
        with self.office.store.office(reading=True) as session:
            return what(session, desk=self.office.desk(session, by), **asked)

    def act(self, kind: str, **details: Any) -> None:
        self.case = self.do(cases.act, case=self.case.id, kind=kind, version=self.case.version, **details)

    def offer(self, service: str = "MED", provider: str = "", **changed: Any) -> Referral:
        asked = {"person": "P1", "service": service, "provider": provider, "checked": False, **changed}
        return self.do(help.offer, case=self.case.id, **asked)

    def step(self, referral: Referral, kind: str, **details: Any) -> Referral:
        version = details.pop("version", referral.version)
        return self.do(help.step, case=self.case.id, id=referral.id, kind=kind, version=version, **details)

    def says(self, answer: str, recipient: str = "MED", person: str = "P1", by: str = "amina") -> int:
        version = self.help().wishes.agreements.version
        asked = {"person": person, "recipient": recipient, "answer": answer, **AGREED}
        return self.do(consents.record, by, case=self.case.id, version=version, **asked)

    def help(self) -> help.Help:
        return self.do(help.of_case, case=self.case.id)

    def find(self, referral: Referral) -> Referral:
        return self.look(help.find, case=self.case.id, id=referral.id).referral

    def clinic(self, **changed: Any) -> Provider:
        return self.do(providers.add, **{**CLINIC, **changed})


def care_for(office: StaffedOffice, **report: Any) -> Care:
    sent = office.phone().send(**report)
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)
        desk = office.desk(session, "amina")
        made = Care(office, cases.open_case(session, desk=desk, report=sent, now=office.clock.now))
    made.act("person_added", part="victim", group="woman")
    office.clock.move(minutes=1)
    return made


def crowded(office: StaffedOffice) -> tuple[Care, list[str]]:
    """A case in which everything that pages of help can show is there, and the addresses of those pages."""
    answers = {"need_health": "needed", "need_food": "declined", "need_safety": "unavailable", "children": [CHILD]}
    made = care_for(
        office, form="needs", answers={**answers, "share_medical": "yes", "keep_from": ["family", "police"]}
    )
    made.act("person_added", part="child", group="girl")
    clinic = made.clinic(
        name="مستوصف المرفأ", marks=("employer",), capacity="A doctor on Tuesdays", contact="The head nurse"
    )
    made.clinic(name="مركز الشرطة", services=("SAFETY",), marks=("police",), room="full")
    gone = _sent(made, clinic)
    made.says("no", f"provider:{clinic.id}")
    other = made.clinic(name="بيت الفوانيس", services=("SAFETY", "BASIC"))
    going = _sent(made, other, "SAFETY")
    made.step(made.offer("BASIC"), "declined_by_survivor")
    made.step(made.offer("LEGAL"), "service_unavailable", reason="none_here")
    made.act("kept_from", who="staff:bruno")
    version = made.help().wishes.agreements.version
    proposal = {"person": "P2", "recipient": "CP", "reason": "Her uncle answers for her"}
    made.do(consents.ask_best_interests, case=made.case.id, version=version, **proposal)
    note = {"language": "en", "corrects": ""}
    made.do(notes.write, case=made.case.id, text="She prefers mornings.", names=False, **note)
    named = made.do(
        notes.write, chains=("work", "identity"), case=made.case.id, text="Her sister Mariam", names=True, **note
    )
    about = f"/office/cases/{made.case.id}"
    steps = [f"{about}/help/{going.id}", f"{about}/help/{going.id}?step=followed_up", f"{about}/help/{gone.id}"]
    pages = [f"{about}/{rest}" for rest in ("help", "help/offer?service=MED", "consents", "notes", f"notes/{named.id}")]
    agreed = made.step(made.offer("MHPSS"), "consented", **AGREED)
    steps.append(f"{about}/help/{agreed.id}?step=sent")
    return made, [*pages, *steps, "/office/providers", "/office/providers/new", f"/office/providers/{clinic.id}"]


CHILD = {"row": "a", "child_needs": ["fees", "food"], "child_food": "received"}


def _sent(care: Care, provider: Provider, service: str = "MED") -> Referral:
    agreed = care.step(care.offer(service, provider.id, checked=True), "consented", **AGREED)
    sent = care.step(agreed, "sent", provider=provider.id, checked=True, **SENT)
    care.office.clock.move(minutes=1)
    return sent
