"""What armed groups and the army choose each month: fight, hold, truce, expand or provoke; and where they press an offensive."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.stances import by_stance, chosen, offensives, sight, truces, utilities
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable
from drawdown.vocabulary.stances import FIGHT, HOLD, TRUCE, legend


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Who has declared a truce holds it; the others fight."""
    truce = state.truce_at_origin
    return {"truce": truce, "stance": jnp.where(truce > 0, float(TRUCE), float(FIGHT))}


def step(key: Key, state: State, params: Params) -> Change:
    """Monthly: argmax of utility plus Gumbel noise (a softmax choice). Weekly: does a truce break, and where is an offensive pressed?

    Truce hazard = h0 exp(b1 losses + b2 raids - b5 restraint) (evidence, section 10); a truce that runs out is declared again by the
    same reckoning. Offensives start where the group, or the army, is strong against what stands there.
    """
    seen = sight(state, params)
    broken, truce, extended = truces(key, state, params, seen)
    ended = (state.truce > 0) & (truce <= 0)
    now = jnp.where(ended, jnp.where(broken > 0, float(FIGHT), float(HOLD)), state.stance)
    stance = chosen(key, state, params, utilities(state, params, seen), now, truce)
    begun = ((stance == TRUCE) & (truce <= 0)).astype(jnp.float32)
    truce = jnp.where(begun > 0, params.truce_weeks, truce)
    stance = jnp.where(truce > 0, float(TRUCE), jnp.where(stance == TRUCE, float(HOLD), stance))
    zeal = by_stance(stance, params.hold_zeal, params.truce_leak, params.expand_zeal)
    rivalry = by_stance(stance, params.hold_zeal, params.truce_rivalry, params.expand_zeal)
    groups = state.structure.groups
    declares = groups * (1.0 - state.dissolved)  # who is gone declares nothing, and attacks nobody
    return Change.of(
        stance=stance * jnp.maximum(groups, state.structure.army),
        truce=truce * declares,
        truce_broken=broken * declares,
        truce_extended=extended * declares,
        zeal=jnp.where(groups > 0, zeal, 1.0),
        rivalry_zeal=jnp.where(groups > 0, rivalry, 1.0),
        offensive=offensives(key, state, params, seen, stance) * (1.0 - state.dissolved),
    )


MECHANISM = Mechanism(
    name="stance",
    phase="DECIDE",
    about="Armed groups, and the army, choose monthly to fight, hold, keep a truce, expand or provoke, and press offensives where strong.",
    step=step,
    initial=initial,
    initial_reads=("truce_at_origin",),
    owns=(
        Variable("stance", ("actor",), "index", "choice", legend(), 0, 4, record=True),
        Variable("truce", ("actor",), "weeks", "choice", "weeks left of a declared suspension", 0, record=True),
        Variable("truce_broken", ("actor",), "share", "choice", "1 in the week in which a truce breaks", 0, 1),
        Variable("truce_extended", ("actor",), "share", "choice", "1 in the week in which a truce is declared anew", 0, 1),
        Variable("zeal", ("actor",), "ratio", "choice", "how keenly the actor attacks the foreign force and the state", 0, 10, default=1.0),
        Variable("rivalry_zeal", ("actor",), "ratio", "choice", "how keenly the actor fights others of the country", 0, 10, default=1.0),
        Variable("offensive", ("place", "actor"), "share", "choice", "1 where the actor presses an offensive", 0, 1, record=True),
    ),
    reads=(
        *("week", "weight", "belongs", "dissolved", "armed", "presence", "force", "control", "void", "recent_fallen"),
        *("restraint", "discipline", "gains_from_occupation", "capability", "truce_prone", "takes_ground", "enmity", "massing"),
        "government_fallen",
    ),
    goes_on=("truce", "stance", "truce_extended"),  # a truce already declared runs out or is declared anew; nobody chooses
    params=parameters_beside(__file__),
    events=(
        Event("truce begun", "truce", 1, "{actor} suspended armed action", once=True),
        Event(
            "truce broken",
            "truce_broken",
            0.5,
            "{actor} took up arms again before the truce ran out",
            as_cause="after {actor} had taken up arms again",
            as_own="after the end of the truce",
        ),
        Event("truce extended", "truce_extended", 0.5, "{actor} declared the truce anew", routine=True),
        Event(
            "offensive",
            "offensive",
            0.5,
            "{actor} pressed an offensive in {place}",
            once=True,
            causes=(Cause("massed", own=True), Cause("withdrawal"), Cause("handed over"), Cause("truce broken", own=True)),
            as_cause="as {actor} pressed an offensive",
            as_own="in an offensive",
            told_by=("town fell", "rules"),
        ),
    ),
    references=("Stedman 1997", "Kydd and Walter 2002, 2006", "Staniland 2012"),
    shows=(Shown("offensive", 1, "sum"),),
)
