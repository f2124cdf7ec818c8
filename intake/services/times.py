"""How an instant is written at rest: "YYYY-MM-DDTHH:MM:SSZ", always UTC, so that text sorts as time."""

from datetime import UTC, datetime

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def text(instant: datetime) -> str:
    """An aware instant as text."""
    return instant.astimezone(UTC).strftime(_FORM)


def instant(text: str) -> datetime:
    """The instant that `text` wrote."""
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC)


def day(instant: datetime) -> str:
    """The UTC day of an instant, "YYYY-MM-DD"."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d")
