"""Build the documentation into a folder of plain pages: `python -m docs.build` writes site/.

Hand-written Markdown (README.md, docs/*.md, CHANGELOG.md, CONTRIBUTING.md) and the pages that `generate.py` and `api.py` write from the
code are laid out in a folder of their own, as they stand in the repository, for Sphinx with the settings of `conf.py`.
Strict: whatever Sphinx warns of, such as a link to a page or a heading that does not exist, or a page that nothing leads to, is a problem.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from docs.api import api_pages
from docs.generate import pages

REPOSITORY = Path(__file__).resolve().parents[1]
MENU: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Start", ("docs/tutorial",)),
    (
        "The model",
        tuple(f"docs/{n}" for n in ("model", "order", "mechanisms", "parameters", "variables", "evidence", "validation", "bibliography")),
    ),
    ("Use", ("docs/cli", "docs/scenario-files", "docs/add-a-mechanism", "docs/api")),
    ("Trust", ("docs/trial-by-history", "docs/exam", "docs/learned", "docs/facts", "docs/second-country", "docs/decisions")),
    ("Project", ("docs/architecture", "CONTRIBUTING", "CHANGELOG", "changelog.d/README")),
)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def gather() -> dict[str, str]:
    """The Markdown of every page by its path in the repository; the README is the first, `index.md`, and holds the way around."""
    written = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md"), REPOSITORY / "changelog.d" / "README.md"])
    found = {file.relative_to(REPOSITORY).as_posix(): file.read_text(encoding="utf-8") for file in written}
    for name, write in {**pages(REPOSITORY), **api_pages()}.items():
        if f"docs/{name}" in found:
            raise SystemExit(f"docs/{name} is written by hand and generated; one of the two must go")
        found[f"docs/{name}"] = write()
    named = {name for _, names in MENU for name in names}
    scenarios = tuple(page for name in found if (page := name.removesuffix(".md")).startswith("docs/scenario-") and page not in named)
    first = "\n\n".join([found.pop("README.md"), *(menu(caption, names) for caption, names in (*MENU, ("Scenarios", scenarios)))])
    return {"index.md": first, **{name: text.replace("](../README.md", "](../index.md") for name, text in found.items()}}


def menu(caption: str, names: tuple[str, ...]) -> str:
    """Pages under a heading in the margin of every page."""
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```"])


def lay_out(folder: Path, texts: dict[str, str]) -> None:
    """Write the pages, and beside them the files of the repository that they lead to."""
    for name, text in texts.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    for name, text in texts.items():
        for link in _LINK.findall(text):
            target = Path(folder, name).parent / link
            source = (REPOSITORY / name).parent / link
            if not target.exists() and source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)


def build(folder: Path, texts: dict[str, str] | None = None) -> list[str]:
    """Write the site of all pages, or of `texts` alone; returns what is wrong with it, empty when all is well, and then it is in place."""
    with tempfile.TemporaryDirectory() as temporary:
        laid_out, made = Path(temporary, "pages").resolve(), Path(temporary, "site")
        lay_out(laid_out, gather() if texts is None else texts)
        sphinx = [sys.executable, "-m", "sphinx", "--builder", "html", "--conf-dir", str(REPOSITORY / "docs"), "--quiet", "--no-color"]
        command = [*sphinx, "--doctree-dir", str(Path(temporary, "read")), str(laid_out), str(made)]
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        problems = [line.replace(f"{laid_out}/", "") for line in done.stderr.splitlines() if line.strip()]
        if done.returncode and not problems:
            problems = [f"Sphinx ended with {done.returncode}: {done.stdout[-2_000:]}"]
        if not problems:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(made, folder)
        return problems


def main() -> int:
    """Exit code 1, with everything that is wrong, if the site is not sound."""
    arguments = argparse.ArgumentParser(description="Build the documentation.")
    arguments.add_argument("--out", type=Path, default=REPOSITORY / "site", help="folder of the site (replaced)")
    folder = arguments.parse_args().out
    problems = build(folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(list(folder.rglob('*.html')))} pages in {folder}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
