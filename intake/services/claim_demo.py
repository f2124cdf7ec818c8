"""Synthetic claims for a demo: invented over many States, and they say of themselves that they are synthetic.

Two shapes of the same: rows of a list, as an office would take it in, and claims with a life of their own over twenty
years, with delays as they are plausible. Which State answers how fast is chance and says nothing about any State.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from intake.domain.claim import Claim
from intake.domain.claim_rows import FIELDS
from intake.domain.claim_standing import CATEGORIES, CHILD, GUARDIAN, MOTHER, WANTS, Event

ROWS, STATES = 750, 55
_YEARS = range(2006, 2026)
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

    The same each time for the same day, their ids too. Most States get a few claims and some get many.
    """
    chance = Random(seed)  # noqa: S311  invented lives, the same each time
    states = _chosen(chance, countries)
    many = [1 / (1 + place) ** 0.8 for place in range(STATES)]
    zeal = {state: chance.betavariate(2, 2) for state in states}
    found = []
    for one in range(1, number + 1):
        state = states[one - 1] if one <= STATES else chance.choices(states, many)[0]
        found.append(_Life(chance, one, today, by).lived(state, zeal[state]))
    return found


class _Life:
    """One claim in the making: what has not happened yet is left out, and all that would follow from it."""

    def __init__(self, chance: Random, number: int, today: date, by: str) -> None:
        self.chance, self.number, self.today, self.by = chance, number, today, by
        self.events: list[Event] = []
        years = (today - date(_YEARS[0], 1, 1)).days
        # More are received of late than in the first years.
        self.day = date(_YEARS[0], 1, 1) + timedelta(days=int(years * chance.random() ** 0.6))
        self.seconds = 0

    def lived(self, state: str, zeal: float) -> Claim:
        self._begin(state)
        if self._later(5, 200, 0.93, "ms_notified", "F1") and self.chance.random() < 0.35 + 0.6 * zeal:
            self._answered(zeal)
        else:
            self._stalled(("ms_no_reply", "no_focal_point"), 0.35)
        return Claim.of(str(uuid5(NAMESPACE_URL, f"synthetic:{self.number}")), 0, self.events)

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
            self._later(60, 900, 0.8, "recognised", "member_state", where="court")

    def _stalled(self, reasons: Sequence[str], share: float) -> None:
        if self.chance.random() < share:
            self._later(60, 700, 1, "hurdle", "", reason=self.chance.choice(reasons))

    def _later(self, least: int, most: int, share: float, kind: str, target: str = "", **details: str) -> bool:
        """Something that happens so many days later, or does not; whether it did."""
        self.day += timedelta(days=self.chance.randint(least, most))
        if self.chance.random() > share or self.day > self.today:
            return False
        self._add(kind, target, **details)
        return True

    def _add(self, kind: str, target: str = "", **details: str) -> None:
        self.seconds += 1
        day, at = self.day.isoformat(), f"{self.day}T08:{self.seconds // 60:02}:{self.seconds % 60:02}Z"
        id = str(uuid5(NAMESPACE_URL, f"synthetic:{self.number}:{self.seconds}"))
        self.events.append(Event(id, kind, day, day, self.by, at, target, details))
