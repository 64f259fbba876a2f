"""Six futures per plan that span the ensemble, told in sentences beside the same future under another plan."""

from __future__ import annotations

import json
from typing import Any

from drawdown.report.run import Run


def chronicles(run: Run) -> dict[str, Any]:
    """{"chronicles": [...]} from the run folder's cache, or told now; {"why": sentence} where they cannot be told."""
    path = run.folder / "chronicles.json"
    if path.is_file():
        data = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(data, dict):
            return data
    return {"chronicles": [], "why": "not yet"}
