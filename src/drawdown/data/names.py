"""Matches the makers' names of places and actors to a scenario's by an explicit table; what is not in it is counted, with suggestions.

Nothing is matched by likeness: a name either stands in the table (after `fold`) or it is reported, with the names that look like it.
Tables of a country lie with its case, in `cases/<country>/names.csv` (name, place): spellings of admin-1 units and their towns.
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from drawdown.data.loaded import Dropped, Loaded
from drawdown.data.problems import DataError

UNPLACED = "place is not in the table"
_ARTICLE = re.compile(r"\b(?:al|ar|as|ad|at|an|ash|el)[ -](?=\w)")
_BEARING = re.compile(r"\b(?:km|miles?|north|south|east|west|[ns][ew]|(?:north|south)(?:east|west)) of\b", re.IGNORECASE)
_KIND = re.compile(r"\b(?:governorate|province|provincial|district|city|municipality|muhafazat|wilayat)\b")


def fold(name: str) -> str:
    """Spelling without accents, case, apostrophes, hyphens, articles and words for `province`: `Al Ḥuṣn  province` gives `husn`."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"['’‘`ʿʾ´]", "", plain)
    plain = _KIND.sub(" ", _ARTICLE.sub("", re.sub(r"[-_]", " ", plain)))
    return " ".join(re.sub(r"[^\w ]", " ", plain).split())


@dataclass(frozen=True, slots=True)
class NameTable:
    """Folded name to the scenario's name."""

    names: Mapping[str, str]

    @staticmethod
    def of(pairs: Iterable[tuple[str, str]]) -> NameTable:
        """From pairs of (maker's name, scenario's name). Raises `DataError` if one name stands for two."""
        names: dict[str, str] = {}
        for given, own in pairs:
            folded = fold(given)
            if folded and names.setdefault(folded, own) != own:
                raise DataError.at("table of names", f"'{given}' stands for both '{names[folded]}' and '{own}'.")
        return NameTable(names)

    @staticmethod
    def read(path: Path | str) -> NameTable:
        """From a CSV with the columns name and place (or name and actor). Raises `DataError` with the line that is wrong."""
        path = Path(path)
        try:
            rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise DataError.at(path, f"cannot be read: {error}") from None
        if not rows or [c.strip() for c in rows[0]] not in (["name", "place"], ["name", "actor"]):
            raise DataError.at(path, "expected the header name,place or name,actor.", line=1)
        for number, row in enumerate(rows[1:], start=2):
            if len(row) != 2 or not all(c.strip() for c in row):
                raise DataError.at(path, f"got {len(row)} fields; expected a name and what it stands for.", line=number)
        return NameTable.of((row[0], row[1].strip()) for row in rows[1:])

    @staticmethod
    def of_country(country: str) -> NameTable:
        """The table that comes with the package. Raises `DataError` if there is none for the country."""
        cases = Path(__file__).parents[1] / "cases"
        path = cases / fold(country).replace(" ", "-") / "names.csv"
        if not path.is_file():
            known = ", ".join(sorted(p.parent.name for p in cases.glob("*/names.csv")))
            raise DataError.at("table of names", f"none for '{country}'; there is one for: {known}.", advice="Write a CSV (name, place).")
        return NameTable.read(path)

    def plus(self, other: NameTable) -> NameTable:
        """Both tables; `other` wins where they differ."""
        return NameTable({**self.names, **other.names})

    def to(self, places: Iterable[tuple[str, str, str]]) -> NameTable:
        """Turn a table of admin-1 names into one of a scenario's places, given as (id, name, admin1); parts of a unit go by their name.

        Where several places lie in one unit, the first that bears the unit's name, else the first, stands for it.
        """
        whole: dict[str, str] = {}
        own: dict[str, str] = {}
        for identifier, name, admin1 in places:
            own[fold(name)] = identifier
            own.setdefault(fold(identifier), identifier)
            if fold(name) == fold(admin1) or fold(admin1) not in whole:
                whole[fold(admin1)] = identifier
        return NameTable({**{k: whole[fold(v)] for k, v in self.names.items() if fold(v) in whole}, **whole, **own})

    def find(self, value: str, in_text: bool = False) -> str | None:
        """What `value` stands for. `in_text`: the last part of a description (`near Oldtown, north of B`) that names just one place."""
        exact = self.names.get(fold(value))
        if exact is not None or not in_text:
            return exact
        parts = [p for p in re.split(r"[,;(/]", value) if p.strip()]
        # "35 miles northeast of the capital" says where another town lies, so it speaks last.
        for _, part in sorted(enumerate(parts), key=lambda p: (_BEARING.search(p[1]) is not None, -p[0])):
            found = self._within(fold(part))
            if len(found) == 1:
                return found.pop()
            if found:
                return None
        return None

    def _within(self, words: str) -> set[str]:
        tokens = words.split()
        found: set[str] = set()
        at = 0
        while at < len(tokens):
            for length in (3, 2, 1):
                own = self.names.get(" ".join(tokens[at : at + length])) if at + length <= len(tokens) else None
                if own is not None:
                    found.add(own)
                    at += length - 1
                    break
            at += 1
        return found

    def suggest(self, value: str, most: int = 3) -> tuple[str, ...]:
        """Names in the table that look like `value`, best first."""
        near = difflib.get_close_matches(fold(value), list(self.names), n=most, cutoff=0.7)
        return tuple(dict.fromkeys(f"{n} ({self.names[n]})" for n in near))


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that is not in the table: how many rows bear it and what it may be."""

    name: str
    rows: int
    suggestions: tuple[str, ...]


def place(
    loaded: Loaded, table: NameTable, columns: Sequence[str] = ("adm_1",), *, in_text: bool = False, as_column: str = "place"
) -> tuple[Loaded, list[Unknown]]:
    """Add a column with the scenario's place, from the first of `columns` that the table knows; rows without one are dropped and counted.

    Returns the placed file and the names that were not found, most frequent first.
    """
    import pandas as pd

    known: dict[tuple[str, ...], str | None] = {}
    keys = [tuple(str(v) for v in row) for row in loaded.frame[list(columns)].itertuples(index=False)]
    for key in set(keys):
        known[key] = next((found for value in key if (found := table.find(value, in_text)) is not None), None)
    places = [known[key] for key in keys]
    missing = Counter(next((v for v in key if v), "(empty)") for key, found in zip(keys, places, strict=True) if found is None)
    frame = loaded.frame.copy()
    frame[as_column] = pd.Series(places, index=frame.index, dtype="str")
    frame = frame[frame[as_column].notna()].reset_index(drop=True)
    counts = dict(loaded.dropped.counts)
    if missing:
        counts[UNPLACED] = counts.get(UNPLACED, 0) + missing.total()
    unknown = [Unknown(name, rows, table.suggest(name)) for name, rows in missing.most_common()]
    return Loaded(loaded.source, frame, loaded.rows, Dropped(counts, loaded.dropped.examples), loaded.notes), unknown


def actors(loaded: Loaded, table: NameTable) -> tuple[Loaded, list[Unknown]]:
    """Add `actor_a` and `actor_b`, empty where the table does not know the side. No row is dropped; unknown names are returned."""
    frame = loaded.frame
    missing: Counter[str] = Counter()
    for side in ("a", "b"):
        given = [str(v) for v in frame[f"side_{side}"]]
        found = {name: table.find(name) for name in set(given)}
        missing.update(name for name in given if name and found[name] is None)
        frame = frame.assign(**{f"actor_{side}": [found[name] or "" for name in given]})
    unknown = [Unknown(name, rows, table.suggest(name)) for name, rows in missing.most_common()]
    return Loaded(loaded.source, frame, loaded.rows, loaded.dropped, loaded.notes), unknown
