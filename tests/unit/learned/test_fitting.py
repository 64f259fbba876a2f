"""The fit: what it reads, whose errors it tells, and that it finds the process that made a panel."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from drawdown.learned.fitting import PRIOR, WIDTH, panel, sandwich
from drawdown.learned.likelihood import score


def test_nothing_from_the_day_on_is_read_and_small_troubles_are_left_out() -> None:
    months = [f"{y}-{m:02}" for y in (2006, 2007) for m in range(1, 13)]
    rows = [(c, month, float(d)) for c, d in (("AAA", 10), ("BBB", 1)) for month in months]
    rows += [("CCC", month, 1000.0 * (month >= "2007-09")) for month in months]
    countries, deaths = panel(pd.DataFrame(rows, columns=["iso3", "month", "total"]), "2007-09")
    assert countries == ("AAA",)
    assert deaths.shape == (20, 1)


def test_errors_are_those_of_clusters() -> None:
    """Two countries that say the same count as one: scores 2 and 2 against 2, curvature apart. H^-1 J H^-1 by hand."""
    found = sandwich(np.array([[4.0]]), np.array([[2.0], [-1.0]]))
    assert found[0] == pytest.approx(np.sqrt(5.0) / 4.0)
    flat = sandwich(np.array([[1e-9]]), np.array([[1e-3]]))
    assert flat[0] == pytest.approx(1e-3 * WIDTH**2)


@pytest.mark.slow
def test_the_score_prefers_the_process_that_made_the_record() -> None:
    """Records without falls are more probable where falls are rare; those that end are more probable where they are not."""
    import jax
    import jax.numpy as jnp

    probable = jax.jit(lambda process, deaths: score(process, deaths).sum())
    random = np.random.default_rng(4)
    lasting = random.negative_binomial(2, 2 / (2 + 100.0), size=(150, 3)).astype(float)
    ending = lasting.copy()
    ending[[60, 80, 100], [0, 1, 2]] = 0.0
    for country, month in enumerate((60, 80, 100)):
        ending[month:, country] = 0.0
    rare, common = PRIOR._replace(fall=-8.0, flare=-8.0), PRIOR._replace(fall=-3.0, flare=-8.0)
    assert float(probable(rare, jnp.asarray(lasting))) > float(probable(common, jnp.asarray(lasting)))
    assert float(probable(rare, jnp.asarray(ending))) < float(probable(common, jnp.asarray(ending)))
