"""The benchmark compares like with like: three versions of one reduced model agree in distribution."""

from __future__ import annotations

import pytest

from bench.__main__ import SIGMAS, apart
from bench.country import country
from bench.measure import ends

WEEKS, PLACES, ACTORS = 104, 4, 4


@pytest.fixture(scope="module")
def versions() -> dict[str, dict[str, dict[str, tuple[float, float]]]]:
    from bench import agents, plain, reduced

    made = country(PLACES, ACTORS)
    return {
        "engine": {"ends": ends(reduced.run(reduced.engine(made, WEEKS), 256, seed=11))},
        "numpy": {"ends": ends(plain.run(made, WEEKS, 256, seed=12))},
        "mesa": {"ends": ends(agents.run(made, WEEKS, 40, seed=13))},
    }


@pytest.mark.statistical
@pytest.mark.parametrize(("one", "other"), [("engine", "numpy"), ("engine", "mesa"), ("numpy", "mesa")])
def test_versions_of_the_reduced_model_agree(versions: dict[str, dict[str, dict[str, tuple[float, float]]]], one: str, other: str) -> None:
    distances = dict(apart(versions[one], versions[other]))
    assert max(distances.values()) < SIGMAS, distances


@pytest.mark.statistical
def test_the_comparison_would_notice_a_difference(versions: dict[str, dict[str, dict[str, tuple[float, float]]]]) -> None:
    from bench import plain

    fewer = country(PLACES, ACTORS)
    fewer.hostility[:] *= 0.9
    other = {"ends": ends(plain.run(fewer, WEEKS, 256, seed=14))}
    assert max(distance for _, distance in apart(versions["engine"], other)) > SIGMAS
