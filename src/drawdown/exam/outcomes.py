"""What is forecast: deaths of the `min(lead, 12)` months that end with month `lead`, month 1 being the month of the origin.

So lead 1 is the first month, 3 and 6 the first quarter and half-year, 12, 24, 36 and 60 a year that ends then. Scores are of
log(1 + deaths).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEADS = (1, 3, 6, 12, 24, 36, 60)
HORIZON = 60  # months
YEAR = 12


def length(lead: int) -> int:
    """Months in the window of a lead."""
    return min(lead, YEAR)


def of_months(monthly: Floats, lead: int) -> Floats:
    """Deaths in the window of a lead from months 1 .. HORIZON on the first axis; NaN where a month of the window is missing."""
    window: Floats = monthly[lead - length(lead) : lead].sum(axis=0)
    return window


def all_leads(monthly: Floats) -> Floats:
    """Windows of all LEADS: (month, ...) to (lead, ...)."""
    return np.stack([of_months(monthly, lead) for lead in LEADS])


def trailing(monthly: Floats, months: int) -> Floats:
    """Sums over `months` months, one for each month that ends such a window: (month, ...) to (month - months + 1, ...)."""
    zero = np.zeros((1, *monthly.shape[1:]))
    total = np.cumsum(np.concatenate([zero, monthly]), axis=0)
    sums: Floats = total[months:] - total[:-months]
    return sums
