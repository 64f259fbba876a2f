"""Two small runs, frozen: whoever changes their numbers says so, and why, in a fragment of the changelog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from drawdown.engine import Batch, Engine
from tests.golden import frozen

RUNS = list(frozen.PLANS)


@pytest.fixture(scope="module")
def batch(small: Engine, futures_of: Callable[[str], Batch]) -> Callable[[str], Batch]:
    """The run of today; that of Iraq is shared with the tests of behaviour."""
    ran = small.run(frozen.PLANS["skeleton"], frozen.SEED, np.arange(frozen.FUTURES))
    return lambda run: ran if run == "skeleton" else futures_of(frozen.PLANS[run])


@pytest.mark.parametrize("run", RUNS)
def test_the_frozen_run_has_not_moved(batch: Callable[[str], Batch], run: str) -> None:
    then, (now, size) = frozen.read(run), frozen.measured(run, batch(run))
    assert then.keys() == now.keys(), "recorded quantities have changed: freeze anew (tests/golden/frozen.py) and say why"
    moved = frozen.parted(then, now, size)
    told = "\n".join(f"future {future} {where}" for future, where in list(moved.items())[:20])
    assert len(moved) <= frozen.MAY_TIP, f"{len(moved)} of {frozen.FUTURES} futures moved; if meant, freeze anew and say why:\n{told}"


@pytest.mark.parametrize("run", RUNS)
def test_the_frozen_numbers_have_a_cause_in_the_changelog(repository: Path, run: str) -> None:
    mark = frozen.digest(run)
    told = [*(repository / "changelog.d").glob("*.numbers.md"), repository / "CHANGELOG.md"]
    assert any(mark in file.read_text(encoding="utf-8") for file in told), (
        f"no fragment of type `numbers` names the frozen run {mark}: a golden file changes only together with its cause"
    )


ABSENT = {"sent", "founded"}  # only a country that says who may come or rise has them: tests/unit/countries runs one


@pytest.mark.parametrize("run", RUNS)
def test_every_recorded_quantity_is_frozen_and_lives(batch: Callable[[str], Batch], run: str) -> None:
    """A quantity that never moves in either run would be watched by nobody."""
    kept = frozen.read(run)
    assert set(batch(run).series) < set(kept)
    everywhere = {name for other in RUNS for name, values in frozen.read(other).items() if np.ptp(values) > 0}
    assert everywhere == set(kept) - ABSENT


def test_a_change_of_one_in_ten_is_noticed_and_rounding_is_not(batch: Callable[[str], Batch]) -> None:
    now, size = frozen.measured("skeleton", batch("skeleton"))
    rounded = {name: (values * np.float32(1 + frozen.ROUNDING / 3)) for name, values in now.items()}
    assert frozen.parted(now, rounded, size) == {}

    def told(futures: int, by: float) -> int:
        few = now["civilian_deaths"].copy()
        few[1, :futures] *= 1 + by
        return len(frozen.parted(now, {**now, "civilian_deaths": few}, size))

    assert told(frozen.FUTURES // 50, 0.01) <= frozen.MAY_TIP < told(-(-frozen.FUTURES // 10), 0.01)


def test_a_week_late_and_another_places_are_noticed(batch: Callable[[str], Batch]) -> None:
    values = batch("skeleton").series["control"]
    for other in (np.roll(values, 1, axis=0), values[:, ::-1], values[:, :, ::-1]):
        assert np.mean(np.abs(frozen.mark(other) - frozen.mark(values)) > frozen.ROUNDING * np.abs(frozen.mark(values))) > 0.9


def test_the_frozen_run_would_notice_a_change(small: Engine) -> None:
    """A parameter a hundredth of its size away: no mean over futures shows it."""
    changed = small.with_parameters({"clashes.bystanders": 0.101}), small.with_parameters({"clashes.bystanders": 0.1})
    (was, size), (now, _) = (
        frozen.measured("skeleton", engine.run(frozen.PLANS["skeleton"], frozen.SEED, np.arange(frozen.FUTURES))) for engine in changed
    )
    assert len(frozen.parted(was, now, size)) > frozen.MAY_TIP
