"""From what is written to one `Number`: rival rows of a cell, what was known when, units, bounds, sources and grades."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from drawdown.errors import expected_one_of, quoted
from drawdown.scenario.files import Problems
from drawdown.scenario.model import Distribution, Grade, Number, Source, Where
from drawdown.scenario.shapes import Entry, bounds_in_words
from drawdown.scenario.written_numbers import as_share
from drawdown.vocabulary.magnitudes import reason
from drawdown.vocabulary.units import bounds_of, is_percent, unit_of

WEIGHTS_TOLERANCE = 0.011  # three thirds written with two digits sum to 0.99


@dataclass(frozen=True, slots=True)
class Declared:
    """What a variable or parameter says of its numbers."""

    name: str
    unit: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """One written estimate; `weight` only where there are rivals."""

    low: float | None
    best: float
    high: float | None
    unit: str
    source: str | None
    locator: str
    grade: Grade
    note: str
    applies_from: date | None
    known_on: date | None
    weight: float | None
    where: Where


@dataclass(slots=True)
class NumberRules:
    """What numbers are judged against, and where faults are noted."""

    problems: Problems
    sources: Mapping[str, Source]
    origin: date
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a bare number of a patch takes over: it is grade D, for the reason that the patch gives."""

    reason: str


def estimates_of(entry: Entry, declared: Declared, ledger: NumberRules, assumed: Assumed | None = None) -> tuple[Estimate, ...]:
    """Every estimate of a number record (`value`, `low/best/high` or `any_of`); faulty ones are noted and left out."""
    if not entry.has("any_of"):
        estimate = _estimate(entry, entry, declared, ledger, assumed)
        return (estimate,) if estimate is not None else ()
    for name in ("value", "low", "best", "high"):
        if entry.has(name):
            ledger.problems.add(f"got '{name}' beside 'any_of'; expected one of the two.", entry.at(name), entry.under(name))
    found = (_estimate(part, entry, declared, ledger, assumed) for part in entry.get("any_of", ()))
    return tuple(estimate for estimate in found if estimate is not None)


def _estimate(entry: Entry, outer: Entry, declared: Declared, ledger: NumberRules, assumed: Assumed | None) -> Estimate | None:
    """One estimate; what a rival leaves out (unit, source, dates) it takes from the number around it."""
    problems = ledger.problems
    holder = {
        name: entry if entry.has(name) else outer for name in ("unit", "source", "locator", "grade", "note", "known_on", "applies_from")
    }
    bounds = _percentiles(entry, declared, problems)
    unit = holder["unit"]["unit"]
    if unit is None and not holder["unit"].has("unit") and assumed is not None:
        unit = declared.unit
    if unit is None and not holder["unit"].has("unit"):
        problems.add(f"got no unit; expected '{declared.unit}', as {declared.name} declares.", entry.node.where, entry.path)
    elif unit is not None and unit != declared.unit:
        best = entry["best"] if entry["best"] is not None else entry["value"]
        advice = as_share(best) if is_percent(declared.unit, unit) and best is not None else ""
        message = f"got the unit {quoted(unit)}; expected '{declared.unit}', as {declared.name} declares."
        problems.add(message, holder["unit"].at("unit"), holder["unit"].under("unit"), advice)
    source, locator, grade, note = _provenance(entry, holder, ledger, assumed)
    if bounds is None or unit != declared.unit or grade is None:
        return None
    low, best, high = bounds
    weight = entry["weight"]
    dates = holder["applies_from"]["applies_from"], holder["known_on"]["known_on"]
    return Estimate(low, best, high, unit, source, locator, grade, note, *dates, weight, entry.node.where)


