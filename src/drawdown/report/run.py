"""A run as the report shows it: plans and actors with their names, colours and marks, beside what `drawdown.runs.Run` reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from drawdown.errors import expected_one_of
from drawdown.report.colours import PLAN_COLOURS, PLAN_SHAPES, actor_colour
from drawdown.runs import opened
from drawdown.runs.disk import StoreError
from drawdown.runs.format import ENSEMBLE
from drawdown.runs.model import model_digest
from drawdown.runs.schema import Manifest
from drawdown.scenario.library import shipped_folder
from drawdown.scenario.model import HOST_KINDS, political_names

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from drawdown.scenario.model import Actor, Community, Outsider, Place, Scenario

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
class RunView:
    """One run folder on the page. Charts and the page read from here and nowhere else; `store` is the folder as it is read."""

    store: opened.Run

    @property
    def folder(self) -> Path:
        return self.store.folder

    @property
    def manifest(self) -> Manifest:
        return self.store.manifest

    def text(self, name: str) -> str:
        """A text that the run wrote; empty where it wrote none of this name. Raises StoreError where it is damaged."""
        return self.store.text(name) if self.store.has(name) else ""

    def beside(self, name: str) -> Path | None:
        """A file that a reader or another command put into the run folder or, for a shipped scenario, beside it; None where it is not."""
        # A run keeps the scenario as resolved: what came with a shipped one lies with the original.
        places = (self.folder, shipped_folder(self.scenario.id))
        return next((place / name for place in places if place is not None and (place / name).is_file()), None)

    # --- what the scenario says -------------------------------------------------------------------------------------------------

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as resolved, its claims in the order of their numbers, in which they stand everywhere."""
        found = self.store.scenario
        return replace(found, claims=tuple(sorted(found.claims, key=lambda claim: claim.number)))

    @property
    def origin(self) -> date:
        return self.scenario.origin

    @property
    def of_another_model(self) -> bool:
        """Whether other source of the model made the run: its defaults may differ from those here, and its futures cannot be told again."""
        return self.manifest["model"] != model_digest()

    @cached_property
    def plans(self) -> tuple[PlanView, ...]:
        """Plans that the run has, in the manifest's order."""
        known = {plan.id: plan for plan in self.scenario.plans}
        views = []
        for index, plan_id in enumerate(self.store.plans):
            about = known.get(plan_id)
            light, dark = PLAN_COLOURS[index % len(PLAN_COLOURS)]
            shape = PLAN_SHAPES[index % len(PLAN_SHAPES)]
            title = about.title if about is not None and about.title else plan_id
            name = title if len(title) <= SHORT else plan_id.replace("-", " ").replace("_", " ").capitalize()
            views.append(PlanView(plan_id, name, title, about.sentence if about is not None else "", light, dark, shape))
        return tuple(views)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Name of every place, community, actor, sponsor and home government by id."""
        scenario = self.scenario
        named: tuple[Place | Community | Actor | Outsider, ...]
        named = (*scenario.places, *scenario.communities, *scenario.actors, *scenario.outsiders)
        return {one.id: one.name or one.id for one in named}

    @cached_property
    def political_names(self) -> Mapping[str, str]:
        """Whom every actor stands for where the question is who leads, by id."""
        return political_names(self.scenario.actors)

    @cached_property
    def actor_colours(self) -> Mapping[str, str]:
        """The one colour of every actor, by id: that of the ruler of which it is part, on the map and everywhere else."""
        return {actor: ruler.colour for ruler in self.rulers for actor in ruler.actors}

    @cached_property
    def rulers(self) -> tuple[Ruler, ...]:
        """Government first (army and police as one), then every other actor in the scenario's order."""
        actors = self.scenario.actors
        state = tuple(a.id for a in actors if a.kind in HOST_KINDS)
        parts: list[tuple[str, str, str, tuple[str, ...]]] = []
        if state:
            parts.append(("government", "Government (army and police)", "government", state))
        parts += [(a.id, a.name or a.id, a.kind, (a.id,)) for a in actors if a.id not in state]
        codes = _codes(["Government" if part[0] == "government" else part[1] for part in parts])
        return tuple(
            Ruler(part[0], part[1], code, part[2], part[3], actor_colour(index))
            for index, (part, code) in enumerate(zip(parts, codes, strict=True))
        )

    # --- what the futures say ---------------------------------------------------------------------------------------------------

    @property
    def futures(self) -> int:
        return self.store.futures

    @property
    def complete(self) -> bool:
        return self.store.complete

    @property
    def kept(self) -> xr.Dataset | None:
        """Full futures that the run kept, with dimensions plan, future, week and those of each quantity; None if there are none yet."""
        return self.store.kept

    @property
    def kept_futures(self) -> int:
        return int(self.kept.sizes["future"]) if self.kept is not None else 0

    @property
    def dates(self) -> npt.NDArray[np.datetime64]:
        """First day of every recorded week."""
        return self.store.week_dates

    def has(self, quantity: str) -> bool:
        """Whether the run kept full futures of a quantity."""
        return self.kept is not None and quantity in self.kept

    def series(self, quantity: str, plan: str, **members: str | list[str] | tuple[str, ...]) -> xr.DataArray:
        """Full futures of one quantity under one plan: DataArray[future, week, dims...], float32; `members` selects by id."""
        if self.kept is None or quantity not in self.kept:
            if self.kept is None:
                raise self.store.lacks(ENSEMBLE)
            raise StoreError(
                f"{self.folder}: quantity of the futures kept in full: {expected_one_of(quantity, [str(n) for n in self.kept])}"
            )
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

    @property
    def claims(self) -> pd.DataFrame:
        """Outcome of every claim: plan, future, claim, value (1, 0 or not a number), margin. Empty where there is none yet."""
        return self.store.claim_values

    @property
    def end_states(self) -> pd.DataFrame:
        """End state of every future at the end of every year: plan, future, week, year, form, self_rule, leader, war, foreign."""
        return self.store.end_state_values

    @property
    def draws(self) -> pd.DataFrame:
        """What every future drew: one row a future, one column an uncertain number."""
        return self.store.drawn

    @property
    def ablation(self) -> pd.DataFrame | None:
        """The ablation table, if `drawdown ablate` left one in the run folder. Raises StoreError where it is damaged."""
        return self.store.ablation


def open_run(folder: Path) -> RunView:
    """Open a run folder, as the store does. Raises StoreError, saying what is missing or damaged and what to do."""
    return RunView(opened.open_run(folder))


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
