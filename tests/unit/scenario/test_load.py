"""The parts of a scenario as loaded; finding, listing, checking and making scenarios."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from drawdown.errors import ScenarioError
from drawdown.mechanism import Mechanism
from drawdown.scenario import check, find, list_scenarios, load, load_plan, new, read_resolved, write_resolved
from drawdown.scenario.schema import DOCUMENTS, json_schemas, write_schemas


def test_the_parts_of_the_skeleton(folder: Path) -> None:
    scenario = load(folder)
    assert scenario.origin == date(2024, 1, 1)
    assert scenario.labels["place"] == ("capital", "north")
    assert scenario.labels["dyad"][0] == "foreign-force--northern-militia"
    assert [place.facilities for place in scenario.places][1][0].holder == "foreign-force"
    assert [home.id for home in scenario.homes] == ["sending-state"]
    assert [sponsor.id for sponsor in scenario.sponsors] == ["neighbour-state"]
    assert scenario.sources["census"].year == 2019
    assert scenario.document.startswith("The foreign force")
    assert scenario.card.startswith("# Card")
    assert [claim.number for claim in scenario.claims] == [1, 2]
    assert scenario.claims[0].proposition["eventually"]["above"] == 0.5


def test_the_capital_is_named_or_the_most_populous_with_its_parts(folder: Path) -> None:
    """The skeleton's capital has fewer residents than its north has with a town of its own."""
    assert load(folder).seat == ("capital",)
    head, places, tables = folder / "scenario.yaml", folder / "places.csv", folder / "tables"
    head.write_text(head.read_text().replace("capital: capital", ""))
    assert load(folder).seat == ("capital",), "the most populous"
    places.write_text(places.read_text() + "town,Town,North,north,10.6,51.6,\n")
    population = tables / "population.csv"
    population.write_text(population.read_text() + "town,,9000000,,persons,,,D,,,made up\n")
    shares = tables / "community_share.csv"
    shares.write_text(shares.read_text() + "town,northern,,1,,share,,,D,,,made up\n")
    assert load(folder).seat == ("north", "town")
    head.write_text(head.read_text() + "capital: town\n")
    assert load(folder).seat == ("town",), "a part may be the capital"


def test_orders(folder: Path) -> None:
    leave, stay = load(folder).plans
    assert stay.orders == ()
    first, hand_over, last = leave.orders
    assert first.level is not None
    assert (first.level.distribution.best, first.level.name, first.over_weeks) == (0.0, "plan:leave:leave-north", 8.0)
    assert first.binding
    assert first.trigger.date == date(2024, 2, 5)
    assert hand_over.places == ("capital", "north"), "all means every place"
    assert (last.trigger.after, last.trigger.delay_weeks) == ("hand-over", 2.0)


def test_a_conditional_order(folder: Path) -> None:
    path = folder / "plans" / "leave.yaml"
    when = "{quantity: control, place: north, actor: northern-militia, above: 0.5, for_weeks: 4, not_before: 2024-03-04}"
    path.write_text(path.read_text().replace("{date: 2024-02-05}", when))
    trigger = load(folder).plans[0].orders[0].trigger
    assert (trigger.quantity, trigger.place, trigger.actor, trigger.above) == ("control", "north", "northern-militia", 0.5)
    assert (trigger.below, trigger.for_weeks, trigger.not_before) == (None, 4, date(2024, 3, 4))


def test_a_document_in_a_file(folder: Path) -> None:
    text = (folder / "scenario.yaml").read_text()
    start, end = text.index("document: |"), text.index("communities:")
    (folder / "document.txt").write_text("The militia will rule the north before the year is out.")
    for written in ("{file: document.txt}", "document.txt"):
        (folder / "scenario.yaml").write_text(f"{text[:start]}document: {written}\n{text[end:]}")
        assert load(folder).document.startswith("The militia will rule")


def test_a_mapping_of_actors_is_the_same_as_a_list(folder: Path) -> None:
    digest = load(folder).digest
    path = folder / "scenario.yaml"
    path.write_text(
        path.read_text().replace("- {id: northern, name: ", "northern: {name: ").replace("- {id: southern, name: ", "southern: {name: ")
    )
    assert load(folder).digest == digest


