"""The 18 benchmarks of September 2007: the auditors found 3 met (4 partly, 11 not), the White House 9 satisfactory. Validation V19.

Each benchmark is a trend that two readers hold to one standard: the auditors read it as it is, the White House as reported to a leader who
wants good news. The standard is set so that the auditors pass 3 of 18; the mechanism's shading, within its declared range, must make 9 of
them, and no shading none.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from drawdown.mechanisms import reporting

BENCHMARKS, FUTURES = 18, 512
# Spread of the benchmarks' log trends: governorates' attacks had moved by a third either way over the half year (SIGACT, to August 2007).
SPREAD = 0.35


class Noise:
    def normal(self, name: str, dims: tuple[str, ...]) -> tuple[Any, Any, Any, Any]:
        z = jnp.asarray(np.random.default_rng(7).normal(size=(BENCHMARKS, FUTURES)), jnp.float32)
        return z, z, z, z


def counted(shade: float, wish: float = 0.9) -> tuple[float, float]:
    """Benchmarks met by the true trend and by the reported one (mean over futures)."""
    random = np.random.default_rng(2007)
    trend = SPREAD * random.normal(size=(BENCHMARKS, FUTURES))
    before = 100.0
    floor = 0.02 * before + 0.1
    recent = np.exp(trend) * (before + floor) - floor
    eye = np.eye(BENCHMARKS, dtype=np.float32)
    # One home government per benchmark, each with its own force in its own place: the step then reports 18 trends at once.
    state: Any = SimpleNamespace(
        sends=jnp.asarray(eye[:, :, None]),
        deployment=jnp.asarray(eye[:, :, None]),
        strength=jnp.ones((BENCHMARKS, 1)),
        mission=jnp.full((BENCHMARKS, 1), 1000.0),
        recent_attacks=jnp.asarray(recent, jnp.float32),
        attack_rate=jnp.full((BENCHMARKS, 1), before),
        rivalry_rate=jnp.zeros((BENCHMARKS, 1)),
        leader_wish=jnp.full((BENCHMARKS, 1), wish),
        seen_trend=jnp.asarray(trend, jnp.float32),
        week=jnp.float32(1.0),
    )
    values = {p.name: p.best for p in reporting.MECHANISM.params} | {"shade": shade}
    key: Any = Noise()
    params: Any = SimpleNamespace(**{n: jnp.full(FUTURES, v, jnp.float32) for n, v in values.items()})
    change = reporting.step(key, state, params)
    standard = np.quantile(trend, 3 / BENCHMARKS)  # lower is calmer: three of eighteen lie under it
    true, told = np.asarray(change.set["true_trend"]), np.asarray(change.set["reported_trend"])
    return float((true <= standard).sum(axis=0).mean()), float((told <= standard).sum(axis=0).mean())


def test_the_auditors_pass_three() -> None:
    assert counted(0.2)[0] == pytest.approx(3, abs=0.3)


def test_shading_within_its_declared_range_passes_nine() -> None:
    declared = next(p for p in reporting.MECHANISM.params if p.name == "shade")
    told = [counted(s)[1] for s in np.linspace(declared.low, declared.high, 10)]
    assert min(told) < 9 < max(told)


def test_without_shading_the_two_readers_agree() -> None:
    true, told = counted(0.0)
    assert abs(told - true) < 1.5


def test_the_gap_has_the_sign_of_what_the_leader_wants() -> None:
    assert counted(0.3, wish=0.9)[1] > counted(0.3, wish=0.1)[1] + 1
