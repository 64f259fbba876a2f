"""The command line, with the made-up engine behind it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from drawdown.cli import loading, main
from drawdown.cli.figures import percent, with_error

VERBS = ("list", "new", "check", "plans", "claims", "show", "run", "runs", "ask", "compare", "chronicle", "branch", "ablate", "demo")


@pytest.fixture
def toyland(fake: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Scenarios and engines are the made-up ones; the working directory is empty."""
    from drawdown.cli import running

    monkeypatch.chdir(tmp_path)
    for module in (loading, running):
        monkeypatch.setattr(module, "load_scenario", lambda *_, **__: fake.scenario())
        monkeypatch.setattr(module, "engine_of", lambda _: fake.FakeEngine())
    return tmp_path


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    out = capsys.readouterr().out
    assert "For example:" in out
    assert f"drawdown {verb}" in out


def test_help_starts_fast() -> None:
    """Half a second is the promise on an idle machine: counted in processor time, which the other work of a machine hardly moves."""
    script = "import sys; from drawdown.cli import main; sys.exit(main(['--help']))"

    def spent() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert any(spent() < 1.0 for _ in range(3))


@pytest.mark.slow
def test_run_ask_and_compare(toyland: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "toyland", "--futures", "70", "--seed", "5", "--batch", "64", "--out", "r"]) == 0
    captured = capsys.readouterr()
    assert "How likely each claim is (Toyland, 2007; 70 futures a plan, seed 5)" in captured.out
    assert "Claims that compare plans" in captured.out
    assert "How futures end, after 2 years" in captured.out
    assert "Futures behind it: stay 64." in captured.err
    assert max(map(len, captured.out.splitlines())) <= 100
    assert main(["ask", "r", "--claim", "1", "costly"]) == 0
    out = capsys.readouterr().out
    assert "Claim truce-holds" in out
    assert "Claim many-deaths" not in out
    assert main(["compare", "r", "stay", "leave"]) == 0
    out = capsys.readouterr().out
    assert "stay minus leave, the same futures under both" in out
    assert "recorded deaths, all" in out
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.slow
def test_quiet_says_only_where_the_results_lie(toyland: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", "toyland", "--futures", "70", "--batch", "64", "--out", "r", "--quiet"]
    assert main(words) == 0
    captured = capsys.readouterr()
    assert captured.out.split() == ["results", "r"]
    assert captured.err == ""
    assert main([*words, "--seed", "1"]) == 2
    assert "holds another run" in capsys.readouterr().err, "errors are still told"


@pytest.mark.slow
def test_a_long_run_is_announced_with_an_estimate(
    toyland: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAWDOWN_CACHE", str(toyland / "cache"))
    assert main(["run", "toyland", "--futures", "300", "--out", "r"]) == 0
    assert "How long this takes is not known" in capsys.readouterr().err
    paces = json.loads((toyland / "cache" / "paces.json").read_text(encoding="utf-8"))
    ((kind, pace),) = paces.items()
    (toyland / "cache" / "paces.json").write_text(json.dumps({kind: {**pace, "seconds_a_future": 1.0}}), encoding="utf-8")
    assert main(["run", "toyland", "--futures", "300", "--seed", "1", "--out", "s"]) == 0
    assert "This will take about 10 min once the model is compiled: 600 futures" in capsys.readouterr().err


def test_json_is_one_document_on_standard_output(toyland: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "toyland", "--plan", "stay", "leave", "--futures", "20", "--out", "r", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {c["claim"] for c in document["claims"]} == {"truce-holds", "many-deaths", "fewer-deaths", "costly", "no-matter"}
    assert main(["compare", "r", "leave", "stay", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["differences"]) == 3
    assert main(["ask", "r", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["end_states"]) == {"1", "2"}


def test_beside_the_share_of_futures_stands_what_such_shares_have_been_worth(
    toyland: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from drawdown.exam import calibration

    sure = calibration.LearnedMap(calibration.Map(0.5, 0.5, 0.0, {}), (), {})
    monkeypatch.setattr(calibration, "shipped", lambda: sure)
    assert main(["run", "toyland", "--plan", "stay", "leave", "--futures", "20", "--out", "r"]) == 0
    assert "10% came true in 25%" in " ".join(capsys.readouterr().out.split())
    assert main(["ask", "r", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (one,) = (c for c in document["claims"] if c["claim"] == "truce-holds" and c["plan"] == "stay")
    value, low, high = document["calibrated"]["truce-holds stay"]
    assert abs(value - 0.5) <= abs(one["probability"] - 0.5)
    assert low <= value <= high


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "toyland", "--plan", "leaf"], "Did you mean 'leave'?"),
        (["run", "toyland", "--futures", "0"], "futures: got 0"),
        (["run", "toyland", "--futures", "many"], "many"),
        (["run", "toyland", "--futrues", "3"], "--futures"),
        (["rum"], "run"),
        (["ask", "nowhere"], "is not a run folder"),
        (["run", "toyland", "--futures", "4", "--out", "/proc/nowhere/r"], "cannot write"),
        (["chronicle", "toyland", "--future", "-1"], "future: got -1"),
        (["chronicle", "toyland", "--since", "1999-01-01"], "the run covers"),
    ],
)
def test_bad_input_is_told_and_exits_with_2(toyland: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert said in captured.out + captured.err
    assert "Traceback" not in captured.err
    assert not (toyland / "runs").exists()


def test_claims_and_plans_that_a_run_has_not_are_told(toyland: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "toyland", "--futures", "4", "--out", "r"]) == 0
    capsys.readouterr()
    assert main(["ask", "r", "--claim", "truce-hold"]) == 2
    assert "Did you mean 'truce-holds'?" in capsys.readouterr().err
    assert main(["compare", "r", "stay", "leaf"]) == 2
    assert "Did you mean 'leave'?" in capsys.readouterr().err
    assert main(["ask", "r", "--year", "9"]) == 2
    assert "years 1 to 2" in capsys.readouterr().err
    assert main(["chronicle", "r", "--prior"]) == 2
    assert "its patches are fixed" in capsys.readouterr().err


def test_an_interruption_says_how_to_resume(toyland: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import drawdown.runs

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(drawdown.runs, "run", interrupted)
    assert main(["run", "toyland", "--plan", "stay", "--futures", "9", "--out", "my run"]) == 130
    assert "drawdown run toyland --plan stay --futures 9 --out 'my run'" in capsys.readouterr().err


def test_new_writes_a_skeleton_that_passes_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", str(tmp_path / "mine")]) == 0
    assert main(["check", str(tmp_path / "mine")]) == 0
    assert "no problem." in capsys.readouterr().out
    assert "\nid: mine\n" in (tmp_path / "mine" / "scenario.yaml").read_text(encoding="utf-8"), (
        "the id is the folder's name, as the help says"
    )
    assert main(["new", str(tmp_path / "mine")]) == 2
    assert "something of that name already" in capsys.readouterr().err
    assert main(["new", str(tmp_path / "Not An Id")]) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine"]


def test_check_reports_every_problem_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", str(tmp_path / "mine")]) == 0
    head = tmp_path / "mine" / "scenario.yaml"
    head.write_text(head.read_text(encoding="utf-8") + "\nsurprise: 1\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(tmp_path / "mine")]) == 2
    assert "scenario.yaml:" in (err := capsys.readouterr().err)
    assert "surprise" in err
    assert main(["check", str(tmp_path / "mine"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["problems"]


def test_list_names_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    assert "iraq-2007" in [s["id"] for s in json.loads(capsys.readouterr().out)]


@pytest.mark.parametrize(("share", "said"), [(0.0, "0"), (0.002, "0.2"), (0.62, "62"), (0.997, "99.7"), (1.0, "100"), (float("nan"), "-")])
def test_percentages_do_not_claim_certainty(share: float, said: str) -> None:
    assert percent(share) == said


def test_errors_stand_beside_percentages() -> None:
    assert with_error(0.62, 0.015) == "62 ±2"
    assert with_error(0.997, 0.002) == "99.7 ±0.2"


def test_public_names_load_when_used() -> None:
    import drawdown

    assert drawdown.DrawdownError.exit_code == 2
    assert set(drawdown.__all__) <= set(dir(drawdown))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        drawdown.nothing  # noqa: B018  # the access is the test
