"""geoBoundaries: admin boundaries by country, open licence."""

from __future__ import annotations

from pathlib import Path

from drawdown.data.boundaries import read as read_boundaries
from drawdown.data.loaded import Loaded
from drawdown.data.sources import DataSource

SOURCE = DataSource(
    name="geoboundaries",
    title="geoBoundaries gbOpen, admin 1, one country (--country IRQ)",
    maker="geoBoundaries, William & Mary",
    licence="CC BY 4.0 for the collection; each country's file names its own",
    cite="Runfola et al. 2020, PLoS ONE 15(4): e0231866",
    page="https://www.geoboundaries.org/",
    url="https://github.com/wmgeolab/geoBoundaries/raw/main/releaseData/gbOpen/{country}/ADM1/geoBoundaries-{country}-ADM1_simplified.geojson",
    how="",
    file="geoBoundaries-{country}-ADM1_simplified.geojson",
)


def read(path: Path | str, *, country: str | None = None) -> Loaded:
    """Read a file; see `drawdown.data.boundaries.read`. `country` is the three-letter code."""
    return read_boundaries(SOURCE.name, Path(path), country)
