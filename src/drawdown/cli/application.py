"""The application: its verbs, and how errors and interruptions leave it."""

from __future__ import annotations

import gc
import importlib
import os
import shlex
import sys
from collections.abc import Sequence

from cyclopts import App, Parameter
from cyclopts.exceptions import CycloptsError

from drawdown.cli import asking, completion, countries, folders, running, scenarios, showing, telling, verifying
from drawdown.cli.file_names import check_words
from drawdown.cli.whole_numbers import read_words
from drawdown.errors import DrawdownError
from drawdown.terminal import console, fitted, standard_streams

INTERRUPTED = 130
_BEYOND = ("drawdown.data.cli", "drawdown.observe.cli", "drawdown.calibrate.cli", "drawdown.evaluate.cli", "drawdown.exam.cli")

EPILOGUE = """Examples:

  drawdown demo                      a shipped scenario under all its plans

  drawdown run my-scenario --plan stay leave --futures 2000 --out runs/first

  drawdown ask runs/first            how likely each claim is

  drawdown chronicle runs/first --plan stay --future 12

Exit status: 0 done, 2 bad input (nothing half written), 130 interrupted (the same command resumes).
"""


def build() -> App:
    """The application with every verb."""
    made = App(
        name="drawdown",
        help="Simulates what happens when a foreign force or a peace mission leaves a contested state.",
        help_epilogue=EPILOGUE,
        version_flags=["--version"],
        suppress_keyboard_interrupt=False,
        help_format="markdown",
        default_parameter=Parameter(converter=read_words, negative=""),
    )
    for module in (scenarios, countries, showing, running, asking, telling, folders, verifying, completion):
        module.register(made)
    for name in _BEYOND:
        importlib.import_module(name).register(made)
    for verb in made:
        if not verb.startswith("-"):
            made[verb].help_epilogue = ""  # the application's examples are its own
    return made


app = build()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status. Only errors in the program itself leave a traceback."""
    with standard_streams() as streams:
        return streams.status(obey(list(sys.argv[1:] if arguments is None else arguments)))


def obey(words: list[str]) -> int:
    """Run one command and return its exit status."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before jax: what XLA thinks of slow compiles and processors is not for users
    # Tracing makes a million small objects and hardly a cycle: a twentieth of the time to the first table.
    gc.set_threshold(100_000, 20, 20)
    try:
        check_words(words)
        result = app(
            words, console=console(), error_console=console(error=True), exit_on_error=False, print_error=True, result_action="return_value"
        )
    except CycloptsError:
        return DrawdownError.exit_code
    except DrawdownError as error:
        print(fitted(str(error), sys.stderr), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        # To restart once more would delete what was done since.
        again = shlex.join(word for word in words if word != "--restart")
        told = f"\ninterrupted. Resume with:\n  drawdown {again}" if words[:1] in (["run"], ["demo"]) else "\ninterrupted"
        print(told, file=sys.stderr)
        return INTERRUPTED
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    return result if isinstance(result, int) else 0
