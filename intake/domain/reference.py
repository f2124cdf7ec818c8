"""The reference of a case, `ENTITY-MISSION-YEAR-nnnn`, and the codes it begins with (domain brief 1.1).

The office sets both codes. Until it has, they follow from its name, so that a reference is never missing.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from intake.domain.problems import Problem

ENTITY, MISSION = "entity", "mission"
CODE = re.compile(r"[A-Z0-9]{2,12}")
NOBODY = "OFFICE"


def check_codes(settings: Mapping[str, Any]) -> None:
    """Raises Problem 422.184 for a code of entity or mission that is none."""
    for name in (ENTITY, MISSION):
        if name in settings and not (isinstance(settings[name], str) and CODE.fullmatch(settings[name])):
            raise Problem("422.184")


def codes(settings: Mapping[str, Any], office: str) -> tuple[str, str]:
    """Entity and mission as the office has set them, or what its name gives: first word, and the rest."""
    words = re.findall(r"[A-Z0-9]+", _latin(office))
    first, rest = "".join(words[:1])[:12], "".join(words[1:])[:12]
    usual = {ENTITY: first if CODE.fullmatch(first) else NOBODY, MISSION: rest if CODE.fullmatch(rest) else NOBODY}
    found = {**usual, **{name: settings[name] for name in usual if name in settings}}
    return str(found[ENTITY]), str(found[MISSION])


def are_set(settings: Mapping[str, Any]) -> bool:
    """Whether the office has set both codes itself."""
    return ENTITY in settings and MISSION in settings


def make(entity: str, mission: str, year: str, number: int) -> str:
    """One reference; the number of a year's ten-thousandth case has five digits."""
    return f"{entity}-{mission}-{year}-{number:04}"


def means(reference: str, typed: str) -> bool:
    """Whether what somebody typed is this reference: whole, or its year and number; capitals do not matter."""
    wanted = typed.strip().upper()
    return wanted in (reference, "-".join(reference.split("-")[-2:]))


def _latin(text: str) -> str:
    """Capitals without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)).upper()
