"""What decides about envelopes, asked for all that came together: a question costs more than its rows do."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, bindparam, func, or_, select, true

from intake.store import spelled
from intake.store.database import Session
from intake.store.inbound.bundles import bundles
from intake.store.inbound.devices import Device, devices
from intake.store.inbound.reports import reports


@dataclass(frozen=True)
class Standing:
    """A device, how many it has sent since, and which offices ever gave out each of the keys asked about, by part."""

    device: Device
    sent: int
    report_keys: dict[str, set[str]]
    identity_keys: dict[str, set[str]]


_SENT = (
    select(func.count())
    .select_from(reports)
    .where(reports.c.device == devices.c.id, reports.c.received >= bindparam("since"))
    .scalar_subquery()
)


def _question(_dialect: str, count: int, key_count: int) -> Select[Any]:
    keys = [bindparam(f"key_{number}", type_=Text) for number in range(key_count)]
    given = (
        select(bundles.c.office, bundles.c.report_key, bundles.c.identity_key)
        .where(or_(bundles.c.report_key.in_(keys), bundles.c.identity_key.in_(keys)))
        .distinct()
        .subquery("given")
    )
    asked = [bindparam(f"device_{number}", type_=Text) for number in range(count)]
    return (
        select(
            devices.c.id,
            devices.c.office,
            devices.c.key,
            devices.c.state,
            _SENT.label("sent"),
            given.c.office.label("given_by"),
            given.c.report_key,
            given.c.identity_key,
        )
        .select_from(devices.outerjoin(given, true()))
        .where(devices.c.id.in_(asked))
    )


def find(session: Session, *, devices: Collection[str], keys: Collection[str], since: str) -> dict[str, Standing]:
    """The standing of each of these devices that there is, by its id. `keys` are key ids, `since` is a time."""
    values = {
        "since": since,
        **{f"device_{number}": device for number, device in enumerate(devices)},
        **{f"key_{number}": key for number, key in enumerate(keys)},
    }
    found: dict[str, Standing] = {}
    for row in spelled.run(session, _question, len(devices), len(keys), values=values):
        device = Device(id=row.id, office=row.office, key=bytes(row.key), state=row.state)
        one = found.setdefault(row.id, Standing(device, row.sent, {}, {}))
        if row.given_by is not None:
            one.report_keys.setdefault(row.report_key, set()).add(row.given_by)
            one.identity_keys.setdefault(row.identity_key, set()).add(row.given_by)
    return found
