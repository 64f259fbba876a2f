"""A run on the page with something else in place of what it read: another scenario, other outcomes, another manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from drawdown.report.run import RunView
from drawdown.runs import opened
from drawdown.runs.schema import Manifest


def changed(run: RunView, manifest: Mapping[str, object] | None = None, **read: object) -> RunView:
    """The run with `read` in place of what `drawdown.runs.Run` has under these names, and with other entries of its manifest."""
    other = opened.Run(run.folder, cast("Manifest", {**run.manifest, **(manifest or {})}))
    other.__dict__.update({**run.store.__dict__, "manifest": other.manifest, **read})
    return RunView(other)
