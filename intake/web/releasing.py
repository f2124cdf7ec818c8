"""Releases of figures in the office: prepared by one, looked at with what the attacker found, approved by another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain.figures.attack import Finding
from intake.domain.figures.changes import changes
from intake.domain.figures.counting import Key
from intake.domain.figures.release import LICENCES, POLICIES, Release, Said, keys
from intake.domain.figures.tables import Table
from intake.domain.problems import Problem
from intake.services import counted, releases
from intake.services import keys as keychains
from intake.services.desk import Desk
from intake.services.releases import Kept
from intake.store import Session
from intake.web import desks, dictionary, locales, published
from intake.web import figure_words as figures
from intake.web.permissions import Act, needs

bp = Blueprint("releasing", __name__)

_ = locales.gettext
# What can be mended on the page itself; a fresh code belongs to its field.
TOLD = (
    "409.2",
    "409.16",
    "409.27",
    "409.28",
    "422.340",
    "422.341",
    "422.344",
    "422.345",
    "422.346",
    "422.347",
    "422.348",
    "422.380",
)
CODE = ("401.4", "401.5", "403.20", "403.21", "429.1")


@dataclass(frozen=True)
class Cell:
    """One count as it will be said. `how` is how it came to that: rounded, exact, held, dropped."""

    said: str
    how: str
    since: int


@dataclass(frozen=True)
class Shown:
    """A table of a release: its rows with a cell for each column and the total.

    `found` is what the attacker found of its counts, `done` what was repaired, `changed` what is said otherwise than in
    the release before.
    """

    title: str
    of: str
    columns: list[str]
    lines: list[tuple[str, list[Cell]]]
    found: list[str]
    done: list[str]
    changed: list[str]


@bp.get("/office/releases")
@needs(Act.SEE_RELEASES)
def listing() -> Response:
    if desks.desk().work is not None:
        _catch_up()
    return _listing({}, 200)


def _catch_up() -> None:
    """What was decided and is not public, because a machine stopped in between, is brought there now."""
    desk, store = desks.desk(), desks.office().store
    with store.releases(reading=True) as face, store.office(reading=True) as session:
        behind = releases.is_behind(session, face, desk=desk)
    if behind:
        with store.releases() as face, store.office() as session:
            releases.catch_up(session, face, desk=desk)


@bp.post("/office/releases")
@needs(Act.PREPARE_RELEASES)
def prepare() -> AnyResponse:
    """Counted in one transaction and kept in another: protecting takes a while, and nobody waits for it."""
    desk, now, store = desks.desk(), desks.now(), desks.office().store
    chosen: dict[str, Any] = {name: request.form.get(name, "") for name in ("until", "policy", "licence")}
    try:
        with store.office(reading=True) as session:
            found = counted.records_of(session, desk=desk, until=chosen["until"])
            reckoned = releases.reckon(session, desk=desk, records_of=found, now=now, **chosen)
        done = reckoned.protected()
        with store.office() as session:
            number = releases.keep(session, desk=desk, reckoned=reckoned, done=done, now=now)
    except Problem as problem:
        return _listing(_errors(problem), problem.kind.status)
    return redirect(url_for("releasing.show", number=number), 303)


def _listing(errors: dict[str, str], status: int) -> Response:
    if (missing := desks.without_key()) is not None:
        return missing
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = releases.listing(session, desk=desk)
        days = releases.quarters(session, desk=desk, now=desks.now())
    waits = any(one.state == releases.PREPARED for one in found)
    page = render_template(
        "office/releases.html",
        releases=found[::-1],
        quarters=days,
        waits=waits,
        policies=POLICIES,
        licences=LICENCES,
        # Offered first is what the office chose last.
        licence=found[-1].licence if found else LICENCES[0],
        names=figures.LICENCES,
        allows=figures.ALLOWS,
        typed=request.form,
        errors=errors,
    )
    return make_response(page, status)


@bp.get("/office/releases/<number>")
@needs(Act.SEE_RELEASES)
def show(number: str) -> Response:
    return _page(_number(number), {}, 200)


@bp.get("/office/releases/<number>/preview")
@needs(Act.SEE_RELEASES)
def preview(number: str) -> Response:
    """The page for everybody, before anybody has approved it."""
    if (missing := desks.without_key()) is not None:
        return missing
    with desks.office().store.office(reading=True) as session:
        draft = releases.preview(session, desk=desks.desk(), number=_number(number), now=desks.now())
    shown = published.opened(draft)
    page = render_template(
        "office/release_preview.html",
        shown=shown,
        heads=published.heads(shown.release),
        notes=dictionary.notes(),
        tables=[published.drawn(shown.release, table) for table in shown.release.tables],
        licence=dictionary.licence(shown),
    )
    return make_response(page)


@bp.post("/office/releases/<number>/approve")
@needs(Act.DECIDE_RELEASES)
def approve(number: str) -> AnyResponse:
    """The same is counted again first; then it is signed and public."""

    def decide(desk: Desk, given: dict[str, Any]) -> None:
        store = desks.office().store
        with store.office(reading=True) as session:
            until = releases.find(session, desk=desk, number=_number(number)).release.until
            again = list(counted.records_of(session, desk=desk, until=until))
        with store.releases() as face, store.office() as session:
            policy = request.form.get("policy", "")
            releases.approve(session, face, desk=desk, records_of=again, policy=policy, **given)

    return _decided(_number(number), decide, chain="sign")


@bp.post("/office/releases/<number>/aside")
@needs(Act.DECIDE_RELEASES)
def put_aside(number: str) -> AnyResponse:
    def decide(desk: Desk, given: dict[str, Any]) -> None:
        desks.writing(lambda session: releases.put_aside(session, desk=desk, **given))

    return _decided(_number(number), decide)


@bp.post("/office/releases/<number>/withdraw")
@needs(Act.DECIDE_RELEASES)
def withdraw(number: str) -> AnyResponse:
    def decide(desk: Desk, given: dict[str, Any]) -> None:
        store = desks.office().store
        with store.releases() as face, store.office() as session:
            releases.withdraw(session, face, desk=desk, note=request.form.get("note", ""), **given)

    return _decided(_number(number), decide, chain="sign")


def _number(typed: str) -> int:
    """The number in an address; what is none is that of no release."""
    return int(typed) if typed.isdecimal() and typed.isascii() and len(typed) < 9 else 0


def _decided(number: int, decide: Callable[[Desk, dict[str, Any]], None], chain: str = "") -> AnyResponse:
    seen = request.form.get("version", 0, type=int)
    try:
        form = request.form
        desk = desks.step_up(chain, form.get("code"), form.get("answer")) if chain else desks.desk()
        decide(desk, {"number": number, "seen": seen, "now": desks.now()})
    except Problem as problem:
        page = _page(number, _errors(problem), problem.kind.status)
        if "retry" in problem.params:
            page.headers["Retry-After"] = str(problem.params["retry"])
        return page
    return redirect(url_for("releasing.show", number=number), 303)


def _errors(problem: Problem) -> dict[str, str]:
    """Raises what no form can mend."""
    if problem.code in CODE:
        return {"code": problem.code}
    if problem.code in (*TOLD, "422.48"):
        return {str(problem.params.get("field", "")): problem.code}
    raise problem


def _page(number: int, errors: dict[str, str], status: int) -> Response:
    if (missing := desks.without_key()) is not None:
        return missing
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = releases.find(session, desk=desk, number=number)
        before = _before(session, desk, found)
        held = keychains.held_by(session, office=desk.office, holder=desk.staff.id)
    page = render_template(
        "office/release.html",
        one=found,
        before=before,
        tables=_tables(found, before),
        policies=POLICIES,
        licence=figures.LICENCES[found.licence][0],
        holds="sign" in held,
        own=found.by == desk.staff.name,
        stepped=desk.sign,
        typed=request.form,
        errors=errors,
    )
    return make_response(page, status)


def _before(session: Session, desk: Desk, one: Kept) -> Kept | None:
    """The release that the public had last when this one was prepared."""
    out = (releases.APPROVED, releases.WITHDRAWN)
    every = releases.listing(session, desk=desk)
    return next((each for each in reversed(every) if each.number < one.number and each.state in out), None)


def _tables(one: Kept, before: Kept | None) -> list[Shown]:
    release = one.release
    told = dict(published.told(release, changes(before.release, release))) if before else {}
    found: dict[str, list[str]] = {table.name: [] for table in release.tables}
    for each in sorted(one.found, key=lambda each: -each.release):
        table = _home(release, each.key)
        found[table.name].append(_found(release, table, each))
    return [_shown(release, table, found[table.name], told) for table in release.tables]


def _shown(release: Release, table: Table, found: list[str], told: dict[str, list[str]]) -> Shown:
    title = _(figures.TITLES[table.name])
    where = {(row, column): key for row, column, key in keys(table, release.classes)}
    rows = [*release.classes[table.measure, table.rows], ""]
    columns = [*release.classes[table.measure, table.columns], ""] if table.columns else [""]
    return Shown(
        title,
        _(figures.DIMENSION[table.rows]),
        [_total(table.columns, column) if table.columns else _("Number") for column in columns],
        [(_total(table.rows, row), [_cell(release, where[row, column]) for column in columns]) for row in rows],
        found,
        published.done(release, table),
        told.get(title, []),
    )


def _total(dimension: str, code: str) -> str:
    return published.name(dimension, code) if code else _("All together")


def _cell(release: Release, key: Key) -> Cell:
    said = release.said[key]
    return Cell(published.said(said), said.how, said.since)


def _home(release: Release, key: Key) -> Table:
    """The first table in which a count stands: a margin that several share is told of once."""
    classes = dict(key[1])
    return next(
        table
        for table in release.of(key[0])
        if classes.keys() <= set(table.dimensions) and table.within.items() <= classes.items()
    )


def _found(release: Release, table: Table, one: Finding) -> str:
    """What anybody could have worked out, of this release or through it of an earlier one."""
    classes = dict(one.key[1])
    where = published.where(table, classes.get(table.rows, ""), classes.get(table.columns, ""))
    if one.kind == "count":
        values = published.said(Said(one.least, one.most))
        if one.release == release.number:
            return _("%(where)s: %(values)s", where=where, values=values)
        return _("%(where)s, in release %(number)s: %(values)s", where=where, number=one.release, values=values)
    # a minus stays before its number among letters from right to left
    least, most = (locales.isolated(locales.number(value)) for value in (one.least, one.most))
    values = least if one.least == one.most else _("%(least)s to %(most)s", least=least, most=most)
    return _("%(where)s: a change of %(values)s since release %(number)s", where=where, values=values, number=one.since)
