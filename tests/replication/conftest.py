"""What replications on the world data share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def world(data: Path) -> Path:
    """The folder of the world data, which is not part of the project; skips where it is absent."""
    if not (data / "world").is_dir():
        pytest.skip("the world data are not part of the project")
    return data / "world"
