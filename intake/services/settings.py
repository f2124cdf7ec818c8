"""The settings of an office, one at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from intake import questionnaires
from intake.domain import settings
from intake.domain.own_answer import check_shape
from intake.services import offer
from intake.services.desk import Desk
from intake.store import Session


def own(session: Session, *, office: str) -> dict[str, Any]:
    """What the office has set itself. Raises Problem 422.93."""
    found: dict[str, Any] = offer.said(session, office=office).get("settings", {})
    return found


def now_set(session: Session, *, office: str) -> dict[str, Any]:
    """Every setting, the program's own value where the office has set none. Raises Problem 422.93."""
    return questionnaires.settings(own(session, office=office))


def change(session: Session, *, desk: Desk, name: str, value: int | None, seen: str, now: datetime) -> None:
    """Set a number; None is what was typed and is no whole number. Raises Problem 404.6, 422.270, 409.6."""
    settings.check_number(name, value)
    _set(session, desk, {name: value}, seen, now)


def change_ages(session: Session, *, desk: Desk, chosen: Mapping[str, str], seen: str, now: datetime) -> None:
    """Set who is asked at each age. Raises Problem 422.271, 409.6."""
    _set(session, desk, settings.as_lists(chosen), seen, now)


def change_shape(session: Session, *, desk: Desk, shape: str, seen: str, now: datetime) -> None:
    """Set in which shape phones show the number that somebody keeps. Raises Problem 422.366, 409.6."""
    check_shape(shape)
    _set(session, desk, {settings.SHAPE: shape}, seen, now)


def seen_as(found: Mapping[str, Any], *names: str) -> str:
    """The mark of these settings as somebody saw them."""
    return offer.mark({name: found[name] for name in names})


def _set(session: Session, desk: Desk, values: Mapping[str, Any], seen: str, now: datetime) -> None:
    own = offer.said(session, office=desk.office, to_change=True).get("settings", {})
    before = questionnaires.settings(own)
    offer.check_seen(seen, {name: before[name] for name in values})
    offer.edit(session, desk=desk, changes={"settings": {**own, **values}}, now=now)