def _percentiles(entry: Entry, declared: Declared, problems: Problems) -> tuple[float | None, float, float | None] | None:
    """`low`, `best`, `high` in order, within bounds and on their scale; None if not."""
    low, high = entry["low"], entry["high"]
    best = entry["best"] if entry.has("best") else entry["value"]
    if entry.has("value") and entry.has("best"):
        problems.add("got both 'value' and 'best'; expected one of the two.", entry.at("value"), entry.path)
        return None
    if not entry.has("value") and not entry.has("best"):
        wanted = (
            "'best'"
            if "value" not in entry.node.entries and entry.node.where.file.endswith(".csv")
            else "'value', or 'low', 'best' and 'high'"
        )
        problems.add(f"got no number; expected {wanted}.", entry.node.where, entry.path)
        return None
    if entry.has("low") != entry.has("high"):
        present, missing = ("low", "high") if entry.has("low") else ("high", "low")
        problems.add(f"got '{present}' without '{missing}'; expected both or neither.", entry.at(present), entry.under(present))
        return None
    if best is None or (entry.has("low") and (low is None or high is None)):
        return None  # noted when it was read
    right = True
    least, most = bounds_of(declared.unit, declared.low, declared.high)
    for name, value in (("low", low), ("best" if entry.has("best") else "value", best), ("high", high)):
        if value is not None and not least <= value <= most:
            wanted = f"a number {bounds_in_words(least, most)} ({declared.unit})"
            own = declared.low if value < least else declared.high
            whose = f"as {declared.name} declares" if math.isfinite(own) else f"as any number in {declared.unit}"
            advice = (as_share(value) if unit_of(declared.unit).percent else "") or (reason(declared.unit, most) if value > most else "")
            problems.add(f"got '{value:g}'; expected {wanted}, {whose}.", entry.at(name), entry.under(name), advice)
            right = False
    if not right:
        return None
    if low is None or high is None:
        return None, best, None
    if not low <= best <= high:
        problems.add(f"got low {low:g}, best {best:g}, high {high:g}; expected them in rising order.", entry.at("low"), entry.path)
        return None
    if low == high:
        return None, best, None
    scale = unit_of(declared.unit).scale  # a two-piece normal on it must have finite percentiles
    if scale == "log" and low <= 0:
        advice = "Write a small number such as 0.01 for 'almost none'."
        problems.add(
            f"got the low end {low:g} of a range in {declared.unit}; expected more than 0.", entry.at("low"), entry.under("low"), advice
        )
        return None
    if scale == "logit" and not (low > 0 and high < 1):
        at = "low" if low <= 0 else "high"
        advice = "Write 0.001 for 'almost none', 0.999 for 'almost all'."
        problems.add(f"got a range of shares from {low:g} to {high:g}; expected it inside 0 and 1.", entry.at(at), entry.under(at), advice)
        return None
    return low, best, high


def _provenance(
    entry: Entry, holder: Mapping[str, Entry], ledger: NumberRules, assumed: Assumed | None
) -> tuple[str | None, str, Grade | None, str]:
    """Source, locator, grade and note; grades A to C rest on a source, grade D on a reason."""
    problems = ledger.problems
    source, locator = holder["source"]["source"], holder["locator"].get("locator", "")
    grade, note = holder["grade"]["grade"], holder["note"].get("note", "")
    if assumed is not None and not holder["grade"].has("grade"):
        grade, note = "D", note or assumed.reason
    if grade is None and not holder["grade"].has("grade"):
        advice = "A measured here, B measured elsewhere, C judged by experts, D assumed."
        problems.add("got no grade; expected A, B, C or D.", entry.node.where, entry.path, advice)
    if source is not None and source not in ledger.sources:
        known = expected_one_of(source, ledger.sources)
        problems.add(
            f"unknown source: {known}", holder["source"].at("source"), holder["source"].under("source"), "Sources stand in sources.yaml."
        )
    if source is not None and not locator and assumed is None:
        advice = "Say where in the source: a page, a table, a paragraph."
        problems.add("got a source without a locator.", holder["source"].at("source"), entry.path, advice)
    if grade in ("A", "B", "C") and source is None and not holder["source"].has("source"):
        advice = "Cite a source of sources.yaml, or write grade D and the reason in 'note'."
        problems.add(f"got grade {grade} without a source.", holder["grade"].at("grade"), entry.path, advice)
    if grade == "D" and not note:
        problems.add(
            "got grade D without a note; expected the reason.", holder["grade"].at("grade"), entry.path, "Write the reason in 'note'."
        )
    return source, locator, grade, note


