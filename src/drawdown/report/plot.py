"""Any chart of a run as a PNG or SVG file, for `drawdown plot`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drawdown.errors import DrawdownError, expected_one_of
from drawdown.report import charts
from drawdown.report.run import Run, open_run

FORMATS = (".png", ".svg", ".html", ".json")
SCALE = 2.0  # pixels a point, so that a PNG is sharp in print


def write_plot(run_dir: Path, chart: str, out: Path) -> Path:
    """Write one chart; returns the path.

    `chart` names it and, after colons, what it is of: `claims`, `fan:TOPIC[:PLACE]`, `difference:PLAN:PLAN[:TOPIC]`,
    `end-states[:form|leader|war|foreign]`, `drivers:CLAIM`, `who-rules:PLAN[:WEEK]`. The ending of `out` says the format.
    Raises DrawdownError for an unknown chart, member or format.
    """
    path = Path(out)
    if path.suffix.lower() not in FORMATS:
        raise DrawdownError(f"format of {path}: {expected_one_of(path.suffix, FORMATS)}")
    drawn = _draw(open_run(Path(run_dir)), chart)
    if path.suffix.lower() in (".html", ".json"):
        drawn.save(str(path))
        return path
    try:
        import vl_convert
    except ImportError:
        raise DrawdownError(
            f"{path}: drawing {path.suffix} needs vl-convert; run pip install vl-convert-python, or ask for .html"
        ) from None
    spec = drawn.to_json()
    if path.suffix.lower() == ".svg":
        path.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
    else:
        path.write_bytes(vl_convert.vegalite_to_png(spec, scale=SCALE))
    return path


def _draw(run: Run, chart: str) -> Any:
    name, *rest = chart.split(":")
    name = {"fans": "fan", "ends": "end-states", "map": "who-rules", "differences": "difference"}.get(name, name)
    if name not in charts.CHARTS:
        raise DrawdownError(f"chart: {expected_one_of(name, charts.CHARTS)}")
    plans = [p.id for p in run.plans]
    if name == "difference" and not rest:
        rest = plans[:2]
    if name == "who-rules" and not rest:
        rest = plans[:1]
    if name == "drivers" and not rest:
        rest = [c["id"] for c in run.scenario.get("claims", ())][:1]
    wrong = [p for p in (rest[:2] if name == "difference" else rest[:1] if name == "who-rules" else []) if p not in plans]
    if wrong or (name == "difference" and len(rest) < 2):
        raise DrawdownError(f"plan of {run.folder}: {expected_one_of(wrong[0] if wrong else '', plans)}")
    try:
        arguments: list[Any] = [*rest[:1], int(rest[1])] if name == "who-rules" and len(rest) > 1 else rest
        return charts.CHARTS[name](run, *arguments)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise DrawdownError(f"chart '{chart}': {error.args[0] if error.args else error}") from error
