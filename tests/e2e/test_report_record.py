"""The report in a browser: what was recorded after the origin stays behind its switch, and one colour means one actor on the whole page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from drawdown.report.page import write_report

if TYPE_CHECKING:
    from tests.e2e.conftest import Opened

pytestmark = pytest.mark.browser
WEEKS = 110
DAYS = [date(2007, 9, 3) + timedelta(weeks=week) for week in range(-20, WEEKS)]
RECORD = "date,topic,value,source\n" + "".join(f"{day},civilian_deaths,{90 + 7 * (k % 5)},Some Count\n" for k, day in enumerate(DAYS))
FILLS = "all => [...new Set(all.map((n) => getComputedStyle(n).fill))]"


@pytest.fixture(scope="module")
def recorded(synthetic_runs: ModuleType, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page whose run has a record that goes on after the origin."""
    borders = repository / "scenarios" / "iraq-2007" / "places.geojson"
    folder: Path = synthetic_runs.write_run(tmp_path_factory.mktemp("record") / "run", futures=90, kept=20, weeks=WEEKS, geojson=borders)
    (folder / "history.csv").write_text(RECORD, encoding="utf-8")
    return write_report(folder)


def drawn(page: Any, chart: str = "fan-chart") -> int:
    page.wait_for_selector(f"#{chart} svg", timeout=20_000)
    return int(page.get_attribute(f"#{chart}", "data-drawn"))


def redrawn(page: Any, before: int, chart: str = "fan-chart") -> None:
    page.wait_for_function(f"Number(document.getElementById('{chart}').dataset.drawn) > {before}")


def test_what_happened_is_off_until_it_is_asked_for(recorded: Path, open_page: Callable[..., Opened]) -> None:
    """Issue 7, D5."""
    opened = open_page(recorded)
    page = opened.page
    before = drawn(page)
    assert not page.is_visible("#fan-happened")  # all deaths have no record here, so there is no switch either
    page.select_option("#fan-topic", "civilian_deaths")
    redrawn(page, before)
    assert page.is_visible("#fan-happened")
    assert not page.is_checked("#fan-happened")
    assert "Grey before the origin: as recorded by Some Count." in page.inner_text("#fan-history")
    assert "afterwards" not in page.inner_text("#fan-history")
    dashed = "#fan-chart svg path[stroke-dasharray='5,2']"
    assert page.locator(dashed).count() == 0
    fans, points = (
        "#fan-chart svg .mark-area path, #fan-chart svg .mark-line path",
        "all => all.map((p) => p.getAttribute('d').split('L').length)",
    )
    drawn_before = page.eval_on_selector_all(fans, points)
    assert sorted(set(drawn_before)) == [20, WEEKS, 2 * WEEKS]  # the record so far; medians; bands, there and back
    before = drawn(page)
    page.check("#fan-happened")
    redrawn(page, before)
    assert page.eval_on_selector_all(dashed, points) == [WEEKS] * 5  # the whole record, once in every plan
    now = page.eval_on_selector_all(fans, points)
    assert sorted(now) == sorted([*drawn_before, *[WEEKS] * 5])  # and the fans are all still there
    assert "Nobody knew it then" in page.inner_text("#fan-history")
    before = drawn(page)
    page.uncheck("#fan-happened")
    redrawn(page, before)
    assert page.locator(dashed).count() == 0
    assert opened.errors == []


def rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_colour_means_one_actor(recorded: Path, open_page: Callable[..., Opened], scheme: str) -> None:
    """Issue 7, D8: read off the rendered page: map, legend, list, headings of fans, end states and their table."""
    opened = open_page(recorded, 1280, 900, scheme)
    page = opened.page
    drawn(page, "end-chart")
    facts = page.evaluate("JSON.parse(document.getElementById('facts').textContent)")
    worn: dict[str, set[str]] = {}

    def wears(colour: str, who: str) -> None:
        worn.setdefault(re.sub(r"\s", "", colour), set()).add(who)

    side = {
        "Iraqi army": "Government",
        "Iraqi police": "Government",
        "The government": "Government",
        "Government (army and police)": "Government",
    }
    for item in page.locator("#legend li").all():
        words = item.inner_text().split("\n")[-1].strip()
        ruler = next((r for r in facts["rulers"] if words.endswith(r["name"])), None)
        if ruler:
            wears(item.locator("rect").evaluate("n => getComputedStyle(n).fill"), side.get(ruler["name"], ruler["name"]))
    page.click("#drawing path[data-place=basra]")
    for row in page.locator("#place-bars li").all():
        name = row.locator("span").first.inner_text()
        if name in {r["name"] for r in facts["rulers"]}:
            wears(row.locator("i").evaluate("n => getComputedStyle(n).backgroundColor"), side.get(name, name))
    for head in page.locator("#place-fans h4").all():
        if head.locator("rect").count():
            name = head.inner_text().strip().removeprefix("Under ")
            wears(head.locator("rect").evaluate("n => getComputedStyle(n).fill"), side.get(name, name))
    for topic in ("rule:mehdi-army", "force:mehdi-army", "force:army", "force:police", "rule:government"):
        before = drawn(page)
        page.select_option("#fan-topic", topic)
        redrawn(page, before)
        name = page.locator(f"#fan-topic option[value='{topic}']").inner_text().removeprefix("Under ")
        wears(page.locator("#fan-said rect").evaluate("n => getComputedStyle(n).fill"), side.get(name, name))
    aspects = {}
    for aspect in ("leader", "form", "government", "war", "foreign"):
        before = drawn(page, "end-chart")
        page.check(f"input[name=aspect][value={aspect}]", force=True)
        if aspect != "form" or before > 1:
            redrawn(page, before, "end-chart")
        legend = page.eval_on_selector_all("#end-chart .role-legend-symbol path", "all => all.map((n) => getComputedStyle(n).fill)")
        rows = page.eval_on_selector_all(
            "#end-table tbody th", "all => all.map((n) => [n.innerText.trim(), getComputedStyle(n.querySelector('rect')).fill])"
        )
        assert legend == [colour for _, colour in rows]  # the chart and its table agree
        bars = set(page.eval_on_selector_all("#end-chart .mark-rect path", FILLS)) - {"none"}
        assert bars <= set(legend)
        aspects[aspect] = legend
        if aspect == "leader":
            for name, colour in rows:
                if name not in ("Nobody leads", "Ended early", "Other"):
                    wears(colour, side.get(name, name))
    assert "MehdiArmy" in {n.replace(" ", "") for who in worn.values() for n in who}
    assert all(len(who) == 1 for who in worn.values()), worn
    names = [next(iter(who)) for who in worn.values()]
    assert len(names) == len(set(names)), worn  # and one actor has one colour
    plans = {rgb(p[shade]).replace(" ", "") for p in facts["plans"] for shade in ("colour", "dark")}
    assert not plans & set(worn)
    for aspect in ("form", "war", "foreign"):
        assert not {c.replace(" ", "") for c in aspects[aspect]} & (set(worn) | plans), aspect
    assert opened.errors == []


def test_the_map_is_pale_where_few_futures_agree(recorded: Path, open_page: Callable[..., Opened]) -> None:
    """Issue 7, D8: whoever rules in more futures than anyone else may rule in a third of them; the colour and the words say so."""
    opened = open_page(recorded)
    page = opened.page
    page.fill("#week", "100")
    seen = page.eval_on_selector_all(
        "#drawing path.place", "all => all.map((p) => [Number(p.style.fillOpacity), p.getAttribute('aria-label')])"
    )
    shares = [int(found[1]) / 100 for _, said in seen if (found := re.search(r"in (\d+)% of futures", said))]
    assert len(shares) == len(seen)
    for (opacity, said), share in zip(seen, shares, strict=True):
        assert opacity == pytest.approx(max(0.15, share), abs=0.011), said
        assert ("not most" in said) == (share < 0.5), said
    assert min(shares) < 0.6 < max(shares)
    legend = page.inner_text("#legend")
    assert "in 30% of futures" in legend
    assert "in more futures than anyone else" in legend
    assert opened.errors == []
