"""A resolved scenario as JSON and back, so that a run folder needs nothing else to be read, reported or run again."""

from __future__ import annotations

import json
import re

from drawdown.runs.disk import StoreError
from drawdown.scenario.model import Plan, Scenario
from drawdown.scenario.resolved import decode, encode

# Half of a pair that stands alone: no text that can be printed or written has one. What is written here never spells any out.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def scenario_to_json(scenario: Scenario) -> str:
    """Every field, every number; keys of tables, which are tuples, stand in lists of pairs."""
    return json.dumps(encode(scenario), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def scenario_from_json(text: str) -> Scenario:
    """The scenario that `scenario_to_json` wrote. Raises StoreError where the text is not one."""
    try:
        if half := _HALF.search(text):
            raise ValueError(f"character {half.start():,} is half of a character")
        found: Scenario = decode(Scenario, json.loads(text, parse_constant=_refuse), "scenario")
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise StoreError(f"scenario/scenario.json\n  is not a scenario of this version: {error}. Run it again.") from error
    return found


def _refuse(word: str) -> float:
    raise ValueError(f"got {word}; expected finite numbers")


def plan_to_json(plan: Plan) -> str:
    """A plan in one line, for its digest."""
    return json.dumps(encode(plan), sort_keys=True)
