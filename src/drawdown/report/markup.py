"""What a stranger wrote as HTML: his Markdown through markdown-it, his web addresses as links. No other text becomes markup."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

Environment = MutableMapping[str, object]


@dataclass(frozen=True, slots=True)
class Cited:
    """A stretch of text, or a web address that shows as its site."""

    words: str
    url: str = ""


def cited(words: str) -> tuple[Cited, ...]:
    """Text cut at its web addresses, which become links that show only their site."""
    out, last = [], 0
    for found in re.finditer(r"https?://([^\s/;,\"'<>]+)[^\s;,\"'<>]*", words):
        out += [Cited(words[last : found.start()]), Cited(found[1], found[0])]
        last = found.end()
    return tuple(part for part in (*out, Cited(words[last:])) if part.words)


def web_address(url: str) -> str:
    """The address if it is one of the web, else nothing: a stranger's `javascript:` is no link."""
    return url if re.fullmatch(r"https?://[^\s\"'<>]+", url) else ""


def prose(markdown: str, level: int = 3) -> Markup:
    """A scenario's card or a note: CommonMark with tables; headings begin at `level`.

    A stranger wrote it: tags are shown as text, pictures are left out (a page makes no request), only web addresses become links.
    """
    reader = _reader()
    tokens = reader.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) - 1 + level, 6)}"
    return Markup(reader.renderer.render(tokens, reader.options, {}))


def inline(markdown: str) -> Markup:
    """One line of Markdown, without a paragraph around it; as safe as `prose`."""
    return Markup(_reader().renderInline(markdown))


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # markdown-it's own name
        return bool(web_address(url))


class _Renderer(RendererHTML):
    """Rules by the name of the token that they render."""

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        tokens[idx].attrSet("rel", "noopener noreferrer")
        return self.renderToken(tokens, idx, options, env)

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        return '<div class="scroll" tabindex="0" role="group" aria-label="Table">' + self.renderToken(tokens, idx, options, env)

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        return self.renderToken(tokens, idx, options, env).rstrip() + "</div>\n"


@cache
def _reader() -> _Reader:
    reader = _Reader("commonmark", {"html": False}, renderer_cls=_Renderer)
    reader.enable("table").disable(["image", "html_block", "html_inline"])
    return reader
