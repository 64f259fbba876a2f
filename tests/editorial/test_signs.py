"""Each sentence of the editorial that speaks of a mechanism shows with the sign that signs.yaml expects, at five standard errors.

The editorial is under copyright; each row quotes a few words of it.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from drawdown.ablation import effect_of
from drawdown.engine import Engine
from drawdown.scenario.library import find
from drawdown.scenario.load import load
from drawdown.scenario.model import Sign

SEED = 20070903
FUTURES = 512
SIGMAS = 5.0
SIGNS = load(find("iraq-2007"), check_mechanisms=False).signs


def test_most_of_the_editorial_is_held_against_the_model() -> None:
    """Every paragraph speaks of something that a mechanism does."""
    assert {s.paragraph for s in SIGNS} == set(range(1, 11))


@pytest.mark.slow
@pytest.mark.statistical
@pytest.mark.parametrize("sign", SIGNS, ids=[f"{s.mechanism}: {s.quotation}" for s in SIGNS])
def test_the_sentence_shows(model: Engine, sign: Sign) -> None:
    effect = effect_of(model, sign, SEED, FUTURES)
    said = f"{effect.quantity}: {effect.effect:.4g} ± {effect.error:.2g}, {effect.errors:.1f} standard errors"
    assert effect.errors * effect.expected >= SIGMAS, f"{said}; expected {sign.expected}"


@pytest.mark.slow
@pytest.mark.statistical
def test_violence_goes_on_without_the_occupation(model: Engine) -> None:
    """'The violence will not end with the occupation': a year after everybody has left, people are still killed in nearly every future."""
    batch = model.without("return_of_force").run("leave-now", SEED, np.arange(FUTURES))
    foreign = [k for k, a in enumerate(model.scenario.actors) if a.kind == "foreign"]
    assert batch.series["force"][60:, :, foreign].sum((0, 1, 2)).max() < 500
    late = batch.series["deaths"][78:].sum((0, 1, 2))
    alive = (late > 0).mean()
    error = math.sqrt(max(alive * (1 - alive), 0.25 / FUTURES) / FUTURES)
    assert alive - SIGMAS * error > 0.5
