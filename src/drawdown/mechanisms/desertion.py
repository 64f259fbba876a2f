"""Police and army leave their posts or change sides, by hazards that arrive with the militia."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from drawdown.contest import density, logistic, once, security
from drawdown.mechanism import Change, Mechanism, Param, Shown


def step(key: Any, state: Any, params: Any) -> Change:
    """logit p = a0 + offensive (a1 + a2 local + a3 sympathy - a4 embedded + a5 losing) + a6 panic, a week's chance per person.

    Evidence, section 8. One parameter set gives under 1% a week when quiet, 3-30% in an offensive when embedded and backed, 30-80% when
    local, unbacked and losing (validation V7).
    """
    s = state.structure
    people = jnp.sum(state.residents, axis=1)
    thick = density(state.force, people)
    # The army's own offensive strains the police and soldiers of the place less than one that comes for them.
    attack = jnp.max(state.offensive * (s.groups + params.own_offensive[None] * s.army)[None], axis=1)
    assailant = jnp.maximum(jnp.max(state.offensive * s.groups[None] * thick, axis=1), jnp.max(attack[:, None] * s.groups[None] * thick, axis=1) * 0.5)
    guard = security(state.force, people, s, 3.0, 1.0, 0.5)
    losing = logistic(2.0 * jnp.log((assailant + 0.05) / (guard + 0.05)))
    foreign = jnp.sum(thick * s.foreign[None], axis=1)
    embedded = foreign / (foreign + params.embedding)
    drawn_to = jnp.max(state.sympathy * (thick > 0.1), axis=1)
    losing, embedded, drawn_to = once(state.week, (losing, embedded, drawn_to))
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
    chance = logistic(odds + params.spread * luck) * s.state[None] * params.scale
    hazard = -jnp.log1p(-jnp.minimum(chance, 0.98))
    # Some of those who leave go over to the group that they sympathise with, if it is there.
    over = attack * drawn_to * params.switch * params.scale
    return Change.of({"desert_hazard": hazard, "go_over": over[:, None] * s.state[None] * jnp.ones_like(hazard)})


MECHANISM = Mechanism(
    name="desertion",
    phase="ACT",
    about="Police and soldiers leave as hazards that jump when an offensive arrives: most stay if embedded and backed, most go if local and losing.",
    step=step,
    owns=(),
    reads=("residents", "force", "offensive", "sympathy", "local_share", "panic", "week"),
    adds=("desert_hazard", "go_over"),
    params=(
        Param("scale", "ratio", 1, 1, 1, (0, 1), "D", "", "switch (definition)", 0.0),
        Param("quiet", "index", -6.0, -5.6, -5.1, (-12, 0), "B", "ARVN: 0.28 to 0.67% a week (Time, 9 September 1966; evidence, section 8)", "log odds a week in quiet"),
        Param("offensive", "index", 2.4, 3.0, 3.6, (0, 12), "B", "ICDC, April 2004: 30 to 82% in 15 days by region (validation V7)", "what an offensive adds"),
        Param("own_offensive", "share", 0.3, 0.5, 0.7, (0, 1), "D", "", "strain of the army's own offensive against one by a group (assumed)"),
        Param("local", "index", 0.6, 1.2, 1.8, (0, 8), "B", "British sources stress local recruitment (evidence, section 8)", "what wholly local recruitment adds"),
        Param("sympathy", "index", 0.4, 1.0, 1.6, (0, 8), "B", "the same", "what being at one with the assailant adds"),
        Param("embedded", "index", 0.4, 1.0, 1.6, (0, 8), "B", "ICDC and 14 Division against 10 Division (evidence, section 8)", "what embedded foreign troops take away"),
        Param("losing", "index", 0.8, 1.5, 2.2, (0, 8), "B", "ICDC 82% in the West against 30% elsewhere (validation V7)", "what losing adds"),
        Param("panic", "index", 0.5, 1.5, 3.0, (0, 12), "D", "", "cascade: what comrades' leaving adds, per unit of last week's share (assumed; Granovetter 1978)"),
        Param("embedding", "per 1,000", 0.5, 1.0, 2.0, (0.01, 20), "D", "", "foreign density at which half are embedded (assumed)"),
        Param("spread", "index", 0.2, 0.5, 0.9, (0, 4), "D", "", "unlike units: spread of log odds (assumed)"),
        Param("switch", "share", 0.05, 0.15, 0.35, (0, 1), "C", "Basra: 'some infiltrated' (Iraq Inquiry); size assumed", "share of deserters with sympathy who go over"),
    ),
    references=("Granovetter 1978", "Kuran 1991"),
    shows=(Shown("deserted", 1, "sum"),),
    editorial="Witnesses said the police left when Sadr's militia arrived",
)
