"""One battery over every mechanism that is discovered: a new file in `mechanisms/` is held to all of this without a line here."""

from __future__ import annotations

import math
import os
import string
from collections.abc import Callable, Mapping
from functools import cache
from itertools import product
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from drawdown.chronicle import names_of
from drawdown.engine import Engine
from drawdown.incident_rows import Incident, IncidentRow, Toll
from drawdown.mechanism import PHASES, Cause, Change, Event, Mechanism, ModelError, Param, check, discover
from drawdown.program import UndeclaredError, View, apply, params_of, view_of, work_out
from drawdown.scenario.model import Plan
from drawdown.state import GIVEN, PLAN, Variable
from drawdown.vocabulary.dimensions import DIMENSIONS
from drawdown.vocabulary.incident_kinds import MAJOR
from drawdown.vocabulary.tile import TILE
from drawdown.vocabulary.violence import VIOLENCE
from tests.by_hand import array, arrays
from tests.stepping import Moment, flat, jitted, moments, started

SEED = 20070903
WEEK = 30
FOUND = discover()
NAMES = [m.name for m in FOUND]
PLANNED = {v.name for v in PLAN}


def by_name(name: str) -> Mechanism:
    return next(m for m in FOUND if m.name == name)


@pytest.fixture(scope="module")
def country(request: pytest.FixtureRequest) -> Engine:
    """The first shipped one (`model: Engine`); the small one where it is asked whether the battery finds a plug-in (test_plug_ins)."""
    made: Engine = request.getfixturevalue(os.environ.get("DRAWDOWN_BATTERY", "model"))
    return made


def plan_of(country: Engine) -> Plan:
    """That by which the foreign force leaves."""
    return next(p for p in country.scenario.plans if p.id in ("announced", "leave"))


@pytest.fixture(scope="module")
def week(country: Engine) -> Callable[[str], Moment]:
    """Every mechanism in the week WEEK of 64 futures while the foreign force leaves, stepped outside the compiled program."""
    state, inputs = started(country, plan_of(country), SEED, WEEK)
    return moments(country, state, inputs, WEEK)


@pytest.fixture(scope="module")
def compiled(country: Engine) -> Callable[[str], Callable[..., Change]]:
    """The step of a mechanism compiled alone, once."""
    return cache(lambda name: jitted(Moment(by_name(name), {}, {}, jnp.int32(WEEK), country.world.structure, FOUND)))


def permuted(values: Mapping[str, Any], order: np.ndarray) -> dict[str, Any]:
    """The futures of a tile in another order; what is the same in all of them stays."""
    return {n: np.asarray(v)[..., order] if np.ndim(v) and np.shape(v)[-1] == TILE else v for n, v in values.items()}


# Every step


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_same_key_and_state_give_the_same_change(week: Callable[[str], Moment], name: str) -> None:
    one, other = flat(week(name).step()), flat(week(name).step())
    assert one
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[n], other[n]) for n in one)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_future_knows_nothing_of_its_neighbours(
    week: Callable[[str], Moment], compiled: Callable[[str], Callable[..., Change]], name: str
) -> None:
    order = np.random.default_rng(5).permutation(TILE)
    moment, call = week(name), compiled(name)
    inputs = {**moment.inputs, "futures": moment.inputs["futures"][order], "parameters": permuted(moment.inputs["parameters"], order)}
    straight = flat(call({}, moment.values, moment.inputs))
    turned = flat(call({}, permuted(moment.values, order), inputs))
    for n, value in permuted(straight, order).items():
        assert np.array_equal(value, turned[n]), n


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_compiled_and_uncompiled_steps_agree(
    week: Callable[[str], Moment], compiled: Callable[[str], Callable[..., Change]], name: str
) -> None:
    """To float32 rounding. A count or a decision may fall to the other side of a threshold where rounding does: one in a thousand may."""
    eager, fast = flat(week(name).step()), flat(compiled(name)({}, week(name).values, week(name).inputs))
    assert eager.keys() == fast.keys()
    for n, value in eager.items():
        scale = float(np.abs(value).max()) or 1.0
        apart = ~np.isclose(value, fast[n], rtol=1e-4, atol=1e-5 * scale)
        assert apart.mean() < 1e-3, f"{n}: {apart.mean():.1%} of the cells differ"


