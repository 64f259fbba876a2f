"""Deitchman 1962 and Lanchester: the quantities that guerrilla and aimed-fire attrition leave unchanged, and who wins.

Ambush: each guerrilla y kills a a week of the government's x (aimed); x kills b x y of the guerrillas (area fire, they must be found).
(b/2) x^2 - a y is constant; the guerrilla wins where a y0 > (b/2) x0^2. Stochastic runs use the engine's own Poisson.
"""

from __future__ import annotations

import numpy as np
import pytest

from drawdown import severity


def deterministic(x: float, y: float, a: float, b: float, steps: int, size: float) -> np.ndarray:
    """Both strengths by the classical Runge-Kutta method until one is spent: shape (step, 2)."""

    def slope(s: np.ndarray) -> np.ndarray:
        return np.array([-a * s[1], -b * s[0] * s[1]])

    path = [np.array([x, y])]
    for _ in range(steps):
        s = path[-1]
        k1 = slope(s)
        k2 = slope(s + size / 2 * k1)
        k3 = slope(s + size / 2 * k2)
        k4 = slope(s + size * k3)
        path.append(s + size / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
        if path[-1].min() <= 0:
            break
    return np.array(path)


@pytest.mark.parametrize(("x0", "y0", "guerrilla_wins"), [(1000.0, 60.0, True), (1000.0, 40.0, False)])
def test_deitchmans_invariant_and_who_wins(x0: float, y0: float, guerrilla_wins: bool) -> None:
    a, b = 1.0, 1e-4
    assert (a * y0 > b / 2 * x0**2) is guerrilla_wins
    path = deterministic(x0, y0, a, b, 400_000, 0.001)
    kept = b / 2 * path[:, 0] ** 2 - a * path[:, 1]
    drift = np.abs(kept / kept[0] - 1)
    assert drift.max() < 1e-6
    beaten = "government" if path[-1, 0] < path[-1, 1] / y0 * x0 else "guerrilla"
    assert (beaten == "government") is guerrilla_wins


def test_lanchesters_square_law() -> None:
    a, b, x, y = 0.05, 0.02, 1000.0, 900.0
    start = b * x * x - a * y * y
    for _ in range(20_000):
        # The exact step of the linear system x' = -a y, y' = -b x.
        w, t = np.sqrt(a * b), 0.001
        x, y = x * np.cosh(w * t) - a / w * y * np.sinh(w * t), y * np.cosh(w * t) - b / w * x * np.sinh(w * t)
        if min(x, y) <= 0:
            break
    assert abs((b * x * x - a * y * y) / start - 1) < 1e-6


def test_the_stochastic_mean_keeps_the_invariant_at_ten_thousand() -> None:
    """Losses drawn week by week with the engine's Poisson: the mean path follows the deterministic one within 2%."""
    import jax.numpy as jnp

    random = np.random.default_rng(1962)
    futures, a, b, steps, size = 256, 0.02, 4e-6, 400, 0.05
    x, y = np.full(futures, 10_000.0), np.full(futures, 9_000.0)
    for _ in range(steps):
        u = jnp.asarray(random.uniform(1e-6, 1 - 1e-6, size=(2, futures)), jnp.float32)
        lost_x = np.asarray(severity.poisson(u[0], jnp.asarray(a * y * size, jnp.float32)))
        lost_y = np.asarray(severity.poisson(u[1], jnp.asarray(b * x * y * size, jnp.float32)))
        x, y = np.maximum(x - lost_x, 0), np.maximum(y - lost_y, 0)
    expected = deterministic(10_000.0, 9_000.0, a, b, steps, size)[-1]
    assert x.mean() == pytest.approx(expected[0], rel=0.02)
    assert y.mean() == pytest.approx(expected[1], rel=0.02)
