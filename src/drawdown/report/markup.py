"""Small pieces of HTML that the sections share; everything that comes from a file is escaped here and nowhere else."""

# ruff: noqa: E501 - a line of markup is easier to read whole
from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from drawdown.report.run import PlanView


def text(value: object) -> str:
    """Escaped text."""
    return html.escape(str(value), quote=True)


def link(url: str, words: str) -> str:
    """A link if the address is a web address; otherwise just the words (a stranger's `javascript:` stays text)."""
    if re.fullmatch(r"https?://[^\s\"'<>]+", url):
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
        f'<svg class="mark" width="{size}" height="{size}" viewBox="-7 -7 14 14" aria-hidden="true" style="--c:{plan.colour};--d:{plan.dark}">'
        f"{shape(plan.shape, 0, 0, 5)}</svg>"
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
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{text(caption)}"><table><caption>{text(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def definition(pairs: Mapping[str, Any]) -> str:
    """A definition list of plain values."""
    return "<dl>" + "".join(f"<dt>{text(k)}</dt><dd>{text(v)}</dd>" for k, v in pairs.items()) + "</dl>"


def prose(markdown: str, level: int = 3) -> str:
    """The part of Markdown that a scenario's card uses: headings, lists, paragraphs, bold, italics, code, links. All text is escaped."""
    out: list[str] = []
    paragraph: list[str] = []
    items: list[str] = []

    def flush() -> None:
        if paragraph:
            out.append(f"<p>{_inline(' '.join(paragraph))}</p>")
            paragraph.clear()
        if items:
            out.append("<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>")
            items.clear()

    for line in markdown.splitlines():
        heading = re.match(r"(#{1,5})\s+(.*)", line)
        bullet = re.match(r"\s*[-*]\s+(.*)", line)
        if heading:
            flush()
            depth = min(len(heading[1]) - 1 + level, 6)
            out.append(f"<h{depth}>{_inline(heading[2])}</h{depth}>")
        elif bullet:
            if paragraph:
                flush()
            items.append(bullet[1])
        elif not line.strip():
            flush()
        elif items and line.startswith("  "):
            items[-1] += " " + line.strip()
        else:
            if items:
                flush()
            paragraph.append(line.strip())
    flush()
    return "".join(out)


def _inline(words: str) -> str:
    safe = text(words)
    safe = re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)
    safe = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", safe)
    safe = re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*(?!\w)", r"<em>\1</em>", safe)
    return re.sub(r"\[([^\]]+)\]\((https?://[^\s)\"']+)\)", r'<a href="\2" rel="noopener noreferrer">\1</a>', safe)