@pytest.mark.slow
@pytest.mark.parametrize("name", [m.name for m in FOUND if m.neutral])
def test_neutral_parameters_switch_it_off_exactly(country: Engine, compiled: Callable[[str], Callable[..., Change]], name: str) -> None:
    """Switched off from the start it adds nothing, and what it owns stays as it began (to the rounding of a logistic there and back)."""
    off, mechanism = country.without(name), by_name(name)
    begun, _ = started(off, plan_of(off), SEED, 0)
    begun = {n: np.array(v) for n, v in begun.items()}
    state, inputs = started(off, plan_of(off), SEED, 12)
    assert not np.asarray(state["status"]).any()
    values = {**inputs["given"], **state, "week": np.int32(12)}
    change = compiled(name)({}, values, inputs)
    for n, value in change.add.items():
        assert not np.asarray(value).any(), f"adds to {n}"
    for incident, row in change.incidents.items():
        counted = [row.incidents, *(getattr(toll, c) for toll in (row.largest, row.small) for c in incident.dead)]
        assert not any(np.asarray(value).any() for value in counted), f"brings incidents of the kind {incident.kind}"
    for variable in mechanism.owns:
        n = variable.name
        if n not in change.set or n in mechanism.goes_on:
            continue
        assert np.allclose(change.set[n], begun[n], rtol=1e-4, atol=1e-5), f"moves {n}"


@pytest.mark.slow
def test_switched_off_a_report_is_the_truth(country: Engine, compiled: Callable[[str], Callable[..., Change]]) -> None:
    """Nothing is shaded, late or coarse."""
    state, inputs = started(country.without("reporting"), plan_of(country), SEED, 12)
    change = compiled("reporting")({}, {**inputs["given"], **state, "week": np.int32(12)}, inputs)
    assert np.allclose(change.set["reported_trend"], change.set["true_trend"], atol=1e-5)
    assert np.allclose(change.set["report_gap"], 0.0, atol=1e-5)


BRINGING = [m.name for m in FOUND if m.incidents]


@pytest.fixture(scope="module")
def brought(country: Engine, compiled: Callable[[str], Callable[..., Change]]) -> dict[str, Change]:
    """What each mechanism that brings incidents does after so many weeks."""
    state, inputs = started(country, plan_of(country), SEED, WEEK)
    still = {n: np.zeros_like(state[n]) for n, v in country.world.variables.items() if v.kind == "pressure"}
    return {name: compiled(name)({}, {**inputs["given"], **state, **still, "week": jnp.int32(WEEK)}, inputs) for name in BRINGING}


@pytest.mark.parametrize("name", BRINGING)
def test_the_dead_in_its_rows_are_those_that_it_adds(brought: Mapping[str, Change], name: str) -> None:
    """By place and type of violence, and of them the civilians: rows and series tell the same."""
    change = brought[name]
    dead = {violence: np.zeros(np.shape(change.add["deaths"][:, 0])) for violence in VIOLENCE}
    civilians = np.zeros_like(dead[VIOLENCE[0]])
    for incident, row in change.incidents.items():
        for toll, column in product((row.largest, row.small), incident.dead):
            dead[incident.violence] += np.asarray(getattr(toll, column))
            civilians += np.asarray(getattr(toll, column)) * (column == "dead_civilians")
    assert np.array_equal(np.stack(list(dead.values()), axis=1), change.add["deaths"])
    assert np.array_equal(civilians, np.broadcast_to(change.add.get("civilian_deaths", 0.0), civilians.shape))


@pytest.mark.parametrize("name", BRINGING)
def test_its_rows_name_actors_and_their_deadliest_is_large(country: Engine, brought: Mapping[str, Change], name: str) -> None:
    actors = np.arange(len(country.world.structure.actors))
    for incident, row in brought[name].incidents.items():
        for toll, sides in ((row.largest, incident.sides), (row.small, incident.sides if incident.small_sides else ())):
            assert all(np.isin(getattr(toll, side), actors).all() for side in sides)
        killed, others = (np.sum([getattr(toll, column) for column in incident.dead], axis=0) for toll in (row.largest, row.small))
        assert ((killed == 0) | (killed >= MAJOR)).all()
        assert (others >= row.incidents).all(), "an incident that killed nobody"


def test_every_mechanism_can_be_switched_off_but_the_one_that_keeps_the_books() -> None:
    assert [m.name for m in FOUND if not m.neutral] == ["tally"]


