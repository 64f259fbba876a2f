"""Issue 7, A4: text of scenarios, plans, run folders and the command line is never markup and never a command to the terminal."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from drawdown.runs.sums import sealed
from tests.terminal.screen import Seen, drawdown, in_terminal, toyland

# What the program itself sends: colours and weights (no colour that a text asked for), moves of the cursor for the bar, hiding it.
OWN = re.compile(rb"\x1b\[(?:[0-9;]*m|\?25[hl]|[0-9]*[AKJ]|2K)")
COLOURED = re.compile(rb"\x1b\[35m")


def harmless(seen: Seen) -> None:
    """No control character but the program's own, nothing that turns the line, the markup as it was written."""
    rest = OWN.sub(b"", seen.raw).replace(b"\r\n", b"\n")
    assert b"\x1b" not in rest, rest
    assert b"\x07" not in rest
    assert not COLOURED.search(seen.raw)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", rest.decode())
    assert "Traceback" not in seen.text


def test_a4_a_run_with_hostile_claims_ends_and_shows_them_as_they_are(tmp_path: Path) -> None:
    seen = in_terminal(toyland("run", "toyland", "--futures", "128", "--batch", "64", "--out", "r"), 120, tmp_path, {"TOYLAND": "hostile"})
    assert seen.status == 0, seen.text
    harmless(seen)
    for told in (
        "[/x] it holds",
        "so they say [sic], [bold]loudly[/bold]",
        r"\x1b[35mred\x1b]0;owned\x07",
        r"\u202egnp.exe\u2066",
        r"gone\rBEGUN :smile:",
    ):
        assert told in seen.flowing, seen.text


@pytest.mark.parametrize("words", [["ask", "r"], ["compare", "r", "stay", "leave"]], ids=" ".join)
def test_a4_answers_show_hostile_texts_as_they_are(words: list[str], hostile: Path) -> None:
    seen = in_terminal(toyland(*words), 80, hostile.parent)
    assert seen.status == 0, seen.text
    harmless(seen)
    assert all(told in seen.text for told in ("[/x]", "[sic]", "[bold]"))


NAME = "runs\x1b[35m\u202e[/x]\n"


@pytest.mark.parametrize(
    "words",
    [
        ["ask", NAME],
        ["ask", "nowhere" + NAME],
        ["compare", NAME, "stay", "lea\x1b[35mve"],
        ["ask", NAME, "--claim", "\x1b[35m[/x]"],
        ["\x1b[35mrun"],
        ["ask", NAME, "--\x1b[35m[/x]"],
    ],
    ids=["finds it", "finds nothing", "no such plan", "no such claim", "no such verb", "no such option"],
)
def test_a4_names_of_folders_plans_claims_verbs_and_options_are_printable(words: list[str], hostile: Path, tmp_path: Path) -> None:
    shutil.copytree(hostile, tmp_path / NAME)
    seen = in_terminal(toyland(*words), 80, tmp_path)
    assert seen.status in (0, 2)
    harmless(seen)


@pytest.mark.parametrize(
    "words", [["ask", "r"], ["compare", "r", "stay", "leave"], pytest.param(["report", "r"], marks=pytest.mark.slow)], ids=" ".join
)
def test_a4_a_strangers_run_folder_gives_no_orders_to_the_terminal(words: list[str], hostile: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(hostile, tmp_path / "r"))
    manifest = json.loads((folder / "manifest.json").read_text())
    bad = "stay\x1b]0;owned\x07\u202e[/x]"
    for plan in manifest["plans"]:
        plan["title"] = bad
    manifest |= {"title": bad, "scenario": bad, "patches": [bad]}
    (folder / "manifest.json").write_text(json.dumps(sealed(manifest)))
    harmless(in_terminal(toyland(*words), 80, tmp_path))


MARKUP = "A [/x] text [sic] so [bold]loud[/bold] :smile:"
OBEYED = r"A [/x] text \e[35mred\e]0;owned\a \u202egnp\u2066"


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The skeleton with hostile texts where a stranger's scenario has text: `markup`, and `obeyed`, which no verb should take."""
    import drawdown.scenario

    home = tmp_path_factory.mktemp("strangers")
    for name, text in (("markup", MARKUP), ("obeyed", OBEYED)):
        shutil.copytree(Path(drawdown.scenario.__file__).parent / "skeleton", home / name)
        for file, keys in (("scenario.yaml", "title"), ("claims.yaml", "text"), ("plans/leave.yaml", "title|sentence")):
            path = home / name / file
            told = path.read_text(encoding="utf-8")
            path.write_text(re.sub(rf"(?m)^( *)({keys}): .*$", lambda at, text=text: f'{at[1]}{at[2]}: "{text}"', told), encoding="utf-8")  # type: ignore[misc]  # bound now
    return home


@pytest.mark.parametrize("words", [["check"], ["claims"], ["plans"], ["plans", "leave"], ["show"]], ids=" ".join)
def test_a4_every_verb_on_a_strangers_scenario_is_harmless(words: list[str], strangers: Path) -> None:
    taken = in_terminal(drawdown(words[0], "markup", *words[1:]), 80, strangers)
    assert taken.status == 0, taken.text
    harmless(taken)
    if words[0] != "check":
        assert "[/x] text [sic]" in taken.flowing
    refused = in_terminal(drawdown(words[0], "obeyed", *words[1:]), 80, strangers)
    assert refused.status in (0, 2)
    harmless(refused)
