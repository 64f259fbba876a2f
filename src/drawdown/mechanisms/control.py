"""Who rules whom, and the void: rule has roots, follows the force that upholds it, and what is freed belongs to nobody first."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import at_most_whole, at_origin
from drawdown.formulas.rule import filled, upheld, won
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable

EVENTS = (
    Event("rules", "control", 0.5, "{actor} came to rule most of {place}", once=True, as_cause="under the rule of {actor}",
          causes=(Cause("seizure", own=True), Cause("withdrawal"), Cause("handed over"), Cause("realignment", own=True))),
    Event("lost rule", "control", 0.5, "{actor} no longer ruled most of {place}", once=True, falling=True,
          as_cause="as {actor} lost its hold", causes=(Cause("offensive"), Cause("withdrawal"), Cause("realignment"))),
    Event("void", "void", 0.5, "Most of {place} was ruled by nobody", once=True,
          as_cause="where nobody ruled", causes=(Cause("withdrawal"), Cause("desertion"), Cause("lost rule"))),
)  # fmt: skip


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Rule at the origin; its roots and the force behind it are the same."""
    # Estimates of who rules how much are drawn one by one; where they sum to more than everybody, all give way in proportion.
    rule = at_most_whole(state.control_at_origin)
    return {"control": rule, "roots": rule, "backing": at_origin(state), "void": 1.0 - jnp.sum(rule, axis=1)}


def step(key: Key, state: State, params: Params) -> Change:
    """c' = c + k (w - c) + fill (freed void) q - lost + gained; what w and q are, and whence, stands in `formulas.rule`."""
    taken = state.control_lost * params.seizable
    control = jnp.clip(state.control + params.pace * (upheld(state, params) - state.control) + filled(state, params) - taken, 0.0, 1.0)
    gained = won(state, params, control)
    control = at_most_whole(control + gained)
    # Seized ground has the roots of its new ruler at once; otherwise roots and backing follow slowly.
    learn = 1.0 / params.memory
    roots = state.roots + learn * (control - state.roots)
    roots = at_most_whole(jnp.clip(roots - taken + gained, 0.0, 1.0))
    backing = state.backing + learn * (state.force - state.backing)
    return Change.of(control=control, roots=roots, backing=backing, void=1.0 - jnp.sum(control, axis=1))


MECHANISM = Mechanism(
    name="control",
    phase="SETTLE",
    about="Rule over residents follows the force behind it; what a leaver ruled falls to nobody, then to whoever is strong and welcome.",
    step=step,
    initial=initial,
    initial_reads=("control_at_origin", "strength", "deployment"),
    owns=(
        Variable("control", ("place", "actor"), "share", "stock", "share of residents under the actor's rule", 0, 1, record=True),
        Variable("void", ("place",), "share", "stock", "share of residents whom nobody rules", 0, 1, record=True),
        Variable("roots", ("place", "actor"), "share", "stock", "rule that the place is used to", 0, 1),
        Variable("backing", ("place", "actor"), "persons", "stock", "force that the place is used to", 0, float("inf")),
        Variable("control_lost", ("place", "actor"), "share per week", "pressure", "rule lost to a seizure", 0, 1),
        Variable("control_gained", ("place", "actor"), "share per week", "pressure", "rule won by a seizure", 0, 2),
    ),
    reads=("composition", "density", "welcome", "force", "standing", "standing_at_origin"),
    goes_on=("backing",),  # the force that a place is used to
    params=parameters_beside(__file__),
    events=EVENTS,
    references=("Kalyvas 2006", "Tullock 1980"),
    shows=(Shown("void", -1, "mean"),),
)
