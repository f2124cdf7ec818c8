"""The night: what happens with nobody signed in. It holds no key, opens nothing and can only count, call and remind.

One look does everything that is due now and remembers it in the database, so it does not matter how often somebody
looks, whether the last watcher died in the middle, or whether two are at work: each call and each reminder is taken by
one of them before anything goes out. Who dies between taking and sending leaves a call that is taken again, so somebody
may be called twice and nobody not at all.
"""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake.domain import duty as rotas
from intake.domain.duty import Address, Made, Rota
from intake.services import drafts, duty, times
from intake.services.ways import Outcome, Ways, Words
from intake.store import Session, Store
from intake.store.inbound import reports
from intake.store.office import calls, offices, records, reminders
from intake.store.office import duty as rows
from intake.store.office.calls import Call
from intake.store.office.offices import Office

LOOK_BACK = timedelta(days=14)  # what came before waits in the list, and calls about it ended long ago
AGAIN = timedelta(minutes=1)  # until a way that failed is tried once more
LOST = timedelta(minutes=5)  # after which a watcher that took a call and said no more is taken for dead
REMIND_AGAIN = timedelta(minutes=15)
MOST_TRIES = 60
AT_ONCE = 8  # mail servers and commands waited for at the same time


@dataclass(frozen=True)
class Taken:
    """Calls or a reminder that this watcher took, for one person: they become one message."""

    office: Office
    person: str
    address: Address
    calls: tuple[Call, ...] = ()
    due: int = 0


@dataclass(frozen=True)
class Speech:
    """What is said, in a language: that something urgent waits, and how many things are due."""

    urgent: Callable[[str], Words]
    due: Callable[[str, int], Words]


@dataclass(frozen=True)
class Done:
    """What one message came to, for the watcher's log: counts and a sign-in name, nothing of any report."""

    name: str
    calls: int
    mail: Outcome
    command: Outcome


def look(store: Store, *, ways: Ways, demo: Ways, speech: Speech, now: datetime) -> list[Done]:
    """Do all that is due at this instant. `demo` are the ways for offices whose people are invented.

    What was entered by hand and nobody goes on with is sent first: it may be urgent. Raises Problem 503.1 when the
    database does not answer.
    """
    with store.office() as session:
        drafts.sweep(session, now=now)
    drafts.deliver(store, now=now)
    with store.office() as session, store.inbound(reading=True) as inbound:
        taken = [*take_calls(session, inbound, now=now), *take_reminders(session, now=now)]
        names = {one.person: duty.names(session, office=one.office.id).get(one.person, "") for one in taken}
    done = []
    for one, (mail, command) in zip(taken, _send(taken, ways, demo, speech, now), strict=True):
        with store.office() as session:
            _note(session, one, mail, command)
        done.append(Done(names[one.person], len(one.calls), mail, command))
    return done


# calls about what is urgent -----------------------------------------------------------------------------------------


def take_calls(session: Session, inbound: Session, *, now: datetime) -> list[Taken]:
    """Take every call that is due, grouped by who is called."""
    found: dict[str, Taken] = {}
    for office in offices.every(session):
        held = duty.held(session, office=office.id)
        if not held.version:
            continue
        _looked(session, office, held.looked, now)
        for call in _due_calls(session, inbound, office, held.rota, now):
            one = found.setdefault(call.person, Taken(office, call.person, held.rota.people[call.person]))
            found[call.person] = replace(one, calls=(*one.calls, call))
    return list(found.values())


def _looked(session: Session, office: Office, before: str, now: datetime) -> None:
    """Once a minute is enough to tell that somebody looks."""
    if before[:16] != times.text(now)[:16]:
        rows.looked(session, office=office.id, at=times.text(now))


def _due_calls(session: Session, inbound: Session, office: Office, rota: Rota, now: datetime) -> Iterator[Call]:
    waiting = unopened(session, inbound, office=office.id, now=now)
    made: dict[str, list[Call]] = {report: [] for report in waiting}
    for call in calls.of_reports(session, office=office.id, reports=waiting):
        made[call.report].append(call)
    reachable = able(session, office=office.id, rota=rota)
    steps = rotas.ladder(
        rota, rotas.duty_day(rota, duty.local_time(session, office=office.id, now=now)), able=reachable
    )
    at = times.text(now)
    for report, before in made.items():
        person = rotas.next_call(steps, [_made(one) for one in before], now)
        if person is not None:
            fresh = Call(office.id, report, len(before) + 1, person, at=at, tried=at)
            if calls.add(session, fresh):
                yield fresh
        elif before and before[-1].person in reachable and _again(session, before[-1], now):
            yield before[-1]


