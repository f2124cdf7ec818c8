"""Estimates of few cases: how sure a share is, and how much is completed by a day when some cases are still open.

Loading the library behind it takes seconds: whoever needs an estimate imports this module then.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

LEVEL = 0.95
# The normal distribution's value for it.
_Z = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A share from 0 to 1, and between which values it lies with 95 % certainty."""

    value: float
    low: float
    high: float


def share(numerator: int, denominator: int) -> Estimate:
    """A share with Wilson's interval, which keeps its promise for few cases too."""
    low, high = proportion_confint(numerator, denominator, alpha=1 - LEVEL, method="wilson")
    return Estimate(numerator / denominator, max(float(low), 0.0), min(float(high), 1.0))


def completed_by(day: int, days: Sequence[int], done: Sequence[bool]) -> Estimate:
    """The share that is completed within so many days, by Kaplan and Meier with Greenwood's interval.

    `days` is how long each case took, or has been open; `done` whether it is completed. Open cases are not left out:
    each counts for as long as it was seen.
    """
    curve = _curve(days, done)
    reached = np.flatnonzero(curve.surv_times <= day)
    if not len(reached):
        return Estimate(0.0, 0.0, 0.0)
    left = float(curve.surv_prob[reached[-1]])
    # Where nobody is left, the library divides nothing by nothing: then there is no error either.
    error = float(np.nan_to_num(curve.surv_prob_se[reached[-1]]))
    return Estimate(1 - left, max(1 - left - _Z * error, 0.0), min(1 - left + _Z * error, 1.0))


def median(days: Sequence[int], done: Sequence[bool]) -> int | None:
    """By when half are completed, open cases counted as above; None while that cannot be said."""
    curve = _curve(days, done)
    below = np.flatnonzero(curve.surv_prob <= 0.5 + 1e-9)
    return int(curve.surv_times[below[0]]) if len(below) else None


def _curve(days: Sequence[int], done: Sequence[bool]) -> SurvfuncRight:
    with np.errstate(divide="ignore", invalid="ignore"):
        return SurvfuncRight(np.asarray(days, dtype=float), np.asarray(done, dtype=int))
