"""`drawdown check`: every problem at once, what a careful author would look at, and how much of the scenario rests on what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from drawdown.errors import Problem, ScenarioError
from drawdown.scenario.constraints import check_whole
from drawdown.scenario.coverage import stated_numbers
from drawdown.scenario.draft import Draft
from drawdown.scenario.load import PatchLike, freeze, read
from drawdown.scenario.model import Number, Scenario
from drawdown.scenario.patches import apply_patches, shipped_patches


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many numbers of one table or document there are, and what they rest on.

    `sourced`: with a source; `assumed`: grade D (with its reason); `founded`: with a source or an explicit D with a reason;
    `late`: known only after the origin. A number with rival estimates counts once, sourced if every estimate is.
    """

    name: str
    numbers: int
    sourced: int
    assumed: int
    founded: int
    late: int

    @property
    def share_sourced(self) -> float:
        """Share of numbers with a source; 0 where there are none."""
        return self.sourced / self.numbers if self.numbers else 0.0

    @property
    def share_founded(self) -> float:
        """Share of numbers with a source or an explicit grade D with a reason; 0 where there are none."""
        return self.founded / self.numbers if self.numbers else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found. `scenario` is None where there is any problem."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    coverage: tuple[Coverage, ...]  # one for each table, then parameters, hypotheses, plans

    @property
    def ok(self) -> bool:
        """True where nothing must be put right."""
        return not self.problems

    @property
    def total(self) -> Coverage:
        """All tables and documents together."""
        return _sum("total", self.coverage)

    def sentence(self) -> str:
        """The coverage line."""
        t = self.total
        late = f", {t.late} known only after the origin" if t.late else ""
        return (
            f"{t.numbers} numbers: {t.sourced} with a source ({t.share_sourced:.0%}), "
            f"{t.assumed} graded D, assumed ({_share(t.assumed, t)}), {t.share_founded:.0%} with a source or a reason{late}."
        )


def _share(part: int, whole: Coverage) -> str:
    return f"{part / whole.numbers:.0%}" if whole.numbers else "0%"


def check(
    name_or_path: str | Path,
    *,
    patches: Sequence[PatchLike] = (),
    as_of: date | None = None,
    check_mechanisms: bool = True,
) -> Report:
    """Read a scenario as `load` does and report instead of raising; the patches that it ships are tried one by one, too."""
    try:
        draft = read(name_or_path, patches=patches, as_of=as_of, check_mechanisms=check_mechanisms)
    except ScenarioError as error:  # the folder, or its head, could not be read at all
        return Report(None, error.problems, (), ())
    problems = list(draft.problems.found)
    if not problems and not patches and check_mechanisms:
        problems = _try_shipped(draft)
    problems.sort(key=lambda p: (p.file, p.line, p.column))
    scenario = freeze(draft) if not problems else None
    return Report(scenario, tuple(problems), tuple(draft.problems.warnings), coverage_of(draft))


def _try_shipped(draft: Draft) -> list[Problem]:
    """Problems of the scenario's own patches, each applied after those it needs."""
    needs: dict[str, tuple[str, ...]] = {}
    found: list[Problem] = []
    names = list(shipped_patches(draft))
    for name in names:
        before = _with_needs(name, needs, draft)
        tried = draft.trial()
        apply_patches(before, tried)
        check_whole(tried)
        found += tried.problems.found
    return list(dict.fromkeys(found))


def _with_needs(name: str, needs: dict[str, tuple[str, ...]], draft: Draft) -> list[str]:
    """A shipped patch after those it needs; what is missing or circular is left for `read` to tell."""
    from drawdown.scenario.grammar import PATCH
    from drawdown.scenario.parts import document

    ordered: list[str] = []
    waiting: list[tuple[str, bool]] = [(name, False)]
    seen: set[str] = set()
    files = shipped_patches(draft)
    while waiting:
        one, ready = waiting.pop()
        if ready:
            ordered.append(one)
            continue
        if one in seen or one not in files:
            continue
        seen.add(one)
        if one not in needs:
            entry = document(draft, files[one], PATCH)
            needs[one] = entry.get("needs", ()) if entry is not None else ()
        waiting.append((one, True))
        waiting.extend((need, False) for need in reversed(needs[one]))
    return ordered


def coverage_of(scenario: Scenario | Draft) -> tuple[Coverage, ...]:
    """Coverage of every table, of parameters, hypotheses and plans; numbers that the loader derived are not counted."""
    rows = [_coverage(name, numbers, scenario.origin) for name, numbers in stated_numbers(scenario).items()]
    return tuple(row for row in rows if row.numbers)


def _coverage(name: str, counted: Sequence[Number], origin: date) -> Coverage:
    sourced = [n for n in counted if all(part.source is not None for part in (n.estimates or (n,)))]
    founded = [n for n in counted if all(part.source is not None or (part.grade == "D" and part.note) for part in (n.estimates or (n,)))]
    late = [n for n in counted if n.known_on is not None and n.known_on > origin]
    assumed = [n for n in counted if n.grade == "D"]
    return Coverage(name, len(counted), len(sourced), len(assumed), len(founded), len(late))


def _sum(name: str, rows: Sequence[Coverage]) -> Coverage:
    def total(field: str) -> int:
        return sum(int(getattr(row, field)) for row in rows)

    return Coverage(name, total("numbers"), total("sourced"), total("assumed"), total("founded"), total("late"))


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain data, for machines."""
    from dataclasses import asdict

    return {
        "ok": report.ok,
        "digest": report.scenario.digest if report.scenario else None,
        "problems": [asdict(p) for p in report.problems],
        "warnings": [asdict(p) for p in report.warnings],
        "coverage": [asdict(c) for c in (*report.coverage, report.total)],
    }
