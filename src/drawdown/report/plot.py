"""Any chart of a run as a PNG or SVG file, for `drawdown plot`."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from drawdown.errors import DrawdownError, expected_one_of
from drawdown.report import charts, endstates, fans
from drawdown.report.run import RunView, open_run

if TYPE_CHECKING:
    import altair as alt

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
    picture = path.suffix.lower() not in (".html", ".json")
    if picture and importlib.util.find_spec("vl_convert") is None:
        raise DrawdownError(f"{path}: drawing {path.suffix} needs vl-convert; run pip install vl-convert-python, or ask for .html")
    chart_name(chart)
    if not path.parent.is_dir():
        raise DrawdownError(f"{path.parent}: there is no such folder to write {path.name} to. Make it first.")
    drawn = _draw(open_run(Path(run_dir)), chart)
    if not picture:
        drawn.save(str(path))
        return path
    import vl_convert

    spec = drawn.to_json()
    if path.suffix.lower() == ".svg":
        path.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
    else:
        path.write_bytes(vl_convert.vegalite_to_png(spec, scale=SCALE))
    return path


def chart_name(chart: str) -> tuple[str, list[str]]:
    """The chart's own name, and what it is of. Raises DrawdownError for an unknown one."""
    name, *rest = chart.split(":")
    name = {"fans": "fan", "ends": "end-states", "map": "who-rules", "differences": "difference"}.get(name, name)
    if name not in charts.CHARTS:
        raise DrawdownError(f"chart: {expected_one_of(name, charts.CHARTS)}")
    return name, rest


def _draw(run: RunView, chart: str) -> alt.TopLevelMixin:
    name, rest = chart_name(chart)
    plans, claims = [p.id for p in run.plans], [c.id for c in run.scenario.claims]
    arguments: list[str | int]
    if name == "fan":
        arguments = _series(run, rest) if rest else []
    elif name == "difference":
        pair = rest[:2] if rest else plans[:2]
        arguments = [_known("plan", pair[0], plans), _known("plan", pair[1] if len(pair) > 1 else "", plans), *_series(run, rest[2:])]
    elif name == "who-rules":
        arguments = [_known("plan", rest[0] if rest else plans[0], plans), *(_week(run, rest[1]) if len(rest) > 1 else [])]
    elif name == "drivers":
        arguments = [_known("claim", rest[0] if rest else (claims or [""])[0], claims)]
    elif name == "end-states":
        arguments = [_known("aspect", rest[0], endstates.ASPECTS)] if rest else []
    else:
        arguments = []
    return charts.CHARTS[name](run, *arguments)


def _known(kind: str, name: str, names: Iterable[str]) -> str:
    if name not in names:
        raise DrawdownError(f"{kind}: {expected_one_of(name, names, 40)}")
    return name


def _series(run: RunView, rest: list[str]) -> list[str | int]:
    """A topic, whose id may hold a colon itself, and perhaps a place."""
    topics = [t.id for t in fans.topics(run)]
    if not rest:
        return []
    if ":".join(rest) in topics:
        return [":".join(rest)]
    if ":".join(rest[:-1]) in topics:
        return [":".join(rest[:-1]), _known("place", rest[-1], [p.id for p in run.scenario.places])]
    return [_known("series", ":".join(rest), topics)]


def _week(run: RunView, text: str) -> list[int]:
    weeks = len(run.dates)
    if not text.isdigit() or int(text) >= weeks:
        raise DrawdownError(f"week: got '{text}'; expected 0 to {weeks - 1}")
    return [int(text)]
