"""`intake serve` and `intake demo`: everything on this machine, with a synthetic office."""

import os
import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import segno

from intake import words
from intake.cli.console import Console, both, now, open_store
from intake.config import Settings
from intake.domain.figures.protect import Protected
from intake.domain.problems import Problem
from intake.envelope.signing import SigningKey
from intake.services import claim_demo, claim_lists, demo, filled, release_demo
from intake.services.demo import Demo, DemoPerson
from intake.services.releases import Reckoned
from intake.store import Store, migrate
from intake.store.copying import clear
from intake.store.office import offices
from intake.web.field import shell_id

THREADS = 8
MARKS = ("inbound.db", "office.db", "releases.db")


def add(commands: Any) -> None:
    """The commands of this module."""
    serve = commands.add_parser("serve", help="serve all faces on this machine, with a demo office if there is none")
    _add_empty(serve)
    serve.set_defaults(run=_serve)
    found = commands.add_parser("demo", help="the synthetic demo office").add_subparsers(required=True)
    reset = found.add_parser("reset", help="throw the demo's data away and make it anew")
    _add_empty(reset)
    reset.set_defaults(run=_reset)
    code = found.add_parser("code", help="the second factor of a demo person, now")
    code.add_argument("name")
    code.set_defaults(run=_code)
    invite = found.add_parser("invite", help="a fresh invitation link for one phone")
    invite.set_defaults(run=_invite)
    releases = found.add_parser("releases", help="make anew the releases of figures that a demo comes with")
    releases.set_defaults(run=_releases)
    claims = found.add_parser("claims", help="750 synthetic claims over 55 States, taken in as a list")
    claims.set_defaults(run=_claims)


def _add_empty(command: ArgumentParser) -> None:
    command.add_argument("--empty", action="store_true", help="a demo that is made now has people and no reports")


def demo_file(settings: Settings) -> Path:
    """Where a demo's secrets lie; no real office has this file."""
    return settings.data / "demo.json"


def ensure_receipt_key(settings: Settings) -> bytes:
    """The public receipt key; the private half is made in its file when there is none."""
    path = settings.receipt_key
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(SigningKey.generate().to_bytes())
    return SigningKey.from_bytes(path.read_bytes()).public


def make_demo(
    settings: Settings,
    *,
    console: Console | None = None,
    protect: release_demo.Protect = release_demo.shipped,
    marked: bool = True,
) -> Demo:
    """Migrate, and make the demo office unless its data are here. Raises Problem 422.80 beside a real office.

    With a console, which hears that it takes a while, the demo is a full one (`services.filled`). Its phones are
    `marked` as synthetic unless it is served as a real office would be.
    """
    migrate(settings)
    kept = demo.load(demo_file(settings))
    with open_store(settings) as store:
        if kept is not None and _is_here(store, kept):
            return kept
        if console:
            console.say("", "Making an invented office with two years of invented work. This takes half a minute…")
        receipt_key, shell, at = ensure_receipt_key(settings), shell_id(demo=marked), now()
        # All of it or nothing: whoever stops it here begins anew.
        with both(store) as (session, inbound), store.releases() as face:
            begun = filled.began(at) if console else at
            made = demo.create(session, inbound, receipt_key=receipt_key, shell=shell, now=begun)
            if console:
                beside: dict[str, Any] = {"made": made, "shell": shell, "now": at, "protect": protect}
                console.say(f"{filled.fill(session, inbound, face, **beside)} releases of its figures are published.")
        demo.save(made, demo_file(settings))
    return made


def _is_here(store: Store, kept: Demo) -> bool:
    with store.office(reading=True) as session:
        return offices.get(session, kept.office) is not None


def _serve(chosen: Namespace, settings: Settings, console: Console) -> NoReturn:
    words.run("compile")
    real = _has_real_office(settings)
    if real:
        console.say(f"Serving {settings.origin} (this is not a demo).")
    else:
        made = make_demo(settings, console=None if chosen.empty else console)
        with open_store(settings) as store, both(store) as (session, inbound):
            link = demo.invite(session, inbound, demo=made, origin=settings.origin, now=now()).link
        console.say(*_welcome(settings, made, link))
    program = _gunicorn(settings, "both" if real else "demo")
    # In place of this process, so that whoever stops it stops the server.
    os.execv(program[0], program)  # noqa: S606  a fixed program, and no shell is wanted


def _gunicorn(settings: Settings, served: str) -> list[str]:
    """One process with threads: the demo's load is one person's."""
    return [
        *(sys.executable, "-m", "gunicorn", f"wsgi:{served}()"),
        *("--bind", f"127.0.0.1:{settings.port}", "--workers", "1", "--threads", str(THREADS)),
        *("--chdir", str(Path(__file__).parents[2]), "--log-level", "warning"),
    ]


def _has_real_office(settings: Settings) -> bool:
    migrate(settings)
    with open_store(settings) as store, store.office(reading=True) as session:
        return any(not office.demo for office in offices.every(session))


