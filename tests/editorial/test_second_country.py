"""The second country is asked in the forms that it needs, rests on nothing later, and its document's phrases show with their signs."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from drawdown.ablation import effect_of, means, watched_by
from drawdown.claims.names import names_for
from drawdown.engine import Engine
from drawdown.scenario.library import find
from drawdown.scenario.load import load
from drawdown.scenario.model import Scenario, Sign
from drawdown.scenario.propositions import Eventually, HowMany, Total, parse_proposition

SEED = 20081201
FUTURES = 128
SIGMAS = 5.0
SIGNS = load(find("somalia-2008"), check_mechanisms=False).signs


@pytest.fixture(scope="module")
def somalia() -> Scenario:
    return load(find("somalia-2008"))


@pytest.fixture(scope="module")
def compiled(somalia: Scenario) -> Engine:
    return Engine(somalia, weeks=104)


def test_its_capital_is_the_one_place(somalia: Scenario) -> None:
    assert somalia.seat == ("mogadishu",)


def test_claims_sum_count_and_ask_who_holds_the_capital(somalia: Scenario) -> None:
    names = names_for(somalia)
    found = {c.id: parse_proposition(c.proposition, names) for c in somalia.claims}
    assert len(found) >= 12
    assert isinstance(found["daily-war-goes-on"], Total)
    south = found["south-overrun"]
    assert isinstance(south, Eventually)
    assert isinstance(south.condition, HowMany)
    assert len(south.condition.among) == 9
    assert found["capital-held"] != found["government-collapses"]


def test_a_plan_gives_up_when_nobody_is_left_to_protect(somalia: Scenario) -> None:
    (plan,) = (p for p in somalia.plans if p.id == "announced")
    trigger = plan.orders[-1].trigger
    assert (trigger.quantity, trigger.place, trigger.kinds) == ("control", "mogadishu", ("army", "police", "foreign"))


def test_nothing_cites_what_appeared_later(somalia: Scenario) -> None:
    """Compilations of later years speak of the weeks before; reports of December 2008 that were at hand were not used."""
    compiled_later = {"ucdp-ged", "external-support", "natural-earth", "passmore-2018", "evidence"}
    late = [s.key for s in somalia.sources.values() if s.year is not None and s.year > 2008 and s.key not in compiled_later]
    assert late == []
    days = [n.known_on for cells in somalia.tables.values() for n in cells.values() if n.known_on is not None]
    assert max(days) < date(2008, 12, 1)


@pytest.fixture(scope="module")
def whole(compiled: Engine) -> dict[str, np.ndarray]:
    """What the phrases speak of with every mechanism on, run once for all of them."""
    (plan,) = {s.plan for s in SIGNS}
    return means(compiled, plan, SEED, FUTURES, {s.quotation: watched_by(compiled, s) for s in SIGNS})


@pytest.mark.slow
@pytest.mark.statistical
@pytest.mark.parametrize("sign", SIGNS, ids=[f"{s.mechanism}: {s.quotation}" for s in SIGNS])
def test_the_phrase_shows(compiled: Engine, whole: dict[str, np.ndarray], sign: Sign) -> None:
    effect = effect_of(compiled, sign, SEED, FUTURES, whole[sign.quotation])
    said = f"{effect.quantity}: {effect.effect:.4g} ± {effect.error:.2g}, {effect.errors:.1f} standard errors"
    assert effect.errors * effect.expected >= SIGMAS, f"{said}; expected {sign.expected}"
