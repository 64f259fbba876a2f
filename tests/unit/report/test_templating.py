"""No template prints unescaped text: there is no filter, block or unquoted attribute that would, and every text of every view is tried."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import cast

import pandas as pd
import pytest
from jinja2 import TemplateAssertionError, UndefinedError, nodes
from markupsafe import Markup

from drawdown.report import (
    answer_section,
    backtest_scores,
    charts_sections,
    fitted,
    outside_view,
    page,
    score_card,
    sources_section,
    trust_section,
    why_section,
)
from drawdown.report.answers import all_drivers
from drawdown.report.chronicles import chronicles
from drawdown.report.history import RecordedSeries
from drawdown.report.numbers import numbers
from drawdown.report.run import RunView, open_run
from drawdown.report.templating import UNESCAPING, SectionView, environment, fill

REPORT = Path(page.__file__).parent
TEMPLATES = sorted((REPORT / "templates").glob("*.html"))
NASTY = "<img src=x onerror=\"alert('x')\">&"


def test_what_a_view_says_is_escaped() -> None:
    template = environment().from_string('{{ name }}|{{ "a" ~ name }}|{{ name|upper }}|{{ (name, name)|join("<b>") }}|{{ name|listed }}')
    told = template.render(name=NASTY)
    assert "<" not in told
    assert '"' not in told


@pytest.mark.parametrize("name", UNESCAPING)
def test_there_is_no_filter_that_would_not_escape(name: str) -> None:
    with pytest.raises(TemplateAssertionError, match=f"No filter named '{name}'"):
        environment().from_string("{{ name|" + name + " }}")


def test_a_name_that_a_view_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'wanted' is undefined"):
        environment().from_string("{{ wanted }}").render(name="x")


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_no_template_turns_escaping_off(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    tree = environment().parse(source)
    assert not list(tree.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier, nodes.MarkSafe, nodes.MarkSafeIfAutoescape)))
    assert not re.findall(r"=\{\{.*?\}\}", source)  # a value without quotes would end at a space
    assert not re.findall(r"=[a-z0-9]+[\s>]", re.sub(r"\{.*?\}\}?|<script>.*?</script>|<!--.*?-->", "", source, flags=re.DOTALL))
    assert not re.findall(r"<script[^>]*>(?:(?!</script>).)*\{\{(?! asset\(| embedded\.)", source)  # no view's text in a script


def test_only_templates_assets_and_markdown_make_markup() -> None:
    made = {
        file.name: len(re.findall(r"\bMarkup\((?!\))", file.read_text(encoding="utf-8")))
        for file in REPORT.rglob("*.py")
        if re.search(r"\bMarkup\((?!\))", file.read_text(encoding="utf-8"))
    }
    assert made == {"templating.py": 2, "markup.py": 2}
    written = [
        file.name for file in REPORT.rglob("*.py") if re.search(r"</[a-z]+[1-6]?>|<(?:p|div|td|tr|li|svg)\b", file.read_text("utf-8"))
    ]
    assert written == ["markup.py"]  # the wrapping of a wide table


# What the page's own code sets: ids, shapes, colours, coordinates, addresses that were looked at, the coded table of exits, a notice.
OURS = {"id", "ident", "shape", "colour", "dark", "url", "kind", "x", "view", "unread"}


def spoiled(value: object) -> object:
    """The value with each of its texts replaced; markup is left as it is."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return NASTY
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: spoiled(getattr(value, f.name)) for f in fields(value) if f.name not in OURS})
    if isinstance(value, Mapping):
        return {key: spoiled(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(spoiled(item) for item in value)
    return value


def views(run: RunView) -> Iterator[tuple[str, SectionView | None]]:
    """Every view of the sections of a run, with the name of its template."""
    moves, known = fitted.moved(run), numbers(run)
    drivers = all_drivers(run, [claim.id for claim in run.scenario.claims])
    yield "answer", answer_section.view(run, moves)
    yield "why", why_section.view(run, known, drivers)
    yield "trust", trust_section.view(run, backtest_scores.read(run), moves)
    yield "score_card", score_card.view(run)
    yield "outside_view", outside_view.view(run)
    yield "sources", sources_section.view(run, known)
    yield "map", charts_sections.map_view(run)
    yield "fans", charts_sections.fans_view(run, {"deaths": RecordedSeries("x", (), (("2007-09-03", 1.0),))})
    yield "ends", charts_sections.ends_view(run)
    yield "chronicles", charts_sections.chronicles_view(run, chronicles(run))


def test_whatever_a_view_says_its_template_prints_as_text(make: Callable[..., Path], synthetic: ModuleType) -> None:
    """Every text of every view is replaced by markup, of a run that has all that the page can show."""
    folder = make(plans=2, futures=300, kept=8, weeks=60, fitted=True)
    effect: dict[str, object] = {
        "mechanism": "m",
        "quantity": "q",
        "unit": "u",
        "with_it": 1.0,
        "without": 0.0,
        "effect": 1.0,
        "error": 0.1,
    }
    effect |= {"expected": 1, "quotation": "said"}
    pd.DataFrame([effect]).to_parquet(folder / "ablation.parquet")
    path = folder / "scenario" / "scenario.json"
    scenario = json.loads(path.read_text(encoding="utf-8"))
    scenario["claims"][0] |= {"happened": "true", "happened_source": "x https://example.org/a"}
    scenario["sources"]["iraq-index"] |= {"url": "https://example.org/b", "licence": "x"}
    path.write_text(json.dumps(scenario), encoding="utf-8")
    synthetic.seal(folder)
    seen = set()
    for name, view in views(open_run(folder)):
        assert view is not None, name
        plain, html = fill(name, view), fill(name, cast("SectionView", spoiled(view)))
        assert "<img" not in html, name
        assert "&lt;img src=x onerror=&#34;alert(&#39;x&#39;)&#34;&gt;&amp;" in html, name
        found = Tags(plain), Tags(html)
        assert found[0].names == found[1].names, name
        assert found[0].attributes == found[1].attributes, name
        seen.add(name)
    assert seen | {"page", "pieces", "claim", "fit"} == {file.stem for file in TEMPLATES}


class Tags(HTMLParser):
    """Names of the elements and of the attributes of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
