"""Nothing outside `cases/` names a country or anything of a shipped scenario: a country is a guest.

Read are the sources as text, comments, help texts and tables included. Left out: what others wrote (vendor) and two tables of the world.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from drawdown.scenario.library import list_scenarios
from drawdown.scenario.load import load

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "drawdown"
KINDS = (".py", ".csv", ".html", ".js", ".css", ".yaml", ".md", ".jinja", ".json", ".txt")
# About no country in particular: the reference class of real exits, and where each country is governed from.
OF_THE_WORLD = ("evaluate/exits.csv", "countries/capitals.csv")
TYPEFACES = re.compile(r"\bGeorgia\b(?=,)")
SHORTEST = 4  # letters; a shorter name is found by the list of countries or means nothing
# Words of a shipped scenario's names that are words of the field.
COMMON = frozenset({
    "army", "police", "government", "governments", "force", "forces", "foreign", "national", "state", "states", "party",
    "parties", "council", "councils", "city", "north", "south", "northern", "southern", "minority", "insurgents", "other", "rest",
    "volunteers", "guard", "guards", "militia", "allied", "allies", "security", "local", "border", "united", "kingdom", "rival",
    "administration", "coalition", "congress", "parliament", "public", "jihad",
})  # fmt: skip


def words_of_countries() -> set[str]:
    lines = (Path(__file__).with_name("countries.txt")).read_text(encoding="utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def words_of_scenarios() -> set[str]:
    """Ids of shipped scenarios, and ids and names of all that they name."""
    found: set[str] = set()
    for listed in list_scenarios():
        scenario = load(listed.id)
        found |= {listed.id, scenario.country}
        for group in (scenario.places, scenario.actors, scenario.communities, scenario.sponsors, scenario.homes):
            for named in group:
                found.add(named.id)
                found.add(getattr(named, "name", named.id))
    # Towns and spellings, as the data write them.
    for file in (PACKAGE / "cases").glob("*/names.csv"):
        found |= {line.split(",")[0] for line in file.read_text(encoding="utf-8").splitlines()[1:]}
    # A name of several common words is none of the scenario's own.
    return {w for w in found if len(w) >= SHORTEST and set(re.findall(r"[a-z]+", w.casefold())) - COMMON - {"the", "of", "and", "al"}}


def files() -> Iterator[Path]:
    for file in sorted(PACKAGE.rglob("*")):
        name = file.relative_to(PACKAGE).as_posix()
        if file.suffix in KINDS and not name.startswith(("cases/", "shipped/")) and "vendor/" not in name and name not in OF_THE_WORLD:
            yield file


def named_in(text: str, words: set[str]) -> list[tuple[int, str]]:
    """(line, word) of every word of the list that stands in a text as a whole word, or as a part of a name in code."""
    heads = {re.split(r"[- ]", w)[0].casefold() for w in words}
    if heads.isdisjoint(part.casefold() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", text)):
        return []  # most files: the long pattern is slow
    spelt = "|".join("[-_ ]?".join(map(re.escape, re.split(r"[- ]", w))) for w in sorted(words, key=len, reverse=True))
    begins, ends = r"(?-i:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))", r"(?-i:(?![a-z]))"
    pattern = re.compile(f"{begins}(?:{spelt}){ends}", re.IGNORECASE)
    return [(number, m.group()) for number, line in enumerate(text.splitlines(), start=1) for m in pattern.finditer(line)]


@pytest.fixture(scope="module")
def words() -> set[str]:
    return words_of_countries() | words_of_scenarios()


def test_the_words_are_those_of_the_scenarios(words: set[str]) -> None:
    """The list is alive: it holds what the first scenario names, and no word of the field."""
    assert {"iraq-2007", "mehdi-army", "basra-city", "shia-arab", "peshmerga"} <= words
    assert not {"iraqi", "army", "government", "police"} & {w.casefold() for w in words_of_scenarios()}
    assert named_in("a claim such as {place: basra-city}", words) == [(1, "basra-city")]
    assert named_in("Iraqis and the rest", words) == [(1, "Iraqis")]
    assert named_in("def of_mehdi_army(badr): ...", words) == [(1, "mehdi_army"), (1, "badr")]
    assert named_in("class IraqBodyCount: ...  # in Falluja", words) == [(1, "Iraq"), (1, "Falluja")]
    assert named_in("basraic and malignant", words) == []


def test_nothing_outside_cases_names_a_country(words: set[str]) -> None:
    found = [
        f"{file.relative_to(PACKAGE.parent)}:{line} names '{word}'"
        for file in files()
        for line, word in named_in(TYPEFACES.sub("", file.read_text(encoding="utf-8")), words)
    ]
    assert not found, "\n".join(["say it without, or move it to cases/ or to the scenario:", *found])
