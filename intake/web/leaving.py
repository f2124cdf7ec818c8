"""Leaving: when the last session ends, the process that held opened records ends too, and a clean one begins.

Memory that a program gave back to itself is not empty: after every object was dropped, hundreds of records could still
be read in it. Only the end of the process hands its memory to the system. Gunicorn starts another one at once and keeps
the listening socket meanwhile, so nobody is turned away.
"""

import os
import signal
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread

from intake.domain.problems import Problem
from intake.services import signin
from intake.services.find import Finder
from intake.store import Store

LOOK_EVERY = 20  # seconds


def end_process() -> None:
    """Ask this worker to finish what it is answering and go."""
    os.kill(os.getpid(), signal.SIGTERM)


def watch(store: Store, finder: Finder, *, clock: Callable[[], datetime], leave: Callable[[], None]) -> Event:
    """Look now and then whether anybody is still signed in, and `leave` when nobody is. Set the event to stop."""
    stop = Event()

    def look() -> None:
        finder.used.wait()
        while not stop.wait(LOOK_EVERY):
            if nobody_is_in(store, clock()):
                leave()
                return

    Thread(target=look, daemon=True, name="leaving").start()
    return stop


def nobody_is_in(store: Store, now: datetime) -> bool:
    """Whether no session is alive; when the database does not answer, somebody may be."""
    try:
        with store.office(reading=True) as session:
            return not signin.anybody(session, now=now)
    except Problem:
        return False
