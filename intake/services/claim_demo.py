"""Synthetic claims for a demo: invented over many States, and they say of themselves that they are synthetic.

Two shapes of the same: rows of a list, as an office would take it in, and claims with a life of their own over twenty
years, with delays as they are plausible. Which State answers how fast is chance and says nothing about any State; a
demo takes States that do not exist (`words.invented_states`).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from intake.domain.claim import Claim
from intake.domain.claim_law import LAW
from intake.domain.claim_rows import FIELDS
from intake.domain.claim_standing import CATEGORIES, CHILD, GUARDIAN, MOTHER, WANTS, Event
from intake.services import claim_lists, claims, dispatches, records
from intake.services.claim_lists import Taken
from intake.services.desk import Desk
from intake.store import Session

ROWS, STATES = 750, 55
_YEARS = range(2006, 2026)
# The last day on which one of the lives begins. What follows goes on from day to day, so a day that is over stays.
LAST = date(2026, 9, 30)
_SEED = 7


def rows(countries: Sequence[str], *, number: int = ROWS, seed: int = _SEED) -> list[list[str]]:
    """A table with its columns, as `services.claim_lists` takes it. `countries` are two-letter codes to choose from."""
    chance = Random(seed)  # noqa: S311  invented rows, the same each time
    chosen = _chosen(chance, countries)
    return [list(FIELDS), *(_row(chance, chosen, one) for one in range(1, number + 1))]


def _chosen(chance: Random, countries: Sequence[str]) -> list[str]:
    return sorted(chance.sample(sorted(countries), STATES))


def _row(chance: Random, states: list[str], number: int) -> list[str]:
    year = chance.choice(_YEARS)
    day = f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    said = {
        "key": f"SYNTHETIC-{number:04}",
        "claimant": chance.choice(["mother", "mother", "mother", "guardian"]),
        "wants": chance.choice(WANTS),
        "born": str(year - chance.randint(0, 2)),
        # Every State is there.
        "state": states[number % STATES],
        "category": chance.choice(CATEGORIES[:9]),
        "wished": day,
        "registered": day if chance.random() < 0.95 else "",
        "mother_name": f"Synthetic mother {number}",
        "child_name": f"Synthetic child {number}",
        "father_name": f"Synthetic soldier {number}",
        "father_more": "Synthetic: nobody is called so",
    }
    if said["registered"] and chance.random() < 0.8:
        said["ms_notified"] = f"{year}-12-{chance.randint(29, 31)}"
        if chance.random() < 0.5:
            said["ms_acknowledged"] = str(min(year + 1, _YEARS[-1]) if year < _YEARS[-1] else f"{year}-12-31")
            if chance.random() < 0.3:
                said["focal_point_named"] = said["ms_acknowledged"]
    if said["registered"] and chance.random() < 0.1:
        said["withdrawn"] = f"{_YEARS[-1] + 1}-01-15"
    said["counting"] = "yes" if chance.random() < 0.9 else "no"
    return [said.get(name, "") for name in FIELDS]


# lives --------------------------------------------------------------------------------------------------------------


def lives(countries: Sequence[str], *, today: date, by: str, number: int = ROWS, seed: int = _SEED) -> list[Claim]:
    """Claims as they stand on a day, each with what happened to it; what happened was known on the same day.

    What was known at the end of an earlier day is the same whichever day is `today`; ids too are the same each time.
    Most States get a few claims and some get many.
    """
    chance = Random(seed)  # noqa: S311  invented lives, the same each time
    states = _chosen(chance, countries)
    many = [1 / (1 + place) ** 0.8 for place in range(STATES)]
    zeal = {state: chance.betavariate(2, 2) for state in states}
    found = []
    for one in range(1, number + 1):
        state = states[one - 1] if one <= STATES else chance.choices(states, many)[0]
        found.append(_Life(chance, one, by).lived(state, zeal[state], today))
    return [one for one in found if one.events]


def keep(session: Session, *, desk: Desk, lives: Sequence[Claim], now: datetime) -> Taken:
    """Write lives into an office as one list that it took in: sealed, with names and results under *identity*.

    Raises Problem 403.20.
    """
    rules = claims.policy(session, desk=desk)
    for one in lives:
        claims.store(session, desk=desk, claim=one, rules=rules, now=now)
        _keep_identity(session, desk, dispatches.NAMES, one.id, _names(one.reference[-4:]), now)
        for result in one.all("dna_result_in"):
            found = "match" if one.has("established") else "no_match"
            _keep_identity(session, desk, dispatches.RESULT, result.id, {"result": found}, now)
    made = {one.reference: one.id for one in lives}
    return claim_lists.took(session, desk=desk, made=made, named=True, now=now)


def _names(number: str) -> dict[str, dict[str, str]]:
    said = {MOTHER: "mother", CHILD: "child", "F1": "soldier"}
    return {whose: {"name": f"Synthetic {who} {number}"} for whose, who in said.items()}


def _keep_identity(session: Session, desk: Desk, kind: str, id: str, content: dict[str, Any], now: datetime) -> None:
    records.put(session, desk=desk, kind=kind, id=id, content=content, seen=0, now=now, chain="identity")


class _Life:
    """One claim in the making, to its end: what has not happened by a day is left out last."""

    def __init__(self, chance: Random, number: int, by: str) -> None:
        self.chance, self.number, self.by = chance, number, by
        self.events: list[Event] = []
        years = (LAST - date(_YEARS[0], 1, 1)).days
        # More are received of late than in the first years.
        self.day = date(_YEARS[0], 1, 1) + timedelta(days=int(years * chance.random() ** 0.6))
        self.seconds = 0

    def lived(self, state: str, zeal: float, today: date) -> Claim:
        self._begin(state)
        if self._later(5, 200, 0.93, "ms_notified", "F1") and self.chance.random() < 0.35 + 0.6 * zeal:
            self._answered(zeal)
        else:
            self._stalled(("ms_no_reply", "no_focal_point"), 0.35)
        self._tell()
        known = [event for event in self.events if event.known <= today.isoformat()]
        return Claim.of(str(uuid5(NAMESPACE_URL, f"synthetic:{self.number}")), 0, known)

    def _begin(self, state: str) -> None:
        born = str(self.day.year - self.chance.randint(0, 2))
        reference = f"SYNTHETIC-{self.number:04}"
        self._add("wished", MOTHER, reference=reference, wants=self.chance.choice(WANTS), born=born)
        self._add("counting_agreed" if self.chance.random() < 0.93 else "counting_refused")
        self._add("father_named", "F1", member_state=state, category=self.chance.choice(CATEGORIES[:9]))
        self._add("registered")

    def _answered(self, zeal: float) -> None:
        if not self._later(10, int(1200 * (1.1 - zeal)) + 30, 1, "ms_acknowledged", "F1"):
            return
        way = self.chance.random()
        if way < 0.3:
            if self._later(30, 500, 0.9, "admitted", "F1") and self._later(
                10, 200, 0.9, "established", "F1", basis="admission"
            ):
                self._supported()
        elif way < 0.62:
            self._tested()
        elif way < 0.75:
            self._later(100, 1500, 0.9, "not_established", reason=self.chance.choice(("father_unidentified", "cost")))
        elif way < 0.85:
            self._later(60, 1500, 0.9, "withdrawn", MOTHER)
        else:
            self._stalled(("father_left_service", "ms_reply_incomplete", "court_required", "cost", "security"), 0.8)

    def _tested(self) -> None:
        if not self._later(20, 300, 0.95, "dna_needed"):
            return
        for who in (MOTHER, GUARDIAN):
            self._later(1, 30, 1, "consented", who, how="signed")
        if self._sampled(MOTHER) and self._sampled(CHILD):
            self._his_turn()

    def _his_turn(self) -> None:
        if self.chance.random() < 0.12:
            self._later(20, 300, 1, "dna_law_excludes", "F1")
            return
        asked = self._later(5, 90, 1, "dna_father_requested", "F1")
        if not asked or self.chance.random() < 0.15:
            if asked and self._later(30, 400, 1, "dna_father_refused", "F1"):
                self._stalled(("father_refuses_sample",), 1)
            return
        if not (self._later(20, 500, 0.9, "consented", "F1", how="signed") and self._sampled("F1")):
            return
        if self._later(20, 200, 0.85, "dna_result_in", "F1", laboratory="Synthetic laboratory"):
            self._decided()
        else:
            self._stalled(("lab_delay", "result_not_communicated"), 0.7)

    def _decided(self) -> None:
        if self.chance.random() > 0.8:
            self._later(5, 90, 1, "not_established", reason="father_unidentified")
        elif self._later(5, 120, 0.95, "established", "F1", basis="dna"):
            self._supported()

    def _sampled(self, whose: str) -> bool:
        kit, who = f"KIT-{self.number}-{whose}", "Synthetic nurse"
        return (
            self._later(5, 200, 0.95, "sample_collected", whose, kit=kit, collector=who)
            and self._later(0, 2, 1, "sample_sealed", kit, seal=f"S-{kit}", who=who)
            and self._later(5, 90, 0.95, "sample_at_lab", kit, laboratory="Synthetic laboratory", seal_whole="yes")
        )

    def _supported(self) -> None:
        if self._later(10, 300, 0.9, "recognition_filed", "member_state", where="court"):
            self._recognised()

    def _recognised(self) -> None:
        if self._later(60, 900, 0.8, "recognised", "member_state", where="court"):
            self._paid()

    def _paid(self) -> None:
        """Support is ordered for most of those who are recognised; each month of it is paid, for a while at least."""
        month = f"{self.day.year + self.day.month // 12}-{self.day.month % 12 + 1:02}"
        asked = {"from": month, "amount": "60.00", "currency": "USD", "by_whom": "court"}
        if not self._later(5, 200, 0.7, "support_ordered", **asked):
            return
        for _ in range(self.chance.randint(0, 30)):
            self._later(28, 34, 1, "support_paid", month=month, amount="60.00")
            year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
            month = f"{year}-{number + 1:02}"

    def _tell(self) -> None:
        """Of most steps somebody told the claimant, often late: what is nobody's to tell stays as it is."""
        for event in [one for one in self.events if LAW[one.kind].told]:
            self.day = date.fromisoformat(event.known)
            way = self.chance.random()
            if way < 0.55:
                self._told(event, self.chance.randint(1, 13))
            elif way < 0.93:
                self._told(event, self.chance.randint(15, 120))

    def _told(self, event: Event, days: int) -> None:
        how = self.chance.choice(("phone", "in_person"))
        self._later(days, days, 1, "claimant_told", event.id, how=how, who="Synthetic officer", language="fr")

    def _stalled(self, reasons: Sequence[str], share: float) -> None:
        if self.chance.random() < share:
            self._later(60, 700, 1, "hurdle", "", reason=self.chance.choice(reasons))

    def _later(self, least: int, most: int, share: float, kind: str, target: str = "", **details: str) -> bool:
        """Something that happens so many days later, or does not; whether it did."""
        self.day += timedelta(days=self.chance.randint(least, most))
        if self.chance.random() > share:
            return False
        self._add(kind, target, **details)
        return True

    def _add(self, kind: str, target: str = "", **details: str) -> None:
        self.seconds += 1
        day, at = self.day.isoformat(), f"{self.day}T08:{self.seconds // 60:02}:{self.seconds % 60:02}Z"
        id = str(uuid5(NAMESPACE_URL, f"synthetic:{self.number}:{self.seconds}"))
        self.events.append(Event(id, kind, day, day, self.by, at, target, details))
