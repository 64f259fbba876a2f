"""Police and army leave their posts or change sides, by hazards that arrive with the militia."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.formulas.contest import logistic
from drawdown.guards import EDGE
from drawdown.mechanism import Change, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside


def step(key: Key, state: State, params: Params) -> Change:
    """logit p = a0 + offensive (a1 + a2 local + a3 sympathy - a4 embedded + a5 losing) + a6 panic, a week's chance per person.

    Evidence, section 8. One parameter set gives under 1% a week when quiet, 3-30% in an offensive when embedded and backed, 30-80% when
    local, unbacked and losing (validation V7).
    """
    s = state.structure
    density, guard, foreign = state.density, state.guard, state.foreign_density
    # The army's own offensive strains the police and soldiers of the place less than one that comes for them.
    attack = jnp.max(state.offensive * (s.groups + params.own_offensive * s.army), axis=1)
    assailant = jnp.maximum(
        jnp.max(state.offensive * s.groups * density, axis=1), jnp.max(attack[:, None] * s.groups * density, axis=1) * 0.5
    )
    losing = logistic(2.0 * jnp.log((assailant + params.trace) / (guard + params.trace)))
    embedded = foreign / (foreign + params.embedding)
    drawn_to = jnp.max(state.sympathy * (density > params.felt), axis=1)
    losing, embedded, drawn_to = state.keep((losing, embedded, drawn_to))
    local = state.local_share
    stress = (
        params.offensive
        + params.local * local
        + params.sympathy * drawn_to[:, None]
        - params.embedded * embedded[:, None]
        + params.losing * losing[:, None]
    )
    odds = params.quiet + attack[:, None] * stress + params.panic * state.panic
    luck, _, _, _ = key.normal("luck", ("place", "actor"))
    chance = logistic(odds + params.spread * luck) * s.state * params.scale
    hazard = -jnp.log1p(-jnp.minimum(chance, 1.0 - EDGE))
    # Some of those who leave go over to the group that they sympathise with, if it is there.
    over = attack * drawn_to * params.switch * params.scale
    return Change.of({"desert_hazard": hazard, "go_over": over[:, None] * s.state * jnp.ones_like(hazard)})


MECHANISM = Mechanism(
    name="desertion",
    phase="ACT",
    about="Police and soldiers leave as hazards that jump when an offensive arrives; the backed mostly stay, the local and losing go.",
    step=step,
    reads=("density", "guard", "foreign_density", "offensive", "sympathy", "local_share", "panic"),
    adds=("desert_hazard", "go_over"),
    params=parameters_beside(__file__),
    references=("Granovetter 1978", "Kuran 1991"),
    shows=(Shown("deserted", 1, "sum"),),
)
