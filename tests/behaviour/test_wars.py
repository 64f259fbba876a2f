"""What the default priors, with nothing fitted, hold possible in wars that moved and wars that did not."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from drawdown.engine import Batch, Engine
from tests.wars import ACTORS, PLACES, SOMALIA, War, scenario_of

SEED = 20070903
FUTURES = 256
WHO = {name: k for k, name in enumerate(ACTORS)}
WHERE = {name: k for k, name in enumerate(PLACES)}


@cache
def futures_of(war: str, weeks: int) -> Batch:
    """Futures of a war under its plan."""
    return Engine(scenario_of(WARS[war], weeks)).run("as it was", SEED, np.arange(FUTURES))


WARS: dict[str, War] = {war.name: war for war in (SOMALIA,)}


def test_the_rule_of_one_who_left_ends_with_it() -> None:
    """Eight weeks after its last soldier, below a twentieth of the residents of every place, in every future of the slowest priors too."""
    batch = futures_of(SOMALIA.name, 52)
    force, rule = (batch.series[n][:, :, WHO["guest"]] for n in ("force", "control"))
    assert (rule[0].max(0) > 0.1).mean() > 0.9
    for place, future in np.argwhere(rule[0] > 0.05):
        last = np.flatnonzero(force[:, place, future] >= 1.0).max()
        assert last + 8 < 52
        assert rule[last + 8, place, future] < 0.05


@pytest.mark.parametrize("war", WARS)
def test_no_future_breaks(war: str) -> None:
    assert not futures_of(war, 52).status.any()
