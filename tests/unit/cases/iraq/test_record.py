"""The record of Iraq, where its files are: weeks without what no actor could do, the same deaths for whoever asks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from drawdown.cases.iraq import CASE
from drawdown.evaluate.folds import FoldError


def test_recorded_weeks(data: Path) -> None:
    found = CASE.recorded(data)
    assert found is not None
    record = found.weeks(date(2006, 1, 2), 13, ("Baghdad", "Basra", "Dahuk"))
    assert record.deaths.shape == (13, 3, 1)
    assert record.incidents[:, 0].min() > 0
    assert (record.largest <= 1005).all()
    assert record.attacks[:, 0].min() > 0
    with pytest.raises(FoldError, match="begin on Mondays"):
        found.weeks(date(2006, 1, 3), 13, ("Baghdad",))
    # The stampede on the Aimma bridge is in no week, though it is in the history.
    stampede = found.weeks(date(2005, 8, 29), 1, ("Baghdad",))
    assert stampede.largest.max() < 500
