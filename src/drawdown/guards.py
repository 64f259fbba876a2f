"""Numbers that say nothing about the world: units of counting, and what keeps float32 arithmetic defined.

Every other number of a step is a parameter with unit, bounds, grade and source; a contract test reads the source and sees to it.
"""

from __future__ import annotations

# Units of counting.
THOUSAND = 1000.0
HUNDRED_THOUSAND = 1e5
MILLION = 1e6

# Floors under a division or a logarithm, far below what the quantity is where it matters. They differ because the quantities do.
NOTHING = 1e-9  # of hazards a week, rates and shares taken
TINY = 1e-6  # of densities, weights, shares and persons
FAINT = 1e-3  # of sums of weights at the origin, and of persons where nobody stands
SHARE_OF_NOTHING = 1e-12  # of sums that may be anything above zero

# Shares are kept this far from 0 and 1 where their log odds are taken.
EDGE = 0.02
LOGIT_SLOPE = 4.0  # log odds per unit of a share, at one half

# An exponent beyond these changes nothing that a share or a hazard could still show, and keeps its exponential finite.
LARGEST_LOG = 4.0
LARGEST_LOG_RATIO = 6.0
NEVER = -50.0  # utility of what is not open to an actor
WORST = -1e9  # below every utility
