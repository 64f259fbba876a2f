"""B2 and B5 of issue 7: a run folder that is damaged in any way is named, with exit status 2, or answers as before; nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from drawdown.cli import loading, main, running, telling
from drawdown.errors import DrawdownError
from drawdown.runs import StoreError, open_run, sums, verify
from drawdown.runs.effects import read_effects, write_effects
from drawdown.runs.frozen import plain_scenario, scenario_of, scenario_to_json
from drawdown.runs.manifest import read_manifest
from drawdown.runs.schema import problems
from drawdown.runs.sums import sealed
from drawdown.scenario.model import Scenario

CHEAP = ("ask", "observed", "chronicle", "verify", "run")
READERS = (*CHEAP, "branch", "ablate", "fan", "claims", "compare", "report")
SIZES = ("removed", "emptied", "halved")


class EngineReachedError(DrawdownError):
    """Where a command begins to compute, all of the folder that it uses was read: its answer is the scenario that it got."""

    exit_code = 77


class Shelf:
    """A run folder, and what each command answers about it."""

    def __init__(self, folder: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.place, self.capsys = folder, place, capsys

    def words(self, name: str) -> list[str]:
        at, out = str(self.folder), str(self.place / "out.json")
        return {
            "ask": ["ask", at, "--json"],
            "observed": ["observed", at, "--plan", "stay", "--future", "3"],
            "chronicle": ["chronicle", at, "--plan", "stay"],
            "branch": ["branch", at, "--plan", "stay", "--to", "leave", "--at", "2007-11-05"],
            "ablate": ["ablate", at, "--plan", "stay"],
            "verify": ["verify", at],
            "run": ["run", "toyland", "--futures", "70", "--seed", "5", "--batch", "32", "--out", at, "--json"],
            "fan": ["plot", at, "fan", "--out", out],
            "claims": ["plot", at, "claims", "--out", out],
            "compare": ["compare", at, "stay", "leave"],
            "report": ["report", at, "--out", out],
        }[name]

    def ask(self, name: str) -> tuple[int, str, str]:
        """Exit status, what was said on standard output and in the file written, and what on standard error."""
        written = self.place / "out.json"
        written.unlink(missing_ok=True)
        sums.forget()
        self.capsys.readouterr()
        status = main(self.words(name))
        said = self.capsys.readouterr()
        return status, said.out + (written.read_text(encoding="utf-8") if written.exists() else ""), said.err

    def holds(self, name: str, before: tuple[int, str, str], file: str, what: str) -> str:
        """The contract; returns which side of it was met."""
        status, out, err = self.ask(name)
        if (status, out) == before[:2]:
            return "as before"
        assert status == 2, f"{name} after {file} was {what}: exit {status}\n{out[-400:]}\n{err[-400:]}"
        told = out + err
        assert "Traceback" not in told
        assert Path(file).name in told, f"{name} after {file} was {what} does not name it: {told[-400:]}"
        assert any(word in told for word in ("again", "Copy it", "drawdown run", "Choose another folder", "unfinished")), told[-400:]
        return "named"


@contextmanager
def damaged(path: Path, what: str) -> Iterator[None]:
    """The file removed, emptied, halved, or with one bit flipped at a share of its length (`flipped 0.37`); put back afterwards."""
    content = path.read_bytes()
    if what == "removed":
        path.unlink()
    elif what in ("emptied", "halved"):
        path.write_bytes(content[: len(content) // 2 if what == "halved" else 0])
    else:
        at = min(int(float(what.split()[1]) * len(content)), len(content) - 1)
        bit = hashlib.sha256(f"{path.name}{what}".encode()).digest()[0] % 8
        path.write_bytes(content[:at] + bytes([content[at] ^ (1 << bit)]) + content[at + 1 :])
    try:
        yield
    finally:
        path.write_bytes(content)


def tried(ask: Callable[[], Any]) -> tuple[Any, str]:
    """What comes of a reading: a value, or what the StoreError says."""
    try:
        return ask(), ""
    except StoreError as error:
        return None, str(error)


def flips(name: str, number: int) -> list[str]:
    """Positions of flipped bits, spread over the file and the same every time."""
    drawn = random.Random(name)
    return [f"flipped {(k + drawn.random()) / number:.4f}" for k in range(number)]


@pytest.fixture
def shelf(whole: Path, fake: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shelf:
    """A copy of the finished run, with what later commands leave in it; scenarios and engines are the made-up ones."""
    folder = tmp_path / "r"
    shutil.copytree(whole, folder)
    later(folder)

    def engine_of(scenario: Any) -> Any:
        raise EngineReachedError(hashlib.sha256(scenario_to_json(scenario).encode()).hexdigest())

    for module in (loading, running):
        monkeypatch.setattr(module, "load_scenario", lambda *_, **__: fake.scenario())
    monkeypatch.setattr(running, "engine_of", lambda _: fake.FakeEngine(weeks=30))
    monkeypatch.setattr(telling, "engine_of", engine_of)
    return Shelf(folder, tmp_path, capsys)


EFFECT = {"mechanism": "desertion", "quantity": "deserted", "unit": "persons per week", "with_it": 210.5, "without": 0.0, "effect": 210.5,
          "error": 6.0, "expected": 1, "quotation": "the police left"}  # fmt: skip


def later(folder: Path) -> None:
    """What later commands leave: told chronicles, an ablation, scores."""
    from drawdown.report.chronicles import FORMAT

    digest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["digest"]
    told = sealed({"format": FORMAT, "digest": digest, "chronicles": []})
    (folder / "chronicles.json").write_text(json.dumps(told), encoding="utf-8")
    write_effects([EFFECT], folder / "ablation.parquet")


def kinds_of_files(folder: Path) -> list[str]:
    """One file of each kind."""
    arrays = ["summary.zarr/status", "histograms.zarr/control", "ensemble.zarr/control", "ensemble.zarr/plan"]
    chunks = [next(p for p in sorted((folder / a / "c").rglob("*")) if p.is_file()).relative_to(folder).as_posix() for a in arrays]
    return ["manifest.json", "scenario/scenario.json", "scenario/CARD.md", "draws.parquet", "claims.parquet", "endstates.parquet",
            "events.parquet/stay-000000.parquet", "events.parquet/leave-000001.parquet", "summary.zarr/zarr.json",
            "summary.zarr/status/zarr.json", "ensemble.zarr/zarr.json", *chunks]  # fmt: skip


@pytest.mark.slow
def test_b5_every_kind_of_file_damaged_is_named_or_changes_nothing(shelf: Shelf) -> None:
    """Removed, emptied, halved, one bit flipped; the commands that cost little."""
    before = {name: shelf.ask(name) for name in CHEAP}
    assert [before[name][0] for name in CHEAP] == [0, 0, 77, 0, 0]
    met: dict[str, set[str]] = {}
    for file in kinds_of_files(shelf.folder):
        for what in (*SIZES, *flips(file, 2)):
            with damaged(shelf.folder / file, what):
                for name in CHEAP:
                    side = shelf.holds(name, before[name], file, what)
                    met.setdefault(name, set()).add(side)
                    assert side == "named" or (name != "verify" and what not in SIZES), f"{name}: {file} {what} went unnoticed"
    assert met["ask"] == met["observed"] == {"named", "as before"}
    assert all(shelf.ask(name)[:2] == before[name][:2] for name in CHEAP)


@pytest.mark.slow
def test_b5_what_is_drawn_from_damaged_files_is_named_or_the_same(shelf: Shelf) -> None:
    """A bit flipped; charts, comparisons and the page."""
    names = ("branch", "ablate", "fan", "compare", "report")
    before = {name: shelf.ask(name) for name in names}
    assert [before[name][0] for name in names] == [77, 77, 0, 0, 0]
    for file, readers in {
        "scenario/scenario.json": ("branch", "ablate", "fan", "compare", "report"),
        "claims.parquet": ("compare", "report"),
        "endstates.parquet": ("compare", "report"),
        "draws.parquet": ("report",),
        "scenario/CARD.md": (),
        "summary.zarr/yearly_country_all_deaths/c/0/0/0": ("compare",),
        "ensemble.zarr/deaths/zarr.json": ("fan", "report"),
        "ensemble.zarr/deaths/c/0/0/0/0/0": ("fan", "report"),
    }.items():
        what = flips(file, 1)[0]
        assert (shelf.folder / file).is_file()
        with damaged(shelf.folder / file, what):
            sides = {name: shelf.holds(name, before[name], file, what) for name in names}
        assert {name for name, side in sides.items() if side == "named"} == set(readers), (file, sides)


def test_b2_a_lost_event_file_is_not_zero_deaths_and_a_lost_chunk_not_a_gap(shelf: Shelf) -> None:
    """What went unnoticed before, one by one; each exit 0 once."""
    chunk = next(p for p in (shelf.folder / "summary.zarr" / "country_deaths_mean" / "c").rglob("*") if p.is_file())
    for path, name in (
        (shelf.folder / "events.parquet" / "stay-000000.parquet", "observed"),
        (chunk, "ask"),
        (shelf.folder / "summary.zarr" / "country_deaths_mean" / "zarr.json", "ask"),
    ):
        with damaged(path, "removed"):
            status, _, err = shelf.ask(name)
            assert (status, "is missing" in err, path.name in err) == (2, True, True)
    found = open_run(shelf.folder).summary()
    with damaged(chunk, "removed"), pytest.raises(StoreError, match="is missing"):
        found["country_deaths_mean"].to_numpy()
    with damaged(chunk, flips("mean", 1)[0]), pytest.raises(StoreError, match="its content is not what the run wrote"):
        open_run(shelf.folder).summary()["country_deaths_mean"].to_numpy()


@pytest.mark.parametrize("name", ["control", "force", "deaths"])
def test_b2_plain_zarr_and_parquet_notice_a_flipped_bit_too(shelf: Shelf, name: str) -> None:
    """For those who open a run without drawdown: crc32c in Zarr, page checksums in Parquet, every chunk written."""
    import pyarrow.parquet as pq
    import zarr

    group = zarr.open_group(shelf.folder / "summary.zarr", mode="r")
    array = group[f"{name}_mean"]
    assert isinstance(array, zarr.Array)
    written = list((shelf.folder / "summary.zarr" / f"{name}_mean" / "c").rglob("*"))
    chunks = [p for p in written if p.is_file()]
    assert len(chunks) == array.nchunks
    with damaged(chunks[0], "flipped 0.5"), pytest.raises(ValueError, match=r"crc32c|checksum"):
        zarr.open_group(shelf.folder / "summary.zarr", mode="r")[f"{name}_mean"][...]  # type: ignore[index]  # an array
    path = shelf.folder / "claims.parquet"
    column = pq.ParquetFile(path).metadata.row_group(0).column(4)
    at = (column.data_page_offset + column.total_compressed_size - 4) / path.stat().st_size
    with damaged(path, f"flipped {at:.6f}"), pytest.raises(OSError, match=r"[Cc][Rr][Cc]|checksum"):
        pq.read_table(path, page_checksum_verification=True)


def test_b2_a_folder_whose_name_is_a_pattern_has_its_own_events(whole: Path, tmp_path: Path) -> None:
    """`run[1]` is for DuckDB a pattern that finds `run1`: another run's events, without a word."""
    own = Path(shutil.copytree(whole, tmp_path / "run[1]"))
    (tmp_path / "run1" / "events.parquet").mkdir(parents=True)
    assert open_run(own).events().order("id").df().equals(open_run(whole).events().order("id").df())


