"""`drawdown new`: a small commented scenario that passes `check` and runs, to be replaced file by file."""

from __future__ import annotations

import shutil
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from drawdown.errors import Problem, ScenarioError, quoted
from drawdown.scenario.shapes import IDENTIFIER

_PLACEHOLDER = "my-country"


def new(path: str | Path, name: str | None = None) -> Path:
    """Write the skeleton to the new folder `path`, whole or not at all; its id, `name`, is that of the folder unless given.

    Returns the folder. Raises ScenarioError if there is something already or the id is none, OSError if the disk does not take it.
    """
    target = Path(path)
    name = target.name if name is None else name
    if not IDENTIFIER.fullmatch(name) or len(name) > 64:
        advice = "It is the name of the folder unless you give one."
        raise ScenarioError(
            [Problem(f"got {quoted(name)} as an id; expected small letters, digits and single hyphens.", str(path), advice=advice)]
        )
    if target.exists() or target.is_symlink():
        raise ScenarioError(
            [Problem("there is something of that name already; nothing was written.", str(path), advice="Choose another name.")]
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as temporary:
        made = Path(temporary) / target.name
        with as_file(files("drawdown.scenario") / "skeleton") as skeleton:
            shutil.copytree(skeleton, made, copy_function=shutil.copyfile)
        for file in ("scenario.yaml", "patches/larger-militia.yaml"):
            text = (made / file).read_text(encoding="utf-8")
            (made / file).write_text(text.replace(_PLACEHOLDER, name), encoding="utf-8", newline="\n")
        made.rename(target)
    return target
