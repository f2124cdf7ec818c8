"""What the internet-facing side may touch: sealed arrivals, devices, invitations, stored bundles.

One module per noun; each holds its table and the few statements that touch it. Times are ISO text in UTC
("2026-11-22T14:05:00Z"); keys and sealed things are bytes. Functions marked *for the office* do what PostgreSQL does
not let the public side do.
"""

from intake.store.inbound import (
    answers,
    bundles,
    devices,
    invitations,
    limits,
    messages,
    reports,
    sounds,
    standing,
    tokens,
)
from intake.store.inbound.face import metadata

__all__ = [
    "answers",
    "bundles",
    "devices",
    "invitations",
    "limits",
    "messages",
    "metadata",
    "reports",
    "sounds",
    "standing",
    "tokens",
]
