"""Types of violence, as UCDP divides them: by who fights whom. The code is that of the GED's column `type_of_violence`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STATE_BASED, NON_STATE, ONE_SIDED = 1, 2, 3
# The members of the dimension `violence`, in the order of their codes.
VIOLENCE = ("state-based", "non-state", "one-sided")


def codes_of(positions: NDArray[np.intp]) -> NDArray[np.intp]:
    """The codes of the types at these positions of the dimension: the first has code 1."""
    return positions + STATE_BASED
