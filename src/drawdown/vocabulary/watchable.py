"""What an order may wait for."""

from __future__ import annotations

from collections.abc import Mapping

# Quantities with the dimensions by which an order names one of them; a missing place, community or home means all of them. A dyad is named
# by its two actors.
# The position in the table is the code in the variable `order_watches_what`.
WATCHABLE: Mapping[str, tuple[str, ...]] = {
    "control": ("place", "actor"),
    "void": ("place",),
    "attacks": ("place",),
    "deaths": ("place",),
    "handed_over": ("place",),
    "reported_trend": ("home",),
    "home_support": ("home",),
    "capability": (),
    "force": ("place", "actor"),
    "deal": ("dyad",),
    "truce": ("actor",),
    "lead": ("community", "actor"),
    "leader_changed": ("home",),
    "settled": ("dyad",),
    "government_fallen": (),
}


def code_of(quantity: str) -> int:
    """The code of a quantity. Raises ValueError for one that cannot be watched."""
    return list(WATCHABLE).index(quantity)
