"""How futures end: form of the state, who leads, who rules, how much war there is, are foreign forces there; and how that flows on.

Read from the end states that the store keeps of every future at the end of every year (`endstates.parquet`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drawdown.report.colours import neutral
from drawdown.report.run import RunView
from drawdown.report.words import listed
from drawdown.vocabulary.state_forms import STATE_FORMS
from drawdown.vocabulary.who_rules import FOREIGNERS, GOVERNMENTS, LOW_WAR_DEATHS, NOBODY, UNDER_WAR, UNTOLD, WAR_DEATHS, WARS

COLUMNS = ("form", "self_rule", "leader", "government", "ruler", "war", "foreign")
ASPECTS = {"form": "Form of the state", "leader": "Who leads", "government": "Who rules", "war": "War or not", "foreign": "Foreign forces"}
MOST = 7  # categories shown; rarer ones become "Other"
ENDED = "Ended early"
NOBODY_LEADS = "Nobody leads"
FALLEN_TO = "Fallen to "
WAR = f"War: {WAR_DEATHS:,.0f} recorded deaths a year or more"
FOREIGN = "Foreign forces are there"
# In their own order; what runs of earlier formats do not tell comes last.
GOVERNMENT_WORDS = dict(zip(GOVERNMENTS, ("The government stands", "Power is shared by agreement", "Rule is divided"), strict=False)) | {
    UNTOLD: "Not told by this run"
}
WAR_WORDS = dict(zip(WARS, (f"No war: under {LOW_WAR_DEATHS:.0f} recorded deaths a year",
                            f"Low war: {LOW_WAR_DEATHS:.0f} to {WAR_DEATHS:,.0f} recorded deaths a year", WAR), strict=True)) | {
    UNDER_WAR: f"No war: under {WAR_DEATHS:,.0f} recorded deaths a year"
}  # fmt: skip
FOREIGN_WORDS = dict(zip(FOREIGNERS, ("Foreign forces are gone", FOREIGN, "Foreign forces are back"), strict=True))
ORDER = (*GOVERNMENT_WORDS.values(), WAR_WORDS[UNDER_WAR], *(WAR_WORDS[war] for war in WARS), *FOREIGN_WORDS.values())
Labels = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Flow:
    """One aspect under one plan: the years read, and the category of every future at the end of each: [year, future]."""

    aspect: str
    plan: str
    years: tuple[float, ...]
    labels: Labels


def aspects(run: RunView) -> tuple[str, ...]:
    """Aspects that this run can show."""
    return tuple(ASPECTS) if len(run.end_states) else ()


def flow(run: RunView, aspect: str, plan: str) -> Flow:
    """The category of every future of a plan at the end of every year."""
    table = run.end_states
    rows = table[(table["plan"] == plan) & table["year"].notna()]
    words = [_words(run, aspect, row) for row in rows[list(COLUMNS)].itertuples(index=False)]
    wide = rows.assign(words=words).pivot(index="year", columns="future", values="words").sort_index()
    return Flow(aspect, plan, tuple(float(year) for year in wide.index), wide.to_numpy(dtype=object))


def flows(run: RunView, aspect: str) -> tuple[tuple[Flow, ...], tuple[str, ...]]:
    """One aspect under every plan, with the categories that all plans share; rare ones are folded into "Other".

    Leaders come commonest first; the other aspects in their own order, from the single state, the government that stands, no war, nobody
    foreign.
    """
    every = [f for f in (flow(run, aspect, plan.id) for plan in run.plans) if f.labels.size]
    counts = Counter(label for f in every for label in f.labels.ravel())
    common = [label for label, _ in counts.most_common() if label != ENDED]
    shown = common if len(common) <= MOST else common[: MOST - 1]
    folded = tuple(Flow(f.aspect, f.plan, f.years, np.where(np.isin(f.labels, [*shown, ENDED]), f.labels, "Other")) for f in every)
    rest = [] if len(common) <= MOST else ["Other"]
    ordered = shown if aspect == "leader" else sorted(shown, key=_rank)
    return folded, (*ordered, *rest, *([ENDED] if ENDED in counts else []))


def colours(run: RunView, aspect: str, categories: tuple[str, ...]) -> list[tuple[str, str]]:
    """Colour of each category on a light and on a dark page: a leader wears his own, as on the map; what is no actor is grey."""
    start = {"leader": "", "government": FALLEN_TO}.get(aspect)
    names = {} if start is None else run.political_names
    own = {_capital(f"{start}{name}"): run.actor_colours[actor] for actor, name in names.items()}
    grey = [category for category in categories if category not in own]
    return [(own[c], own[c]) if c in own else neutral(grey.index(c), len(grey)) for c in categories]


def _rank(category: str) -> int:
    """Place of a category in the order of its aspect: how far from a single state under its government, at peace, with nobody
    foreign in it."""
    forms = [form.capitalize() + ":" for form in STATE_FORMS]
    if category in ORDER:
        return ORDER.index(category)
    return next((i for i, form in enumerate(forms) if category.startswith(form)), len(ORDER) if category.startswith(FALLEN_TO) else 0)


def _words(run: RunView, aspect: str, row: tuple[object, ...]) -> str:
    form, self_rule, leader, government, ruler, war, foreign = row
    if form is None or form != form:  # a future that had ended has no state
        return ENDED
    if aspect == "leader":
        return NOBODY_LEADS if leader == NOBODY else _capital(run.political_names.get(str(leader), str(leader)))
    if aspect == "government":
        return GOVERNMENT_WORDS.get(str(government)) or f"{FALLEN_TO}{run.political_names.get(str(ruler), str(ruler))}"
    if aspect == "war":
        return WAR_WORDS[str(war)]
    if aspect == "foreign":
        return FOREIGN_WORDS[str(foreign)]
    if self_rule in ("none", ""):
        return "Single state, nobody rules themselves"
    who = listed([run.names.get(c.strip(), c.strip()) for c in str(self_rule).split(",")])
    return f"{str(form).capitalize()}: {who}"


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
