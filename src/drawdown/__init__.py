"""drawdown: what happens when a foreign force or a peace mission leaves a contested state.

In a notebook:

    import drawdown as dd
    scenario = dd.load("my-scenario")
    engine = dd.Engine(scenario)
    run = dd.open_run(dd.run(engine, "runs/first", plans=["stay", "leave"], futures=500))
    run.answers()                        # probability of each claim under each plan, with its error
    run.ensemble()                       # kept futures as an xarray Dataset
    run.events().df()                    # all events in UCDP GED's columns, as pandas
    print(dd.tell(engine, "stay", seed=0, future=12).text())

Names load when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drawdown.ablation import ablate
    from drawdown.chronicle import tell
    from drawdown.engine import Engine
    from drawdown.errors import DrawdownError, ScenarioError
    from drawdown.runs import Run, open_run, run
    from drawdown.scenario.library import list_scenarios
    from drawdown.scenario.load import load, load_plan
    from drawdown.scenario.model import Scenario

_WHERE = {
    "DrawdownError": "drawdown.errors",
    "Engine": "drawdown.engine",
    "Run": "drawdown.runs",
    "Scenario": "drawdown.scenario.model",
    "ScenarioError": "drawdown.errors",
    "ablate": "drawdown.ablation",
    "list_scenarios": "drawdown.scenario.library",
    "load": "drawdown.scenario.load",
    "load_plan": "drawdown.scenario.load",
    "open_run": "drawdown.runs",
    "run": "drawdown.runs",
    "tell": "drawdown.chronicle",
}
__all__ = [
    "DrawdownError",
    "Engine",
    "Run",
    "Scenario",
    "ScenarioError",
    "ablate",
    "list_scenarios",
    "load",
    "load_plan",
    "open_run",
    "run",
    "tell",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'drawdown' has no attribute '{name}'")
    value = getattr(importlib.import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
