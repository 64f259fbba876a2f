"""Forms of the state, by the highest self-rule of any community: where one ends and the next begins."""

from __future__ import annotations

STATE_FORMS = ("unitary", "autonomy", "federal region", "secession")
# Assumed, on the index that scenarios give: a community administers itself, has a region of its own by law, has broken away in fact.
SELF_RULED, FEDERAL, BROKEN_AWAY = FORM_LIMITS = (0.3, 0.6, 0.85)


def legend() -> str:
    """`unitary under 0.3, autonomy from 0.3, federal region from 0.6, secession from 0.85`."""
    first, *others = STATE_FORMS
    return ", ".join([f"{first} under {SELF_RULED}", *(f"{form} from {limit}" for form, limit in zip(others, FORM_LIMITS, strict=True))])
