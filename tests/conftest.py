"""What many tests share: the scenario of Iraq and its engine (compiled once a session), the real data, a browser."""

from __future__ import annotations

import gc
import os
import re
import shutil
import sys
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.shapes import check_shapes

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

    from drawdown.engine import Batch, Engine
    from drawdown.scenario.model import Scenario

REPOSITORY = Path(__file__).resolve().parents[1]
SEED = 20070903
# Before anything imports jax: tests, the commands that they start and the runs after this one compile a program once between them.
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(REPOSITORY / ".pytest_cache" / "jax"))
# Likewise what Python compiles: where it may not write beside the sources (PYTHONDONTWRITEBYTECODE), every worker and every command that a
# test starts would compile the whole package, and pytest rewrite every assertion, anew.
if sys.dont_write_bytecode and sys.pycache_prefix is None:
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(REPOSITORY / ".pytest_cache" / "bytecode")
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# A plug-in that happens to be installed is not what is tested; `DRAWDOWN_PLUG_INS=on pytest tests/contract` holds it to the battery.
os.environ.setdefault("DRAWDOWN_PLUG_INS", "off")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.05")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
# The width of whoever looks on (pytest-xdist hands it to its workers) is not that of what is tested.
for width in ("COLUMNS", "LINES"):
    os.environ.pop(width, None)


check_shapes()

# Each worker of pytest-xdist makes these for itself: files that ask for the same program (by these words) go to one worker.
ENGINES = {"iraq": "iraq_engine: |iraq_batch: |model: Engine|futures_of: ", "small": "small: Engine"}
# So long that to trace the program once more is cheaper than to wait for them at the end.
LONG = ("tests/contract/test_mechanisms.py", "tests/contract/test_moves.py", "tests/editorial/test_signs.py")
# The one program of the example's mechanism: one after the other it is compiled once.
TOGETHER = {"tests/contract/test_plug_ins.py": "tests/docs/test_blocks.py"}
# Programs of their own.
OWN = ("tests/unit/countries/test_small_run.py", "tests/editorial/test_second_country.py")

# With few workers, and without what is slow, what is made once is worth more than an even share of the files.
SHARED = {"engine": "|".join(ENGINES.values()), "unit/report": "run: RunView", "unit/runs": "whole: Path"}


@cache
def engine_of(file: str, fast: bool = False) -> str:
    """The first of the engines that a file of tests asks for, else its own name: files of one answer run on one worker."""
    if file in LONG and not fast:
        return file
    file = TOGETHER.get(file, file)
    text = (REPOSITORY / file).read_text(encoding="utf-8")
    return next((engine for engine, asked in (SHARED if fast else ENGINES).items() if re.search(rf"\b({asked})", text)), file)


# Whole runs, programs of their own and browsers: `pytest -m "not slow"` leaves these rooms out, whatever one test of them costs.
SLOW = ("behaviour", "e2e", "editorial", "replication", "statistical", "terminal")


def pytest_configure(config: pytest.Config) -> None:
    """Fewer examples where what is slow is left out."""
    from tests import examples

    examples.FAST = "not slow" in (config.getoption("markexpr") or "")


@pytest.hookimpl(tryfirst=True)  # before -m is asked
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in a slow room; begin with what takes longest, lest one worker ends with it while the other has nothing to do."""
    for item in items:
        if item.nodeid.removeprefix("tests/").split("/")[0] in SLOW:
            item.add_marker("slow")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: turn(item.nodeid.partition("::")[0], item.path in slow))


def turn(file: str, slow: bool) -> int:
    """When a file of tests is handed out: engines first, each compiled once, for the commands of other files too, by different workers.

    Then what has a program of its own, so that the program of the long ones is compiled when they come; what is quick last.
    """
    engine = engine_of(file)
    if engine in ENGINES:
        return list(ENGINES).index(engine)
    return len(ENGINES) + (0 if file in OWN else 1 if file in LONG else 2 if slow else 3)


@pytest.hookimpl(optionalhook=True)  # without pytest-xdist (`-p no:xdist`) nobody asks
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """`--dist loadfile`, with files of one engine kept together (marks of `xdist_group` get lost between pytest 9 and pytest-xdist 3.8)."""
    from xdist.scheduler import LoadFileScheduling

    from tests import examples

    class ByEngine(LoadFileScheduling):  # type: ignore[misc]  # without types
        def _split_scope(self, nodeid: str) -> str:
            return engine_of(nodeid.partition("::")[0], examples.FAST)

    config.option.loadscopereorder = False  # by the number of their tests, of which one may be a minute and a hundred a second
    return ByEngine(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not walk through jax, pytest and the tests again and again (a tenth of the time)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data that is not part of the project; skips where it is absent."""
    folder = Path(os.environ.get("DRAWDOWN_DATA") or REPOSITORY.parent / "shared" / "data")
    if not (folder / "iraq").is_dir():
        pytest.skip("the real data are not part of the project; point DRAWDOWN_DATA at their folder to run this test")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """A Chromium to drive; skips where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    pytest.skip("no Chromium on this machine (on Debian: apt-get install chromium)")


@pytest.fixture(scope="session")
def iraq() -> Scenario:
    """The first scenario, as shipped."""
    from drawdown.scenario.load import load

    return load(REPOSITORY / "scenarios" / "iraq-2007")


@pytest.fixture(scope="session")
def iraq_engine(iraq: Scenario) -> Engine:
    """Its engine: whoever runs it first compiles it for all."""
    from drawdown.engine import Engine

    return Engine(iraq)


@pytest.fixture(scope="session")
def iraq_batch(iraq: Scenario, iraq_engine: Engine) -> Batch:
    """128 futures under the first plan."""
    import numpy as np

    return iraq_engine.run(iraq.plans[0], SEED, np.arange(128))


@pytest.fixture(scope="session")
def model(iraq: Scenario) -> Engine:
    """Iraq for two years: long enough for most that is said of the model, and half the price."""
    from drawdown.engine import Engine

    return Engine(iraq, weeks=104)


@pytest.fixture(scope="session")
def futures_of(model: Engine) -> Callable[[str], Batch]:
    """128 futures of the two years under a plan, run once a session."""
    import numpy as np

    return lru_cache(maxsize=None)(lambda plan: model.run(plan, SEED, np.arange(128)))


@pytest.fixture(scope="session")
def small() -> Engine:
    """The skeleton of `drawdown new` for a year: two places, four actors."""
    from importlib.resources import as_file, files

    from drawdown.engine import Engine
    from drawdown.scenario.load import load

    with as_file(files("drawdown.scenario") / "skeleton") as folder:
        return Engine(load(folder), weeks=52)
