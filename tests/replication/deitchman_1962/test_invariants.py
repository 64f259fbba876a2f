"""Deitchman 1962 and Lanchester: what attrition leaves unchanged and who wins, re-made with the model's own fighting.

Area fire: each side's losses grow with the product of both (they must be found), dx = -a x y, dy = -b x y, so that b x - a y is constant
(Lanchester's linear law; the guerrilla's side of Deitchman's ambush). In the model that is contact with an exponent of two, and a/b is the
exchange: the steps of `clashes` and `forces` follow it week by week. With an exponent of one, as the prior has it at its middle, losses
grow with the geometric mean and the same line is kept, more slowly. The equations are of armies: what a trace of a side does, and what
friends do, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, initial, step

ARMY, REBELS = 10_000.0, 9_000.0
PEOPLE = 10_000_000.0
WEEKS = 12


def fought(exponent: float, exchange: float, army: float = ARMY, rebels: float = REBELS, weeks: int = WEEKS) -> np.ndarray:
    """Soldiers and rebels of one place at the end of each week, [week, side], by the steps of two mechanisms; nobody joins or leaves."""
    params = {
        "contact_exponent": exponent, "presence_effect": 0.0, "trace_contact": 1e-9, "new_front": 0.0, "crowding": 1e9, "fatal_share": 0.5,
        "exchange_host": exchange, "bystanders": 0.0, "severity_state": 3.1, "cutoff": 60.0, "handful": 1e-9, "friendly": 1e-9,
    }  # fmt: skip
    front: Mapping[str, Chosen] = {"population": {"hill": PEOPLE}, "hostility": {"army--rebels": 1.0}}
    deployed = {("hill", "army"): 1.0, ("hill", "rebels"): 1.0}
    begun = initial("clashes", {**front, "strength": {"army": ARMY, "rebels": REBELS}, "deployment": deployed}, params)
    path = [(army, rebels)]
    for _ in range(weeks):
        force = {("hill", "army"): path[-1][0], ("hill", "rebels"): path[-1][1]}
        clashes = step(
            "clashes",
            {
                "residents": {("hill", "red"): PEOPLE}, "enmity": {"army--rebels": 1.0}, "force": force, "attack_rate": {"hill": 1500.0},
                "contact_with_state": begun["contact_with_state"], "security_at_origin": begun["security_at_origin"],
            },
            params,
        )  # fmt: skip
        settled = step("forces", {"force": force, "losses": clashes["losses"]})
        path.append((cell(settled, "force", "hill", "army"), cell(settled, "force", "hill", "rebels")))
    return np.array(path)


@pytest.mark.parametrize(("exponent", "exchange"), [(1.0, 2.0), (2.0, 0.5)])
def test_the_linear_law_is_kept(exponent: float, exchange: float) -> None:
    """Each soldier costs the rebels the exchange, to the rounding of whole deaths: half a death each week, and the largest incident."""
    path = fought(exponent, exchange)
    lost = path[0] - path
    assert lost[-1].min() > 500
    np.testing.assert_allclose(lost[1:, 1], exchange * lost[1:, 0], rtol=0.01, atol=WEEKS * (1 + exchange))


def test_area_fire_is_fought_as_its_equations_say() -> None:
    """Deaths in a week against a x y: from week to week they fall as the product of what is left does, within 2%."""
    path = fought(2.0, 1.0)
    deaths, product = -np.diff(path.sum(axis=1)), path[:-1].prod(axis=1)
    np.testing.assert_allclose(deaths / deaths[0], product / product[0], rtol=0.02)
    assert product[-1] < 0.5 * product[0]


def test_at_the_middle_of_the_prior_losses_grow_with_the_geometric_mean() -> None:
    path = fought(1.0, 1.0)
    deaths, mean = -np.diff(path.sum(axis=1)), np.sqrt(path[:-1].prod(axis=1))
    np.testing.assert_allclose(deaths / deaths[0], mean / mean[0], rtol=0.02)


@pytest.mark.parametrize(("rebels", "exchange", "first"), [(9_000.0, 2.0, "rebels"), (9_000.0, 0.5, "army")])
def test_who_wins_is_decided_by_the_line(rebels: float, exchange: float, first: str) -> None:
    """The side that would run out first on the line exchange x soldiers = rebels has the smaller share left."""
    assert (rebels < exchange * ARMY) is (first == "rebels")
    path = fought(1.0, exchange, rebels=rebels, weeks=16)
    left = path[-1] / path[0]
    assert bool(left[1] < left[0]) is (first == "rebels")
    assert left.min() < 0.5