def test_a_quotation_that_does_not_stand_in_the_document_is_a_warning(folder: Path) -> None:
    path = folder / "claims.yaml"
    path.write_text(path.read_text().replace("quotation: the dead will be no fewer", "quotation: no good reason ... the dead will be many"))
    report = check(folder)
    assert report.ok
    assert [(w.line, w.column) for w in report.warnings] == [(15, 14)]
    assert "'the dead will be many' does not stand in the document" in report.warnings[0].message


def test_a_users_own_plan(folder: Path, tmp_path: Path) -> None:
    scenario = load(folder)
    path = tmp_path / "mine.yaml"
    path.write_text((folder / "plans" / "leave.yaml").read_text().replace("id: leave\n", "id: mine\n"))
    assert load_plan(path, scenario).id == "mine"
    path.write_text(path.read_text().replace("places: [capital]", "places: [captal]"))
    with pytest.raises(ScenarioError, match=r"mine\.yaml:23:14.*\n.*Did you mean 'capital'"):
        load_plan(path, scenario)
    with pytest.raises(ScenarioError, match="no such file"):
        load_plan(tmp_path / "none.yaml", scenario)


# The digest, and JSON


def test_the_digest_is_of_the_content(folder: Path) -> None:
    digest = load(folder).digest
    assert len(digest) == 64
    head = folder / "scenario.yaml"
    head.write_text("# a comment\n" + head.read_text())
    (folder / "CARD.md").write_text("Other words.")
    assert load(folder).digest == digest
    head.write_text(head.read_text().replace("weeks: 104", "weeks: 105"))
    assert load(folder).digest != digest


def test_the_digest_is_the_same_on_every_machine(folder: Path) -> None:
    # Frozen: if it moves, either the skeleton or the meaning of a scenario has changed, and old runs no longer match.
    assert load(folder).digest == "a904fe795c1850312bdb03d1a51af3b6ea9f9eb732ff3f1f0a8a30667df1032e"


def test_resolved_json_is_exact(folder: Path, tmp_path: Path) -> None:
    scenario = load(folder, patches=["larger-militia"], as_of=date(2024, 1, 1))
    write_resolved(scenario, tmp_path / "scenario.json")
    again = read_resolved(tmp_path / "scenario.json")
    assert again == scenario
    assert again.claims[0].where == scenario.claims[0].where
    assert list(again.tables) == list(scenario.tables)
    assert (again.patches, again.as_of) == (("larger-militia",), date(2024, 1, 1))
    assert not list(tmp_path.glob(".scenario*")), "no temporary file is left"


