"""What decides about envelopes, asked for all that came together: a question costs more than its rows do."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, func, or_, select

from intake.store.database import Session
from intake.store.inbound.bundles import bundles
from intake.store.inbound.devices import Device, devices
from intake.store.inbound.reports import reports


@dataclass(frozen=True)
class Standing:
    """A device, how many it has sent since, and which of the keys asked about its office ever gave out, by part."""

    device: Device
    sent: int
    report_keys: set[str | None]
    identity_keys: set[str | None]


_SENT = (
    select(func.count())
    .select_from(reports)
    .where(reports.c.device == devices.c.id, reports.c.received >= bindparam("since"))
    .scalar_subquery()
)
_GIVEN = (
    select(bundles.c.office, bundles.c.report_key, bundles.c.identity_key)
    .where(
        or_(
            bundles.c.report_key.in_(bindparam("keys", expanding=True)),
            bundles.c.identity_key.in_(bindparam("keys", expanding=True)),
        )
    )
    .distinct()
    .subquery("given")
)
_QUESTION = (
    select(
        devices.c.id,
        devices.c.office,
        devices.c.key,
        devices.c.state,
        _SENT.label("sent"),
        _GIVEN.c.report_key,
        _GIVEN.c.identity_key,
    )
    .select_from(devices.outerjoin(_GIVEN, _GIVEN.c.office == devices.c.office))
    .where(devices.c.id.in_(bindparam("devices", expanding=True)))
)


def find(session: Session, *, devices: Collection[str], keys: Collection[str], since: str) -> dict[str, Standing]:
    """The standing of each of these devices that there is, by its id. `keys` are key ids, `since` is a time."""
    asked = {"devices": list(devices), "keys": list(keys), "since": since}
    found: dict[str, Standing] = {}
    for row in session.connection().execute(_QUESTION, asked):
        device = Device(id=row.id, office=row.office, key=bytes(row.key), state=row.state)
        one = found.setdefault(row.id, Standing(device, row.sent, set(), set()))
        one.report_keys.add(row.report_key)
        one.identity_keys.add(row.identity_key)
    return found
