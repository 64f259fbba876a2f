"""A resolved scenario as JSON and back, so that a run folder needs nothing else to be read, reported or run again."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from drawdown.scenario.model import Plan, Scenario

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@cache
def adapter(of: Any) -> TypeAdapter[Any]:
    """Pydantic's reader and writer of a type."""
    from pydantic import TypeAdapter

    return TypeAdapter(of)


def scenario_to_json(scenario: Scenario) -> str:
    """Every field, every number. Keys of tables, which are tuples, become lists."""
    from dataclasses import replace

    content = adapter(Scenario).dump_python(replace(scenario, tables={}), mode="json", warnings=False)
    number = adapter(dict[str, Any])
    content["tables"] = {
        name: [[list(cell), number.dump_python({"n": value}, mode="json")["n"]] for cell, value in table.items()]
        for name, table in scenario.tables.items()
    }
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def scenario_from_json(text: str) -> Scenario:
    """The scenario that `scenario_to_json` wrote."""
    content = json.loads(text)
    content["tables"] = {name: {tuple(cell): number for cell, number in rows} for name, rows in content["tables"].items()}
    found: Scenario = adapter(Scenario).validate_python(content)
    return found


def plan_to_json(plan: Plan) -> str:
    """A plan in one line, for its digest."""
    text: str = adapter(Plan).dump_json(plan).decode()
    return text
