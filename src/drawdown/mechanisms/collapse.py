"""A government stands as long as those who serve it expect it to; when that tips, they leave everywhere and it falls within weeks."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import logistic
from drawdown.formulas.expectations import at_hand, footing, heir, held_seat, patrons, pay, ruled
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable

_INF = float("inf")
EVENTS = (
    Event("waver", "faith", 0.5, "Those who served the government came to expect its fall", once=True, falling=True,
          because=("control", "aid"), causes=(Cause("withdrawal"), Cause("desertion")), as_cause="as its own side gave it up"),
    Event("government fell", "fallen_to", 0.5, "The government fell to {actor}", once=True,
          as_cause="after the government had fallen to {actor}", causes=(Cause("waver"),)),
    Event("government restored", "government_fallen", 0.5, "The government ruled from its capital again", once=True, falling=True),
)  # fmt: skip


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """It is expected to stand; what it is used to is filled in the first week."""
    return {"faith": params.at_origin, "usual_patrons": -jnp.ones_like(params.at_origin)}


def step(key: Key, state: State, params: Params) -> Change:
    """f' = f + pace (logistic(steepness (2 f - 1) + footing + omen) - f): two rests, and a fold between them (Kuran 1991, Morris-Shin).

    Below one half soldiers desert everywhere and towns go over to the enemy at hand. It has fallen where hardly anybody serves it and no
    foreign friend holds its capital, and stands again where that is undone.
    """
    s, learn = state.structure, 1.0 / params.memory
    new = state.usual_patrons < 0
    noise, _, _, _ = key.normal("omen", ())
    omen = state.omen * (1.0 - 1.0 / params.omen_weeks) + params.omen * jnp.sqrt(2.0 / params.omen_weeks) * noise
    lean = params.steepness * (2.0 * state.faith - 1.0) + footing(state, params) + omen
    faith = jnp.where(new, state.faith, state.faith + params.pace * (logistic(lean) - state.faith))
    giving_up = state.keep(jnp.clip(1.0 - 2.0 * faith, 0.0, 1.0))
    rival = state.keep(at_hand(state, params))
    yielded = params.yields * giving_up * state.control * s.state * jnp.sum(rival, axis=1, keepdims=True)
    held = held_seat(state)
    fallen = jnp.where((faith < params.fell) & (held < params.foothold), 1.0, state.government_fallen)
    fallen = jnp.where((faith > 0.5) & (held > 0.5), 0.0, fallen)
    begins = (fallen > 0) & (state.government_fallen == 0)

    def used_to(value: jax.Array, then: jax.Array) -> jax.Array:
        return jnp.where(new, value, then + learn * (value - then))

    return Change.of(
        {
            "desert_hazard": params.flee * giving_up * s.state * jnp.ones_like(state.force),
            "control_lost": yielded,
            "control_gained": jnp.sum(yielded, axis=1, keepdims=True) * rival,
        },
        faith=faith,
        omen=omen,
        usual_patrons=used_to(patrons(state), state.usual_patrons),
        usual_pay=used_to(pay(state), state.usual_pay),
        usual_rule=used_to(ruled(state), state.usual_rule),
        usual_seat=used_to(held, state.usual_seat),
        government_fallen=fallen,
        fallen_to=jnp.where(begins, heir(state, rival), state.fallen_to * fallen),
    )


MECHANISM = Mechanism(
    name="collapse",
    phase="DECIDE",
    about="Those who serve the government stay while they expect it to stand; expectation tips, and it falls to the enemy at hand.",
    step=step,
    initial=initial,
    owns=(
        Variable("faith", (), "share", "choice", "expectation of those who serve the government that it will stand", 0, 1, record=True),
        Variable("omen", (), "index", "choice", "what else they take for a sign", -20, 20),
        Variable("usual_patrons", (), "persons", "choice", "foreign troops that the government is used to; -1: not yet known", -1, _INF),
        Variable("usual_pay", (), "share", "choice", "share of upkeep that it is used to be paid by sponsors", 0, _INF),
        Variable("usual_rule", (), "share", "choice", "share of residents that it is used to rule", 0, 1),
        Variable("usual_seat", (), "share", "choice", "share of the capital's residents that its side is used to rule", 0, 1),
        Variable("government_fallen", (), "share", "choice", "1 from the fall of the government until it rules again", 0, 1, record=True),
        Variable("fallen_to", ("actor",), "share", "choice", "1 for the group to which the government fell", 0, 1, record=True),
    ),
    reads=("armed", "force", "density", "people", "control", "enmity", "aid", "panic", "seat"),
    adds=("desert_hazard", "control_lost", "control_gained"),
    goes_on=("usual_patrons", "usual_pay", "usual_rule", "usual_seat"),  # what it is used to
    params=parameters_beside(__file__),
    events=EVENTS,
    references=("Kuran 1991", "Granovetter 1978", "Morris and Shin 1998", "Lyall and Wilson 2009"),
    shows=(Shown("government_fallen", 1, "mean"),),
)
