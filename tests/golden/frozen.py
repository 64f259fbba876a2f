"""The frozen run: what it is, and how it is frozen anew (`python -m tests.golden.frozen "why the numbers change"`, from the checkout).

Freezing writes `skeleton.json` and a fragment `changelog.d/golden-<digest>.numbers.md` with the cause; edit its words, keep the digest.
"""

from __future__ import annotations

import hashlib
import json
import sys
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from drawdown.engine import Engine

FROZEN = Path(__file__).with_name("skeleton.json")
CHANGELOG = Path(__file__).resolve().parents[2] / "changelog.d"
SEED, FUTURES, WEEKS, PLAN = 20070903, 128, (0, 12, 51), "leave"
Cells = dict[str, tuple[float, float]]


def engine() -> Engine:
    """The skeleton of `drawdown new` for a year."""
    from drawdown.engine import Engine
    from drawdown.scenario.load import load

    with as_file(files("drawdown.scenario") / "skeleton") as folder:
        return Engine(load(folder), weeks=52)


def measured(small: Engine) -> Cells:
    """`quantity[members] week` to mean and standard deviation over the futures, of every recorded quantity."""
    batch = small.run(PLAN, SEED, np.arange(FUTURES))
    cells: Cells = {}
    for name, variable in sorted(small.quantities.items()):
        for week in WEEKS:
            values = batch.series[name][week].astype(float)
            for index in np.ndindex(values.shape[:-1]):
                members = ",".join(small.labels[d][i] for d, i in zip(variable.dims, index, strict=True))
                cells[f"{name}[{members}] week {week}"] = (float(values[index].mean()), float(values[index].std(ddof=1)))
    cells["incidents[]"] = (
        float(len(batch.incidents)) / FUTURES,
        float(np.bincount(batch.incidents.future, minlength=FUTURES).std(ddof=1)),
    )
    return cells


def digest(cells: Cells) -> str:
    """Eight characters that stand for the frozen values."""
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:8]


def read() -> Cells:
    """The frozen values."""
    return {name: (mean, spread) for name, (mean, spread) in json.loads(FROZEN.read_text(encoding="utf-8")).items()}


def freeze(why: str) -> Path:
    """Measure, write the values and the fragment that gives the cause; the fragment's path."""
    cells = {n: (float(f"{m:.6g}"), float(f"{s:.6g}")) for n, (m, s) in measured(engine()).items()}
    FROZEN.write_text("{\n" + ",\n".join(f"{json.dumps(n)}: {json.dumps(v)}" for n, v in cells.items()) + "\n}\n", encoding="utf-8")
    fragment = CHANGELOG / f"golden-{digest(cells)}.numbers.md"
    fragment.write_text(f"Frozen run `{digest(cells)}`: {why}\n", encoding="utf-8")
    return fragment


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('usage: python -m tests.golden.frozen "why the numbers change"')
    print(freeze(sys.argv[1]))
