"""Why: how much rests on assumption, which numbers and hypotheses move each claim, and what each mechanism does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from drawdown.report import answers as asked
from drawdown.report.numbers import StatedNumber, grade_counts
from drawdown.report.run import RunView
from drawdown.report.templating import fill
from drawdown.scenario.model import Claim

EFFECT = {"mechanism", "quantity", "with_it", "without", "effect", "error"}  # columns that `drawdown ablate` writes
GRADES = {"A": "measured here", "B": "measured elsewhere", "C": "judged by experts", "D": "assumed"}
TOLD = 2.0  # standard errors beyond which an effect has a sign


@dataclass(frozen=True, slots=True)
class Grade:
    """How many of the scenario's numbers have a grade."""

    letter: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Explained:
    """A claim with the first of what moves it, the share of its variance that all of them explain, and of that the share on grade D."""

    claim: Claim
    first: asked.Driver | None
    explained: float
    assumed: float
    unmoved: str


@dataclass(frozen=True, slots=True)
class EffectRow:
    """A row of the table that `drawdown ablate` writes; `as_said`: whether its sign is the one that its sentence says."""

    mechanism: str
    sentence: str
    quantity: str
    unit: str
    with_it: float
    without: float
    effect: float
    error: float
    as_said: str


@dataclass(frozen=True, slots=True)
class WhyView:
    """What `why.html` shows; `total` and `assumed`: of the scenario's own numbers, `defaults`: of the mechanisms that nothing replaces."""

    total: int
    assumed: int
    grades: tuple[Grade, ...]
    defaults: int
    defaults_assumed: int
    moved: tuple[Explained, ...]
    ablated: bool
    effects: tuple[EffectRow, ...]


def section(run: RunView, numbers: Sequence[StatedNumber], drivers: Mapping[str, list[asked.Driver]]) -> Markup:
    """The whole section."""
    return fill("why", view(run, numbers, drivers))


def view(run: RunView, numbers: Sequence[StatedNumber], drivers: Mapping[str, list[asked.Driver]]) -> WhyView:
    """What the section shows; `drivers`: what moves each claim, strongest first."""
    own, defaults = (grade_counts([n for n in numbers if n.of == of]) for of in ("scenario", "model"))
    return WhyView(
        sum(own.values()),
        own.get("D", 0),
        tuple(Grade(letter, GRADES.get(letter, "ungraded"), count) for letter, count in own.items()),
        sum(defaults.values()),
        defaults.get("D", 0),
        tuple(_moved(run, claim, drivers.get(claim.id, [])) for claim in run.scenario.claims),
        run.ablation is not None,
        _effects(run),
    )


def _moved(run: RunView, claim: Claim, found: list[asked.Driver]) -> Explained:
    if not found:
        return Explained(claim, None, 0.0, 0.0, asked.unmoved(run, claim.id))
    return Explained(claim, found[0], min(sum(d.share for d in found), 1.0), asked.resting_on(found).get("D", 0.0), "")


def _effects(run: RunView) -> tuple[EffectRow, ...]:
    table = run.ablation
    if table is None or not EFFECT.issubset(table.columns):
        return ()
    return tuple(_effect({str(name): value for name, value in row.items()}) for row in table.to_dict("records"))


def _effect(row: Mapping[str, object]) -> EffectRow:
    with_it, without, effect, error = (float(str(row[name])) for name in ("with_it", "without", "effect", "error"))
    expected = int(str(row.get("expected") or 0))
    told = "unclear" if abs(effect) < TOLD * error or not error else "yes" if effect * expected > 0 else "no"
    mechanism, sentence, quantity, unit = (str(row.get(name) or "") for name in ("mechanism", "quotation", "quantity", "unit"))
    return EffectRow(mechanism, sentence, quantity, unit, with_it, without, effect, error, told if expected else "")
