"""The scenario language: from a folder that a political scientist writes to a frozen, checked, hashed Scenario."""

from drawdown.scenario.check import Report, check
from drawdown.scenario.coverage import Coverage
from drawdown.scenario.library import Listed, find, list_scenarios
from drawdown.scenario.load import load, load_plan
from drawdown.scenario.making import new
from drawdown.scenario.resolved import read_resolved, write_resolved

__all__ = ["Coverage", "Listed", "Report", "check", "find", "list_scenarios", "load", "load_plan", "new", "read_resolved", "write_resolved"]
