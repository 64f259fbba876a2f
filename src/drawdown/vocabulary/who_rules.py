"""Who rules at an end, how much war there is, and whether foreign forces are there: the words, and the numbers that part them."""

from __future__ import annotations

GOVERNMENTS = ("stands", "shares power", "divided rule", "fallen")
STANDS, SHARES, DIVIDED, FALLEN = range(len(GOVERNMENTS))
WARS = ("no war", "low war", "war")
FOREIGNERS = ("gone", "there", "back")
NOBODY = "nobody"
UNTOLD = "not told"  # what has become of the government, in a run of a format up to 3
UNDER_WAR = "no war or low war"  # what a run of a format up to 3 says of fewer deaths than a war has

# UCDP counts an armed conflict from 25 battle-related deaths in a year and a war from 1,000; here deaths of all three types count.
LOW_WAR_DEATHS, WAR_DEATHS = WAR_LIMITS = (25.0, 1000.0)
# Assumed: a foreign presence is a force that could hold a base, not an embassy guard.
PRESENCE_PERSONS = 1000.0
# Assumed: shorter gaps are rotations and repositioning, not a departure from which one could come back.
ABSENCE_WEEKS = 4
# Assumed: who rules fewer than a tenth of the capital's residents holds an airport or a palace there, but does not govern from it.
FOOTHOLD = 0.1
# Assumed: a settlement or a fall is recorded as 0 or 1; a majority is more than all the others together.
HALF = 0.5


def status(government: int, ruler: str) -> str:
    """`stands`, or `fallen to northern-militia`."""
    return f"{GOVERNMENTS[government]} to {ruler}" if government == FALLEN else GOVERNMENTS[government]
