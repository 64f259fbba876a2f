"""The one level of death that the project speaks of, in the words that every table, page and command uses.

Rates at a scenario's origin are what its sources recorded, so a simulated death is a recorded death. The true toll is higher; nothing here
estimates it. A user who wants the truth raises the rates by a patch and then asks what a source would have recorded of it
(`drawdown observed --curve low`).
"""

from __future__ import annotations

RECORDED_DEATHS = "recorded deaths"
# Validation V17: surveys of mortality against the press's record, to June 2006.
TRUE_TOLL = (1.5, 4.0)
NOTE = (
    "Deaths are recorded deaths: at the level that the sources behind the rates at the origin count. "
    f"The true toll is higher; surveys beside one such record gave {TRUE_TOLL[0]:g} to {TRUE_TOLL[1]:g} times it (validation V17)."
)
SHORT_NOTE = (
    f"Deaths: at the level that records count; the true toll is higher ({TRUE_TOLL[0]:g} to {TRUE_TOLL[1]:g} times, validation V17)."
)
TWICE = (
    "Beware: this curve thins the simulated deaths to a record. That is right only where a patch raised the rates of the scenario to the "
    "true level; on recorded rates it thins a record again. Leave --curve out for those."
)
# How quantities that count the dead are called where a person reads them; others keep their own name in words.
CALLED = {
    "country_all_deaths": "recorded deaths, all",
    "country_deaths": "recorded deaths",
    "deaths": "recorded deaths",
    "country_civilian_deaths": "recorded civilian deaths",
    "civilian_deaths": "recorded civilian deaths",
    "fallen": "recorded deaths of persons under arms",
    "massacre": "recorded deaths in the week's largest attack on civilians",
    "country_massacre": "recorded deaths in the week's largest attack on civilians",
}


def called(quantity: str) -> str:
    """A recorded quantity in words: `recorded deaths, all` for `country_all_deaths`, `attacks` for `country_attacks`."""
    return CALLED.get(quantity, quantity.removeprefix("country_").replace("_", " "))
