"""Build the documentation into a folder of plain pages: `python -m docs.build` writes site/. No page makes a request to any network.

Hand-written Markdown (README.md, docs/*.md, CHANGELOG.md, CONTRIBUTING.md) and the pages that `generate.py` writes from the code.
Strict: a link to a page or a heading that does not exist, a formula that cannot be set, or a page that nothing leads to ends the build.
"""

from __future__ import annotations

import argparse
import html
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from latex2mathml.converter import convert as to_mathml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from docs.generate import anchor, pages

REPOSITORY = Path(__file__).resolve().parents[1]
MENU: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Start", ("index", "tutorial")),
    ("The model", ("model", "order", "mechanisms", "parameters", "variables", "evidence", "validation", "bibliography")),
    ("Use", ("cli", "scenario-files")),
    ("Trust", ("trial-by-history", "decisions")),
    ("Project", ("architecture", "CONTRIBUTING", "CHANGELOG")),
)
STYLE = """
:root{color-scheme:light dark;--ink:light-dark(#1c2126,#e4e6e8);--paper:light-dark(#fff,#15181b);--line:light-dark(#d5d9dd,#3a4047);
--soft:light-dark(#f4f5f6,#1e2226);--link:light-dark(#0b5394,#8ab8e6)}
*{box-sizing:border-box}
body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);display:flex;flex-wrap:wrap}
nav{flex:0 0 15rem;padding:1.2rem;border-right:1px solid var(--line);font-size:.92rem}nav b{display:block;margin-top:1rem}
nav a{display:block;padding:.1rem 0}nav a[aria-current]{font-weight:600;color:inherit;text-decoration:none}
main{flex:1 1 30rem;min-width:0;max-width:66rem;padding:1.2rem 2rem 4rem}a{color:var(--link)}h1,h2,h3{line-height:1.25}h2{margin-top:2.2rem}
table{border-collapse:collapse;font-size:.88rem}th,td{border:1px solid var(--line);padding:.3rem .55rem;vertical-align:top;text-align:left}
th{background:var(--soft)}.wide{overflow-x:auto;margin:1rem 0}pre{background:var(--soft);padding:.8rem;overflow-x:auto;font-size:.85rem}
code{font-family:ui-monospace,monospace;font-size:.92em}blockquote{margin:1rem 0;padding:0 1rem;border-left:3px solid var(--line)}
@media(max-width:48rem){nav{flex-basis:100%;border-right:0;border-bottom:1px solid var(--line)}}
@media print{nav{display:none}main{max-width:none}}
"""


@dataclass(frozen=True)
class Page:
    """One page: where its Markdown came from (relative to the repository), its text, and its name in the site."""

    source: str
    text: str
    name: str  # without .html


def gather() -> dict[str, Page]:
    """All pages by the path of their source."""
    found = [Page("README.md", (REPOSITORY / "README.md").read_text(encoding="utf-8"), "index")]
    for file in sorted([*REPOSITORY.glob("C*.md"), *(REPOSITORY / "docs").glob("*.md")]):
        source = file.relative_to(REPOSITORY).as_posix()
        found.append(Page(source, file.read_text(encoding="utf-8"), file.stem))
    found += [Page(f"docs/{name}", write(), name.removesuffix(".md")) for name, write in pages(REPOSITORY).items()]
    by_source = {page.source: page for page in found}
    by_name = {page.name for page in found}
    if len(by_source) < len(found) or len(by_name) < len(found):
        raise SystemExit("two pages have one name; a generated page may not stand beside a written one")
    return by_source


def formula(content: str, settings: dict[str, Any]) -> str:
    """LaTeX to MathML, which browsers set by themselves."""
    return str(to_mathml(content, display="block" if settings.get("display_mode") else "inline"))


def parser() -> MarkdownIt:
    """Markdown with tables, headings that can be linked to, and formulas between dollars."""
    made = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    made.use(anchors_plugin, min_level=1, max_level=4, slug_func=anchor)
    # A dollar before a digit is money or a shell prompt, not a formula.
    return made.use(dollarmath_plugin, renderer=formula, allow_digits=False, allow_space=False, double_inline=True)


def walk(tokens: list[Token]) -> list[Token]:
    """Every token, with those inside paragraphs."""
    return [inner for token in tokens for inner in (token, *walk(token.children or []))]


