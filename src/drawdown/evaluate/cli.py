"""The verbs of this room, for the application: `drawdown exits`."""

from __future__ import annotations

from drawdown.evaluate.exits_cli import register

__all__ = ["register"]
