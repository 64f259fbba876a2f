"""`drawdown check`: every problem at once, what a careful author would look at, and how much of the scenario rests on what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from drawdown.errors import Problem, ScenarioError
from drawdown.scenario.constraints import check_whole
from drawdown.scenario.coverage import Coverage, coverage_of, numbers_of, stated_numbers
from drawdown.scenario.draft import Draft
from drawdown.scenario.load import PatchLike, freeze, read
from drawdown.scenario.model import Scenario
from drawdown.scenario.patches import apply_patches, shipped_patches


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found. `scenario` is None where there is any problem."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    coverage: tuple[Coverage, ...]  # one for each table, then parameters, hypotheses, plans
    total: Coverage  # all of them together; nothing where the scenario could not be read at all

    @property
    def ok(self) -> bool:
        """True where nothing must be put right."""
        return not self.problems


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
        return Report(None, error.problems, (), (), coverage_of("total", (), date.max))
    problems = list(draft.problems.found)
    if not problems and not patches and check_mechanisms:
        problems = _try_shipped(draft)
    problems.sort(key=lambda p: (p.file, p.line, p.column))
    scenario = freeze(draft) if not problems else None
    parts = [coverage_of(name, numbers, draft.origin) for name, numbers in stated_numbers(draft).items() if numbers]
    total = coverage_of("total", numbers_of(draft), draft.origin)
    return Report(scenario, tuple(problems), tuple(draft.problems.warnings), tuple(parts), total)


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