BOX_DRAWS = 6


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_change_is_finite_over_the_declared_box(
    week: Callable[[str], Moment], compiled: Callable[[str], Callable[..., Change]], name: str
) -> None:
    """Parameters at the corners and inside of their bounds; variables too, those without an upper bound from none to twentyfold."""
    rng = np.random.default_rng(11)
    moment, mechanism = week(name), by_name(name)
    declared = {v.name: v for v in (*GIVEN, *(v for m in FOUND for v in m.owns))}
    bad: set[str] = set()
    for _ in range(BOX_DRAWS):
        parameters = {f"{name}.{p.name}": in_box(rng, p.bounds, np.zeros(TILE)) for p in mechanism.params}
        values = {n: in_box(rng, (v.low, v.high), np.asarray(moment.values[n])) for n, v in declared.items() if n in mechanism.reads}
        values.update({n: np.round(v) for n, v in values.items() if n == "stance"})
        change = flat(compiled(name)(parameters, {**moment.values, **values}, moment.inputs))
        for n, value in change.items():
            broken = ~np.isfinite(value)
            if broken.any():
                lane = int(np.argwhere(broken)[0][-1])
                bad.add(f"{n} with { ({p: float(v[lane]) for p, v in parameters.items()}) }")
    assert not bad, "\n".join(sorted(bad))


def in_box(rng: np.random.Generator, bounds: tuple[float, float], now: np.ndarray) -> np.ndarray:
    """Values of the shape of `now`, uniform within finite bounds with a third on each corner; scaled where a bound is infinite."""
    low, high = bounds
    pick = rng.integers(0, 3, size=now.shape)
    if math.isfinite(low) and math.isfinite(high):
        return np.choose(pick, [np.full(now.shape, low), np.full(now.shape, high), rng.uniform(low, high, now.shape)]).astype(np.float32)
    scaled = now * np.exp(rng.uniform(-3.0, 3.0, now.shape))
    return np.where(pick == 0, max(low, 0.0) if math.isfinite(low) else now, scaled).astype(np.float32)


# What is declared and what is used


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_uses_all_that_it_declares_and_nothing_else(country: Engine, week: Callable[[str], Moment], name: str) -> None:
    moment, m = week(name), by_name(name)
    change = moment.step()
    state, params = moment.views
    assert not set(m.reads) - state.used, "declared and never read"
    seen = set(params.used)
    if m.initial is not None:
        given = View(m.name, moment.inputs["given"], frozenset(m.initial_reads), moment.structure)
        own = params_of(m, moment.inputs["parameters"], moment.structure)
        assert m.initial(given, own).keys() <= {v.name for v in m.owns}
        assert not set(m.initial_reads) - given.used, "declared for the start and never read"
        seen |= own.used
    for derived in m.derives:
        own = params_of(m, moment.inputs["parameters"], moment.structure)
        made = work_out(derived.reads, FOUND, moment.values, moment.inputs["parameters"], moment.structure)
        derived.formula(View(derived.name, {**moment.values, **made}, frozenset(derived.reads), moment.structure), own)
        seen |= own.used
    assert not {p.name for p in m.params} - seen, "parameters that nothing turns on"
    assert set(m.adds) <= change.add.keys(), "declared and never added"
    assert set(m.incidents) == change.incidents.keys(), "declared and never brought"
    kept = {v.name for v in m.owns if v.kind in ("stock", "choice")}
    assert kept == change.set.keys(), "owned and never set"
    assert len(set(m.reads)) == len(m.reads)


@pytest.mark.slow
def test_what_is_not_declared_cannot_be_touched(country: Engine, week: Callable[[str], Moment]) -> None:
    moment = week("tempo")
    with pytest.raises(UndeclaredError, match="'force' without declaring"):
        _ = view_of(moment.mechanism, moment.values, moment.structure).force
    with pytest.raises(UndeclaredError, match="does not own"):
        apply(moment.mechanism, Change.of(force=jnp.ones(1)), {}, {})
    with pytest.raises(UndeclaredError, match="adds to 'recruits' without declaring"):
        apply(moment.mechanism, Change.of({"recruits": jnp.ones(1)}), arrays({"recruits": array("recruits", 0.0)}), {})
    with pytest.raises(UndeclaredError, match="rows of incidents that are not those it declares: clash, state-based"):
        apply(moment.mechanism, Change.of({}, {RAIDS: IncidentRow(Toll(), Toll(), jnp.ones(1))}), {}, {})
    bringing = _made(incidents=(RAIDS,))
    with pytest.raises(UndeclaredError, match="not those it declares: none"):
        apply(bringing, Change.of(), {}, {})
    one = jnp.ones(1)
    for largest, said in (
        (Toll(one, one, one), "'dead_b' is missing"),
        (Toll(one, one, one, one, one), "'dead_civilians' is not declared"),
    ):
        with pytest.raises(ValueError, match=f"odd: row of clash, state-based: {said}"):
            apply(bringing, Change.of({}, {RAIDS: IncidentRow(largest, Toll(one, one, one, one), one)}), {}, {})


