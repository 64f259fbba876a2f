"""The store of runs: written a work unit at a time, resumed after any interruption, opened with plain xarray, pandas and DuckDB."""

from drawdown.runs.disk import StoreError
from drawdown.runs.execution import Progress
from drawdown.runs.layout import Keep
from drawdown.runs.opened import Run, open_run
from drawdown.runs.store import run
from drawdown.runs.verification import Verification, verify

__all__ = ["Keep", "Progress", "Run", "StoreError", "Verification", "open_run", "run", "verify"]
