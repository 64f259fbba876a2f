"""Issue 7, B5: 181 MB of posterior samples took 2 GB in `check`. They are read a line at a time, and what is too much is told at once."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from drawdown.errors import ScenarioError
from drawdown.scenario import load
from drawdown.scenario.samples import SAMPLE_BYTES

SIDES = ("northern", "southern")
COLUMNS = ("clashes.lethality", "clashes.contest_exponent", *(f'"community_share[{p},{c}]"' for p in ("north", "capital") for c in SIDES))


@pytest.fixture
def draws(folder: Path) -> Path:
    """The file of draws of a posterior that the folder ships."""
    (folder / "patches" / "posterior.yaml").write_text("patch: posterior\nkind: posterior\nabout: fitted\nsamples: {file: draws.csv}\n")
    return folder / "patches" / "draws.csv"


def write(draws: Path, rows: int) -> None:
    row = ",".join(["0.50000000000000001"] * len(COLUMNS)) + "\n"
    draws.write_text(",".join(COLUMNS) + "\n" + row * rows)


def test_181_megabytes_of_samples_are_refused_before_they_are_read(folder: Path, draws: Path) -> None:
    with draws.open("wb") as opened:
        opened.write(b"clashes.lethality\n")
        opened.truncate(181_000_000)
    began = time.perf_counter()
    with pytest.raises(
        ScenarioError, match=rf"draws\.csv\n  got a file of more than {SAMPLE_BYTES:,} bytes; expected less\. Keep every tenth"
    ):
        load(folder, patches=["posterior"])
    assert time.perf_counter() - began < 20, "nothing of it is read"


def test_too_many_draws_are_told_where_they_begin(folder: Path, draws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawdown.scenario.samples.MOST_NUMBERS", 60)
    write(draws, 11)
    with pytest.raises(
        ScenarioError, match=r"draws\.csv:12:1\n  got more than 10 draws of 6 numbers; expected fewer\. Keep every tenth row"
    ):
        load(folder, patches=["posterior"])


def test_samples_cost_little_more_than_their_numbers(folder: Path, draws: Path) -> None:
    rows = 8_000
    write(draws, rows)
    tracemalloc.start()
    try:
        scenario = load(folder, patches=["posterior"])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(scenario.samples["clashes.lethality"]) == rows
    # A float in a tuple takes 32 bytes; the digest holds the text of all for a moment. The whole file, too, is what took 2 GB.
    assert peak < 200 * rows * len(COLUMNS)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "got an empty file; expected a table"),
        (b"# only words\n", "got an empty file; expected a table"),
        (b"clashes.lethality\n0.1\n\xff\n", "got the byte 0xff; expected UTF-8 text"),
        (b"clashes.lethality\n\xd9\xa1\n", "got '\u0661'; expected a number"),
        (b"clashes.lethality\n0_1\n", "got '0_1'; expected a number"),
        (b"clashes.lethality\n1e999\n", "got '1e999'; expected a number"),
        (b"clashes.lethality\n" + b"9" * 100_000 + b"\n", "expected a number"),
        (b"clashes.lethality\x00\n0.1\n", "got the control character"),
        (b"," * 5_000 + b"\n0.1\n", "more than 1000 cells"),
        (b"clashes.lethality", "got no draw"),
    ],
)
def test_odd_samples_are_told(folder: Path, draws: Path, content: bytes, told: str) -> None:
    draws.write_bytes(content)
    with pytest.raises(ScenarioError, match=told):
        load(folder, patches=["posterior"])


def test_a_byte_order_mark_comments_and_line_ends_change_nothing(folder: Path, draws: Path) -> None:
    draws.write_bytes(b"\xef\xbb\xbf# fitted\r\n\r\nclashes.lethality\r\n0.1\r\n\r\n0.2\r\n")
    assert load(folder, patches=["posterior"]).samples == {"clashes.lethality": (0.1, 0.2)}
