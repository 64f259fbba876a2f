"""A resolved scenario as JSON and back, so that a run folder needs nothing else to be read, reported or run again."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from drawdown.runs.disk import StoreError
from drawdown.scenario.model import Plan, Scenario
from drawdown.scenario.resolved import JSON, Tolerated, decode, encode

# Half of a pair that stands alone: no text that can be printed or written has one. What is written here never spells any out.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def scenario_to_json(scenario: Scenario) -> str:
    """Every field, every number; keys of tables, which are tuples, stand in lists of pairs."""
    return json.dumps(encode(scenario), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def plain_scenario(text: str, file: str) -> JSON:
    """The plain data of a scenario in JSON. Raises StoreError, with the name of the file, where the text is none."""
    try:
        if half := _HALF.search(text):
            raise ValueError(f"character {half.start():,} is half of a character")
        found: JSON = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise no_scenario(file, error) from error
    return found


def scenario_of(plain: object, file: str, tolerated: Tolerated | None = None) -> Scenario:
    """The scenario of plain data. Raises StoreError, with the name of the file, where the data are none.

    `tolerated` takes what another version wrote and this one does not know.
    """
    try:
        return decode(Scenario, plain, "scenario", tolerated)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise no_scenario(file, error) from error


def no_scenario(file: str, error: Exception) -> StoreError:
    """What is wrong with a resolved scenario, and what can be done."""
    return StoreError(
        f"{file}\n  is not a scenario that this version reads: {error}. Read it with the version that wrote it (the manifest names it), "
        "or run again into another folder."
    )


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"got {word}; expected finite numbers")


# Fields of a trigger that formats up to 3 did not have: a plan that uses none of them is the same plan.
NEWER = ("kinds", "other", "community")


def plan_to_json(plan: Plan) -> str:
    """A plan in one line, for its digest."""
    unused = frozenset(("Trigger", name) for name in NEWER if not any(getattr(order.trigger, name) for order in plan.orders))
    return json.dumps(encode(plan, absent=unused), sort_keys=True)
