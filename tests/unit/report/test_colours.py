"""Colours and names of actors: one colour means one actor on the whole page, and whoever leads wears his political name."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drawdown.cli.tables import end_state_sheet, in_politics
from drawdown.report import charts, endstates
from drawdown.report.chronicles import _end_words
from drawdown.report.colours import ACTOR_COLOURS, NEUTRALS, PLAN_COLOURS, actor_colour, neutral
from drawdown.report.geography import shapes
from drawdown.report.page import render
from drawdown.report.run import RunView, open_run
from drawdown.scenario.model import Actor, Scenario, political_names
from drawdown.scenario.resolved import digest_of
from tests.changed_run import changed

FROM_PLANS, FROM_EACH_OTHER = 15.0, 17.0  # what `drawdown.report.colours` promises, in CIEDE2000


def lab(colour: str) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour written as #RRGGBB."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear / [0.95047, 1, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one: str, other: str) -> float:
    """CIEDE2000 (Sharma, Wu and Dalal 2005)."""
    (l1, a1, b1), (l2, a2, b2) = lab(one), lab(other)
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean**7 / (mean**7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, c = (l1 + l2) / 2, (c1 + c2) / 2
    h = (h1 + h2) / 2 if abs(h1 - h2) <= 180 else ((h1 + h2 + 360) / 2) % 360
    cos = [np.cos(np.radians(angle)) for angle in (h - 30, 2 * h, 3 * h + 6, 4 * h - 63)]
    t = 1 - 0.17 * cos[0] + 0.24 * cos[1] + 0.32 * cos[2] - 0.2 * cos[3]
    sl, sc, sh = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2), 1 + 0.045 * c, 1 + 0.015 * c * t
    rt = -2 * np.sqrt(c**7 / (c**7 + 25.0**7)) * np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2))))
    return float(np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * dc / sc * dh / sh))


def test_the_distance_is_ciede2000() -> None:
    """Black and white are 100 apart; red and green of the screen 86.6 (published for sRGB primaries)."""
    assert apart("#000000", "#FFFFFF") == pytest.approx(100, abs=0.01)
    assert apart("#FF0000", "#00FF00") == pytest.approx(86.6, abs=0.2)
    assert apart("#3C8484", "#3C8484") == 0


def test_actors_look_like_no_plan_and_like_no_other_actor() -> None:
    plans = [colour for pair in PLAN_COLOURS for colour in pair]
    assert min(apart(a, p) for a in ACTOR_COLOURS for p in plans) >= FROM_PLANS
    assert min(apart(a, b) for a, b in combinations(ACTOR_COLOURS, 2)) >= FROM_EACH_OTHER
    greys = [colour for pair in NEUTRALS for colour in pair]
    assert all(np.hypot(*lab(g)[1:]) < 8 for g in greys)  # what is no actor has no hue
    assert all(np.hypot(*lab(a)[1:]) > 18 for a in ACTOR_COLOURS)


def test_however_many_actors_no_two_share_a_colour() -> None:
    many = [actor_colour(i) for i in range(40)]
    assert len(set(many)) == 40
    assert not {c.lower() for c in many} & {c.lower() for pair in (*PLAN_COLOURS, *NEUTRALS) for c in pair}
    for count in range(1, len(NEUTRALS) + 1):
        assert len({neutral(i, count) for i in range(count)}) == count


@pytest.mark.slow
def test_an_actor_has_one_colour_everywhere(run: RunView) -> None:
    """Issue 7, D8: light blue was the government on the map, the Mehdi Army among leaders and a single state among forms."""
    page = render(run)
    found = re.search(r'<script type="application/json" id="facts">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    facts: dict[str, Any] = json.loads(found[1])
    rulers = {r["id"]: r["colour"] for r in facts["rulers"]}
    actors = {a["id"]: a["colour"] for a in facts["actors"]}
    assert actors["army"] == actors["police"] == rulers["government"]
    assert all(actors[a] == rulers[a] for a in actors if a in rulers)
    assert len(set(rulers.values())) == len(rulers)
    for topic in facts["fans"]["topics"]:
        kind, _, member = topic["id"].partition(":")
        assert topic["colour"] == (rulers | actors).get(member) if kind in ("rule", "force", "fallen") else topic["colour"] is None, topic
        assert topic["percent"] == (kind in ("rule", "void", "home")), topic
    _, leaders = endstates.flows(run, "leader")
    colours = dict(zip(leaders, endstates.colours(run, "leader", leaders), strict=True))
    names = {name[:1].upper() + name[1:]: actor for actor, name in run.political_names.items()}
    assert {"The government", "Mehdi Army", "Badr Organisation"} <= set(leaders)
    for leader in set(leaders) - {endstates.ENDED}:
        assert colours[leader] == (actors[names[leader]],) * 2
    worn = {c.lower() for c in (*rulers.values(), *(c for p in run.plans for c in (p.colour, p.dark)))}
    _, rulers_at_the_end = endstates.flows(run, "government")
    for category, worn_by in zip(rulers_at_the_end, endstates.colours(run, "government", rulers_at_the_end), strict=True):
        if category.startswith(endstates.FALLEN_TO):
            fallen_to = category.removeprefix(endstates.FALLEN_TO)
            assert worn_by == (actors[names[fallen_to[:1].upper() + fallen_to[1:]]],) * 2
    assert any(category.startswith(endstates.FALLEN_TO) for category in rulers_at_the_end)
    for aspect in ("form", "war", "foreign"):
        _, categories = endstates.flows(run, aspect)
        mine = endstates.colours(run, aspect, categories)
        assert len(set(mine)) == len(categories)
        assert not worn & {c.lower() for pair in mine for c in pair}
        assert json.dumps([light for light, _ in mine]) in json.dumps(charts.end_states(run, aspect).to_dict())
    where = charts.who_rules(run, "stay").to_json()
    assert all(colour in where for colour in rulers.values())
    assert shapes(run)["places"]


def test_leaders_have_political_names(run: RunView, iraq: Scenario, tmp_path: Path) -> None:
    """Issue 7, D8: 'Iraqi army leads' stood for the prime minister's camp."""
    named = political_names(iraq.actors)
    assert named["iraqi-army"] == named["iraqi-police"] == "the prime minister's camp"
    assert named["mehdi-army"] == "the Sadr movement"
    assert named["al-qaeda-in-iraq"] == "al Qaeda in Iraq"
    assert political_names([Actor("a", "Army", "army"), Actor("m", "Militia", "militia")]) == {"a": "the government", "m": "Militia"}
    own = [Actor("a", "Army", "army", political_name="the president"), Actor("p", "Police", "police", political_name="the prime minister")]
    assert political_names(own) == {"a": "the president", "p": "the prime minister"}, "each bears its own"
    actors = tuple(replace(a, political_name="the ruling party") if a.id == "army" else a for a in run.scenario.actors)
    renamed = changed(run, scenario=replace(run.scenario, actors=actors))
    _, categories = endstates.flows(renamed, "leader")
    assert "The ruling party" in categories
    assert not any("army" in c.lower() for c in categories if c != "Mehdi Army")
    assert any(", led by the ruling party, " in words for words in _end_words(renamed).values())
    assert "The ruling party" not in endstates.flows(open_run(run.folder), "leader")[1]

    class Stored:
        scenario = iraq

        def end_state_parts(self, year: int) -> dict[str, Any]:
            rule = {"stands": 0.7, "fallen to mehdi-army": 0.3}
            leader = {"iraqi-army": 0.6, "badr": 0.4}
            return {"stay": {"form": {"unitary": 1.0}, "leader": leader, "rule": rule, "war": {"war": 1.0}, "foreign": {}}}

    shares = {"iraqi-army": 0.4, "mehdi-army": 0.35, "iraqi-police": 0.15, "nobody": 0.1}
    told = in_politics(Stored(), shares)  # type: ignore[arg-type]  # it only needs the scenario
    assert list(told) == ["the prime minister's camp", "the Sadr movement", "nobody"]
    assert told["the prime minister's camp"] == pytest.approx(0.55)
    sheet = end_state_sheet(Stored(), 5)  # type: ignore[arg-type]  # it only needs these
    assert sheet.rows[0][2] == "the prime minister's camp 60, the Supreme Council 40"
    assert sheet.rows[0][3] == "stands 70, fallen to the Sadr movement 30"
    assert "recorded deaths" in sheet.caption


def test_form_war_and_foreign_forces_stand_in_their_own_order(run: RunView) -> None:
    _, forms = endstates.flows(run, "form")
    starts = [next(i for i, w in enumerate(("Single", "Autonomy", "Federal", "Secession", "Ended")) if f.startswith(w)) for f in forms]
    assert starts == sorted(starts)
    assert [c[:3] for c in endstates.flows(run, "war")[1]][:3] == ["No ", "Low", "War"]
    assert endstates.flows(run, "foreign")[1][:3] == tuple(endstates.FOREIGN_WORDS.values())
    rules = endstates.flows(run, "government")[1]
    assert rules[:3] == tuple(endstates.GOVERNMENT_WORDS.values())[:3]
    assert all(rule.startswith(endstates.FALLEN_TO) for rule in rules[3:-1])


def test_a_political_name_changes_no_future(iraq: Scenario) -> None:
    """It is a word for the reader: a run goes on under another one."""
    renamed = replace(iraq, actors=tuple(replace(a, political_name="") for a in iraq.actors))
    assert digest_of(renamed) == digest_of(iraq)
