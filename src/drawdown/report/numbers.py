"""Every number behind a run as the page's table lists it: what was stated, what the futures drew, and why the two differ where they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from drawdown.report.fitted import declared
from drawdown.report.run import Array, RunView
from drawdown.report.words import listed, number, percent
from drawdown.scenario.coverage import numbers_of
from drawdown.scenario.model import Distribution, Number, Option
from drawdown.scenario.shares import SUMS

LEVELS = (0.05, 0.5, 0.95)
FITTED, SET_BY = "fitted", "set by a hypothesis"  # reasons of a number of a table, or a parameter, that rows are counted by


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """One number of a run.

    `low` and `high` are the 5th and 95th percentile that were stated (both None: one value); `drawn` the 5th, 50th and 95th percentile of
    what the futures drew (None: the same value, `best`, in every future, or nothing to tell). `under` names the option of a hypothesis
    whose own range the row holds, drawn where that option was; `why` says why what was drawn is not what was stated, `reason` which of the
    counted reasons that is (FITTED, SET_BY or none). `of`: the scenario stated it ("scenario"), the loader filled it in ("loader"), or a
    mechanism's default holds ("model").
    """

    name: str
    under: str
    best: float
    low: float | None
    high: float | None
    drawn: tuple[float, float, float] | None
    why: str
    unit: str
    source: str
    locator: str
    grade: str
    known_on: str
    note: str
    of: str
    reason: str = ""

    @property
    def undrawn(self) -> str:
        """What stands where the quantiles drawn would: "fixed" where one value was stated and every future used it."""
        return "fixed" if self.low is None and not self.why else "–"

    @property
    def off_its_range(self) -> bool:
        """Whether the median drawn lies outside the range that was stated (outside the one value, where it is one)."""
        if self.drawn is None:
            return False
        low, high = (self.best, self.best) if self.low is None or self.high is None else (self.low, self.high)
        slack = 1e-6 * max(abs(low), abs(high), 1e-12)  # draws are kept in single precision
        return not low - slack <= self.drawn[1] <= high + slack


def numbers(run: RunView) -> list[StatedNumber]:
    """Numbers of the resolved scenario, each with a row for every option that sets it, then mechanisms' defaults, by name."""
    return _Table(run).rows()


def stated(run: RunView) -> int:
    """How many numbers the scenario states: what `drawdown check` counts, by the same function."""
    return len(numbers_of(run.scenario))


def quantiles(values: Array) -> tuple[float, float, float]:
    """5th, 50th and 95th percentile."""
    low, middle, high = (float(v) for v in np.quantile(values, LEVELS))
    return low, middle, high


def grade_counts(rows: Sequence[StatedNumber]) -> dict[str, int]:
    """How many numbers have each grade."""
    return dict(sorted(Counter(n.grade for n in rows).items()))


