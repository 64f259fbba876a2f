"""The report in a real Chromium with the network off: it opens quietly, every control changes what is shown, and it can be used by all."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from drawdown.report.page import write_report

if TYPE_CHECKING:
    from tests.e2e.conftest import Opened

pytestmark = pytest.mark.browser
AXE = Path(__file__).with_name("vendor") / "axe.min.js"
FIRST_CHART_SECONDS = 3.0
SLIDER_SECONDS = 0.1


def quiet(opened: Opened, path: Path) -> None:
    assert opened.errors == []
    assert [url for url in opened.requests if not url.startswith(("data:", "blob:"))] == [path.as_uri()]


def drawn(opened: Opened, chart: str) -> str:
    opened.page.wait_for_selector(f"#{chart} svg", timeout=20_000)
    return opened.page.inner_html(f"#{chart} svg")


def changes(opened: Opened, chart: str) -> int:
    return int(opened.page.get_attribute(f"#{chart}", "data-drawn") or 0)


def test_it_opens_without_errors_or_requests_and_soon(report: Path, open_page: Callable[..., Opened]) -> None:
    assert report.stat().st_size < 4_000_000
    started = time.perf_counter()
    opened = open_page(report)
    opened.page.wait_for_selector("#drawing path.place")
    opened.page.wait_for_selector("tr.claim svg")
    took = time.perf_counter() - started
    drawn(opened, "fan-chart")
    drawn(opened, "end-chart")
    quiet(opened, report)
    timing = opened.page.evaluate("performance.getEntriesByType('paint').map((p) => p.startTime)")
    assert min(timing) / 1000 < FIRST_CHART_SECONDS  # the claims' dot plots are in the page and come with the first paint
    assert took < 20  # all is drawn; generous, since the machine may be busy
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_slider_moves_the_map_fast(report: Path, open_page: Callable[..., Opened]) -> None:
    opened = open_page(report)
    page = opened.page

    def seen() -> list[str]:
        found: list[str] = page.eval_on_selector_all("#drawing path.place", "all => all.map((p) => p.getAttribute('aria-label'))")
        return found

    before, date = seen(), page.inner_text("#week-date")
    page.focus("#week")
    page.keyboard.press("End")
    assert page.inner_text("#week-date") != date == "3 September 2007"
    assert page.get_attribute("#week", "aria-valuetext") == page.inner_text("#week-date")
    assert seen() != before
    step = page.evaluate(
        """() => { const slider = document.getElementById('week'), times = [];
        for (let w = 0; w < 200; w++) { const from = performance.now(); slider.value = w; slider.dispatchEvent(new Event('input'));
          document.getElementById('drawing').getBoundingClientRect(); times.push(performance.now() - from); }
        return times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)] / 1000; }"""
    )
    assert step < SLIDER_SECONDS
    quiet(opened, report)


def test_plan_and_layer_selectors_change_the_map(report: Path, open_page: Callable[..., Opened]) -> None:
    opened = open_page(report)
    page = opened.page
    page.fill("#week", "200")

    def fills() -> list[str]:
        found: list[str] = page.eval_on_selector_all("#drawing path.place", "all => all.map((p) => p.style.fill + p.style.fillOpacity)")
        return found

    first = fills()
    page.check("input[name=map-plan][value='2']", force=True)
    assert fills() != first
    assert "Leave now" in page.inner_text("#place-when")
    assert not page.is_visible("#map-actor")
    for layer, legend in (("deaths", "deaths a week per 100,000"), ("forces", "under arms"), ("standing", "Standing of")):
        before = fills()
        page.select_option("#map-layer", layer)
        assert fills() != before
        assert legend in page.inner_text("#legend")
    before = fills()
    page.select_option("#map-actor", label="Mehdi Army")
    assert fills() != before
    assert "Mehdi Army" in page.inner_text("#legend")
    quiet(opened, report)


def test_a_click_on_basra_shows_its_futures_under_every_plan(report: Path, open_page: Callable[..., Opened]) -> None:
    opened = open_page(report)
    page = opened.page
    page.click("#drawing path[data-place=basra]")
    assert page.inner_text("#place-name") == "Basra"
    assert page.get_attribute("#drawing path[data-place=basra]", "aria-pressed") == "true"
    assert "Basra under every plan" in page.inner_text("#place-fans")
    assert page.locator("#place-fans .cells").first.locator("figure").count() == 5
    assert page.locator("#place-bars li").count() >= 1
    page.focus("#drawing path[data-place=basra-city]")
    page.keyboard.press("Enter")
    assert page.inner_text("#place-name") == "Basra city"
    quiet(opened, report)


def test_patterns_tell_void_and_contested_apart(report: Path, open_page: Callable[..., Opened]) -> None:
    opened = open_page(report)
    fills = opened.page.eval_on_selector_all("#drawing path.place", "all => all.map((p) => p.style.fill)")
    assert any("contested" in fill for fill in fills)
    assert "void" in opened.page.inner_text("#legend")
    assert "×" in opened.page.eval_on_selector_all("#drawing text", "all => all.map((t) => t.textContent)")


def test_a_claim_opens_its_numbers_and_what_moves_it(report: Path, open_page: Callable[..., Opened]) -> None:
    opened = open_page(report)
    page = opened.page
    assert not page.is_visible("#claim-0")
    page.focus("#row-claim-0 button")
    page.keyboard.press("Enter")
    assert page.is_visible("#claim-0")
    assert page.get_attribute("#row-claim-0 button", "aria-expanded") == "true"
    said = page.inner_text("#claim-0")
    assert "Monte Carlo error" in said
    assert "desertion.embedded_hazard" in said
    page.click("#row-claim-0 button")
    assert not page.is_visible("#claim-0")
    quiet(opened, report)


def test_series_and_differences_are_redrawn_on_demand(report: Path, open_page: Callable[..., Opened]) -> None:
    opened = open_page(report)
    page = opened.page
    first, said = drawn(opened, "fan-chart"), page.inner_text("#fan-said")
    page.select_option("#fan-topic", label="Under Mehdi Army")
    page.wait_for_function("document.getElementById('fan-chart').dataset.drawn >= 2")
    assert drawn(opened, "fan-chart") != first
    assert page.inner_text("#fan-said") != said
    between = page.inner_text("#difference-said")
    page.select_option("#difference-a", "no-cover")
    page.wait_for_function(f"document.getElementById('difference-said').textContent !== {between!r}")
    assert "No cover minus" in page.inner_text("#difference-said")
    count = changes(opened, "end-chart")
    page.check("input[name=aspect][value=leader]", force=True)
    page.wait_for_function(f"document.getElementById('end-chart').dataset.drawn > {count}")
    assert "Mehdi Army" in page.inner_text("#end-table")
    quiet(opened, report)


def test_chronicles_stand_side_by_side_and_show_where_they_part(report: Path, open_page: Callable[..., Opened]) -> None:
    opened = open_page(report)
    page = opened.page
    assert page.locator("#medoids button").count() == 3
    assert page.locator("#chronicle li.parts").count() == 2
    before = page.inner_text("#chronicle")
    page.locator("#medoids button").nth(1).click()
    assert page.inner_text("#chronicle") != before
    page.check("input[name=chronicle-plan][value=no-cover]", force=True)
    assert "No cover" in page.inner_text("#chronicle h3")
    assert "Here they part" in page.inner_text("#chronicle")
    quiet(opened, report)


def test_numbers_can_be_searched(report: Path, open_page: Callable[..., Opened]) -> None:
    opened = open_page(report)
    page = opened.page
    page.fill("#number-search", "strength mehdi")
    assert page.inner_text("#number-count") == "1 found"
    assert page.locator("#numbers tbody tr:visible").count() == 1
    page.fill("#number-search", "no such number")
    assert page.inner_text("#number-count") == "0 found"
    quiet(opened, report)


@pytest.mark.parametrize(
    ("name", "width", "height", "scheme"), [("desktop", 1280, 900, "light"), ("phone", 390, 844, "light"), ("dark", 1280, 900, "dark")]
)
def test_accessible_at_every_width_and_photographed(
    report: Path, open_page: Callable[..., Opened], artefacts: Path, name: str, width: int, height: int, scheme: str
) -> None:
    opened = open_page(report, width, height, scheme)
    page = opened.page
    drawn(opened, "fan-chart")
    drawn(opened, "end-chart")
    page.click("#drawing path[data-place=basra]")
    page.click("#row-claim-0 button")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=artefacts / f"report-{name}.png", full_page=True)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
        .filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) =>
          `${v.id}: ${v.nodes.slice(0, 5).map((n) => n.html.slice(0, 160)).join(' | ')}`)"""
    )
    assert found == []
    quiet(opened, report)


