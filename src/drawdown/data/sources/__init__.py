"""One file per public source: `SOURCE` says what and where it is, `read(path, ...)` loads it. A new file here is a new source.

A source of one country alone stands with its case, in `cases/<country>/sources/`. `discover()` finds them all; `guess(path)` tells which
of them a file belongs to by its header.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from drawdown.data.loaded import Loaded
from drawdown.data.problems import DataError
from drawdown.errors import expected_one_of


@dataclass(frozen=True, slots=True)
class DataSource:
    """What `drawdown data list` shows and `drawdown data get` uses.

    `url` may hold {version} or {country}; empty means that the maker asks for an account or a form, and `how` says what to do.
    `sha256` gives the checksum by version where one is known; otherwise the first download's is kept and later ones are held to it.
    `places_in_text`: its places are descriptions in words, of which a name is a part.
    """

    name: str
    title: str
    maker: str
    licence: str
    cite: str
    page: str
    url: str
    how: str
    file: str
    version: str = ""
    sha256: Mapping[str, str] | None = None
    places_in_text: bool = False


class SourceModule(Protocol):
    """What each module of this package offers."""

    SOURCE: DataSource

    def read(self, path: Path | str) -> Loaded: ...


def discover() -> dict[str, SourceModule]:
    """Every source by name, sorted."""
    found: dict[str, SourceModule] = {}
    own = Path(__file__).parent
    package = own.parents[1]
    for folder in (own, *sorted((package / "cases").glob("*/sources"))):
        name = ".".join((package.name, *folder.relative_to(package).parts))
        for info in pkgutil.iter_modules([str(folder)]):
            module = importlib.import_module(f"{name}.{info.name}")
            found[module.SOURCE.name] = module
    return dict(sorted(found.items()))


def find(name: str) -> SourceModule:
    """The source of that name. Raises `DataError` with the nearest one."""
    sources = discover()
    if name not in sources:
        raise DataError.at("data source", expected_one_of(name, sources), advice="`drawdown data list` shows them.")
    return sources[name]


def guess(path: Path) -> tuple[str, Loaded]:
    """Try every source on a file and keep the one that keeps most rows; where two do, the one whose file names begin like this one's.

    Raises `DataError` with what the nearest source misses if none reads it.
    """
    best: tuple[tuple[int, bool], str, Loaded] | None = None
    refusals: list[DataError] = []
    for name, module in discover().items():
        try:
            loaded = module.read(path)
        except DataError as error:
            refusals.append(error)
            continue
        beginning = module.SOURCE.file.split("{")[0]
        rank = (loaded.kept, path.name.startswith(beginning))
        if best is None or rank >= best[0]:
            best = (rank, name, loaded)
    if best is None:
        raise min(refusals, key=lambda error: len(error.problems))
    return best[1], best[2]
