"""Attitudes with memory, per community and actor: harm is resented, protection valued, occupation wears."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import of_people
from drawdown.formulas.presence import OF_STANDING
from drawdown.guards import HUNDRED_THOUSAND
from drawdown.mechanism import Change, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Standing at the origin."""
    return {"standing": state.standing_at_origin}


def step(key: Key, state: State, params: Params) -> Change:
    """ds = (1 - s^2) [- harm per 100,000 + order kept] - (s - s0)/memory; changes of harm against the origin's level, not harm as such."""
    s = state.structure
    by_community = jnp.maximum(jnp.sum(state.residents, axis=0), 1.0)  # [community]
    # A community resents an actor for what it did to its members, less for what it did to others.
    killed = jnp.sum(state.composition[:, :, None] * state.atrocity[:, None] * (1.0 - params.forgiven * state.constituency), axis=0)
    weight = state.armed * (s.foreign + 0.5 * s.state)
    blame = weight / jnp.maximum(jnp.sum(weight, axis=0, keepdims=True), 1.0)
    crossfire = jnp.sum(state.collateral, axis=0)[:, None] * blame * (s.foreign + s.state)
    harm = HUNDRED_THOUSAND * (killed + crossfire) / by_community[:, None]
    usual = state.usual_harm + (harm - state.usual_harm) / params.memory
    worse = jnp.log1p(harm) - jnp.log1p(state.usual_harm)
    # Residents credit whoever rules them with a calm week.
    calm = jnp.exp(-jnp.sum(state.harmed, axis=0) / by_community * HUNDRED_THOUSAND)[:, None]
    credit = params.order * calm * of_people(state.residents, state.control)
    wear = params.wear / 52.0 * s.foreign
    noise, _, _, _ = key.normal("mood", ("community", "actor"))
    pull = (state.standing - state.standing_at_origin) / params.memory
    standing = state.standing + (1.0 - state.standing**2) * (credit - params.resentment * worse - wear + params.mood * noise) - pull
    recent = params.recent * state.recent_collateral + (1.0 - params.recent) * state.collateral
    return Change.of(standing=jnp.clip(standing, -1.0, 1.0), usual_harm=usual, recent_collateral=recent)


MECHANISM = Mechanism(
    name="standing",
    phase="SETTLE",
    about="How communities regard actors: they resent harm, credit calm to whoever rules, tire of occupiers, and half forget.",
    step=step,
    initial=initial,
    initial_reads=("standing_at_origin",),
    derives=OF_STANDING,
    owns=(
        Variable("standing", ("community", "actor"), "index", "stock", "how the community regards the actor", -1, 1, record=True),
        Variable("usual_harm", ("community", "actor"), "per 100,000", "stock", "harm that the community is used to", 0),
        Variable(
            "collateral", ("place", "community"), "deaths per week", "pressure", "civilians killed in clashes of state or foreign forces", 0
        ),
        Variable("recent_collateral", ("place", "community"), "deaths per week", "stock", "civilians lately killed in such clashes", 0),
        Variable("atrocity", ("place", "actor"), "deaths per week", "pressure", "civilians killed on purpose by the actor this week", 0),
    ),
    reads=("residents", "composition", "constituency", "armed", "control", "harmed", "standing_at_origin"),
    goes_on=("usual_harm", "recent_collateral"),  # memories that nobody acts on
    params=parameters_beside(__file__),
    references=("Condra and Shapiro 2012", "Lyall, Blair and Imai 2013"),
    shows=(Shown("standing", -1, "mean"),),
)
