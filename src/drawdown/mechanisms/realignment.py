"""Local groups change sides against a harsh ally, and back when pay and prospects fail."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.mechanism import Change, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside


def step(key: Key, state: State, params: Params) -> Change:
    """h = h0 exp(k1 abuse by the harsh ally + k2 foreign presence (x surge interaction) + k3 pay) (evidence, section 7), and its reverse.

    Only actors with an entry in `switches_to` change sides; who pays the local ally is the foreign force while it is there, after it the
    host government as far as it absorbs them.
    """
    s = state.structure
    density, foreign = state.density, state.foreign_density
    near = foreign / (foreign + params.near)
    abuse = jnp.sum(state.control * state.harshness, axis=1) + params.abuse_by_density * jnp.sum(
        density * state.harshness * s.groups, axis=1
    )
    # Twice the force of the origin is as safe as it gets.
    surge = jnp.minimum(state.presence, 2.0)
    ally = s.of_kind("local-ally")
    payer = near + (1.0 - near) * params.absorbed * jnp.clip(state.capability / params.can_pay, 0.0, params.most_pay)
    joins = (
        params.rate * jnp.exp(params.abuse * jnp.minimum(abuse, 2.0) + params.presence * near * surge + params.pay * (payer - 0.5))
        - params.rate
    )
    leaves = params.return_rate * jnp.exp(params.pay * (0.5 - payer))
    luck, _, _, _ = key.normal("luck", ("place",))
    swing = jnp.exp(params.spread * luck - 0.5 * params.spread**2)
    hazard = jnp.where(ally > 0, leaves[:, None], jnp.maximum(joins, 0.0)[:, None]) * swing[:, None]
    # Groups from which nobody goes to the local ally take no part; deserters of the state are another matter (desertion).
    to_ally = jnp.sum(state.switches_to * ally, axis=1) * s.groups
    may = jnp.where(ally > 0, 1.0, (to_ally > 0).astype(jnp.float32))
    return Change.of({"switch_hazard": params.scale * hazard * may * jnp.ones_like(density)})


MECHANISM = Mechanism(
    name="realignment",
    phase="ACT",
    about="Members of a group go over to the local ally of the foreign force where a harsh ally abuses them and somebody pays; and back.",
    step=step,
    reads=("density", "foreign_density", "presence", "control", "harshness", "capability", "switches_to"),
    adds=("switch_hazard",),
    params=parameters_beside(__file__),
    references=("Biddle, Friedman and Shapiro 2012", "Long 2008"),
    shows=(Shown("realigned", 1, "sum"),),
)
