"""What can hardly be right in a scenario as a whole, and does not stop a run: a careful author would look at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from drawdown.errors import did_you_mean, some_of
from drawdown.scenario.coverage import known_late, numbers_of
from drawdown.scenario.draft import Draft
from drawdown.scenario.feasible import LEAST_UNDER_ARMS
from drawdown.scenario.model import HOST_KINDS, Number, Where
from drawdown.state import GIVEN
from drawdown.vocabulary.magnitudes import MOST_A_WEEK, reason
from drawdown.vocabulary.units import unit_of

MOST_OF_A_PROVINCE = 3e8  # the most populous first-level unit there is, Uttar Pradesh, has 240 million
LEAST_OF_A_PLACE = 1_000.0  # a district has more; so few are most often residents in thousands
LEAST_OF_A_STATE = 500.0  # an army or a police: the smallest of states at war have thousands, and 400 is most often 400 thousand
MOST_UNDER_ARMS = 0.2  # of all residents: the most mobilised states of the world wars had about 15%
BUSY = 5_000.0  # attacks a week in one place; see drawdown.vocabulary.magnitudes
LONG_BORDER = 5_000.0  # km, between two provinces: hardly any two countries share more (the longest, 7,600)
WIDE = 1e4  # times from the low to the high end: four orders of magnitude, more than the rates of any two wars lie apart
MOST_ENTRIES = 200  # of the folder that are looked at: a scenario has a dozen, and a home folder taken for one should not take long
_READ = (
    *("scenario.yaml", "sources.yaml", "claims.yaml", "signs.yaml", "hypotheses.yaml"),
    *("places.csv", "facilities.csv", "places.geojson", "trust.json"),
)
_FOLDERS = ("tables", "parameters", "plans", "patches")


def look(draft: Draft) -> None:
    """Note every warning that the whole gives; of a draft with problems only files that nothing reads, for the rest would be missed."""
    if not draft.problems.found:
        _known_late(draft)
        _sizes(draft)
        _forces(draft)
        _nothing_to_do(draft)
    _unread(draft)


def _estimates(draft: Draft) -> Iterator[Number]:
    """Every number that stands in a file, as `check` counts them; of rivals each."""
    for number in numbers_of(draft):
        yield from (one for one in number.estimates or (number,) if one.where is not None)


def _known_late(draft: Draft) -> None:
    """Numbers that nobody knew on the day on which the futures begin: a forecast that rests on them is none."""
    if draft.as_of is not None and draft.as_of > draft.origin:
        advice = f"Take an as_of up to {draft.origin}."
        draft.problems.warn(f"as_of, {draft.as_of}, is later than the origin, {draft.origin}: it hides too little.", advice=advice)
    late: dict[str, list[Number]] = {}
    for number in _estimates(draft):
        if number.where is not None and known_late(number, draft.origin):
            late.setdefault(number.where.file, []).append(number)
    for numbers in late.values():
        first = min(numbers, key=lambda n: n.where.line if n.where is not None else 0)
        told = some_of([f"{n.name} on {n.known_on}" for n in numbers], 3)
        are = "1 number is" if len(numbers) == 1 else f"{len(numbers)} numbers are"
        message = f"{are} known only after the origin, {draft.origin}: {told}."
        advice = f"Give what was known by then, beside it or in its place; --as-of {draft.origin} then takes that."
        draft.problems.warn(message, first.where, first.name if len(numbers) == 1 else "", advice)


def _sizes(draft: Draft) -> None:
    """Numbers that are possible somewhere, and unlikely here."""
    for name, number in _cells(draft, "population"):
        best = number.distribution.best
        if best > MOST_OF_A_PROVINCE:
            _warn(draft, number, f"{name} has {best:,.0f} residents, more than any province on earth.", "Is a digit too many?")
        elif 0 < best < LEAST_OF_A_PLACE:  # none at all is meant: a slot that nobody fills
            advice = "Is it written in thousands or millions? The unit is persons."
            _warn(draft, number, f"{name} has {best:g} residents.", advice)
    kinds = {actor.id: actor.kind for actor in draft.actors}
    for name, number in _cells(draft, "strength"):
        if 0 < number.distribution.best < (LEAST_OF_A_STATE if kinds[name] in HOST_KINDS else LEAST_UNDER_ARMS):
            advice = "Is it written in thousands? The unit is persons."
            _warn(draft, number, f"{name} has {number.distribution.best:g} persons under arms.", advice)
    for table in (v.name for v in GIVEN if unit_of(v.unit).counts == "attacks"):
        for name, number in _cells(draft, table):
            if number.distribution.best > BUSY:
                message = f"got {number.distribution.best:,.0f} a week in {name}. {reason(number.unit, MOST_A_WEEK)}"
                _warn(draft, number, message, f"Is it the number of a year? The unit is {number.unit}.")
    for name, number in _cells(draft, "adjacency"):
        if number.distribution.best > LONG_BORDER:
            _warn(
                draft,
                number,
                f"the border of {name} is {number.distribution.best:,.0f} km long.",
                "Is it written in metres? The unit is km.",
            )
    for number in _estimates(draft):
        d = number.distribution
        if d.low is not None and d.high is not None and d.low > 0 and d.high / d.low > WIDE and not unit_of(number.unit).half:
            message = f"{number.name} reaches from {d.low:g} to {d.high:g}, more than a factor of {WIDE:,.0f}."
            _warn(draft, number, message, "A range this wide says nothing; is one of its ends a slip?")


def _forces(draft: Draft) -> None:
    """Strengths against the people they come from, and against where they stand."""
    residents = {place: number.distribution.best for place, number in _cells(draft, "population")}
    strength = dict(_cells(draft, "strength"))
    everybody = sum(residents.values())
    local = {actor.id for actor in draft.actors if actor.kind != "foreign"}
    armed = sum(number.distribution.best for actor, number in strength.items() if actor in local)
    whole = len(residents) == len(draft.places) and "population" not in draft.faulty
    if whole and strength and armed > MOST_UNDER_ARMS * everybody:
        largest = max((n for actor, n in strength.items() if actor in local), key=lambda n: n.distribution.best)
        whole_told = f"{armed:,.0f} under arms, and {everybody:,.0f} residents"
        message = f"got {whole_told}; expected at most {MOST_UNDER_ARMS:.0%} of them: hardly any country had over 15%."
        _warn(draft, largest, message, "Are strengths and populations both in persons?")
    deployed: dict[str, float] = {}
    for (_, actor), number in draft.tables.get("deployment", {}).items():
        deployed[actor] = deployed.get(actor, 0.0) + number.distribution.best
    for actor, number in strength.items():
        if number.distribution.best > 0 and not deployed.get(actor) and "deployment" not in draft.faulty:
            message = f"'{actor}' has {number.distribution.best:,.0f} persons under arms and stands in no place."
            _warn(draft, number, message, "Give its shares by place in tables/deployment.csv.")


def _nothing_to_do(draft: Draft) -> None:
    """What a run would find nothing to do with."""
    if not draft.plan_names:
        draft.problems.warn(
            "there is no plan: nothing can be run.", Where("plans", 0, 0), "", "Add plans/<id>.yaml; one may hold no orders."
        )
    if not draft.claims and not draft.folder.has("claims.yaml"):
        advice = "Write what you want to know as claims.yaml."
        draft.problems.warn("there are no claims: `ask` will have only end states to tell.", Where("claims.yaml", 0, 0), "", advice)
    if len(draft.actors) > 1 and not draft.dyads:
        where = Where("scenario.yaml", 1, 1)
        draft.problems.warn("there are no dyads: no two actors can fight each other.", where, "dyads", "Name the pairs that may fight.")


def _unread(draft: Draft) -> None:
    """Files that nothing reads, most often for a slip in their names."""
    known = {*_READ, *_FOLDERS}
    try:
        entries = sorted(draft.folder.root.iterdir())[:MOST_ENTRIES]
    except OSError:
        return
    for path in entries:
        stem = path.name.lower()
        meant = did_you_mean(path.name, known)
        looks = stem.endswith((".yaml", ".yml", ".csv", ".geojson")) or (path.is_dir() and bool(meant))
        if looks and path.name not in known and not stem.startswith(".") and path.name != draft.document_file:
            draft.problems.warn("nothing reads this.", Where(path.name, 0, 0), "", meant or "Delete it, or move it to another folder.")


def _cells(draft: Draft, table: str) -> Iterable[tuple[str, Number]]:
    """The cells of a table under the names of their members, each number once: both sides of a border are one."""
    unique: dict[int, tuple[str, Number]] = {}
    for cell, number in draft.tables.get(table, {}).items():
        unique.setdefault(id(number), (" and ".join(cell), number))
    return unique.values()


def _warn(draft: Draft, number: Number, message: str, advice: str) -> None:
    draft.problems.warn(message, number.where, number.name, advice)