class _Table:
    """The rows of one run; holds what the rows are looked up in."""

    def __init__(self, run: RunView) -> None:
        self.run = run
        self.scenario = run.scenario
        self.draws: Mapping[str, Array] = {str(c): run.draws[c].to_numpy(dtype=np.float64) for c in run.draws.columns if c != "future"}

    @cached_property
    def fitted(self) -> Mapping[str, str]:
        """Numbers that a posterior's joint draws replace, with whose they are: `the patch posterior`."""
        known = {name: f"the patch {fit.patch}" for fit in self.scenario.fits for name in fit.numbers}
        return {name: known.get(name, "a posterior patch") for name in self.scenario.samples}

    @cached_property
    def set_by(self) -> Mapping[str, list[str]]:
        """Numbers that options set, with the hypotheses that do."""
        found: dict[str, list[str]] = {}
        for hypothesis in self.scenario.hypotheses:
            for name in dict.fromkeys(n.name for option in hypothesis.options for n in option.sets):
                found.setdefault(name, []).append(hypothesis.id)
        return found

    def rows(self) -> list[StatedNumber]:
        scenario = self.scenario
        whole: dict[str, Number] = {n.name: n for cells in scenario.tables.values() for n in cells.values()}
        whole.update(scenario.parameters)
        found = {name: self._row(n, "loader" if n.derived else "scenario") for name, n in whole.items()}
        for name, default in self._defaults():
            if name not in found:
                found[name] = self._row(default, "model")
        rows = [*found.values(), *self._options(), *self._levels()]
        order = {name: k for k, name in enumerate(sorted({r.name for r in rows}))}
        return sorted(rows, key=lambda r: order[r.name])  # stable: the options of a number stand below it, in the scenario's order

    def _row(self, n: Number, of: str) -> StatedNumber:
        """A number of a table or a parameter."""
        column = self.draws.get(n.name)
        row = replace(self._listed(n, of), drawn=None if column is None else quantiles(column))
        why, reason = [], ""
        if n.name in self.fitted:
            reason = FITTED
            why.append(f"fitted: drawn from what {self.fitted[n.name]} learned, not from this range")
        elif n.name in self.set_by:
            reason = SET_BY
            why.append(self._set_by_words(n.name))
        elif column is None and n.distribution.kind != "fixed" and self.draws:
            why.append("not drawn: every future takes the best value")
        variable = n.name.partition("[")[0]
        if row.off_its_range and not why and variable in {s.variable for s in SUMS}:
            why.append("drawn with the rest of its table, so that the shares sum to what they must")
        return replace(row, why="; ".join(why), reason=reason)

    def _set_by_words(self, name: str) -> str:
        """`set by the hypothesis why-violence-falls, as the rows below say; its own range holds under both-needed`."""
        hypotheses = [h for h in self.scenario.hypotheses if h.id in self.set_by[name]]
        left = [o.id for h in hypotheses for o in h.options if name not in {n.name for n in o.sets}]
        own = f"its own range holds under {listed(left)}" if left else "its own range is not used"
        kind = "hypothesis" if len(hypotheses) == 1 else "hypotheses"
        return f"set by the {kind} {listed([h.id for h in hypotheses])}, as the rows below say; {own}"

    def _options(self) -> Iterator[StatedNumber]:
        """A row for the weight of every option, and for every number that an option sets, drawn where the option was."""
        for hypothesis in self.scenario.hypotheses:
            index = self.draws.get(f"hypothesis:{hypothesis.id}")
            before = declared(self.scenario, hypothesis.id)
            for k, option in enumerate(hypothesis.options):
                drawn_in = None if index is None else index == k
                yield self._weight(option, None if before is None else before.get(option.id), drawn_in)
                for n in option.sets:
                    yield self._set(n, f"{hypothesis.id}: {option.id}", drawn_in)

    def _weight(self, option: Option, before: float | None, drawn_in: Array | None) -> StatedNumber:
        why = [] if drawn_in is None or not len(drawn_in) else [f"drawn in {percent(float(drawn_in.mean()))} of futures"]
        if before is not None:
            why.insert(0, f"fitted: {number(before)} was declared")
        return replace(self._listed(option.weight, "scenario"), why="; ".join(why))

    def _set(self, n: Number, under: str, drawn_in: Array | None) -> StatedNumber:
        row = replace(self._listed(n, "scenario"), under=under)
        if n.name in self.fitted:
            return replace(row, why=f"fitted: {self.fitted[n.name]} replaces what this option sets")
        column = self.draws.get(n.name)
        if column is None or drawn_in is None:
            return row
        if not drawn_in.any():
            return replace(row, why="no future drew this option")
        row = replace(row, drawn=quantiles(column[drawn_in]) if n.distribution.kind != "fixed" else None)
        others = [h for h in self.set_by[n.name] if h != under.partition(":")[0]]
        return replace(row, why=f"also set by the hypothesis {listed(others)}") if others else row

    def _levels(self) -> Iterator[StatedNumber]:
        """Levels of the orders of plans, drawn again: a run does not store them."""
        from drawdown.plan import level_drawn

        futures = self.run.draws["future"].to_numpy() if len(self.run.draws) else None
        asked = {plan.id for plan in self.run.plans}
        for plan in self.scenario.plans:
            for order in plan.orders:
                if order.level is None:
                    continue
                row = self._listed(order.level, "loader" if order.level.derived else "scenario")
                if plan.id not in asked:
                    row = replace(row, why="of a plan that this run does not have")
                elif order.level.distribution.kind != "fixed" and futures is not None:
                    row = replace(row, drawn=quantiles(level_drawn(plan.id, order, int(self.run.manifest["seed"]), futures)))
                yield row

    def _listed(self, n: Number, of: str) -> StatedNumber:
        low, high, rivals = n.distribution.low, n.distribution.high, ""
        if n.distribution.kind == "mixture":
            low, high = _outermost(n.distribution)
            rivals = f"{len(n.distribution.parts)} rival estimates, the best their mean: {_rivals(n.distribution)}"
        about = self.scenario.sources.get(n.source or "")
        parts = (about.author, about.title, about.year) if about is not None else (n.source,)
        source = ", ".join(str(part) for part in parts if part)
        note = ". ".join(part for part in (rivals, n.note) if part)
        return StatedNumber(n.name, "", n.distribution.best, low, high, None, "", n.unit, source, n.locator, n.grade,
                      str(n.known_on or ""), note, of)  # fmt: skip

    def _defaults(self) -> Iterator[tuple[str, Number]]:
        from drawdown.mechanism import ModelError, discover

        try:
            mechanisms = discover()
        except ModelError:  # the report of an old run must not fail because a plug-in installed since does not fit
            return
        for m in mechanisms:
            for p in m.params:
                fixed = p.low == p.high
                name, about = f"{m.name}.{p.name}", p.about
                spread = Distribution("fixed", p.best) if fixed else Distribution("range", p.best, p.low, p.high)
                yield name, Number(name, spread, p.unit, p.source or None, "", p.grade, about)


def _outermost(mixture: Distribution) -> tuple[float, float]:
    ends = [v for _, p in mixture.parts for v in (p.low, p.best, p.high) if v is not None]
    return min(ends), max(ends)


def _rivals(mixture: Distribution) -> str:
    """`10,000 (5,000 to 15,000; weight 0.3), 60,000 (weight 0.7)`."""

    def one(weight: float, part: Distribution) -> str:
        span = f"{number(part.low)} to {number(part.high)}; " if part.low is not None and part.high is not None else ""
        return f"{number(part.best)} ({span}weight {number(weight)})"

    return ", ".join(one(weight, part) for weight, part in mixture.parts)
