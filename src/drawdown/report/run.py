"""A run folder as the report sees it: read-only, lazy, tolerant of what an unfinished or tiny run does not have yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from drawdown.report.colours import PLAN_COLOURS, PLAN_SHAPES, actor_colour
from drawdown.runs import opened
from drawdown.runs.disk import StoreError
from drawdown.scenario.model import political_names
from drawdown.vocabulary.violence import VIOLENCE

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from drawdown.scenario.model import Scenario

Array = npt.NDArray[np.float64]

RECENT = 3  # quantities held in memory at a time
SHORT = 16  # characters that a plan's name may have over a narrow chart


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with the colour and mark that it wears all over the page; `name` is its title or, where that is long, its id in words."""

    id: str
    name: str
    title: str
    sentence: str
    colour: str
    dark: str
    shape: str


@dataclass(frozen=True, slots=True)
class Ruler:
    """Whoever may rule a place: one armed actor, or army and police together as the government. `code` labels the map."""

    id: str
    name: str
    code: str
    kind: str
    actors: tuple[str, ...]
    colour: str


@dataclass(frozen=True)
class Run:
    """One run folder, opened. Charts and the page read from here and nowhere else; every file is held against its sum first."""

    folder: Path
    manifest: Mapping[str, Any]
    scenario: Mapping[str, Any]

    @cached_property
    def store(self) -> opened.Run:
        """The same folder as the store opens it."""
        return opened.Run(self.folder, self.manifest)

    def text(self, name: str) -> str:
        """A text that the run wrote; empty where it wrote none of this name. Raises StoreError where it is damaged."""
        return self.store.text(name) if self.store.has(name) else ""

    # --- what the scenario says -------------------------------------------------------------------------------------------------

    @cached_property
    def origin(self) -> date:
        return date.fromisoformat(str(self.scenario["origin"])[:10])

    @cached_property
    def resolved(self) -> Scenario:
        """The scenario as an object; `open_run` has it already."""
        from drawdown.scenario.model import Scenario
        from drawdown.scenario.resolved import decode

        found: Scenario = decode(Scenario, self.scenario, "scenario")
        return found

    @property
    def of_another_model(self) -> bool:
        """Whether other source of the model made the run: its defaults may differ from those here, and its futures cannot be told again."""
        from drawdown.runs.model import model_digest

        return bool(self.manifest.get("model") != model_digest())

    @cached_property
    def plans(self) -> tuple[PlanView, ...]:
        """Plans that the run has, in the manifest's order."""
        known = {plan["id"]: plan for plan in self.scenario.get("plans", ())}
        views = []
        for index, plan_id in enumerate(plan_ids(self.manifest) or list(known)):
            about = known.get(plan_id, {})
            light, dark = PLAN_COLOURS[index % len(PLAN_COLOURS)]
            shape = PLAN_SHAPES[index % len(PLAN_SHAPES)]
            title = str(about.get("title") or plan_id)
            name = title if len(title) <= SHORT else plan_id.replace("-", " ").replace("_", " ").capitalize()
            views.append(PlanView(plan_id, name, title, str(about.get("sentence") or ""), light, dark, shape))
        return tuple(views)

    @cached_property
    def places(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.scenario.get("places", ()))

    @cached_property
    def actors(self) -> Mapping[str, Mapping[str, Any]]:
        return {actor["id"]: actor for actor in self.scenario.get("actors", ())}

    @cached_property
    def labels(self) -> Mapping[str, list[str]]:
        """Members of each dimension by name, as the scenario orders them."""
        ids = {kind: [item["id"] for item in self.scenario.get(kind, ())] for kind in ("places", "communities", "actors")}
        outside = {role: [o["id"] for o in self.scenario.get("outsiders", ()) if o.get("role") == role] for role in ("sponsor", "home")}
        dyads = [" - ".join(pair) for pair in self.scenario.get("dyads", ())]
        return {
            "place": ids["places"],
            "neighbour": ids["places"],
            "community": ids["communities"],
            "actor": ids["actors"],
            "target": ids["actors"],
            "dyad": dyads,
            "violence": list(VIOLENCE),
            "rival": outside["sponsor"],
            **outside,
        }

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Name of every place, community, actor, sponsor and home government by id."""
        kinds = ("places", "communities", "actors", "outsiders")
        return {item["id"]: item.get("name") or item["id"] for kind in kinds for item in self.scenario.get(kind, ())}

    @cached_property
    def political_names(self) -> Mapping[str, str]:
        """Whom every actor stands for where the question is who leads, by id."""
        return political_names(self.resolved.actors)

    @cached_property
    def actor_colours(self) -> Mapping[str, str]:
        """The one colour of every actor, by id: that of the ruler of which it is part, on the map and everywhere else."""
        return {actor: ruler.colour for ruler in self.rulers for actor in ruler.actors}

    @cached_property
    def rulers(self) -> tuple[Ruler, ...]:
        """Government first (army and police as one), then every other actor in the scenario's order."""
        state = tuple(a["id"] for a in self.actors.values() if a.get("kind") in ("army", "police"))
        parts: list[tuple[str, str, str, tuple[str, ...]]] = []
        if state:
            parts.append(("government", "Government (army and police)", "government", state))
        parts += [(a["id"], a.get("name") or a["id"], a.get("kind", ""), (a["id"],)) for a in self.actors.values() if a["id"] not in state]
        codes = _codes(["Government" if part[0] == "government" else part[1] for part in parts])
        return tuple(
            Ruler(part[0], part[1], code, part[2], part[3], actor_colour(index))
            for index, (part, code) in enumerate(zip(parts, codes, strict=True))
        )

    # --- what the futures say ---------------------------------------------------------------------------------------------------

    @cached_property
    def futures(self) -> int:
        return int(self.manifest.get("futures", 0) or 0)

    @cached_property
    def complete(self) -> bool:
        return str(self.manifest.get("status", "")) == "complete"

    @cached_property
    def kept(self) -> xr.Dataset | None:
        """Full futures that the run kept, with dimensions plan, future, week and those of each quantity; None if there are none yet."""
        if not self.complete:
            return self._kept_so_far()
        if not self.store.has("ensemble.zarr"):
            return None
        data = self.store.ensemble()
        return data if data.sizes.get("week", 0) and data.sizes.get("future", 0) else None

    def _kept_so_far(self) -> xr.Dataset | None:
        if not any(self._parts.values()):
            return None
        from drawdown.mechanism import discover, variables
        from drawdown.report import unfinished

        dims = {name: variable.dims for name, variable in variables(discover()).items()}
        return unfinished.kept(self._parts, dims, self.labels, self._mondays(int(self.manifest["weeks"])))

    @cached_property
    def _parts(self) -> dict[str, tuple[Mapping[str, Any], ...]]:
        """Of an unfinished run, what each plan's finished batches hold."""
        from drawdown.report import unfinished

        return {plan.id: unfinished.parts(self.folder, plan.id, self.store.digest) for plan in self.plans}

    @cached_property
    def kept_futures(self) -> int:
        return int(self.kept.sizes["future"]) if self.kept is not None else 0

    @cached_property
    def dates(self) -> npt.NDArray[np.datetime64]:
        """Monday of every recorded week; taken from the store, or counted from the origin."""
        if self.kept is not None and "week" in self.kept.coords and np.issubdtype(self.kept["week"].dtype, np.datetime64):
            return self.kept["week"].values.astype("datetime64[D]")
        return self._mondays(int(self.kept.sizes["week"]) if self.kept is not None else int(self.scenario.get("weeks", 0)))

    def _mondays(self, weeks: int) -> npt.NDArray[np.datetime64]:
        monday = np.datetime64(self.origin, "D") - np.timedelta64(self.origin.weekday(), "D")
        return monday + 7 * np.arange(weeks).astype("timedelta64[D]")

    def has(self, quantity: str) -> bool:
        """Whether the run kept full futures of a quantity."""
        return self.kept is not None and quantity in self.kept

    def series(self, quantity: str, plan: str, **members: str | list[str] | tuple[str, ...]) -> xr.DataArray:
        """Full futures of one quantity under one plan: DataArray[future, week, dims...], float32; `members` selects by id."""
        if self.kept is None or quantity not in self.kept:
            have = ", ".join(sorted(str(name) for name in self.kept)) if self.kept is not None else "none"
            raise StoreError(f"{self.folder}: no full futures of '{quantity}' were kept (kept: {have}); run with --keep {quantity}")
        data = self._recent.get((quantity, plan))
        if data is None:
            data = self.kept[quantity].sel(plan=plan).transpose("future", "week", ...).astype("float32").load()
            while len(self._recent) >= RECENT:  # reading is slow and memory is short: keep what was read last
                del self._recent[next(iter(self._recent))]
            self._recent[quantity, plan] = data
        for dim, member in members.items():
            data = data.sel({dim: list(member) if isinstance(member, tuple) else member})
        return data

    @cached_property
    def _recent(self) -> dict[tuple[str, str], xr.DataArray]:
        return {}

    @cached_property
    def residents(self) -> xr.DataArray | None:
        """Mean residents by place at the start, for weights and rates; None where the run did not keep them."""
        if not self.has("residents"):
            return None
        first = self.series("residents", self.plans[0].id).isel(week=0).mean("future")
        return first.sum("community") if "community" in first.dims else first

    def ruled(self, plan: str) -> xr.DataArray:
        """Share of residents under each ruler: DataArray[ruler, future, week, place]."""
        import xarray as xr

        control = self.series("control", plan)
        parts = [control.sel(actor=list(ruler.actors)).sum("actor", skipna=False) for ruler in self.rulers]
        joined: xr.DataArray = xr.concat(parts, dim="ruler", coords="minimal", compat="override")
        return joined.assign_coords(ruler=[ruler.id for ruler in self.rulers])

    @cached_property
    def claims(self) -> pd.DataFrame:
        """Outcome of every claim: plan, future, claim, value (1, 0 or not a number), margin. Empty where there is none yet."""
        if not self.complete:
            from drawdown.report import unfinished

            return unfinished.claims(self._parts)
        table: pd.DataFrame = self.store.table("claims").to_pandas()
        return table.assign(plan=table["plan"].astype(str), claim=table["claim"].astype(str))

    @cached_property
    def end_states(self) -> pd.DataFrame:
        """End state of every future at the end of every year: plan, future, week, year, form, self_rule, leader, war, foreign."""
        if not self.complete:
            from drawdown.report import unfinished

            weeks = int(self.manifest["weeks"])
            return unfinished.end_states(self._parts, self.labels["actor"], self.labels["community"], weeks)
        table: pd.DataFrame = self.store.table("endstates").to_pandas()
        return table.astype({column: object for column in table.columns if str(table[column].dtype) == "category"})

    @cached_property
    def draws(self) -> pd.DataFrame:
        """What every future drew: one row a future, one column an uncertain number."""
        import pandas as pd

        drawn: pd.DataFrame = self.store.table("draws").to_pandas() if self.complete else pd.DataFrame(columns=["future"])
        return drawn

    @cached_property
    def ablation(self) -> pd.DataFrame | None:
        """The ablation table, if `drawdown ablate` left one in the run folder. Raises StoreError where it is damaged."""
        from drawdown.runs.effects import read_effects

        found = read_effects(self.folder / "ablation.parquet")
        return found if found is not None and len(found) else None


