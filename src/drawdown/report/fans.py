"""What the fan charts show: which series a run has, their quantiles over futures under each plan, and paired differences.

Quantiles are over the futures that the run kept in full; the same futures under every plan, so differences are taken future by future.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from drawdown.errors import DrawdownError
from drawdown.report.run import Array, RunView
from drawdown.vocabulary.units import unit_of

VIOLENCE = "Violence"  # heading of the series that count the dead, attacks and those who fled
CIVILIANS_AND_POLICE = "civilians_and_police"  # whom the press's record counts: the record is drawn over this series
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Topic:
    """One weekly series for the whole country or one place. `unit` is one of the vocabulary; `words` say it better here, if any."""

    id: str
    group: str
    label: str
    unit: str
    quantity: str
    member: str = ""
    words: str = ""
    place: str | None = None

    @property
    def flow(self) -> bool:
        """Whether it is counted anew every week, so that its difference is shown as a running total."""
        return unit_of(self.unit).flow

    @property
    def counted_in(self) -> str:
        """The unit as a reader is told it: `recorded deaths per week`, `share of residents`."""
        return self.words or unit_of(self.unit).told


def topics(run: RunView) -> tuple[Topic, ...]:
    """Every national series that the run kept, in reading order."""
    found = _deaths(run)
    if run.has("attacks"):
        found.append(Topic("attacks", VIOLENCE, "Attacks, all sides", "attacks per week", "attacks"))
    if run.has("control"):
        found += [Topic(f"rule:{r.id}", "Who rules", f"Under {r.name}", "share", "control", r.id, "share of residents") for r in run.rulers]
    if run.has("void"):
        found.append(Topic("void", "Who rules", "Ruled by nobody", "share", "void", words="share of residents"))
    if run.has("force"):
        found += [
            Topic(f"force:{a.id}", "Strength", run.names[a.id], "persons", "force", a.id, "persons under arms") for a in run.scenario.actors
        ]
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
        found.append(Topic("displaced", VIOLENCE, "People who fled their homes", "persons per week", "displaced"))
    return tuple(found)


def _deaths(run: RunView) -> list[Topic]:
    """Everything that counts the dead: all of it at the level that records count."""
    found = []
    if run.has("deaths"):
        found.append(Topic("deaths", VIOLENCE, "Recorded deaths, all", "deaths per week", "deaths"))
        kinds = {
            "state-based": "in fighting with the state",
            "non-state": "in fighting among armed groups",
            "one-sided": "in attacks on civilians",
        }
        known = _members(run, "violence")
        found += [
            Topic(f"deaths:{k}", VIOLENCE, f"Recorded deaths {v}", "deaths per week", "deaths", k) for k, v in kinds.items() if k in known
        ]
    if run.has("civilian_deaths"):
        found.append(Topic("civilian_deaths", VIOLENCE, "Recorded deaths of civilians", "deaths per week", "civilian_deaths"))
    if not run.has("fallen"):
        return found
    police = [a.id for a in run.scenario.actors if a.kind == "police"]
    if run.has("civilian_deaths") and police:  # whom a record from the press takes in
        found.append(Topic(CIVILIANS_AND_POLICE, VIOLENCE, "Recorded deaths of civilians and police", "deaths per week", "civilian_deaths"))
    foreign = [a.id for a in run.scenario.actors if a.kind == "foreign"]
    return found + [Topic(f"fallen:{a}", VIOLENCE, f"Recorded deaths of {run.names[a]}", "deaths per week", "fallen", a) for a in foreign]


def colour_of(run: RunView, topic: Topic) -> str | None:
    """Colour of the one actor (or ruler) whom a topic is about; None where it is about none or several."""
    rulers = {ruler.id: ruler.colour for ruler in run.rulers}
    return rulers.get(topic.member) if topic.quantity == "control" else run.actor_colours.get(topic.member)


def topic(run: RunView, topic_id: str, place: str | None = None) -> Topic:
    """The topic of that id, for the country or for one place.

    Raises KeyError, naming those there are, and DrawdownError where the run does not keep the series by place.
    """
    known = {t.id: t for t in topics(run)}
    if topic_id not in known:
        raise KeyError(f"no series '{topic_id}' in this run; there are: {', '.join(known)}")
    t = known[topic_id]
    if place and (t.id == CIVILIANS_AND_POLICE or run.kept is None or "place" not in run.kept[t.quantity].dims):
        raise DrawdownError(f"series '{topic_id}': it is not kept by place; leave the place out")
    return replace(t, place=place)


def paths(run: RunView, topic: Topic, plan: str) -> Array:
    """Every kept future's weekly series of a topic: [future, week]."""
    if topic.quantity == "control":
        actors = next(r.actors for r in run.rulers if r.id == topic.member)
        share = run.series("control", plan, actor=actors).sum("actor", skipna=False)
        return _over_places(run, share, topic.place)
    if topic.id == CIVILIANS_AND_POLICE:
        police = [a.id for a in run.scenario.actors if a.kind == "police"]
        fallen = run.series("fallen", plan, actor=police).sum("actor", skipna=False)
        both = run.series("civilian_deaths", plan).sum("place", skipna=False) + fallen
        return np.asarray(both.values, dtype=np.float64)
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


def fan(run: RunView, topic: Topic, plan: str) -> Array:
    """Quantiles over futures at 5, 25, 50, 75 and 95%: [level, week]; not a number where no future got so far."""
    return quantiles(paths(run, topic, plan))


def paired(run: RunView, topic: Topic, plan: str, other: str) -> Array:
    """Quantiles of `plan` minus `other` on the same futures: [level, week]; of the running totals where the topic is a flow."""
    return quantiles(difference(topic, paths(run, topic, plan), paths(run, topic, other)))


def difference(topic: Topic, first: Array, second: Array) -> Array:
    """Future-by-future difference of two sets of paths: [future, week]."""
    gap = first - second
    return np.cumsum(gap, axis=1) if topic.flow else gap


def difference_unit(about: Topic) -> str:
    """What the axis of a difference counts."""
    return f"difference so far, {unit_of(about.unit).total}" if about.flow else f"difference, {about.counted_in}"


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


def _over_places(run: RunView, share: object, place: str | None) -> Array:
    import xarray as xr

    assert isinstance(share, xr.DataArray)
    if place:
        return np.asarray(share.sel(place=place).values, dtype=np.float64)
    residents = run.residents
    if residents is None:
        return np.asarray(share.mean("place", skipna=False).values, dtype=np.float64)
    return np.asarray(((share * residents).sum("place", skipna=False) / residents.sum()).values, dtype=np.float64)


def _members(run: RunView, dim: str) -> list[str]:
    return [str(m) for m in run.kept[dim].values] if run.kept is not None and dim in run.kept.coords else []