def _welcome(settings: Settings, made: Demo, link: str) -> list[str]:
    """What a newcomer needs, on one page."""
    cable = f"adb reverse tcp:{settings.port} tcp:{settings.port}"
    lines = [
        "",
        "Intake is running, with an invented office. Everything in it is synthetic; do not put real reports here.",
        "",
        f"  phone       {settings.origin}/field/",
        f"  office      {settings.office_origin}/office/",
        f"  figures     {settings.origin}/",
        "",
        "1. Enrol a phone: open this invitation in a browser on this machine (it works once, for 72 hours):",
        "",
        f"  {link}",
        "",
        f"   On a real phone by USB: run `{cable}`, then open the same link there.",
        f"   A fresh link: {_typed(settings)} demo invite",
        "",
        "2. Sign in at the office as one of these (name, six words, then six digits):",
        "",
    ]
    for person in made.people:
        lines += [f"  {person.name:8} {person.passphrase}", f"           {_about(person)}"]
    if made.other:
        reader = made.other.people[0]
        lines += ["", "   At the other office, which gets reports that this one must not read:", ""]
        lines += [f"  {reader.name:8} {reader.passphrase}", f"           {_about(reader)}"]
    lines += ["", f"   The six digits:  {_typed(settings)} demo code amina", ""]
    lines += ["   Once somebody has looked at the phones there, the phone shows where help can be found.", ""]
    lines += ["   Who is on duty is called about something urgent: a demo sends no mail, it prints it here.", ""]
    if settings.secure:
        lines += ["   Or scan the invitation:", *_qr(link), ""]
    return lines


def _typed(settings: Settings) -> str:
    """What to type for this very program and these very data in the folder this was started in."""
    python, here = Path(sys.executable), Path.cwd()
    program = python.relative_to(here) if python.is_relative_to(here) else python
    unusual = [
        f"INTAKE_{name}={shlex.quote(str(value))}"
        for name, value, usual in (("DATA", settings.data, Path(".data")), ("PORT", settings.port, 8000))
        if value != usual
    ]
    return " ".join([*unusual, shlex.quote(str(program)), "-m intake"])


def _about(person: DemoPerson) -> str:
    held = ", ".join(person.keychains) or "none"
    return f"{', '.join(person.roles)}; keychains: {held}"


def _qr(link: str) -> list[str]:
    """The link as a QR code of half blocks; only on https, where a phone can open it."""
    matrix = [list(row) for row in segno.make_qr(link, error="m").matrix_iter(border=2)]
    rows = [*matrix, [0] * len(matrix[0])] if len(matrix) % 2 else matrix
    marks = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    return [
        "".join(marks[bool(top), bool(bottom)] for top, bottom in zip(rows[at], rows[at + 1], strict=True))
        for at in range(0, len(rows), 2)
    ]


def _reset(chosen: Namespace, settings: Settings, console: Console) -> int:
    """Only what is a demo's can be thrown away by this."""
    if demo.load(demo_file(settings)) is None or _has_real_office(settings):
        raise Problem("422.96")
    if settings.database_url:
        _clear_database(settings)
    for name in (*MARKS, *(f"{mark}{tail}" for mark in MARKS for tail in ("-wal", "-shm"))):
        (settings.data / name).unlink(missing_ok=True)
    demo_file(settings).unlink()
    make_demo(settings, console=None if chosen.empty else console)
    console.say("The demo starts over: new office, new keys, new passphrases. Phones must be enrolled anew.")
    return 0


def _clear_database(settings: Settings) -> None:
    with open_store(settings) as store, both(store) as (session, inbound):
        clear(session, "office")
        clear(inbound, "inbound")
        with store.releases() as face:
            clear(face, "releases")


def _code(chosen: Namespace, settings: Settings, console: Console) -> int:
    person = _demo(settings).person(chosen.name)
    console.say(person.code(now()), person.uri)
    return 0


def _invite(chosen: Namespace, settings: Settings, console: Console) -> int:
    del chosen
    made = _demo(settings)
    with open_store(settings) as store, both(store) as (session, inbound):
        console.say(demo.invite(session, inbound, demo=made, origin=settings.origin, now=now()).link)
    return 0


def _releases(chosen: Namespace, settings: Settings, console: Console) -> int:
    """From a demo of its own, which is thrown away, into the file that comes with the program."""
    del chosen, settings
    made: list[Mapping[str, Any]] = []

    def protect(reckoned: Reckoned) -> Protected:
        done = reckoned.protected()
        made.append(release_demo.as_text(reckoned, done))
        console.say(f"{reckoned.frame.until}: {len(done.found)} found before {len(done.repairs)} repairs")
        return done

    with TemporaryDirectory() as folder:
        make_demo(Settings.from_env({"INTAKE_DATA": folder}), console=console, protect=protect)
    release_demo.write(made)
    return 0


def _claims(chosen: Namespace, settings: Settings, console: Console) -> int:
    """As an office would take in its list; rows that are there already are not taken twice."""
    del chosen
    made = _demo(settings)
    countries = {code: code for code in words.invented_states(words.REFERENCE)}
    table = claim_demo.rows(list(countries))
    with open_store(settings) as store, store.office() as session:
        desk = demo.desk(session, person=made.people[0])
        asked: dict[str, Any] = {"table": table, "mapping": {name: name for name in table[0]}, "countries": countries}
        taken = claim_lists.take(session, desk=desk, now=now(), **asked)
    console.say(f"{len(taken.made)} synthetic claims were taken in. They say nothing about any State.")
    return 0


def _demo(settings: Settings) -> Demo:
    found = demo.load(demo_file(settings))
    if found is None:
        raise Problem("422.96")
    return found
