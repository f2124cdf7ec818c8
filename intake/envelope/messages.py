"""Messages from the office to one phone: signed inside, sealed outside (SPEC.md 7).

The seal keeps the server from reading; the signature keeps anyone who can insert a row from writing. The rising
number, which both cover, keeps old messages from coming again.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from intake.domain.problems import Problem
from intake.envelope.encoding import MAX_INTEGER, b64u, dumps, loads, unb64u
from intake.envelope.opening import open_sealed, unpack
from intake.envelope.sealing import pack, seal
from intake.envelope.signing import SigningKey, verify


@dataclass(frozen=True)
class Message:
    """An opened message: which office wrote it, its number, its day "YYYY-MM-DD" and its content."""

    office: str
    number: int
    day: str
    content: dict[str, Any] = field(repr=False)


def message_info(*, device: str, number: int) -> bytes:
    """The HPKE `info` of a message; `device` is the key id of the phone's signing key."""
    return f"intake-message/1\n{device}\n{number}\n".encode("ascii")


def seal_message(
    message_key: bytes, sign_key: SigningKey, *, office: str, device: str, number: int, day: str, content: object
) -> bytes:
    """Sign `content` (a JSON object) with the office's message-signing key and seal it to the phone's message key.

    Never compressed, so that a phone needs nothing to inflate with. What the phone would refuse is refused here:
    raises Problem 413.1, 422.14 for the content, 422.15 for a key or a field.
    """
    data = dumps(content)
    if not isinstance(loads(data), dict):
        raise Problem("422.14")
    text = f"intake-message/1\n{office}\n{device}\n{number}\n{day}\n{b64u(data)}\n".encode()
    signed = text + f"{b64u(sign_key.sign(text))}\n".encode("ascii")
    if number > MAX_INTEGER or not _SIGNED.fullmatch(signed):
        raise Problem("422.15")
    return seal(message_key, message_info(device=device, number=number), pack(signed, compress=False))


def open_message(
    seed: bytes, blob: bytes, *, message_sign_key: bytes, office: str, device: str, number: int, last: int
) -> Message:
    """Open message `number` for this device, if `office` signed it and it comes after message `last`.

    Raises Problem 422.12 (not for this key, device or number), 422.13 (packing) and 422.18 (anything inside).
    """
    signed = unpack(open_sealed(seed, message_info(device=device, number=number), blob), inflate=False)
    found = _SIGNED.fullmatch(signed)
    if not found:
        raise Problem("422.18")
    try:
        verify(message_sign_key, unb64u(found["sign"].decode()), found["text"])
        content = loads(unb64u(found["json"].decode()))
    except Problem:
        raise Problem("422.18") from None
    expected = (office.encode(), device.encode(), b"%d" % number)
    if (found["office"], found["device"], found["number"]) != expected or number <= last:
        raise Problem("422.18")
    if not isinstance(content, dict):
        raise Problem("422.18")
    return Message(office, number, found["day"].decode(), content)


_SIGNED = re.compile(
    rb"(?P<text>intake-message/1\n(?P<office>[^\n]+)\n(?P<device>[0-9a-f]{16})\n(?P<number>[1-9][0-9]{0,15})\n"
    rb"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})\n(?P<json>[A-Za-z0-9_-]+)\n)(?P<sign>[A-Za-z0-9_-]{86})\n"
)
