"""What armed groups and the army choose each month: fight, hold, truce, expand or provoke; and where they press an offensive."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import to_actors
from drawdown.guards import LARGEST_LOG, LARGEST_LOG_RATIO, NEVER, WORST
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable
from drawdown.vocabulary.stances import EXPAND, FIGHT, HOLD, TRUCE, legend

_INF = float("inf")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Who has declared a truce holds it; the others fight."""
    truce = state.truce_at_origin
    return {"truce": truce, "stance": jnp.where(truce > 0, float(TRUCE), float(FIGHT))}


def step(key: Key, state: State, params: Params) -> Change:
    """Monthly: argmax of utility plus Gumbel noise (a softmax choice). Weekly: does a truce break, and where is an offensive pressed?

    Truce hazard = h0 exp(b1 losses + b2 rival's gain - b5 restraint) (evidence, section 10); a truce that runs out is declared again by the
    same reckoning. Offensives start where the group, or the army, is strong against what stands there.
    """
    s = state.structure
    facts = _facts(state, params)
    broken, truce, extended = _truce(key, state, params, facts)
    ended = (state.truce > 0) & (truce <= 0)
    now = jnp.where(ended, jnp.where(broken > 0, float(FIGHT), float(HOLD)), state.stance)
    stance = _choose(key, state, params, facts, now, truce)
    begun = ((stance == TRUCE) & (truce <= 0)).astype(jnp.float32)
    truce = jnp.where(begun > 0, params.truce_weeks[None], truce)
    stance = jnp.where(truce > 0, float(TRUCE), jnp.where(stance == TRUCE, float(HOLD), stance))
    zeal = _by_stance(stance, params.hold_zeal[None], params.truce_leak[None], params.expand_zeal[None])
    rivalry = _by_stance(stance, params.hold_zeal[None], params.truce_rivalry[None], params.expand_zeal[None])
    offensive = _offensives(key, state, params, facts, stance)
    groups = s.groups
    return Change.of(
        stance=stance * jnp.maximum(groups, s.army),
        truce=truce * groups,
        truce_broken=broken * groups,
        truce_extended=extended * groups,
        zeal=jnp.where(groups > 0, zeal, 1.0),
        rivalry_zeal=jnp.where(groups > 0, rivalry, 1.0),
        offensive=offensive,
    )


def _by_stance(stance: jax.Array, hold: jax.Array, truce: jax.Array, expand: jax.Array) -> jax.Array:
    """What holds under each stance; one where the actor fights or provokes."""
    value = jnp.where(stance == HOLD, hold, 1.0)
    value = jnp.where(stance == TRUCE, truce, value)
    return jnp.where(stance == EXPAND, expand, value)


def _facts(state: State, params: Params) -> dict[str, jax.Array]:
    """What choices turn on, as each actor sees it where it stands."""
    s = state.structure
    thick = state.density
    where = state.force / jnp.maximum(jnp.sum(state.force, axis=0, keepdims=True), 1.0)
    against = jnp.where(s.army[None] > 0, state.groups_density[:, None], state.guard[:, None])
    odds = state.keep(jnp.log((thick + params.trace) / (against + params.trace)))  # [place, actor, future]
    loss = 52.0 * state.recent_fallen / jnp.maximum(state.armed, params.smallest[None])
    held = state.control * (1.0 - 0.5 * s.police)[None]
    enemy = to_actors(state.hostility[None] * held[:, s.second], s.first, len(s.actors)) + to_actors(
        state.hostility[None] * held[:, s.first], s.second, len(s.actors)
    )
    at_home = jnp.where(s.army[None] > 0, 1.0, jnp.minimum(2.0 * state.kinship, 1.0))
    room = (jnp.where(s.army[None] > 0, params.army_void, 1.0) * state.void[:, None] + enemy) * at_home
    return {
        "odds_by_place": odds,
        "odds": jnp.sum(where * odds, axis=0),
        "room": jnp.sum(where * room, axis=0),
        "room_by_place": room,
        "loss": jnp.minimum(loss, params.most_loss[None]),
        "presence": state.presence,
        "restraint": jnp.minimum(jnp.sum(state.restraint, axis=0), 1.0),
    }


