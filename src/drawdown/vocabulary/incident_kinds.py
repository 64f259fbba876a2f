"""Kinds of incident: what a row of incidents is, and from how many deaths an incident has a row of its own."""

from __future__ import annotations

# The position is the code in the column `kind`.
INCIDENT_KINDS = ("clash", "reprisal", "bombing", "rogue attack", "small incidents")
CLASH, REPRISAL, BOMBING, ROGUE_ATTACK, SMALL_INCIDENTS = range(len(INCIDENT_KINDS))
# Each of these is one incident; a row of small incidents is many, of any manner.
MANNERS = INCIDENT_KINDS[:SMALL_INCIDENTS]
# Deaths from which the deadliest incident of a week, place and kind has a row of its own; those of fewer share a row a month.
MAJOR = 5.0
# The second side of an incident whose victims belong to no armed actor.
CIVILIANS = -1
