"""The report's pieces: packing, words, markup, quantiles, geography, clusters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from drawdown.report import geography, markup, words
from drawdown.report.chronicles import medoids, parts_at
from drawdown.report.fans import LEVELS, quantiles
from drawdown.report.pack import Pack, unpack
from drawdown.report.run import RunView
from tests.examples import examples


@settings(deadline=None, max_examples=examples(60))
@given(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=3, max_side=9), elements=st.floats(-1e5, 1e5, width=32)),
    st.integers(4, 14),
)
def test_a_packed_array_comes_back_to_half_a_step(values: np.ndarray, bits: int) -> None:
    pack = Pack()
    other = pack.add(np.arange(5.0), bits)
    reference = pack.add(values, bits)
    back = unpack(pack.text(), reference)
    spread = values.max() - values.min() or 1.0
    assert np.abs(back - values).max() <= spread / (2**bits - 2) / 2 * (1 + 1e-9)
    assert np.allclose(unpack(pack.text(), other), np.arange(5.0), atol=4 / (2**bits - 2))


def test_packing_keeps_what_is_not_a_number() -> None:
    pack = Pack()
    holes = pack.add([[1.0, np.nan, 3.0], [np.nan, np.nan, 2.0]], 8)
    back = unpack(pack.text(), holes)
    assert np.isnan(back).tolist() == [[False, True, False], [True, True, False]]


def test_the_same_arrays_give_the_same_text() -> None:
    texts = []
    for _ in range(2):
        pack = Pack()
        pack.add(np.linspace(0, 1, 50))
        texts.append(pack.text())
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.0, "almost no chance"),
        (0.05, "very unlikely"),
        (0.2, "unlikely"),
        (0.5, "roughly even chance"),
        (0.55, "likely"),
        (0.8, "very likely"),
        (0.95, "almost certain"),
        (1.0, "almost certain"),
        (float("nan"), "unknown"),
    ],
)
def test_probabilities_have_the_words_of_the_directive(probability: float, said: str) -> None:
    assert words.in_words(probability) == said


def test_the_scale_has_no_gaps() -> None:
    assert [s.high for s in words.SCALE[:-1]] == [s.low for s in words.SCALE[1:]]
    assert (words.SCALE[0].low, words.SCALE[-1].high) == (0.0, 1.0)


def test_rare_is_not_never() -> None:
    assert (words.percent(0.0), words.percent(0.001), words.percent(0.999), words.percent(1.0)) == ("0%", "under 1%", "over 99%", "100%")
    assert (words.points(0.123), words.points(-0.05), words.points(0.001)) == ("+12 points", "−5 points", "no difference")
    assert [words.number(v) for v in (0, 5500, 160000, 0.0123, 1e-7, float("nan"))] == [
        "0",
        "5,500",
        "160,000",
        "0.0123",
        "1e-07",
        "unknown",
    ]


def test_text_from_files_cannot_become_markup() -> None:
    nasty = "<script>alert('x')</script>"
    assert "<script" not in markup.prose(f"# {nasty}\n\n- {nasty}\n\n**{nasty}** [a](https://example.org/{nasty})")
    assert markup.web_address("javascript:alert(1)") == ""
    assert markup.web_address('https://example.org/"onclick=') == ""
    assert markup.web_address("https://example.org/a") == "https://example.org/a"
    assert markup.cited("see https://example.org/long/path; and more") == (
        markup.Cited("see "),
        markup.Cited("example.org", "https://example.org/long/path"),
        markup.Cited("; and more"),
    )
    assert markup.cited("javascript:alert(1)") == (markup.Cited("javascript:alert(1)"),)


def test_a_card_becomes_headings_lists_and_paragraphs() -> None:
    html = markup.prose("# Scope\n\nOne *line*\nand another.\n\n- first\n  goes on\n- `second`\n")
    lines = [
        "<h3>Scope</h3>",
        "<p>One <em>line</em>",
        "and another.</p>",
        "<ul>",
        "<li>first",
        "goes on</li>",
        "<li><code>second</code></li>",
        "</ul>",
    ]
    assert html.splitlines() == lines


def test_quantiles_are_numpys_and_leave_out_ended_futures() -> None:
    data = np.random.default_rng(1).normal(size=(37, 11))
    assert np.allclose(quantiles(data), np.quantile(data, LEVELS, axis=0))
    data[5:20, 4:] = np.nan
    data[:, 10] = np.nan
    found = quantiles(data)
    assert np.allclose(found[:, :10], np.nanquantile(data[:, :10], LEVELS, axis=0))
    assert np.isnan(found[:, 10]).all()


def test_tiles_never_overlap_and_keep_north_up(run: RunView) -> None:
    grid = geography.tiles(run)
    assert len(set(grid.values())) == len(grid) == 20
    assert grid["dahuk"][1] < grid["baghdad"][1] < grid["basra-city"][1]
    assert grid["anbar"][0] < grid["diyala"][0]


def test_labels_stand_inside_their_places_and_small_places_beside_the_map(run: RunView) -> None:
    shapes = geography.shapes(run)
    assert shapes["kind"] == "map"
    by_id = {p["id"]: p for p in shapes["places"]}
    assert len(by_id) == 20
    assert {p for p, s in by_id.items() if "anchor" in s} == {"basra-city", "sadr-city"}
    assert all(0 <= s["x"] <= shapes["width"] and 0 <= s["y"] <= shapes["height"] for s in by_id.values())
    tiny = [[[47.75, 30.5], [47.8, 30.5], [47.8, 30.55], [47.75, 30.55], [47.75, 30.5]]]
    outlines = {**geography.features(run), "basra-city": [tiny]}
    again = {p["id"]: p for p in geography._map(run, outlines)["places"]}
    assert "anchor" in again["basra-city"]  # too small to be seen or hit at its true size
    # A C-shaped outline has its centre outside; the label must not be there.
    ring = np.array([[0, 0], [10, 0], [10, 2], [2, 2], [2, 8], [10, 8], [10, 10], [0, 10], [0, 0]], dtype=float)
    x, y = geography._inside(ring)
    assert x < 2 or y < 2 or y > 8


def test_medoids_find_the_clusters_and_their_shares() -> None:
    rng = np.random.default_rng(3)
    centres = np.array([[0, 0], [20, 0], [0, 20.0]])
    points = np.concatenate([c + rng.normal(size=(n, 2)) for c, n in zip(centres, (50, 30, 20), strict=True)])
    rows, shares = medoids(points, 3)
    assert shares.tolist() == [0.5, 0.3, 0.2]
    assert np.abs(points[rows] - centres).max() < 1.5
    few, whole = medoids(points[:2], 6)
    assert (len(few), whole.sum()) == (2, 1.0)
    same, share = medoids(np.zeros((5, 2)), 6)
    assert len(same) == 5
    assert share.sum() == 1.0


def test_two_tellings_part_at_the_first_sentence_that_differs() -> None:
    common = [("2007-09-03", "a"), ("2007-10-01", "b")]
    assert parts_at(common, common) is None
    assert parts_at([*common, ("2008-01-07", "c")], [*common, ("2007-12-03", "d")]) == "2007-12-03"
