"""Types of violence, as UCDP divides them: by who fights whom. The code is that of the GED's column `type_of_violence`."""

from __future__ import annotations

STATE_BASED, NON_STATE, ONE_SIDED = 1, 2, 3
# The members of the dimension `violence`, in the order of their codes.
VIOLENCE = ("state-based", "non-state", "one-sided")


def code_of(violence: str) -> int:
    """The code of a member of the dimension: the first has code 1."""
    return VIOLENCE.index(violence) + STATE_BASED
