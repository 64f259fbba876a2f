"""The government and a group talk and sign agreements while they fight on, until the process ends in a settlement or in nothing."""

from __future__ import annotations

from drawdown.formulas.peace_processes import openings, went_on
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable, given


def step(key: Key, state: State, params: Params) -> Change:
    """A process opens by a rate of strength, command, a mission and fighting, signs at a steady rate, and lasts `talk_weeks` in the mean.

    What is signed on the way does not quiet the war: deaths in the year after are those of like months elsewhere.
    """
    often = openings(state, params)
    week = went_on(key, state, params, often)
    return Change.of(
        {},
        openings=often,
        talks=week.talks,
        opened=week.opened,
        over=week.over,
        partial=week.partial,
        onward=week.onward,
        signed=state.signed + week.partial + week.onward,
    )


MECHANISM = Mechanism(
    name="peace_process",
    phase="DECIDE",
    about="Peace processes open by hazards of strength, command and guarantors, sign agreements while the war goes on, and end.",
    step=step,
    given=(given("guarantees", ("actor",), "share", "1 where the foreign force is a peace mission that both sides accept as a guarantor"),),
    owns=(
        Variable("openings", ("actor",), "per year", "choice", "peace processes that would open in a year of active fighting", 0),
        Variable("talks", ("actor",), "share", "choice", "1 while a peace process of the group and the government is under way", 0, 1),
        Variable("opened", ("actor",), "share", "choice", "1 in the week in which one opens", 0, 1),
        Variable("over", ("actor",), "share", "choice", "1 in the week in which one ends, by itself", 0, 1),
        Variable("partial", ("actor",), "share", "choice", "1 in the week in which a partial agreement is signed", 0, 1),
        Variable("onward", ("actor",), "share", "choice", "1 in the week in which an agreement on how to go on is signed", 0, 1),
        Variable("signed", ("actor",), "index", "choice", "agreements signed on the way since the origin", 0, record=True),
    ),
    reads=(
        *("week", "armed", "truce_prone", "massacre", "recent_bloodshed", "enmity", "pact"),
        *("guarantees", "last_signed", "government_fallen", "dissolved"),
    ),
    params=parameters_beside(__file__),
    events=(
        Event("talks", "opened", 0.5, "The government and {actor} opened talks"),
        Event("partial agreement", "partial", 0.5, "The government and {actor} signed a partial agreement"),
        Event("process agreement", "onward", 0.5, "The government and {actor} signed an agreement on further talks"),
    ),
    references=("Kydd and Walter 2002", "Walter 2002", "Stedman 1997"),
    shows=(Shown("signed", 1, "mean"),),
)
