"""The office's places: added, renamed, moved, retired, read from a table. None is ever taken out of the list."""

from datetime import datetime

from intake.domain import places
from intake.domain.places import Place, Reading
from intake.domain.problems import Problem
from intake.domain.tables import tidy
from intake.envelope.tokens import token
from intake.services import directory, offer, times
from intake.services.desk import Desk
from intake.store import Session

Wrong = dict[str, str]  # column → code


def listing(session: Session, *, office: str) -> list[Place]:
    """Every place, each with those inside it behind it, the retired ones too. Raises Problem 422.93."""
    return places.in_order(offer.said(session, office=office)["places"])


def find(session: Session, *, office: str, id: str) -> Place:
    """One place. Raises Problem 404.6."""
    found = places.by_id(listing(session, office=office)).get(id)
    if found is None:
        raise Problem("404.6")
    return found


def add(session: Session, *, desk: Desk, id: str, name: str, parent: str, now: datetime) -> Wrong:
    """Add a place, under an id of ours when `id` is empty. Gives what is wrong, by column; then nothing is added."""
    known = _to_change(session, desk)
    place = {"id": id or f"p{token()[:10].lower()}", "name": name, "parent": parent or None}
    if place["id"] in places.by_id(known):
        return {"id": "422.262"}
    return _put(session, desk, known, place, now)


def change(session: Session, *, desk: Desk, id: str, name: str, parent: str, seen: str, now: datetime) -> Wrong:
    """Rename or move a place. Gives what is wrong, by column; then nothing is changed. Raises Problem 404.6, 409.6."""
    known, place = _held(session, desk, id, seen)
    return _put(session, desk, known, {**place, "name": name, "parent": parent or None}, now)


def retire(session: Session, *, desk: Desk, id: str, seen: str, now: datetime) -> None:
    """Offer a place no longer; its name stays for reading.

    Raises Problem 404.6, 409.6, 422.267 (places inside it are in use), 422.268 (help is listed there).
    """
    known, place = _held(session, desk, id, seen)
    if any(one["parent"] == id for one in places.in_use(known)):
        raise Problem("422.267")
    listed = directory.listing(session, desk=desk)
    if listed and any(entry["place"] == id for entry in listed.entries):
        raise Problem("422.268")
    _keep(session, desk, places.put(known, {**place, "retired": times.day(now)}), now)


def restore(session: Session, *, desk: Desk, id: str, seen: str, now: datetime) -> Wrong:
    """Offer a retired place again. Gives what is wrong, by column. Raises Problem 404.6, 409.6."""
    known, place = _held(session, desk, id, seen)
    return _put(session, desk, known, {name: place[name] for name in places.COLUMNS}, now)


def reading(session: Session, *, office: str, content: bytes) -> Reading:
    """What a table would do, and what is wrong with it. Nothing is changed."""
    return places.read(content, known=listing(session, office=office))


def load(session: Session, *, desk: Desk, content: bytes, seen: str, now: datetime) -> Reading:
    """Read a table into the list, all of it or, with anything wrong, nothing. Raises Problem 409.6."""
    known = _to_change(session, desk)
    offer.check_seen(seen, known)
    found = places.read(content, known=known)
    if not found.wrong:
        _keep(session, desk, found.after, now)
    return found


def _put(session: Session, desk: Desk, known: list[Place], place: Place, now: datetime) -> Wrong:
    typed = {**place, "name": tidy(place["name"])}
    after = places.put(known, typed)
    wrong = places.wrong(typed, after)
    if not wrong:
        _keep(session, desk, after, now)
    return wrong


def _held(session: Session, desk: Desk, id: str, seen: str) -> tuple[list[Place], Place]:
    """The list, and the place that somebody changes as they saw it."""
    known = _to_change(session, desk)
    place = places.by_id(known).get(id)
    if place is None:
        raise Problem("404.6")
    offer.check_seen(seen, place)
    return known, place


def _to_change(session: Session, desk: Desk) -> list[Place]:
    return places.in_order(offer.said(session, office=desk.office, to_change=True)["places"])


def _keep(session: Session, desk: Desk, after: list[Place], now: datetime) -> None:
    offer.edit(session, desk=desk, changes={"places": after}, now=now)
