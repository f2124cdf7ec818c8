"""What decides about envelopes, asked for all that came together: a question costs more than its rows do."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, bindparam, func, or_, select

from intake.store import spelled
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
            given.c.report_key,
            given.c.identity_key,
        )
        .select_from(devices.outerjoin(given, given.c.office == devices.c.office))
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
        one = found.setdefault(row.id, Standing(device, row.sent, set(), set()))
        one.report_keys.add(row.report_key)
        one.identity_keys.add(row.identity_key)
    return found
