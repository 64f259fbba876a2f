"""What happened besides deaths, from the tables of the world data: agreements, capitals taken, foreign forces, exits and what followed.

All of it is told from an origin on: bool [month], month 1 being that of the origin, in the words of `drawdown.exam.forecast.EVENTS`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from drawdown.exam.forecast import Bools
from drawdown.exam.origins import Origin
from drawdown.exam.outcomes import HORIZON
from drawdown.exam.panel import ExamError, world_folder

LEAST_FORCE = 500  # persons of one mission or sender
Month = np.datetime64


def month_of(text: str) -> Month | None:
    """The month of a date such as 1996-09-26; None where there is none."""
    return np.datetime64(text[:7], "M") if len(text) >= 7 else None


@dataclass(frozen=True, slots=True)
class Sequel:
    """What followed an exit, as coded by hand. Months from the exit, inf where it did not come; NaN: no government was left behind.

    `taken`: a rival took the capital, or the zone that was left; `national`: the exit was of a country or its capital, not of a zone;
    `back`: foreign combat forces came in, these or others.
    """

    id: str
    iso3: str
    force: str
    date: str
    national: bool
    taken: float
    back: float
    note: str


@dataclass(frozen=True)
class Happened:
    """The tables, read once. Raises ExamError where one is missing or lacks a column."""

    data: Path

    def _rows(self, name: str, *columns: str) -> list[dict[str, str]]:
        path = world_folder(self.data) / f"{name}.csv"
        if not path.is_file():
            raise ExamError(f"{path}: no such table; the questions of the exam need it")
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            lacking = sorted(set(columns) - set(reader.fieldnames or ()))
            if lacking:
                raise ExamError(f"{path}: lacks the columns {', '.join(lacking)}")
            return list(reader)

    @cached_property
    def _terminations(self) -> list[dict[str, str]]:
        needed = ("iso3", "type", "incompatibility", "start_date", "end_date", "outcome", "ended")
        return [row for row in self._rows("terminations", *needed) if "internal" in row["type"]]

    @cached_property
    def rebel_victories(self) -> Mapping[str, tuple[Month, ...]]:
        """By country, the months in which a rebel group won a war over the government."""
        won: dict[str, list[Month]] = {}
        for row in self._terminations:
            month = month_of(row["end_date"])
            if row["outcome"] == "rebel victory" and row["incompatibility"] != "territory" and month is not None:
                for iso3 in row["iso3"].split(";"):
                    won.setdefault(iso3, []).append(month)
        return {iso3: tuple(sorted(months)) for iso3, months in won.items()}

    @cached_property
    def _contests(self) -> Mapping[str, tuple[tuple[Month, Month], ...]]:
        """By country, from when to when a rebel group fought over the government."""
        spells: dict[str, list[tuple[Month, Month]]] = {}
        for row in self._terminations:
            start, end = month_of(row["start_date"]), month_of(row["end_date"])
            if row["incompatibility"] != "territory" and start is not None:
                for iso3 in row["iso3"].split(";"):
                    spells.setdefault(iso3, []).append((start, end if end is not None else np.datetime64("9999-12", "M")))
        return {iso3: tuple(found) for iso3, found in spells.items()}

    @cached_property
    def _agreements(self) -> Mapping[str, tuple[Month, ...]]:
        signed: dict[str, list[Month]] = {}
        for row in self._rows("peace_agreements", "iso3", "pa_date"):
            month = month_of(row["pa_date"])
            if month is not None:
                for iso3 in row["iso3"].split(";"):
                    signed.setdefault(iso3, []).append(month)
        return {iso3: tuple(sorted(months)) for iso3, months in signed.items()}

    @cached_property
    def _forces(self) -> Mapping[str, frozenset[Month]]:
        """By country, the months in which a mission or force of LEAST_FORCE or more was counted; monthly records alone, which are whole."""
        there: dict[str, set[Month]] = {}
        for row in self._rows("foreign_troops", "iso3", "period", "freq", "persons"):
            if row["freq"] == "month" and row["persons"] and float(row["persons"]) >= LEAST_FORCE:
                for iso3 in row["iso3"].split(";"):
                    there.setdefault(iso3, set()).add(np.datetime64(row["period"][:7], "M"))
        return {iso3: frozenset(months) for iso3, months in there.items()}

    @cached_property
    def sequels(self) -> Mapping[str, Sequel]:
        """What followed each exit, by its id."""
        scope = {row["id"]: row["scope"] for row in self._rows("exits", "id", "scope")}
        found = {}
        for row in self._rows("exit_outcomes", "id", "iso3", "force", "exit_date", "takeover_24m", "fall_month", "return_month", "note"):
            without = row["takeover_24m"] == "" and row["fall_month"] == ""
            found[row["id"]] = Sequel(
                row["id"],
                row["iso3"],
                row["force"],
                row["exit_date"],
                scope.get(row["id"], "national") in ("national", "capital"),
                float("nan") if without else float(row["fall_month"] or "inf"),
                float(row["return_month"] or "inf"),
                row["note"],
            )
        return found

    def contested(self, iso3: str, month: Month) -> bool:
        """Whether, on the first of the month, a rebel group was fighting over the government."""
        return any(start < month <= end for start, end in self._contests.get(iso3, ()))

    def forces_there(self, iso3: str, month: Month) -> bool:
        """Whether a foreign force or mission of LEAST_FORCE or more stood there in a month."""
        return month in self._forces.get(iso3, frozenset())

    def events(self, origin: Origin) -> dict[str, Bools]:
        """`capital`, `agreement`, `back` (since the origin, by the end of each month) and `forces` (in each month), bool [month]."""
        months = origin.month + np.arange(HORIZON)
        there = np.array([self.forces_there(origin.iso3, month) for month in months])
        before = np.concatenate([[self.forces_there(origin.iso3, months[0] - np.timedelta64(1, "M"))], there[:-1]])
        return {
            "capital": _since(self.rebel_victories.get(origin.iso3, ()), months),
            "agreement": _since(self._agreements.get(origin.iso3, ()), months),
            "forces": there,
            "back": np.logical_or.accumulate(there & ~before),
        }


def _since(when: tuple[Month, ...], months: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> Bools:
    """Whether one of `when` has come from the first of `months` on, by the end of each."""
    here = np.isin(months, np.array(when, dtype="datetime64[M]"))
    return np.logical_or.accumulate(here)
