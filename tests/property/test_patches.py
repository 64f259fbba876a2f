"""The algebra of patches: what commutes, what wins, what is needed, and that a faulty one leaves nothing behind."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawdown.errors import ScenarioError
from drawdown.mechanism import Change, Mechanism, Param
from drawdown.scenario import load
from drawdown.scenario.model import Distribution, Scenario
from drawdown.state import Variable
from tests.examples import examples

FEW = settings(max_examples=examples(12), deadline=None, derandomize=True)
HYPOTHESES = """
- id: why-quiet
  question: Why is it quiet?
  options:
    - id: truce
      sentence: They hold their fire.
      weight: {value: 0.4, unit: share, grade: D, note: even}
      set:
        clashes.lethality: {value: 0.9, unit: share, grade: D, note: implied}
    - {id: fear, sentence: They are afraid., weight: {value: 0.6, unit: share, grade: D, note: even}}
"""


def _step(key: object, state: object, params: object) -> Change:
    return Change({}, {})


MODEL = (
    Mechanism(
        "clashes",
        "SETTLE",
        "fighting",
        _step,
        owns=(
            Variable("control", ("place", "actor"), "share", "stock", "who rules", 0, 1, record=True),
            Variable("deaths", ("place", "violence"), "persons", "stock", "who dies", 0, record=True),
        ),
        params=(
            Param("lethality", "share", 0.1, 0.2, 0.4, (0.0, 1.0), "D", "", "share of clashes that kill", neutral=0.0),
            Param("contest_exponent", "ratio", 0.5, 1.0, 2.0, (0.1, 5.0), "D", "", "how decisive numbers are"),
        ),
    ),
    Mechanism("weather", "ACT", "rain", _step),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The skeleton with rival explanations, before a model of two mechanisms."""
    target = tmp_path_factory.mktemp("patches") / "land"
    with as_file(files("drawdown.scenario") / "skeleton") as skeleton:
        shutil.copytree(skeleton, target)
    (target / "hypotheses.yaml").write_text(HYPOTHESES)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("drawdown.mechanism.discover", lambda: MODEL)
        yield target


def patch(name: str, **content: Any) -> dict[str, Any]:
    return {"patch": name, "kind": "what-if", "about": "an idea", **content}


def numbers_of(scenario: Scenario) -> dict[str, Distribution]:
    """Every number by name, as it is drawn."""
    cells = {n.name: n.distribution for table in scenario.tables.values() for n in table.values()}
    levels = {o.level.name: o.level.distribution for p in scenario.plans for o in p.orders if o.level is not None}
    weights = {o.weight.name: o.weight.distribution for h in scenario.hypotheses for o in h.options}
    return {**cells, **levels, **weights, **{n: p.distribution for n, p in scenario.parameters.items()}}


# Numbers that may take any value on their own.
FREE: Mapping[str, st.SearchStrategy[float]] = {
    "strength[northern-militia]": st.floats(1, 1e6),
    "population[north]": st.floats(1, 1e8),
    "attack_rate[north]": st.floats(0, 1e3),
    "adjacency[north,capital]": st.floats(0, 1e3),
    "standing_at_origin[southern,foreign-force]": st.floats(-1, 1),
    "clashes.contest_exponent": st.floats(0.1, 5),
    "clashes.lethality": st.floats(0, 1),
    "plan:leave:leave-north": st.floats(0, 1e5),
}
SETS = st.fixed_dictionaries({}, optional=dict(FREE))


def test_the_empty_patch_changes_nothing(folder: Path) -> None:
    assert load(folder, patches=[patch("nothing")]).digest == load(folder).digest


@FEW
@given(values=SETS)
def test_a_patch_sets_what_it_names_and_nothing_else(folder: Path, values: dict[str, float]) -> None:
    before, after = numbers_of(load(folder)), numbers_of(load(folder, patches=[patch("p", set=values)]))
    for name, value in values.items():
        assert after.pop(name) == Distribution("fixed", value)
        before.pop(name, None)
    # A border has one number for both its sides, whichever is written.
    for side in ("adjacency[capital,north]",) if "adjacency[north,capital]" in values else ():
        assert side not in after
        before.pop(side)
    assert after == before