def _truce(key: Key, state: State, params: Params, facts: dict[str, jax.Array]) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Truces broken this week, weeks left, and truces declared anew."""
    s = state.structure
    draw, again, _, _ = key.uniform("truce", ("actor",))
    # An army offensive where the group stands is a raid on it.
    raided = jnp.max(jnp.max(state.offensive * s.army[None], axis=1)[:, None] * (state.force > params.raided), axis=0)
    pressure = (
        params.break_losses[None] * facts["loss"] + params.break_raids[None] * raided - params.break_restraint[None] * facts["restraint"]
    )
    hazard = params.break_rate[None] * jnp.exp(jnp.clip(pressure, -LARGEST_LOG, LARGEST_LOG))
    holding = state.truce > 0
    broken = (holding & (draw < 1.0 - jnp.exp(-hazard))).astype(jnp.float32)
    left = jnp.where(broken > 0, 0.0, jnp.maximum(state.truce - 1.0, 0.0))
    ends = holding & (broken == 0) & (left <= 0)
    chance = params.extend[None] * jnp.exp(-0.5 * jnp.clip(pressure, 0.0, LARGEST_LOG))
    extended = (ends & (again < chance)).astype(jnp.float32)
    return broken, jnp.where(extended > 0, params.truce_weeks[None], left), extended


def _choose(key: Key, state: State, params: Params, facts: dict[str, jax.Array], now: jax.Array, truce: jax.Array) -> jax.Array:
    """The stance of the month [actor]; each actor decides in its own week of the month."""
    s = state.structure
    first, second, third, fourth = key.uniform("choice", ("actor",))
    fifth, _, _, _ = key.uniform("provoke", ("actor",))
    gain = jnp.maximum(state.gains_from_occupation, 0.0) * facts["presence"]
    disorder = 1.0 - state.discipline
    army = s.army > 0
    utilities = [
        jnp.zeros_like(gain),
        params.hold_base[None] + params.hold_losses[None] * facts["loss"] - params.hold_odds[None] * facts["odds"],
        jnp.where(
            army,
            NEVER,
            params.truce_base[None]
            + params.truce_restraint[None] * facts["restraint"]
            + params.truce_disorder[None] * disorder
            + 0.5 * facts["loss"],
        ),
        params.expand_base[None] + params.expand_room[None] * facts["room"] + params.expand_odds[None] * facts["odds"],
        jnp.where(gain > 0, params.provoke_base[None] + params.provoke_gain[None] * gain, NEVER),
    ]
    utilities[TRUCE] = jnp.where(state.truce_prone > 0, utilities[TRUCE], NEVER)
    noise = [-jnp.log(-jnp.log(u)) for u in (first, second, third, fourth, fifth)]
    habit = params.habit[None]
    best, chosen = jnp.full_like(gain, WORST), jnp.zeros_like(gain)
    for code, (utility, luck) in enumerate(zip(utilities, noise, strict=True)):
        value = params.sway[None] * (utility + habit * (now == code)) + luck
        chosen = jnp.where(value > best, float(code), chosen)
        best = jnp.maximum(best, value)
    turn = jnp.mod(jnp.arange(len(s.actors), dtype=jnp.float32)[:, None], params.rhythm[None])
    decides = (jnp.mod(jnp.float32(state.week), params.rhythm[None]) == turn) & (truce <= 0) & (params.choice[None] > 0)
    return jnp.where(decides, chosen, now)


def _offensives(key: Key, state: State, params: Params, facts: dict[str, jax.Array], stance: jax.Array) -> jax.Array:
    """1 where the actor presses an offensive this week [place, actor]."""
    s = state.structure
    draw, _, _, _ = key.uniform("offensive", ("place", "actor"))
    bold = jnp.where(stance == EXPAND, params.expand_boldness[None], jnp.where(stance == FIGHT, 1.0, params.quiet_boldness[None]))
    chance = (
        params.offensive_rate
        * jnp.exp(jnp.clip(facts["odds_by_place"], -LARGEST_LOG_RATIO, params.most_odds))
        * facts["room_by_place"]
        * bold[None]
    )
    # The army needs orders from a government that can give them, and enough troops to spare.
    able = jnp.where(s.army[None] > 0, params.army_ability * state.capability * state.capability, 1.0)
    goes_on = (state.offensive > 0) & (draw < params.offensive_persistence)
    starts = draw < 1.0 - jnp.exp(-chance * able)
    fit = (jnp.maximum(s.groups, s.army)[None] * (state.force > params.enough)) * state.takes_ground[None]
    return (goes_on | starts).astype(jnp.float32) * fit


MECHANISM = Mechanism(
    name="stance",
    phase="DECIDE",
    about="Armed groups, and the army, choose monthly to fight, hold, keep a truce, expand or provoke, and press offensives where strong.",
    step=step,
    initial=initial,
    initial_reads=("truce_at_origin",),
    owns=(
        Variable("stance", ("actor",), "index", "choice", legend(), 0, 4, record=True),
        Variable("truce", ("actor",), "weeks", "choice", "weeks left of a declared suspension", 0, _INF, record=True),
        Variable("truce_broken", ("actor",), "share", "choice", "1 in the week in which a truce breaks", 0, 1),
        Variable("truce_extended", ("actor",), "share", "choice", "1 in the week in which a truce is declared anew", 0, 1),
        Variable("zeal", ("actor",), "ratio", "choice", "how keenly the actor attacks the foreign force and the state", 0, 10, default=1.0),
        Variable("rivalry_zeal", ("actor",), "ratio", "choice", "how keenly the actor fights others of the country", 0, 10, default=1.0),
        Variable("offensive", ("place", "actor"), "share", "choice", "1 where the actor presses an offensive", 0, 1, record=True),
    ),
    reads=(
        *("week", "density", "guard", "groups_density", "kinship", "armed", "presence", "force", "control", "void", "recent_fallen"),
        *("restraint", "discipline", "gains_from_occupation", "capability", "truce_prone", "takes_ground", "hostility"),
    ),
    goes_on=("truce", "stance", "truce_extended"),  # a truce already declared runs out or is declared anew; nobody chooses
    params=parameters_beside(__file__),
    events=(
        Event("truce begun", "truce", 1, "{actor} suspended its armed actions", once=True),
        Event(
            "truce broken",
            "truce_broken",
            0.5,
            "{actor} took up arms again before its truce ran out",
            as_cause="after it had taken up arms again",
        ),
        Event("truce extended", "truce_extended", 0.5, "{actor} declared its truce anew"),
        Event(
            "offensive",
            "offensive",
            0.5,
            "{actor} pressed an offensive in {place}",
            once=True,
            causes=(Cause("withdrawal"), Cause("handed over"), Cause("truce broken", own=True)),
            as_cause="as {actor} pressed its offensive",
        ),
    ),
    references=("Stedman 1997", "Kydd and Walter 2002, 2006", "Staniland 2012"),
    shows=(Shown("offensive", 1, "sum"),),
)
