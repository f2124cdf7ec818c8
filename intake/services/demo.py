"""The demo: an invented office with invented people and places, and a second one for what its people must not read.

Its secrets lie in one file, so it protects nothing.

That file is the mark of a demo; no real office ever has one.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyotp

from intake import questionnaires, words
from intake.domain.duty import Address, Rota, Turn
from intake.domain.problems import Problem
from intake.envelope.passphrase import Cost
from intake.services import bundles, devices, directory, duty, elsewhere, setup, signin
from intake.services.desk import Desk
from intake.services.devices import Invitation
from intake.services.setup import Applicant
from intake.services.staff import ISSUER
from intake.store import Session
from intake.store.office import offices
from intake.store.office import staff as accounts

NAME = "Practice office, Port Tamarin (synthetic)"
PEOPLE = (
    Applicant("amina", ("reviewer", "rights_officer", "coordinator"), ("work", "identity", "sign")),
    Applicant("bruno", ("reviewer", "case_worker"), ("work", "sign")),
    Applicant("clara", ("administrator",)),
    Applicant("dina", ("auditor",), ("work",)),
)
OTHER_NAME = "Other practice office, Bay of Reeds (synthetic)"
OTHER_PEOPLE = (
    Applicant("elena", ("reviewer", "rights_officer", "coordinator"), ("work", "identity", "sign")),
    Applicant("farid", ("auditor",), ("work", "sign")),
)
# Invented: no map shows them.
PLACES: tuple[Mapping[str, Any], ...] = (
    {"id": "north", "name": "Tamarin North", "parent": None},
    {"id": "north-1", "name": "Old Harbour", "parent": "north"},
    {"id": "north-2", "name": "Salt Hill", "parent": "north"},
    {"id": "south", "name": "Tamarin South", "parent": None},
    {"id": "south-1", "name": "Three Wells", "parent": "south"},
    {"id": "south-2", "name": "Camp Lantana", "parent": "south"},
)
LANGUAGES = tuple(language.tag for language in words.offered())
# Everything there is, in the order in which a phone offers it.
FORMS = ("visit", "needs", "wish")


def _help(name: str, services: str, place: str, telephone: str, **more: Any) -> Mapping[str, Any]:
    """One invented place that helps. No number of theirs exists, and each says that it is synthetic."""
    usual = {"hours": "8–16", "serves": "Everybody", "landmark": "", "cost": "free", "languages": ["en", "ar"]}
    last = {"notes": "Synthetic: nobody answers here.", "checked": "2026-11-02"}
    numbers = [telephone] if telephone else []
    return {"name": f"{name} (synthetic)", "services": services.split(), "place": place, "telephone": numbers,
            **usual, **last, **more}  # fmt: skip


HELP = (
    _help("Harbour safe line — خط الأمان", "SAFETY INFO", "north", "+000 555 0101", hours="Day and night"),
    _help(
        "House of Lanterns — بيت الفوانيس",
        "SAFETY BASIC",
        "south",
        "+000 555 0102",
        hours="Day and night",
        serves="Women and their children",
        notes="Synthetic. They fetch you: call first.",
    ),
    _help(
        "Old Harbour clinic — مستوصف المرفأ القديم",
        "MED",
        "north-1",
        "+000 555 0103",
        hours="Day and night",
        landmark="Behind the fish market, green door",
        languages=["en", "fr", "ar"],
    ),
    _help(
        "Salt Hill health post — نقطة تل الملح الصحية",
        "MED CHILD_HEALTH",
        "north-2",
        "+000 555 0104",
        landmark="Beside the school",
        checked="2026-06-15",
    ),
    _help(
        "Camp Lantana clinic — عيادة مخيم لانتانا", "MED MHPSS", "south-2", "", landmark="Block C, by the water tower"
    ),
    _help("Listening room Three Wells — غرفة الإصغاء", "MHPSS", "south-1", "+000 555 0106", serves="Women and girls"),
    _help(
        "Legal aid Tamarin — العون القانوني",
        "LEGAL PATERNITY CHILDSUP",
        "north-1",
        "+000 555 0107",
        hours="Monday to Thursday, 9–15",
        languages=["fr", "ar"],
    ),
    _help(
        "Kitchen and clothes store — المطبخ والكسوة", "BASIC", "south-2", "+000 555 0108", landmark="Main gate, left"
    ),
    _help("Weavers’ workshop — ورشة النسيج", "LIVELI EDU_V", "north-2", "+000 555 0109", cost="unknown"),
    _help("School desk — مكتب المدارس", "CHILD_EDU", "south", "+000 555 0110", notes="Synthetic. Fees and uniforms."),
    _help("Birth registry Tamarin — سجل المواليد", "CHILD_REG", "north-1", "+000 555 0111", cost="not_free"),
    _help("Child protection desk — حماية الطفولة", "CP SAFETY", "south-1", "+000 555 0112", serves="Under 18"),
)


@dataclass(frozen=True)
class DemoPerson:
    """One invented member of staff with everything that signs them in."""

    id: str
    name: str
    roles: tuple[str, ...]
    keychains: tuple[str, ...]
    passphrase: str
    totp: str

    @property
    def uri(self) -> str:
        """The otpauth address for an authenticator."""
        return pyotp.TOTP(self.totp).provisioning_uri(name=self.name, issuer_name=ISSUER)

    def code(self, now: datetime) -> str:
        """The six digits that an authenticator shows now."""
        return pyotp.TOTP(self.totp).at(now)


@dataclass(frozen=True)
class Demo:
    """A demo office with its people, and the recovery words that a real one would have on paper only.

    `other` is the office that gets what this one must not read.
    """

    office: str
    people: tuple[DemoPerson, ...]
    sheets: dict[str, tuple[str, ...]]
    other: "Demo | None" = None

    def person(self, name: str) -> DemoPerson:
        """Somebody of either office. Raises Problem 422.91."""
        for person in (*self.people, *(self.other.people if self.other else ())):
            if person.name == name:
                return person
        raise Problem("422.91")


def create(
    session: Session, inbound: Session, *, receipt_key: bytes, shell: str, now: datetime, cost: Cost | None = None
) -> Demo:
    """Make the demo's two offices, which name each other. Raises Problem 422.80 when there is an office already."""
    if offices.every(session):
        raise Problem("422.80")
    forms = [{"id": name, "version": questionnaires.newest(name)} for name in FORMS]
    said = setup.publishing(receipt_key=receipt_key, languages=LANGUAGES, places=PLACES, forms=forms)
    each: dict[str, Any] = {"publishing": said, "shell": shell, "now": now, "demo": True, "cost": cost}
    other = setup.make_office(session, inbound, name=OTHER_NAME, people=OTHER_PEOPLE, **each)
    made = setup.make_office(session, inbound, name=NAME, people=PEOPLE, **each)
    for one, named in ((other, made), (made, other)):
        check = " ".join(named.words)
        elsewhere.add(session, inbound, desk=one.desk, office=named.office, words=check, now=now)
    bundles.publish(session, inbound, desk=other.desk, shell=shell, now=now)
    directory.replace(session, desk=made.desk, entries=[dict(one) for one in HELP], now=now)
    bundles.publish(session, inbound, desk=made.desk, shell=shell, now=now)
    _put_on_duty(session, made, PEOPLE, now)
    _put_on_duty(session, other, OTHER_PEOPLE, now)
    return replace(_demo(made, PEOPLE), other=_demo(other, OTHER_PEOPLE))