def test_b2_every_chunk_is_written_so_that_a_lost_one_is_not_taken_for_zeros(whole: Path) -> None:
    """No future of this run ended early: its status is all zeros, which Zarr would leave out."""
    import zarr

    for place in ("summary.zarr", "histograms.zarr"):
        for name, array in zarr.open_group(whole / place, mode="r").arrays():
            there = [p for p in (whole / place / name / "c").rglob("*") if p.is_file()]
            assert len(there) == array.nchunks, f"{place}/{name}"


@pytest.mark.parametrize("name", ["claims", "endstates", "draws"])
def test_b2_a_bit_in_the_footer_of_a_table_is_noticed(shelf: Shelf, name: str) -> None:
    """No checksum of a page covers it: names, counts, encodings and the place of every column stand there."""
    path = shelf.folder / f"{name}.parquet"
    content = path.read_bytes()
    length = int.from_bytes(content[-8:-4], "little")
    for back in range(1, length + 8, 97):
        at = len(content) - back
        path.write_bytes(content[:at] + bytes([content[at] ^ (1 << back % 8)]) + content[at + 1 :])
        with pytest.raises(StoreError, match=rf"{name}\.parquet\n  is damaged: its content"):
            open_run(shelf.folder).table(name)


def test_b2_a_manifest_that_was_changed_within_what_is_possible_is_noticed(shelf: Shelf) -> None:
    """A seed, a number of futures, a date that could be: only its sum tells."""
    file = shelf.folder / "manifest.json"
    right = file.read_text(encoding="utf-8")
    for there, put in (
        ('"seed": 5', '"seed": 4'),
        ('"futures": 70', '"futures": 71'),
        ('"Toyland, 2007"', '"Toyland, 2006"'),
        ('"weeks": 30', '"weeks": 26'),
    ):
        assert there in right
        file.write_text(right.replace(there, put), encoding="utf-8")
        with pytest.raises(StoreError, match="its content is not what the run wrote"):
            open_run(shelf.folder)
        status, _, err = shelf.ask("ask")
        assert (status, "manifest.json" in err) == (2, True)


