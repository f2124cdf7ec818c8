"""`intake night`: the program that calls whoever is on duty, reminds of what is due, and walks the audit chain."""

from argparse import Namespace
from collections.abc import Callable
from threading import Event
from typing import Any

from intake.cli.console import Console, now, open_store
from intake.config import Settings
from intake.domain.problems import CATALOGUE, Problem
from intake.services import night, ways
from intake.services.night import Done
from intake.services.walks import Walker
from intake.store import Store
from intake.store.office import offices
from intake.web.speech import SPEECH

SECONDS = 15  # between two looks: with a slow mail server it is still within a minute


def add(commands: Any) -> None:
    """The command of this module."""
    found = commands.add_parser("night", help="call who is on duty about what is urgent, remind of what is due")
    found.add_argument("--once", action="store_true", help="look once and end, for a timer")
    found.set_defaults(run=_night)


def watch(settings: Settings, say: Callable[[str], None], stop: Event, *, once: bool = False) -> None:
    """Look again and again until told to stop, and walk the audit chain meanwhile.

    A database that does not answer is asked again.
    """
    with open_store(settings) as store:
        walker = Walker(store)
        while not stop.is_set():
            try:
                for done in look(store, settings, say):
                    say(_line(done))
                # Who looks once, from a timer, walks the chain with `intake audit verify` from another.
                for found in () if once else walker.step(now=now()):
                    if found.broken:
                        say(CATALOGUE["422.86"].title.format(number=found.number))
            except Problem as problem:
                say(problem.kind.title.format(**problem.params))
            if once:
                return
            stop.wait(SECONDS)


def look(store: Store, settings: Settings, say: Callable[[str], None]) -> list[Done]:
    """Do what is due now."""
    return night.look(store, ways=ways.of(settings), demo=ways.written(say), speech=SPEECH, now=now())


def _line(done: Done) -> str:
    why = f"called about {done.calls}" if done.calls else "reminded"
    return f"{done.name}: {why}; mail {done.mail}, command {done.command}"


def _night(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store, store.office(reading=True) as session:
        real = any(not office.demo for office in offices.every(session))
    if real and not settings.mail and not settings.duty_command:
        console.complain("Nobody can be called: set INTAKE_SMTP_URL and INTAKE_MAIL_FROM, or INTAKE_DUTY_COMMAND.")
        return 1
    watch(settings, console.say, Event(), once=chosen.once)
    return 0