def test_resolved_json_changed_by_hand_is_refused(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    write_resolved(load(folder), path)
    path.write_text(path.read_text().replace('"weeks": 104', '"weeks": 105'))
    with pytest.raises(ScenarioError, match="changed by hand"):
        read_resolved(path)


def test_an_unwritable_folder_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_resolved(load(folder), tmp_path / "nowhere" / "scenario.json")


# Finding, checking, making


def test_shipped_scenarios_are_found_by_name() -> None:
    listed = {scenario.id: scenario for scenario in list_scenarios()}
    assert listed["iraq-2007"].title
    assert find("iraq-2007") == listed["iraq-2007"].path


def test_a_scenario_is_found_by_its_head(folder: Path) -> None:
    assert find(folder / "scenario.yaml") == folder
    assert find(str(folder)) == folder


def test_coverage(folder: Path) -> None:
    report = check(folder)
    assert report.ok
    rows = {row.name: row for row in report.coverage}
    assert (rows["population"].numbers, rows["population"].sourced, rows["population"].assumed) == (2, 2, 0)
    assert (rows["strength"].numbers, rows["strength"].sourced, rows["strength"].assumed) == (4, 3, 1)
    assert "sends" not in rows, "what the loader derives is not counted"
    assert report.total.numbers == sum(row.numbers for row in report.coverage)
    assert report.total.reasoned == report.total.assumed == report.total.numbers - report.total.sourced > 0
    assert report.total.line().endswith("(all with a reason).")


def test_check_counts_what_was_known_late(folder: Path) -> None:
    path = folder / "tables" / "population.csv"
    path.write_text(path.read_text().replace("A,2019-06-30,,\nnorth", "A,2024-06-30,,\nnorth"))
    assert check(folder).total.late == 1


def test_check_tries_the_shipped_patches(folder: Path) -> None:
    path = folder / "patches" / "larger-militia.yaml"
    path.write_text(path.read_text().replace("northern-militia]", "northern-milita]"))
    report = check(folder)
    assert [(Path(p.file).name, p.line) for p in report.problems] == [("larger-militia.yaml", 6)]
    assert report.scenario is None


def test_a_shipped_patch_bears_the_name_of_its_file(folder: Path) -> None:
    (folder / "patches" / "larger-militia.yaml").rename(folder / "patches" / "large.yaml")
    report = check(folder)
    assert [(Path(p.file).name, p.line, p.column) for p in report.problems] == [("large.yaml", 2, 8)]
    assert "expected 'large'" in report.problems[0].message


def test_shipped_patches_are_tried_after_what_they_need(folder: Path) -> None:
    def write(name: str, needs: str, sets: str) -> None:
        text = f"patch: {name}\nkind: what-if\nabout: an idea\nneeds: [{needs}]\nset: {{{sets}}}\n"
        (folder / "patches" / f"{name}.yaml").write_text(text)

    write("half", "", '"community_share[north,northern]": 0.5')
    write("whole", "half", '"community_share[north,southern]": 0.5')
    report = check(folder)
    assert ["sum to 0.6" in p.message for p in report.problems] == [True], "half alone breaks the sum, whole after half does not"
    write("half", "whole", "")
    write("whole", "half", "")
    assert ["patches that need each other" in p.message for p in check(folder).problems] == [True, True]


def test_new_makes_a_scenario_that_passes(tmp_path: Path, model: tuple[Mechanism, ...]) -> None:
    made = new(tmp_path / "deep" / "far-land")
    report = check(made)
    assert report.ok
    assert report.scenario is not None
    assert report.scenario.id == "far-land"
    assert not [path for path in made.parent.iterdir() if path != made], "nothing else is left"
    assert "my-country" not in (made / "scenario.yaml").read_text()


# JSON Schema


def test_the_schemas_take_the_skeleton(folder: Path, tmp_path: Path) -> None:
    (folder / "parameters" / "p.yaml").write_text("clashes:\n  lethality: {value: 0.3, unit: share, grade: D, note: a guess}\n")
    weight = "weight: {value: 0.5, unit: share, grade: D, note: even}"
    options = f"[{{id: a, sentence: A., {weight}}}, {{id: b, sentence: B., {weight}}}]"
    (folder / "hypotheses.yaml").write_text(f"- id: why\n  question: Why?\n  options: {options}\n")
    sign = "{id: a, quotation: no good reason to stay, mechanism: clashes, term: {quantity: deaths}, expected: more, plan: stay}"
    (folder / "signs.yaml").write_text(f"- {sign}\n")
    assert check(folder).ok
    schemas = json_schemas()
    assert {path.name for path in write_schemas(tmp_path)} == {f"{name}.schema.json" for name in schemas}
    for name, (_, pattern, _) in DOCUMENTS.items():
        jsonschema.Draft202012Validator.check_schema(schemas[name])
        documents = sorted(folder.glob(pattern))
        assert documents, pattern
        for path in documents:
            text = path.read_text(encoding="utf-8")
            jsonschema.validate(_with_dates_as_text(YAML(typ="safe", pure=True).load(text)), schemas[name])


def test_the_schemas_refuse_what_the_loader_refuses() -> None:
    schema = json_schemas()["plan"]
    order = {"id": "a", "action": "handover", "actor": "x", "when": {"date": "2024-01-01"}}
    with pytest.raises(jsonschema.ValidationError, match="handover"):
        jsonschema.validate({"id": "p", "title": "P", "sentence": "S", "orders": [order]}, schema)


def _with_dates_as_text(data: object) -> object:
    if isinstance(data, dict):
        return {key: _with_dates_as_text(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_with_dates_as_text(value) for value in data]
    return data.isoformat() if isinstance(data, date) else data


def test_half_a_character_in_a_resolved_scenario_is_told(folder: Path, tmp_path: Path) -> None:
    """Issue 7, B5: a stranger's run may hold one, and it could not be printed or written again."""
    path = tmp_path / "scenario.json"
    write_resolved(load(folder), path)
    path.write_text(path.read_text().replace('"title": "', '"title": "\\ud800', 1))
    with pytest.raises(ScenarioError, match="half a character"):
        read_resolved(path)
