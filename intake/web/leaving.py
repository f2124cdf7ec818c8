"""Leaving: when the last session ends, the process that held opened records ends too, and a clean one begins.

Memory that a program gave back to itself is not empty: after every object was dropped, hundreds of records could still
be read in it. Only the end of the process hands its memory to the system. Gunicorn starts another one at once and keeps
the listening socket meanwhile, so nobody is turned away.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread

from intake.domain.problems import Problem
from intake.services import signin
from intake.store import Store

LOOK_EVERY = 20  # seconds: sessions that ran out say nothing


def end_process() -> None:
    """Ask this worker to finish what it is answering and go."""
    os.kill(os.getpid(), signal.SIGTERM)


@dataclass(frozen=True)
class Leaving:
    """Looks now and then whether anybody is still signed in, and calls `leave` once nobody is.

    As long as nobody came with keys there is nothing to forget in this process, and it stays.
    """

    store: Store
    clock: Callable[[], datetime]
    leave: Callable[[], None]
    _came: Event = field(default_factory=Event)
    _left: Event = field(default_factory=Event)

    def start(self) -> "Leaving":
        Thread(target=self._look, daemon=True, name="leaving").start()
        return self

    def somebody_came(self) -> None:
        """Somebody's keychain was opened here, and with it what they read."""
        self._came.set()

    def somebody_left(self) -> None:
        """Somebody signed out: look at once."""
        self._left.set()

    def _look(self) -> None:
        self._came.wait()
        while not self._nobody_is_in():
            self._left.wait(LOOK_EVERY)
            self._left.clear()
        self.leave()

    def _nobody_is_in(self) -> bool:
        """Whether no session is alive; when the database does not answer, somebody may be."""
        try:
            with self.store.office(reading=True) as session:
                return not signin.anybody(session, now=self.clock())
        except Problem:
            return False
