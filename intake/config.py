"""What the environment decides, read once and frozen. A missing or bad value is one clear message and exit."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class BadSetting(SystemExit):
    """Ends the program with one sentence that names the variable and what is wrong with it."""


@dataclass(frozen=True)
class Settings:
    """Where Intake keeps things and under which origins it is seen.

    `database_url` None means two SQLite files below `data`. Origins are "scheme://host[:port]" without a path.
    `proxies` is how many reverse proxies stand in front and may be believed about the caller's address.
    """

    data: Path
    database_url: str | None
    port: int
    origin: str
    office_origin: str
    receipt_key: Path
    proxies: int = 0

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
            receipt_key=Path(environ.get("INTAKE_RECEIPT_KEY") or data / "receipt.key"),
            proxies=_number(environ, "INTAKE_PROXIES", default=0, most=9),
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


def _database_url(environ: Mapping[str, str]) -> str | None:
    value = environ.get("INTAKE_DATABASE_URL") or None
    if value and not value.startswith("postgresql://"):
        # The value may hold a password, so it is not repeated.
        raise BadSetting("INTAKE_DATABASE_URL must begin with postgresql:// or be empty for SQLite.")
    return value
