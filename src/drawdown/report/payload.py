"""The data that the page carries: small facts as JSON at once, everything heavy packed, to be unpacked by the browser."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from drawdown.report import charts, endstates, fans, geography, rule
from drawdown.report.answers import Driver, unmoved
from drawdown.report.chronicles import Told
from drawdown.report.colours import NEUTRALS
from drawdown.report.fitted import fitted
from drawdown.report.history import RecordedSeries
from drawdown.report.map_chart import PALEST
from drawdown.report.numbers import StatedNumber
from drawdown.report.pack import Pack, Reference
from drawdown.report.run import Array, RunView
from drawdown.vocabulary.units import unit_of

if TYPE_CHECKING:
    import altair as alt

FAN_BITS, PLACE_BITS, LAYER_BITS = 10, 8, 7
MOST_PAIRS = 15
MOST_PLACES_WITH_FANS = 60
NOTHING_TOLD, NO_RECORD = Told(), MappingProxyType[str, RecordedSeries]({})


@dataclass(frozen=True, slots=True)
class Embedded:
    """Texts that the page carries: facts (JSON that may stand in a script element), arrays (see Pack), and gzipped JSON in base64."""

    facts: Markup
    pack: str
    bulk: str


def payload(
    run: RunView,
    numbers: Sequence[StatedNumber],
    drivers: Mapping[str, list[Driver]],
    chronicles: Told = NOTHING_TOLD,
    history: Mapping[str, RecordedSeries] = NO_RECORD,
) -> Embedded:
    """What the page's script reads."""
    pack = Pack()
    facts: dict[str, object] = {
        "dates": [str(d) for d in run.dates] if run.kept is not None else [],
        "plans": [{"id": p.id, "title": p.name, "full": p.title, "colour": p.colour, "dark": p.dark, "shape": p.shape} for p in run.plans],
        "rulers": [{"id": r.id, "name": r.name, "code": r.code, "colour": r.colour} for r in run.rulers],
        "actors": [{"id": a.id, "name": a.name, "colour": run.actor_colours[a.id]} for a in run.scenario.actors],
        "palest": PALEST,
        "neutrals": NEUTRALS,
        "kept": run.kept_futures,
        "shapes": geography.shapes(run),
    }
    bulk: dict[str, object] = {
        "chronicles": asdict(chronicles),
        "history": {topic: asdict(record) for topic, record in history.items()},
        "numbers": [_row(n) for n in numbers],
    }
    if run.kept is not None:
        facts["layers"] = _layers(run, pack)
        facts["places"] = [str(p) for p in run.kept["place"].values] if "place" in run.kept.coords else []
        national = _fans(run, pack)
        facts["fans"], facts["place_fans"] = asdict(national), _place_fans(run, pack)
        if run.plans and national.topics:
            # One layout for each set of lines: a line without data would make Vega warn.
            lines: list[tuple[str, ...]] = [(), ("observed",), ("happened",), ("observed", "happened")] if history else [()]
            facts["fan_charts"] = {"+".join(some): _bare(charts.fan_layout(run, _named("rows"), "", "", 3, some)) for some in lines}
            facts["difference_chart"] = _bare(charts.difference_layout(_named("rows"), "", ""))
    bulk["flows"] = _flows(run)
    facts["drivers"] = {claim: [asdict(d) for d in found] for claim, found in drivers.items()}
    facts["unmoved"] = {claim: unmoved(run, claim) for claim, found in drivers.items() if not found}
    facts["fitted_before"] = _fitted_before(run)
    return Embedded(htmlsafe_json_dumps(_clean(facts), _dumped), pack.text(), _zipped(bulk))


def _row(n: StatedNumber) -> list[object]:
    """What the page's table shows of a number, in the order in which its script takes it."""
    drawn = [n.name, n.under, n.best, n.low, n.high, n.drawn, n.undrawn, n.why]
    return [*drawn, n.unit, n.source, n.locator, n.grade, n.known_on, n.note, n.of]


def _fitted_before(run: RunView) -> bool:
    """Whether whatever was fitted saw nothing dated on or after the origin."""
    found = fitted(run)
    return found is None or found.none_after(run.origin)


def _layers(run: RunView, pack: Pack) -> dict[str, object]:
    """Map layers by plan; each array has the week last, where it compresses best."""
    layers: dict[str, dict[str, object]] = {"rule": {}, "deaths": {}, "forces": {}, "standing": {}}
    for plan in run.plans:
        if run.has("control"):
            layers["rule"][plan.id] = pack.add(rule.ruling(run, plan.id).transpose(1, 2, 0), LAYER_BITS, 0.0, 1.0)
        deaths = rule.deaths_rate(run, plan.id)
        if deaths is not None:
            layers["deaths"][plan.id] = pack.add(deaths.T, FAN_BITS, 0.0)
        forces = rule.forces(run, plan.id)
        if forces is not None:
            layers["forces"][plan.id] = [pack.add(actor.T, LAYER_BITS, 0.0) for actor in forces]
        standing = rule.standing(run, plan.id)
        if standing is not None:
            layers["standing"][plan.id] = [pack.add(actor.T, LAYER_BITS, -1.0, 1.0) for actor in standing]
    found: dict[str, object] = {name: value for name, value in layers.items() if value}
    if run.residents is not None:
        found["residents"] = [round(float(v)) for v in run.residents.values]
    return found


@dataclass(frozen=True, slots=True)
class _National:
    """Topics, their fans by plan, and the fans of paired differences."""

    topics: list[dict[str, object]] = field(default_factory=list)
    levels: dict[str, dict[str, Reference]] = field(default_factory=dict)
    pairs: dict[str, dict[str, Reference]] = field(default_factory=dict)


