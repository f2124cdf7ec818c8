"""What a demo's staff did with what came: cases, help, answers to people, claims, programmes. Everything is synthetic.

Everything is an act of the services on its own day, in the order of days (`Days`), so that each has happened when it
would have and the record of it stands in that order too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import Any

from intake import words
from intake.domain.claim_standing import CATEGORIES
from intake.domain.partial import days_after
from intake.domain.referral import GAPS, Referral
from intake.services import answering, cases, claims, help, inbox, programmes, providers, register, schooling, times
from intake.services import report_demo as reports
from intake.services import telling as tellings
from intake.services.answering import Letter
from intake.services.desk import Desk
from intake.services.report_demo import OFFICERS, Phone
from intake.store import Session
from intake.store.office import arrivals

# Reports of the two years, which are all in cases, and of the last weeks, which mostly wait.
EARLIER, LATELY = 48, 60
FIRST, LAST = date(2024, 9, 16), date(2026, 9, 12)
WEEKS_LATELY = 7
_AGREED = {"told": "self", "how": "spoken", "spoke": "K-1"}
_CHILDREN = ("CHILD_EDU", "CHILD_HEALTH", "CHILD_REG")


@dataclass
class Days:
    """What is still to happen, by the instant; at each it is done, and may bring more."""

    until: datetime
    waiting: list[tuple[datetime, int, Callable[[datetime], object]]] = field(default_factory=list)
    number: int = 0

    def on(self, at: datetime, do: Callable[[datetime], object]) -> None:
        """Something to be done then; what would be after `until` never happens."""
        self.number += 1
        if at <= self.until:
            heappush(self.waiting, (at, self.number, do))

    def run(self) -> None:
        while self.waiting:
            at, _, do = heappop(self.waiting)
            do(at)


@dataclass
class Work:
    """The office at work. `desks` are those who take turns, the first with every keychain."""

    session: Session
    inbound: Session
    desks: tuple[Desk, ...]
    days: Days
    phones: list[Phone] = field(default_factory=list)
    helpers: dict[str, list[str]] = field(default_factory=dict)

    @property
    def first(self) -> Desk:
        return self.desks[0]

    def fill(self, start: datetime) -> None:
        """Let phones in, and plan all that comes."""
        for officer in OFFICERS:
            self.phones.append(reports.join(self.session, self.inbound, desk=self.first, officer=officer, now=start))
        for provider in providers.every(self.session, desk=self.first):
            for service in provider.services:
                self.helpers.setdefault(service, []).append(provider.id)
        self._plan_programmes()
        for one in range(EARLIER):
            chance = Random(f"earlier {one}")  # noqa: S311  invented, the same each time
            day = FIRST + (LAST - FIRST) * one / EARLIER + timedelta(days=chance.randint(0, 9))
            self._plan(chance, datetime.combine(day, time(9, chance.randint(0, 59)), start.tzinfo), self._decide)
        for one in range(LATELY):
            chance = Random(f"lately {one}")  # noqa: S311  see above
            back = timedelta(days=WEEKS_LATELY * 7) * (LATELY - one) / LATELY
            at = self.days.until - back + timedelta(minutes=chance.randint(0, 600))
            self._plan(chance, min(at, self.days.until - timedelta(minutes=30)), self._look)
        self.days.run()

    # what comes -----------------------------------------------------------------------------------------------------

    def _plan(self, chance: Random, at: datetime, then: Callable[[Random, str, Phone, datetime], None]) -> None:
        phone, report = chance.choice(self.phones), reports.number(chance)
        told = reports.told(chance, languages=phone.languages, day=at.date())

        def come(now: datetime) -> None:
            reports.send(self.inbound, phone=phone, told=told, report=report, now=now)
            self.days.on(now + timedelta(hours=3), lambda later: self._fetch(chance, report, phone, later, then))

        self.days.on(at, come)

    def _fetch(
        self,
        chance: Random,
        report: str,
        phone: Phone,
        now: datetime,
        then: Callable[[Random, str, Phone, datetime], None],
    ) -> None:
        register.pull(self.session, self.inbound, desk=self.first, now=now)
        # What was for the other office is there, and nobody here has heard of it.
        if arrivals.of_report(self.session, office=self.first.office, report=report):
            then(chance, report, phone, now)

    def _look(self, chance: Random, report: str, phone: Phone, now: datetime) -> None:
        """Of what came lately, most was read by somebody, and some are in somebody's hands."""
        del phone
        urgent = register.find(self.session, desk=self.first, report=report).copy(None).urgent
        if urgent or chance.random() < 0.4:
            take = chance.random() < 0.5
            register.open_report(self.session, desk=chance.choice(self.desks), report=report, now=now, take=take)

    def _decide(self, chance: Random, report: str, phone: Phone, now: datetime) -> None:
        desk = chance.choice(self.desks)
        register.open_report(self.session, desk=desk, report=report, now=now)
        found = register.find(self.session, desk=desk, report=report)
        said: dict[str, Any] = {"decision": "registered", "reason": "", "note": "", "version": found.version}
        decided = inbox.decide(self.session, desk=desk, report=report, now=now, **said)
        case = decided.decisions[-1].case
        self._act(desk, case, "person_added", now, part="victim", group=chance.choice(("woman", "woman", "girl")))
        kind = chance.choice(("sexual_exploitation", "sexual_exploitation", "sexual_abuse", "other"))
        self._act(desk, case, "nature", now, category=kind, natures=[])
        facts = found.facts
        lacking = facts.lacking if facts else ()
        if set(lacking) & set(_CHILDREN):
            self._act(desk, case, "person_added", now, part="child", group="girl", born=str(now.year - 8))
            self._school(chance, desk, case, now)
        if facts and facts.form == "wish":
            self._claim(chance, desk, case, report, now)
        for service in lacking:
            later = now + timedelta(days=chance.randint(0, 40), minutes=chance.randint(1, 300))
            self.days.on(later, partial(self._offer, chance, desk, case, service))
        self.days.on(now + timedelta(days=2), lambda at: self._tell(chance, desk, case, report, phone, at))
        self.days.on(now + timedelta(days=chance.randint(150, 500)), lambda at: self._close(chance, desk, case, at))

    def _act(self, desk: Desk, case: str, kind: str, now: datetime, **details: Any) -> None:
        version = cases.find(self.session, desk=desk, case=case).version
        cases.act(self.session, desk=desk, case=case, kind=kind, version=version, now=now, **details)

    def _close(self, chance: Random, desk: Desk, case: str, now: datetime) -> None:
        """Some are closed once everything in them is at its end."""
        going = any(one.open for one in help.of(self.session, desk=desk, case=case))
        if not going and chance.random() < 0.6:
            said = {"reasons": ["needs_met"], "told_may_resume": True, "words": "Synthetic: the plan is complete."}
            self._act(desk, case, "closed", now, **said, feedback=chance.choice(("helped", "partly", "out_of_reach")))

    # help -----------------------------------------------------------------------------------------------------------

    def _offer(self, chance: Random, desk: Desk, case: str, service: str, now: datetime) -> None:
        known = self.helpers.get(service, [])
        provider = chance.choice(known) if known else ""
        who: dict[str, Any] = {"person": "P1", "service": service, "provider": provider, "checked": True}
        one = help.offer(self.session, desk=desk, case=case, now=now, **who)
        way, soon = chance.random(), now + timedelta(minutes=chance.randint(2, 50))
        if way < 0.12:
            self.days.on(soon, lambda at: self._step(desk, one, "declined_by_survivor", at))
        elif way < 0.24 or not known:
            why = chance.choice(GAPS)
            self.days.on(soon, lambda at: self._step(desk, one, "service_unavailable", at, reason=why))
        elif way < 0.9:
            self.days.on(soon, lambda at: self._consent(chance, desk, one, at))
        else:
            self._lose(desk, one, now + timedelta(days=chance.randint(30, 90)))

    def _lose(self, desk: Desk, one: Referral, at: datetime) -> None:
        """Nobody could find her any more by then."""
        self.days.on(at, lambda now: self._step(desk, one, "lost_contact", now))

    def _step(self, desk: Desk, one: Referral, kind: str, now: datetime, **details: Any) -> Referral:
        asked: dict[str, Any] = {"case": one.case, "id": one.id, "kind": kind, "version": one.version, "checked": True}
        return help.step(self.session, desk=desk, now=now, **asked, **details)

    def _consent(self, chance: Random, desk: Desk, one: Referral, now: datetime) -> None:
        agreed = self._step(desk, one, "consented", now, **_AGREED, on=times.day(now))
        later = now + timedelta(days=1, minutes=chance.randint(0, 90))
        self.days.on(later, lambda at: self._sent(chance, desk, agreed, at))

    def _sent(self, chance: Random, desk: Desk, one: Referral, now: datetime) -> None:
        said = {"provider": one.provider, "handed": ["need", "called"], "follow_up": _after(now, 14)}
        sent = self._step(desk, one, "sent", now, **said)
        later = now + timedelta(days=chance.randint(2, 9))
        if chance.random() < 0.1:
            self.days.on(later, lambda at: self._step(desk, sent, "rejected", at, reason="full"))
        elif chance.random() < 0.9:
            self.days.on(later, lambda at: self._accepted(chance, desk, sent, at))
        else:
            self._lose(desk, sent, now + timedelta(days=chance.randint(30, 90)))

    def _accepted(self, chance: Random, desk: Desk, one: Referral, now: datetime) -> None:
        taken = self._step(desk, one, "accepted", now)
        self.days.on(now + timedelta(days=2), lambda at: self._begun(chance, desk, taken, at))

    def _begun(self, chance: Random, desk: Desk, one: Referral, now: datetime) -> None:
        going = self._step(desk, one, "in_progress", now, follow_up=_after(now, 30))
        met = chance.choice(("yes", "yes", "partly", "no"))
        if chance.random() < 0.8:
            over = now + timedelta(days=chance.randint(10, 60))
            self.days.on(over, lambda at: self._step(desk, going, "done", at, done_on=times.day(at), met=met))
        else:
            self._lose(desk, going, now + timedelta(days=chance.randint(60, 200)))

    # telling people, and claims -------------------------------------------------------------------------------------

    def _tell(self, chance: Random, desk: Desk, case: str, report: str, phone: Phone, now: datetime) -> None:
        """Something she has to be told: written to the phone the report came from, and answered from there or not."""
        step = {"person": "P1", "step": "ready", "due": _after(now, 14)}
        noted = tellings.note(self.session, desk=desk, case=case, now=now, **step)
        letter = Letter(report, {}, "Synthetic: what was asked for is ready.", "en", {}, _after(now, 30))
        about: dict[str, Any] = {"case": case, "of": noted.id, "version": noted.version, "letter": letter}
        message = answering.write(self.session, self.inbound, desk=desk, now=now, **about).messages[-1].id
        came, said = reports.number(chance), chance.choice(("told_her", "told_her", "told_her", "could_not_find"))

        def back(at: datetime) -> None:
            reports.answer(self.inbound, phone=phone, message=message, said=said, report=came, now=at)
            register.pull(self.session, self.inbound, desk=desk, now=at + timedelta(hours=1))

        if chance.random() < 0.8:
            self.days.on(now + timedelta(days=chance.choice((1, 3, 6, 10, 20))), back)
        later = now + timedelta(days=chance.randint(22, 60))
        self.days.on(later, lambda at: self._tell_otherwise(desk, case, noted.id, at))

    def _tell_otherwise(self, desk: Desk, case: str, telling: str, now: datetime) -> None:
        found = tellings.find(self.session, desk=desk, telling=telling, case=case)
        if not found.told:
            said: dict[str, Any] = {
                "version": found.version,
                "outcome": "told_her",
                "reason": "Synthetic: told at a visit.",
            }
            tellings.close(self.session, desk=desk, case=case, telling=telling, now=now, **said)

    def _claim(self, chance: Random, desk: Desk, case: str, report: str, now: datetime) -> None:
        state = chance.choice(list(words.invented_states(words.REFERENCE)))
        father = {"member_state": state, "category": chance.choice(CATEGORIES[:9])}
        begun = {"wants": "both", "born": str(now.year - 2), "case": case, "report": report}
        then = (claims.New("father_named", "F1", father), claims.New("registered"))
        made = claims.begin(self.session, desk=desk, claimant="mother", wished=begun, now=now, then=then)
        later = now + timedelta(days=chance.randint(10, 120))
        self.days.on(later, lambda at: self._notify(desk, made.id, at))

    def _notify(self, desk: Desk, claim: str, now: datetime) -> None:
        version = claims.find(self.session, desk=desk, claim=claim).version
        events = (claims.New("ms_notified", "F1"),)
        claims.act(self.session, desk=desk, claim=claim, version=version, events=events, now=now)

    # programmes and schools -----------------------------------------------------------------------------------------

    def _plan_programmes(self) -> None:
        start, end = self.days.until - timedelta(days=400), _after(self.days.until, 300)
        period = {"first": times.day(start), "last": end, "currency": "USD"}
        money = {"fund": "trust_fund", "partner": "Synthetic partner", "words": "Synthetic: this fund does not exist."}
        school = {**period, **money, "name": "School fund of Three Wells (synthetic)", "budget": "24000"}
        work = {**period, **money, "name": "Weavers’ loans and clinic (synthetic)", "budget": "60000", "fund": "other"}
        for fields, services, where in ((school, ("CHILD_EDU",), ("south",)), (work, ("LIVELI", "MED"), ("north",))):
            said = {**fields, "services": services, "places": where}
            self.days.on(start, partial(self._programme, said))
        for back, name in (
            (330, "Synthetic school term 1"),
            (150, "Synthetic school term 2"),
            (-30, "Synthetic term 3"),
        ):
            first = self.days.until - timedelta(days=back)
            term = {"name": name, "place": "", "first": times.day(first), "last": _after(first, 110), "notice": 28}
            self.days.on(start, partial(self._term, term))

    def _term(self, term: dict[str, Any], now: datetime) -> None:
        schooling.add_term(self.session, desk=self.first, now=now, **term)

    def _programme(self, said: dict[str, Any], now: datetime) -> None:
        made = programmes.add(self.session, desk=self.first, now=now, **said)
        service, place = said["services"][0], f"{said['places'][0]}-1"
        payee = {"payee": "school" if service == "CHILD_EDU" else "provider", "to": "Synthetic institution"}
        for months in range(1, 7):
            self.days.on(
                now + timedelta(days=30 * months),
                lambda at: self._spend(made.id, at, {"service": service, "place": place, **payee}),
            )

    def _spend(self, programme: str, now: datetime, fields: dict[str, Any]) -> None:
        version = programmes.find(self.session, desk=self.first, programme=programme).version
        asked: dict[str, Any] = {"desk": self.first, "programme": programme, "now": now}
        programmes.spend(self.session, version=version, amount="1250.00", day=times.day(now), **asked, **fields)
        reached: dict[str, Any] = {"service": fields["service"], "place": fields["place"], "people": "14"}
        days: dict[str, Any] = {"first": _after(now, -29), "last": times.day(now)}
        programmes.reach(self.session, version=version + 1, **asked, **reached, **days)

    def _school(self, chance: Random, desk: Desk, case: str, now: datetime) -> None:
        place = chance.choice(reports.PLACES)
        items = chance.choice((("fees",), ("fees", "uniform"), ("fees", "uniform", "books")))
        schooling.note(self.session, desk=desk, case=case, person="P2", place=place, items=items, now=now)


def _after(now: datetime, days: int) -> str:
    return days_after(times.day(now), days)
