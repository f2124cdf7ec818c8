"""`intake migrate`, `intake backup`, `intake restore`, `intake check` and `intake words`."""

import os
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import Any

from intake import words
from intake.cli.console import Console, both, now, open_store
from intake.config import Settings
from intake.envelope import recovery
from intake.services import backup, checks
from intake.store import migrate

RECEIPT_KEY = "receipt.key"


def add(commands: Any) -> None:
    """The commands of this module."""
    migration = commands.add_parser("migrate", help="bring the database to this version's tables and rights")
    migration.set_defaults(run=_migrate)
    save = commands.add_parser("backup", help="save everything, sealed to the paper key for backups; others go on")
    save.add_argument("file", type=Path)
    save.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="put a backup back; asks for the words of the paper key")
    restore.add_argument("file", type=Path)
    restore.add_argument("--sheets", type=int, default=1, help="how many sheets you will type")
    restore.add_argument("--replace", action="store_true", help="delete what is here first")
    restore.set_defaults(run=_restore)
    check = commands.add_parser("check", help="what is wrong or unwise about this installation")
    check.add_argument("--backup", type=Path, help="the oldest backup that would be restored")
    check.set_defaults(run=_check)
    pipeline = commands.add_parser("words", help="the words in every language")
    pipeline.add_argument("step", choices=sorted(words.STEPS))
    pipeline.set_defaults(run=_words)


def _migrate(chosen: Namespace, settings: Settings, console: Console) -> int:
    del chosen
    migrate(settings)
    console.say("The database is up to date.")
    return 0


def _backup(chosen: Namespace, settings: Settings, console: Console) -> int:
    key = settings.receipt_key
    files = {RECEIPT_KEY: key.read_bytes()} if key.exists() else {}
    with open_store(settings) as store:
        size = backup.save(store, chosen.file, files=files, now=now())
    console.say(f"{chosen.file}: {size:,} bytes. Only the paper key for backups opens it.")
    return 0


def _restore(chosen: Namespace, settings: Settings, console: Console) -> int:
    sheets = [console.ask_secret(f"Words of sheet {number}") for number in range(1, chosen.sheets + 1)]
    seed = recovery.combine(sheets)
    migrate(settings)
    with open_store(settings) as store, chosen.file.open("rb") as file:
        files = backup.restore(store, file, seed=seed, replace=chosen.replace, now=now())
    if RECEIPT_KEY in files:
        _put_private(settings.receipt_key, files[RECEIPT_KEY])
    console.say("Restored. Phones offer again what this backup lacks, at their next contact.")
    return 0


def _put_private(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    fresh.replace(path)


def _check(chosen: Namespace, settings: Settings, console: Console) -> int:
    findings = list(checks.settings(settings))
    oldest = _made(chosen.backup) if chosen.backup else None
    with open_store(settings) as store, both(store) as (session, inbound):
        findings += checks.database(session, inbound, now=now(), oldest=oldest)
    for finding in findings:
        console.say(f"{'REFUSED' if finding.bad else 'advice '}  {finding.sentence}")
    if not findings:
        console.say("Nothing to complain about.")
    return 1 if any(finding.bad for finding in findings) else 0


def _made(path: Path) -> datetime:
    with path.open("rb") as file:
        return backup.made(file)


def _words(chosen: Namespace, settings: Settings, console: Console) -> int:
    del settings
    found = words.run(chosen.step)
    for line in found:
        console.complain(line)
    return 1 if found else 0
