"""Synthetic claims for a demo: invented rows over many States, which say of themselves that they are synthetic."""

from random import Random

from intake.domain.claim_rows import FIELDS
from intake.domain.claim_standing import CATEGORIES, WANTS

ROWS, STATES = 750, 55
_YEARS = range(2006, 2026)


def rows(countries: list[str], *, number: int = ROWS, seed: int = 7) -> list[list[str]]:
    """A table with its columns, as `services.claim_lists` takes it. `countries` are two-letter codes to choose from.

    Which State a row names is chance and says nothing about any State.
    """
    chance = Random(seed)  # noqa: S311  invented rows, the same each time
    chosen = sorted(chance.sample(sorted(countries), STATES))
    return [list(FIELDS), *(_row(chance, chosen, one) for one in range(1, number + 1))]


def _row(chance: Random, states: list[str], number: int) -> list[str]:
    year = chance.choice(_YEARS)
    day = [f"{year + later}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}" for later in range(1)]
    said = {
        "key": f"SYNTHETIC-{number:04}",
        "claimant": chance.choice(["mother", "mother", "mother", "guardian"]),
        "wants": chance.choice(WANTS),
        "born": str(year - chance.randint(0, 2)),
        # Every State is there.
        "state": states[number % STATES],
        "category": chance.choice(CATEGORIES[:9]),
        "wished": day[0],
        "registered": day[0] if chance.random() < 0.95 else "",
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
    return [said.get(name, "") for name in FIELDS]
