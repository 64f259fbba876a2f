"""Behaviours that the evidence demands: audiences, rival explanations, reports, sponsors, and the form of the state."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from drawdown.engine import Batch, Engine
from drawdown.mechanism import Change, discover
from drawdown.vocabulary.tile import TILE
from tests.stepping import Moment, started

SEED = 20070903
SIGMAS = 4.0
IDS = np.arange(TILE)
Runs = Callable[[str], Batch]
Step = Callable[..., Change]


def member(engine: Engine, dimension: str, name: str) -> int:
    return engine.labels[dimension].index(name)


def foreign(engine: Engine) -> list[int]:
    return [k for k, a in enumerate(engine.scenario.actors) if a.kind == "foreign"]


def clearly_above(apart: np.ndarray) -> None:
    error = apart.std(ddof=1) / math.sqrt(len(apart))
    assert apart.mean() > SIGMAS * error, f"{apart.mean():.4g} ± {error:.2g}"


@pytest.fixture(scope="module")
def still_of(model: Engine) -> Runs:
    """Futures under a plan without what no cause explains, which is as large as any cause."""
    made: dict[str, Batch] = {}

    def of(plan: str) -> Batch:
        if plan not in made:
            made[plan] = model.still.run(plan, SEED, np.arange(8 * TILE))
        return made[plan]

    return of


@pytest.fixture(scope="module")
def after_ten_weeks(model: Engine) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    state, inputs = started(model, "stay", SEED, 10)
    return {**inputs["given"], **state, "week": np.int32(10)}, inputs


def moment(model: Engine, name: str, after: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Moment:
    mechanism = next(m for m in discover() if m.name == name)
    return Moment(mechanism, after[0], after[1], after[0]["week"], model.world.structure, model.mechanisms)


# Provocation


@pytest.mark.parametrize(("response", "pays"), [(1.0, True), (0.0, False)])
def test_provocation_pays_only_through_its_audience(
    model: Engine, after_ten_weeks: tuple[Mapping[str, Any], Mapping[str, Any]], response: float, pays: bool
) -> None:
    """Turn off the occupier's response, and it makes no difference to the bombers whether he is there."""
    bombs = moment(model, "provocation", after_ten_weeks)
    there = np.array(bombs.values["force"])
    gone = there.copy()
    gone[:, foreign(model)] = 0.0
    parameters = {"provocation.response": np.full(TILE, response, np.float32), "provocation.incentive": np.full(TILE, 0.5, np.float32)}
    # A hundred times as many as there are, so that one week tells.
    many = {"bombing_rate": np.asarray(bombs.values["bombing_rate"]) * 100.0}
    with_him = np.asarray(bombs.step(parameters, {**many, "force": there}).add["attacks"]).sum(0)
    without = np.asarray(bombs.step(parameters, {**many, "force": gone}).add["attacks"]).sum(0)
    if pays:
        clearly_above(with_him - without)
    else:
        assert np.array_equal(with_him, without)


def test_without_a_response_there_are_fewer_atrocities(model: Engine) -> None:
    with_it, without = (model.with_parameters({"provocation.response": r}).run("stay", SEED, IDS) for r in (1.0, 0.0))
    clearly_above(with_it.series["massacre"].sum((0, 1)) - without.series["massacre"].sum((0, 1)))


# Rival explanations


def test_the_sign_of_the_backlash_is_open(model: Engine) -> None:
    """Evidence, section 4: Condra and others +, Iraq none, Lyall negative. All three have real probability in the prior."""
    drawn = model.draws(SEED, np.arange(2000))["recruitment.backlash"]
    for share in ((drawn > 0.05).mean(), (drawn < -0.05).mean(), (np.abs(drawn) <= 0.05).mean()):
        assert share > 0.1


