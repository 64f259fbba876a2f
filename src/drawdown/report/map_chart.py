"""The map of one week as a chart: who rules where, and in how many futures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drawdown.report import rule
from drawdown.report.chart_style import styled
from drawdown.report.geography import Polygons, Ring, features, tiles
from drawdown.report.run import RunView

if TYPE_CHECKING:
    import altair as alt

PALEST = 0.15  # strength of colour where hardly a future agrees: to be seen at all


def who_rules(run: RunView, plan: str, week: int = -1) -> alt.Chart | alt.LayerChart | alt.FacetChart:
    """Map of one week under one plan: whoever rules in more futures than anyone else by colour, how many by strength of colour."""
    import altair as alt
    import pandas as pd

    shares = rule.ruling(run, plan)[week]
    names = rule.state_names(run)
    colours = [*(r.colour for r in run.rulers), "#DDDDDD", "#777777"]
    most = shares.argmax(axis=-1)
    places = [str(p) for p in run.kept["place"].values] if run.kept is not None else []
    rows = pd.DataFrame(
        {"place": [run.names.get(p, p) for p in places], "ruler": [names[i] for i in most], "share": shares.max(axis=-1), "id": places}
    )
    colour = alt.Color("ruler:N", title="Rules in more futures than others", scale=alt.Scale(domain=list(names), range=colours))
    tips: list[str | alt.Tooltip] = ["place:N", "ruler:N", alt.Tooltip("share:Q", format=".0%", title="Share of futures")]
    shapes = features(run)
    when = str(run.dates[week])
    title = alt.TitleParams(f"Who rules, week of {when}", subtitle=next(p.name for p in run.plans if p.id == plan), anchor="start")
    if not shapes:
        grid = tiles(run)
        rows["x"], rows["y"] = [grid[p][0] for p in places], [grid[p][1] for p in places]
        base = alt.Chart(rows).encode(x=alt.X("x:O", axis=None), y=alt.Y("y:O", axis=None), tooltip=tips)
        tile = base.mark_rect().encode(color=colour, opacity=_pale("share:Q"))
        return styled(alt.layer(tile, base.mark_text(fontSize=10).encode(text="place:N")).properties(width=440, height=400, title=title))
    known = rows.set_index("id").to_dict("index")
    data = [
        {"type": "Feature", "geometry": _clockwise(geometry), "properties": known[place]}
        for place, geometry in shapes.items()
        if place in known
    ]
    chart = alt.Chart(
        alt.InlineData({"type": "FeatureCollection", "features": data}, format=alt.JsonDataFormat(property="features", type="json"))
    )
    drawn = chart.mark_geoshape(stroke="white").encode(
        color=alt.Color(
            "properties.ruler:N", title="Rules in more futures than others", scale=alt.Scale(domain=list(names), range=colours)
        ),
        opacity=_pale("properties.share:Q"),
        tooltip=["properties.place:N", "properties.ruler:N", alt.Tooltip("properties.share:Q", format=".0%")],
    )
    whole: alt.Chart = drawn.project("mercator").properties(width=460, height=460, title=title)
    return styled(whole)


def _pale(field: str) -> alt.Opacity:
    """The fewer futures agree, the paler: as the page's map has it."""
    import altair as alt

    scale = alt.Scale(domain=[PALEST, 1], range=[PALEST, 1], clamp=True)
    return alt.Opacity(field, scale=scale, legend=alt.Legend(title="In this share of futures", format=".0%", values=[0.25, 0.5, 0.75, 1]))


def _clockwise(polygons: Polygons) -> dict[str, object]:
    """Vega wants exterior rings clockwise, where GeoJSON (RFC 7946) has them counter-clockwise; otherwise a polygon fills the globe."""
    return {"type": "MultiPolygon", "coordinates": [[_wound(ring, i > 0) for i, ring in enumerate(part)] for part in polygons]}


def _wound(ring: Ring, hole: bool) -> Ring:
    xy = np.asarray([point[:2] for point in ring])
    area = float((xy[:-1, 0] * xy[1:, 1] - xy[1:, 0] * xy[:-1, 1]).sum())
    return ring[::-1] if (area > 0) != hole else ring
