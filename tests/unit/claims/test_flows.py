"""What a term means without `fold`: of every recorded flow it is the country series that the store keeps, of all members together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from drawdown.claims.evaluate import status_quo
from drawdown.claims.terms import Futures, term_series
from drawdown.mechanism import discover
from drawdown.runs.layout import COUNTRY, Layout, Runs, fold_places, layout_of
from drawdown.scenario.propositions import Term
from drawdown.state import Variable
from drawdown.vocabulary.units import unit_of
from drawdown.vocabulary.violence import VIOLENCE

WEEKS, FUTURES = 6, 3
LABELS: Mapping[str, tuple[str, ...]] = {
    "place": ("city", "hills", "coast"),
    "community": ("north", "south"),
    "actor": ("guest", "army", "rebels", "militia"),
    "dyad": ("guest--rebels", "army--rebels"),
    "sponsor": ("east", "west"),
    "home": ("far",),
    "violence": VIOLENCE,
}
RECORDED: Mapping[str, Variable] = {v.name: v for m in discover() for v in m.owns if v.record}
FLOWS = [name for name, variable in RECORDED.items() if unit_of(variable.unit).flow]


def made() -> tuple[Layout, Futures]:
    """The layout of the model's recorded quantities on a small country, and futures of random values."""
    stream = np.random.default_rng(1)
    shapes = {name: [len(LABELS[d]) for d in v.dims] for name, v in RECORDED.items()}
    series = {name: stream.gamma(1.0, 5.0, (WEEKS, *shape, FUTURES)).astype(np.float32) for name, shape in shapes.items()}
    scenario = SimpleNamespace(labels={})
    layout = layout_of(cast("Runs", SimpleNamespace(quantities=RECORDED, weeks=WEEKS, labels=LABELS, scenario=scenario)))
    futures = Futures(
        series=series,
        dims={n: v.dims for n, v in RECORDED.items()},
        units={n: v.unit for n, v in RECORDED.items()},
        labels=LABELS,
        actor_kinds={},
        origin=date(2024, 1, 1),
        reached=np.full(FUTURES, WEEKS),
        weeks=WEEKS,
    )
    return layout, futures


def kept(name: str, layout: Layout, futures: Futures) -> NDArray[np.floating]:
    """[week, future]: the store's series of the country, its members together."""
    series = {**futures.series, **fold_places(layout, futures.series)}
    values = series[COUNTRY + name] if COUNTRY + name in series else series[name]
    found: NDArray[np.floating] = values.sum(axis=tuple(range(1, values.ndim - 1)))
    return found


def test_what_the_model_counts_by_the_week_says_so() -> None:
    """Quantities that once were named in persons, deaths or shares, and are counted anew every week."""
    named = {"deaths", "civilian_deaths", "massacre", "fallen", "recruited", "deserted", "realigned", "displaced", "seized"}
    assert set(FLOWS) == named | {"attacks", "attacks_on", "rogue_attacks", "bloodshed"}


@pytest.mark.parametrize("name", FLOWS)
def test_a_claim_on_a_flow_without_fold_is_the_country_series_of_the_store(name: str) -> None:
    layout, futures = made()
    np.testing.assert_allclose(term_series(Term(name), futures), kept(name, layout, futures), rtol=1e-5)


@pytest.mark.parametrize("name", ["force", "residents", "control", "void"])
def test_so_is_one_on_people_and_on_parts_of_a_whole(name: str) -> None:
    layout, futures = made()
    np.testing.assert_allclose(term_series(Term(name), futures), kept(name, layout, futures), rtol=1e-5)


@pytest.mark.parametrize("name", RECORDED)
def test_were_the_origin_to_go_on_flows_go_on_as_in_their_first_month(name: str) -> None:
    """A week without a recruit is no state of the country: what is counted by the week goes on at its mean, a level as it was."""
    _, futures = made()
    values, held = futures.series[name], status_quo(futures).series[name]
    first = values[:4].mean(axis=0, dtype=np.float32) if name in FLOWS else values[0]
    assert (held == first).all()
