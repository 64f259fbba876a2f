"""What a forecast of a country holds, and who makes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from drawdown.exam.origins import Origin
from drawdown.exam.panel import Floats

Bools = NDArray[np.bool_]

# What a forecast may say besides deaths, each a bool [month, member] at the end of months 1 .. HORIZON.
EVENTS: Mapping[str, str] = {
    "capital": "rebels, or a rival, have taken the capital by force since the origin",
    "agreement": "the government and a rebel group have signed a peace agreement since the origin",
    "forces": "a foreign force or mission of 500 or more stands in the country in that month",
    "back": "a foreign force of 500 or more has come in that was not there, since the origin",
    "zone": "an armed rival has taken the place that was left, since the origin (exits)",
}


@dataclass(frozen=True, slots=True)
class Forecast:
    """`deaths` [month, member]: deaths of all types as they would be recorded, in months 1 .. HORIZON; `events[name]` as in EVENTS.

    An event that is not there is not forecast: its questions have no answer.
    """

    deaths: Floats
    events: Mapping[str, Bools] = field(default_factory=dict)


class Forecaster(Protocol):
    """Makes forecasts. `key` is a digest of all that decides them: source, parameters, seed, members."""

    @property
    def key(self) -> str: ...

    def __call__(self, origin: Origin) -> Forecast: ...
