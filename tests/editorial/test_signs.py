"""Each mechanism switched off, on the same futures: its sentence of the editorial shows with the declared sign, at five standard errors.

The editorial is under copyright; each row quotes a few words of it. One row of `drawdown ablate` is one test.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from drawdown.ablate import Effect, ablate
from drawdown.engine import Engine
from drawdown.mechanism import discover

SEED = 20070903
FUTURES = 256
SIGMAS = 5.0
QUOTED = {
    "reporting": "the report his Commander in Chief would like to see",
    "orders": "before formally handing Basra province back",
    "home_front": "having changed its leader",
    "void_filling": "planning to fill any void",
    "stance": "probably have other ideas",
    "sponsorship": "Iran and Saudi Arabia will be concerned",
    "clashes": "killed in gun battles",
    "reprisals": "the contest for power",
    "provocation": "regular atrocities",
    "rogue_cells": "rogue elements in his own forces",
    "seizure": "reported to have taken control",
    "recruitment": "a focus for recruitment",
    "desertion": "the police left when Sadr's militia arrived",
    "realignment": "(the Awakening, under way in Anbar: paragraph 10 has its enemy)",
    "forces": "only 5500 soldiers left",
    "control": "rules a sprawling section of Baghdad",
    "standing": "an enthusiastic following",
    "displacement": "wreaked on a religious minority",
    "capability": "capable of taking over",
    "cohesion": "the six-month suspension to remove them",
    "bargaining": "some sort of autonomy",
}
# Judged below, where the plan or the actors of their sentence are.
APART = {"control", "cohesion"}
ROWS = [(m.name, s.quantity, s.fold) for m in discover() for s in m.shows if m.name not in APART]


@pytest.fixture(scope="module")
def effects(model: Engine) -> dict[tuple[str, str], Effect]:
    names = sorted({name for name, _, _ in ROWS})
    found = ablate(model, "announced", SEED, FUTURES, only=names)
    return {(e.mechanism, e.quantity): e for e in found}


def holds(effect: Effect) -> None:
    assert effect.expected in (-1, 1), f"{effect.mechanism} declares no sign"
    said = f"{effect.quantity}: {effect.effect:.4g} ± {effect.error:.2g}, {effect.errors:.1f} standard errors"
    assert effect.errors * effect.expected >= SIGMAS, f"{said}; expected sign {effect.expected}"


def test_every_mechanism_that_shows_somewhere_is_quoted() -> None:
    assert {m.name for m in discover() if m.shows} == set(QUOTED)


@pytest.mark.slow
@pytest.mark.statistical
@pytest.mark.parametrize(("name", "quantity", "fold"), ROWS, ids=[f"{name}: {QUOTED[name]} [{quantity}]" for name, quantity, _ in ROWS])
def test_the_sentence_shows(effects: dict[tuple[str, str], Effect], name: str, quantity: str, fold: str) -> None:
    holds(effects[name, f"{quantity} ({fold})"])


@pytest.mark.statistical
def test_who_rules_what_is_left(model: Engine) -> None:
    """'rules a sprawling section of Baghdad': under `leave now` a void opens everywhere, and it is this mechanism that fills it.

    Under the announced plan most foreign rule stays where it is, so that there is little void for the mechanism to show on.
    """
    holds(next(iter(ablate(model, "leave-now", SEED, FUTURES, only=["control"]))))


@pytest.mark.statistical
def test_a_suspension_removes_rogue_elements(model: Engine) -> None:
    """'the six-month suspension to remove them': among those who hold a truce in its first 26 weeks, rogues are fewer with the purge.

    Over all actors and two years the share also rises where no truce runs, which is another sentence.
    """
    rogue = {}
    for name, engine in (("with", model), ("without", model.without("cohesion"))):
        batch = engine.run("announced", SEED, np.arange(FUTURES))
        truce, share = batch.series["truce"][:26] > 0, batch.series["rogue"][:26]
        rogue[name] = (share * truce).sum((0, 1)) / np.maximum(truce.sum((0, 1)), 1)
    apart = rogue["with"] - rogue["without"]
    error = apart.std(ddof=1) / math.sqrt(FUTURES)
    assert apart.mean() / error <= -SIGMAS, f"{apart.mean():.4g} ± {error:.2g}"


@pytest.mark.slow
@pytest.mark.statistical
def test_violence_goes_on_without_the_occupation(model: Engine) -> None:
    """'The violence will not end with the occupation': a year after everybody has left, people are still killed in nearly every future."""
    batch = model.run("leave-now", SEED, np.arange(FUTURES))
    foreign = [k for k, a in enumerate(model.scenario.actors) if a.kind == "foreign"]
    assert batch.series["force"][60:, :, foreign].sum((0, 1, 2)).max() < 500
    late = batch.series["deaths"][78:].sum((0, 1, 2))
    alive = (late > 0).mean()
    error = math.sqrt(max(alive * (1 - alive), 0.25 / FUTURES) / FUTURES)
    assert alive - SIGMAS * error > 0.5