def test_every_variable_has_a_reader(country: Engine) -> None:
    """A variable that nobody reads, records or tells of is dead."""
    read = {n for m in FOUND for n in (*m.reads, *m.initial_reads)}
    told = {n for m in FOUND for e in m.events for n in (e.variable, *(b.split()[0] for b in e.because))}
    dead = [v.name for m in FOUND for v in m.owns if not (v.record or v.name in read or v.name in told or _reads_own(m, v.name))]
    assert not dead


def _reads_own(m: Mechanism, name: str) -> bool:
    """Whether its own file reads it, or a formula that the file takes from `drawdown.formulas`."""
    import inspect

    home = inspect.getmodule(m.step) or m.step
    formulas = [f for f in vars(home).values() if inspect.isfunction(f) and f.__module__.startswith("drawdown.formulas.")]
    return any(f"state.{name}" in inspect.getsource(part) for part in (home, *formulas))


# What is written


@pytest.mark.parametrize("name", NAMES)
def test_event_sentences_render_in_every_cell(country: Engine, name: str) -> None:
    variables = country.world.variables
    for event in by_name(name).events:
        incidents = [one for one in by_name(name).incidents if one.kind == event.incident]
        dims = ("place",) if incidents else variables[event.variable].dims
        assert {b.split()[0] for b in event.because} <= set(variables), event.name
        names = {**names_of(country, dims, (0,) * len(dims)), "n": "12", "value": "0.5"}
        for one in incidents:
            names.update(dict.fromkeys((*one.dead, *(one.sides if len(one.sides) > 1 else ("actor",))), "the other"))
        for sentence in (event.sentence, event.as_cause):
            fields = {f for _, f, _, _ in string.Formatter().parse(sentence) if f is not None}
            assert fields <= names.keys(), f"{event.name}: {fields - names.keys()} are not in a cell of {event.variable}"
            assert "{" not in sentence.format_map(names)
        assert event.sentence


@pytest.mark.parametrize("name", NAMES)
def test_every_number_has_a_unit_bounds_and_a_source_or_a_reason(name: str) -> None:
    m = by_name(name)
    assert m.about.endswith(".")
    assert m.phase in PHASES
    assert m.params or m.owns
    for p in m.params:
        where = f"{name}.{p.name}"
        assert p.unit, where
        assert all(math.isfinite(x) for x in (p.low, p.best, p.high, *p.bounds)), where
        assert p.bounds[0] < p.bounds[1], where
        assert p.grade in "ABCD", where
        assert len(p.about) > 5, where
        assert p.source or p.grade == "D", f"{where}: no source, and not graded D"
        if p.grade == "D":
            reason = p.source or p.about
            assert p.source or any(word in reason for word in ("assumed", "definition", "as for")), f"{where}: D without a reason"
        assert p.neutral is None or p.bounds[0] <= p.neutral <= p.bounds[1], f"{where}: neutral value out of bounds"
    for v in m.owns:
        assert v.unit, v.name
        assert len(v.about) > 5, v.name
        assert v.low < v.high, v.name
        assert set(v.dims) <= set(DIMENSIONS), v.name
        if v.kind in ("stock", "choice") and not (m.initial is not None):
            assert v.low <= v.default <= v.high, v.name


@pytest.mark.parametrize("v", [*GIVEN, *PLAN], ids=lambda v: v.name)
def test_what_is_given_has_a_unit_and_is_read(v: Variable) -> None:
    assert v.unit
    assert v.about
    assert set(v.dims) <= set(DIMENSIONS)
    assert v.low < v.high
    read = {n for m in FOUND for n in (*m.reads, *m.initial_reads)}
    assert v.name in read, "a table that no mechanism reads"


def test_what_a_mechanism_shows_in_is_recorded(country: Engine) -> None:
    for m in FOUND:
        for shown in m.shows:
            assert shown.quantity in country.quantities, f"{m.name} shows in '{shown.quantity}', which is not recorded"
            assert shown.sign in (-1, 1), m.name


