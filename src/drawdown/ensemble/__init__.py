"""The store of runs: written a work unit at a time, resumed after any interruption, opened with plain xarray, pandas and DuckDB."""

from drawdown.ensemble.disk import StoreError
from drawdown.ensemble.execution import Progress
from drawdown.ensemble.layout import Keep
from drawdown.ensemble.opened import Run, open_run
from drawdown.ensemble.store import run
from drawdown.ensemble.verification import Verification, verify

__all__ = ["Keep", "Progress", "Run", "StoreError", "Verification", "open_run", "run", "verify"]