def plan_ids(manifest: Mapping[str, Any]) -> list[str]:
    """Ids of the plans of a run: the manifest lists ids, or objects with an id."""
    return [plan["id"] if isinstance(plan, dict) else str(plan) for plan in manifest.get("plans", ())]


def open_run(folder: Path) -> Run:
    """Open a run folder, as the store does. Raises StoreError, saying what is missing or damaged and what to do."""
    found = opened.open_run(folder)
    text = found.text("scenario/scenario.json")
    scenario = found.scenario  # of this version, in every part
    stored = json.loads(text)
    # Claims stand in the order of their numbers everywhere; runs of older versions stored them as they were written.
    run = Run(found.folder, found.manifest, {**stored, "claims": sorted(stored["claims"], key=lambda claim: int(claim["number"]))})
    in_order = tuple(sorted(scenario.claims, key=lambda claim: claim.number))
    run.__dict__.update(store=found, resolved=replace(scenario, claims=in_order))  # read once
    return run


def _codes(names: list[str]) -> list[str]:
    """Short labels for the map: initials of the words that matter, made unique by more letters."""
    codes: list[str] = []
    for name in names:
        words = [word for word in name.replace("-", " ").split() if word.lower() not in ("in", "of", "the", "and")]
        code = "".join(word[0] for word in words).upper() if len(words) > 1 else name[:3].capitalize()
        while code in codes:
            code = code + (words[-1][len(code) % len(words[-1])] if words else "x")
        codes.append(code)
    return codes
