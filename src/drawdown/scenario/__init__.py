"""The scenario language: from a folder that a political scientist writes to a frozen, checked, hashed Scenario."""

from drawdown.scenario.library import find, list_scenarios
from drawdown.scenario.load import load, load_plan
from drawdown.scenario.resolved import read_resolved, write_resolved

__all__ = ["find", "list_scenarios", "load", "load_plan", "read_resolved", "write_resolved"]
