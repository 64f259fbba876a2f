"""What reaches a person: standard streams, consoles, progress, tables and JSON. Beside `drawdown.errors`, for the verbs of every part."""

from drawdown.terminal.streams import console, fitted, standard_streams

__all__ = ["console", "fitted", "standard_streams"]
