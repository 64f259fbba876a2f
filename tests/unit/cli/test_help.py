"""What the help says holds: every example is a command that the application takes, about things that are there; no word is said twice."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from cyclopts import App

from drawdown.cli import app, main
from drawdown.cli.application import EPILOGUE
from drawdown.scenario.model import Scenario

RUN = re.compile(r"runs/[a-z-]+")  # the run folders of the examples: of what `new` writes
TELLING = ("chronicle", "branch", "ablate")  # of a scenario or a run, which they call their source
SWITCHES_OFF = ("--no-simulator",)


def verbs(of: App = app, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every verb, those of `data` by two words."""
    for name in of:
        if not name.startswith("-"):
            below = list(verbs(of[name], (*words, name)))
            yield from below or [(*words, name)]


def help_of(words: tuple[str, ...]) -> str:
    """The docstring that the help of a verb is made from."""
    found: App = app
    for word in words:
        found = found[word]
    assert found.default_command is not None
    return found.default_command.__doc__ or ""


def examples() -> Iterator[str]:
    """Every example of the application and of every verb; those joined by && one by one."""
    for text in (EPILOGUE, *(help_of(words) for words in verbs())):
        for line in text.splitlines():
            if line.strip().startswith("drawdown "):
                command = re.split(r"\s{3,}", line.strip())[0]  # what stands to the right explains it
                yield from (one.strip() for one in command.split("&&"))


@lru_cache
def scenario(name: str) -> Scenario:
    """The scenario that an example speaks of: `my-scenario`, which `new` writes, and runs are of it."""
    from drawdown.scenario.load import load

    path = files("drawdown.scenario") / "skeleton" if name.strip("./") == "my-scenario" or RUN.fullmatch(name) else name
    return load(str(path), check_mechanisms=False)


def test_there_are_examples_for_every_verb() -> None:
    for words in verbs():
        mine = [e for e in examples() if shlex.split(e)[1 : 1 + len(words)] == list(words)]
        assert mine, f"{' '.join(words)} has no example"


@pytest.mark.parametrize("command", sorted(set(examples())))
def test_help_has_no_failing_examples(command: str) -> None:
    _, bound, _ = app.parse_args(shlex.split(command)[1:], exit_on_error=False, print_error=False)
    given: dict[str, Any] = bound.arguments
    about = given.get("run") or given.get("scenario") or (given.get("source") if command.split()[1] in TELLING else None)
    known = scenario(str(about)) if about is not None else None
    for name, value in given.items():
        for word in value if isinstance(value, list) else [value]:
            check(name, word, known)


def check(name: str, word: Any, known: Scenario | None) -> None:
    """Raises AssertionError where an argument of an example names what is not there."""
    from drawdown.report.plot import chart_name

    if name in ("plan", "to", "a", "b") and known is not None:
        assert word in [p.id for p in known.plans] or word == "my-plan.yaml", word
    elif name == "claim" and known is not None:
        assert word in [c.id for c in known.claims] or word in [str(c.number) for c in known.claims], word
    elif name == "only":
        assert word in [f.name.removesuffix(".py") for f in files("drawdown.mechanisms").iterdir()], word
    elif name == "patch" and known is not None:
        assert (Path(str(files("drawdown.scenario") / "skeleton")) / "patches" / f"{Path(word).stem}.yaml").is_file(), word
    elif name == "at" and known is not None:
        assert 0 <= (word - known.origin).days // 7 < known.weeks
    elif name == "what" and known is not None:
        from drawdown.cli.showing import shown

        assert shown(known, word).sheets
    elif name == "chart":
        _, of = chart_name(word)
        assert known is not None
        assert all(part in [p.id for p in known.plans] or part.isdigit() for part in of), word


def test_help_examples_would_be_found_wanting() -> None:
    with pytest.raises(AssertionError):
        check("claim", "militia-rules-south", scenario("my-scenario"))


@pytest.mark.parametrize("words", list(verbs()), ids=" ".join)
def test_help_of_a_verb_has_only_its_own_examples_and_no_switch_twice(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.count("For example:") == 1
    assert "Examples:" not in out
    assert "Exit status" not in out
    told = [option for option in re.findall(r"--no-[a-z-]+", out) if option not in SWITCHES_OFF]
    assert not told, told
    assert "default: False" not in out


def test_the_reference_of_the_command_line_has_no_switch_twice_either() -> None:
    text = app.generate_docs(output_format="markdown", heading_level=1, max_heading_level=4)
    assert {option for option in re.findall(r"--no-[a-z-]+", text) if not option.startswith("--no-cover")} <= set(SWITCHES_OFF)
    assert "completion" in text


def test_the_application_still_has_its_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert "drawdown ask runs/first" in out
    assert "Exit status" in out


# One thing, one name, over all verbs. What takes several is named in the singular: --plan stay leave-now.
KINDS = {
    "as_of": ("date",), "as_json": ("bool",), "claim": ("list", "str"), "country": ("str",), "data": ("Path",), "future": ("int",),
    "futures": ("int",), "origin": ("date", "list"), "out": ("Path",), "patch": ("list",), "plan": ("list", "str"), "prior": ("bool",),
    "run": ("Path",), "scenario": ("str",), "seed": ("int",), "weeks": ("int",), "workers": ("int",),
}  # fmt: skip


def test_options_have_the_same_name_and_kind_in_every_verb() -> None:
    for words in verbs():
        found: App = app
        for word in words:
            found = found[word]
        for argument in found.assemble_argument_collection():
            name, kind = argument.field_info.name, str(argument.hint)
            assert not re.search(r"^(plans|claims|origins|leads|patches|json)$", name), (words, name)
            if name in KINDS:
                assert any(k in kind for k in KINDS[name]), (words, name, kind)
            if name == "as_json":
                assert argument.names[0] == "--json", words
            if name == "as_of":
                assert argument.names == ("--as-of",), words


def test_list_says_what_an_example_may_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    assert "iraq-2007" in [s["id"] for s in json.loads(capsys.readouterr().out)]
