"""The store of runs: written a work unit at a time, resumed after any interruption, opened with plain xarray, pandas and DuckDB."""

from drawdown.ensemble.execution import Progress
from drawdown.ensemble.layout import Keep
from drawdown.ensemble.opened import Run, open_run
from drawdown.ensemble.parts import StoreError
from drawdown.ensemble.store import run

__all__ = ["Keep", "Progress", "Run", "StoreError", "open_run", "run"]
