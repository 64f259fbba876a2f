"""Stores a run of the format of today as `stored/format-N.tar.xz`: six futures, finished, and the same run after three of four batches.

Run it once for each new format: `python -m tests.unit.runs.storing`. What it stored is never made again: it is what that version wrote.
"""

from __future__ import annotations

import sys
import tarfile
import tempfile
from pathlib import Path

from drawdown.runs import run
from drawdown.runs.format import FORMAT
from tests.unit.fake_engine import FakeEngine

STORED = Path(__file__).parent / "stored"


def store(target: Path) -> None:
    """Write the archive."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        run(FakeEngine(weeks=56), root / "finished", futures=6, seed=5, batch=4, workers=1)
        engine = FakeEngine(weeks=56)
        try:
            run(engine, root / "unfinished", futures=6, seed=5, batch=4, workers=1, stop=lambda: engine.tiles >= 3)
        except KeyboardInterrupt:
            with tarfile.open(target, "w:xz", preset=9) as archive:
                for name in ("finished", "unfinished"):
                    archive.add(root / name, name, filter=nobody_s)


def nobody_s(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """The entry without owner and time."""
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    found = STORED / f"format-{FORMAT}.tar.xz"
    if found.exists():
        sys.exit(f"{found} is there; what a version wrote is not made again")
    store(found)