def _fans(run: RunView, pack: Pack) -> _National:
    """National fans and paired differences by topic."""
    national = _National()
    pairs = list(combinations([p.id for p in run.plans], 2))[:MOST_PAIRS]
    topics = fans.topics(run)
    every: dict[str, dict[str, Array]] = {topic.id: {} for topic in topics}
    for plan in run.plans:
        for topic in topics:  # topics of one quantity stand together, so that each is read once
            every[topic.id][plan.id] = fans.paths(run, topic, plan.id)
    for topic in topics:
        paths = every[topic.id]
        levels = {plan: fans.quantiles(values) for plan, values in paths.items()}
        if all(np.nanmax(np.abs(v), initial=0.0) == 0 for v in levels.values()):
            continue  # an actor that is nowhere in any future makes an empty chart
        national.topics.append({"id": topic.id, "group": topic.group, "label": topic.label, "unit": topic.counted_in,
                                "percent": unit_of(topic.unit).percent, "difference": fans.difference_unit(topic),
                                "colour": fans.colour_of(run, topic)})  # fmt: skip
        national.levels[topic.id] = {plan: pack.add(values, FAN_BITS) for plan, values in levels.items()}
        national.pairs[topic.id] = {
            f"{a}|{b}": pack.add(fans.quantiles(fans.difference(topic, paths[a], paths[b])), FAN_BITS) for a, b in pairs
        }
    return national


def _place_fans(run: RunView, pack: Pack) -> dict[str, list[dict[str, object]]]:
    """Deaths, void and every ruler that matters in the place, for each place: computed a quantity at a time, since reading is slow."""
    if run.kept is None or "place" not in run.kept.coords:
        return {}
    places = [str(p) for p in run.kept["place"].values][:MOST_PLACES_WITH_FANS]
    out: dict[str, list[dict[str, object]]] = {place: [] for place in places}
    wanted: dict[str, dict[str, list[Array]]] = {place: {} for place in places}
    for plan in run.plans:
        stacks: dict[str, Array] = {}
        if run.has("deaths"):
            stacks["deaths"] = run.series("deaths", plan.id).sum("violence", skipna=False).transpose("place", "future", "week").values
        if run.has("control"):
            for ruler, values in zip(run.rulers, run.ruled(plan.id).transpose("ruler", "place", "future", "week").values, strict=True):
                stacks[f"rule:{ruler.id}"] = values
        if run.has("void"):
            stacks["void"] = run.series("void", plan.id).transpose("place", "future", "week").values
        for topic, values in stacks.items():
            for index, place in enumerate(places):
                wanted[place].setdefault(topic, []).append(fans.quantiles(values[index]))
    labels = {"deaths": "Recorded deaths per week", "void": "Ruled by nobody"} | {f"rule:{r.id}": f"Under {r.name}" for r in run.rulers}
    colours = {f"rule:{r.id}": r.colour for r in run.rulers}
    for place, topics in wanted.items():
        for topic, levels in topics.items():
            top = max(float(np.nanmax(level[4], initial=0.0)) for level in levels)
            if topic.startswith("rule:") and max(float(np.nanmax(level[3], initial=0.0)) for level in levels) < 0.1:
                continue  # who never rules a tenth of the place, in a quarter of futures, is left out of its fans
            high = 1.0 if topic != "deaths" else max(top, 1.0)
            out[place].append({"label": labels[topic], "colour": colours.get(topic), "share": topic != "deaths", "high": high,
                               "plans": [pack.add(level, PLACE_BITS, 0.0, high) for level in levels]})  # fmt: skip
    return out


def _flows(run: RunView) -> dict[str, object]:
    found: dict[str, object] = {}
    for aspect in endstates.aspects(run):
        rows, categories = charts.flow_rows(run, aspect)
        layout = charts.flow_layout(run, _named("rows"), aspect, categories, 3, any(r["kind"] == "ribbon" for r in rows))
        final = [r for r in rows if r["kind"] == "bar" and r["year"] == max(b["year"] for b in rows if b["kind"] == "bar")]
        found[aspect] = {
            "title": endstates.ASPECTS[aspect], "rows": rows, "categories": list(categories), "chart": _bare(layout),
            "colours": endstates.colours(run, aspect, categories),
            "final": {plan.name: {r["category"]: r["share"] for r in final if r["plan"] == plan.name} for plan in run.plans},
        }  # fmt: skip
    return found


def _named(name: str) -> alt.NamedData:
    import altair as alt

    return alt.NamedData(name=name)


def _bare(chart: alt.FacetChart | alt.LayerChart) -> dict[str, object]:
    """The specification without data and without Altair's own style: the page brings both."""
    spec: dict[str, object] = chart.to_dict(validate=False)
    return {name: part for name, part in spec.items() if name not in ("datasets", "config")}


def _dumped(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _zipped(data: object) -> str:
    return base64.b64encode(gzip.compress(_dumped(_clean(data)).encode("utf-8"), compresslevel=9, mtime=0)).decode("ascii")


def _clean(data: object) -> object:
    """JSON has no NaN: it becomes null."""
    if isinstance(data, float):
        return data if np.isfinite(data) else None
    if isinstance(data, Mapping):
        return {str(key): _clean(value) for key, value in data.items()}
    if isinstance(data, Iterable) and not isinstance(data, (str, bytes)):
        return [_clean(item) for item in data]
    return data
