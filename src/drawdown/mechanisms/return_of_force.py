"""Foreign forces that have left come back, the same or in their stead, when what they left behind falls or bleeds."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.guards import LARGEST_LOG, MILLION
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable
from drawdown.vocabulary.violence import ONE_SIDED, STATE_BASED


def step(key: Key, state: State, params: Params) -> Change:
    """Hazard of coming back = rate e^(fall + killing + support at home), for whoever has all but left; a part comes, and stays for a while.

    While it is back it stands where it stood, and orders that took it out are suspended.
    """
    s = state.structure
    gone = (state.armed < params.trace * state.strength) & (state.strength > params.token)
    people = jnp.maximum(jnp.sum(state.people, axis=0), 1.0)
    killing = MILLION * jnp.sum(state.recent_deaths[:, ONE_SIDED - STATE_BASED], axis=0) / people
    support = jnp.sum(state.sends * (state.home_support - params.pivot)[:, None], axis=0)
    reason = params.fall * state.government_fallen + params.killing * killing / (killing + params.much_killing) + params.support * support
    hazard = params.rate / 52.0 * jnp.exp(jnp.clip(reason, -LARGEST_LOG, LARGEST_LOG)) * gone * s.foreign
    comes, size, ends, _ = key.uniform("return", ("actor",))
    back = (state.returned == 0) & (state.wave == 0) & (comes < 1.0 - jnp.exp(-hazard))
    over = (state.returned > 0) & (ends < 1.0 / params.stay)
    returned = jnp.where(back, 1.0, jnp.where(over, 0.0, state.returned))
    # The size of the wave is settled once; below zero: what is left of it goes home.
    wave = jnp.where(back, state.strength * (params.least + params.more * size), jnp.where(over, -1.0, state.wave))
    wave = jnp.where((wave < 0) & (state.armed < params.trace * state.strength), 0.0, wave)
    lacking = jnp.maximum(wave - state.armed, 0.0) * returned / params.weeks
    home = (wave < 0) * state.force / params.weeks
    return Change.of({"arrive": lacking * state.deployment, "go_home": home}, returned=returned, wave=wave)


MECHANISM = Mechanism(
    name="return_of_force",
    phase="DECIDE",
    about="Foreign forces that have left come back by a hazard that a fall, mass killing and support at home raise, and leave again.",
    step=step,
    owns=(
        Variable("returned", ("actor",), "share", "choice", "1 while the foreign force is back", 0, 1, record=True),
        Variable("wave", ("actor",), "persons", "choice", "how many come back; -1 while they leave again", -1, float("inf")),
    ),
    reads=(*("armed", "force", "strength", "deployment", "people", "recent_deaths", "sends", "home_support", "government_fallen"),),
    adds=("arrive", "go_home"),
    params=parameters_beside(__file__),
    events=(
        Event(
            "return",
            "returned",
            0.5,
            "{actor} came back in force",
            once=True,
            causes=(Cause("government fell"), Cause("massacre")),
            as_cause="after {actor} had come back",
        ),
        Event("left again", "returned", 0.5, "{actor} began to leave again", once=True, falling=True),
    ),
    references=("Regan 2002",),
    shows=(Shown("returned", 1, "mean"),),
)
