"""`intake services`: where help can be found, as phones list it."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from intake.cli.console import Console, add_signer, now, open_store, sign_in
from intake.config import Settings
from intake.domain import directory as tables
from intake.domain.problems import Problem
from intake.services import directory


def add(commands: Any) -> None:
    """The commands of this module."""
    found = commands.add_parser("services", help="where help can be found: import, list").add_subparsers(required=True)
    imported = found.add_parser("import", help="replace the list by a CSV file, all of it or nothing")
    imported.add_argument("file", type=Path, help=f"UTF-8, with the columns {', '.join(tables.COLUMNS)}")
    imported.add_argument("--dry-run", action="store_true", help="only say what is wrong with the file")
    imported.set_defaults(run=_import)
    listed = found.add_parser("list", help="the list as the office has it, and whether phones have it")
    listed.set_defaults(run=_list)
    for command in (imported, listed):
        add_signer(command)


def _import(chosen: Namespace, settings: Settings, console: Console) -> int:
    content = chosen.file.read_bytes()
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with store.office() as session:
            found = directory.reading(session, office=desk.office, content=content, now=now())
            if not found.wrong and not chosen.dry_run:
                directory.replace(session, desk=desk, entries=found.entries, now=now())
    for problem in found.wrong:
        console.complain(f"{_where(problem)}{problem.kind.title.format(**problem.params)} ({problem.code})")
    if found.wrong:
        console.complain("Nothing was changed.")
        return 1
    console.say(f"{len(found.entries)} places that help.")
    console.say("Nothing was changed." if chosen.dry_run else "Not yet published: intake bundle publish")
    return 0


def _where(problem: Problem) -> str:
    """Which cell of the file a problem is about, if it is about one."""
    named = [
        f"line {problem.params['line']}" if "line" in problem.params else "",
        str(problem.params.get("column", "")),
    ]
    return "".join(f"{part}: " for part in [", ".join(filter(None, named))] if part).capitalize()


def _list(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with store.office(reading=True) as session:
            found = directory.listing(session, desk=desk)
    if found is None:
        console.say("There is no list yet: intake services import FILE")
        return 0
    for entry in found.entries:
        helps = " ".join(entry["services"])
        console.say(f"{entry['place']:12} {entry['name']}  [{helps}]  checked {entry['checked']}")
    console.say(f"Changed {found.day}. {'Published.' if found.published else 'Not yet published.'}")
    return 0
