"""`intake bundle forms`: what an office offers on its phones."""

from argparse import Namespace
from typing import Any

from intake.cli.console import Console, add_signer, now, open_store, sign_in
from intake.config import Settings
from intake.services import forms
from intake.store.office import offices

NOT_YET = "Changed, not yet published."


def add_forms(found: Any) -> None:
    """`intake bundle forms list | on | off`."""
    found.add_parser("list", help="every form, and whether phones offer it").set_defaults(run=_forms)
    on = found.add_parser("on", help="offer a form, in its newest version")
    off = found.add_parser("off", help="offer it no longer; what was begun can be finished")
    for command, act in ((on, forms.switch_on), (off, forms.switch_off)):
        command.add_argument("form", help="the form's name, as listed")
        command.set_defaults(run=_switch, act=act)
        add_signer(command)


def _forms(chosen: Namespace, settings: Settings, console: Console) -> int:
    del chosen
    with open_store(settings) as store, store.office(reading=True) as session:
        for office in offices.every(session):
            for choice in forms.choices(session, office=office.id):
                newer = f"  (newest: {choice.newest})" if choice.on not in (None, choice.newest) else ""
                mark = "off" if choice.on is None else f"on   version {choice.on}{newer}"
                console.say(f"{choice.form:12} {mark}")
    return 0


def _switch(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with store.office() as session:
            chosen.act(session, desk=desk, form=chosen.form, now=now())
    console.say(NOT_YET)
    return 0