@FEW
@given(first=SETS, second=SETS)
def test_patches_of_different_numbers_commute(folder: Path, first: dict[str, float], second: dict[str, float]) -> None:
    second = {name: value for name, value in second.items() if name not in first}
    a, b = patch("a", set=first), patch("b", set=second)
    assert load(folder, patches=[a, b]).digest == load(folder, patches=[b, a]).digest
    assert numbers_of(load(folder, patches=[a, b])) == numbers_of(load(folder, patches=[patch("both", set={**first, **second})]))


@FEW
@given(first=SETS, second=SETS)
def test_the_later_patch_wins(folder: Path, first: dict[str, float], second: dict[str, float]) -> None:
    first = {name: value for name, value in first.items() if name in second}
    a, b = patch("a", set=first), patch("b", set=second)
    assert load(folder, patches=[a, b]).digest == load(folder, patches=[b]).digest


@FEW
@given(good=SETS, at=st.integers(0, 2))
def test_one_faulty_patch_and_nothing_is_applied(folder: Path, good: dict[str, float], at: int) -> None:
    digest = load(folder).digest
    patches = [patch("a", set=good), patch("b", set={})]
    patches.insert(at, patch("faulty", set={"strength[northern-milita]": 5}))
    with pytest.raises(ScenarioError, match="Did you mean 'northern-militia'"):
        load(folder, patches=patches)
    assert load(folder).digest == digest


@FEW
@given(length=st.integers(2, 6), seed=st.integers(0, 1_000))
def test_needs_are_met_in_order_or_told(folder: Path, length: int, seed: int) -> None:
    chain = [patch(f"p{k}", needs=[f"p{k - 1}"] if k else []) for k in range(length)]
    shuffled = random.Random(seed).sample(chain, length)
    if shuffled == chain:
        assert load(folder, patches=shuffled).patches == tuple(f"p{k}" for k in range(length))
    else:
        with pytest.raises(ScenarioError, match="which needs it before"):
            load(folder, patches=shuffled)


@FEW
@given(length=st.integers(1, 6))
def test_a_circle_of_needs_is_told(folder: Path, length: int) -> None:
    circle = [patch(f"p{k}", needs=[f"p{(k + 1) % length}"]) for k in range(length)]
    with pytest.raises(ScenarioError, match="patches that need each other: p0 needs"):
        load(folder, patches=circle)


def test_a_missing_need_is_told(folder: Path) -> None:
    with pytest.raises(ScenarioError, match="'p' needs the patch 'larger-militia', which is not applied; it is shipped"):
        load(folder, patches=[patch("p", needs=["larger-militia"])])
    assert load(folder, patches=["larger-militia", patch("p", needs=["larger-militia"])]).patches == ("larger-militia", "p")


def test_the_same_patch_twice_is_told(folder: Path) -> None:
    with pytest.raises(ScenarioError, match="'p' a second time"):
        load(folder, patches=[patch("p"), patch("p")])


def test_an_unknown_patch_names_the_nearest(folder: Path) -> None:
    with pytest.raises(ScenarioError, match="Did you mean 'larger-militia'"):
        load(folder, patches=["large-militia"])


# Rival explanations, switching off, samples


def test_off_sets_neutral_values_whatever_explanations_say(folder: Path) -> None:
    scenario = load(folder, patches=[patch("quiet", off=["clashes"])])
    assert scenario.parameters["clashes.lethality"].distribution == Distribution("fixed", 0.0)
    assert scenario.parameters["clashes.lethality"].derived
    assert "clashes.contest_exponent" not in scenario.parameters
    assert all(not option.sets for h in scenario.hypotheses for option in h.options)
    assert scenario.hypotheses[0].options[0].weight.distribution.best == 0.4


