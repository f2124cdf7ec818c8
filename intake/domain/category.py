"""The category of an allegation, from plain questions: as it is counted in the United Nations' quarterly updates.

The officer answers what anybody can answer; the category follows, and its nature is set in the office by a person.
Any sexual activity with somebody below eighteen is abuse, whatever else was said.
"""

from collections.abc import Mapping
from typing import Any, Literal

from intake.domain.ages import is_child

Category = Literal["sexual_abuse", "sexual_exploitation", "other", "unknown"]
ASKED = ("under_18", "forced", "exchanged")


def category(answers: Mapping[str, Any]) -> Category:
    """What the answers of one report say. *unknown* unless something was answered with yes or everything with no."""
    if is_child(answers.get("age_band")) or "yes" in (answers.get("under_18"), answers.get("forced")):
        return "sexual_abuse"
    if answers.get("exchanged") == "yes":
        return "sexual_exploitation"
    return "other" if all(answers.get(question) == "no" for question in ASKED) else "unknown"
