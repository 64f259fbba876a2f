"""What must hold of a scenario as a whole, after patches: shares that sum, tables that are complete, borders with two sides."""

from __future__ import annotations

from drawdown.scenario.draft import VARIABLES, Draft
from drawdown.scenario.model import Where
from drawdown.scenario.numbers import WEIGHTS_TOLERANCE
from drawdown.scenario.shares import SUM_TOLERANCE, SUMS, Sum, groups

# Variables without a sensible default: every cell is written.
COMPLETE = ("population", "strength")


def check_whole(draft: Draft) -> None:
    """Note everything that does not hold of the whole."""
    mirror_borders(draft)
    _somebody_lives(draft)
    for rule in SUMS:
        if rule.variable not in draft.faulty:
            _sum(rule, draft)
    for name in COMPLETE:
        if name in draft.faulty:
            continue
        dimension = VARIABLES[name].dims[0]
        missing = [m for m in draft.labels[dimension] if (m,) not in draft.tables.get(name, {})]
        if missing:
            message = f"got no {name} of {', '.join(missing[:8])}{' ...' if len(missing) > 8 else ''}; expected one for every {dimension}."
            draft.problems.add(message, Where(f"tables/{name}.csv", 1, 1))
    communities = draft.tables.get("community_share", {})
    missing = [p for p in draft.labels["place"] if not any(cell[0] == p for cell in communities)]
    if missing and "community_share" not in draft.faulty:
        message = f"got no community_share in {', '.join(missing[:8])}{' ...' if len(missing) > 8 else ''}; expected one for every place."
        draft.problems.add(message, Where("tables/community_share.csv", 1, 1))
    _one_setter(draft)
    for hypothesis in draft.hypotheses:
        total = sum(option.weight.distribution.best for option in hypothesis.options)
        if hypothesis.options and abs(total - 1) > WEIGHTS_TOLERANCE:
            where = hypothesis.options[0].weight.where
            draft.problems.add(f"the weights of the options of '{hypothesis.id}' sum to {total:g}; expected 1.", where, hypothesis.id)


def _somebody_lives(draft: Draft) -> None:
    """In a country without people every future would end at once."""
    residents = [*draft.tables.get("population", {}).values()]
    if residents and "population" not in draft.faulty and all(number.distribution.best == 0 for number in residents):
        draft.problems.add("nobody lives in any place; expected residents.", residents[0].where, "population")


def _one_setter(draft: Draft) -> None:
    """A parameter hangs on one hypothesis at most: of two, each future would have to break one."""
    setter: dict[str, str] = {}
    for hypothesis in draft.hypotheses:
        for number in (n for option in hypothesis.options for n in option.sets):
            first = setter.setdefault(number.name, hypothesis.id)
            if first != hypothesis.id:
                message = f"got {number.name} in the hypotheses '{first}' and '{hypothesis.id}'; expected one that sets it."
                draft.problems.add(message, number.where, hypothesis.id, "Join the two questions into one with more options.")


def _sum(rule: Sum, draft: Draft) -> None:
    axis = VARIABLES[rule.variable].dims.index(rule.per)
    for member, numbers in groups(draft.tables.get(rule.variable, {}), axis):
        total = sum(number.distribution.best for number in numbers)
        if total > 1 + SUM_TOLERANCE or (rule.exactly and total < 1 - SUM_TOLERANCE):
            wanted = "1" if rule.exactly else "at most 1"
            written = [number.where for number in numbers if number.where is not None]
            where = min(written, key=lambda w: (w.file, w.line)) if written else None
            message = f"{rule.about} sum to {total:.4g} for '{member}'; expected {wanted}."
            draft.problems.add(message, where, f"{rule.variable}[{member}]")


def mirror_borders(draft: Draft) -> None:
    """A border has two sides and one length: the missing direction of `adjacency` is filled with the same number."""
    cells = draft.tables.get("adjacency", {})
    for (a, b), number in list(cells.items()):
        other = cells.get((b, a))
        if a == b:
            draft.problems.add(f"got a border of '{a}' with itself; expected two places.", number.where, number.name, "Delete the row.")
        elif other is None:
            cells[b, a] = number
        elif other.distribution != number.distribution and a < b:
            message = f"the border of '{a}' and '{b}' has two lengths; expected one."
            draft.problems.add(message, other.where, other.name, "One direction suffices.")
