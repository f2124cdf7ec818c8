"""What the commands share: asking, saying, and proving who is typing.

Questions are asked on a terminal; where there is none, the answers are read line by line from standard input, so that
scripts can give them without putting secrets into arguments that every process of the machine can read.
"""

import getpass
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from intake.config import Settings
from intake.services import signin
from intake.services.desk import Desk
from intake.store import Session, Store

ADDRESS = "command line"


class Console:
    """A terminal, or the two streams of a script."""

    def say(self, *lines: str) -> None:
        """Lines for the person."""
        for line in lines:
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def give(self, value: Any) -> None:
        """One JSON object for a script."""
        self.say(json.dumps(value, ensure_ascii=False, indent=1))

    def complain(self, line: str) -> None:
        """One line about what went wrong, apart from the output."""
        sys.stderr.write(f"{line}\n")

    def ask(self, question: str, default: str = "") -> str:
        """One line. Raises EOFError at the end of the input."""
        if not sys.stdin.isatty():
            return self._line() or default
        return input(f"{question}{f' [{default}]' if default else ''}: ").strip() or default

    def ask_secret(self, question: str) -> str:
        """One line that is not shown while it is typed."""
        return getpass.getpass(f"{question}: ").strip() if sys.stdin.isatty() else self._line()

    def _line(self) -> str:
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.strip()


def now() -> datetime:
    """The instant a command is judged by, in whole seconds as it is stored."""
    return datetime.now(UTC).replace(microsecond=0)


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """The store, closed at the end."""
    store = Store.open(settings)
    try:
        yield store
    finally:
        store.close()


def add_signer(command: ArgumentParser) -> None:
    """The flag that names who is typing."""
    command.add_argument("--as", dest="signer", metavar="NAME", help="your sign-in name (asked when missing)")


def sign_in(console: Console, chosen: Namespace, store: Store, chains: tuple[str, ...] = ("work",)) -> Desk:
    """Ask name, passphrase and code and give the desk with those of `chains` the person holds. Raises Problem 401.2."""
    name = chosen.signer or console.ask("Your sign-in name")
    with store.office() as session:
        attempt = signin.attempt(session, name=name, address=ADDRESS, now=now())
    passphrase = console.ask_secret("Your passphrase (six words)")
    code = console.ask("The six digits from your authenticator")
    with store.office() as session:
        return signin.at_command_line(
            session, attempt=attempt, passphrase=passphrase, code=code, chains=chains, now=now()
        )


@contextmanager
def both(store: Store) -> Iterator[tuple[Session, Session]]:
    """One transaction of the office and one of the public side, for acts that touch both."""
    with store.office() as session, store.inbound() as inbound:
        yield session, inbound
