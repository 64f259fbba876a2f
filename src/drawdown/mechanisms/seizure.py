"""A post or town changes hands when its garrison leaves or stands aside, or is driven out."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from drawdown.contest import density, logistic, security, share_of
from drawdown.mechanism import Change, Event, Mechanism, Param
from drawdown.state import Variable


def step(key: Any, state: Any, params: Any) -> Change:
    """In an offensive, or where the foreign garrison is gone, the stronger takes a part of what the other side rules.

    Chance that an attempt succeeds = logistic(a + b ln(own weight / guard)); the guard counts foreign troops thrice, and police at one with
    the group stand aside. What is taken comes from those who ruled there, in proportion to what they ruled.
    """
    s = state.structure
    people = jnp.sum(state.residents, axis=1)
    thick = density(state.force, people)
    # Police who sympathise with a group stand aside when it comes; the foreign force stiffens the guard.
    loyal = state.force * (1.0 - jnp.max(state.sympathy, axis=1, keepdims=True) * s.state[None])
    guard = security(loyal, people, s, params.foreign_weight, 1.0, params.police_weight)
    against_army = jnp.sum(thick * s.groups[None], axis=1)
    against = jnp.where(s.army[None] > 0, against_army[:, None], guard[:, None])
    welcome = jnp.einsum("pct,cat->pat", state.residents / jnp.maximum(people, 1.0)[:, None], state.standing)
    odds = jnp.log((thick + 0.05) / (against + 0.05)) + params.welcome * welcome
    left = _garrison_left(state, s)
    draw, part, _, _ = key.uniform("attempt", ("place", "actor"))
    attempt = jnp.maximum(state.offensive, (draw < params.walk_in * left[:, None] * (thick > 0.2)).astype(jnp.float32))
    succeeds = (part < logistic(params.ease + params.edge * odds)).astype(jnp.float32)
    seizes = attempt * succeeds * jnp.maximum(s.groups, s.army)[None] * state.takes_ground[None]
    # Two who seize the same place in one week share it by weight.
    taking = share_of(seizes * (thick + 1e-3), 1) * jnp.max(seizes, axis=1, keepdims=True) * params.size
    # The army takes from groups, not from its own side.
    spared = jnp.sum(taking * s.army[None], axis=1, keepdims=True) / jnp.maximum(jnp.sum(taking, axis=1, keepdims=True), 1e-9)
    prey = state.control * jnp.where((s.state + s.foreign)[None] > 0, 1.0 - spared, 1.0)
    whole = jnp.sum(taking, axis=1, keepdims=True)
    # Nobody seizes from itself.
    own = share_of(taking, 1)
    lost = prey * whole * (1.0 - own)
    gained = own * (jnp.sum(lost, axis=1, keepdims=True) + params.size * jnp.max(seizes, axis=1, keepdims=True) * state.void[:, None])
    return Change.of({"control_lost": lost, "control_gained": gained, "seized": gained, "takeover": jnp.max(seizes, axis=1)})


def _garrison_left(state: Any, s: Any) -> Any:
    """How far the foreign garrison of the origin has gone from the place, and its bases shut [place]."""
    start = jnp.sum(state.strength[None] * state.deployment * s.foreign[None], axis=1)
    now = jnp.sum(state.force * s.foreign[None], axis=1)
    gone = jnp.clip(1.0 - now / jnp.maximum(start, 1.0), 0.0, 1.0)
    shut = 1.0 - jnp.min(state.base_open, axis=1)
    return jnp.where(start > 100.0, jnp.maximum(gone, 0.5 * shut) * (gone > 0.5), 0.0)


MECHANISM = Mechanism(
    name="seizure",
    phase="ACT",
    about="Posts and towns change hands when the garrison leaves, stands aside or is beaten; the army can take ground back.",
    step=step,
    owns=(
        Variable("seized", ("place", "actor"), "share", "pressure", "share of residents seized by the actor this week", 0, 2, record=True),
        Variable("takeover", ("place",), "share", "pressure", "1 where somebody seized ground this week", 0, 2),
    ),
    reads=(
        *("residents", "force", "sympathy", "standing", "offensive", "base_open", "control", "void", "takes_ground", "strength", "deployment"),
    ),
    adds=("control_lost", "control_gained"),
    params=(
        Param("walk_in", "per week", 0.02, 0.08, 0.2, (0, 1), "D", "", "attempts a week on posts that the garrison left (assumed: one in three months)", 0.0),
        Param("size", "share", 0.1, 0.25, 0.45, (0, 1), "D", "", "share of what others rule that one success takes (assumed: a quarter)", 0.0),
        Param("ease", "index", -1.5, -0.5, 0.5, (-10, 10), "D", "", "log odds of success between equals (assumed: defence is easier)"),
        Param("edge", "index", 0.6, 1.0, 1.6, (0, 10), "D", "", "decisiveness of local strength: Tullock exponent 0.5 to 2 (evidence, section 1)"),
        Param("welcome", "index", 0.3, 1.0, 2.0, (0, 10), "D", "", "how the residents' regard helps (assumed)"),
        Param("foreign_weight", "ratio", 2, 3, 5, (0, 50), "D", "", "weight of a foreign soldier in the guard (assumed)"),
        Param("police_weight", "ratio", 0.15, 0.3, 0.6, (0, 10), "C", "Basra police: reported infiltration by militias (Iraq Inquiry, pages 1206 and 6042)", "weight of a police officer in the guard"),
    ),
    events=(Event("seizure", "seized", 0.05, "{actor} took over posts in {place}"),),
    references=("Tullock 1980", "Kalyvas 2006"),
    editorial="Even as the British troops handed over the Basra police command centre, a militia loyal to Moqtada al-Sadr was reported to have taken control",
)
