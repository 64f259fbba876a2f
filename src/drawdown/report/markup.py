"""Small pieces of HTML that the sections share; everything that comes from a file is escaped here and nowhere else."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from drawdown.report.run import PlanView

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def text(value: object) -> str:
    """Escaped text."""
    return html.escape(str(value), quote=True)


def link(url: str, words: str) -> str:
    """A link if the address is a web address; otherwise just the words (a stranger's `javascript:` stays text)."""
    if _web(url):
        return f'<a href="{text(url)}" rel="noopener noreferrer">{text(words)}</a>'
    return text(words)


def cited(words: str) -> str:
    """Text in which web addresses are links that show only their site."""
    out, last = [], 0
    for found in re.finditer(r"https?://([^\s/;,\"'<>]+)[^\s;,\"'<>]*", words):
        out += [text(words[last : found.start()]), link(found[0], found[1])]
        last = found.end()
    return "".join([*out, text(words[last:])])


def mark(plan: PlanView, size: int = 14) -> str:
    """The plan's shape and colour as an inline drawing; decoration beside the plan's name."""
    return (
        f'<svg class="mark" width="{size}" height="{size}" viewBox="-7 -7 14 14" aria-hidden="true" '
        f'style="--c:{plan.colour};--d:{plan.dark}">{shape(plan.shape, 0, 0, 5)}</svg>'
    )


def shape(name: str, x: float, y: float, r: float) -> str:
    """One plan mark at a point of a drawing; colour comes from the style around it."""
    if name == "square":
        return f'<rect class="pm" x="{x - r * 0.86:.1f}" y="{y - r * 0.86:.1f}" width="{r * 1.72:.1f}" height="{r * 1.72:.1f}"/>'
    points = {
        "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
        "triangle": ((0, -1.1), (1.1, 0.9), (-1.1, 0.9)),
        "triangle-down": ((0, 1.1), (1.1, -0.9), (-1.1, -0.9)),
        "cross": ((-0.35, -1.1), (0.35, -1.1), (0.35, -0.35), (1.1, -0.35), (1.1, 0.35), (0.35, 0.35), (0.35, 1.1), (-0.35, 1.1),
                  (-0.35, 0.35), (-1.1, 0.35), (-1.1, -0.35), (-0.35, -0.35)),
    }.get(name)  # fmt: skip
    if points:
        path = "L".join(f"{x + a * r:.1f},{y + b * r:.1f}" for a, b in points)
        return f'<path class="pm" d="M{path}Z"/>'
    hollow = " hollow" if name == "ring" else ""
    return f'<circle class="pm{hollow}" cx="{x:.1f}" cy="{y:.1f}" r="{r * 0.95:.1f}"/>'


def table(head: list[str], rows: list[list[str]], caption: str, numeric: tuple[int, ...] = ()) -> str:
    """A plain table; cells are markup already, `numeric` columns are aligned right."""

    def cell(tag: str, index: int, inner: str) -> str:
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{scope}{' class=num' if index in numeric else ''}>{inner}</{tag}>"

    top = "".join(cell("th", i, h) for i, h in enumerate(head))
    body = "".join("<tr>" + "".join(cell("td", i, c) for i, c in enumerate(row)) + "</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{text(caption)}"><table><caption>{text(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def definition(pairs: Mapping[str, Any]) -> str:
    """A definition list of plain values."""
    return "<dl>" + "".join(f"<dt>{text(k)}</dt><dd>{text(v)}</dd>" for k, v in pairs.items()) + "</dl>"


def prose(markdown: str, level: int = 3) -> str:
    """A scenario's card or a note as HTML: CommonMark with tables; headings begin at `level`.

    A stranger wrote it: tags are shown as text, pictures are left out (a page makes no request), only web addresses become links.
    """
    reader = _reader()
    tokens = reader.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) - 1 + level, 6)}"
    html_text: str = reader.renderer.render(tokens, reader.options, {})
    return html_text.replace("<table>", '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>').replace(
        "</table>", "</table></div>"
    )


def inline(markdown: str) -> str:
    """One line of Markdown, without a paragraph around it; as safe as `prose`."""
    html_text: str = _reader().renderInline(markdown)
    return html_text


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
    reader.validateLink = _web  # type: ignore[method-assign]  # how markdown-it is told which links to take
    reader.add_render_rule("link_open", _link_open)
    return reader


def _web(url: str) -> bool:
    return re.fullmatch(r"https?://[^\s\"'<>]+", url) is not None


def _link_open(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer")
    rendered: str = self.renderToken(tokens, index, options, env)
    return rendered
