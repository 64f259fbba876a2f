"""The documentation builds without a broken link, says what the code declares, and the README's table names every mechanism."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright import sync_api as playwright

import drawdown
from docs import build, generate
from drawdown.mechanism import PHASES, shipped

REPOSITORY = Path(__file__).resolve().parents[2]
TYPES = {"added", "changed", "fixed", "numbers"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site; that of .ci/run, which has just built it, where it says so."""
    if built := os.environ.get("DRAWDOWN_SITE"):
        return Path(built)
    folder = tmp_path_factory.mktemp("made") / "site"
    assert build.build(folder) == []
    return folder


@pytest.mark.slow
def test_the_site_has_a_page_for_every_source(site: Path) -> None:
    of_sphinx = {"genindex", "py-modindex", "search"}
    found = {file.relative_to(site).with_suffix("").as_posix() for file in site.rglob("*.html")} - of_sphinx
    assert found == {name.removesuffix(".md") for name in build.gather()}


@pytest.mark.slow
def test_pages_ask_no_network_for_anything(site: Path) -> None:
    loads = re.compile(r'<(?:script|img|iframe|link)[^>]*(?:src|href)="(?:https?:)?//|@import|url\(["\']?(?:https?:)?//')
    kinds = {".html", ".css"}
    assert [file.name for file in site.rglob("*") if file.suffix in kinds and loads.search(file.read_text(encoding="utf-8"))] == []


def test_every_page_is_in_the_margin() -> None:
    """Sphinx tells it too, but only where the whole site is built; pages of rooms are reached from their first."""
    found = build.gather()
    margin = set(found["index.md"].splitlines())
    assert [name for name in found if name.removesuffix(".md") not in margin | {"index"} and not name.startswith("docs/api-")] == []


@pytest.mark.slow
def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = "# A\n\n[one](b.md) [two](#nowhere) [three](https://example.org) [four](#a) $x^2$"
    problems = build.build(tmp_path / "site", {"index.md": page, "docs/alone.md": "# Alone"})
    assert [problem.rpartition(" [")[0] for problem in problems] == [
        "docs/alone.md: WARNING: document isn't included in any toctree",
        "index.md:3: WARNING: 'myst' cross-reference target not found: 'b.md'",
        "index.md:3: WARNING: 'myst' cross-reference target not found: 'nowhere'",
    ]
    assert not (tmp_path / "site").exists(), "nothing half-made"


@pytest.mark.slow
def test_formulas_become_mathml(site: Path) -> None:
    text = (site / "docs" / "model.html").read_text(encoding="utf-8")
    assert "<math" in text
    assert "$" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


@pytest.mark.slow
def test_what_python_offers_has_a_page(site: Path) -> None:
    text = (site / "docs" / "api.html").read_text(encoding="utf-8")
    assert [name for name in drawdown.__all__ if f'<span class="pre">{name}</span>' not in text] == []
    inventory = (site / "docs" / "api-engine.html").read_text(encoding="utf-8")
    assert 'id="drawdown.engine.Engine.replay"' in inventory


@pytest.mark.slow
@pytest.mark.browser
def test_search_works_without_a_server_or_a_network(site: Path, chromium: Path) -> None:
    """From the disk (`file://`), where browsers let no page read another: the titles are found; the lines around them need a server."""
    asked: list[str] = []

    def titles() -> list[str]:
        with playwright.sync_playwright() as started:
            browser = started.chromium.launch(executable_path=str(chromium), args=["--no-sandbox", "--disable-background-networking"])
            page = browser.new_page()
            page.on("request", lambda request: asked.append(request.url))
            page.goto(f"file://{site}/index.html")
            page.fill("input[name=q]", "desertion")
            page.press("input[name=q]", "Enter")
            page.wait_for_function("/found \\d+ pages?/.test(document.body.innerText)")
            found: list[str] = page.locator("#search-results li a").all_inner_texts()
            browser.close()
        return found

    # In a thread of its own: the browser tests of the same worker keep a loop running in this one.
    with ThreadPoolExecutor(1) as aside:
        found = aside.submit(titles).result()
    assert {"Mechanisms", "Parameters"} <= {title.split(" > ")[0] for title in found}
    assert all(url.startswith("file://") for url in asked)


def test_the_catalogue_tells_every_mechanism_and_parameter() -> None:
    text = generate.mechanisms_page()
    for m in shipped():
        assert f"### {m.name}\n" in text
        for p in m.params:
            assert f"| `{p.name}` |" in text, f"{m.name}.{p.name}"


def test_the_readme_names_every_mechanism_in_its_phase() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for phase in PHASES:
        row = re.search(rf"^\| {phase} \|(.*)\|$", text, re.MULTILINE)
        assert row is not None, f"the README's table has no row for {phase}"
        assert set(re.findall(r"`(\w+)`", row[1])) == {m.name for m in shipped() if m.phase == phase}


def test_fragments_of_the_changelog_are_well_named() -> None:
    fragments = [file for file in (REPOSITORY / "changelog.d").iterdir() if file.name not in ("README.md", "template.md.jinja")]
    wrong = [
        file.name for file in fragments if len(file.name.split(".")) != 3 or file.name.split(".")[1] not in TYPES or file.suffix != ".md"
    ]
    assert not wrong
    assert all(file.read_text(encoding="utf-8").strip() for file in fragments)


def test_versions_agree() -> None:
    version = re.search(r'^version = "(.+)"$', (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    cited = re.search(r"^version: (.+)$", (REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert version is not None
    assert cited is not None
    assert version[1] == cited[1]


def test_no_file_of_the_set_up_names_a_registry_host() -> None:
    for name in ("constraints.txt", "pyproject.toml", "run.py", ".ci/run"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert not re.search(r"index-url|https?://[\w.-]*(?:pypi|pythonhosted|debian|npmjs)", text), name
