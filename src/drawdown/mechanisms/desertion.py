"""Police and army leave their posts or change sides, by hazards that arrive with the militia; a garrison holds, or melts away."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.formulas.alliances import party_of
from drawdown.formulas.contest import logistic
from drawdown.formulas.garrisons import strain
from drawdown.guards import EDGE
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def step(key: Key, state: State, params: Params) -> Change:
    """logit p = a0 + offensive (a1 + a2 local + a3 sympathy - a4 embedded + a5 losing + a7 unpaid) + a6 panic,
    a week's chance per person who holds on; in battle less a8 faith for the capital's.

    Under attack, or when foreign troops who stood beside it have gone, a garrison as a whole melts with chance logistic(b0 + b1 logit p in
    battle), and then most leave: a few percent or most, little between (evidence, section 8). One parameter set gives under 1% a week when
    quiet, 3-30% in an offensive when embedded and backed, 30-80% when local, unbacked and losing (validation V7).
    """
    s = state.structure
    under = strain(state, params)
    luck, _, _, _ = key.normal("luck", ("place", "actor"))
    breaks, _, _, _ = key.uniform("melt", ("place", "actor"))
    odds, in_battle = under.odds + params.spread * luck, under.odds_in_battle + params.spread * luck
    tested = jnp.maximum(under.attack, under.forsaken)
    # Soldiers and police of a place are one garrison: they look at each other, and one luck decides.
    breaks = breaks[:, party_of(s)]
    melts = (breaks < tested * logistic(params.brink + params.sharpness * in_battle)) * s.state * params.scale
    steady = logistic(odds) * (1.0 - under.attack * (1.0 - params.steadfast))
    chance = jnp.maximum(steady, melts * params.melt) * s.state * params.scale
    hazard = -jnp.log1p(-jnp.minimum(chance, 1.0 - EDGE))
    melted = melts * (state.force > params.garrison)
    return Change.of({"desert_hazard": hazard, "go_over": under.over * s.state * params.scale, "melted": melted})


MECHANISM = Mechanism(
    name="desertion",
    phase="ACT",
    about="Police and soldiers leave as hazards that jump when an offensive arrives; the backed mostly stay, the local and losing go.",
    step=step,
    owns=(
        Variable("melted", ("place", "actor"), "share", "pressure", "1 in the week in which the garrison melts away", 0, 1, record=True),
    ),
    reads=(
        *("force", "density", "weight", "foreign_density", "offensive", "sympathy", "local_share", "panic", "capability"),
        *("backing", "people", "seat", "faith"),
    ),
    adds=("desert_hazard", "go_over"),
    params=parameters_beside(__file__),
    events=(
        Event(
            "garrison melted",
            "melted",
            0.5,
            "The garrison of {actor} in {place} melted away",
            causes=(Cause("offensive"), Cause("withdrawal")),
            as_cause="after the garrison of {actor} had melted away",
            aside=True,
        ),
    ),
    references=("Granovetter 1978", "Kuran 1991", "Morris and Shin 1998", "Quinlivan 1999"),
    shows=(Shown("deserted", 1, "sum"), Shown("melted", 1, "sum")),
)
