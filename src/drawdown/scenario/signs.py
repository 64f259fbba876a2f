"""signs.yaml: sentences of the document, each with the sign that it expects of a mechanism. A scenario may have none."""

from __future__ import annotations

from drawdown.errors import expected_one_of
from drawdown.mechanism import mechanism_names
from drawdown.scenario.document import Node
from drawdown.scenario.draft import Draft
from drawdown.scenario.grammar import SIGNS
from drawdown.scenario.model import Sign
from drawdown.scenario.parts import check_quotation, document, names_of, note_faults
from drawdown.scenario.propositions import check_term
from drawdown.scenario.shapes import Entry

FILE = "signs.yaml"


def read_signs(draft: Draft) -> None:
    """The signs of a folder that has the file; every name in it is held against plans, mechanisms and recorded quantities."""
    if not draft.folder.has(FILE):
        return
    entries: tuple[Entry, ...] = document(draft, FILE, SIGNS) or ()
    known = [m.name for m in draft.mechanisms()] if draft.check_mechanisms else list(mechanism_names())
    read = [_sign(entry, known, draft) for entry in entries]
    draft.signs = tuple(sign for sign in read if sign is not None)


def _sign(entry: Entry, known: list[str], draft: Draft) -> Sign | None:
    mechanism, plan, moved, node = entry["mechanism"], entry["plan"], entry.get("moved", ""), entry["term"]
    if mechanism is not None and mechanism not in known:
        draft.problems.add(f"unknown mechanism: {expected_one_of(mechanism, known)}", entry.at("mechanism"), entry.under("mechanism"))
    elif moved and draft.check_mechanisms:
        parameters = [p.name for m in draft.mechanisms() for p in m.params if m.name == mechanism]
        if moved not in parameters:
            message = f"{mechanism} has no such parameter: {expected_one_of(moved, parameters)}"
            draft.problems.add(message, entry.at("moved"), entry.under("moved"))
    if plan is not None and plan not in draft.plan_names:
        draft.problems.add(f"unknown plan: {expected_one_of(plan, draft.plan_names)}", entry.at("plan"), entry.under("plan"))
    start, end = int(entry.get("from", 0)), entry["to"]
    if end is not None and not start < end <= draft.weeks:
        message = f"got the weeks {start} to {end:g}; expected a window in the {draft.weeks} weeks of the scenario."
        draft.problems.add(message, entry.at("to"), entry.under("to"))
    check_quotation(entry, draft)
    if not _is_term(node, entry, draft) or any(entry[name] is None for name in ("mechanism", "plan", "expected", "quotation")):
        return None
    paragraph = int(entry["paragraph"]) if entry["paragraph"] is not None else None
    weeks = (start, int(end) if end is not None else None)
    said = (entry["id"], mechanism, entry["quotation"], paragraph)
    return Sign(*said, node.data(), entry["expected"], plan, moved, *weeks, where=entry.node.where)


def _is_term(node: Node | None, entry: Entry, draft: Draft) -> bool:
    """Whether it is a mapping; what is wrong within it is told in the words of propositions."""
    if node is None:
        return False
    if node.kind != "mapping":
        draft.problems.add(f"got {node.told()}; expected a term: a mapping.", node.where, entry.under("term"))
        return False
    note_faults(check_term(node.data(), names_of(draft)), node, entry.under("term"), draft)
    return True