def target_of(link: str, page: Page, known: dict[str, Page]) -> tuple[str, Page | None, str]:
    """(address in the site, page led to if it is one of ours, heading). Raises KeyError for a file that does not exist."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return link, None, ""
    if not parts.path:
        return link, page, unquote(parts.fragment)
    base = PurePosixPath(page.source).parent
    steps: list[str] = []
    for step in (base / unquote(parts.path)).parts:
        if step == "..":
            steps.pop()
        else:
            steps.append(step)
    path = "/".join(steps)
    if path in known:
        there = known[path]
        return f"{there.name}.html" + (f"#{parts.fragment}" if parts.fragment else ""), there, unquote(parts.fragment)
    if (REPOSITORY / path).exists():
        return path, None, ""  # a file of the repository that has no page: named, not linked
    raise KeyError(path)


def render(page: Page, known: dict[str, Page], headings: dict[str, set[str]], problems: list[str]) -> tuple[str, str, set[str]]:
    """(title, HTML, names of the pages that it leads to)."""
    reader = parser()
    tokens = reader.parse(page.text)
    title, leads = page.name, set()
    everything = walk(tokens)
    for before, token in zip([None, *everything], everything, strict=False):
        if before is not None and before.type == "heading_open" and before.tag == "h1" and title == page.name:
            title = "".join(t.content for t in token.children or [])
        attribute = {"link_open": "href", "image": "src"}.get(token.type)
        if attribute is None:
            continue
        link = str(token.attrs[attribute])
        try:
            address, there, heading = target_of(link, page, known)
        except (KeyError, IndexError):
            problems.append(f"{page.source}: '{link}' leads nowhere")
            continue
        if there is not None:
            leads.add(there.name)
            if heading and heading not in headings[there.source]:
                problems.append(f"{page.source}: '{link}' names a heading that {there.source} does not have")
        token.attrs[attribute] = address
    body = str(reader.renderer.render(tokens, reader.options, {}))
    return title, body.replace("<table>", '<div class="wide" tabindex="0"><table>').replace("</table>", "</table></div>"), leads


def headings_of(page: Page) -> set[str]:
    """Addresses of the headings of a page."""
    return {str(token.attrs["id"]) for token in parser().parse(page.text) if token.type == "heading_open" and "id" in token.attrs}


def menu(current: str, titles: dict[str, str]) -> str:
    """The way around: what MENU names, then the scenarios."""
    scenarios = tuple(sorted(name for name in titles if name.startswith("scenario-") and name != "scenario-files"))
    parts = []
    for group, names in (*MENU, ("Scenarios", scenarios)):
        links = [
            f'<a href="{name}.html"{" aria-current=page" if name == current else ""}>{html.escape(titles[name].split(":")[0])}</a>'
            for name in names
            if name in titles
        ]
        if links:
            parts.append(f"<b>{group}</b>{''.join(links)}")
    return "".join(parts)


def build(folder: Path) -> list[str]:
    """Write the site; returns what is wrong with it, empty when all is well."""
    known = gather()
    headings = {source: headings_of(page) for source, page in known.items()}
    problems: list[str] = []
    made = {page.name: render(page, known, headings, problems) for page in known.values()}
    titles = {name: title for name, (title, _, _) in made.items()}
    in_menu = {name for _, names in MENU for name in names}
    reached = in_menu.union(*(leads for _, _, leads in made.values()), (name for name in made if name.startswith("scenario-")))
    problems += [f"{page.source}: nothing leads to this page" for page in known.values() if page.name not in reached]
    if problems:
        return problems
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "style.css").write_text(STYLE.strip() + "\n", encoding="utf-8")
    for name, (title, body, _) in made.items():
        head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(title)}</title>'
        page = f'<!doctype html><html lang="en"><head>{head}<link rel="stylesheet" href="style.css"></head><body>'
        page += f'<nav aria-label="pages">{menu(name, titles)}</nav><main>{body}</main></body></html>\n'
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return []


def main() -> int:
    """Exit code 1, with everything that is wrong, if the site is not sound."""
    arguments = argparse.ArgumentParser(description="Build the documentation.")
    arguments.add_argument("--out", type=Path, default=REPOSITORY / "site", help="folder of the site (replaced)")
    folder = arguments.parse_args().out
    problems = build(folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(list(folder.glob('*.html')))} pages in {folder}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
