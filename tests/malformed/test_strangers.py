"""A folder from a stranger runs nothing, leaves nothing, reads nothing outside itself and costs little."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from drawdown.errors import ScenarioError
from drawdown.scenario import load, new
from drawdown.scenario.document import DEPTH, NODES
from drawdown.scenario.files import YAML_BYTES


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(folder)
    return [f"{p.file}:{p.line}:{p.column} {p.message}".removeprefix(f"{folder}/") for p in caught.value.problems]


def test_a_tag_runs_nothing(folder: Path, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    head = (folder / "scenario.yaml").read_text().replace("country: Nowhere", f"country: !!python/object/apply:os.mkdir ['{witness}']")
    (folder / "scenario.yaml").write_text(head)
    assert problems_of(folder)[0].startswith("scenario.yaml:5:10 got the tag")
    assert not witness.exists()


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/passwd", "tables/../../secret.txt", "\\0"])
def test_a_document_stays_in_the_folder(folder: Path, path: str) -> None:
    (folder.parent / "secret.txt").write_text("The secret.")
    head = (folder / "scenario.yaml").read_text()
    start = head.index("document: |")
    end = head.index("communities:")
    (folder / "scenario.yaml").write_text(f'{head[:start]}document: {{file: "{path}"}}\n{head[end:]}')
    told = problems_of(folder)
    assert len(told) == 1
    assert told[0].startswith("scenario.yaml:12:18 ")
    assert "The secret" not in told[0]


@pytest.mark.parametrize("name", ["claims.yaml", "tables/handed_over_at_origin.csv", "CARD.md", "sources.yaml", "places.csv"])
def test_links_do_not_lead_out(folder: Path, name: str) -> None:
    outside = folder.parent / "outside"
    outside.write_text((folder / name).read_text())
    (folder / name).unlink()
    (folder / name).symlink_to(outside)
    assert any(told.startswith(f"{name}:0:0 got '{name}', which leads out of the folder") for told in problems_of(folder))


def test_a_linked_folder_does_not_lead_out(folder: Path) -> None:
    (folder / "tables").rename(folder.parent / "elsewhere")
    (folder / "tables").symlink_to(folder.parent / "elsewhere")
    assert any("leads out of the folder" in told for told in problems_of(folder))


def test_a_link_within_the_folder_is_welcome(folder: Path) -> None:
    digest = load(folder).digest
    (folder / "claims.yaml").rename(folder / "real.yaml")
    (folder / "claims.yaml").symlink_to("real.yaml")
    assert load(folder).digest == digest


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    (folder / "claims.yaml").unlink()
    os.mkfifo(folder / "claims.yaml")
    assert problems_of(folder) == ["claims.yaml:0:0 got a pipe; expected a plain file."]


def test_a_folder_for_a_file(folder: Path) -> None:
    (folder / "sources.yaml").unlink()
    (folder / "sources.yaml").mkdir()
    assert problems_of(folder) == ["sources.yaml:0:0 got a folder; expected a plain file."]


def test_a_bomb_of_aliases_does_not_go_off(folder: Path) -> None:
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]" for k in range(1, 12)]
    (folder / "claims.yaml").write_text("\n".join(bomb))
    began = time.perf_counter()
    told = problems_of(folder)
    assert time.perf_counter() - began < 20, "without the limit it would take longer than anybody lives"
    assert told[0].startswith("claims.yaml:5:")
    assert f"more than {NODES:,} values" in told[0]


def test_an_alias_of_itself(folder: Path) -> None:
    (folder / "claims.yaml").write_text("- &me\n  id: *me\n")
    assert problems_of(folder)[0].startswith("claims.yaml:2:7 got the alias '*me'")


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}")])
def test_depth_is_bounded(folder: Path, opening: str, closing: str) -> None:
    (folder / "claims.yaml").write_text(opening * 5_000 + closing * 5_000)
    assert any(told.startswith("claims.yaml:1:") and f"more than {DEPTH} levels" in told for told in problems_of(folder))


def test_depth_is_bounded_through_aliases(folder: Path) -> None:
    lines = ["- &a0 [x]"] + [f"- &a{k} [*a{k - 1}]" for k in range(1, 60)]
    (folder / "claims.yaml").write_text("\n".join(lines))
    assert any(f"more than {DEPTH} levels" in told for told in problems_of(folder))


def test_a_large_file_is_not_read(folder: Path) -> None:
    (folder / "claims.yaml").write_bytes(b"#" * (YAML_BYTES + 1))
    assert problems_of(folder) == [f"claims.yaml:0:0 got a file of more than {YAML_BYTES:,} bytes; expected less."]


def test_a_sparse_giant_is_not_read(folder: Path) -> None:
    with (folder / "tables" / "handed_over_at_origin.csv").open("wb") as opened:
        opened.truncate(50_000_000_000)
    assert any(told.startswith("tables/handed_over_at_origin.csv:0:0 got a file of more than") for told in problems_of(folder))


def test_rows_are_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawdown.scenario.document.ROWS", 200)
    with (folder / "tables" / "handed_over_at_origin.csv").open("a") as opened:
        opened.write("north,0.2,0.3,0.4,share,census,t,A,,,\n" * 201)
    assert any("more than 200 rows" in told for told in problems_of(folder))


def test_places_are_bounded(folder: Path) -> None:
    with (folder / "places.csv").open("a") as opened:
        opened.writelines(f"p{k},Place,Place,,10,50,\n" for k in range(300))
    assert any("got 302 places; expected at most 200" in told for told in problems_of(folder))


def test_yaml_is_bounded_in_all(folder: Path) -> None:
    for k in range(4):
        (folder / "parameters" / f"p{k}.yaml").write_text(f"# {'x' * 900_000}\nm{k}: {{}}\n")
    assert any(told.startswith("parameters/p3.yaml:0:0 got more than 3,000,000 characters of YAML") for told in problems_of(folder))


def test_plans_are_bounded(folder: Path) -> None:
    for k in range(60):
        (folder / "plans" / f"p{k}.yaml").write_text(f"id: p{k}\ntitle: P\nsentence: P.\norders: []\n")
    assert any("got 62 plans; expected at most 40" in told for told in problems_of(folder))


def test_empty_lines_are_bounded(folder: Path) -> None:
    (folder / "tables" / "handed_over_at_origin.csv").write_text("\n" * 1_000_000)
    assert any("got 1,000,000 lines; expected at most 80,000" in told for told in problems_of(folder))


def test_files_are_bounded(folder: Path) -> None:
    for k in range(500):
        (folder / "plans" / f"p{k}.yaml").write_text("")
    assert any("got 502 files" in told for told in problems_of(folder))


def test_a_flood_of_faults_ends(folder: Path) -> None:
    with (folder / "tables" / "handed_over_at_origin.csv").open("a") as opened:
        opened.writelines(f"nowhere-{k},2,3,1,percent,x,,Z,,,\n" for k in range(5_000))
    told = problems_of(folder)
    assert told[-1].endswith("put these right first.")
    assert len(told) < 500


def test_deep_json_is_refused(folder: Path) -> None:
    (folder / "places.geojson").write_text("[" * 200_000)
    assert problems_of(folder)[0].startswith("places.geojson:1:1 this is not GeoJSON")


def test_a_country_without_people_is_told(folder: Path) -> None:
    """Issue 7, C: every future of it ended in its first week."""
    text = (folder / "tables" / "population.csv").read_text()
    (folder / "tables" / "population.csv").write_text(
        text.replace("1900000,2000000,2100000", ",0,").replace("800000,1000000,1200000", ",0,")
    )
    assert problems_of(folder) == ["tables/population.csv:5:1 nobody lives in any place; expected residents."]


def test_many_features_are_refused_and_many_faults_are_quick(folder: Path) -> None:
    """Issue 7, B5: the place of each was looked for from the start of the file, right or wrong."""
    features = ",".join(f'{{"properties": {{"id": "n{k}"}}}}' for k in range(300_000))
    (folder / "places.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{features}]}}')
    assert problems_of(folder) == ["places.geojson:1:1 got 300,000 features; expected at most 5,000."]
    few = ",".join(f'{{"properties": {{"id": "n{k}", "x": "{"x" * 3_000}"}}}}' for k in range(4_900))
    (folder / "places.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{few}]}}')
    assert len(problems_of(folder)) > 300


def test_other_properties_of_features_are_dropped(folder: Path) -> None:
    square = "[[[0, 0], [0, 1], [1, 1], [0, 0]]]"
    geometry = f'{{"type": "Polygon", "coordinates": {square}}}'
    feature = f'{{"type": "Feature", "properties": {{"id": "n", "html": "<script>"}}, "geometry": {geometry}}}'
    (folder / "places.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{feature}]}}')
    geojson = load(folder).geojson
    assert geojson is not None
    assert geojson["features"][0]["properties"] == {"id": "n"}


# Encodings


def test_byte_order_marks_and_line_ends_change_nothing(folder: Path) -> None:
    digest = load(folder).digest
    for path in folder.rglob("*"):
        if path.suffix in (".yaml", ".csv"):
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load(folder).digest == digest


@pytest.mark.parametrize("name", ["places.csv", "sources.yaml", "claims.yaml", "tables/handed_over_at_origin.csv"])
def test_other_encodings_are_told(folder: Path, name: str) -> None:
    text = (folder / name).read_text()
    (folder / name).write_text(text, encoding="utf-16")
    assert f"{name}:1:1 got UTF-16 text; expected UTF-8." in problems_of(folder)


def test_latin_1_is_told_with_its_place(folder: Path) -> None:
    text = (folder / "places.csv").read_text().replace("Northern province", "Süd Provinz")
    (folder / "places.csv").write_bytes(text.encode("latin-1"))
    assert problems_of(folder)[0] == "places.csv:4:8 got the byte 0xfc; expected UTF-8 text."


def test_a_null_byte_is_told_with_its_place(folder: Path) -> None:
    (folder / "claims.yaml").write_bytes((folder / "claims.yaml").read_bytes().replace(b"number: 2", b"number: \x002"))
    assert problems_of(folder) == ["claims.yaml:13:11 got the control character '\\x00'; expected printable text."]


def test_escape_codes_are_shown_not_obeyed(folder: Path) -> None:
    head = (folder / "scenario.yaml").read_text().replace("kind: militia", 'kind: "\\e[31mmilitia"')
    (folder / "scenario.yaml").write_text(head)
    told = problems_of(folder)[0]
    assert "\x1b" not in told
    assert "\\x1b" in told


# Making and missing


def test_a_missing_scenario_names_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="Did you mean 'iraq-2007'"):
        load("irak-2007")


@pytest.mark.parametrize("name", ["", "\0", "a" * 5_000, "no/such/folder"])
def test_impossible_names(name: str) -> None:
    with pytest.raises(ScenarioError):
        load(name)


def test_a_folder_without_a_head(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"without scenario\.yaml"):
        load(tmp_path)


def test_an_empty_head(folder: Path) -> None:
    (folder / "scenario.yaml").write_text("")
    assert problems_of(folder) == ["scenario.yaml:1:1 got an empty file; expected a document."]


@pytest.mark.parametrize("missing", ["sources.yaml", "places.csv"])
def test_missing_files(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    assert problems_of(folder) == [f"{missing}:0:0 there is no such file."]


def test_new_writes_nothing_over_anything(folder: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ScenarioError, match="something of that name already"):
        new(folder)
    with pytest.raises(ScenarioError, match="as an id"):
        new(tmp_path / "No Good Name")
    assert sorted(tmp_path.rglob("*")) == before
