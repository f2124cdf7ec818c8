"""`intake setup` and `intake staff`: an office and the people in it."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from intake import words
from intake.cli.console import Console, add_signer, both, now, open_store, sign_in
from intake.cli.serving import ensure_receipt_key
from intake.config import Settings
from intake.domain.problems import Problem
from intake.services import keys, setup, staff
from intake.services.desk import CHAINS
from intake.services.setup import Applicant, Made
from intake.services.staff import ROLES, Joined
from intake.store import migrate
from intake.store.office import offices
from intake.web.field import shell_id

FIRST_ROLES = ("reviewer", "coordinator")
IDENTITY_ROLE = "rights_officer"


def add(commands: Any) -> None:
    """The commands of this module."""
    _add_setup(commands.add_parser("setup", help="make an office: keychains, first people, paper keys, first bundle"))
    found = commands.add_parser("staff", help="people: propose, join, admit, roles, close, restore, list")
    people = found.add_subparsers(required=True)
    propose = people.add_parser("propose", help="a new account; prints a joining code to hand over")
    propose.add_argument("name")
    propose.add_argument("--roles", required=True, type=_list, help=f"of {', '.join(ROLES)}")
    add_signer(propose)
    propose.set_defaults(run=_propose)
    join = people.add_parser("join", help="for the person: a joining code becomes passphrase and second factor")
    join.add_argument("--json", action="store_true", help="for scripts: print one JSON object")
    join.set_defaults(run=_join)
    admit = people.add_parser("admit", help="open a keychain to a colleague, after comparing check words")
    admit.add_argument("name")
    admit.add_argument("--keychain", required=True, choices=CHAINS)
    add_signer(admit)
    admit.set_defaults(run=_admit)
    roles = people.add_parser("roles", help="give a colleague other roles; they count at once")
    roles.add_argument("name")
    roles.add_argument("--roles", required=True, type=_list, help=f"of {', '.join(ROLES)}")
    add_signer(roles)
    roles.set_defaults(run=_change_roles)
    for command, run, what in (
        ("close", _close, "close an account: sessions and grants end at once"),
        ("restore", _restore, "a colleague forgot the passphrase: prints a new joining code"),
    ):
        one = people.add_parser(command, help=what)
        one.add_argument("name")
        add_signer(one)
        one.set_defaults(run=run)
    listing = people.add_parser("list", help="everybody with an account")
    listing.set_defaults(run=_list_staff)


def _add_setup(command: ArgumentParser) -> None:
    command.add_argument("--office", metavar="NAME", help="the office's name, as officers see it on their phones")
    command.add_argument("--first", metavar="NAME", help="sign-in name of the first member of staff")
    command.add_argument("--second", metavar="NAME", help="sign-in name of the second")
    command.add_argument("--identity", metavar="NAME", action="append", help="who of the two holds the identity keys")
    command.add_argument("--administrator", metavar="NAME", help="sign-in name of an administrator, who holds no keys")
    command.add_argument("--languages", type=_list, default=["en"], help="of the phones, such as en,fr,ar")
    command.add_argument("--shares", type=_shares, default=(1, 1), help="paper keys as K/N sheets, such as 2/3")
    command.add_argument("--sheets", metavar="FILE", type=Path, help="write the paper keys to this file to print it")
    command.add_argument("--json", action="store_true", help="for scripts: ask nothing, print one JSON object")
    command.set_defaults(run=_setup)


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _shares(text: str) -> tuple[int, int]:
    needed, _, all_of_them = text.partition("/")
    return int(needed), int(all_of_them)


def _setup(chosen: Namespace, settings: Settings, console: Console) -> int:
    office = _given(chosen.office, console, "Name of the office")
    first = _given(chosen.first, console, "Sign-in name of the first member of staff")
    second = _given(chosen.second, console, "Sign-in name of the second")
    people = _applicants(first, second, chosen.identity or [first], chosen.administrator)
    _check_languages(chosen.languages)
    migrate(settings)
    said = setup.publishing(receipt_key=ensure_receipt_key(settings), languages=chosen.languages)
    shell = shell_id()
    with open_store(settings) as store, both(store) as (session, inbound):
        made = setup.make_office(
            session,
            inbound,
            name=office,
            people=people,
            publishing=said,
            shell=shell,
            shares=chosen.shares,
            now=now(),
        )
    _hand_over(made, chosen, console)
    return 0


def _given(value: str | None, console: Console, question: str) -> str:
    found = value or console.ask(question)
    if not found:
        raise Problem("422.81")
    return found


def _applicants(first: str, second: str, identity: Sequence[str], administrator: str | None) -> list[Applicant]:
    """The first two hold *work* and *sign*; *identity* those named; an administrator nothing."""
    if not set(identity) <= {first, second}:
        raise Problem("422.91")
    people = [
        Applicant(name, (*FIRST_ROLES, IDENTITY_ROLE), CHAINS)
        if name in identity
        else Applicant(name, FIRST_ROLES, ("work", "sign"))
        for name in (first, second)
    ]
    return people + ([Applicant(administrator, ("administrator",))] if administrator else [])


def _check_languages(tags: Iterable[str]) -> None:
    if not set(tags) <= {language.tag for language in words.offered()}:
        raise Problem("422.97")


def _hand_over(made: Made, chosen: Namespace, console: Console) -> None:
    """Show everything that nobody can show again."""
    if chosen.sheets is not None:
        _write_private(chosen.sheets, "\n".join(_sheets(made)))
    if chosen.json:
        shown = {} if chosen.sheets is not None else {"sheets": made.sheets}
        people = [_person(joined) for joined in made.people]
        console.give({"office": made.office, "words": list(made.words), "people": people, **shown})
        return
    console.say("", f"The office {made.office} is made. What follows is shown once and kept nowhere.", "")
    for joined in made.people:
        console.say(*_person_lines(joined), "")
    console.say(f"Check words of the office, for codes that are typed: {' '.join(made.words)}", "")
    console.say(
        *(["The paper keys are in the file you named: print it, then destroy it."] if chosen.sheets else _sheets(made))
    )


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _sheets(made: Made) -> list[str]:
    """The paper keys, one sheet after another, each saying what it is for."""
    lines = []
    for purpose, sheets in made.sheets.items():
        for number, sheet in enumerate(sheets, start=1):
            found = sheet.split()
            lines += [f"PAPER KEY for {purpose}, sheet {number} of {len(sheets)}, office {made.office}", ""]
            lines += [
                "  " + "  ".join(f"{at + 1:2} {found[at]:10}" for at in range(row, min(row + 4, len(found))))
                for row in range(0, len(found), 4)
            ]
            lines += ["", "Keep it sealed, apart from the others. Who has enough sheets has the key.", ""]
    return lines


def _person(joined: Joined) -> dict[str, Any]:
    return {
        "name": joined.name,
        "passphrase": joined.passphrase,
        "totp": joined.totp,
        "uri": joined.uri,
        "words": list(joined.words),
    }


def _person_lines(joined: Joined) -> list[str]:
    return [
        f"For {joined.name} alone:",
        f"  passphrase     {joined.passphrase}",
        f"  authenticator  {joined.uri}",
        f"  check words    {' '.join(joined.words)}",
    ]


def _propose(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with store.office() as session:
            code = staff.propose(session, desk=desk, name=chosen.name, roles=chosen.roles, now=now())
    console.say(f"Joining code for {chosen.name}, valid 72 hours: {code}", "They use it with: intake staff join")
    return 0


def _join(chosen: Namespace, settings: Settings, console: Console) -> int:
    code = console.ask("Your joining code")
    with open_store(settings) as store, store.office() as session:
        joined = staff.join(session, code=code, now=now())
    if chosen.json:
        console.give(_person(joined))
    else:
        console.say(*_person_lines(joined), "", "Read the check words to whoever admits you to the keys.")
    return 0


def _admit(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store, CHAINS)
        words_read = console.ask(f"The six check words that {chosen.name} reads to you")
        with store.office() as session:
            keys.admit(session, desk=desk, chain=chosen.keychain, name=chosen.name, words=words_read, now=now())
    console.say(f"{chosen.name} holds the {chosen.keychain} keys.")
    return 0


def _change_roles(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with store.office() as session:
            staff.change_roles(session, desk=desk, name=chosen.name, roles=chosen.roles, now=now())
    console.say(f"{chosen.name} is now: {', '.join(chosen.roles)}.")
    return 0


def _close(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with store.office() as session:
            held = staff.close(session, desk=desk, name=chosen.name, now=now())
    console.say(f"The account {chosen.name} is closed.")
    for chain in held:
        console.say(f"A holder should now run: intake keys rotate {chain}")
    if held:
        console.say("Closing cannot take back an old copy of the database together with an old passphrase.")
    return 0


def _restore(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with store.office() as session:
            code = staff.restore(session, desk=desk, name=chosen.name, now=now())
    console.say(f"New joining code for {chosen.name}, valid 72 hours: {code}", "Afterwards: intake staff admit")
    return 0


def _list_staff(chosen: Namespace, settings: Settings, console: Console) -> int:
    del chosen
    with open_store(settings) as store, store.office(reading=True) as session:
        for office in offices.every(session):
            console.say(f"{office.name} ({office.id}):")
            for one in staff.listing(session, office=office.id):
                held = ", ".join(one.keychains) or "-"
                console.say(f"{one.name:20} {one.state:9} keys: {held:22} {', '.join(one.roles)}")
    return 0
