"""From words on the command line to scenarios, plans and engines."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from drawdown.errors import DrawdownError, expected_one_of
from drawdown.terminal import fitted

if TYPE_CHECKING:
    from drawdown.engine import Engine
    from drawdown.scenario.model import Claim, Plan, Scenario

POSTERIOR = "posterior"

Many = Parameter(consume_multiple=True)
Patches = Annotated[
    list[str] | None,
    Parameter(
        name="--patch",
        consume_multiple=True,
        help="Patches: files, or names of the scenario's own; applied in order, all or nothing.",
    ),
]
AsOf = Annotated[date | None, Parameter(name="--as-of", help="Hide numbers that became known after this date.")]
Prior = Annotated[bool, Parameter(name="--prior", show_default=False, help="Leave out the scenario's posterior, if it ships one.")]
Restart = Annotated[bool, Parameter(name="--restart", show_default=False)]
Json = Annotated[bool, Parameter(name="--json", show_default=False, help="Print JSON, for machines.")]

Quiet = Annotated[
    bool, Parameter(name="--quiet", show_default=False, help="No progress and no tables: only where the results lie, and errors.")
]


@dataclass(frozen=True)
class ChosenScenario:
    """A scenario with the seed of the run it was taken from, if it was."""

    scenario: Scenario
    seed: int | None = None
    folder: Path | None = None


def load_scenario(
    name: str,
    patches: Sequence[str] | None = None,
    as_of: date | None = None,
    prior: bool = False,
    plans: Sequence[str | None] | None = None,
    *,
    model: bool = True,
    warn: bool = False,
) -> Scenario:
    """A scenario by name or path. A posterior that it ships is applied first, unless `prior`, an `as_of`, or a patch says otherwise.

    `plans` are words of the command line: one that is wrong is told before the mechanisms, and jax with them, are imported.
    Without `model` the mechanisms are left out altogether, and parameters are not held against them. With `warn` a line on standard error
    says how many warnings there are, and where to read them.
    """
    from drawdown.scenario.library import find
    from drawdown.scenario.load import freeze, load, read, read_plan

    chosen = list(patches or [])
    folder = find(name)
    if (folder / "patches" / f"{POSTERIOR}.yaml").is_file() and not prior and as_of is None and POSTERIOR not in chosen:
        chosen.insert(0, POSTERIOR)
    named = [plan for plan in plans or () if plan is not None]
    # A word that is the name of a file of the folder is right; any other is looked up, which takes half a second.
    sure = {p: (folder / "patches" / f"{p}.yaml").is_file() for p in chosen} | {
        p: (folder / "plans" / f"{p}.yaml").is_file() for p in named
    }
    if not model or not all(sure.values()):
        found = load(name, patches=chosen, as_of=as_of, check_mechanisms=False)
        for plan in named:
            if known_plan(plan, found) is None:
                read_plan(plan, found, check_mechanisms=False)  # what is wrong with it is told before the mechanisms are imported
        if not model:
            return found
    draft = read(name, patches=chosen, as_of=as_of)
    draft.problems.raise_if_any()
    if warn and (count := len(draft.problems.warnings)):
        options = [*(["--patch", *chosen] if chosen else []), *(["--as-of", str(as_of)] if as_of else [])]
        command = shlex.join(["drawdown", "check", name, *options])
        print(f"{count} warning{'s' * (count != 1)}: {command}", file=sys.stderr)
    return freeze(draft)


def known_claims(words: Sequence[str] | None, claims: Sequence[Claim], what: str) -> None:
    """Raises DrawdownError for each word that is no claim's id or number."""
    known = {c.id for c in claims} | {str(c.number) for c in claims}
    wrong = [word for word in words or () if word not in known]
    if wrong:
        raise DrawdownError("\n".join(f"{what}: {expected_one_of(word, {c.id for c in claims}, 40)}" for word in wrong))


def known_mechanisms(words: Sequence[str] | None) -> None:
    """Raises DrawdownError for each word that is no mechanism's name."""
    from drawdown.mechanism import mechanism_names

    known = mechanism_names()
    if wrong := [word for word in words or () if word not in known]:
        raise DrawdownError("\n".join(f"mechanism: {expected_one_of(word, known)}" for word in wrong))


def scenario_or_run(
    name: str,
    patches: Sequence[str] | None = None,
    as_of: date | None = None,
    prior: bool = False,
    plans: Sequence[str | None] | None = None,
    *,
    model: bool = True,
) -> ChosenScenario:
    """A scenario by name or path, or the scenario and seed of a run folder."""
    from drawdown.runs import open_run
    from drawdown.runs.format import LOCK, MANIFEST, SCENARIO

    # A run folder without its manifest is told as one, not as a scenario without its scenario.yaml.
    if any((Path(name) / file).is_file() for file in (MANIFEST, LOCK, SCENARIO)):
        if patches or as_of or prior:
            raise DrawdownError(f"{name} is a run: its patches are fixed. Name the scenario to change them.")
        run = open_run(name)
        for said in (run.notes, run.made_otherwise()):
            if said:
                print(said, file=sys.stderr)
        return ChosenScenario(run.scenario, run.seed, run.folder)
    return ChosenScenario(load_scenario(name, patches, as_of, prior, plans, model=model))


def known_plan(name: str, scenario: Scenario) -> Plan | None:
    """The scenario's plan of that name; None for a file of the user's own. Raises DrawdownError for what is neither."""
    by_id = {p.id: p for p in scenario.plans}
    if name not in by_id and not name.endswith((".yaml", ".yml")) and not Path(name).is_file():
        raise DrawdownError(f"plan of {scenario.id}: {expected_one_of(name, by_id)} A plan of your own: --plan FILE.yaml.")
    return by_id.get(name)


def plans_of(scenario: Scenario, named: Sequence[str] | None, *, model: bool = True) -> list[Plan]:
    """Plans by id, or from files of the user's own; all of the scenario's where none is named.

    What a careful author would look at in a plan of their own is printed on standard error. Without `model` its thresholds are not
    looked at, and the mechanisms are not imported.
    """
    found = []
    for name in named or [p.id for p in scenario.plans]:
        plan = known_plan(name, scenario)
        if plan is None:
            from drawdown.scenario.load import read_plan

            plan, warnings = read_plan(name, scenario, check_mechanisms=model)
            for warning in warnings:
                print(fitted(f"warning: {warning}", sys.stderr), file=sys.stderr)
        found.append(plan)
    return found


def one_plan(scenario: Scenario, name: str | None, *, model: bool = True) -> Plan:
    """The plan of that name or file; the scenario's first where none is named."""
    return plans_of(scenario, [name] if name is not None else None, model=model)[0]


def engine_of(scenario: Scenario) -> Engine:
    """The engine of a scenario; what was compiled before is kept between commands."""
    from drawdown import compiled
    from drawdown.engine import Engine

    compiled.keep()
    return Engine(scenario)


def week_holding(scenario: Scenario, when: date) -> int:
    """The week of the run that a date falls in. Raises DrawdownError for a date outside it."""
    from drawdown.vocabulary.weeks import week_of_day

    week = week_of_day(when, scenario.origin)
    if not 0 <= week < scenario.weeks:
        last = scenario.origin + timedelta(weeks=scenario.weeks, days=-1)
        raise DrawdownError(f"got {when}; the run covers {scenario.origin} to {last}")
    return week
