"""Which forms an office uses. Like every edit of a bundle this waits until it is published.

A form that is switched off can no longer be begun. What phones have begun with it is finished as it was begun: every
published version stays on the phone and in the office for good.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake import questionnaires
from intake.services import offer
from intake.services.desk import Desk
from intake.store import Session


@dataclass(frozen=True)
class Choice:
    """A form this program knows. `on` is the version phones shall use, None when the form is off."""

    form: str
    newest: int
    on: int | None


def choices(session: Session, *, office: str) -> list[Choice]:
    """Every form that can be begun, those on first, in the order in which phones offer them. Raises Problem 422.93."""
    on = {one["id"]: one["version"] for one in _chosen(session, office)}
    names = [*on, *sorted({name for name, _ in questionnaires.interviews()} - set(on))]
    return [Choice(name, questionnaires.newest(name), on.get(name)) for name in names]


def switch_on(session: Session, *, desk: Desk, form: str, now: datetime) -> None:
    """Offer a form in its newest version; one that is on moves to that version and keeps its place.

    Raises Problem 422.55 for a form that is not known.
    """
    wanted = {"id": form, "version": questionnaires.newest(form)}
    chosen = _chosen(session, desk.office, to_change=True)
    replaced = [wanted if one["id"] == form else one for one in chosen]
    _keep(session, desk, replaced if wanted in replaced else [*chosen, wanted], now)


def switch_off(session: Session, *, desk: Desk, form: str, now: datetime) -> None:
    """Offer a form no longer. Raises Problem 422.55 for one that is not known, 422.120 for the last one."""
    questionnaires.newest(form)
    _keep(session, desk, [one for one in _chosen(session, desk.office, to_change=True) if one["id"] != form], now)


def _chosen(session: Session, office: str, *, to_change: bool = False) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = offer.said(session, office=office, to_change=to_change)["forms"]
    return found


def _keep(session: Session, desk: Desk, chosen: list[dict[str, Any]], now: datetime) -> None:
    offer.edit(session, desk=desk, changes={"forms": chosen}, now=now)
