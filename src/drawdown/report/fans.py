"""What the fan charts show: which series a run has, their quantiles over futures under each plan, and paired differences.

Quantiles are over the futures that the run kept in full; the same futures under every plan, so differences are taken future by future.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drawdown.report.run import Array, Run

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Topic:
    """One weekly series for the whole country or one place. `flow`: counted per week, so its difference is shown as a running total."""

    id: str
    group: str
    label: str
    unit: str
    quantity: str
    member: str = ""
    flow: bool = False
    place: str | None = None


def topics(run: Run) -> tuple[Topic, ...]:
    """Every national series that the run kept, in reading order."""
    found: list[Topic] = []
    if run.has("deaths"):
        found.append(Topic("deaths", "Deaths", "All deaths", "deaths per week", "deaths", flow=True))
        kinds = {"state-based": "Deaths in fighting with the state", "non-state": "Deaths in fighting among armed groups",
                 "one-sided": "Deaths in attacks on civilians"}  # fmt: skip
        found += [
            Topic(f"deaths:{k}", "Deaths", v, "deaths per week", "deaths", k, flow=True)
            for k, v in kinds.items()
            if k in _members(run, "violence")
        ]
    if run.has("civilian_deaths"):
        found.append(Topic("civilian_deaths", "Deaths", "Civilian deaths", "deaths per week", "civilian_deaths", flow=True))
    if run.has("fallen"):
        foreign = [a for a, about in run.actors.items() if about.get("kind") == "foreign"]
        found += [Topic(f"fallen:{a}", "Deaths", f"{run.names[a]}: killed", "persons per week", "fallen", a, flow=True) for a in foreign]
    if run.has("attacks"):
        found.append(Topic("attacks", "Deaths", "Attacks, all sides", "attacks per week", "attacks", flow=True))
    if run.has("control"):
        found += [Topic(f"rule:{r.id}", "Who rules", f"Under {r.name}", "share of residents", "control", r.id) for r in run.rulers]
    if run.has("void"):
        found.append(Topic("void", "Who rules", "Ruled by nobody", "share of residents", "void"))
    if run.has("force"):
        found += [Topic(f"force:{a}", "Strength", str(run.names[a]), "persons under arms", "force", a) for a in run.actors]
    for home in _members(run, "home"):
        if run.has("home_support"):
            found.append(
                Topic(
                    f"home:{home}", "Home front and state", f"Support at home: {run.names.get(home, home)}", "share", "home_support", home
                )
            )
    if run.has("capability"):
        found.append(Topic("capability", "Home front and state", "Capacity of the host government", "index", "capability"))
    for community in _members(run, "community"):
        if run.has("autonomy"):
            found.append(
                Topic(
                    f"autonomy:{community}",
                    "Home front and state",
                    f"Self-rule: {run.names.get(community, community)}",
                    "index",
                    "autonomy",
                    community,
                )
            )
    if run.has("displaced"):
        found.append(Topic("displaced", "Deaths", "People who fled their homes", "persons per week", "displaced", flow=True))
    return tuple(found)


def topic(run: Run, topic_id: str, place: str | None = None) -> Topic:
    """The topic of that id, for the country or for one place. Raises KeyError, naming those there are."""
    known = {t.id: t for t in topics(run)}
    if topic_id not in known:
        raise KeyError(f"no series '{topic_id}' in this run; there are: {', '.join(known)}")
    t = known[topic_id]
    return Topic(t.id, t.group, t.label, t.unit, t.quantity, t.member, t.flow, place)


def paths(run: Run, topic: Topic, plan: str) -> Array:
    """Every kept future's weekly series of a topic: [future, week]."""
    if topic.quantity == "control":
        actors = next(r.actors for r in run.rulers if r.id == topic.member)
        share = run.series("control", plan, actor=actors).sum("actor", skipna=False)
        return _over_places(run, share, topic.place)
    data = run.series(topic.quantity, plan)
    if topic.quantity == "void":
        return _over_places(run, data, topic.place)
    for dim in data.dims[2:]:
        if dim == "place" and topic.place:
            data = data.sel(place=topic.place)
        elif topic.member and topic.member in data[dim].values:
            data = data.sel({dim: topic.member})
        else:
            data = data.sum(str(dim), skipna=False)
    return np.asarray(data.values, dtype=np.float64)


def fan(run: Run, topic: Topic, plan: str) -> Array:
    """Quantiles over futures at 5, 25, 50, 75 and 95%: [level, week]; not a number where no future got so far."""
    return quantiles(paths(run, topic, plan))


def paired(run: Run, topic: Topic, plan: str, other: str) -> Array:
    """Quantiles of `plan` minus `other` on the same futures: [level, week]; of the running totals where the topic is a flow."""
    return quantiles(difference(topic, paths(run, topic, plan), paths(run, topic, other)))


def difference(topic: Topic, first: Array, second: Array) -> Array:
    """Future-by-future difference of two sets of paths: [future, week]."""
    gap = first - second
    return np.cumsum(gap, axis=1) if topic.flow else gap


def difference_unit(about: Topic) -> str:
    """What the axis of a difference counts."""
    return "difference so far, " + about.unit.replace(" per week", "") if about.flow else "difference, " + about.unit


def quantiles(data: Array) -> Array:
    """LEVELS over the first axis, interpolated as numpy's default does, leaving out futures that had ended: [level, ...]."""
    ordered = np.sort(data, axis=0)  # puts not-a-number last, so that the known come first
    known = (~np.isnan(ordered)).sum(axis=0)
    out = np.empty((len(LEVELS), *data.shape[1:]))
    for row, level in enumerate(LEVELS):
        at = np.maximum(known - 1, 0) * level
        below = np.floor(at).astype(np.intp)
        above = np.minimum(below + 1, np.maximum(known - 1, 0))
        low = np.take_along_axis(ordered, below[None], axis=0)[0]
        high = np.take_along_axis(ordered, above[None], axis=0)[0]
        out[row] = low + (at - below) * (high - low)
    return out


def _over_places(run: Run, share: object, place: str | None) -> Array:
    import xarray as xr

    assert isinstance(share, xr.DataArray)
    if place:
        return np.asarray(share.sel(place=place).values, dtype=np.float64)
    residents = run.residents
    if residents is None:
        return np.asarray(share.mean("place", skipna=False).values, dtype=np.float64)
    return np.asarray(((share * residents).sum("place", skipna=False) / residents.sum()).values, dtype=np.float64)


def _members(run: Run, dim: str) -> list[str]:
    return [str(m) for m in run.kept[dim].values] if run.kept is not None and dim in run.kept.coords else []