def test_off_needs_a_mechanism_with_a_neutral_value(folder: Path) -> None:
    with pytest.raises(ScenarioError, match="'weather' declares no neutral value"):
        load(folder, patches=[patch("p", off=["weather"])])
    with pytest.raises(ScenarioError, match="Did you mean 'clashes'"):
        load(folder, patches=[patch("p", off=["clashs"])])


@FEW
@given(weight=st.floats(0, 1))
def test_weights_of_options_are_judged_when_all_patches_are_applied(folder: Path, weight: float) -> None:
    one = patch("one", hypotheses={"why-quiet": {"truce": weight}})
    two = patch("two", set={"hypothesis:why-quiet:fear": 1 - weight})
    options = load(folder, patches=[one, two]).hypotheses[0].options
    assert [o.weight.distribution.best for o in options] == [weight, 1 - weight]
    if abs(weight - 0.4) > 0.02:
        with pytest.raises(ScenarioError, match=r"weights of the options of 'why-quiet' sum to"):
            load(folder, patches=[one])


def test_sums_are_judged_when_all_patches_are_applied(folder: Path) -> None:
    one = patch("one", set={"community_share[north,northern]": 0.5})
    with pytest.raises(ScenarioError, match=r"sum to 0.6 for 'north'; expected 1"):
        load(folder, patches=[one])
    two = patch("two", set={"community_share[north,southern]": 0.5})
    assert load(folder, patches=[one, two]).tables["community_share"]["north", "southern"].distribution.best == 0.5


DRAWS = 'clashes.lethality,"strength[northern-militia]",hypothesis:why-quiet\n0.1,3000,0\n0.2,4000,1\n0.3,5000,1\n'


@pytest.fixture
def posterior(tmp_path: Path) -> Path:
    (tmp_path / "draws.csv").write_text(DRAWS)
    path = tmp_path / "posterior.yaml"
    path.write_text("patch: posterior\nkind: posterior\nabout: fitted\nsamples: {file: draws.csv}\n")
    return path


def test_samples(folder: Path, posterior: Path) -> None:
    scenario = load(folder, patches=[posterior])
    assert scenario.samples["clashes.lethality"] == (0.1, 0.2, 0.3)
    assert scenario.samples["strength[northern-militia]"] == (3000.0, 4000.0, 5000.0)
    assert scenario.samples["hypothesis:why-quiet"] == (0.0, 1.0, 1.0)
    assert scenario.digest != load(folder).digest


def test_a_later_patch_takes_its_number_out_of_the_samples(folder: Path, posterior: Path) -> None:
    scenario = load(folder, patches=[posterior, patch("p", set={"clashes.lethality": 0.5})])
    assert set(scenario.samples) == {"strength[northern-militia]", "hypothesis:why-quiet"}
    scenario = load(folder, patches=[posterior, patch("p", off=["clashes"]), "larger-militia"])
    assert set(scenario.samples) == {"hypothesis:why-quiet"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("0.2,4000", "1.2,4000", r"draws\.csv:3:1  clashes.lethality\n  got '1.2'; expected a number from 0 to 1"),
        ("4000", "nan", r"draws\.csv:3:5 .*\n  got 'nan'; expected a number"),
        ("4000,1", "4000", r"draws\.csv:3:.*\n  got 2 cells; expected 3"),
        (",1\n0.3", ",2\n0.3", r"draws\.csv:3:10 .*\n  got '2'; expected a number from 0 to 1"),
        ("clashes.lethality", "clashes.lethalty", r"draws\.csv:1:1\n  no number is called so: .*Did you mean 'clashes.lethality'"),
        ("hypothesis:why-quiet", "hypothesis:why", r"draws\.csv:1:\d+\n  unknown hypothesis"),
        (DRAWS.partition("\n")[2], "", "got no draw"),
    ],
)
def test_faulty_samples(folder: Path, posterior: Path, old: str, new: str, told: str) -> None:
    draws = posterior.with_name("draws.csv")
    draws.write_text(DRAWS.replace(old, new))
    with pytest.raises(ScenarioError, match=told):
        load(folder, patches=[posterior])


