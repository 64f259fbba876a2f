"""From a scenario folder, with patches and an `as_of`, to a frozen, resolved, hashed Scenario; or to every problem at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from drawdown.errors import Problem
from drawdown.scenario.constraints import check_whole
from drawdown.scenario.draft import Draft
from drawdown.scenario.files import YAML_BYTES, Folder, Problems, read_text
from drawdown.scenario.library import find
from drawdown.scenario.model import Plan, Scenario
from drawdown.scenario.plausible import look
from drawdown.scenario.resolved import digest_of

PatchLike = str | Path | Mapping[str, object]


def load(
    name_or_path: str | Path,
    *,
    patches: Sequence[PatchLike] = (),
    as_of: date | None = None,
    check_mechanisms: bool = True,
) -> Scenario:
    """Read, check and resolve a scenario.

    `name_or_path`: the name of a shipped scenario or a folder. `patches`: names of patches in its folder `patches`, paths of
    others, or plain data; applied in order, all or none. `as_of` hides numbers known only later. With `check_mechanisms`
    parameters are held against the declarations of the mechanisms (which imports them).

    Raises ScenarioError with every problem, each with file, line and column.
    """
    draft = read(name_or_path, patches=patches, as_of=as_of, check_mechanisms=check_mechanisms)
    draft.problems.raise_if_any()
    return freeze(draft)


def read(
    name_or_path: str | Path,
    *,
    patches: Sequence[PatchLike] = (),
    as_of: date | None = None,
    check_mechanisms: bool = True,
) -> Draft:
    """Everything that `load` does short of raising: the draft holds the problems and warnings found."""
    from drawdown.scenario import parts
    from drawdown.scenario.patches import apply_patches
    from drawdown.scenario.signs import read_signs

    root = find(name_or_path)
    problems = Problems(str(root) if isinstance(name_or_path, Path) or root == Path(name_or_path) else _shown(root))
    draft = Draft(Folder(root, problems), problems, as_of, check_mechanisms)
    parts.read_head(draft)
    parts.read_sources(draft)
    parts.read_places(draft)
    if draft.shaky and problems.found:
        # Every number, plan and claim that refers to what is missing would be faulted for the same reason.
        problems.warn("tables, parameters, plans and claims were not looked at: put the names and dates right first.")
        look(draft)
        return draft
    parts.read_tables(draft)
    parts.read_parameters(draft)
    parts.read_hypotheses(draft)
    parts.read_plans(draft)
    parts.read_claims(draft)
    read_signs(draft)
    apply_patches(patches, draft)
    check_whole(draft)
    look(draft)
    return draft


def _shown(root: Path) -> str:
    """A shipped scenario as the user would open it: relative to where they are, if it lies below."""
    try:
        return str(root.relative_to(Path.cwd()))
    except ValueError:
        return str(root)


def freeze(draft: Draft) -> Scenario:
    """The Scenario of a draft without problems, with its digest."""
    places = tuple(replace(place, facilities=tuple(draft.facilities.get(place.id, ()))) for place in draft.places)
    scenario = Scenario(
        id=draft.id,
        title=draft.title,
        origin=draft.origin,
        weeks=draft.weeks,
        question=draft.question,
        places=places,
        communities=draft.communities,
        actors=draft.actors,
        outsiders=draft.outsiders,
        dyads=draft.dyads,
        tables=draft.tables,
        parameters=draft.parameters,
        hypotheses=draft.hypotheses,
        plans=draft.plans,
        claims=tuple(sorted(draft.claims, key=lambda claim: claim.number)),
        sources=draft.sources,
        samples=draft.samples,
        document=draft.document,
        geojson=draft.geojson,
        card=draft.card,
        country=draft.country,
        capital=draft.capital,
        as_of=draft.as_of,
        patches=draft.patches,
        fits=draft.fits,
        signs=draft.signs,
    )
    return replace(scenario, digest=digest_of(scenario))


def load_plan(path: str | Path, scenario: Scenario) -> Plan:
    """A user's own plan, checked against the scenario and the model. Raises ScenarioError with every problem."""
    return read_plan(path, scenario)[0]


def read_plan(path: str | Path, scenario: Scenario, *, check_mechanisms: bool = True) -> tuple[Plan, tuple[Problem, ...]]:
    """A user's own plan, and what a careful author would look at in it; without `check_mechanisms` its thresholds are not looked at.

    Raises ScenarioError with every problem.
    """
    from drawdown.scenario.document import read_yaml
    from drawdown.scenario.grammar import PLAN
    from drawdown.scenario.plans import plan_of

    problems = Problems()
    text = read_text(Path(path), str(path), YAML_BYTES, problems)
    node = read_yaml(text, str(path), problems) if text is not None else None
    entry = PLAN.read(node, "", problems) if node is not None else None
    draft = Draft(Folder(Path(path).parent, problems), problems, scenario.as_of, check_mechanisms)
    draft.origin, draft.weeks = scenario.origin, scenario.weeks
    draft.sources, draft.labels = dict(scenario.sources), dict(scenario.labels)
    draft.places, draft.actors, draft.dyads = scenario.places, scenario.actors, scenario.dyads
    draft.tables = {name: dict(cells) for name, cells in scenario.tables.items()}
    plan = plan_of(entry, draft) if entry is not None else None
    problems.raise_if_any()
    assert plan is not None  # plan_of notes a problem wherever it returns None
    return plan, tuple(problems.warnings)
