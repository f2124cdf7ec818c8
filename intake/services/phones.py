"""Phones as whoever keeps the officers going sees them: contact, counts, days, running numbers. No content of a report.

Of all this the office knows for itself what came and when. The day of the last contact and the version of the app are
the public side's word: they help to decide whom to call, and nothing is decided by them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from intake.domain.arrival import KIND
from intake.domain.problems import Problem
from intake.services import bundles, devices, directory, register, settings, staff, times
from intake.services.desk import Desk
from intake.services.devices import Device
from intake.services.entries import sent_of
from intake.store import Session
from intake.store.inbound import devices as inbound_devices
from intake.store.inbound.devices import Told
from intake.store.index import Came, Entry, Index

# After so many days without contact somebody should call the officer.
QUIET = 14
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Phone:
    """A phone as the coordinator sees it. `contact` is the last day it is known to have asked, sent or joined.

    `reports` counts what came, `aside` those of them that are kept aside; `days` are the days on which they came, each
    with its count, where one phone is asked for, and `last` is the instant the last one did, empty before the first.
    `highest` is the highest running number that came (0 before the first), `missing` what has not come below it: first
    and last of each gap.
    `quiet` is how many days ago the contact was, if that is long. `shell` is the version of the app it last told, None
    when it never did; `current` whether that is the one the office last published with.
    """

    device: Device
    contact: str
    quiet: int | None
    reports: int
    aside: int
    days: tuple[tuple[str, int], ...]
    last: str
    highest: int
    missing: tuple[tuple[int, int], ...]
    shell: str | None
    current: bool

    @property
    def lacking(self) -> int:
        """How many running numbers have not come."""
        return sum(last - first + 1 for first, last in self.missing)

    @property
    def calls(self) -> bool:
        """Whether somebody should do something about this phone."""
        return bool(self.in_use and (self.device.trouble or not self.device.confirmed or self.missing or self.quiet))

    @property
    def in_use(self) -> bool:
        return self.device.state != "withdrawn"


@dataclass(frozen=True)
class Exposure:
    """What a lost phone may still hold, by the office's own settings.

    `draft_hours`: after so many hours a draft is sealed by itself; `lock_after`: after so many seconds out of sight the
    phone locks. `lists`: it can read the list of places that help as it now stands; `signers` can publish a new key.
    `number` is whom officers call when a phone is lost, as the office has set it, or empty.
    """

    draft_hours: int
    lock_after: int
    lists: bool
    signers: tuple[str, ...]
    number: str


def every(session: Session, inbound: Session, *, desk: Desk, now: datetime) -> list[Phone]:
    """Every phone of the office, those that need somebody first, withdrawn ones last. Raises Problem 403.21."""
    phones = [device for device in devices.every(session, desk=desk) if not device.desk]
    found = _phones(session, inbound, desk, phones, _sent(_index(session, desk)), now)
    return sorted(found, key=lambda one: (not one.in_use, not one.calls, one.device.label, one.device.id))


def find(session: Session, inbound: Session, *, desk: Desk, device: str, now: datetime) -> Phone:
    """One phone as `every` gives it. Raises Problem 422.94, 403.21."""
    known = devices.known(session, desk=desk, device=device)
    if known is None or known.desk:
        raise Problem("422.94")
    return _phones(session, inbound, desk, [known], _sent(_index(session, desk), device), now)[0]


def withdraw(session: Session, inbound: Session, *, desk: Desk, device: str, now: datetime, reason: str = "") -> None:
    """Fetch what came so far, so that only what comes from now on is kept aside; then as `devices.withdraw` does.

    Raises Problem 422.94, 403.21.
    """
    register.pull(session, inbound, desk=desk, now=now)
    devices.withdraw(session, inbound, desk=desk, device=device, now=now, reason=reason)


def exposure(session: Session, *, desk: Desk, device: str) -> Exposure:
    """What somebody who has this phone may come by. Raises Problem 403.21, 422.93."""
    set_ = settings.now_set(session, office=desk.office)
    colleagues = staff.listing(session, office=desk.office)
    return Exposure(
        draft_hours=int(set_["draft_hours"]),
        lock_after=int(set_["lock_after"]),
        lists=directory.is_held(session, desk=desk, device=device),
        signers=tuple(one.name for one in colleagues if one.state == "joined" and "sign" in one.keychains),
        number=number_to_call(session, desk=desk),
    )


def number_to_call(session: Session, *, desk: Desk) -> str:
    """Whom officers call when a phone is lost, as the office has set it, or empty. Raises Problem 422.93."""
    return str(settings.now_set(session, office=desk.office).get("lost_phone_number", ""))


@dataclass
class _Sent:
    """What came from one phone; its days only where one phone is asked for."""

    came: Came
    days: tuple[tuple[str, int], ...] = ()
    missing: list[tuple[int, int]] = field(default_factory=list)


def _index(session: Session, desk: Desk) -> Index:
    """The office's index; without one, what every report opened says."""
    if desk.index is not None:
        return desk.index
    made = Index()
    known = register.every(session, desk=desk)
    made.put((Entry(KIND, each.report, each.version, sent=sent_of(each)) for each in known), turn=0)
    return made


def _sent(index: Index, device: str = "") -> dict[str, _Sent]:
    """What came from every phone, or from one."""
    found = {one.device: _Sent(one) for one in index.came(device)}
    if device in found:
        found[device].days = tuple(index.days(device))
    for one, first, last in index.gaps(device):
        found[one].missing.append((first, last))
    return found


def _phones(
    session: Session, inbound: Session, desk: Desk, phones: list[Device], sent: dict[str, _Sent], now: datetime
) -> list[Phone]:
    told = {one.id: one for one in inbound_devices.of_office(inbound, desk.office)}
    shell = bundles.published_shell(session, desk=desk)
    return [
        _phone(one, sent.get(one.id, _Sent(Came(one.id, 0, 0, "", 0))), told.get(one.id), shell=shell, now=now)
        for one in phones
    ]


def _phone(device: Device, sent: _Sent, told: Told | None, *, shell: str | None, now: datetime) -> Phone:
    came, last = sent.came, sent.came.last
    contact = _latest((device.enrolled[:10], last[:10], (told.contact if told else None) or ""), times.day(now))
    since = (now.date() - date.fromisoformat(contact)).days if contact else 0
    return Phone(
        device=device,
        contact=contact,
        quiet=since if since >= QUIET else None,
        reports=came.reports,
        aside=came.aside,
        days=sent.days,
        last=last,
        highest=came.highest,
        missing=tuple(sent.missing),
        shell=told.shell if told else None,
        current=told is not None and told.shell is not None and told.shell == shell,
    )


def _latest(days: Iterable[str], today: str) -> str:
    """The latest of what are days and have come, or empty: who can write to the public side may write anything."""
    return max((one for one in days if _DAY.fullmatch(one) and _exists(one) and one <= today), default="")


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
