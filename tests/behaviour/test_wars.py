"""What the default priors, with nothing fitted, hold possible in wars that moved and wars that did not."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from drawdown.engine import Batch, Engine
from drawdown.mechanism import discover
from tests.wars import ACTORS, AFGHANISTAN, COLOMBIA, SOMALIA, WARS, ZAIRE, War, scenario_of

SEED = 20070903
FUTURES = 512
WHO = {name: k for k, name in enumerate(ACTORS)}
STATE = [WHO[name] for name in ("guest", "mission", "army", "police")]
CAPITAL, SECOND, THIRD, FOURTH, FIFTH, SIXTH = range(6)
WEEKS = {SOMALIA.name: 104, AFGHANISTAN.name: 130, ZAIRE.name: 104, COLOMBIA.name: 520}


@cache
def engine() -> Engine:
    """One program for all four."""
    return Engine(scenario_of(SOMALIA, 104))


@cache
def futures_of(name: str) -> Batch:
    """Futures of a war under its plan."""
    war = next(war for war in WARS if war.name == name)
    scenario = scenario_of(war, WEEKS[name])
    # Whether those who left come back is asked elsewhere: here rule ends with who left.
    return Engine(scenario, shared=engine()._shared).without("return_of_force").run("as it was", SEED, np.arange(FUTURES))


def rule(war: War, weeks: int, *who: int) -> np.ndarray:
    """Share of the residents under the rule of these together [week, place, future]."""
    whole: np.ndarray = futures_of(war.name).series["control"][:weeks][:, :, list(who)].sum(2)
    return whole


def most(war: War, weeks: int, *places: int) -> np.ndarray:
    """Whether there is a week by then in which the rebels rule most of each of these places [future]."""
    return np.asarray((rule(war, weeks, WHO["rebels"])[:, list(places)] > 0.5).all(1).any(0))


def overrun(weeks: int) -> np.ndarray:
    """Whether the rebels rule most of four of the six places of Zaire at once by then."""
    return np.asarray(((rule(ZAIRE, weeks, WHO["rebels"]) > 0.5).sum(1) >= 4).any(0))


def stalemate(weeks: int) -> np.ndarray:
    """The state of Colombia rules most of its three populous parts all along, and the rebels a tenth of some other part at the end."""
    main = (rule(COLOMBIA, weeks, *STATE)[:, : THIRD + 1] > 0.5).all((0, 1))
    return np.asarray(main & (rule(COLOMBIA, weeks, WHO["rebels"])[-1] > 0.1).any(0))


# The main turns of each war, when they came, and by when they are asked for: a quarter to a half later than they came.
TURNS: dict[str, Callable[[], np.ndarray]] = {
    "Baidoa is taken within three months (came in eight weeks, the day after the garrison left)": lambda: most(SOMALIA, 13, SECOND),
    "the south of Somalia is overrun within half a year (came in ten weeks)": lambda: most(SOMALIA, 26, SECOND, FOURTH, SIXTH),
    "the mission and what is left of the state keep the rebels from ruling Mogadishu for two years": lambda: ~most(SOMALIA, 104, CAPITAL),
    "Ghazni and Paktia are taken within half a year (came in three months)": lambda: most(AFGHANISTAN, 26, FOURTH),
    "Wardak and Logar are taken within half a year (came in three to four months)": lambda: most(AFGHANISTAN, 26, SECOND),
    "Herat is taken within fourteen months (came in ten)": lambda: most(AFGHANISTAN, 61, FIFTH),
    "Kabul is taken within two and a half years (came in 23 months)": lambda: most(AFGHANISTAN, 130, CAPITAL),
    "the Kivus are taken within three months (came in two weeks to two months)": lambda: most(ZAIRE, 13, SIXTH),
    "Kisangani is taken within seven months (came in five)": lambda: most(ZAIRE, 30, FIFTH),
    "four of six parts of Zaire are overrun within ten months (came in seven)": lambda: overrun(43),
    "Kinshasa is taken within ten months (came in seven)": lambda: most(ZAIRE, 43, CAPITAL),
    "five years of stalemate in Colombia": lambda: stalemate(260),
    "ten years of stalemate in Colombia": lambda: stalemate(520),
}


@pytest.mark.slow
@pytest.mark.parametrize("turn", TURNS)
def test_each_main_turn_lies_inside_the_prior(turn: str) -> None:
    share = float(TURNS[turn]().mean())
    assert 0.1 <= share <= 0.9, f"{share:.2f}"


@pytest.mark.slow
def test_the_rule_of_one_who_left_ends_with_it() -> None:
    """Eight weeks after its last soldier, below a twentieth of the residents of every place, in every future of the slowest priors too."""
    series = futures_of(SOMALIA.name).series
    force, ruled = (series[n][:, :, WHO["guest"]] for n in ("force", "control"))
    assert (ruled[0].max(0) > 0.1).mean() > 0.9
    for place, future in np.argwhere(ruled[0] > 0.05):
        last = np.flatnonzero(force[:, place, future] >= 1.0).max()
        assert last + 8 < WEEKS[SOMALIA.name]
        assert ruled[last + 8, place, future] < 0.05


@pytest.mark.slow
def test_a_strong_garrison_that_stays_mostly_holds() -> None:
    """The capitals of Colombia for five years and of Afghanistan for one, each with ten times or more its enemies' number at hand."""
    assert most(COLOMBIA, 260, CAPITAL).mean() < 0.15
    assert most(AFGHANISTAN, 52, CAPITAL).mean() < 0.15


@pytest.mark.slow
def test_people_under_arms_are_neither_made_nor_lost_by_marching() -> None:
    """With nobody recruited, killed, deserting or changing sides, and the guest gone home, each actor is as many as at the start."""
    quiet = ("clashes", "collapse", "desertion", "dissolution", "realignment", "rogue_cells", "settlement")
    still = {f"{m.name}.{p}": value for m in discover() if m.name in quiet for p, value in m.neutral.items()}
    still |= {f"recruitment.{p}": 0.0 for p in ("turnover", "turnover_state", "backlash", "protection", "state_pace", "levy_pace")}
    still["seizure.scatter"] = 0.0
    batch = Engine(scenario_of(ZAIRE, 52), shared=engine()._shared).with_parameters(still).run("as it was", SEED, np.arange(64))
    whole = batch.series["force"].sum(1)
    assert batch.series["massing"].any()
    assert np.abs(batch.series["force"][-1] - batch.series["force"][0]).sum((0, 1)).max() > 100
    np.testing.assert_allclose(whole[-1], whole[0], rtol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("war", WEEKS)
def test_no_future_breaks(war: str) -> None:
    # One of the 512 futures of Afghanistan leaves the bounds of a stock in its third year; which step does it is not found yet.
    assert (futures_of(war).status > 0).mean() < 0.005
