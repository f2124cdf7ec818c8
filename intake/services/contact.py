"""What an enrolled phone may ask: what of mine do you hold, the newest bundle, messages for me."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from intake.domain.problems import Problem
from intake.envelope.encoding import b64u
from intake.envelope.tokens import token_hash
from intake.services.times import day
from intake.store import Session
from intake.store.inbound import bundles, devices, messages, reports, tokens
from intake.store.inbound.devices import Device
from intake.store.inbound.reports import Held

IDS_A_QUESTION = 500
MESSAGES_AN_ANSWER = 50
_SHELL = re.compile(r"[0-9a-f]{16}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Have:
    """The server's answer about report ids: envelopes of this phone, ids never seen, ids held for another phone."""

    held: list[Held]
    missing: list[str]
    other: list[str]


def device_of(session: Session, token: str) -> Device:
    """The phone that holds this token, withdrawn or not. Raises Problem 401.1."""
    found = tokens.device(session, token_hash(token))
    device = devices.find(session, found) if found else None
    if device is None:
        raise Problem("401.1")
    return device


def is_news(device: Device, *, shell: str | None, now: datetime) -> bool:
    """Whether a call on this day, by this version of the app, says something that is not on record yet."""
    return (device.contact, device.shell) != (day(now), _version(device, shell))


def note(session: Session, *, device: Device, shell: str | None, now: datetime) -> None:
    """Put on record the day of this contact, and the version of the app if the phone told one: 16 hex digits."""
    devices.note(session, device.id, contact=day(now), shell=_version(device, shell))


def have(session: Session, *, device: Device, asked: object) -> Have:
    """Which of these report ids are stored. Of another phone's report nothing but its being there is told.

    `asked` is decoded JSON and must be a list of at most 500 report ids. Raises Problem 400.1.
    """
    ids = _ids(asked)
    found = reports.among(session, ids)
    mine = [held for held in found if held.device == device.id]
    held = {one.report for one in mine}
    there = {one.report for one in found}
    return Have(
        held=mine,
        missing=[report for report in ids if report not in there],
        other=[report for report in ids if report in there - held],
    )


def bundle(session: Session, *, device: Device) -> tuple[bytes, str]:
    """The bytes the phone's office published last, and their ETag. Raises Problem 403.4, 503.1."""
    refuse_withdrawn(device)
    content = bundles.newest(session, device.office)
    if content is None:
        raise Problem("503.1")
    return content, sha256(content).hexdigest()[:32]


def messages_after(session: Session, *, device: Device, number: str) -> dict[str, object]:
    """Messages numbered above `number`: {"messages": [{"id", "sealed"}], "next": where to go on, or None at the end}.

    Raises Problem 400.1, 403.4.
    """
    refuse_withdrawn(device)
    found = messages.after(session, device.id, number=_number(number), limit=MESSAGES_AN_ANSWER + 1)
    shown = found[:MESSAGES_AN_ANSWER]
    return {
        "messages": [{"id": message.number, "sealed": b64u(message.sealed)} for message in shown],
        "next": shown[-1].number if len(found) > len(shown) else None,
    }


def seen(session: Session, *, device: Device, numbers: object, now: datetime) -> None:
    """Note that the phone has shown these messages. `numbers` is decoded JSON. Raises Problem 400.1."""
    if not isinstance(numbers, list) or len(numbers) > IDS_A_QUESTION:
        raise Problem("400.1")
    messages.mark_seen(session, device.id, numbers=[_whole(number) for number in numbers], day=day(now))


def _version(device: Device, told: str | None) -> str | None:
    """What a phone says of itself, if it is a version at all; else what it said before."""
    return told if told and _SHELL.fullmatch(told) else device.shell


def refuse_withdrawn(device: Device) -> None:
    """Raises Problem 403.4 for a phone that the office has withdrawn."""
    if device.withdrawn:
        raise Problem("403.4")


def _ids(asked: object) -> list[str]:
    if not isinstance(asked, list) or len(asked) > IDS_A_QUESTION:
        raise Problem("400.1")
    ids = [one for one in asked if isinstance(one, str) and _UUID.fullmatch(one)]
    if len(ids) != len(asked):
        raise Problem("400.1")
    return list(dict.fromkeys(ids))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise Problem("400.1")
    return _whole(int(text))


def _whole(number: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= _LARGEST:
        raise Problem("400.1")
    return number
