"""The run folder: the number of its format, and the name of every file in it, each said once.

A change of names, or of what stands in a file, is a new format: raise FORMAT, and say in `upgrade` how the last one reads in it.
"""

from __future__ import annotations

FORMAT = 4

MANIFEST = "manifest.json"
LOCK = "drawdown.lock"
UNFINISHED = ".unfinished"  # ends the name of what is being written

# Written first.
SCENARIO = "scenario/scenario.json"
CARD, DOCUMENT, BORDERS = "scenario/CARD.md", "scenario/document.txt", "scenario/places.geojson"
SCENARIO_FILES = (SCENARIO, BORDERS, CARD, DOCUMENT)
RECORDED = "recorded.json"  # quantities with their unit and dimensions, and the members of the dimensions

# A batch at a time.
PARTS = "parts"
EVENTS = "events.parquet"

# Merged from all batches.
DRAWS, CLAIMS, END_STATES = "draws.parquet", "claims.parquet", "endstates.parquet"
HISTOGRAMS, SUMMARY, ENSEMBLE = "histograms.zarr", "summary.zarr", "ensemble.zarr"
MERGED = (DRAWS, CLAIMS, END_STATES, HISTOGRAMS, SUMMARY, ENSEMBLE)

# Left by later commands; the manifest does not know them.
CHRONICLES, ABLATION = "chronicles.json", "ablation.parquet"
TOLD = (CHRONICLES, ABLATION)

FOLDERS = ("scenario", PARTS, EVENTS)


def batch_name(plan: str, index: int) -> str:
    """The name that the files of a batch of a plan share."""
    return f"{plan}-{index:06d}"


def part_file(batch: str) -> str:
    """The partial result of a batch: there and right, it is the mark that the batch is done."""
    return f"{PARTS}/{batch}.part"


def event_file(batch: str) -> str:
    """The incidents of a batch."""
    return f"{EVENTS}/{batch}.parquet"
