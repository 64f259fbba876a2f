"""Every block of code in the README and the documentation runs, in the order of its page, in a folder of its own.

`python` runs as it stands; of `console` the lines after `$` run; a block after `<!-- file: name -->` is written to that file, one after
`<!-- append: name -->` is added to it; `yaml`, `json` and `csv` must parse. `text` is for reading. Other languages are not allowed.
"""

from __future__ import annotations

import csv
import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import run as bootstrap
from drawdown.cli import main

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted([REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *(REPOSITORY / "docs").glob("*.md")])
FENCE = re.compile(
    r"(?:^<!-- (?P<how>file|append): (?P<name>\S+) -->\n+)?^```(?P<language>\S*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, its language, its text, and the file it belongs to, if any."""

    page: str
    line: int
    language: str
    text: str
    how: str
    name: str


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(page.name, text.count("\n", 0, m.start("language")) + 1, m["language"], m["text"], m["how"] or "", m["name"] or "")
        for m in FENCE.finditer(text)
    ]


def run_line(line: str, block: Block, said: pytest.CaptureFixture[str]) -> None:
    """In this process, so that the commands of a page compile once between them; programs of their own are tried in tests/terminal."""
    where = f"{block.page}:{block.line}: {line}"
    words = shlex.split(line, comments=True)
    if words[:2] == ["python", "run.py"]:
        # Running the bootstrap would run this very test; that the verb exists is checked here, that it works by .ci/run.
        assert words[2] in bootstrap.VERBS, f"{where}: no such verb"
        return
    assert words[0] == "drawdown", f"{where}: only drawdown and run.py may stand in a console block"
    said.readouterr()
    status = main(words[1:])
    assert status == 0, f"{where} ended with {status}\n" + "\n".join(said.readouterr())


def parse(block: Block) -> None:
    if block.language == "yaml":
        YAML(typ="safe", pure=True).load(block.text)
    elif block.language == "json":
        json.loads(block.text)
    elif block.language == "csv":
        widths = {len(row) for row in csv.reader(block.text.splitlines())}
        assert len(widths) == 1, f"{block.page}:{block.line}: rows of different length {widths}"


def keep(block: Block, folder: Path) -> None:
    file = folder / block.name
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a" if block.how == "append" else "w", encoding="utf-8") as out:
        out.write(block.text)


def test_blocks_are_found() -> None:
    found = [block for page in PAGES for block in blocks(page)]
    fences = sum(len(re.findall(r"^```", page.read_text(encoding="utf-8"), re.MULTILINE)) for page in PAGES)
    assert len(found) * 2 == fences, "a fence that this test cannot read"
    assert {b.language for b in found} <= {"python", "console", "yaml", "json", "csv", "text"}, {
        (b.page, b.line, b.language) for b in found
    }


@pytest.mark.slow
@pytest.mark.parametrize("page", [pytest.param(p, id=p.stem) for p in PAGES])
def test_every_block_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    names: dict[str, Any] = {"__name__": "__page__"}
    for block in blocks(page):
        parse(block)
        if block.how:
            keep(block, tmp_path)
        elif block.language == "console":
            for line in block.text.splitlines():
                if line.startswith("$ "):
                    run_line(line[2:], block, capsys)
        elif block.language == "python":
            exec(compile(block.text, f"{block.page}:{block.line}", "exec"), names)  # noqa: S102  # our own documentation
