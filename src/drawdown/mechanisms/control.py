"""Who rules whom, and the void: rule needs someone to enforce it, has roots that fade, and what is freed belongs to nobody first."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import at_most_whole, at_origin, of_residents
from drawdown.formulas.rule import claims, enforced, filled, resettled, upheld, won
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable

EVENTS = (
    Event("rules", "control", 0.5, "{actor} came to rule most of {place}", once=True, lasting=8, one_side=True,
          as_cause="under the rule of {actor}", told_by=("town fell",),
          causes=(Cause("seizure", own=True), Cause("withdrawal"), Cause("handed over"), Cause("realignment", own=True))),
    Event("lost rule", "control", 0.5, "{actor} no longer ruled most of {place}", once=True, falling=True, lasting=8, one_side=True,
          as_cause="as {actor} lost control", told_by=("town fell",),
          causes=(Cause("offensive"), Cause("abandoned", own=True), Cause("withdrawal"), Cause("realignment"))),
    Event("void", "void", 0.5, "Most of {place} was ruled by nobody", once=True, lasting=4,
          as_cause="where nobody ruled", causes=(Cause("withdrawal"), Cause("desertion"), Cause("lost rule"))),
)  # fmt: skip


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Rule at the origin; its roots, the force behind it and the residents' regard are what the place is used to."""
    # Estimates of who rules how much are drawn one by one; where they sum to more than everybody, all give way in proportion.
    rule = at_most_whole(state.control_at_origin)
    regard = of_residents(state.community_share, state.standing_at_origin)
    return {"control": rule, "roots": rule, "backing": at_origin(state), "usual_regard": regard, "void": 1.0 - jnp.sum(rule, axis=1)}


def step(key: Key, state: State, params: Params) -> Change:
    """c' = c + k (w - c) - l (c - e)+ + fill (freed void) q - lost + gained; what w, e and q are, and whence, stands in `formulas.rule`."""
    taken = state.control_lost * params.seizable
    able, claim = state.keep((enforced(state, params), claims(state, params)))
    # What nobody can enforce any more is gone within weeks.
    slack = (1.0 - jnp.exp(-params.loosening)) * jnp.maximum(state.control - able, 0.0)
    pull = params.pace * (jnp.minimum(upheld(state, params), able) - state.control)
    pull = jnp.where(slack > 0, jnp.minimum(pull, -slack), pull)
    control = jnp.clip(state.control + pull + filled(state, params, claim) - taken, 0.0, 1.0)
    gained = won(state, params, control)
    control = at_most_whole(control + gained)
    # Seized ground has the roots of its new ruler at once; otherwise roots, backing and regard follow slowly, and roots follow strength.
    learn = 1.0 / params.memory
    roots = state.roots + learn * (control - state.roots) + resettled(state, params, claim)
    roots = at_most_whole(jnp.clip(roots - taken + gained, 0.0, 1.0))
    backing = state.backing + learn * (state.force - state.backing)
    regard = state.usual_regard + learn * (state.welcome - state.usual_regard)
    return Change.of(control=control, roots=roots, backing=backing, usual_regard=regard, void=1.0 - jnp.sum(control, axis=1))


MECHANISM = Mechanism(
    name="control",
    phase="SETTLE",
    about="Rule over residents follows the force behind it; what a leaver ruled falls to nobody, then to whoever is strong and welcome.",
    step=step,
    initial=initial,
    initial_reads=("control_at_origin", "strength", "deployment", "community_share", "standing_at_origin"),
    owns=(
        Variable("control", ("place", "actor"), "share", "stock", "share of residents under the actor's rule", 0, 1, record=True),
        Variable("void", ("place",), "share", "stock", "share of residents whom nobody rules", 0, 1, record=True),
        Variable("roots", ("place", "actor"), "share", "stock", "rule that the place is used to", 0, 1),
        Variable("backing", ("place", "actor"), "persons", "stock", "force that the place is used to", 0, float("inf")),
        Variable("usual_regard", ("place", "actor"), "index", "stock", "regard that the place is used to", -1, 1),
        Variable("control_lost", ("place", "actor"), "share per week", "pressure", "rule lost to a seizure", 0, 1),
        Variable("control_gained", ("place", "actor"), "share per week", "pressure", "rule won by a seizure", 0, 2),
    ),
    reads=("density", "welcome", "force", "adjacency"),
    goes_on=("backing", "usual_regard"),  # what a place is used to
    params=parameters_beside(__file__),
    events=EVENTS,
    references=("Kalyvas 2006", "Tullock 1980"),
    shows=(Shown("void", -1, "mean"),),
)
