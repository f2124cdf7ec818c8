"""Ages as bands, and who below eighteen is asked what: the office's age table.

The table follows *Caring for Child Survivors* (IRC and UNICEF, 2012) as far as it is known here; an office sets its
own.
"""

from collections.abc import Mapping
from typing import Any

# The first year of each band of a child. Whoever is older decides alone.
FIRST_YEAR: Mapping[str, int] = {"0_5": 0, "6_11": 6, "12_14": 12, "15_17": 15}

TABLE: Mapping[str, Any] = {
    # whose agreement is asked beside the adult's
    "ages_child_agrees": ["6_11", "12_14", "15_17"],
    # where a safe adult's agreement is asked beside the child's
    "ages_carer_agrees": ["0_5", "6_11", "12_14"],
    # where an adult is asked only if the young person wants it
    "ages_carer_if_wanted": ["15_17"],
    # from this age on a child may add words of its own; younger ones are heard by somebody trained for it
    "child_account_from": 15,
}


def with_bands(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings and, as `ages_no_account`, the bands in which somebody may be younger than `child_account_from`.

    Rules compare codes and no numbers, so what is a year for the office is a list of bands for a form.
    """
    years = settings["child_account_from"]
    return {**settings, "ages_no_account": [band for band, first in FIRST_YEAR.items() if first < years]}


def is_child(band: object) -> bool:
    """Whether everybody in this band is below eighteen."""
    return isinstance(band, str) and band in FIRST_YEAR
