"""Derived quantities: each is worked out from what it declares, has the shape that it declares, and has more than one reader."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from drawdown.derived import Derived
from drawdown.mechanism import Change, Mechanism, ModelError, check, discover
from drawdown.program import View, params_of, work_out
from tests.by_hand import COUNTRY, array, arrays, parameters

FOUND = discover()
DERIVED = [(m, d) for m in FOUND for d in m.derives]


@pytest.mark.parametrize(("m", "derived"), DERIVED, ids=[d.name for _, d in DERIVED])
def test_it_uses_what_it_declares_and_has_its_shape(m: Mechanism, derived: Derived) -> None:
    numbers = arrays(parameters(m, {}))
    bare = arrays({n: array(n, 1.0) for n in derived.reads if n not in {d.name for _, d in DERIVED}})
    values = {**bare, **work_out(derived.reads, FOUND, _all_ones(), _numbers(), COUNTRY)}
    seen = View(derived.name, values, frozenset(derived.reads), COUNTRY)
    made = derived.formula(seen, params_of(m, numbers, COUNTRY))
    assert seen.used == set(derived.reads), "declared and never read"
    assert np.shape(made) == (*COUNTRY.shape(derived.dims), 1)
    assert derived.unit
    assert len(derived.about) > 5


@pytest.mark.parametrize(("m", "derived"), DERIVED, ids=[d.name for _, d in DERIVED])
def test_it_is_shared(m: Mechanism, derived: Derived) -> None:
    readers = {other.name for other in FOUND if derived.name in other.reads} | {d.name for _, d in DERIVED if derived.name in d.reads}
    assert len(readers) > 1, "what one mechanism alone works out stands in that mechanism"


def _all_ones() -> dict[str, Any]:
    return {n: array(n, 1.0) for n in {n for _, d in DERIVED for n in d.reads} - {d.name for _, d in DERIVED}}


def _numbers() -> dict[str, Any]:
    return {name: value for m in FOUND for name, value in parameters(m, {}).items()}


def _nothing(key: object, state: object, params: object) -> Change:
    return Change({}, {})


def test_a_quantity_of_nobody_s_twice_or_of_itself_is_told() -> None:
    def made(name: str, *reads: str) -> Derived:
        return Derived(name, ("place",), "index", "of a toy", lambda state, params: state.one, reads)

    def of(*derives: Derived) -> Mechanism:
        return Mechanism("odd", "ACT", "odd.", _nothing, derives=derives)

    for declared, said in (
        (of(made("one", "pusch")), "odd derives 'one' from 'pusch', which nobody declares"),
        (of(made("population", "adjacency")), "odd derives 'population', which the scenario owns already"),
        (of(made("one", "two"), made("two", "one")), "'one' is derived from itself"),
    ):
        with pytest.raises(ModelError) as raised:
            check([declared])
        assert said in str(raised.value)
