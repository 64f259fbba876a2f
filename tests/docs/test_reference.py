"""The documentation builds without a broken link, says what the code declares, and the README's table names every mechanism."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import build, generate
from drawdown.mechanism import PHASES, discover

REPOSITORY = Path(__file__).resolve().parents[2]
TYPES = {"added", "changed", "fixed", "numbers"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    problems = build.build(folder)
    assert problems == []
    return folder


def test_the_site_has_a_page_for_every_source(site: Path) -> None:
    assert {f"{page.name}.html" for page in build.gather().values()} == {file.name for file in site.glob("*.html")}


def test_pages_ask_no_network_for_anything(site: Path) -> None:
    loads = re.compile(r'<(?:script|img|iframe|link)[^>]*(?:src|href)="(?:https?:)?//|@import|url\(')
    assert [file.name for file in site.iterdir() if loads.search(file.read_text(encoding="utf-8"))] == []


def test_a_broken_link_is_found() -> None:
    page = build.Page("docs/a.md", "# A\n\n[one](b.md) [two](#nowhere) [three](https://example.org) [four](#a)", "a")
    problems: list[str] = []
    build.render(page, {page.source: page}, {page.source: build.headings_of(page)}, problems)
    assert problems == ["docs/a.md: 'b.md' leads nowhere", "docs/a.md: '#nowhere' names a heading that docs/a.md does not have"]


def test_formulas_become_mathml(site: Path) -> None:
    assert "<math" in (site / "model.html").read_text(encoding="utf-8")


def test_the_catalogue_tells_every_mechanism_and_parameter() -> None:
    text = generate.mechanisms_page()
    for m in discover():
        assert f"### {m.name}\n" in text
        for p in m.params:
            assert f"| `{p.name}` |" in text, f"{m.name}.{p.name}"


def test_the_readme_names_every_mechanism_in_its_phase() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for phase in PHASES:
        row = re.search(rf"^\| {phase} \|(.*)\|$", text, re.MULTILINE)
        assert row is not None, f"the README's table has no row for {phase}"
        assert set(re.findall(r"`(\w+)`", row[1])) == {m.name for m in discover() if m.phase == phase}


def test_fragments_of_the_changelog_are_well_named() -> None:
    fragments = [file for file in (REPOSITORY / "changelog.d").iterdir() if file.name != "README.md"]
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
