"""JSON Schemas of the documents of a scenario folder, for completion and checks in an editor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from drawdown.scenario.grammar import CLAIMS, HYPOTHESES, PARAMETERS, PATCH, PLAN, SCENARIO, SIGNS, SOURCES
from drawdown.scenario.shapes import Shape

if TYPE_CHECKING:
    from drawdown.scenario.shapes import Schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DOCUMENTS: Mapping[str, tuple[Shape[object], str, str]] = {
    "scenario": (SCENARIO, "scenario.yaml", "The head of a scenario"),
    "sources": (SOURCES, "sources.yaml", "What numbers cite"),
    "parameters": (PARAMETERS, "parameters/*.yaml", "Parameters of mechanisms"),
    "hypotheses": (HYPOTHESES, "hypotheses.yaml", "Rival explanations"),
    "plan": (PLAN, "plans/*.yaml", "A plan"),
    "claims": (CLAIMS, "claims.yaml", "Claims"),
    "signs": (SIGNS, "signs.yaml", "Expected signs"),
    "patch": (PATCH, "patches/*.yaml", "A patch"),
}


def json_schemas() -> dict[str, Schema]:
    """Name of the document to its JSON Schema (draft 2020-12). What a file refers to in another only `drawdown check` can tell."""
    return {
        name: {"$schema": DIALECT, "title": title, "$comment": f"for {file}", **shape.schema()}
        for name, (shape, file, title) in DOCUMENTS.items()
    }


def write_schemas(folder: str | Path) -> list[Path]:
    """Write each schema to `folder/<document>.schema.json`; returns the files."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in json_schemas().items():
        path = target / f"{name}.schema.json"
        path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
        written.append(path)
    return written