def test_backlash_moves_recruitment_with_its_sign(model: Engine) -> None:
    up, none, down = (
        model.with_parameters({"recruitment.backlash": b, "recruitment.protection": 0.0}).run("stay", SEED, IDS).series["recruited"]
        for b in (1.5, 0.0, -0.5)
    )
    groups = [k for k, a in enumerate(model.scenario.actors) if a.kind in ("militia", "insurgent")]
    first = [x[:26, groups].sum((0, 1)) for x in (up, none, down)]
    clearly_above(first[0] - first[1])
    clearly_above(first[1] - first[2])


def test_every_ensemble_carries_the_rival_explanations_by_their_weights(model: Engine) -> None:
    futures = 4000
    drawn = model.draws(SEED, np.arange(futures))
    assert {h.id for h in model.scenario.hypotheses} >= {"why-violence-falls", "backlash"}
    for hypothesis in model.scenario.hypotheses:
        index = drawn[f"hypothesis:{hypothesis.id}"]
        weights = np.array([o.weight.distribution.best for o in hypothesis.options])
        for k, weight in enumerate(weights / weights.sum()):
            error = math.sqrt(weight * (1 - weight) / futures)
            assert abs((index == k).mean() - weight) < SIGMAS * error, f"{hypothesis.id}: {hypothesis.options[k].id}"


def test_answers_can_be_split_by_explanation(model: Engine, still_of: Runs) -> None:
    """Futures in which realignment is the explanation see more fighters change sides than those in which soldiers are."""
    batch = still_of("stay")
    drawn = model.draws(SEED, batch.futures)
    options = [o.id for h in model.scenario.hypotheses if h.id == "why-violence-falls" for o in h.options]
    ally = member(model, "actor", "awakening")
    moved = batch.series["realigned"][:, :, ally].sum((0, 1))
    by = {o: moved[drawn["hypothesis:why-violence-falls"] == k] for k, o in enumerate(options)}
    assert all(len(v) >= 8 for v in by.values())
    error = math.sqrt(sum(by[o].var(ddof=1) / len(by[o]) for o in ("realignment", "surge")))
    assert by["realignment"].mean() - by["surge"].mean() > 3.0 * error
    # A parameter that an option sets takes its value from there.
    saturation = drawn["reprisals.saturation"]
    with_it = drawn["hypothesis:why-violence-falls"] == options.index("separation")
    assert saturation[with_it].mean() > 2 * saturation[drawn["hypothesis:why-violence-falls"] == options.index("surge")].mean()


# Reports


def test_reports_are_shaded_towards_the_leaders_wish(model: Engine, still_of: Runs) -> None:
    gap = still_of("stay").series["true_trend"] - still_of("stay").series["reported_trend"]
    wish = [model.scenario.tables["leader_wish"][(h,)].distribution.best for h in model.labels["home"]]
    shading = gap.mean(0)  # [home, future]
    for k, _ in enumerate(wish):
        clearly_above(shading[k])
    order = np.argsort(wish)
    if wish[order[-1]] > wish[order[0]]:
        clearly_above(shading[order[-1]] - shading[order[0]])


def test_home_governments_act_on_the_report_and_not_on_the_truth(model: Engine) -> None:
    """Under a binding plan the truth runs the same with and without shading; support at home does not, nor posture under an open plan."""
    # Whether foreign forces come back is a matter of support at home too.
    model = model.still.without("return_of_force")
    plain, rosy = (
        model.with_parameters({"reporting.shade": s, "home_front.progress_effect": 0.1}).run("leave-now", SEED, np.arange(2 * TILE))
        for s in (0.0, 1.5)
    )
    assert np.array_equal(plain.series["attacks"], rosy.series["attacks"])
    assert np.array_equal(plain.series["true_trend"], rosy.series["true_trend"])
    clearly_above((rosy.series["home_support"] - plain.series["home_support"])[-26:].mean((0, 1)))
    # A binding plan leaves nothing to decide; under an open one the report sways what is decided.
    open_plain, open_rosy = (
        model.with_parameters({"reporting.shade": s, "home_front.progress_effect": 0.1}).run("announced", SEED, np.arange(2 * TILE))
        for s in (0.0, 1.5)
    )
    assert (open_rosy.series["posture"] != open_plain.series["posture"]).any()
    clearly_above((rosy.series["confidence"] - plain.series["confidence"])[-26:].mean((0, 1)))


