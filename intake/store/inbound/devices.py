"""Phones that used an invitation, and what each said when it did.

A device's id is the key id of its signing key. The public side adds devices and notes on which day one last asked for
something, and changes nothing else: only the office withdraws or confirms, after it has checked the enrolment's proof
with a secret the public side does not have.
"""

from dataclasses import dataclass

from sqlalchemy import Boolean, CheckConstraint, Column, LargeBinary, Table, Text, select, update

from intake.store.database import Session, insert
from intake.store.inbound.face import metadata

devices = Table(
    "devices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("office", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("message_key", LargeBinary, nullable=False),
    Column("label", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("enrolled", Text, nullable=False),
    # The last day on which it asked for something, and the version of the app it then had.
    Column("contact", Text),
    Column("shell", Text),
    CheckConstraint("state IN ('enrolled', 'withdrawn')", name="devices_state"),
)
# One row for each used invitation: a renewed phone has several.
enrolments = Table(
    "enrolments",
    metadata,
    Column("code_hash", Text, primary_key=True),
    Column("device", Text, nullable=False),
    Column("message_key", LargeBinary, nullable=False),
    Column("label", Text, nullable=False),
    Column("proof", Text),
    Column("made", Text, nullable=False),
)


@dataclass(frozen=True)
class Device:
    """What the public side may know of a phone: whose it is and how its signature is verified.

    `contact` is the last day it asked for something, `shell` the version of the app it then had; None before the first.
    """

    id: str
    office: str
    key: bytes
    state: str
    contact: str | None = None
    shell: str | None = None

    @property
    def withdrawn(self) -> bool:
        return self.state == "withdrawn"


@dataclass(frozen=True)
class Enrolment:
    """What a phone said when it used a code. `proof` is base64url, or None after a typed code."""

    code_hash: str
    device: str
    message_key: bytes
    label: str
    proof: str | None
    made: str


def find(session: Session, device: str) -> Device | None:
    """The device with this id."""
    columns = [devices.c[name] for name in Device.__dataclass_fields__]
    row = session.execute(select(*columns).where(devices.c.id == device)).one_or_none()
    return Device(**{**row._mapping, "key": bytes(row.key)}) if row else None


def note(session: Session, device: str, *, contact: str, shell: str | None) -> None:
    """The phone asked for something on this day, with this version of the app."""
    session.execute(update(devices).where(devices.c.id == device).values(contact=contact, shell=shell))


def add(session: Session, device: Device, *, message_key: bytes, label: str, enrolled: str) -> bool:
    """Add a device; False when its id is there already, whatever its key."""
    row = {
        "id": device.id,
        "office": device.office,
        "key": device.key,
        "state": device.state,
        "message_key": message_key,
        "label": label,
        "confirmed": False,
        "enrolled": enrolled,
    }
    added = insert(session, devices).values(row).on_conflict_do_nothing().returning(devices.c.id)
    return session.scalar(added) is not None


def add_enrolment(session: Session, enrolment: Enrolment) -> None:
    """Keep what the phone said. The same code again, its answer having been lost, changes nothing."""
    session.execute(insert(session, enrolments).values(vars(enrolment)).on_conflict_do_nothing())


def enrolments_of(session: Session, device: str) -> list[Enrolment]:
    """For the office: every use of an invitation by this device, oldest first."""
    query = select(enrolments).where(enrolments.c.device == device).order_by(enrolments.c.made)
    return [Enrolment(**row._mapping) for row in session.execute(query)]


def confirm(session: Session, device: str) -> None:
    """For the office: the proof was right, or a person has compared the check words."""
    session.execute(update(devices).where(devices.c.id == device).values(confirmed=True))


def set_state(session: Session, device: str, state: str) -> None:
    """For the office: "enrolled" or "withdrawn"."""
    session.execute(update(devices).where(devices.c.id == device).values(state=state))


@dataclass(frozen=True)
class Told:
    """Everything the public side says of a device. The office believes none of it before checking."""

    id: str
    key: bytes
    message_key: bytes
    label: str
    state: str
    confirmed: bool
    enrolled: str
    contact: str | None
    shell: str | None


def of_office(session: Session, office: str) -> list[Told]:
    """For the office: its devices as the public side tells of them, oldest first."""
    columns = [devices.c[name] for name in Told.__dataclass_fields__]
    query = select(*columns).where(devices.c.office == office).order_by(devices.c.enrolled, devices.c.id)
    return [Told(**row._mapping) for row in session.execute(query)]
