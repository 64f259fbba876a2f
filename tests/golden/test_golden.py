"""A small run, frozen: whoever changes its numbers says so, and why, in a fragment of the changelog."""

from __future__ import annotations

import math
from pathlib import Path

from drawdown.engine import Engine
from tests.golden import frozen

# JAX's draws are the same everywhere, its transcendental functions are not: rounding tips over a decision in a few futures of a hundred.
# Two in a hundred that differ by three standard deviations move a mean by 0.06 of one; a third of the standard error is less than that.
TIPPED = 0.06


def test_the_frozen_run_has_not_moved(small: Engine) -> None:
    then, now = frozen.read(), frozen.measured(small)
    assert then.keys() == now.keys(), "recorded quantities have changed: freeze anew (tests/golden/frozen.py) and say why"
    moved = [
        f"{name}: was {mean:.6g}, is {now[name][0]:.6g} (spread {spread:.2g})"
        for name, (mean, spread) in then.items()
        if not math.isclose(now[name][0], mean, rel_tol=1e-4, abs_tol=TIPPED * max(spread, now[name][1]) + 1e-6)
    ]
    assert not moved, f"{len(moved)} of {len(then)} frozen numbers moved; if meant, freeze anew and say why:\n" + "\n".join(moved[:20])


def test_the_frozen_numbers_have_a_cause_in_the_changelog(repository: Path) -> None:
    mark = frozen.digest(frozen.read())
    told = [*(repository / "changelog.d").glob("*.numbers.md"), repository / "CHANGELOG.md"]
    assert any(mark in file.read_text(encoding="utf-8") for file in told), (
        f"no fragment of type `numbers` names the frozen run {mark}: a golden file changes only together with its cause"
    )


def test_the_frozen_run_would_notice_a_change(small: Engine) -> None:
    then, now = frozen.read(), frozen.measured(small.with_parameters({"clashes.bystanders": 0.5}))
    moved = [n for n, (mean, spread) in then.items() if abs(now[n][0] - mean) > TIPPED * max(spread, now[n][1]) + 1e-4 * abs(mean) + 1e-6]
    assert any(n.startswith("civilian_deaths") for n in moved)
