"""Setting up: an office, its keychains, its first people, its first bundle, and the keys that exist only on paper.

Everything secret that this makes is given back once, to be shown or printed, and stored nowhere in clear.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.domain.problems import Problem
from intake.domain.settings import DEFAULTS
from intake.envelope import invitations, recovery
from intake.envelope.check_words import OFFICE_WORDS, check_words
from intake.envelope.encoding import b64u, dumps
from intake.envelope.keyring import Holder
from intake.envelope.passphrase import Cost
from intake.envelope.sealing import SealingKey
from intake.envelope.tokens import token_hash
from intake.services import audit, bundles, keys, records, signin, staff
from intake.services.desk import CHAINS, PAPER, Desk, Opened, Person
from intake.services.keys import ADMINISTRATOR
from intake.services.staff import Joined
from intake.store import Session
from intake.store.office import audit as audit_lines
from intake.store.office import offices
from intake.store.office import staff as accounts
from intake.store.office.offices import Office

BACKUP = "backup"
SIGN_HOLDERS = 2

# What a new office starts from; its settings are those of `domain/settings.py` until it sets its own.
FORMS: list[dict[str, Any]] = [{"id": "visit", "version": 2}]


@dataclass(frozen=True)
class Applicant:
    """One of the first people: the sign-in name, the roles, the keychains to hold (none for an administrator)."""

    name: str
    roles: tuple[str, ...]
    keychains: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """A new office. `sheets` holds the words to print, by keychain and for backups; nobody can show them again."""

    office: str
    people: tuple[Joined, ...]
    sheets: dict[str, tuple[str, ...]] = field(repr=False)
    words: tuple[str, ...]
    desk: Desk


def publishing(
    *,
    receipt_key: bytes,
    languages: Sequence[str],
    settings: Mapping[str, Any] | None = None,
    places: Sequence[Mapping[str, Any]] = (),
    forms: Sequence[Mapping[str, Any]] = FORMS,
) -> dict[str, Any]:
    """What the first bundle says besides keys; `receipt_key` is the raw public key that checks receipts."""
    return {
        "forms": [dict(form) for form in forms],
        "languages": list(languages),
        "places": [dict(place) for place in places],
        "settings": {**DEFAULTS, **(settings or {})},
        "offices": [],
        "receipt_key": b64u(receipt_key),
    }


def make_office(
    session: Session,
    inbound: Session,
    *,
    name: str,
    people: Sequence[Applicant],
    publishing: dict[str, Any],
    shell: str,
    now: datetime,
    shares: tuple[int, int] = (1, 1),
    demo: bool = False,
    cost: Cost | None = None,
) -> Made:
    """Make the office and publish its first bundle. `shares` is how many sheets of how many recover a key.

    Offices beside it go on as they are: it is a compartment with keychains, people and an audit chain of its own.
    Raises Problem 422.81 (the office's name or a person's is taken or no name), 422.85 (an administrator with a
    keychain), 422.84 (*sign* needs two others), 422.95 (roles), 422.15 (shares).
    """
    _check_people(people)
    _check_name(session, name)
    office = f"o{token_hash(invitations.code())[:10]}"
    seeds = {purpose: SealingKey.generate() for purpose in (*CHAINS, BACKUP)}
    joined = tuple(_join(session, office, person, cost) for person in people)
    opened = _keychains(session, office, list(zip(people, joined, strict=True)), seeds, now)
    found = Office(
        id=office,
        name=name,
        demo=demo,
        backup_key=seeds[BACKUP].public,
        audit_key=opened["work"].chain.current("report").public,
        publishing=dumps(publishing).decode(),
    )
    offices.add(session, found)
    audit_lines.start(session, office)
    first = accounts.get(session, joined[0].id)
    if first is None:
        raise Problem("422.91")
    desk = Desk(Person.of(first), "", opened)
    sign_key = opened["sign"].chain.current("bundle_sign").public
    records.put(session, desk=desk, kind="office", id="sign", content={"key": b64u(sign_key)}, seen=0, now=now)
    names = {person.name: list(person.keychains) for person in people}
    audit.write(session, desk=desk, act="made_the_office", about=office, details={"staff": names}, now=now)
    bundles.publish(session, inbound, desk=desk, shell=shell, now=now)
    sheets = {purpose: tuple(recovery.shares(key.seed, *shares)) for purpose, key in seeds.items()}
    return Made(office, joined, sheets, check_words(sign_key, OFFICE_WORDS), desk)


def _check_name(session: Session, name: str) -> None:
    """Two offices of one name could not be told apart by whoever chooses where a report goes."""
    taken = {signin.normal_name(office.name) for office in offices.every(session)}
    if not signin.normal_name(name) or signin.normal_name(name) in taken:
        raise Problem("422.81")


def _check_people(people: Sequence[Applicant]) -> None:
    for person in people:
        if ADMINISTRATOR in person.roles and person.keychains:
            raise Problem("422.85")
        if not set(person.keychains) <= set(CHAINS):
            raise Problem("422.95")
    if sum("sign" in person.keychains for person in people) < SIGN_HOLDERS:
        raise Problem("422.84")
    if not all(any(chain in person.keychains for person in people) for chain in CHAINS):
        raise Problem("422.95")


def _join(session: Session, office: str, person: Applicant, cost: Cost | None) -> Joined:
    account = staff.new_account(session, office=office, name=person.name, roles=person.roles)
    accounts.add(session, account)
    return staff.give_keys(session, account, cost)


def _keychains(
    session: Session,
    office: str,
    people: list[tuple[Applicant, Joined]],
    seeds: dict[str, SealingKey],
    now: datetime,
) -> dict[str, Opened]:
    """Each keychain with its paper key as holder 0 and those first people who shall hold it."""
    made = {}
    for chain in CHAINS:
        holders = [Holder(PAPER, seeds[chain].public)]
        for person, joined in people:
            account = accounts.get(session, joined.id)
            if chain in person.keychains and account is not None:
                holders.append(Holder(account.id, account.public))
        made[chain] = keys.create(session, office=office, chain=chain, holders=holders, now=now)
    return made
