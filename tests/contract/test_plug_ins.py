"""Mechanisms of other packages: they are found by their entry points, held to the battery, and never break a checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from drawdown.mechanism import PLUG_INS, ModelError, discover, mechanism_names, plug_ins, shipped

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "examples" / "homecoming"
PAGE = REPOSITORY / "docs" / "add-a-mechanism.md"


def installed(folder: Path, entry: str, value: str) -> Path:
    """What an installer leaves of a package: metadata with its entry point."""
    metadata = folder / "example-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: example\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[{PLUG_INS}]\n{entry} = {value}\n", encoding="utf-8")
    return folder


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example as if installed, in this process."""
    folder = installed(tmp_path, "homecoming", "homecoming:MECHANISM")
    monkeypatch.syspath_prepend(str(EXAMPLE))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("DRAWDOWN_PLUG_INS", "on")
    return folder


def test_an_installed_plug_in_is_one_of_the_mechanisms(example: Path) -> None:
    assert "homecoming" in mechanism_names()
    assert {m.name for m in discover()} - {m.name for m in shipped()} == {"homecoming"}


def test_names_are_those_of_all_mechanisms_with_and_without_plug_ins(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sorted(m.name for m in discover()) == list(mechanism_names())
    monkeypatch.setenv("DRAWDOWN_PLUG_INS", "off")
    assert plug_ins() == ()
    assert sorted(m.name for m in shipped()) == list(mechanism_names())
    assert discover() == shipped()


@pytest.mark.parametrize(
    ("entry", "value", "said"),
    [
        ("home", "homecoming:MECHANISM", "the entry point 'home' leads to the mechanism 'homecoming'; expected the same name"),
        ("homecoming", "homecoming:step", "the entry point 'homecoming' leads to homecoming:step, which is no Mechanism"),
    ],
)
def test_an_entry_point_that_leads_elsewhere_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str, value: str, said: str
) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLE))
    monkeypatch.syspath_prepend(str(installed(tmp_path, entry, value)))
    monkeypatch.setenv("DRAWDOWN_PLUG_INS", "on")
    with pytest.raises(ModelError, match=re.escape(said)):
        discover()


def test_the_page_is_the_example() -> None:
    """Each file that the page has written is the shipped one, so that what is read is what is tested."""
    text = PAGE.read_text(encoding="utf-8")
    written = dict(re.findall(r"^<!-- file: (\S+) -->\n+```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    assert written == {file.name: file.read_text(encoding="utf-8") for file in EXAMPLE.iterdir() if file.is_file()}


def pytest_with(folder: Path, *arguments: str, plug_ins: str | None = None) -> subprocess.CompletedProcess[str]:
    """The tests of this checkout in an environment in which the plug-in of `folder` is installed."""
    environment = {name: value for name, value in os.environ.items() if name != "DRAWDOWN_PLUG_INS"}
    environment["PYTHONPATH"] = os.pathsep.join([str(folder), str(EXAMPLE), environment.get("PYTHONPATH", "")])
    if plug_ins is not None:
        environment["DRAWDOWN_PLUG_INS"] = plug_ins
    environment["DRAWDOWN_BATTERY"] = "small"  # the program of docs/add-a-mechanism.md
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_broken_plug_in_does_not_end_the_collecting_of_tests(tmp_path: Path) -> None:
    done = pytest_with(installed(tmp_path, "absent", "absent_module:MECHANISM"), "--collect-only", "tests/contract", "tests/editorial")
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.slow
def test_the_battery_is_green_with_the_example(tmp_path: Path) -> None:
    folder = installed(tmp_path, "homecoming", "homecoming:MECHANISM")
    done = pytest_with(folder, "-vv", "tests/contract/test_mechanisms.py", "-k", "homecoming or not [", plug_ins="on")
    assert done.returncode == 0, done.stdout[-4000:]
    assert "test_it_uses_all_that_it_declares_and_nothing_else[homecoming] PASSED" in done.stdout
