"""What the environment decides, read once and frozen. A missing or bad value is one clear message and exit."""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from urllib.parse import SplitResult, unquote, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class BadSetting(SystemExit):
    """Ends the program with one sentence that names the variable and what is wrong with it."""


SMTP_PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in: `kind` says whether over TLS from the start (smtps), after STARTTLS, or not (smtp)."""

    kind: Literal["smtp", "starttls", "smtps"]
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str


@dataclass(frozen=True)
class Settings:
    """Where Intake keeps things and under which origins it is seen.

    `database_url` None means two SQLite files below `data`. Origins are "scheme://host[:port]" without a path.
    `charts_origin` is where other websites get charts from to show them within their pages; "" offers none.
    `proxies` is how many reverse proxies stand in front and may be believed about the caller's address.
    `demo`: everything that is served is invented, which every page then says; no variable makes it so.
    `mail` and `duty_command` (a program and its arguments) are how people on duty are called; None and () for neither.
    """

    data: Path
    database_url: str | None
    port: int
    origin: str
    office_origin: str
    receipt_key: Path
    charts_origin: str = ""
    proxies: int = 0
    mail: MailServer | None = None
    duty_command: tuple[str, ...] = ()
    demo: bool = False

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the INTAKE_* variables. Raises BadSetting."""
        data = Path(environ.get("INTAKE_DATA") or ".data")
        port = _number(environ, "INTAKE_PORT", default=8000, most=65_535)
        origin = _origin(environ, "INTAKE_ORIGIN", default=f"http://127.0.0.1:{port}")
        return cls(
            data=data,
            database_url=_database_url(environ),
            port=port,
            origin=origin,
            office_origin=_origin(environ, "INTAKE_OFFICE_ORIGIN", default=origin),
            charts_origin=_charts_origin(environ, origin),
            receipt_key=Path(environ.get("INTAKE_RECEIPT_KEY") or data / "receipt.key"),
            proxies=_number(environ, "INTAKE_PROXIES", default=0, most=9),
            mail=_mail(environ),
            duty_command=_command(environ),
        )

    @property
    def secure(self) -> bool:
        """True when people reach Intake over TLS."""
        return self.origin.startswith("https://")

    @property
    def office_secure(self) -> bool:
        """True when staff reach the office over TLS."""
        return self.office_origin.startswith("https://")

    @property
    def charts_secure(self) -> bool:
        """True when websites get charts over TLS."""
        return self.charts_origin.startswith("https://")

    @property
    def loopback(self) -> bool:
        """True when both origins are this machine's own loopback address."""
        return all(urlsplit(origin).hostname in LOOPBACK for origin in (self.origin, self.office_origin))


def _number(environ: Mapping[str, str], name: str, *, default: int, most: int) -> int:
    value = environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and int(value) <= most):
        raise BadSetting(f"{name} must be a whole number from 0 to {most}, not {value!r}.")
    return int(value)


def _origin(environ: Mapping[str, str], name: str, *, default: str) -> str:
    value = environ.get(name) or default
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or value != f"{parts.scheme}://{parts.netloc}":
        raise BadSetting(f"{name} must look like https://fieldbook.example.org, not {value!r}.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise BadSetting(f"{name} must begin with https:// unless it is this machine's own address, not {value!r}.")
    return value


def _charts_origin(environ: Mapping[str, str], origin: str) -> str:
    if not environ.get("INTAKE_CHARTS_ORIGIN"):
        return ""
    found = _origin(environ, "INTAKE_CHARTS_ORIGIN", default="")
    if found in {origin, environ.get("INTAKE_OFFICE_ORIGIN")}:
        raise BadSetting(f"INTAKE_CHARTS_ORIGIN must be an origin of its own, not {found}: its pages may be framed.")
    return found


def _database_url(environ: Mapping[str, str]) -> str | None:
    value = environ.get("INTAKE_DATABASE_URL") or None
    if value and not value.startswith("postgresql://"):
        # The value may hold a password, so it is not repeated.
        raise BadSetting("INTAKE_DATABASE_URL must begin with postgresql:// or be empty for SQLite.")
    return value


def _mail(environ: Mapping[str, str]) -> MailServer | None:
    value, sender = environ.get("INTAKE_SMTP_URL") or "", environ.get("INTAKE_MAIL_FROM") or ""
    if not value and not sender:
        return None
    parts, port = _smtp(value)
    # The value may hold a password, so it is not repeated.
    if parts is None or port is None:
        raise BadSetting("INTAKE_SMTP_URL must look like smtps://user:password@mail.example.org or starttls://….")
    if parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
        raise BadSetting(
            "INTAKE_SMTP_URL must begin with smtps:// or starttls:// unless the server is this machine itself."
        )
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", sender):
        raise BadSetting(f"INTAKE_MAIL_FROM must be the address that mail comes from, not {sender!r}.")
    kind = cast(Literal["smtp", "starttls", "smtps"], parts.scheme)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(kind, parts.hostname or "", port, user, password, sender)


def _smtp(value: str) -> tuple[SplitResult | None, int | None]:
    """The address and its port, or None where it is no address of a mail server."""
    try:
        parts = urlsplit(value)
        port = parts.port or SMTP_PORTS.get(parts.scheme)
    except ValueError:
        return None, None
    bare = parts.path in ("", "/") and not parts.query and not parts.fragment
    return (parts, port) if parts.hostname and bare else (None, None)


def _command(environ: Mapping[str, str]) -> tuple[str, ...]:
    value = environ.get("INTAKE_DUTY_COMMAND") or ""
    try:
        found = tuple(shlex.split(value))
    except ValueError:
        found = ()
    if value and not found:
        raise BadSetting(f"INTAKE_DUTY_COMMAND must be a program and its arguments, not {value!r}.")
    if found and not os.access(found[0], os.X_OK):
        raise BadSetting(f"INTAKE_DUTY_COMMAND names {found[0]!r}, which is no program here: give its whole path.")
    return found
