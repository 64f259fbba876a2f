"""What UCDP, a count from the press and a military log of attacks would have recorded of simulated incidents.

There is one level of death: the recorded one (`drawdown.observe.level`). A simulation from recorded rates is not thinned again.

`observe(incidents, "ucdp", setting)` gives the recorded incidents and counts what was missed, by reason; `expected_cells` gives expected
recorded deaths by place and period without drawing anything, for thousands of futures; `export` writes a source's own columns.
"""

from __future__ import annotations

from drawdown.observe.capture import CURVES, HIGH, LOW, RECORDED, Curve
from drawdown.observe.export import export
from drawdown.observe.presence import access, recorded_attacks
from drawdown.observe.records import MODELS, Observed, Setting, expected_cells, observe

__all__ = [
    "CURVES",
    "HIGH",
    "LOW",
    "MODELS",
    "RECORDED",
    "Curve",
    "Observed",
    "Setting",
    "access",
    "expected_cells",
    "export",
    "observe",
    "recorded_attacks",
]