def resolve(name: str, estimates: Sequence[Estimate], ledger: NumberRules, hidden_is_error: bool = True) -> Number | None:
    """The number that holds at the origin as far as it is known: the latest `applies_from`, then the latest `known_on`, rivals by weight.

    None, and a problem that names the cell, where nothing remains; without the problem if `hidden_is_error` is False and `as_of` hides all.
    """
    problems = ledger.problems
    if not estimates:
        return None
    _no_duplicates(name, estimates, problems)
    visible = [e for e in estimates if ledger.as_of is None or e.known_on is None or e.known_on <= ledger.as_of]
    if not visible:
        if hidden_is_error:
            first = min(e.known_on for e in estimates if e.known_on is not None)
            message = f"nothing was known of {name} on {ledger.as_of}; the first number for it became known on {first}."
            problems.add(message, estimates[0].where, name, "Add an earlier estimate, or take a later as_of.")
        return None
    applying = [e for e in visible if e.applies_from is None or e.applies_from <= ledger.origin]
    if not applying:
        message = f"{name} has no number that applies at the origin, {ledger.origin}."
        problems.add(message, visible[0].where, name, "Add a row with an earlier applies_from.")
        return None
    latest = max(e.applies_from or date.min for e in applying)
    final = [e for e in applying if (e.applies_from or date.min) == latest]
    weighted = [e for e in final if e.weight is not None]
    if weighted and len(weighted) < len(final):
        bare = next(e for e in final if e.weight is None)
        problems.add(f"{name} has rival estimates; expected a weight for each.", bare.where, name)
        return None
    if weighted:
        complete = len([e for e in estimates if e.weight is not None and (e.applies_from or date.min) == latest]) == len(weighted)
        return _mixture(name, weighted, complete, problems)
    return _number(name, max(final, key=lambda e: e.known_on or date.min))


def _no_duplicates(name: str, estimates: Sequence[Estimate], problems: Problems) -> None:
    seen: dict[tuple[date | None, date | None], Estimate] = {}
    for estimate in estimates:
        if estimate.weight is not None:
            continue
        dates = (estimate.applies_from, estimate.known_on)
        if dates in seen:
            advice = "Delete one, or give each a weight if they are rival estimates."
            problems.add(f"got {name} a second time; it stands on line {seen[dates].where.line} already.", estimate.where, name, advice)
        seen[dates] = estimate


def _number(name: str, e: Estimate) -> Number:
    kind = "fixed" if e.low is None else "range"
    distribution = Distribution("fixed" if kind == "fixed" else "range", e.best, e.low, e.high)
    return Number(name, distribution, e.unit, e.source, e.locator, e.grade, e.note, e.applies_from, e.known_on, where=e.where)


def _mixture(name: str, estimates: Sequence[Estimate], complete: bool, problems: Problems) -> Number | None:
    """Rival estimates by weight; `best` is the weighted mean of theirs."""
    weights = [e.weight or 0.0 for e in estimates]
    total = sum(weights)
    if (complete and abs(total - 1) > WEIGHTS_TOLERANCE) or total <= 0:
        problems.add(f"the weights of {name} sum to {total:g}; expected 1.", estimates[0].where, name)
        return None
    numbers = tuple(_number(name, e) for e in estimates)
    shares = [weight / total for weight in weights]
    if len(numbers) == 1:
        return numbers[0]
    parts = tuple((share, number.distribution) for share, number in zip(shares, numbers, strict=True))
    best = sum(share * part.best for share, part in parts)
    weightiest = numbers[shares.index(max(shares))]
    worst = max(numbers, key=lambda number: number.grade)
    note = weightiest.note or worst.note
    return replace(weightiest, distribution=Distribution("mixture", best, parts=parts), grade=worst.grade, note=note, estimates=numbers)
