"""Stances: what an armed group, or the army, chooses to do for the month. The number is the value of the quantity `stance`."""

from __future__ import annotations

STANCES = ("fight", "hold", "truce", "expand", "provoke")
FIGHT, HOLD, TRUCE, EXPAND, PROVOKE = range(len(STANCES))


def legend() -> str:
    """`0 fight, 1 hold, 2 truce, 3 expand, 4 provoke`."""
    return ", ".join(f"{number} {name}" for number, name in enumerate(STANCES))
