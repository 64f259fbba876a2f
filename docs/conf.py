"""How Sphinx makes the site of what `docs/build.py` lays out for it: no page makes a request to any network, and search works offline."""

from __future__ import annotations

import re
import sys
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING

from docutils.nodes import SkipNode
from latex2mathml.converter import convert as to_mathml
from pygments.lexers.special import TextLexer

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

project = "drawdown"
author = "The drawdown authors"
version = release = version_of("drawdown")
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "index"

myst_enable_extensions = ["dollarmath"]
myst_dmath_allow_digits = False  # a dollar before a digit is money or a shell prompt
myst_dmath_allow_space = False
myst_dmath_double_inline = True
myst_heading_anchors = 4
myst_heading_slug_func = "docs.generate.anchor"

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
suppress_warnings = ["ref.python"]  # the type of an argument that bears the name of two classes; links that somebody wrote are all checked

html_theme = "furo"  # system fonts, its script and style beside the pages
html_title = "drawdown"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = html_show_sourcelink = html_show_sphinx = html_show_copyright = False
html_math_renderer = "mathml"

_CODE = re.compile(r"`+[^`]+`+")
_OBEYED = re.compile(r"([\\*|]|_\b(?=\W|$))")


def as_restructured(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Docstrings as they are written here, with `code` between backticks, as reStructuredText; in place, as Sphinx asks."""
    for at, line in enumerate(lines):
        parts, end = [], 0
        for code in _CODE.finditer(line):
            parts += [_OBEYED.sub(r"\\\1", line[end : code.start()]), f"``{code.group().strip('`')}``"]
            end = code.end()
        lines[at] = "".join(parts) + _OBEYED.sub(r"\\\1", line[end:])
        example = line.endswith(":") and next((after for after in lines[at + 1 :] if after), "").startswith("    ")
        lines[at] += ":" if example else ""


def inline(writer: HTML5Translator, node: nodes.math) -> None:
    """A formula within a sentence, which browsers set by themselves."""
    writer.body.append(str(to_mathml(node.astext(), display="inline")))
    raise SkipNode


def displayed(writer: HTML5Translator, node: nodes.math_block) -> None:
    """A formula on a line of its own."""
    writer.body.append(str(to_mathml(node.astext(), display="block")))
    raise SkipNode


def setup(app: Sphinx) -> None:
    """What Sphinx calls when it starts."""
    app.add_lexer("csv", TextLexer)  # Pygments knows none
    app.connect("autodoc-process-docstring", as_restructured)
    app.add_html_math_renderer("mathml", (inline, None), (displayed, None))
