"""The page's templates, one file a section: what a view says becomes HTML here, escaped.

Markup comes from three places only: these templates, the page's own assets and markdown-it (`drawdown.report.markup`). All else is text.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, ClassVar, Protocol

from markupsafe import Markup

from drawdown.report import marks, words

if TYPE_CHECKING:
    from dataclasses import Field

    from jinja2 import Environment

# Jinja's own filters that pass a text as markup or make markup of their own; the templates have none of them.
UNESCAPING = ("safe", "tojson", "urlize", "xmlattr", "striptags")


class SectionView(Protocol):
    """What a template is filled from: a frozen dataclass, whose fields are the template's variables."""

    __dataclass_fields__: ClassVar[dict[str, Field[object]]]


def fill(template: str, view: SectionView | None) -> Markup:
    """A template of `report/templates/` with the fields of a view; nothing where there is no view."""
    if view is None:
        return Markup()
    values = {field.name: getattr(view, field.name) for field in fields(view)}
    return Markup(environment().get_template(f"{template}.html").render(values))


def asset(name: str) -> Markup:
    """A file of `report/assets/` as it is."""
    return Markup((files("drawdown.report") / "assets" / name).read_text(encoding="utf-8"))


@cache
def environment() -> Environment:
    """Jinja with autoescape, without the filters that go round it; a name that a view lacks is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("drawdown.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    for name in UNESCAPING:
        del made.filters[name]
    told = (words.percent, words.points, words.number, words.signed, words.day, words.plural, words.listed, words.thousands)
    made.filters.update({filter_.__name__: filter_ for filter_ in told}, in_words=words.in_words, outline=marks.outline)
    made.globals["asset"] = asset
    return made