def test_the_theme_button_turns_the_page_dark(report: Path, open_page: Callable[..., Opened]) -> None:
    opened = open_page(report)
    page = opened.page
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    quiet(opened, report)


def test_it_prints(report: Path, open_page: Callable[..., Opened], artefacts: Path) -> None:
    opened = open_page(report)
    drawn(opened, "fan-chart")
    pdf = opened.page.pdf(path=artefacts / "report.pdf", format="A4", prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert 4 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type /Page/") <= 40


@pytest.mark.parametrize(
    "options", [{"plans": 1}, {"borders": False}, {"futures": 3, "kept": 2, "weeks": 20, "plans": 2}, {"kept": 0}], ids=str
)
def test_odd_runs_open_quietly_too(
    synthetic_runs: ModuleType, tmp_path: Path, repository: Path, open_page: Callable[..., Opened], options: dict[str, object]
) -> None:
    borders = repository / "scenarios" / "iraq-2007" / "places.geojson"
    path = write_report(
        synthetic_runs.write_run(tmp_path / "run", **{"futures": 80, "kept": 12, "weeks": 60, "geojson": borders, **options})
    )
    opened = open_page(path, 390, 844)
    opened.page.wait_for_timeout(300)
    quiet(opened, path)
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if options.get("kept") != 0:
        opened.page.click("#drawing path[data-place=basra]")
        assert opened.page.inner_text("#place-name") == "Basra"
