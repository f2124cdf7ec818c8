"""The saved cases of the card of time windows, always the same: days, months, ranges, nights, odd hours and clocks."""

import json
from random import Random
from typing import Any

from intake.domain.windows import windows

CASES = 400
HINT = "tests/vectors/windows.json is not what `python -m tests.vectors.windows` writes"
WHENS: list[Any] = [
    None, {"no": "unknown"}, {"no": "declined"}, {"no": "not_asked"}, {"when": "2026-11"}, {"when": "2026"},
    {"when": "2026-12"}, {"when": ["2026-11-17", "2026-11-19"]}, {"when": "2026-02-30"}, {"when": None}, {}, "yes", [],
]  # fmt: skip
NIGHTS: list[Any] = [None, "under_3", "from_3_to_5", "over_5", {"no": "declined"}, "never", 3]


def case(chance: Random) -> dict[str, Any]:
    """One question to the card, near a November day of 2026."""
    day = {"when": f"2026-11-{chance.randint(10, 24):02}"}
    settings = {
        "pep_hours": chance.choice([72, 72, 72, 48, 65, 80, None, "72"]),
        "ec_hours": chance.choice([120, 120, 96, 131]),
        "utc_offset_minutes": chance.choice([0, 180, -300, 345]),
    }
    return {
        "when": day if chance.random() < 0.7 else chance.choice(WHENS),
        "nights": chance.choice(NIGHTS),
        "settings": {name: value for name, value in settings.items() if value is not None},
        "now": f"2026-11-{chance.randint(18, 24)}T{chance.randint(0, 23):02}:{chance.choice([0, 1, 59]):02}",
    }


def text() -> str:
    """The file, one case a line."""
    chance = Random("intake windows 1")
    cases = [case(chance) for _ in range(CASES)]
    made = [{**one, "expect": windows(**one)} for one in cases]
    return "[\n" + ",\n".join(json.dumps(one, separators=(",", ":")) for one in made) + "\n]\n"


if __name__ == "__main__":
    from tests.vectors.fixed import HERE

    (HERE / "windows.json").write_text(text(), "utf-8")