def unopened(session: Session, inbound: Session, *, office: str, now: datetime) -> list[str]:
    """The urgent reports that nobody has opened, oldest first."""
    urgent = reports.urgent(inbound, office=office, since=times.text(now - LOOK_BACK))
    opened = calls.answers(session, office=office, reports=urgent)
    return [report for report in urgent if report not in opened]


def waited(session: Session, *, office: str, reports: Collection[str], now: datetime, least: timedelta) -> bool:
    """Whether somebody was first called about one of these so long ago."""
    before = times.text(now - least)
    return any(call.at <= before for call in calls.of_reports(session, office=office, reports=reports))


def able(session: Session, *, office: str, rota: Rota) -> set[str]:
    """Who has an account in use and an address."""
    people = duty.people(session, office=office)
    return {one for one, address in rota.people.items() if one in people and address.usable}


def _made(call: Call) -> Made:
    # While it is being tried it counts as one that will reach them.
    return Made(call.person, times.instant(call.at), "sent" in (call.mail, call.command) or not call.mail)


def _again(session: Session, call: Call, now: datetime) -> bool:
    """Take a call once more when one of its ways failed, or its watcher died, and some time has passed."""
    since = now - times.instant(call.tried)
    stuck = not call.mail and since >= LOST
    failed = "failed" in (call.mail, call.command) and since >= AGAIN
    return (stuck or failed) and call.tries < MOST_TRIES and calls.again(session, call, tried=times.text(now))


# reminders of what is due -------------------------------------------------------------------------------------------


def take_reminders(session: Session, *, now: datetime) -> list[Taken]:
    """Take the reminders of the day: one for everybody who has something due, once the day's handover is over."""
    return [one for office in offices.every(session) for one in _due_reminders(session, office, now)]


def _due_reminders(session: Session, office: Office, now: datetime) -> Iterator[Taken]:
    rota = duty.held(session, office=office.id).rota
    local = duty.local_time(session, office=office.id, now=now)
    if not rota.has_begun(local):
        return
    day = local.date().isoformat()
    counts = records.due_by(session, office=office.id, until=day)
    reachable = able(session, office=office.id, rota=rota)
    for person, count in sorted(counts.items()):
        if person not in reachable or not rota.people[person].mail:
            continue
        at, again = times.text(now), times.text(now - REMIND_AGAIN)
        if reminders.take(session, office=office.id, person=person, day=day, now=at, again=again):
            yield Taken(office, person, rota.people[person], due=count)


# sending ------------------------------------------------------------------------------------------------------------


def _send(taken: list[Taken], ways: Ways, demo: Ways, speech: Speech, now: datetime) -> list[tuple[Outcome, Outcome]]:
    """Send everything at once: one mail server that hangs must not hold up the others."""
    if not taken:
        return []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waited = [pool.submit(_deliver, one, demo if one.office.demo else ways, speech, now) for one in taken]
        return [each.result() for each in waited]


def _deliver(one: Taken, ways: Ways, speech: Speech, now: datetime) -> tuple[Outcome, Outcome]:
    """A way that went well for all of these calls is not used again."""
    language = one.address.language
    if not one.calls:
        return ways.send_mail(one.address, speech.due(language, one.due), now), "none"
    words = speech.urgent(language)
    command: Outcome = "sent" if _went(one, "command") else ways.run_command(one.address, words)
    mail: Outcome = "sent" if _went(one, "mail") else ways.send_mail(one.address, words, now)
    return mail, command


def _went(one: Taken, way: str) -> bool:
    return all(getattr(call, way) == "sent" for call in one.calls)


def _note(session: Session, one: Taken, mail: Outcome, command: Outcome) -> None:
    if not one.calls:
        reminders.note(session, office=one.office.id, person=one.person, mail=mail)
    for call in one.calls:
        calls.note(session, call, mail=mail, command=command)
