"""Drafts that nobody goes on with, and their way to the store. It needs nobody who is signed in and opens nothing.

No draft dies: once somebody has agreed that something is written down, an envelope lies beside the draft, sealed as
unfinished after every page (`services.entering`). It goes out when the draft has lain longer than the office allows, or
when its writer can never open it again. From then on its bytes never change, so sending it twice stores it once.
"""

import json
from datetime import datetime, timedelta

from intake.domain.problems import Problem
from intake.domain.settings import DEFAULTS
from intake.services import receive, times
from intake.store import Session, Store
from intake.store.inbound.reports import Held
from intake.store.office import drafts, offices


def sweep(session: Session, *, now: datetime) -> None:
    """Let go of what has lain untouched for as long as phones keep a draft (`draft_hours`), rounded up to days."""
    for office in offices.every(session):
        own = json.loads(office.publishing).get("settings", {})
        hours = int(own.get("draft_hours", DEFAULTS["draft_hours"]))
        before = times.day(now - timedelta(days=-(-hours // 24)))
        drafts.let_go(session, drafts.untouched(session, office=office.id, before=before))


def deliver(store: Store, *, now: datetime) -> list[Held]:
    """Store everything that waits as any other envelope; what cannot be stored goes on waiting.

    First the one database is told and then the other: who dies in between finds it known the next time.
    """
    with store.office(reading=True) as session:
        waiting = drafts.waiting(session)
    stored = []
    for row in waiting:
        try:
            with store.inbound() as inbound:
                kept = receive.receive(inbound, raw=row.envelope, report=row.id, now=now)
        except Problem:
            continue
        with store.office() as session:
            drafts.remove(session, row.id)
        stored.append(kept.held)
    return stored
