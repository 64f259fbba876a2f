"""Hard Lessons (2009; Iraq Inquiry, page 1044) and the reports of Basra, March 2008: one parameter set for calm, siege and collapse.

April 2004, ICDC, two weeks: 30% left in the north-east, 49% in Baghdad, 30% in the south centre, 82% in the west. Basra, a week: 3 to 4%
dismissed, 30% the highest claim. Quiet: 0.28 to 0.67% a week (ARVN). Validation V7: quiet under 1% a week, in an offensive with embedded
troops 3 to 30% a week, local, unembedded and losing 30 to 82%. The conditions of each case are our reading of the sources; the
parameters are the mechanism's own best values in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from drawdown.mechanisms import desertion, forces
from drawdown.world import Structure
from tests.by_hand import Seen

ACTORS, KINDS = ("foreign-force", "national-army", "militia"), ("foreign", "army", "insurgent")
DRAWS = 4096


class Luck:
    """The mechanism's random numbers: the unlike units of `DRAWS` futures."""

    def normal(self, name: str, dims: tuple[str, ...]) -> tuple[Any, Any, Any, Any]:
        z = np.random.default_rng(len(name)).normal(size=(4, 1, 3, DRAWS))
        return tuple(jnp.asarray(part, jnp.float32) for part in z)  # type: ignore[return-value]  # four of them

    def uniform(self, name: str, dims: tuple[str, ...]) -> tuple[Any, Any, Any, Any]:
        u = np.random.default_rng(len(name)).uniform(size=(4, 1, 3, DRAWS))
        return tuple(jnp.asarray(part, jnp.float32) for part in u)  # type: ignore[return-value]  # four of them

    mixed = uniform


@dataclass(frozen=True)
class Case:
    """Per 1,000 residents: foreign troops, soldiers, assailants; shares: recruited locally, at one with them; an assault or none."""

    foreign: float
    army: float
    assailants: float
    local: float
    sympathy: float
    assault: float
    capability: float = 0.35  # of the government that pays them


def left(case: Case, weeks: int = 1) -> np.ndarray:
    """Share of soldiers who left, by future; last week's share feeds the panic of the next."""
    structure = Structure(("place",), ("people",), ACTORS, KINDS, (), (), (), (-1, -1, -1))
    ones = jnp.ones((1, 3, DRAWS), jnp.float32)
    weights = {p.name: p.best for p in forces.MECHANISM.params}
    dense = jnp.asarray(np.array([case.foreign, case.army, case.assailants])[None, :, None], jnp.float32) * ones
    offensive = jnp.asarray(np.array([0.0, 0.0, case.assault])[None, :, None], jnp.float32) * ones
    sympathy = jnp.asarray(np.array([0.0, 0.0, case.sympathy])[None, :, None], jnp.float32) * ones
    key: Any = Luck()
    params = Seen(**{p.name: jnp.full(DRAWS, p.best, jnp.float32) for p in desertion.MECHANISM.params})
    stayed, panic = np.ones(DRAWS), jnp.zeros_like(ones)
    for _ in range(weeks):
        state = Seen(
            structure,
            density=dense,
            weight=dense * jnp.asarray([weights["guard_foreign"], weights["guard_army"], 1.0])[None, :, None],
            force=1000.0 * dense,
            backing=1000.0 * dense,
            people=jnp.full((1, DRAWS), 1e6),
            capability=jnp.full(DRAWS, case.capability),
            foreign_density=dense[:, 0],
            offensive=offensive,
            seat=jnp.zeros((1, 1), jnp.float32),
            faith=jnp.ones(DRAWS, jnp.float32),
            sympathy=sympathy,
            local_share=jnp.full_like(ones, case.local),
            panic=panic,
            week=jnp.float32(1.0),
        )
        change = desertion.step(key, state, params)
        share = 1.0 - np.exp(-np.asarray(change.add["desert_hazard"])[0, 1])
        stayed = stayed * (1.0 - share)
        panic = jnp.asarray(np.broadcast_to(share, (1, 3, DRAWS)), jnp.float32)
    return 1.0 - stayed


QUIET = Case(foreign=2.0, army=5.0, assailants=1.0, local=0.5, sympathy=0.2, assault=0.0)
BASRA_2008 = Case(foreign=1.5, army=12.0, assailants=4.0, local=0.1, sympathy=0.1, assault=1.0)
EARLY = 0.2  # in April 2004 there was no sovereign government, and the corps was months old (assumed)
# The south centre lost as many, and the sources give no condition in which it differed: one case stands for both.
NORTH_EAST = Case(foreign=2.0, army=1.5, assailants=1.0, local=0.6, sympathy=0.2, assault=1.0, capability=EARLY)
BAGHDAD = Case(foreign=1.0, army=1.0, assailants=1.5, local=0.7, sympathy=0.4, assault=1.0, capability=EARLY)
WEST = Case(foreign=0.3, army=0.8, assailants=3.0, local=1.0, sympathy=0.8, assault=1.0, capability=EARLY)


def test_few_leave_in_quiet() -> None:
    weekly = np.median(left(QUIET))
    assert 0.002 < weekly < 0.01


def test_most_stay_in_an_offensive_when_embedded_and_backed() -> None:
    week = np.median(left(BASRA_2008))
    assert 0.03 < week < 0.30


@pytest.mark.parametrize(("case", "published"), [(NORTH_EAST, 0.30), (BAGHDAD, 0.49), (WEST, 0.82)])
def test_april_2004_by_region_from_one_parameter_set(case: Case, published: float) -> None:
    shares = left(case, weeks=2)
    low, high = np.quantile(shares, (0.05, 0.95))
    assert low < published < high


def test_the_west_lost_most_and_the_order_is_kept() -> None:
    middle = [float(np.median(left(c, weeks=2))) for c in (NORTH_EAST, BAGHDAD, WEST)]
    assert middle[0] < middle[1] < middle[2]
    assert middle[2] > 0.6
    # Published: 82% against 30%.
    assert middle[2] > 2 * middle[0]


@pytest.mark.parametrize("worse", [{"local": 0.9}, {"foreign": 0.0}, {"assailants": 4.0}, {"sympathy": 0.8}])
def test_each_condition_that_the_sources_stress_matters(worse: dict[str, float]) -> None:
    from dataclasses import replace

    assert np.median(left(replace(NORTH_EAST, **worse))) > 1.1 * np.median(left(NORTH_EAST))