def test_samples_stay_beside_their_patch(folder: Path, posterior: Path) -> None:
    posterior.write_text(posterior.read_text().replace("draws.csv", "../draws.csv"))
    with pytest.raises(ScenarioError, match=r"posterior\.yaml:4:17.*\n.*leads out of the folder"):
        load(folder, patches=[posterior])


# Kinds


def test_a_bare_number_is_assumed_for_the_reason_of_its_patch(folder: Path) -> None:
    number = load(folder, patches=["larger-militia"]).tables["strength"]["northern-militia",]
    assert (number.distribution.best, number.unit, number.grade, number.source) == (6000.0, "persons", "D", None)
    assert number.note == "patch larger-militia: the militia has twice as many men as the yearbook says"
    assert number.where is not None
    assert (number.where.file, number.where.line) == ("patches/larger-militia.yaml", 6)


def test_a_dyad_may_be_set_in_either_order(folder: Path) -> None:
    digests = {
        load(folder, patches=[patch("p", set={f"hostility[{name}]": 0.25})]).digest
        for name in ("national-army--northern-militia", "northern-militia--national-army")
    }
    assert len(digests) == 1
    assert load(folder).digest not in digests


def test_an_erratum_cites_its_source(folder: Path) -> None:
    erratum = {"patch": "e", "kind": "erratum", "about": "a misprint"}
    with pytest.raises(ScenarioError, match="bare number in an erratum"):
        load(folder, patches=[{**erratum, "set": {"strength[northern-militia]": 3100}}])
    number = {"value": 3100, "unit": "persons", "source": "yearbook", "locator": "errata", "grade": "B"}
    scenario = load(folder, patches=[{**erratum, "set": {"strength[northern-militia]": number}}])
    assert scenario.tables["strength"]["northern-militia",].source == "yearbook"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"set": {"strength[northern-militia]": -5}}, "expected a number from 0 to 20,000,000"),
        ({"set": {"strength[northern-militia]": "many"}}, "got 'many' in quotes; expected a number|got 'many'; expected a number"),
        ({"set": {"strength[north,northern-militia]": 5}}, "got 2 members; expected 1: actor"),
        ({"set": {"strenght[northern-militia]": 5}}, "Did you mean 'strength'"),
        ({"set": {"sends[sending-state,foreign-force]": 0}}, "unknown variable"),
        ({"set": {"clashes.lethality": {"value": 0.5, "unit": "ratio"}}}, "got the unit 'ratio'; expected 'share'"),
        ({"set": {"plan:leave:leaf-north": 5}}, "Did you mean 'plan:leave:leave-north'"),
        ({"set": {"nonsense": 5}}, "A number is named"),
        ({"hypotheses": {"why-quite": {"truce": 1}}}, "Did you mean 'why-quiet'"),
        ({"hypotheses": {"why-quiet": {"trust": 1}}}, "Did you mean 'truce'"),
        ({"sets": {}}, "Did you mean 'set'"),
        ({"kind": "whatif"}, "Did you mean 'what-if'"),
    ],
)
def test_faulty_patches(folder: Path, content: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        load(folder, patches=[{**patch("p"), **content}])


@FEW
@given(values=SETS)
def test_a_patch_from_a_file_is_the_same_as_from_data(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, values: dict[str, float]
) -> None:
    path = tmp_path_factory.mktemp("file") / "p.yaml"
    lines = "".join(f'\n  "{name}": {value!r}' for name, value in values.items())
    path.write_text(f"patch: p\nkind: what-if\nabout: an idea\nset:{lines or ' {}'}\n")
    assert load(folder, patches=[path]).digest == load(folder, patches=[patch("p", set=values)]).digest
