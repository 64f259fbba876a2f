"""Patches: what-ifs, plans, posteriors and errata as plain data, composed in order, all or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from drawdown.errors import expected_one_of, quoted
from drawdown.scenario.document import Node, plain, read_yaml
from drawdown.scenario.draft import Draft
from drawdown.scenario.files import YAML_BYTES, Folder, read_text
from drawdown.scenario.grammar import NUMBER, PATCH
from drawdown.scenario.model import Distribution, Fit, Hypothesis, Number, Where
from drawdown.scenario.numbers import Assumed, Declared, estimates_of, resolve
from drawdown.scenario.parts import WEIGHT, declaration
from drawdown.scenario.plans import LEVEL
from drawdown.scenario.samples import read_samples
from drawdown.scenario.shapes import Entry
from drawdown.state import FILLED

MOST_PATCHES = 100
_CELL = re.compile(r"([a-z_]+)\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch as read, and the folder that its samples lie in."""

    id: str
    kind: str
    about: str
    needs: tuple[str, ...]
    entry: Entry
    folder: Folder
    beside: str  # the folder of the patch inside `folder`

    @property
    def assumed(self) -> Assumed | None:
        """Why its bare numbers are as they are; an erratum has none."""
        return None if self.kind == "erratum" else Assumed(f"patch {self.id}: {self.about}")


def shipped_patches(draft: Draft) -> dict[str, str]:
    """Patches of the scenario's own folder: name to file. The name is that of the file."""
    files = draft.folder.names("patches", ".yaml")
    return {file.removeprefix("patches/").removesuffix(".yaml"): file for file in files}


def apply_patches(wanted: Sequence[str | Path | Mapping[str, object]], draft: Draft) -> None:
    """Apply patches in order to a draft. Faults are noted, and then nothing of the draft may be used: all or nothing."""
    if len(wanted) > MOST_PATCHES:
        draft.problems.add(f"got {len(wanted)} patches; expected at most {MOST_PATCHES}.")
        return
    shipped = shipped_patches(draft)
    read = [patch for one in wanted if (patch := _read(one, shipped, draft)) is not None]
    _check_needs(read, shipped, draft)
    for patch in read:
        _apply(patch, draft)
    draft.patches = tuple(patch.id for patch in read)


def _read(one: str | Path | Mapping[str, object], shipped: Mapping[str, str], draft: Draft) -> Patch | None:
    """A patch by the name of a shipped one, by path, or as data."""
    if isinstance(one, Mapping):
        name = f"patch {one.get('patch', '')}".strip()
        draft.problems.outside.add(name)
        node: Node | None = plain(one, name)
        folder, beside = Folder(Path.cwd(), draft.problems), ""
    elif str(one) in shipped:
        file = shipped[str(one)]
        text = draft.folder.yaml(file)
        node = read_yaml(text, file, draft.problems) if text is not None else None
        folder, beside = draft.folder, "patches/"
    elif str(one).endswith((".yaml", ".yml")):
        file = str(one)
        draft.problems.outside.add(file)
        text = read_text(Path(file), file, YAML_BYTES, draft.problems)
        node = read_yaml(text, file, draft.problems) if text is not None else None
        folder, beside = Folder(Path(file).parent, draft.problems), ""
    else:
        advice = "Or give the path of a file that ends in .yaml."
        draft.problems.add(f"unknown patch: {expected_one_of(str(one), shipped)}", Where("patches", 0, 0), advice=advice)
        return None
    entry = PATCH.read(node, "", draft.problems) if node is not None else None
    if entry is None or entry["patch"] is None or entry["kind"] is None:
        return None
    if beside and entry["patch"] != str(one):
        message = f"got the patch {quoted(entry['patch'])} in a file of another name; expected '{one}'."
        draft.problems.add(message, entry.at("patch"), "patch", "A patch of the scenario bears the name of its file.")
    return Patch(entry["patch"], entry["kind"], entry.get("about", ""), entry.get("needs", ()), entry, folder, beside)


def _check_needs(read: Sequence[Patch], shipped: Mapping[str, str], draft: Draft) -> None:
    """Each patch stands once and after those it needs; patches that need each other cannot be applied at all."""
    needs = {patch.id: patch.needs for patch in read}
    before: set[str] = set()
    for patch in read:
        if patch.id in before:
            draft.problems.add(f"got the patch {quoted(patch.id)} a second time.", patch.entry.at("patch"), "patch", "Apply it once.")
        for need in patch.needs:
            circle = _circle(need, patch.id, needs)
            if circle:
                told = " needs ".join([patch.id, *circle])
                draft.problems.add(f"got patches that need each other: {told}.", patch.entry.at("needs"), "needs", "Drop one need.")
            elif need not in before and need in needs:
                message = f"got {quoted(need)} after {quoted(patch.id)}, which needs it before."
                draft.problems.add(message, patch.entry.at("needs"), "needs", f"Name {need} first.")
            elif need not in before:
                known = "it is shipped with the scenario" if need in shipped else "it is not shipped with the scenario, either"
                message = f"{quoted(patch.id)} needs the patch {quoted(need)}, which is not applied; {known}."
                draft.problems.add(message, patch.entry.at("needs"), "needs", f"Apply {need} before it.")
        before.add(patch.id)


