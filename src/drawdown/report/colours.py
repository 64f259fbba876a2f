"""Colours of the page. One colour means one actor wherever it stands; plans have marks and colours of their own; all else is grey."""

from __future__ import annotations

import colorsys

# Okabe and Ito (2008), told apart by every common kind of colour vision; second colour: lightened for a dark page.
PLAN_COLOURS = (
    ("#0072B2", "#4FA8DC"),
    ("#D55E00", "#F08A3C"),
    ("#009E73", "#2CC79A"),
    ("#CC79A7", "#E39CC2"),
    ("#B98500", "#E9B93A"),
    ("#2F8FC4", "#8FCDF2"),
    ("#5B5B5B", "#B5B5B5"),
)
PLAN_SHAPES = ("circle", "square", "diamond", "triangle", "cross", "triangle-down", "ring")
# Found by search: at least 15 (CIEDE2000) from every colour of a plan, light or dark, and 17 from each other; apart, too, for those who see
# no red or no green. A test holds them to it.
ACTOR_COLOURS = (
    "#3C8484",
    "#54549C",
    "#8484E4",
    "#B4CC6C",
    "#E48484",
    "#9C6C54",
    "#840C6C",
    "#0C540C",
    "#6C6C24",
    "#6C3C3C",
    "#54E4E4",
)
# End states that are no actor: by lightness alone, since every hue is somebody's; second: on a dark page.
NEUTRALS = (
    ("#DEDBD3", "#33373F"),
    ("#BFBCB5", "#4E535D"),
    ("#A19E98", "#6B717C"),
    ("#84827D", "#858B96"),
    ("#6E6C67", "#9BA0AA"),
    ("#494844", "#C6C9CF"),
    ("#33322F", "#DDDFE3"),
    ("#1B1B19", "#F6F7F8"),
)
GOLDEN = 0.618034  # of a turn: hues that never come round to one another


def actor_colour(index: int) -> str:
    """Colour of the actor (or ruler) at a position; beyond the chosen ones it is made, and no two are the same."""
    if index < len(ACTOR_COLOURS):
        return ACTOR_COLOURS[index]
    turn = index - len(ACTOR_COLOURS)
    red, green, blue = colorsys.hls_to_rgb((0.11 + GOLDEN * turn) % 1.0, (0.36, 0.52, 0.68)[turn % 3], 0.34)
    return f"#{round(red * 255):02X}{round(green * 255):02X}{round(blue * 255):02X}"


def neutral(index: int, count: int) -> tuple[str, str]:
    """Grey of one of `count` categories, as far apart as there is room: (light page, dark page). A few leave out both ends."""
    last = len(NEUTRALS) - 1
    first, last = (1, last - 1) if count <= len(NEUTRALS) - 2 else (0, last)
    return NEUTRALS[first + round(index * (last - first) / max(count - 1, 1))] if count > 1 else NEUTRALS[(first + last) // 2]


__all__ = ["ACTOR_COLOURS", "NEUTRALS", "PLAN_COLOURS", "PLAN_SHAPES", "actor_colour", "neutral"]
