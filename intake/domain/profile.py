"""DNA profiles are never kept, not even in a remark: a text that reads like one is refused.

What a profile looks like: places on the genome that laboratories test (the sets of CODIS and Europe, and those of the Y
chromosome), and beside each the pair of numbers that was found there.
"""

import re

from intake.domain.problems import Problem

_LOCUS = re.compile(
    r"\b(D\d{1,2}S\d{2,4}|DYS\d{3}\w*|v ?WA|FGA|TH ?0?1|TPOX|CSF1PO|SE ?33|penta ?[DE]|amel\w*|HPRTB|F13\w*)\b"
    r"[^\w\n]{0,5}(\d{1,2}(\.\d)?|X)",
    re.IGNORECASE,
)
_PAIR = re.compile(r"(?<![\d./-])\d{1,2}(\.[1-3])?\s?[,;/|-]\s?\d{1,2}(\.[1-3])?(?![\d./-])")
PAIRS = 5


def looks_like_profile(text: str) -> bool:
    """Whether a text reads like a DNA profile: a tested place with a number, or many pairs of small numbers."""
    return _LOCUS.search(text) is not None or len(_PAIR.findall(text)) >= PAIRS


def check_no_profile(text: str) -> None:
    """Raises Problem 422.303."""
    if looks_like_profile(text):
        raise Problem("422.303")