def _circle(start: str, goal: str, needs: Mapping[str, Sequence[str]]) -> list[str]:
    """The way from `start` back to `goal` along needs, if there is one."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop()
        if way[-1] == goal:
            return way
        for need in needs.get(way[-1], ()):
            if need not in seen:
                seen.add(need)
                ways.append([*way, need])
    return []


def _apply(patch: Patch, draft: Draft) -> None:
    entry, before = patch.entry, draft.hypotheses
    for name, node in (entry["set"] or {}).items():
        _set(name, node, patch, draft)
    nodes = entry.node.entries.get("off")
    for mechanism, node in zip(entry.get("off", ()), nodes.items if nodes is not None else (), strict=False):
        _off(mechanism, node.where, patch, draft)
    for hypothesis, weights in (entry["hypotheses"] or {}).items():
        _weights(hypothesis, weights, patch, draft)
    samples = entry["samples"]
    drawn: Mapping[str, Sequence[float]] = {}
    if samples is not None and samples["file"] is not None:
        read = read_samples(samples, patch.folder, patch.beside, draft)
        draft.samples.update(read)
        drawn = read
    if patch.kind == "posterior":
        draft.fits = (*draft.fits, _fit(patch, before, drawn))


def _fit(patch: Patch, before: Sequence[Hypothesis], drawn: Mapping[str, Sequence[float]]) -> Fit:
    """What a posterior learned, in the words of the patch; `before`: the hypotheses as they stood without it."""
    said = patch.entry["fitted_to"]
    sampled = {name.removeprefix("hypothesis:") for name in drawn if name.startswith("hypothesis:")}
    moved = sampled | set(patch.entry["hypotheses"] or {})
    weights = {h.id: {o.id: o.weight.distribution.best for o in h.options} for h in before if h.id in moved}
    numbers = tuple(name for name in drawn if not name.startswith("hypothesis:"))
    if said is None:
        return Fit(patch.id, patch.about, numbers, weights)
    return Fit(patch.id, patch.about, numbers, weights, said.get("data", ""), said["start"], said["before"], said.get("note", ""))


def _number(name: str, node: Node, path: str, declared: Declared, patch: Patch, draft: Draft) -> Number | None:
    """The number that a patch gives, bare or with everything."""
    if node.kind == "scalar" and patch.assumed is None:
        draft.problems.add("got a bare number in an erratum; expected its source, too.", node.where, path)
        return None
    if node.kind == "scalar":
        node = Node("mapping", node.where, entries={"value": node}, keys={"value": node.where})
    read = NUMBER.read(node, path, draft.problems)
    if read is None:
        return None
    return resolve(name, estimates_of(read, declared, draft.ledger, patch.assumed), draft.ledger)


def _set(name: str, node: Node, patch: Patch, draft: Draft) -> None:
    """Replace the number of that name, whatever it belongs to."""
    path, where = f"set.{name}", patch.entry.node.entries["set"].keys.get(name, node.where)
    cell = _CELL.fullmatch(name)
    if cell is not None:
        _set_cell(cell.group(1), tuple(part.strip() for part in cell.group(2).split(",")), node, where, path, patch, draft)
    elif name.startswith("hypothesis:"):
        hypothesis, _, option = name.removeprefix("hypothesis:").partition(":")
        _weights(hypothesis, {option: node}, patch, draft)
    elif name.startswith("plan:"):
        _set_level(name, node, where, path, patch, draft)
    elif "." in name:
        declared = declaration(name, where, path, draft) if draft.check_mechanisms else _as_before(name, draft)
        number = _number(name, node, path, declared, patch, draft) if declared is not None else None
        if number is not None:
            _hold(draft, {name: number})
    else:
        known = [*draft.parameters, *(number.name for cells in draft.tables.values() for number in cells.values())]
        advice = "A number is named variable[a,b], mechanism.parameter, hypothesis:id:option or plan:id:order."
        draft.problems.add(f"unknown number: {expected_one_of(name, known, 0)}".replace(" ... ", " "), where, path, advice)


def _as_before(name: str, draft: Draft) -> Declared:
    """A declaration that takes the unit of the number replaced (mechanisms are not to be imported)."""
    before = draft.parameters.get(name)
    return Declared(name, before.unit if before is not None else "index", float("-inf"), float("inf"))


def _set_cell(variable: str, written: tuple[str, ...], node: Node, where: Where, path: str, patch: Patch, draft: Draft) -> None:
    declared = draft.variable(variable)
    if declared is None or variable in FILLED:
        draft.problems.add(f"unknown variable: {expected_one_of(variable, set(draft.variable_names()) - FILLED.keys(), 60)}", where, path)
        return
    if len(written) != len(declared.dims):
        draft.problems.add(f"got {len(written)} members; expected {len(declared.dims)}: {', '.join(declared.dims)}.", where, path)
        return
    if "dyad" in declared.dims:
        written = tuple(draft.dyad(member) for member in written)
    for dimension, member in zip(declared.dims, written, strict=True):
        if member not in draft.labels[dimension]:
            draft.problems.add(f"unknown {dimension}: {expected_one_of(member, draft.labels[dimension])}", where, path)
            return
    limits = Declared(variable, declared.unit, declared.low, declared.high)
    number = _number(f"{variable}[{','.join(written)}]", node, path, limits, patch, draft)
    if number is None:
        return
    cells = draft.tables.setdefault(variable, {})
    cells[written] = number
    if variable == "adjacency":
        cells.pop((written[1], written[0]), None)  # both sides of a border are one number; check_whole mirrors it
    draft.samples.pop(number.name, None)


def _set_level(name: str, node: Node, where: Where, path: str, patch: Patch, draft: Draft) -> None:
    levels = {order.level.name: (plan, order) for plan in draft.plans for order in plan.orders if order.level is not None}
    if name not in levels:
        draft.problems.add(f"unknown level of an order: {expected_one_of(name, levels, 20)}", where, path)
        return
    number = _number(name, node, path, LEVEL, patch, draft)
    if number is not None:
        plan, changed = levels[name]
        orders = tuple(replace(order, level=number) if order is changed else order for order in plan.orders)
        draft.plans = tuple(replace(plan, orders=orders) if one is plan else one for one in draft.plans)


def _off(mechanism: str, where: Where, patch: Patch, draft: Draft) -> None:
    """Set every neutral value of a mechanism."""
    by_name = {m.name: m for m in draft.mechanisms()}
    if mechanism not in by_name:
        draft.problems.add(f"unknown mechanism: {expected_one_of(mechanism, by_name, 40)}", where, "off")
        return
    neutral = by_name[mechanism].neutral
    if not neutral:
        draft.problems.add(f"the mechanism '{mechanism}' declares no neutral value; it cannot be switched off.", where, "off")
        return
    units = {p.name: p.unit for p in by_name[mechanism].params}
    note = f"switched off by the patch {patch.id}"
    numbers = {
        f"{mechanism}.{p}": Number(
            f"{mechanism}.{p}", Distribution("fixed", float(value)), units[p], None, "", "D", note, derived=True, where=where
        )
        for p, value in neutral.items()
    }
    _hold(draft, numbers)


def _hold(draft: Draft, numbers: Mapping[str, Number]) -> None:
    """Set parameters so that neither a rival explanation nor earlier samples change them again."""
    draft.parameters.update(numbers)
    for name in numbers:
        draft.samples.pop(name, None)
    draft.hypotheses = tuple(
        replace(h, options=tuple(replace(o, sets=tuple(n for n in o.sets if n.name not in numbers)) for o in h.options))
        for h in draft.hypotheses
    )


def _weights(hypothesis: str, weights: Mapping[str, Node], patch: Patch, draft: Draft) -> None:
    """New weights of the options of a hypothesis; whether they sum to one is judged when all patches are applied."""
    known = {h.id: h for h in draft.hypotheses}
    holder = patch.entry.node.entries.get("hypotheses") or patch.entry.node
    if hypothesis not in known:
        where = holder.keys.get(hypothesis, holder.where)
        draft.problems.add(f"unknown hypothesis: {expected_one_of(hypothesis, known, 40)}", where, "hypotheses")
        return
    changed: Hypothesis = known[hypothesis]
    for option, node in weights.items():
        options = {o.id: o for o in changed.options}
        path = f"hypotheses.{hypothesis}.{option}"
        if option not in options:
            draft.problems.add(f"unknown option: {expected_one_of(option, options)}", node.where, path)
            continue
        number = _number(f"hypothesis:{hypothesis}:{option}", node, path, WEIGHT, patch, draft)
        if number is not None:
            changed = replace(changed, options=tuple(replace(o, weight=number) if o.id == option else o for o in changed.options))
    draft.hypotheses = tuple(changed if h.id == hypothesis else h for h in draft.hypotheses)
    draft.samples.pop(f"hypothesis:{hypothesis}", None)
