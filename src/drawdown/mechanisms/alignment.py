"""Who is whose enemy: pairs of armed actors turn on each other or make common cause, and blood between them embitters."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.alliances import blood, common_enemy, of_parties, one_paymaster, spoils, spoken_for
from drawdown.formulas.contest import log_odds, logistic
from drawdown.formulas.fighting import sides
from drawdown.guards import EDGE
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable

_TURNED = "1 in the week in which the pair turned on each other, -1 in that in which it made common cause"


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Hostility as the scenario knows it; from here on it is the pair's own affair."""
    return {"grudge": state.hostility, "enmity": state.hostility, "recent_bloodshed": params.first_guess * state.hostility}


def step(key: Key, state: State, params: Params) -> Change:
    """ln(e/(1-e)) jumps up by `size` with hazard turn (1-e) exp(-x), down with mend e exp(x), and drifts with the blood between the two.

    x = common enemy x k1 + one paymaster x k2 - spoils x k3 (Christia 2012: the smallest coalition that wins). Nothing pulls back to
    the origin: friends of the scenario may be enemies for good, and whose cause forbids it make no common cause. A pact (settlement)
    quiets a pair while it holds.
    """
    one, official = spoken_for(state.structure), sides(state.structure)[2]
    shared, paid, rich = state.keep((common_enemy(state), one_paymaster(state), spoils(state)))
    bond = params.common_enemy * shared + params.paymaster * paid - params.spoils * rich
    bond = state.keep(jnp.clip(bond, -params.most_bond, params.most_bond))
    # What a group is to the army it is to the police: one luck, one hazard.
    foes = of_parties(state.grudge, state.structure)
    falls_out, makes_up, _, _ = key.uniform("turn", ("dyad",))
    noise, _, _, _ = key.normal("mood", ("dyad",))
    mend = params.mend * jnp.where(official > 0, params.with_state, 1.0) * (1.0 - of_parties(state.irreconcilable, state.structure))
    up = falls_out[one] < 1.0 - jnp.exp(-params.turn / 52.0 * (1.0 - foes) * jnp.exp(-bond))
    down = makes_up[one] < 1.0 - jnp.exp(-mend / 52.0 * foes * jnp.exp(bond))
    turned = up.astype(jnp.float32) - down.astype(jnp.float32)
    bloody = blood(state, params.much_blood)
    drift = (params.embitter * bloody - params.cool * (1.0 - bloody)) / 52.0 + params.mood * noise[one] / jnp.sqrt(52.0)
    change = state.keep(params.size * turned + drift)
    moved = logistic(log_odds(jnp.clip(state.grudge, EDGE, 1.0 - EDGE)) + change)
    grudge = jnp.where(change == 0, state.grudge, moved)
    recent = state.recent_bloodshed + (state.bloodshed - state.recent_bloodshed) / params.memory
    # Who has nobody in the country turns on nobody that anybody would see; of two parties one pair is told of, of old enemies nothing.
    seen = jnp.minimum(jnp.minimum(state.armed[state.structure.first], state.armed[state.structure.second]), 1.0)
    speaks = (jnp.asarray(one) == jnp.arange(len(one)))[:, None] * seen
    told = jnp.where((turned > 0) & (foes >= 0.5), 0.0, turned * speaks)
    return Change.of(grudge=grudge, enmity=grudge * (1.0 - state.peace), turned=told, recent_bloodshed=recent)


MECHANISM = Mechanism(
    name="alignment",
    phase="SETTLE",
    about="Pairs of armed actors turn on each other or make common cause as enemies, spoils and paymasters change; blood embitters.",
    step=step,
    initial=initial,
    initial_reads=("hostility",),
    owns=(
        Variable("enmity", ("dyad",), "index", "stock", "readiness of the pair to fight, absent a truce or deal", 0, 1, record=True),
        Variable("grudge", ("dyad",), "index", "stock", "what it would be without a pact of the two", 0, 1),
        Variable("turned", ("dyad",), "index", "stock", _TURNED, -1, 1),
        Variable("recent_bloodshed", ("dyad",), "deaths per week", "stock", "running mean of the dead of the two", 0),
        Variable("bloodshed", ("dyad",), "deaths per week", "pressure", "persons under arms killed in fights of the two", 0, record=True),
    ),
    reads=("armed", "control", "people", "aid", "peace", "irreconcilable"),
    goes_on=("enmity", "recent_bloodshed"),  # a pact quiets it all the same; a memory
    params=parameters_beside(__file__),
    events=(
        Event("fell out", "turned", 0.5, "{side_a} and {side_b} turned on each other", as_cause="as {side_a} and {side_b} fell out"),
        Event("common cause", "turned", -0.5, "{side_a} and {side_b} made common cause", falling=True),
    ),
    references=("Christia 2012", "Fjelde and Nilsson 2012"),
    shows=(Shown("enmity", 1, "mean"),),
)  # fmt: skip
