"""The verbs under `drawdown data`: list the public sources, get a file, check one that you have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from drawdown.terminal import console
from drawdown.terminal.json_document import print_json
from drawdown.terminal.progress import reported
from drawdown.terminal.sheet import Column, Sheet, drawn

if TYPE_CHECKING:
    from drawdown.data.loaded import Loaded
    from drawdown.data.names import Unknown

data = App(name="data", help="Public conflict data: list the sources, get a file, check one.")


def register(app: App) -> None:
    """Hang `data` under the main application. Errors leave as `DrawdownError`; the caller prints them and exits with their code."""
    app.command(data)


@data.command(name="list")
def list_(
    *, as_json: Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="Print JSON, for machines.")] = False
) -> None:
    """List the sources: name, what, licence, and whether a file is in the cache.

    For example:

      drawdown data list
    """
    from drawdown.data.fetch import cache_folder
    from drawdown.data.sources import discover

    rows = []
    for name, module in discover().items():
        source = module.SOURCE
        folder = cache_folder() / name
        cached = sorted(p.name for p in folder.glob("*") if not p.name.startswith(".") and p.suffix != ".json") if folder.is_dir() else []
        rows.append(
            {"name": name, "title": source.title, "licence": source.licence, "page": source.page, "cite": source.cite, "cached": cached}
        )
    if as_json:
        print_json(rows)
        return
    out = console()
    columns = (Column("name", unbroken=True), Column("what"), Column("licence"), Column("cached", unbroken=True))
    cells = tuple((str(r["name"]), str(r["title"]), str(r["licence"]), "yes" if r["cached"] else "") for r in rows)
    out.print(drawn(Sheet("", columns, cells), out))


@data.command
def get(
    name: str,
    *,
    file: Path | None = None,
    version: str | None = None,
    country: str | None = None,
    sha256: str | None = None,
    again: Annotated[bool, Parameter(negative="", show_default=False)] = False,
) -> None:
    """Get a source's file into the cache and print where it lies.

    For example:

      drawdown data get ucdp-ged

      drawdown data get geoboundaries --country IRQ

      drawdown data get acled --file ~/Downloads/export.csv

    Parameters
    ----------
    name
        A source, as `drawdown data list` names it.
    file
        Take this file instead of downloading.
    version
        The maker's version, as in the file's address (ucdp-ged: 261).
    country
        Three letters, where the source comes by country.
    sha256
        The checksum that the file must have.
    again
        Download even if the file is in the cache.
    """
    from drawdown.data.fetch import get as fetch
    from drawdown.data.sources import find

    module = find(name)
    source = module.SOURCE
    if file is not None:
        loaded = module.read(file)  # a wrong file is refused before it is kept
        print(f"{file}: {loaded.rows} rows read, {loaded.kept} kept, {loaded.dropped.total} dropped")
    with reported("kB") as report:
        report.enter(f"getting {name}")
        fetched = fetch(
            source,
            file=file,
            version=version,
            country=country,
            sha256=sha256,
            again=again,
            progress=lambda done, total: report.count(done // 1000, total // 1000) if total else None,
        )
    print(fetched.path)
    print(f"  sha256   {fetched.sha256} ({'cached, ' if fetched.cached else ''}{fetched.checked})")
    print(f"  licence  {source.licence}")
    print(f"  cite     {source.cite}")


@data.command
def check(
    file: Path,
    *,
    source: str | None = None,
    places: Path | None = None,
    country: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="Print JSON, for machines.")] = False,
) -> None:
    """Read a file and say what is in it: rows kept, rows dropped by reason, and place names that match nothing.

    For example:

      drawdown data check ged261-csv.zip

      drawdown data check export.csv --source acled --places names.csv

    Parameters
    ----------
    file
        A file of any of the sources.
    source
        Which one; found by its columns if not said.
    places
        A table (CSV: name, place) to match the file's places with.
    country
        Match with the table of names that comes with the package.
    """
    from drawdown.data.names import NameTable, place
    from drawdown.data.sources import find, guess

    name, loaded = (source, find(source).read(file)) if source is not None else guess(file)
    unknown: list[Unknown] = []
    if places is not None or country is not None:
        table = NameTable.of_country(country) if country is not None else NameTable({})
        table = table.plus(NameTable.read(places)) if places is not None else table
        columns = [c for c in ("adm_1", "where_coordinates", "name") if c in loaded.frame.columns]
        loaded, unknown = place(loaded, table, columns, in_text=find(name).SOURCE.places_in_text)
    if as_json:
        print_json(_summary(name, loaded, unknown))
    else:
        print(_text(name, loaded, unknown))


def _summary(name: str, loaded: Loaded, unknown: list[Unknown]) -> dict[str, object]:
    return {
        "source": name,
        "rows": loaded.rows,
        "kept": loaded.kept,
        "dropped": dict(loaded.dropped.counts),
        "notes": dict(loaded.notes),
        "unknown_places": [{"name": u.name, "rows": u.rows, "suggestions": list(u.suggestions)} for u in unknown],
    }


def _text(name: str, loaded: Loaded, unknown: list[Unknown]) -> str:
    lines = [f"{name}: {loaded.rows} rows read, {loaded.kept} kept, {loaded.dropped.total} dropped"]
    frame = loaded.frame
    if "date_start" in frame.columns and len(frame):
        lines.append(f"  dates    {frame['date_start'].min():%Y-%m-%d} to {frame['date_end'].max():%Y-%m-%d}")
    if "best" in frame.columns:
        lines.append(f"  deaths   best {int(frame['best'].sum())}, low {int(frame['low'].sum())}, high {int(frame['high'].sum())}")
    for reason, number in loaded.dropped.counts.items():
        line = loaded.dropped.examples.get(reason)
        lines.append(f"  dropped  {number} {reason}" + (f" (first at line {line})" if line else ""))
    lines += [f"  note     {number} {sentence}" for sentence, number in loaded.notes.items()]
    for u in unknown[:20]:
        lines.append(f"  place?   {u.name[:60]} ({u.rows} rows)" + (f": perhaps {', '.join(u.suggestions)}" if u.suggestions else ""))
    if len(unknown) > 20:
        lines.append(f"  place?   and {len(unknown) - 20} more")
    return "\n".join(lines)
