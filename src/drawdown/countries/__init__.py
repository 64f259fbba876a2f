"""Small scenarios of any country, built from rows of public world data: what was known on a date, in one structure for all.

`read` reads the folder, `small_scenario` builds one country at one origin, `write` keeps it as an ordinary scenario folder.
"""

from drawdown.countries.building import Small, small_scenario, write
from drawdown.countries.known import Known, known
from drawdown.countries.world_data import WorldData, read

__all__ = ["Known", "Small", "WorldData", "known", "read", "small_scenario", "write"]
