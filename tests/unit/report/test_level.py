"""One level of death, said in words: no label speaks of plain deaths where a reader could take them for the true toll."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from drawdown.errors import DrawdownError
from drawdown.observe.level import CALLED, NOTE, SHORT_NOTE, called
from drawdown.report import endstates, fans
from drawdown.report.page import render
from drawdown.report.run import RunView
from tests.changed_run import changed

PLAIN = re.compile(r"(?<!recorded )(?<!Recorded )\b[Dd]eaths\b")


def plain(text: str) -> str | None:
    """The first mention of deaths that are not called recorded."""
    found = PLAIN.search(text)
    return text[max(0, found.start() - 40) : found.end() + 30] if found else None


def test_every_series_and_end_state_says_recorded(run: RunView) -> None:
    """Issue 7, D6."""
    assert len(fans.topics(run)) > 5
    for topic in fans.topics(run):
        for words in (topic.label, topic.counted_in, fans.difference_unit(topic)):
            assert plain(words) is None, topic
    for words in endstates.flows(run, "war")[1]:
        assert words == endstates.ENDED or "recorded deaths" in words
    assert all("recorded deaths" in called(q) or "recorded civilian deaths" in called(q) for q in CALLED)
    assert called("country_attacks") == "attacks"


@pytest.mark.slow
def test_the_page_s_own_words_say_recorded_and_what_that_means(run: RunView) -> None:
    page = render(run)
    body = re.sub(r"<script.*?</script>|<style.*?</style>|<!--.*?-->", "", page, flags=re.DOTALL)
    for start, words in (("answer", SHORT_NOTE), ("fans", NOTE), ("ends", SHORT_NOTE), ("chronicles", SHORT_NOTE)):
        section = body[body.index(f'<section id="{start}"') :]
        assert words in section[: section.index("</section>")]
    for ident in ("map", "fans", "ends"):
        section = body[body.index(f'<section id="{ident}"') :]
        own = section[: section.index("</section>")].replace(NOTE, "").replace(SHORT_NOTE, "")
        assert plain(re.sub(r"<[^>]*>", " ", own)) is None
    found = re.search(r'<script type="application/json" id="facts">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    facts: dict[str, Any] = json.loads(found[1])
    assert facts["place_fans"]
    for rows in facts["place_fans"].values():
        assert rows
        assert all(plain(row["label"]) is None for row in rows)


def test_the_page_s_script_says_recorded(repository: Path) -> None:
    for name in ("map.js", "page.js"):
        script = (repository / "src" / "drawdown" / "report" / "assets" / name).read_text(encoding="utf-8")
        spoken = re.findall(r'"([^"\n]*[a-z] [^"\n]*)"|`([^`\n]*)`', script)
        assert spoken, name
        for words in spoken:
            said = re.sub(r"\$\{[^}]*\}", "", "".join(words))
            assert plain(said) is None, said


def test_civilians_and_police_are_the_sum_that_a_record_counts(run: RunView) -> None:
    """The press's record counts police: it is drawn over a series that does, too, never over civilians alone."""
    assert "civilians_and_police" not in [t.id for t in fans.topics(run)]  # the made-up run kept no fallen
    assert run.kept is not None
    sizes = [run.kept.sizes[d] for d in ("plan", "future", "week", "actor")]
    fallen = xr.DataArray(np.arange(np.prod(sizes), dtype="float32").reshape(sizes) % 7, dims=("plan", "future", "week", "actor"))
    kept = run.kept.assign(fallen=fallen)
    fuller = changed(run, kept=kept)
    both, civilians = (fans.paths(fuller, fans.topic(fuller, t), "stay") for t in ("civilians_and_police", "civilian_deaths"))
    police = kept["fallen"].sel(plan="stay", actor="police").values
    assert np.allclose(both, civilians + police)
    with pytest.raises(DrawdownError, match="not kept by place"):
        fans.topic(fuller, "fallen:britain", "basra")
    assert fans.topic(fuller, "civilian_deaths", "basra").place == "basra"
