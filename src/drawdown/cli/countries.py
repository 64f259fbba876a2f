"""`country`: a small scenario of any country, written from world data."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from drawdown.errors import DrawdownError


def register(app: App) -> None:
    """Hang the verb under the application."""
    app.command(country)


def country(
    iso3: str,
    *,
    origin: date,
    data: Path,
    out: Path,
    exit_of: Annotated[str | None, Parameter(name="--exit")] = None,
) -> None:
    """Write a small scenario of a country from rows of world data that were known on a day: six places at most, in one structure for all.

    For example:

      drawdown country SOM --origin 2006-01-01 --data world --out som-2006

    Parameters
    ----------
    iso3
        The country, by its code of three letters.
    origin
        The first day of every future; of the data only rows dated before it are used.
    data
        Folder of world data.
    out
        Folder to make; it is an ordinary scenario folder.
    exit_of
        An exit of exits.csv: its force gets a foreign slot and a plan by which it leaves.
    """
    from drawdown import countries

    try:
        made = countries.write(out, countries.read(data), iso3.upper(), origin, exit_of)
    except OSError as error:
        raise DrawdownError(f"{out}\n  cannot write: {error.strerror or error}. Choose another folder.") from error
    print(f"{made}: a small scenario of {iso3.upper()}. Look at it, then: drawdown check {made}")
