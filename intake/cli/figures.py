"""`intake attack figures`: what follows from published figures, whoever published them."""

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from intake.cli.console import Console
from intake.config import Settings
from intake.domain.figures.attack import Finding, attack
from intake.domain.figures.release import Release, from_json, keys
from intake.domain.problems import Problem


def add(commands: Any) -> None:
    """The commands of this module."""
    found = commands.add_parser("attack", help="what can be worked out of what was published").add_subparsers(
        required=True
    )
    figures = found.add_parser("figures", help="small counts and changes that follow from releases of figures")
    figures.add_argument("file", nargs="+", type=Path, help="files of releases (JSON), of one publisher")
    figures.set_defaults(run=_attack)


def _attack(chosen: Namespace, settings: Settings, console: Console) -> int:
    """Status 1 when anything was found."""
    del settings
    releases = sorted((one for path in chosen.file for one in _releases(path)), key=lambda one: one.number)
    found = attack(releases)
    for one in found:
        console.say(_said(one))
    console.say(
        f"{len(found)} counts and changes keep fewer than three possible values, over {len(releases)} releases."
    )
    console.say(_shown(releases))
    return 1 if found else 0


def _releases(path: Path) -> Iterator[Release]:
    """One release, or several under "releases". Raises Problem 422.342."""
    found = json.loads(path.read_text("utf-8"))
    if not isinstance(found, Mapping):
        raise Problem("422.342")
    yield from (from_json(one) for one in found.get("releases", [found]))


def _shown(releases: Sequence[Release]) -> str:
    """What is left to readers. How far a middle is off from the truth (decision 37) only the publisher can say."""
    cells = [
        one.said.get(place)
        for one in releases
        for table in one.tables
        for row, column, place in keys(table, one.classes)
        if row and (column or not table.columns)
    ]
    widths = [one.most - one.least for one in cells if one and one.least is not None and one.most is not None]
    reach = sum(widths) / 2 / max(len(widths), 1)
    return f"{len(widths)} of {len(cells)} cells are shown, give or take {reach:.1f} on average."


def _said(one: Finding) -> str:
    where = ", ".join(f"{name} {code}" for name, code in one.key[1]) or "in all"
    since = f" since release {one.since}" if one.kind == "change" else ""
    between = "or" if one.most - one.least == 1 else "to"  # "to": what could not be settled counts as not free
    values = str(one.least) if one.least == one.most else f"{one.least} {between} {one.most}"
    stated = " (stated)" if one.stated else ""
    return f"release {one.release}: {one.kind} of {one.key[0]}, {where}{since}: {values}{stated}"
