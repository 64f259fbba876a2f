"""The frozen runs: what they are, and how to freeze anew, from the checkout: `python -m tests.golden.frozen "why the numbers change"`.

Of every future, quantity and half year one number is kept: the sum over all cells and weeks, each with a weight of its own, so that a
cell or a week in another's place moves it. Freezing writes `<run>.npz` and a fragment `changelog.d/golden-<digest>.numbers.md` with the
cause; edit its words, keep the digests.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from drawdown.engine import Batch, Engine

HERE = Path(__file__).parent
CHANGELOG = HERE.parents[1] / "changelog.d"
SEED, FUTURES, BLOCK = 20070903, 128, 26
# The skeleton, and the first scenario for the mechanisms that a skeleton leaves idle: bargains, sponsors, cover of what is left.
PLANS = {"skeleton": "leave", "iraq-2007": "announced"}
WEEKS = {"skeleton": 52, "iraq-2007": 104}
# JAX's draws are the same everywhere, its transcendental functions are not, and now and then rounding tips a decision: between a processor
# with fused multiplication and one without, in none of 128 futures of the skeleton and in one of Iraq's. The rest keeps five digits.
ROUNDING = 1e-4  # of the sum of absolute values of the quantity in that half year
# Were one future in fifty to tip, seven or more of 128 would in one case of seventy; a change in one of ten moves at most six in one of
# forty.
MAY_TIP = 6
Marks = Mapping[str, NDArray[np.float32]]  # [half year, future] by quantity


def engines() -> dict[str, Engine]:
    """The skeleton of `drawdown new` for a year, Iraq for two: those of tests/conftest.py."""
    from drawdown.engine import Engine
    from drawdown.scenario.load import load

    with as_file(files("drawdown.scenario") / "skeleton") as folder:
        skeleton = load(folder)
    iraq = load(HERE.parents[1] / "scenarios" / "iraq-2007")
    return {"skeleton": Engine(skeleton, weeks=WEEKS["skeleton"]), "iraq-2007": Engine(iraq, weeks=WEEKS["iraq-2007"])}


def weights(index: ArrayLike) -> NDArray[np.float64]:
    """Of each cell one between a half and one and a half, all different: fractions of multiples of the golden ratio."""
    result: NDArray[np.float64] = 0.5 + np.mod(np.asarray(index, np.float64) * 0.6180339887498949, 1.0)
    return result


def mark(series: NDArray[np.float32]) -> NDArray[np.float32]:
    """[half year, future] of a series [week, *dims, future]: the weighted sum of its values."""
    weeks, futures = series.shape[0], series.shape[-1]
    flat = series.reshape(weeks, -1, futures).astype(np.float64)
    weight = weights(np.arange(flat[..., 0].size)).reshape(flat.shape[:2])[..., None]
    return np.asarray(np.add.reduceat((flat * weight).sum(axis=1), np.arange(0, weeks, BLOCK), axis=0), np.float32)


def marks(batch: Batch) -> Marks:
    """Of every recorded quantity, and of the incidents' numbers and dead."""
    rows, weeks = batch.incidents, next(iter(batch.series.values())).shape[0]
    shape = (-(-weeks // BLOCK), len(batch.futures))
    where = (np.asarray(rows.week) // BLOCK, np.searchsorted(batch.futures, rows.future))
    cell = np.zeros(len(rows))
    for column in (rows.week, rows.place, rows.side_a, rows.side_b, rows.violence, rows.kind):
        cell = cell * 37.0 + np.asarray(column, np.float64)
    found = {name: mark(values) for name, values in batch.series.items()}
    for name in ("incidents", "deaths_a", "deaths_b", "deaths_civilians"):
        total = np.zeros(shape)
        np.add.at(total, where, weights(np.mod(cell, 1e9)) * np.asarray(getattr(rows, name), np.float64))
        found[f"incidents.{name}"] = total.astype(np.float32)
    return found


def measured(run: str, batch: Batch) -> tuple[Marks, Marks]:
    """Marks of a frozen run, and those of its absolute values, by which rounding is judged; raises ValueError for another batch."""
    if batch.plan != PLANS[run] or list(batch.futures) != list(range(FUTURES)):
        raise ValueError(f"{run}: the frozen run is of plan {PLANS[run]}, futures 0 to {FUTURES - 1}")
    return marks(batch), marks(replace(batch, series={name: np.abs(values) for name, values in batch.series.items()}))


def parted(then: Marks, now: Marks, size: Marks) -> dict[int, str]:
    """Futures that are not what they were, each with the first half year and the quantities in which it shows."""
    found: dict[int, list[tuple[int, str]]] = {}
    for name, old in then.items():
        apart = np.abs(now[name] - old) > ROUNDING * np.maximum(size[name], np.abs(old)) + 1e-6
        for block, future in np.argwhere(apart | ~np.isfinite(now[name])):
            found.setdefault(int(future), []).append((int(block), name))
    told = {}
    for future, places in sorted(found.items()):
        first = min(block for block, _ in places)
        told[future] = f"from half year {first + 1} on: {', '.join(sorted(name for block, name in places if block == first))}"
    return told


def digest(run: str) -> str:
    """Eight characters that stand for the frozen values of a run."""
    content = hashlib.sha256(run.encode())
    for name, values in sorted(read(run).items()):
        content.update(name.encode() + values.astype("<f4").tobytes())
    return content.hexdigest()[:8]


def read(run: str) -> Marks:
    """The frozen marks of a run."""
    with np.load(HERE / f"{run}.npz", allow_pickle=False) as kept:
        return {name: kept[name] for name in kept.files}


def freeze(why: str) -> Path:
    """Run, write the marks and the fragment that gives the cause; the fragment's path."""
    save: Callable[..., None] = np.savez_compressed  # typed as if a name could only be its option
    for run, engine in engines().items():
        save(HERE / f"{run}.npz", **measured(run, engine.run(PLANS[run], SEED, np.arange(FUTURES)))[0])
    named = ", ".join(f"`{digest(run)}` ({run})" for run in PLANS)
    fragment = CHANGELOG / f"golden-{digest('skeleton')}.numbers.md"
    fragment.write_text(f"Frozen runs {named}: {why}\n", encoding="utf-8")
    return fragment


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('usage: python -m tests.golden.frozen "why the numbers change"')
    print(freeze(sys.argv[1]))
