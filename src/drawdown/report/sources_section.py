"""Sources: every number, the works cited, the scenario's limits, and how to make this page again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from drawdown.report.fitted import fitted
from drawdown.report.markup import prose, web_address
from drawdown.report.numbers import FITTED, SET_BY, StatedNumber, stated
from drawdown.report.run import RunView
from drawdown.report.templating import fill
from drawdown.report.words import plural
from drawdown.scenario.model import Source
from drawdown.scenario.shares import SUMS


@dataclass(frozen=True, slots=True)
class Work:
    """A work cited; `head`: author and year. `url` is empty unless it is an address of the web."""

    head: str
    title: str
    url: str
    licence: str


@dataclass(frozen=True, slots=True)
class SourcesView:
    """What `sources.html` shows; the rows of the table of numbers are put in by the page's script."""

    rows: int
    stated: int
    beside: tuple[str, ...]
    futures: int
    several_plans: bool
    by_hypothesis: int
    by_fit: int
    fitted_to: str
    together: tuple[str, ...]
    of_another_model: bool
    works: tuple[Work, ...]
    card: Markup
    commands: str
    manifest: tuple[tuple[str, str], ...]


def section(run: RunView, numbers: Sequence[StatedNumber]) -> Markup:
    """The whole section."""
    return fill("sources", view(run, numbers))


def view(run: RunView, numbers: Sequence[StatedNumber]) -> SourcesView:
    """How the rows are counted, why what was drawn may not be what was stated, and what the numbers come from."""
    defaults, filled = (sum(n.of == of for n in numbers) for of in ("model", "loader"))
    beside = [
        (defaults, f"{plural(defaults, 'default')} of mechanisms that nothing replaces"),
        (filled, f"{filled:,} that the loader filled in"),
    ]
    fit = fitted(run)
    by_fit, by_hypothesis = (sum(n.reason == reason for n in numbers) for reason in (FITTED, SET_BY))
    return SourcesView(
        rows=len(numbers),
        stated=stated(run),
        beside=tuple(words for count, words in beside if count),
        futures=run.futures,
        several_plans=len(run.plans) > 1,
        by_hypothesis=by_hypothesis,
        by_fit=by_fit if fit is not None else 0,
        fitted_to=fit.to_what if fit is not None else "",
        together=tuple(s.variable for s in SUMS if s.variable in run.scenario.tables),
        of_another_model=bool(defaults) and run.of_another_model,
        works=tuple(_work(source) for source in run.scenario.sources.values()),
        card=prose(run.scenario.card or run.text("scenario/CARD.md"), 4),
        commands=commands(run),
        manifest=_manifest(run),
    )


def commands(run: RunView) -> str:
    """The commands that make the run and this page again; the same numbers come out, bit for bit, on the same versions."""
    m = run.manifest
    # The manifest names the scenario; a scenario that lay elsewhere is in the run folder itself.
    parts = ["drawdown", "run", m["scenario"]]
    for plan in run.store.plans:
        parts += ["--plan", plan]
    parts += ["--futures", str(m["futures"]), "--seed", str(m["seed"])]
    for patch in m["patches"]:
        parts += ["--patch", patch]
    if m["as_of"]:
        parts += ["--as-of", m["as_of"]]
    return shlex.join([*parts, "--out", "RUN"]) + " && drawdown report RUN"


def _manifest(run: RunView) -> tuple[tuple[str, str], ...]:
    flat = [(str(k), _short(v)) for k, v in run.manifest.items() if k != "files"]
    files = run.store.files.values()
    if files:
        size = f"{plural(len(files), 'file')}, {plural(sum(file.size for file in files), 'byte')}"
        flat.append(("files", f"{size}; each with its sum: a command checks those that it reads, drawdown verify all of them"))
    return tuple(flat)


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(str(v) for v in value) or "none"
    return str(value)


def _work(source: Source) -> Work:
    head = ", ".join(str(part) for part in (source.author, source.year) if part)
    return Work(head, source.title or source.key, web_address(source.url), source.licence)
