"""Which units become the six places of a small scenario, how many people live there, and which border on each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from drawdown.countries.known import Known
from drawdown.countries.slots import CAPITAL, PLACES, REGIONS, REST
from drawdown.countries.tables import PADDING, FilledTables, RestsOn, assumed
from drawdown.countries.world_data import CountryError, FirstLevelUnit

HALF_LIFE = 365.0  # days: of an event's weight where places are chosen (assumed)
CAPITAL_SHARE = 0.12  # of the people of a country (assumed: a tenth to a seventh live in the capital's unit)
LEAST_WEIGHT = 0.05  # of a place's share of violence that follows its people, not its events (assumed: records miss places)
_PEOPLE = assumed("no census by unit: the capital's an eighth, the others by the root of their area, known to a factor of 1.5 (assumed)")


@dataclass(frozen=True)
class Land:
    """Slot -> what fills it: the units behind it (empty: padding), its name, its residents."""

    units: Mapping[str, tuple[FirstLevelUnit, ...]]
    names: Mapping[str, str]
    residents: Mapping[str, float]

    def filled(self) -> tuple[str, ...]:
        """Slots that hold people."""
        return tuple(place for place in PLACES if self.residents[place] > 0)

    def slot_of(self, unit: str) -> str:
        """The slot in which a unit lies; a unit of no slot lies in the rest (where there is none: the capital)."""
        found = next((place for place, units in self.units.items() if any(u.id == unit for u in units)), None)
        return found or (REST if self.residents[REST] > 0 else CAPITAL)

    def shares(self, weights: Mapping[str, float], least: float = LEAST_WEIGHT) -> dict[str, float]:
        """Share of each filled slot: by weight, and for the part `least` by residents."""
        filled = self.filled()
        people = np.array([self.residents[p] for p in filled])
        weight = np.array([weights.get(p, 0.0) for p in filled])
        even: NDArray[np.float64] = people / people.sum()
        mixed = even if weight.sum() <= 0 else (1 - least) * weight / weight.sum() + least * even
        return {place: float(share) for place, share in zip(filled, mixed, strict=True)}


def land_of(known: Known) -> Land:
    """The capital's unit, the four with the most weight of deaths (then the largest), and the rest of the country."""
    people = population(known)
    capital = known.capital_unit
    if capital is None:
        # No polygons: the capital and the rest of the country, without borders.
        name = known.capital.name if known.capital is not None else "Capital"
        names = {CAPITAL: name, REST: f"The rest of {known.country}", **{r: f"Unused {r}" for r in REGIONS}}
        residents = {CAPITAL: people * CAPITAL_SHARE, REST: people * (1 - CAPITAL_SHARE), **dict.fromkeys(REGIONS, 0.0)}
        return Land(dict.fromkeys(PLACES, ()), names, residents)
    weight = unit_weights(known)
    others = sorted((u for u in known.units if u.id != capital.id), key=lambda u: (-weight.get(u.id, 0.0), -u.km2, u.id))
    chosen: dict[str, tuple[FirstLevelUnit, ...]] = {CAPITAL: (capital,)}
    chosen.update({slot: (unit,) for slot, unit in zip(REGIONS, others, strict=False)})
    chosen[REST] = tuple(others[len(REGIONS) :])
    units = {place: chosen.get(place, ()) for place in PLACES}
    roots = {place: sum(u.km2**0.5 for u in units[place]) for place in PLACES if place != CAPITAL}
    rest, whole = people * (1 - CAPITAL_SHARE), sum(roots.values())
    residents = {place: rest * root / whole if whole > 0 else 0.0 for place, root in roots.items()}
    residents[CAPITAL] = people - sum(residents.values())
    names = {place: _name(place, units[place], known) for place in PLACES}
    return Land(units, names, residents)


def _name(place: str, units: tuple[FirstLevelUnit, ...], known: Known) -> str:
    if place == REST:
        return f"The rest of {known.country}" if units else "Unused rest"
    return units[0].name if units else f"Unused {place}"


def unit_weights(known: Known) -> dict[str, float]:
    """Deaths by unit, older events weighing less; single events count with the root above ten dead, so that one does not choose a place."""
    placed = known.events[known.events["adm1_id"].notna()]
    dead = placed["best"].to_numpy(float)
    weights = np.minimum(dead, np.sqrt(10.0 * dead)) * 0.5 ** (placed["age"].to_numpy(float) / HALF_LIFE)
    found: dict[str, float] = {}
    for unit, value in zip(placed["adm1_id"], weights, strict=True):
        found[str(unit)] = found.get(str(unit), 0.0) + float(value)
    return found


def population(known: Known) -> float:
    """Residents in the last year that has them. Raises `CountryError` where none has."""
    counted = known.years[known.years["population"] > 0]
    if counted.empty:
        raise CountryError(f"{known.iso3}: got no population before {known.origin}; expected a row of country_year.csv.")
    return float(counted["population"].iloc[-1])


def fill(tables: FilledTables, land: Land, known: Known) -> None:
    """FilledTables of people and borders."""
    for place in PLACES:
        if land.residents[place] > 0:
            tables.put("population", (place,), land.residents[place], _PEOPLE, 1.5)
        else:
            tables.put("population", (place,), 0.0, PADDING)
    backing = RestsOn("B", "borders of first-level units, added up over those behind a place", "boundaries", "admin1_adjacency.csv")
    slot = {unit.id: place for place, units in land.units.items() for unit in units}
    lengths: dict[tuple[str, str], float] = {}
    for a, b, km in known.borders[["a", "b", "shared_border_km"]].itertuples(index=False):
        one, other = slot.get(str(a)), slot.get(str(b))
        if one is not None and other is not None and one != other:
            pair = (one, other) if PLACES.index(one) < PLACES.index(other) else (other, one)
            lengths[pair] = lengths.get(pair, 0.0) + float(km)
    if not lengths:
        filled = land.filled()
        for place in filled[1:]:
            tables.put("adjacency", (filled[0], place), 100.0, assumed("no polygons: every place borders on the capital (assumed)"))
    for pair, km in lengths.items():
        tables.put("adjacency", pair, max(km, 1.0), backing)