def test_b2_verify_names_all_damage_at_once(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    hit = ["claims.parquet", "draws.parquet", "ensemble.zarr/zarr.json", "scenario/scenario.json"]
    (shelf.folder / hit[0]).unlink()
    for file in hit[1:]:
        content = bytearray((shelf.folder / file).read_bytes())
        content[len(content) // 2] ^= 1
        (shelf.folder / file).write_bytes(content)
    (shelf.folder / "notes.txt").write_text("mine")
    assert main(["verify", str(shelf.folder), "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert sorted(one["file"] for one in found["damage"]) == sorted(hit)
    assert all(one["wrong"] and one["remedy"] for one in found["damage"])
    assert found["others"] == ["ablation.parquet", "chronicles.json", "notes.txt"]
    assert main(["verify", str(shelf.folder)]) == 2
    out = capsys.readouterr().out
    assert all(file in out for file in hit)
    assert "4 damaged" in out
    every = [n for n in open_run_files(shelf.folder) if n not in hit]
    for name in every:
        content = bytearray((shelf.folder / name).read_bytes())
        content[len(content) // 3] ^= 8
        (shelf.folder / name).write_bytes(content)
    assert {one.file for one in verify(shelf.folder).damage} == {*hit, *every}


def open_run_files(folder: Path) -> list[str]:
    """Names of the files that a manifest lists."""
    found = read_manifest(folder)
    assert found is not None
    return list(found["files"])


def test_b2_every_file_lost_or_cut_is_noticed_at_opening(shelf: Shelf) -> None:
    from drawdown.report.run import open_run as open_report

    for file in open_run_files(shelf.folder):
        for what in SIZES if file.count("/") < 2 else SIZES[:1]:
            with damaged(shelf.folder / file, what):
                # The page opens a run by way of the same function; of the many chunks one way says it.
                for opened in (open_run, open_report) if file.count("/") < 2 else (open_run,):
                    with pytest.raises(StoreError) as caught:
                        opened(shelf.folder)
                    assert file in str(caught.value)


@pytest.mark.slow
def test_b5_an_unfinished_run_that_was_damaged_is_named_or_made_whole(
    halted: Path, whole: Path, shelf: Shelf, same: Callable[[Path], Any]
) -> None:
    shelf.folder = halted
    before = {name: shelf.ask(name) for name in ("ask", "verify", "report")}
    assert [before[name][0] for name in ("ask", "verify", "report")] == [2, 0, 0]
    for file in ("manifest.json", "scenario/scenario.json", "parts/stay-000000.part", "events.parquet/stay-000000.parquet"):
        for what in (SIZES[2], *flips(file, 2)):
            with damaged(halted / file, what):
                for name in ("ask", "verify") if "flip" in what else ("ask", "verify", "report"):
                    side = shelf.holds(name, before[name], file.replace("events.parquet/stay-000000.parquet", "stay-000000"), what)
                    assert side == "named" or name != "verify"
                copy = Path(shutil.copytree(halted, shelf.place / "resumed"))
                shelf.folder = copy
                status, _, err = shelf.ask("run")
                if file == "manifest.json":
                    assert (status, "manifest.json" in err) == (2, True)
                else:
                    assert status == 0, err
                    assert same(copy) == same(whole)
                shelf.folder = halted
                shutil.rmtree(copy)


@pytest.mark.slow
def test_b5_what_later_commands_left_breaks_nothing(tmp_path: Path) -> None:
    """Every second byte of an ablation's table with a bit flipped: the same rows, or named."""
    path = tmp_path / "ablation.parquet"
    write_effects([EFFECT, {**EFFECT, "mechanism": "truce", "error": float("nan")}], path)
    right = read_effects(path)
    assert right is not None
    whole, named = path.read_bytes(), 0
    for at in range(0, len(whole), 2):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
        found, said = tried(lambda: read_effects(path))
        named += bool(said)
        assert "drawdown ablate" in said if said else repr(found.to_dict("records")) == repr(right.to_dict("records"))
    assert named > len(whole) / 8
    for content in (b"", whole[: len(whole) // 2], b"PAR1"):
        path.write_bytes(content)
        with pytest.raises(StoreError, match=r"ablation\.parquet"):
            read_effects(path)
    path.unlink()
    assert read_effects(path) is None


@pytest.mark.slow
def test_b5_a_damaged_chronicle_is_told_again_and_scores_of_any_shape_are_no_traceback(shelf: Shelf) -> None:
    from drawdown.report import backtest_scores, trust_section
    from drawdown.report.chronicles import chronicles
    from drawdown.report.run import open_run as open_report

    opened = open_report(shelf.folder)
    kept = chronicles(opened, tell=False)
    path = shelf.folder / "chronicles.json"
    for what in (*SIZES, *flips("chronicles", 40)):
        with damaged(path, what):
            found = chronicles(opened, tell=False)
            assert found == kept or "told" in found.why
            assert what == "removed" or found == kept or verify(shelf.folder).damage
    odd = ("", "{", "[]", "3", '{"note": 3}', '{"scores": 3}', '{"scores": [3]}', '{"wrong": 5}', '{"verdicts": 3}', '{"note": "\\ud800"}')
    lists = (
        '{"reliability": [{"forecast": "x", "observed": 1}]}',
        '{"verdicts": {"a": [{}]}}',
        '{"verdicts": {}, "reliability": {"a": {}}}',
    )
    for content in (*odd, *lists, "[" * 100_000, "\x00"):
        (shelf.folder / "trust.json").write_text(content, encoding="utf-8")
        assert trust_section.section(opened, backtest_scores.read(opened), [])


# A stranger's manifest and scenario, sums and all


def spoiled(value: Any) -> list[Any]:
    """What a stranger may write in place of a value."""
    plain = [None, True, -1, 0, 10**9, 10**400, 0.5, float("nan"), float("inf"), "", "x", "\x1b[31m", "\ud800", "../../etc", "9" * 5000]
    return [*plain, [], [[]], {}, {"a": 1}, [value], {"id": value}]


def nested(depth: int) -> Any:
    """A list in a list in a list."""
    found: Any = []
    for _ in range(depth):
        found = [found]
    return found


def test_b5_a_manifest_of_any_content_is_named(shelf: Shelf) -> None:
    file = shelf.folder / "manifest.json"
    right = json.loads(file.read_text(encoding="utf-8"))
    free = {"title", "scenario", "patches", "held"}  # any text will do
    for key in right:
        for value in spoiled(right[key]):
            changed = {**right, key: value}
            try:
                text = json.dumps(sealed(changed) if key != "sum" else changed)
            except ValueError:
                text = json.dumps(changed)
            file.write_text(text, encoding="utf-8")
            found, said = tried(lambda: open_run(shelf.folder))
            assert not said or str(shelf.folder) in said
            if not said:
                assert problems(found.manifest) == []
                assert key in {*free, "created", "as_of", "origin", "seed", "status", "weeks"}, f"{key}: {value!r} was believed"
    for text in ("[" * 200_000, "{}", "[]", "null", '"' + "a" * 10**6, "\ufeff{}", '{"format": ' + "9" * 5000 + "}", "\x00"):
        file.write_text(text, encoding="utf-8")
        status, _, err = shelf.ask("ask")
        assert (status, "manifest.json" in err) == (2, True)
    file.write_bytes(b"\xff\xfe{}")
    assert shelf.ask("ask")[0] == 2


def test_b5_a_manifest_whose_sum_fits_is_still_not_believed(shelf: Shelf) -> None:
    file = shelf.folder / "manifest.json"
    right = json.loads(file.read_text(encoding="utf-8"))
    outside = {"../../secret.txt": [1, "0" * 64]}
    for key, value in {
        "futures": 1_000_000_000, "weeks": 0, "plans": [], "batch": 0, "seed": -1, "keep": "some", "origin": "yesterday", "files": {},
        "versions": {}, "digest": "abc", "held": {"x": "y"},
    }.items():  # fmt: skip
        file.write_text(json.dumps(sealed({**right, key: value})), encoding="utf-8")
        with pytest.raises(StoreError, match=key):
            open_run(shelf.folder)
    file.write_text(json.dumps(sealed({**right, "files": {**right["files"], **outside}})), encoding="utf-8")
    with pytest.raises(StoreError, match="is not a file of a run"):
        open_run(shelf.folder)


def scenario_from_json(text: str) -> Scenario:
    return scenario_of(plain_scenario(text, "scenario.json"), "scenario.json")


def test_b5_a_scenario_of_any_content_is_named(shelf: Shelf, fake: ModuleType) -> None:
    text = scenario_to_json(fake.scenario())
    right = json.loads(text)
    assert scenario_from_json(text) == fake.scenario()
    for key in right:
        for value in (*spoiled(right[key]), nested(500)):
            spelled = json.dumps({**right, key: value})
            found, said = tried(lambda spelled=spelled: scenario_from_json(spelled))  # type: ignore[misc]  # bound now
            assert "scenario.json" in said or scenario_to_json(found).encode("utf-8")
    numbers = (text.replace("110", "1e999", 1), text.replace("110", "9" * 5000, 1))
    for whole in ("[" * 200_000, "", "{", "null", "[]", '{"id": "\\ud800"}', *numbers):
        with pytest.raises(StoreError, match=r"scenario\.json"):
            scenario_from_json(whole)


@pytest.mark.slow
def test_b5_every_file_and_every_command(shelf: Shelf) -> None:
    """What costs little of every file, everything of every eighth; of a tenth of the files unless told all (eight minutes)."""
    before = {name: shelf.ask(name) for name in READERS}
    files = ["manifest.json", *open_run_files(shelf.folder)]
    for number, file in enumerate(files if os.environ.get("DRAWDOWN_ALL_DAMAGE") else files[::10]):
        eighth = number % 8 == 0
        for what in (*SIZES, *flips(file, 3 if eighth else 1)):
            with damaged(shelf.folder / file, what):
                for name in READERS if eighth and what in ("removed", flips(file, 3)[1]) else CHEAP:
                    shelf.holds(name, before[name], file, what)
