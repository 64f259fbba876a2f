"""A scenario's claims, made ready to be evaluated: parsed against the names of the scenario and the quantities of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drawdown.errors import Problem, ScenarioError
from drawdown.scenario.model import Claim, Scenario
from drawdown.scenario.propositions import Names, Proposition, check_proposition, parse_proposition
from drawdown.state import Variable


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim with its parsed proposition."""

    claim: Claim
    proposition: Proposition


def names_for(scenario: Scenario, quantities: Mapping[str, Variable] | None = None) -> Names:
    """What the propositions of a scenario may name; with the recorded quantities of a model, those too."""
    return Names(
        dimensions=scenario.labels,
        actor_kinds={a.id: a.kind for a in scenario.actors},
        plans=tuple(p.id for p in scenario.plans),
        origin=scenario.origin,
        weeks=scenario.weeks,
        quantities=None if quantities is None else {name: v.dims for name, v in quantities.items()},
    )


def compile_claims(scenario: Scenario, quantities: Mapping[str, Variable]) -> tuple[Stated, ...]:
    """Every claim, parsed. Raises ScenarioError with every fault, where the claim stands in the files."""
    names = names_for(scenario, quantities)
    problems: list[Problem] = []
    stated: list[Stated] = []
    for claim in scenario.claims:
        faults = check_proposition(claim.proposition, names)
        where = claim.where
        problems += [
            Problem(
                fault.message,
                where.file if where else "claims.yaml",
                where.line if where else 0,
                where.column if where else 0,
                ".".join(["claims", claim.id, "proposition", *map(str, fault.path)]),
                fault.advice,
            )
            for fault in faults
        ]
        if not faults:
            stated.append(Stated(claim, parse_proposition(claim.proposition, names)))
    if problems:
        raise ScenarioError(problems)
    return tuple(stated)
