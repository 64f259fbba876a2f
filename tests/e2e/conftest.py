"""A page of a made-up run, and a Chromium without a network to open it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from drawdown.report.page import write_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
READY = "document.documentElement.dataset.ready === 'true'"


@dataclass
class Opened:
    """A page in the browser with what it said and asked for."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def artefacts(repository: Path) -> Path:
    """Where screenshots are kept (not committed)."""
    folder = repository / "tests" / "artefacts"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def synthetic_runs() -> ModuleType:
    """The writer of made-up run folders that the unit tests use."""
    from tests.unit.report import synthetic

    return synthetic


@pytest.fixture(scope="session")
def report(synthetic_runs: ModuleType, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Iraq's size: 20 places, five plans, every week of five years."""
    folder = tmp_path_factory.mktemp("report") / "run"
    borders = repository / "scenarios" / "iraq-2007" / "places.geojson"
    path: Path = write_report(synthetic_runs.write_run(folder, futures=400, kept=60, weeks=260, geojson=borders))
    return path


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """One Chromium for all tests."""
    sync_api: Any = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser: pip install playwright")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(chromium), args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Any]:
    """Opens a file with the network off; `width`, `height` and `scheme` as asked."""
    contexts = []

    def opened(path: Path, width: int = 1280, height: int = 900, scheme: Any = "light") -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, offline=True, reduced_motion="reduce"
        )
        contexts.append(context)
        found = Opened(context.new_page())
        found.page.on("console", lambda message: found.errors.append(message.text) if message.type in ("error", "warning") else None)
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.goto(path.as_uri())
        found.page.wait_for_function(READY, timeout=60_000)
        return found

    yield opened
    for context in contexts:
        context.close()
