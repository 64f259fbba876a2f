"""Pages of the public names: what `import drawdown` offers, then each room with what it says of itself and of its functions."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial

import drawdown

# Rooms that are for other programs, in the order of the way through; `cli` and `terminal` are told by the page of the command line.
ROOMS = (
    "scenario",
    "vocabulary",
    "mechanism",
    "state",
    "formulas",
    "engine",
    "incidents",
    "claims",
    "runs",
    "observe",
    "evaluate",
    "exam",
    "calibrate",
    "report.page",
    "report.plot",
    "chronicle",
    "ablation",
    "data",
)


def directive(name: str, thing: str, *options: str) -> str:
    """A directive of Sphinx's autodoc, in a page of Markdown."""
    lines = "".join(f"   :{option}:\n" for option in options)
    return f"```{{eval-rst}}\n.. {name}:: {thing}\n{lines}```"


def modules(room: str) -> Iterator[str]:
    """The module of a room; of a package that does not say what it offers, those in it that are not private."""
    module = importlib.import_module(f"drawdown.{room}")
    yield module.__name__
    if hasattr(module, "__all__"):
        return
    for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
        if not found.ispkg and not found.name.startswith("_") and not found.name.endswith("cli"):
            yield f"{module.__name__}.{found.name}"


def first_page() -> str:
    """What `import drawdown` offers, and the way to the rooms, whose pages the index leads to."""
    offered = []
    for name in sorted(drawdown.__all__):
        kind = ("autoclass", "members") if isinstance(getattr(drawdown, name), type) else ("autofunction",)
        offered.append(directive(kind[0], f"drawdown.{name}", "no-index", *kind[1:]))
    rooms = "\n".join(["```{toctree}", ":maxdepth: 1", "", *(f"api-{room}" for room in ROOMS), "```"])
    about = "What `import drawdown` offers is what other programs can rely on; the rooms below are how it is made."
    return "\n\n".join(["# From Python", about, *offered, "## Rooms", rooms])


def room_page(room: str) -> str:
    """Each module of a room: what it is for, and the public functions and classes that it offers."""
    parts = [f"# drawdown.{room}"]
    for name in modules(room):
        below = name.removeprefix(f"drawdown.{room}").lstrip(".")
        parts += [f"## {below}"] if below else []
        parts.append(directive("automodule", name, "members"))
    return "\n\n".join(parts)


def api_pages() -> dict[str, Callable[[], str]]:
    """File name of every page, and what writes it."""
    return {"api.md": first_page, **{f"api-{room}.md": partial(room_page, room) for room in ROOMS}}
