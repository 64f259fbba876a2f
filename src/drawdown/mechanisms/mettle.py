"""How well those under arms fight for their numbers: nobody knows before it is tried, and it changes slowly."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.mechanism import Change, Key, Mechanism, Params, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def step(key: Key, state: State, params: Params) -> Change:
    """x' = (1 - 1/tau) x + sigma sqrt(1 - (1 - 1/tau)^2) e, from its long-run spread in the first week; army and police share one."""
    tried, _, _, _ = key.normal("mettle", ("actor",))
    s = state.structure
    first = jnp.argmax(s.state[:, 0])
    # One luck for one state.
    luck = jnp.where(s.state > 0, tried[first], tried)
    kept = jnp.where(jnp.float32(state.week) > 0, 1.0 - 1.0 / params.memory, 0.0)
    mettle = kept * state.mettle + params.spread * jnp.sqrt(1.0 - kept**2) * luck
    return Change.of(mettle=mettle * (1.0 - params.foreign_known * s.foreign))


MECHANISM = Mechanism(
    name="mettle",
    phase="SENSE",
    about="Actors fight better or worse than their numbers say; how much is unknown, and changes slowly.",
    step=step,
    owns=(Variable("mettle", ("actor",), "log ratio", "choice", "how well the actor fights against its numbers", -10, 10),),
    reads=("week",),
    params=parameters_beside(__file__),
    references=("Biddle 2004",),
)
