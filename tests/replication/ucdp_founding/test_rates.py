"""New armed groups come as in all countries from 1989 to 2006, and are what they were; governments kill as many civilians as they did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from drawdown.countries.risers import OF_NEW_GROUPS
from tests.by_hand import mechanism
from tests.replication.foreign_forces.country_months import fitted

FIRST, LAST = 1989, 2006


@pytest.fixture(scope="module")
def fought(world: Path) -> pd.DataFrame:
    """Every active year of every group that fought a state, with the group's first."""
    years = pd.read_csv(world / "dyad_year.csv")
    years = years[years.type != "interstate"]
    return years.assign(iso3=years.iso3.str.split(";").str[0], first=years.groupby("dyad_id").year.transform("min"))


@pytest.fixture(scope="module")
def new(fought: pd.DataFrame) -> pd.DataFrame:
    """Groups whose first active year lies in the span, one row each."""
    return fought[(fought.year == fought["first"]) & (fought.year >= FIRST) & (fought.year <= LAST)].drop_duplicates("dyad_id")


def country_years(fought: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Years of countries whose state has fought a group before: `quiet`, ln(1 + years in between without one), and `y`, groups founded."""
    rows = []
    for code, active in fought.groupby("iso3").year.apply(set).items():
        for year in range(FIRST, LAST + 1):
            if before := [y for y in active if y < year]:
                founded = int(((new.iso3 == code) & (new.year == year)).sum())
                rows.append((code, np.log(year - max(before)), float(founded)))
    return pd.DataFrame(rows, columns=["iso3", "quiet", "y"])


def test_the_hazard_is_that_of_all_countries_and_fades_with_peace(fought: pd.DataFrame, new: pd.DataFrame) -> None:
    at_risk = country_years(fought, new)
    assert (len(at_risk), at_risk.iso3.nunique(), at_risk.y.sum()) == (1507, 91, 144)
    found = fitted(at_risk, ("quiet",), a_year=1.0)
    ranges = {p.name: p for p in mechanism("founding").params}
    for name, (estimate, error), best in (
        ("rate", found["constant"], np.log(ranges["rate"].best)),
        ("fade", found["quiet"], -ranges["fade"].best),
    ):
        assert best == pytest.approx(estimate, abs=0.5 * error), name
    rate, fade = ranges["rate"], ranges["fade"]
    assert np.log(rate.high / rate.low) > 2.0 * found["constant"][1]
    assert fade.high - fade.low > 2.0 * found["quiet"][1]


def test_new_groups_are_as_those_of_all_countries_were(world: Path, new: pd.DataFrame) -> None:
    coded = pd.read_csv(world / "dyads.csv").sort_values("startdate").drop_duplicates("dyad_id")
    coded = coded[coded.dyad_id.isin(new.dyad_id)]
    commanded = coded[coded.centcontrol.isin(["yes", "no"])]
    shares = {
        "contends": (new.incompatibility >= 2).mean(),
        "truce_prone": (commanded.centcontrol == "yes").mean(),
        "takes_ground": ((coded.terrcont == "yes") | coded.rebstrength.isin(["parity", "stronger", "much stronger"])).mean(),
    }
    assert shares == pytest.approx({trait: share for trait, (share, _) in OF_NEW_GROUPS.items()}, abs=0.01)


def test_governments_did_two_fifths_of_the_one_sided_killing(world: Path) -> None:
    """What `reprisals.army_share` is sized by: without the genocide of 1994, and of the countries with a hundred dead or more."""
    events = pd.concat([pd.read_parquet(file).assign(iso3=file.stem) for file in sorted((world / "events").glob("???.parquet"))])
    year = events.date_start.astype(str).str[:4].astype(int)
    killed = events[(events.type_of_violence == 3) & (year <= LAST) & ~((events.iso3 == "RWA") & (year == 1994))]
    state = killed.side_a.str.startswith("Government of")
    assert killed[state].best.sum() / killed.best.sum() == pytest.approx(0.41, abs=0.01)
    by = killed.assign(state=killed.best.where(state, 0.0)).groupby("iso3")[["best", "state"]].sum()
    shares = (by.state / by.best)[by.best >= 100]
    assert len(shares) == 43
    assert shares.quantile([0.25, 0.5, 0.75]).tolist() == pytest.approx([0.17, 0.62, 0.95], abs=0.01)
