"""The command line: `drawdown VERB`. Everything heavy is imported by the verb that needs it."""

from drawdown.cli.application import app, main

__all__ = ["app", "main"]
