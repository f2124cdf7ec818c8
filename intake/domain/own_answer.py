"""Her own answer: a number that she keeps, and one of ten sentences that the office gives to whoever asks with it.

Twelve digits, ten by chance and two that check (ISO 7064, MOD 97-10): one wrong digit, or any two that changed places,
never make another good number. It is shown in the shape of a telephone number of the place, which the office sets.

The sentences say where things stand and nothing else: no word of what happened, of help, of a claim or of a child.
Whoever forces her to give the number away learns that somebody is at it, and no more.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from intake.domain.problems import Problem

DIGITS = 12
USUAL_SHAPE = "### ### ### ###"
LONGEST_SHAPE = 24
_SHAPE = re.compile(r"\+?[#0-9 ()./-]+")

SENTENCES = (
    "arrived",
    "read",
    "working",
    "arranged",
    "come",
    "your_word",
    "passed_on",
    "answered",
    "ended",
    "taken_back",
)

# What a claim about a father (`domain.claim_states.STATES`) comes to; "" says nothing beside the case.
CLAIMS: Mapping[str, str] = {
    "draft_wish": "",
    "registered": "working",
    "ms_notified": "passed_on",
    "ms_acknowledged": "passed_on",
    "focal_point_named": "passed_on",
    "father_unidentified": "passed_on",
    "father_located": "passed_on",
    "dna_needed": "your_word",
    "dna_consented": "passed_on",
    "dna_mc_collected": "passed_on",
    "law_excludes": "answered",
    "refused": "answered",
    "dna_father_requested": "passed_on",
    "dna_father_collected": "passed_on",
    "dna_at_lab": "passed_on",
    "dna_result_in": "answered",
    "result_communicated": "working",
    "admitted": "answered",
    "established": "working",
    "recognition_filed": "passed_on",
    "recognised": "working",
    "support_ordered": "working",
    "support_paid": "working",
    "support_in_arrears": "working",
    "reopened": "working",
    "closed_other": "",
    "not_established": "",
    "withdrawn": "",
}
# Of several claims, what asks most of her is said.
_FIRST = ("your_word", "answered", "passed_on", "working")


@dataclass(frozen=True)
class Standing:
    """Where a report stands. `to_tell`: something waits to be told to her; `silent`: nobody may contact her now.

    `claims` are the states of the claims in its case.
    """

    taken_back: bool = False
    opened: bool = False
    decided: bool = False
    in_case: bool = False
    closed: bool = False
    to_tell: bool = False
    silent: bool = False
    arranged: bool = False
    claims: tuple[str, ...] = ()


def sentence(standing: Standing) -> str:
    """One of SENTENCES: the first line that holds."""
    said = {CLAIMS.get(state, "") for state in standing.claims}
    claims = next((one for one in _FIRST if one in said), "")
    lines = (
        (standing.taken_back, "taken_back"),
        # While nobody may contact her, nothing draws her here either.
        (standing.silent, "working" if standing.in_case and not standing.closed else "read"),
        (standing.to_tell, "come"),
        (standing.closed, "ended"),
        (claims in ("your_word", "answered", "passed_on"), claims),
        (standing.arranged, "arranged"),
        (standing.in_case, "working"),
        (standing.decided, "ended"),
        (standing.opened, "read"),
    )
    return next((name for holds, name in lines if holds), "arrived")


# the number ---------------------------------------------------------------------------------------------------------


def make(ten: str) -> str:
    """The number of ten digits drawn by chance."""
    return f"{ten}{98 - int(ten) * 100 % 97:02d}"


def is_number(code: object) -> bool:
    """Whether it is twelve Latin digits that check."""
    plain = isinstance(code, str) and len(code) == DIGITS and code.isascii() and code.isdecimal()
    return plain and int(str(code)) % 97 == 1 and 2 <= int(str(code)[-2:]) <= 98


def typed(text: str, shape: str = USUAL_SHAPE) -> str:
    """A number as somebody typed it, with signs, in digits of any script; with what the shape adds or without.

    Raises Problem 422.367: no such number.
    """
    digits = "".join(str(unicodedata.digit(sign)) for sign in text if sign.isdecimal())
    pattern = "".join(sign for sign in shape if sign == "#" or sign.isdecimal())
    if len(digits) == len(pattern) > DIGITS:
        digits = "".join(digit for digit, place in zip(digits, pattern, strict=True) if place == "#")
    if not is_number(digits):
        raise Problem("422.367")
    return digits


def shaped(code: str, shape: str = USUAL_SHAPE) -> str:
    """The number as it is shown."""
    digits = iter(code)
    return "".join(next(digits, "") if sign == "#" else sign for sign in shape)


def check_shape(shape: object) -> None:
    """Raises Problem 422.366 unless twelve digits find their place in it, among signs of telephone numbers."""
    fits = isinstance(shape, str) and len(shape) <= LONGEST_SHAPE and _SHAPE.fullmatch(shape)
    if not fits or str(shape).count("#") != DIGITS:
        raise Problem("422.366")