def _put_on_duty(session: Session, made: setup.Made, applicants: tuple[Applicant, ...], now: datetime) -> None:
    """Those who can open reports take turns; their addresses are invented, and nothing is sent to a demo's people."""
    readers = [joined for joined, person in zip(made.people, applicants, strict=True) if "reviewer" in person.roles]
    addresses = {
        one.id: Address(f"{one.name}@example.org", f"+000 555 02{number:02}") for number, one in enumerate(readers, 1)
    }
    first, second = readers[0].id, readers[1].id if len(readers) > 1 else ""
    week = (Turn(first, second), Turn(second or first, first if second else "")) * 3 + (Turn(first, second),)
    duty.save(session, desk=made.desk, rota=Rota(leader=first, week=week, people=addresses), seen=0, now=now)


def _demo(made: setup.Made, applicants: tuple[Applicant, ...]) -> Demo:
    people = tuple(
        DemoPerson(joined.id, joined.name, person.roles, person.keychains, joined.passphrase, joined.totp)
        for person, joined in zip(applicants, made.people, strict=True)
    )
    return Demo(made.office, people, made.sheets)


def save(demo: Demo, path: Path) -> None:
    """Write the demo's secrets to their one file, for the owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(demo), file, indent=1)


def load(path: Path) -> Demo | None:
    """The demo whose secrets are in this file, or None when there is no such file."""
    if not path.exists():
        return None
    return _loaded(json.loads(path.read_text("utf-8")))


def _loaded(found: Mapping[str, Any]) -> Demo:
    people = tuple(
        DemoPerson(**{**person, "roles": tuple(person["roles"]), "keychains": tuple(person["keychains"])})
        for person in found["people"]
    )
    sheets = {name: tuple(said) for name, said in found["sheets"].items()}
    other = found.get("other")
    return Demo(found["office"], people, sheets, _loaded(other) if other else None)


def desk(session: Session, *, person: DemoPerson) -> Desk:
    """The desk of a demo person without a session and without using up a code: only a demo can do that.

    Raises Problem 422.91 when the database is not the one this person belongs to.
    """
    account = accounts.get(session, person.id)
    secrets = signin.unlock(account, person.passphrase)
    if account is None or secrets is None:
        raise Problem("422.91")
    return signin.desk_for(session, account=account, secrets=secrets, chains=person.keychains, session_id="")


def invite(session: Session, inbound: Session, *, demo: Demo, origin: str, now: datetime) -> Invitation:
    """A fresh invitation for one phone, from the demo's first person."""
    at_desk = desk(session, person=demo.people[0])
    return devices.invite(session, inbound, desk=at_desk, label="Practice phone", origin=origin, now=now)
