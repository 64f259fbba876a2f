from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from drawdown.errors import DrawdownError
from drawdown.exam.forecast import Forecast
from drawdown.exam.origins import Origin, januaries
from drawdown.exam.outcomes import HORIZON
from drawdown.exam.sitting import sit
from drawdown.exam.store import store
from tests.unit.exam import world

ORIGINS = januaries(world.steady(AAA=50, BBB=60))[:6]


@dataclass
class Steady:
    """Answers with the level of the year before, and counts how often it was asked; breaks at the origin called `breaks`."""

    breaks: str = ""
    error: type[BaseException] = DrawdownError
    asked: list[str] = field(default_factory=list)

    key: str = "0123456789abcdef-and-more"

    def __call__(self, origin: Origin) -> Forecast:
        if origin.id == self.breaks:
            raise self.error(f"{origin.id}: nothing known")
        self.asked.append(origin.id)
        deaths = np.full((HORIZON, 5), origin.before / 12)
        return Forecast(deaths, {"capital": deaths > 1, "forces": np.arange(HORIZON)[:, None] + np.zeros(5) < 7})


def test_what_is_kept_is_read_back_as_it_was(tmp_path: Path) -> None:
    kept = store(tmp_path, "abc")
    made = Steady()(ORIGINS[0])
    kept.keep("x", made)
    found = kept.find("x")
    assert found is not None
    np.testing.assert_allclose(found.deaths, made.deaths)
    assert set(found.events) == {"capital", "forces"}
    for name, value in made.events.items():
        np.testing.assert_array_equal(found.events[name], value)
    assert [file.name for file in kept.folder.iterdir()] == ["x.npz"]


def test_a_stopped_exam_goes_on_where_it_was(tmp_path: Path) -> None:
    first = Steady(breaks=ORIGINS[3].id, error=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        sit(first, ORIGINS, store(tmp_path, first.key))
    second = Steady()
    counted: list[tuple[int, int]] = []
    sat = sit(second, ORIGINS, store(tmp_path, second.key), lambda done, of: counted.append((done, of)))
    assert set(second.asked) == {o.id for o in ORIGINS} - set(first.asked)
    assert list(sat.forecasts) == [o.id for o in ORIGINS]
    assert counted[-1] == (6, 6)
    third = Steady()
    again = sit(third, ORIGINS, store(tmp_path, third.key))
    assert not third.asked
    for name, forecast in again.forecasts.items():
        np.testing.assert_array_equal(forecast.deaths, sat.forecasts[name].deaths)


def test_other_source_or_parameters_do_not_mix(tmp_path: Path) -> None:
    sit(Steady(), ORIGINS, store(tmp_path, Steady.key))
    other = Steady(key="another")
    sit(other, ORIGINS, store(tmp_path, other.key))
    assert len(other.asked) == len(ORIGINS)


def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    kept = store(tmp_path, Steady.key)
    sit(Steady(), ORIGINS, kept)
    file = kept.file(ORIGINS[1].id)
    file.write_bytes(file.read_bytes()[:100])
    again = Steady()
    assert len(sit(again, ORIGINS, kept).forecasts) == len(ORIGINS)
    assert again.asked == [ORIGINS[1].id]


def test_an_origin_that_the_data_do_not_allow_is_told_and_stops_nothing(tmp_path: Path) -> None:
    sat = sit(Steady(breaks=ORIGINS[2].id), ORIGINS, store(tmp_path, "k"))
    assert sat.without == {ORIGINS[2].id: f"{ORIGINS[2].id}: nothing known"}
    assert len(sat.forecasts) == len(ORIGINS) - 1


def test_a_fault_of_the_program_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        sit(Steady(breaks=ORIGINS[2].id, error=ZeroDivisionError), ORIGINS, store(tmp_path, "k"))
