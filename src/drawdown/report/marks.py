"""The marks of plans as outlines: one shape a plan, the same in tables, in plots and beside its name."""

from __future__ import annotations

# Corners in units of the mark's size, y downwards.
CORNERS: dict[str, tuple[tuple[float, float], ...]] = {
    "square": ((-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86)),
    "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    "triangle": ((0, -1.1), (1.1, 0.9), (-1.1, 0.9)),
    "triangle-down": ((0, 1.1), (1.1, -0.9), (-1.1, -0.9)),
    "cross": (
        (-0.35, -1.1), (0.35, -1.1), (0.35, -0.35), (1.1, -0.35), (1.1, 0.35), (0.35, 0.35), (0.35, 1.1), (-0.35, 1.1), (-0.35, 0.35),
        (-1.1, 0.35), (-1.1, -0.35), (-0.35, -0.35),
    ),
}  # fmt: skip
ROUND = 0.95  # radius of a circle, or of a ring, in units of the mark's size


def outline(shape: str, x: float, y: float, size: float) -> str:
    """The path of a shape at a point of a drawing; a shape without corners is round."""
    if shape in CORNERS:
        return "M" + "L".join(f"{x + a * size:.1f},{y + b * size:.1f}" for a, b in CORNERS[shape]) + "Z"
    r = f"{ROUND * size:.2f}"
    return f"M{x - ROUND * size:.1f},{y:.1f}a{r},{r} 0 1,0 {2 * ROUND * size:.2f},0a{r},{r} 0 1,0 -{2 * ROUND * size:.2f},0Z"
