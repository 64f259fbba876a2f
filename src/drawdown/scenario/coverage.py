"""Which numbers a scenario states, counted in one way wherever they are counted: by `check`, in the report, in tests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drawdown.scenario.draft import Draft
    from drawdown.scenario.model import Number, Scenario


def stated_numbers(scenario: Scenario | Draft) -> Mapping[str, tuple[Number, ...]]:
    """Every number that somebody wrote down, each once, by where it stands: each table, then `parameters`, `hypotheses` and `plans`.

    A border is one number although its two sides hold it; rival estimates of one thing are one number; every option of a hypothesis
    states its own. What the loader filled in itself (`derived`) is left out, and so are the defaults of mechanisms.
    """
    tables = {name: {n.name: n for n in cells.values()}.values() for name, cells in sorted(scenario.tables.items())}
    options = [number for h in scenario.hypotheses for option in h.options for number in (option.weight, *option.sets)]
    levels = [order.level for plan in scenario.plans for order in plan.orders if order.level is not None]
    groups = {**tables, "parameters": scenario.parameters.values(), "hypotheses": options, "plans": levels}
    return {name: tuple(n for n in numbers if not n.derived) for name, numbers in groups.items()}


def numbers_of(scenario: Scenario | Draft) -> list[Number]:
    """`stated_numbers` in one list."""
    return [number for numbers in stated_numbers(scenario).values() for number in numbers]


def known_late(number: Number, origin: date) -> bool:
    """Whether nobody knew a number on the day on which the futures begin. What a plan orders is decided, not known, and never late."""
    return number.known_on is not None and number.known_on > origin and not number.name.startswith("plan:")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many numbers of one table or document there are, and what they rest on.

    `sourced`: with a source; `assumed`: grade D; `reasoned`: grade D with its reason; `late`: known only after the origin.
    A number with rival estimates counts once, sourced if every estimate is.
    """

    name: str
    numbers: int
    sourced: int
    assumed: int
    reasoned: int
    late: int

    def line(self) -> str:
        """`612 numbers: 480 (78%) with a source, 132 graded D (all with a reason).`"""
        share = f" ({self.sourced / self.numbers:.0%})" if self.numbers else ""
        reasons = "all" if self.assumed == self.reasoned else str(self.reasoned)
        late = f", {self.late} known only after the origin" if self.late else ""
        return f"{self.numbers} numbers: {self.sourced}{share} with a source, {self.assumed} graded D ({reasons} with a reason){late}."


def coverage_of(name: str, numbers: Collection[Number], origin: date) -> Coverage:
    """What some numbers rest on."""
    sourced = [n for n in numbers if all(one.source is not None for one in (n.estimates or (n,)))]
    assumed = [n for n in numbers if n.grade == "D"]
    reasoned = [n for n in assumed if all(one.note for one in (n.estimates or (n,)))]
    late = [n for n in numbers if known_late(n, origin)]
    return Coverage(name, len(numbers), len(sourced), len(assumed), len(reasoned), len(late))
