"""The settings of an office that phones and forms go by: bounds, units, defaults, and where a default comes from.

Hours in which care can prevent something are from sources (domain brief 2.5). Who is asked about a child follows
*Caring for Child Survivors* as far as it is known here (2.4): `to_confirm`, until the office has looked at its own law.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.domain import ages, reference
from intake.domain.own_answer import USUAL_SHAPE, check_shape
from intake.domain.problems import Problem


@dataclass(frozen=True)
class Setting:
    """A number: `unit` is hours, seconds, days, minutes or years; from `least` to `most`, both allowed.

    `grave` is a setting with which somebody could come to harm when it is wrong.
    """

    name: str
    default: int
    unit: str
    least: int
    most: int
    grave: bool = False
    to_confirm: bool = False


NUMBERS: tuple[Setting, ...] = (
    Setting("pep_hours", 72, "hours", 24, 168, grave=True),
    Setting("ec_hours", 120, "hours", 24, 240, grave=True),
    Setting("child_account_from", ages.TABLE["child_account_from"], "years", 0, 18, grave=True, to_confirm=True),
    Setting("lock_after", 60, "seconds", 10, 600, grave=True),
    Setting("draft_hours", 72, "hours", 4, 336),
    Setting("keep_days", 30, "days", 7, 365, grave=True),
    Setting("utc_offset_minutes", 0, "minutes", -720, 840),
)
BY_NAME: Mapping[str, Setting] = {one.name: one for one in NUMBERS}
# The office's own, that phones do not get: how long somebody has a report, what a case's reference begins with, and
# whom officers call when a phone is lost.
HOLD = Setting("hold_hours", 24, "hours", 1, 336)
LOST_PHONE = "lost_phone_number"
OWN = frozenset({HOLD.name, LOST_PHONE, reference.ENTITY, reference.MISSION})
# What people write as a telephone number, in whatever digits they use.
_NUMBER = re.compile(r"[\d +()/.,;-]{0,40}")
LISTS = ("ages_child_agrees", "ages_carer_agrees", "ages_carer_if_wanted")
# In which shape a phone shows the number that somebody keeps: like a telephone number of the place.
SHAPE = "own_code_shape"
DEFAULTS: Mapping[str, Any] = {**{one.name: one.default for one in NUMBERS}, **ages.TABLE, SHAPE: USUAL_SHAPE}

# Who is asked at an age: the lists that then hold its band.
ASKED: Mapping[str, tuple[str, ...]] = {
    "carer": ("ages_carer_agrees",),
    "child_and_carer": ("ages_child_agrees", "ages_carer_agrees"),
    "child_and_carer_if_wanted": ("ages_child_agrees", "ages_carer_if_wanted"),
    "child": ("ages_child_agrees",),
}


def check(settings: Any) -> None:
    """Whether an office may set these.

    Raises Problem 422.270 (a number), 422.271 (ages), 422.366 (a shape), 422.184 (a code of entity or mission), 422.164
    (a telephone number), 404.6 (no such setting).
    """
    if not isinstance(settings, dict) or not set(settings) <= {*DEFAULTS, *OWN, "ages_no_account"}:
        raise Problem("404.6")
    _check_own(settings)
    check_shape(settings.get(SHAPE, USUAL_SHAPE))
    for name in BY_NAME.keys() & settings.keys():
        check_number(name, settings[name])
    if not all(_is_bands(settings[name]) for name in LISTS if name in settings):
        raise Problem("422.271")
    if None in asked({**DEFAULTS, **settings}).values():
        raise Problem("422.271")


def check_number(name: str, value: Any) -> None:
    """Raises Problem 404.6 for a setting that is no number, 422.270 for one out of bounds."""
    found = BY_NAME.get(name)
    if found is None:
        raise Problem("404.6")
    _check_bounds(found, value)


def check_telephone(value: Any) -> None:
    """Raises Problem 422.164 for what nobody could call; nothing at all is no number yet."""
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise Problem("422.164")


def asked(settings: Mapping[str, Any]) -> dict[str, str | None]:
    """Who is asked at each age, a key of ASKED; None where the lists fit none of them."""
    found = {}
    for band in ages.FIRST_YEAR:
        lists = {name for name in LISTS if band in settings[name]}
        found[band] = next((who for who, names in ASKED.items() if set(names) == lists), None)
    return found


def as_lists(chosen: Mapping[str, str]) -> dict[str, list[str]]:
    """The lists that say who is asked at each age. Raises Problem 422.271 unless every age has a key of ASKED."""
    if set(chosen) != set(ages.FIRST_YEAR) or not set(chosen.values()) <= set(ASKED):
        raise Problem("422.271")
    return {name: [band for band in ages.FIRST_YEAR if name in ASKED[chosen[band]]] for name in LISTS}


def _check_own(settings: Mapping[str, Any]) -> None:
    reference.check_codes(settings)
    check_telephone(settings.get(LOST_PHONE, ""))
    _check_bounds(HOLD, settings.get(HOLD.name, HOLD.default))


def _check_bounds(setting: Setting, value: Any) -> None:
    if type(value) is not int or not setting.least <= value <= setting.most:
        raise Problem("422.270")


def _is_bands(value: Any) -> bool:
    return isinstance(value, list) and set(map(str, value)) <= set(ages.FIRST_YEAR)
