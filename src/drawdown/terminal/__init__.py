"""What reaches a person: standard streams, consoles, progress, tables and JSON. Beside `drawdown.errors`, for the verbs of every part."""

from drawdown.terminal.streams import console, standard_streams

__all__ = ["console", "standard_streams"]
