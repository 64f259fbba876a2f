"""One self-contained HTML page from a run folder: everything inlined, no request to any network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from markupsafe import Markup

from drawdown.report import answer_section, backtest_scores, charts_sections, sources_section, trust_section, why_section
from drawdown.report.answers import all_drivers
from drawdown.report.chronicles import chronicles
from drawdown.report.fitted import moved
from drawdown.report.history import history
from drawdown.report.numbers import numbers
from drawdown.report.payload import Embedded, payload
from drawdown.report.run import RunView, open_run
from drawdown.report.templating import fill
from drawdown.runs.disk import write_text

FEW_FUTURES = 100


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page under its heading."""

    id: str
    title: str
    body: Markup


@dataclass(frozen=True, slots=True)
class PageView:
    """What `page.html` shows around the sections."""

    version: str
    title: str
    question: str
    kicker: tuple[str, ...]
    origin: date
    weeks: int
    plans: int
    futures: int
    few: bool
    complete: bool
    kept: bool
    sections: tuple[Section, ...]
    embedded: Embedded


def write_report(run_dir: Path, out: Path | None = None, tell: bool = True) -> Path:
    """Write the page of a run, beside the run as `report.html` unless `out` says where; returns its path.

    Without `tell`, chronicles that nobody has told yet are left out, which saves a minute.

    Raises StoreError where the folder holds no run, or the page cannot be written; it is written whole or not at all.
    """
    run = open_run(Path(run_dir))
    path = Path(out) if out is not None else run.folder / "report.html"
    if path.is_dir():
        path = path / "report.html"
    write_text(path, render(run, tell))
    return path


def render(run: RunView, tell: bool = True) -> str:
    """The page as text."""
    told, past, known, moves = chronicles(run, tell), history(run), numbers(run), moved(run)
    drivers = all_drivers(run, [claim.id for claim in run.scenario.claims])
    sections = (
        Section("answer", "The answer", answer_section.section(run, moves)),
        Section("map", "The map", fill("map", charts_sections.map_view(run))),
        Section("fans", "Over time", fill("fans", charts_sections.fans_view(run, past))),
        Section("ends", "How it ends", fill("ends", charts_sections.ends_view(run))),
        Section("chronicles", "Chronicles", fill("chronicles", charts_sections.chronicles_view(run, told))),
        Section("why", "Why", why_section.section(run, known, drivers)),
        Section("trust", "How far to trust this", trust_section.section(run, backtest_scores.read(run), moves)),
        Section("sources", "Sources", sources_section.section(run, known)),
    )
    scenario = run.scenario
    as_of = f"as known on {scenario.as_of}" if scenario.as_of is not None else ""
    return fill("page", PageView(
        version=version("drawdown"),
        title=scenario.title or scenario.id,
        question=scenario.question,
        kicker=tuple(part for part in ("Simulated futures", scenario.country, as_of) if part),
        origin=run.origin,
        weeks=len(run.dates),
        plans=len(run.plans),
        futures=run.futures,
        few=0 < run.futures < FEW_FUTURES,
        complete=run.complete,
        kept=run.kept is not None,
        sections=tuple(section for section in sections if section.body),
        embedded=payload(run, known, drivers, told, past),
    ))  # fmt: skip


__all__ = ["render", "write_report"]
