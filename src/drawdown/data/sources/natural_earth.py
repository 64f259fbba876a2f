"""Natural Earth 1:10m admin-1: the whole world in one file, public domain, de-facto lines."""

from __future__ import annotations

from pathlib import Path

from drawdown.data.boundaries import read as read_boundaries
from drawdown.data.loaded import Loaded
from drawdown.data.sources import DataSource

SOURCE = DataSource(
    name="natural-earth",
    title="Natural Earth 1:10m admin 1 - states and provinces (GeoJSON)",
    maker="Natural Earth",
    licence="public domain",
    cite="Made with Natural Earth, naturalearthdata.com",
    page="https://www.naturalearthdata.com/downloads/10m-cultural-vectors/",
    url="https://raw.githubusercontent.com/nvkelso/natural-earth-vector/{version}/geojson/ne_10m_admin_1_states_provinces.geojson",
    how="",
    file="ne_10m_admin_1_states_provinces-{version}.geojson",
    version="v5.1.2",
)


def read(path: Path | str, *, country: str | None = None) -> Loaded:
    """Read a file; see `drawdown.data.boundaries.read`. `country` is the three-letter code (adm0_a3)."""
    return read_boundaries(SOURCE.name, Path(path), country)
