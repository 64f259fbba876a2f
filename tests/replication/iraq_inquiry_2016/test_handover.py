"""Iraq Inquiry 2016: Basra in two phases. Attacks on the leaver collapse with a deal and the exit; violence among Iraqis goes on.

Published: attacks on bases 226 in July 2007, 9 in September (page 6072); on the multinational force 190 in August, 19 in September (page
6086); crime on Iraqis 'at similar levels' (page 6086). Validation V6: the fall is at least 90% within eight weeks, local violence does not
fall. What the movement's own command can stop falls so; its rogue cells, which the model lets go on, leave the total short of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from drawdown.scenario.model import Distribution, Number, Order, Plan, Trigger

if TYPE_CHECKING:
    from drawdown.engine import Batch, Engine
    from drawdown.scenario.model import Scenario

pytestmark = [pytest.mark.slow, pytest.mark.statistical]
SEED, FUTURES, LEAVER, WEEKS = 20070903, 64, "united-kingdom", slice(6, 10)


def handover(iraq: Scenario) -> Plan:
    """Announce, deal with the militia, leave the city for the airport, close the base and hand over, all from week 0."""
    now, none = Trigger(date=iraq.origin), Number("level", Distribution("fixed", 0.0), "persons", None, "", "D", "all leave")
    return Plan(
        "two-phase",
        "Two-phase handover",
        "A deal, then the airport.",
        (
            Order("deal", "deal", LEAVER, (), now, other="mehdi-army"),
            Order("out", "move", LEAVER, ("basra-city",), now, to="basra", level=none, over_weeks=4, binding=True),
            Order("shut", "close-base", LEAVER, ("basra-city",), now),
            Order("lead", "hand-over", LEAVER, ("basra", "basra-city"), now),
        ),
    )


def pair(engine: Engine, iraq: Scenario) -> tuple[Batch, Batch]:
    """The same futures under the handover and with nothing ordered; no arrangement stands at the origin."""
    before = engine.with_parameters({f"deal_at_origin[{LEAVER}--mehdi-army]": 0.0})
    nothing = Plan("nothing", "Nothing", "Nothing is ordered.", ())
    futures = np.arange(FUTURES)
    return before.run(handover(iraq), SEED, futures), before.run(nothing, SEED, futures)


def in_basra(engine: Engine, batch: Batch, quantity: str, actor: str | None = None) -> np.ndarray:
    """Weekly totals in Basra (week, future)."""
    places = [engine.labels["place"].index(p) for p in ("basra", "basra-city")]
    series = batch.series[quantity][:, places]
    if actor is not None:
        series = series[:, :, engine.labels["actor"].index(actor)]
    return np.asarray(series.sum(axis=1), dtype=float)


def test_what_command_can_stop_falls_by_nine_tenths(iraq: Scenario, iraq_engine: Engine) -> None:
    leave, stay = pair(iraq_engine.without("rogue_cells"), iraq)
    after = in_basra(iraq_engine, leave, "attacks_on", LEAVER)[WEEKS].mean()
    otherwise = in_basra(iraq_engine, stay, "attacks_on", LEAVER)[WEEKS].mean()
    assert otherwise > 0.5
    assert after < 0.10 * otherwise


def test_attacks_on_the_leaver_fall_and_local_violence_does_not(iraq: Scenario, iraq_engine: Engine) -> None:
    leave, stay = pair(iraq_engine, iraq)
    attacks = [in_basra(iraq_engine, b, "attacks_on", LEAVER)[WEEKS].mean() for b in (leave, stay)]
    assert attacks[0] < 0.5 * attacks[1]
    deaths = [in_basra(iraq_engine, b, "civilian_deaths")[WEEKS].mean(axis=0) for b in (leave, stay)]
    difference = deaths[0] - deaths[1]
    error = difference.std(ddof=1) / np.sqrt(FUTURES)
    # Deaths of civilians stay within a fifth of what they would have been, at four standard errors.
    assert difference.mean() - 4 * error > -0.2 * deaths[1].mean()