def test_all_mechanisms_of_the_plan_exist() -> None:
    planned = {
        "SENSE": "reporting",
        "DECIDE": "orders peace_process settlement collapse dissolution return_of_force home_front void_filling stance sponsorship",
        "ACT": "clashes reprisals provocation rogue_cells seizure recruitment desertion realignment",
        "SETTLE": "alignment forces control standing displacement capability cohesion bargaining",
    }
    for phase, names in planned.items():
        assert set(names.split()) <= {m.name for m in FOUND if m.phase == phase}


# The whole


def _nothing(key: object, state: object, params: object) -> Change:
    return Change({}, {})


def _made(name: str = "odd", phase: Any = "ACT", **declared: Any) -> Mechanism:
    return Mechanism(name, phase, "odd.", _nothing, **declared)


PUSH = Variable("push", ("place",), "index", "pressure", "a push", 0)
PILE = Variable("pile", ("place",), "index", "stock", "a pile", 0)
WISH = Variable("wish", ("place",), "index", "choice", "a wish", 0)
RAIDS = Incident("clash", "state-based", bystanders=False)
TURNED = Param("turned", "index", 2, 1, 3, (0, 4), "D", "", "out of order (assumed)")


@pytest.mark.parametrize(
    ("model_of", "said"),
    [
        ([_made(owns=(PILE,))], "odd (ACT) owns the stock 'pile'"),
        ([_made(owns=(WISH,))], "odd (ACT) owns the choice 'wish'"),
        ([_made("one", owns=(PUSH,)), _made("two", owns=(PUSH,))], "two owns 'push', which one owns already"),
        ([_made(owns=(GIVEN[0],))], "which the scenario owns already"),
        ([_made(reads=("pusch",))], "odd reads 'pusch', which nobody declares"),
        ([_made(initial_reads=("pusch",))], "odd reads 'pusch', which nobody declares"),
        ([_made(adds=("population",))], "odd adds to 'population', which is not a pressure"),
        ([_made(adds=("pusch",))], "odd adds to 'pusch', which is not a pressure"),
        (
            [_made("late", "SETTLE", adds=("push",)), _made("owner", owns=(PUSH,))],
            "late (SETTLE) adds to 'push', which its owner has consumed",
        ),
        (
            [_made(events=(Event("flood", "control", 1, "x", causes=(Cause("rain"),)),))],
            "event 'flood' names 'rain', which no mechanism tells",
        ),
        ([_made(), _made()], "2 mechanisms are called 'odd'"),
        ([_made(phase="DECIDE", incidents=(RAIDS,))], "odd (DECIDE) brings incidents; what is done happens in ACT"),
        ([_made(incidents=(RAIDS, RAIDS))], "odd brings clash, state-based twice"),
        ([_made(incidents=(Incident("clsh", "non-state"),))], "of a kind that is none: got 'clsh'; expected one of: bombing, clash"),
        ([_made(incidents=(Incident("clash", "civil"),))], "of a type of violence that is none: got 'civil'; expected one of: non-state"),
        ([_made(events=(Event("flood", "dead_a", 1, "x", "bombing"),))], "event 'flood' tells of a bombing, which it does not bring"),
        (
            [_made(incidents=(RAIDS,), events=(Event("raid", "dead_civilians", 1, "x", "clash"),))],
            "event 'raid' tells of 'dead_civilians', which a clash does not count",
        ),
        ([_made(params=(TURNED,))], "odd.turned: bounds, low, best, high are not in order"),
        ([_made(params=(TURNED, TURNED))], "odd declares a parameter twice"),
    ],
)
def test_the_whole_model_check_reports_a_misfit(model_of: list[Mechanism], said: str) -> None:
    with pytest.raises(ModelError) as raised:
        check(model_of)
    assert said in str(raised.value)


def test_the_whole_model_check_reports_all_misfits_at_once() -> None:
    with pytest.raises(ModelError) as raised:
        check([_made("one", owns=(PILE,), reads=("pusch",)), _made("two", owns=(PILE,), params=(TURNED,), adds=("nil",))])
    lines = str(raised.value).splitlines()[1:]
    assert len(lines) == 6
    assert len(set(lines)) == 6


def test_the_shipped_mechanisms_pass_it() -> None:
    check(list(FOUND))
    assert [PHASES.index(m.phase) for m in FOUND] == sorted(PHASES.index(m.phase) for m in FOUND)
    assert len(set(NAMES)) == len(NAMES)
