"""The report's charts as functions that return Altair charts, for notebooks, for `drawdown plot` and for the page itself.

Each takes an opened run (`drawdown.report.run.open_run`) first. The page embeds the same specifications and puts its compact data into
them, so what a notebook shows is what the page shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NotRequired, TypedDict

import numpy as np
import numpy.typing as npt

from drawdown.claims.decided import answered
from drawdown.report import answers as asked
from drawdown.report import endstates, fans
from drawdown.report.chart_style import styled
from drawdown.report.history import history
from drawdown.report.map_chart import who_rules
from drawdown.report.run import Array, RunView
from drawdown.vocabulary.units import unit_of

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

INK = "#1b1d21"  # of the page; its script gives the dark page another
# The page's marks as Vega names them.
SHAPES = {"triangle": "triangle-up", "ring": "circle"} | {s: s for s in ("circle", "square", "diamond", "cross", "triangle-down")}
STEPS = 9  # points along a ribbon of the flow chart


class FlowRow(TypedDict):
    """A bar of a year (to `year2`), or a point of a ribbon between years, from `low` to `high` of the futures."""

    plan: str
    kind: str
    year: float
    year2: NotRequired[float]
    low: float
    high: float
    category: str
    share: float
    id: str


def claims(run: RunView) -> alt.LayerChart | alt.FacetChart:
    """Probability of every claim under every plan, with 95% of the Monte Carlo error."""
    import altair as alt
    import pandas as pd

    text = {c.id: f"{c.number}  {c.text}" for c in run.scenario.claims}
    title = {p.id: p.name for p in run.plans}
    rows = [
        {"claim": text.get(a.claim, a.claim), "plan": title.get(a.plan, a.plan), "probability": a.probability, "low": a.low, "high": a.high}
        for a in asked.answers(run).values()
        if a.plan in title and answered(a)
    ]
    base = alt.Chart(pd.DataFrame(rows, columns=["claim", "plan", "probability", "low", "high"])).encode(
        y=alt.Y("claim:N", sort=list(text.values()), title=None, axis=alt.Axis(labelLimit=520)),
        yOffset=alt.YOffset("plan:N", sort=list(title.values())),
        color=_plan_colour(run),
    )
    whisker = base.mark_rule(opacity=0.6).encode(x=alt.X("low:Q", title="Probability", axis=alt.Axis(format="%")), x2="high:Q")
    dot = base.mark_point(filled=True, size=55, opacity=1).encode(
        x=alt.X("probability:Q", scale=alt.Scale(domain=[0, 1])),
        shape=alt.Shape("plan:N", scale=alt.Scale(domain=list(title.values()), range=[SHAPES[p.shape] for p in run.plans]), legend=None),
    )
    return styled(
        alt.layer(whisker, dot).properties(
            width=420, height={"step": 50, "for": "position"}, title=alt.TitleParams("How probable each claim is", anchor="start")
        )
    )


def fan(run: RunView, topic: str = "deaths", place: str | None = None, columns: int = 3, happened: bool = False) -> alt.FacetChart:
    """One series under every plan: median, central 50% and 90% of futures by week, with observed history where there is any.

    `topic` is an id of `drawdown.report.fans.topics(run)`; `place` narrows it to one place. `happened` draws, too, what was recorded
    after the origin, which nobody knew then.
    """
    import altair as alt
    import pandas as pd

    about = fans.topic(run, topic, place)
    past = None if place else history(run).get(topic)
    frames = [_fan_rows(run, fans.fan(run, about, plan.id), plan.name) for plan in run.plans]
    drawn = {"observed": past.rows if past else (), "happened": past.after if past and happened else ()}
    frames += [
        pd.DataFrame([{"date": d, "plan": plan.name, column: v} for d, v in rows]) for column, rows in drawn.items() for plan in run.plans
    ]
    where = f", {run.names.get(place, place)}" if place else ""
    data = alt.InlineData(_records(pd.concat(frames)))
    observed = tuple(column for column, rows in drawn.items() if rows)
    return fan_layout(run, data, about.label + where, about.counted_in, columns, observed, percent=unit_of(about.unit).percent)


def fan_layout(
    run: RunView, data: alt.Data, title: str, unit: str, columns: int, observed: tuple[str, ...] = (), *, percent: bool = False
) -> alt.FacetChart:
    """The fan chart over any data with columns date, plan, lo90, lo50, mid, hi50, hi90 and those named by `observed`.

    `observed` is what was recorded before the origin, in grey; `happened` what was recorded after it, dashed.
    """
    import altair as alt

    style = "%" if percent else ",~f"
    x = alt.X("date:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", labelFlush=True))
    y = alt.Y("lo90:Q", title=None, axis=alt.Axis(format=style, tickCount=4))
    colour = _plan_colour(run, legend=False)
    base = alt.Chart().encode(x=x, color=colour).transform_filter("isValid(datum.mid)")
    tips = [
        alt.Tooltip("date:T", title="Week of", format="%-d %B %Y"),
        alt.Tooltip("mid:Q", title="Median", format=",.3~r"),
        alt.Tooltip("lo90:Q", title="5%", format=",.3~r"),
        alt.Tooltip("hi90:Q", title="95%", format=",.3~r"),
    ]
    # Rows of different lines share dates: a line breaks at every row that is not its own, so each layer takes its own rows only.
    own = {column: alt.Chart().encode(x=x, y=f"{column}:Q").transform_filter(f"isValid(datum.{column})") for column in observed}
    seen = []
    if "observed" in own:
        seen.append(own["observed"].mark_line(strokeWidth=1.2).encode(color=alt.value("#777777")))
    if "happened" in own:
        seen.append(own["happened"].mark_line(strokeWidth=1.6, strokeDash=[5, 2]).encode(color=alt.value(INK)))
    layers = alt.layer(
        base.mark_area(opacity=0.18).encode(y=y, y2="hi90:Q"),
        base.mark_area(opacity=0.32).encode(y="lo50:Q", y2="hi50:Q"),
        base.mark_line(strokeWidth=2).encode(y="mid:Q"),
        *seen,
        base.mark_rule(opacity=0).encode(tooltip=tips),
    ).properties(width=260, height=150)
    titles = [plan.name for plan in run.plans]
    facet = alt.Facet("plan:N", sort=titles, title=None, header=alt.Header(labelFontWeight=600, labelAnchor="start", labelFontSize=13))
    chart = layers.facet(facet=facet, columns=columns, data=data).properties(title=alt.TitleParams(title, subtitle=unit, anchor="start"))
    return styled(chart)


def difference(run: RunView, plan: str, other: str, topic: str = "deaths", place: str | None = None) -> alt.LayerChart | alt.FacetChart:
    """`plan` minus `other` on the same futures by week: median, 50% and 90%; running totals where the series counts per week."""
    import altair as alt

    about = fans.topic(run, topic, place)
    titles = {p.id: p.name for p in run.plans}
    name = f"{titles[plan]} minus {titles[other]}"
    rows = _fan_rows(run, fans.paired(run, about, plan, other), name)
    return difference_layout(
        alt.InlineData(_records(rows)), f"{about.label}: {name}", fans.difference_unit(about), percent=unit_of(about.unit).percent
    )


def difference_layout(data: alt.Data, title: str, unit: str, *, percent: bool = False) -> alt.LayerChart | alt.FacetChart:
    """The paired-difference chart over data with columns date, lo90, lo50, mid, hi50, hi90."""
    import altair as alt

    style = "+.0%" if percent else "+,~f"
    x = alt.X("date:T", title=None, axis=alt.Axis(format="%Y", tickCount="year"))
    base = alt.Chart(data).encode(x=x)
    layers = alt.layer(
        base.mark_area(opacity=0.16, color="#555555").encode(
            y=alt.Y("lo90:Q", title=None, axis=alt.Axis(format=style, tickCount=5, labelExpr="datum.value == 0 ? '0' : datum.label")),
            y2="hi90:Q",
        ),
        base.mark_area(opacity=0.28, color="#555555").encode(y="lo50:Q", y2="hi50:Q"),
        base.mark_line(strokeWidth=2, color="#555555").encode(y="mid:Q"),
        alt.Chart().mark_rule(strokeDash=[4, 3], color="#888888").encode(y=alt.datum(0)),
    ).properties(width=640, height=200, title=alt.TitleParams(title, subtitle=unit, anchor="start"))
    return styled(layers)


def end_states(run: RunView, aspect: str = "form", columns: int = 3) -> alt.FacetChart:
    """How futures stand at the end of every year and how they flow between: one stream a plan; `aspect` is one of ASPECTS."""
    import altair as alt

    rows, categories = flow_rows(run, aspect)
    ribbons = any(r["kind"] == "ribbon" for r in rows)
    return flow_layout(run, alt.InlineData(rows), aspect, categories, columns, ribbons)


def flow_layout(
    run: RunView, data: alt.Data, aspect: str, categories: tuple[str, ...], columns: int, ribbons: bool = True
) -> alt.FacetChart:
    """The flow chart over data with columns plan, kind (bar or ribbon), year, year2, low, high, category, id, share."""
    import altair as alt

    colours = [light for light, _ in endstates.colours(run, aspect, categories)]

    colour = alt.Color(
        "category:N",
        title=None,
        scale=alt.Scale(domain=list(categories), range=colours),
        legend=alt.Legend(orient="top", columns=1, labelLimit=420, symbolType="square", symbolOpacity=1),
    )
    y = alt.Y("low:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=3, grid=False))
    x = alt.X(
        "year:Q",
        title=None,
        axis=alt.Axis(tickMinStep=1, format="~r", labelExpr="'year ' + datum.label", grid=False),
        scale=alt.Scale(zero=False),
    )
    tips = [alt.Tooltip("category:N", title="End state"), alt.Tooltip("share:Q", title="Share of futures", format=".0%")]
    between = alt.Chart().transform_filter("datum.kind == 'ribbon'").mark_area(opacity=0.35, interpolate="linear").encode(
        x=x, y=y, y2="high:Q", color=colour, detail="id:N", tooltip=tips
    )  # fmt: skip
    bars = alt.Chart().transform_filter("datum.kind == 'bar'").mark_rect(stroke="#ffffff", strokeWidth=0.5).encode(
        x=x, x2="year2:Q", y=y, y2="high:Q", color=colour, tooltip=tips
    )  # fmt: skip
    titles = [plan.name for plan in run.plans]
    facet = alt.Facet("plan:N", sort=titles, title=None, header=alt.Header(labelFontWeight=600, labelAnchor="start", labelFontSize=13))
    chart = (
        alt.layer(*([between] if ribbons else []), bars).properties(width=260, height=190).facet(facet=facet, columns=columns, data=data)
    )
    return styled(chart.properties(title=alt.TitleParams(endstates.ASPECTS[aspect], anchor="start")))


def flow_rows(run: RunView, aspect: str) -> tuple[list[FlowRow], tuple[str, ...]]:
    """Bars of each year and ribbons between years as plain rows, and the categories in the order in which they are stacked."""
    found, categories = endstates.flows(run, aspect)
    titles = {plan.id: plan.name for plan in run.plans}
    rank = {category: index for index, category in enumerate(categories)}
    rows: list[FlowRow] = []
    for f in found:
        codes = np.vectorize(rank.__getitem__, otypes=[int])(f.labels)
        rows += _stream(titles[f.plan], f.years, codes, categories)
    return rows, categories


def drivers(run: RunView, claim: str) -> alt.LayerChart | alt.FacetChart:
    """What moves a claim: its probability in the futures with the lowest and the highest third of each number, or by hypothesis."""
    import altair as alt
    import pandas as pd

    found = asked.drivers(run, claim)
    rows = [
        {"name": d.name, "low": d.low, "high": d.high, "grade": d.grade, "low_when": d.low_when, "high_when": d.high_when} for d in found
    ]
    table = pd.DataFrame(rows, columns=["name", "low", "high", "grade", "low_when", "high_when"])
    base = alt.Chart(table).encode(y=alt.Y("name:N", sort=[d.name for d in found], title=None, axis=alt.Axis(labelLimit=360)))
    x = alt.X("low:Q", title="Probability of the claim", axis=alt.Axis(format="%"), scale=alt.Scale(zero=False))
    line = base.mark_rule(strokeWidth=2, color="#888888").encode(x=x, x2="high:Q")
    low = base.mark_point(filled=False, size=70, color="#555555", opacity=1).encode(
        x=x, tooltip=["low_when:N", alt.Tooltip("low:Q", format=".0%")]
    )
    high = base.mark_point(filled=True, size=70, color="#555555", opacity=1).encode(
        x="high:Q", tooltip=["high_when:N", alt.Tooltip("high:Q", format=".0%")]
    )
    text = next((c.text for c in run.scenario.claims if c.id == claim), claim)
    return styled(alt.layer(line, low, high).properties(width=420, title=text))


CHARTS: dict[str, Callable[..., alt.TopLevelMixin]] = {
    "claims": claims, "fan": fan, "difference": difference, "end-states": end_states, "drivers": drivers, "who-rules": who_rules,
}  # fmt: skip


def _stream(plan: str, years: tuple[float, ...], codes: npt.NDArray[np.int_], categories: tuple[str, ...]) -> list[FlowRow]:
    """Stacked bars for each year of codes[year, future], and smooth ribbons for each move from one year to the next."""
    count = codes.shape[1]
    rows: list[FlowRow] = []
    width = 0.16 * (min(np.diff(years)) if len(years) > 1 else 1.0)
    tops = []
    for year, row in zip(years, codes, strict=True):
        sizes = np.bincount(row, minlength=len(categories)) / count
        edges = np.concatenate([[0.0], np.cumsum(sizes)])
        tops.append(edges)
        left, right = round(year - width / 2, 3), round(year + width / 2, 3)
        rows += [
            {"plan": plan, "kind": "bar", "year": left, "year2": right, "low": round(edges[c], 4), "high": round(edges[c + 1], 4),
             "category": categories[c], "share": round(float(sizes[c]), 4), "id": f"{year}:{c}"}
            for c in range(len(categories)) if sizes[c] > 0
        ]  # fmt: skip
    smooth = [(t, t * t * (3 - 2 * t)) for t in np.linspace(0, 1, STEPS)]
    for y in range(len(years) - 1):
        out, into = tops[y].copy(), tops[y + 1].copy()
        for a in range(len(categories)):
            for b in range(len(categories)):
                share = float(((codes[y] == a) & (codes[y + 1] == b)).sum() / count)
                if share == 0:
                    continue
                start, end = years[y] + width / 2, years[y + 1] - width / 2
                for t, s in smooth:
                    low = out[a] + s * (into[b] - out[a])
                    rows.append(
                        {"plan": plan, "kind": "ribbon", "year": round(start + t * (end - start), 3), "low": round(low, 4),
                         "high": round(low + share, 4), "category": categories[a], "share": round(share, 4), "id": f"{y}:{a}:{b}"}
                    )  # fmt: skip
                out[a] += share
                into[b] += share
    return rows


def _fan_rows(run: RunView, levels: Array, plan: str) -> pd.DataFrame:
    import pandas as pd

    lo90, lo50, mid, hi50, hi90 = (np.round(row, 4) for row in levels)
    return pd.DataFrame({"date": run.dates.astype(str), "plan": plan, "lo90": lo90, "lo50": lo50, "mid": mid, "hi50": hi50, "hi90": hi90})


def _records(rows: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(key): None if value != value else value for key, value in row.items()} for row in rows.to_dict("records")]


def _plan_colour(run: RunView, legend: bool = True) -> alt.Color:
    import altair as alt

    titles, colours = [p.name for p in run.plans], [p.colour for p in run.plans]
    kept = alt.Legend(title=None, orient="top", symbolType="circle") if legend else None
    return alt.Color("plan:N", scale=alt.Scale(domain=titles, range=colours), sort=titles, legend=kept)


__all__ = ["CHARTS", "claims", "difference", "drivers", "end_states", "fan", "who_rules"]
