"""The command line with the made-up engine behind it, as a program of its own: `python -m tests.terminal.toyland run toyland --out r`.

TOYLAND names what is asked of it: `plans=5`, `hostile`, `slow=0.2` (seconds a tile), `long` (claims of two lines, with what happened),
`pageless` (a demo without its page, which costs most of the time).
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

from drawdown.cli import loading, main, running
from tests.unit import fake_engine

if TYPE_CHECKING:
    from drawdown.scenario.model import Scenario

PLANS = ("stay", "leave", "leave-by-phases", "as-announced", "hand-over-first")
LONG = "The militia rules most of the north for at least four weeks in a row within a year of the day on which the foreign force left it."
HAPPENED = "true of many districts until the spring; false from the summer on, when the army had driven it out (2 of 7 districts)"
# A closing tag, what looks like a style, the start of colour, a title for the window, a text that runs backwards, a bare carriage return.
HOSTILE = (
    "[/x] it holds",
    "so they say [sic], [bold]loudly[/bold]",
    "\x1b[35mred\x1b]0;owned\x07",
    "\u202egnp.exe\u2066",
    "gone\rBEGUN :smile:",
)


def scenario(asked: dict[str, str]) -> Scenario:
    """Toyland, with what was asked of it."""
    made = fake_engine.scenario()
    leave = made.plans[1]
    named = PLANS[: int(asked.get("plans", 2))]
    made = replace(made, plans=(made.plans[0], leave, *(replace(leave, id=name, title=f"The plan {name}") for name in named[2:])))
    if "long" in asked:
        made = replace(made, claims=tuple(replace(c, text=LONG, happened=HAPPENED) for c in made.claims))
    if "hostile" in asked:
        claims = tuple(replace(c, text=text, happened=text) for c, text in zip(made.claims, HOSTILE, strict=True))
        made = replace(made, title=" ".join(HOSTILE), claims=claims, question=HOSTILE[2], card=HOSTILE[2])
        made = replace(made, plans=tuple(replace(p, title=HOSTILE[2], sentence=HOSTILE[3]) for p in made.plans))
    return made


def start(words: list[str]) -> int:
    """Put the made-up engine in place and run the command."""
    asked: dict[str, str] = dict((*part.split("="), "")[:2] for part in os.environ.get("TOYLAND", "").split())  # type: ignore[misc]  # pairs

    class Engine(fake_engine.FakeEngine):
        def run(self, *what: Any) -> Any:
            time.sleep(float(asked.get("slow", 0)))
            return super().run(*what)

    for one in (loading, running):
        vars(one)["load_scenario"] = lambda *_, **__: scenario(asked)
        vars(one)["engine_of"] = lambda read: Engine(read)
    if "pageless" in asked:
        page = ModuleType("drawdown.report.page")
        vars(page)["write_report"] = lambda folder: folder / "report.html"
        sys.modules[page.__name__] = page
    elif words[:1] in (["demo"], ["report"]):
        from drawdown.report import chronicles

        # What the made-up engine ran only that engine could tell again; the page would compile the real one to tell something else.
        vars(chronicles)["_tell"] = lambda _: []
    return main(words)


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
