"""What decides about one envelope, asked in a single statement: reports are many, and each is a transaction."""

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, func, select

from intake.store.database import Session
from intake.store.inbound.bundles import bundles
from intake.store.inbound.devices import Device, devices
from intake.store.inbound.reports import reports


@dataclass(frozen=True)
class Standing:
    """The device an envelope names, how many it has sent since, and whether its office ever gave out these keys."""

    device: Device
    sent: int
    report_key_known: bool
    identity_key_known: bool


_SENT = (
    select(func.count())
    .select_from(reports)
    .where(reports.c.device == devices.c.id, reports.c.received >= bindparam("since"))
    .scalar_subquery()
)
_QUESTION = select(
    devices.c.id,
    devices.c.office,
    devices.c.key,
    devices.c.state,
    _SENT.label("sent"),
    exists()
    .where(bundles.c.office == devices.c.office, bundles.c.report_key == bindparam("report_key"))
    .label("report"),
    exists()
    .where(bundles.c.office == devices.c.office, bundles.c.identity_key == bindparam("identity_key"))
    .label("identity"),
).where(devices.c.id == bindparam("device"))


def find(session: Session, *, device: str, report_key: str, identity_key: str, since: str) -> Standing | None:
    """The standing of a device; None when there is none of this id. `since` is a time."""
    asked = {"device": device, "report_key": report_key, "identity_key": identity_key, "since": since}
    row = session.connection().execute(_QUESTION, asked).one_or_none()
    if row is None:
        return None
    return Standing(
        device=Device(id=row.id, office=row.office, key=bytes(row.key), state=row.state),
        sent=row.sent,
        report_key_known=bool(row.report),
        identity_key_known=bool(row.identity),
    )
