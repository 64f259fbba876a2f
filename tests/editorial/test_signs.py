"""Each sentence of the editorial that speaks of a mechanism shows with the sign that signs.yaml expects, at five standard errors.

The editorial is under copyright; each row quotes a few words of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from drawdown.ablation import effect_of, means, watched_by
from drawdown.engine import Engine
from drawdown.scenario.library import find
from drawdown.scenario.load import load
from drawdown.scenario.model import Sign

SEED = 20070903
FUTURES = 512
FEWER = 128  # asked first: most of what the sentences say is plain in so many
SIGMAS = 5.0
SIGNS = load(find("iraq-2007"), check_mechanisms=False).signs


def named(sign: Sign) -> str:
    """A few words may speak of two mechanisms."""
    return f"{sign.mechanism}: {sign.quotation}"


def test_most_of_the_editorial_is_held_against_the_model() -> None:
    """Every paragraph speaks of something that a mechanism does."""
    assert {s.paragraph for s in SIGNS} == set(range(1, 11))


@pytest.fixture(scope="module")
def whole(model: Engine) -> Callable[[str, int], dict[str, np.ndarray]]:
    """What the signs of a plan speak of with every mechanism on, by mechanism and words; run once for all of them."""

    @cache
    def of(plan: str, futures: int) -> dict[str, np.ndarray]:
        return means(model, plan, SEED, futures, {named(s): watched_by(model, s) for s in SIGNS if s.plan == plan})

    return of


@pytest.mark.slow
@pytest.mark.statistical
@pytest.mark.parametrize("sign", SIGNS, ids=named)
def test_the_sentence_shows(model: Engine, whole: Callable[[str, int], dict[str, np.ndarray]], sign: Sign) -> None:
    for futures in (FEWER, FUTURES, 2 * FUTURES):
        effect = effect_of(model, sign, SEED, futures, whole(sign.plan, futures)[named(sign)])
        if effect.errors * effect.expected >= SIGMAS:
            return
    said = f"{effect.quantity}: {effect.effect:.4g} ± {effect.error:.2g}, {effect.errors:.1f} standard errors"
    pytest.fail(f"{said}; expected {sign.expected}")


@pytest.mark.slow
@pytest.mark.statistical
def test_violence_goes_on_without_the_occupation(model: Engine) -> None:
    """'The violence will not end with the occupation': a year after everybody has left, people are still killed in nearly every future."""
    batch = model.without("return_of_force").run("leave-now", SEED, np.arange(FEWER))
    foreign = [k for k, a in enumerate(model.scenario.actors) if a.kind == "foreign"]
    assert batch.series["force"][60:, :, foreign].sum((0, 1, 2)).max() < 500
    late = batch.series["deaths"][78:].sum((0, 1, 2))
    alive = (late > 0).mean()
    error = math.sqrt(max(alive * (1 - alive), 0.25 / FEWER) / FEWER)
    assert alive - SIGMAS * error > 0.5
