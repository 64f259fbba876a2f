"""`completion`: the verbs and options for the Tab key of a shell."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.exceptions import CycloptsError

from drawdown.errors import DrawdownError

Shell = Literal["bash", "zsh", "fish"]


def register(app: App) -> None:
    """Hang the verb under the application, whose verbs it completes."""

    def completion(shell: Shell | None = None, *, install: Annotated[bool, Parameter(negative="", show_default=False)] = False) -> None:
        """Print what makes the Tab key of a shell complete verbs and options; or install it.

        For example:

          drawdown completion zsh

          drawdown completion --install

        Parameters
        ----------
        shell
            The shell (default: the one in use).
        install
            Write it where the shell looks for it, and have the shell's start-up file load it.
        """
        try:
            if install:
                print(f"completion   {app.install_completion(shell=shell)}\nIt works in the next shell that you open.")
            else:
                print(app.generate_completion(prog_name="drawdown", shell=shell), end="")
        except OSError as error:
            raise DrawdownError(f"{error.filename}\n  cannot be written: {error.strerror or error}") from error
        except (CycloptsError, RuntimeError, ValueError) as error:
            raise DrawdownError(f"the shell in use is not known ({error}). Name it: bash, zsh or fish.") from error

    app.command(completion)
