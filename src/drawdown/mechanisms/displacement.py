"""Flight and separation: people flee where their community is killed, mostly to where it is at home; neighbourhoods unmix."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import lived_at_origin, share_of
from drawdown.formulas.presence import OF_RESIDENTS
from drawdown.guards import THOUSAND
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable

_INF = float("inf")
_FLED_FROM = (Cause("mass killing"), Cause("bombing"), Cause("massacre"), Cause("offensive"), Cause("clash"))


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Residents by community, and mixing at the origin."""
    return {"residents": lived_at_origin(state), "mixing": state.mixing_at_origin}


def step(key: Key, state: State, params: Params) -> Change:
    """Those who flee = flight x killed of the community (more for minorities); dm = -phi sectarian deaths per 1,000 x m; slow return."""
    people, share = jnp.maximum(state.people, 1.0)[:, None], state.composition
    fear = params.flight * state.harmed * (1.0 - params.at_home * share)
    fled = jnp.minimum(fear, params.most * state.residents)
    border = share_of(state.adjacency, 1)
    # Half go to neighbours where their community lives, half to wherever it is at home.
    haven = share_of(share**2 * people, 0)  # [place, community]: where the community is at home
    neighbours = share_of(jnp.einsum("pq,pct->qct", border[:, :, 0], fled) * share, 0)
    stay = jnp.sum(fled, axis=0, keepdims=True) * (1.0 - params.abroad)
    arrived = stay * (0.5 * haven + 0.5 * neighbours)
    lost = jnp.where(jnp.sum(neighbours, axis=0, keepdims=True) > 0, 0.0, 0.5 * stay * haven)
    residents = state.residents - fled + arrived + lost
    deaths = THOUSAND * state.sectarian / people[:, 0]
    calm = jnp.exp(-deaths / params.calm)
    mixing = state.mixing * jnp.exp(-params.unmixing * deaths) + params.remixing / 52.0 * calm * (state.mixing_at_origin - state.mixing)
    return Change.of(residents=residents, displaced=jnp.sum(fled, axis=1), mixing=jnp.clip(mixing, 0.0, 1.0))


MECHANISM = Mechanism(
    name="displacement",
    phase="SETTLE",
    about="People flee where their community is killed; neighbourhoods separate, and mix again only slowly.",
    step=step,
    initial=initial,
    initial_reads=("population", "community_share", "mixing_at_origin"),
    derives=OF_RESIDENTS,
    owns=(
        Variable("residents", ("place", "community"), "persons", "stock", "residents", 0, _INF, record=True),
        Variable("displaced", ("place",), "persons per week", "stock", "who fled the place this week", 0, _INF, record=True),
        Variable("mixing", ("place",), "index", "stock", "how mixed neighbourhoods are", 0, 1, record=True),
        Variable("sectarian", ("place",), "deaths per week", "pressure", "civilians killed on purpose", 0, _INF),
    ),
    reads=("people", "composition", "harmed", "adjacency", "mixing_at_origin"),
    params=parameters_beside(__file__),
    events=(Event("flight", "displaced", 4000, "{n} people fled {place}", causes=_FLED_FROM, routine=True),),
    references=("Weidmann and Salehyan 2013", "Agnew et al. 2008", "Lim, Metzler and Bar-Yam 2007"),
    shows=(Shown("displaced", 1, "sum"), Shown("mixing", -1, "mean")),
)
