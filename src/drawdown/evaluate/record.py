"""Weekly counts by admin-1 unit: of the recorded world, or of many simulated ones read as its source would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Record:
    """Weekly counts, each (week, place, future): deaths of civilians, incidents that killed a civilian, deaths in the week's largest
    incident, attacks on all sides. `foreign_deaths` is (week, future): soldiers of the foreign forces killed. NaN: not recorded."""

    places: tuple[str, ...]
    deaths: Floats
    incidents: Floats
    largest: Floats
    attacks: Floats
    foreign_deaths: Floats

    @property
    def futures(self) -> int:
        """How many worlds it holds."""
        return int(self.deaths.shape[-1])

    @staticmethod
    def join(parts: Sequence[Record]) -> Record:
        """Several batches of the same places and weeks as one."""
        counted = zip(*(part._counts for part in parts), strict=True)
        return Record(parts[0].places, *(np.concatenate(each, axis=-1) for each in counted))

    def of(self, futures: NDArray[np.intp]) -> Record:
        """The worlds with these indices, in their order."""
        return Record(self.places, *(each[..., futures] for each in self._counts))

    @property
    def _counts(self) -> tuple[Floats, ...]:
        return self.deaths, self.incidents, self.largest, self.attacks, self.foreign_deaths
