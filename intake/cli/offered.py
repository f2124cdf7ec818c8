"""What an office offers on its phones: `intake bundle forms` and `intake sounds`."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from intake.cli.console import Console, add_signer, both, now, open_store, sign_in
from intake.config import Settings
from intake.services import forms, sounds
from intake.store.office import offices

NOT_YET = "Changed, not yet published."


def add(commands: Any) -> None:
    """The commands of this module that stand at the top."""
    found = commands.add_parser("sounds", help="recorded sentences: list, add, remove").add_subparsers(required=True)
    found.add_parser("list", help="every sentence that is read aloud, and its sound").set_defaults(run=_sounds)
    attach = found.add_parser("add", help="attach a sound to a sentence, in one language")
    detach = found.add_parser("remove", help="take a sentence's sound away")
    for command, run in ((attach, _add_sound), (detach, _remove_sound)):
        command.add_argument("key", help="the sentence's key, as listed")
        command.add_argument("language", help="for example fr")
        command.set_defaults(run=run)
        add_signer(command)
    attach.add_argument("file", type=Path, help="WebM or Ogg with Opus, or MP4; at most 300 kB")


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


def _sounds(chosen: Namespace, settings: Settings, console: Console) -> int:
    del chosen
    with open_store(settings) as store, store.office(reading=True) as session:
        for office in offices.every(session):
            for sentence in sounds.listing(session, office=office.id):
                size = f"{sentence.size / 1000:.0f} kB" if sentence.size else "–"
                console.say(f"{sentence.key:40} {sentence.language:4} {size}")
    return 0


def _add_sound(chosen: Namespace, settings: Settings, console: Console) -> int:
    content = chosen.file.read_bytes()
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        named = {"key": chosen.key, "language": chosen.language}
        with both(store) as (session, inbound):
            sounds.add(session, inbound, desk=desk, content=content, now=now(), **named)
    console.say(NOT_YET)
    return 0


def _remove_sound(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with store.office() as session:
            sounds.remove(session, desk=desk, key=chosen.key, language=chosen.language, now=now())
    console.say(NOT_YET)
    return 0