# Sponsors


def test_sponsors_answer_each_other(model: Engine, after_ten_weeks: tuple[Mapping[str, Any], Mapping[str, Any]]) -> None:
    """Raise what one gives to those whom the other dislikes, and the other gives more to its own."""
    choice = moment(model, "sponsorship", after_ten_weeks)
    iran, saudi = (member(model, "sponsor", s) for s in ("iran", "saudi-arabia"))
    parameters = {"sponsorship.rivalry": np.full(TILE, 2.0, np.float32), "sponsorship.mood": np.zeros(TILE, np.float32)}
    aid = np.array(choice.values["aid"])
    interest = np.broadcast_to(np.asarray(choice.values["sponsor_interest"]), aid.shape)
    for one, other in ((iran, saudi), (saudi, iran)):
        more = aid.copy()
        more[one] = np.where(interest[other] < -0.1, np.minimum(aid[one] + 0.5, 1.0), aid[one])
        clients = interest[other] > 0.1
        answered = (more[one] > aid[one]).any(0) & clients.any(0)
        assert answered.mean() > 0.9
        before, after = (np.asarray(choice.step(parameters, {"aid": a}).set["aid"])[other] for a in (aid, more))
        assert (after[clients & answered[None]] > before[clients & answered[None]]).all()
        still = {**parameters, "sponsorship.rivalry": np.zeros(TILE, np.float32)}
        before, after = (np.asarray(choice.step(still, {"aid": a}).set["aid"])[other] for a in (aid, more))
        assert np.array_equal(before, after)


# Who leads, and the form of the state


def test_who_leads_follows_strength(model: Engine) -> None:
    shia, mehdi = member(model, "community", "shia-arab"), member(model, "actor", "mehdi-army")
    weak, strong = (
        model.with_parameters({"strength[mehdi-army]": s}).run("leave-now", SEED, IDS).series["lead"][-1, shia]
        for s in (6_000.0, 160_000.0)
    )
    clearly_above(strong[mehdi] - weak[mehdi])
    led = [(x.argmax(0) == mehdi).mean() for x in (weak, strong)]
    assert led[1] > led[0]


def test_who_leads_and_the_form_of_the_state_are_open(model: Engine, futures_of: Runs) -> None:
    """Not a script: among the futures of one plan several factions lead the Shia, and self-rule differs."""
    batch = futures_of("leave-now")
    shia = member(model, "community", "shia-arab")
    leaders = batch.series["lead"][-1, shia].argmax(0)
    counts = np.bincount(leaders, minlength=len(model.labels["actor"]))
    assert (counts >= 3).sum() >= 2, dict(zip(model.labels["actor"], counts, strict=True))
    assert batch.series["autonomy"][-1].std(axis=1).max() > 0.02


def test_the_form_of_the_state_follows_territory(model: Engine, after_ten_weeks: tuple[Mapping[str, Any], Mapping[str, Any]]) -> None:
    """Were those who want a Sunni state to rule all Sunni places, self-rule would be on its way up; were the army, on its way down.

    A change as large as that: what gaps of the size of ordinary futures do is decided by the cost of a new bargain and by luck.
    """
    talks = moment(model, "bargaining", after_ten_weeks)
    sunni = member(model, "community", "sunni-arab")
    quiet = {"bargaining.luck": np.zeros(TILE, np.float32)}
    autonomy = {}
    for who in ("al-qaeda-in-iraq", "iraqi-army"):
        rule = np.zeros_like(np.asarray(talks.values["control"]))
        rule[:, member(model, "actor", who)] = 1.0
        autonomy[who] = np.asarray(talks.step(quiet, {"control": rule}).set["autonomy"])[sunni]
    now = np.asarray(talks.values["autonomy"])[sunni]
    assert (autonomy["al-qaeda-in-iraq"] > now).mean() > 0.95
    assert (autonomy["iraqi-army"] <= now).all()
    assert (autonomy["iraqi-army"] < now).mean() > 0.3
