"""The verbs of this room and of `observe`, for the application: `drawdown exits`, `drawdown observed`."""

from __future__ import annotations

from cyclopts import App

from drawdown.evaluate import exits_cli
from drawdown.observe import cli as observe_cli


def register(app: App) -> None:
    """Hang them under the main application."""
    exits_cli.register(app)
    observe_cli.register(app)
