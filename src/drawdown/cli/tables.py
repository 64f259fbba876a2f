"""Tables that fit 100 columns, and the same as JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

from drawdown.terminal import console as console

if TYPE_CHECKING:
    from rich.table import Table

    from drawdown.claims import Answer, Difference
    from drawdown.ensemble import Run

PLANS_A_TABLE = 5


def plain(value: Any) -> Any:
    """Data for JSON: dataclasses as objects, what is not a number as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(plain(value), indent=2, ensure_ascii=False, default=str))


def new_table(title: str = "", caption: str = "") -> Table:
    """A table in the house style."""
    from rich import box
    from rich.table import Table

    return Table(title=title or None, caption=caption or None, box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0),
                 title_justify="left", caption_justify="left", title_style="bold", caption_style="dim")  # fmt: skip


def percent(share: float) -> str:
    """A share as a percentage; never 0 or 100 where it is not."""
    if math.isnan(share):
        return "?"
    value = 100 * share
    if 0 < value < 0.5 or 99.5 < value < 100:
        return f"{value:.1f}"
    return f"{value:.0f}"


def briefly(happened: str) -> str:
    """`true`, of `true: 4,622 civilian deaths in 2012`; the whole stands in the JSON and the report."""
    return re.split(r"[:;,(]", happened, maxsplit=1)[0].strip()


def with_error(share: float, error: float) -> str:
    """`62 ±2`, `99.7 ±0.2`, in percent."""
    return "?" if math.isnan(share) else f"{percent(share)} ±{100 * error:.{0 if error >= 0.00995 else 1}f}"


def signed(value: float, error: float) -> str:
    """A difference with its error, three significant digits."""
    return "?" if math.isnan(value) else f"{value:+.3g} ±{error:.2g}"


def claims_tables(answers: Sequence[Answer], plans: Sequence[str], about: str) -> list[Table]:
    """Probability of each claim under each plan in percent, with its Monte Carlo error; then the claims that compare plans."""
    single = [a for a in answers if " minus " not in a.plan]
    found = []
    for first in range(0, len(plans), PLANS_A_TABLE):
        shown = plans[first : first + PLANS_A_TABLE]
        caption = "Percent of futures in which the claim is true, ± Monte Carlo standard error. 'frozen': were the origin to go on."
        table = new_table(f"How likely each claim is ({about})", caption)
        table.add_column("", justify="right", width=2)
        table.add_column("claim", ratio=1, overflow="fold")
        for plan in shown:
            table.add_column(plan, justify="right", min_width=6, max_width=9, overflow="fold")
        table.add_column("frozen", justify="right")
        table.add_column("happened", max_width=10, overflow="ellipsis", no_wrap=True)
        for claim in dict.fromkeys(a.claim for a in single):
            by_plan = {a.plan: a for a in single if a.claim == claim}
            any_ = next(iter(by_plan.values()))
            cells = [with_error(by_plan[p].probability, by_plan[p].error) if p in by_plan else "" for p in shown]
            quo = "" if any_.status_quo is None else percent(any_.status_quo)
            table.add_row(str(any_.number), any_.text, *cells, quo, briefly(any_.happened))
        if single:
            found.append(table)
    if compared := [a for a in answers if " minus " in a.plan]:
        found.append(compared_table(compared))
    for table in found:
        table.expand = True
    return found


def compared_table(answers: Sequence[Answer]) -> Table:
    """Claims about the difference between two plans on the same futures."""
    table = new_table(
        "Claims that compare plans, on the same futures",
        "'value' is the mean paired difference, or the distance (chance: what luck alone shows).",
    )
    table.add_column("", justify="right", width=2)
    table.add_column("claim", ratio=1, overflow="fold")
    table.add_column("plans", max_width=20, overflow="fold")
    table.add_column("true %", justify="right")
    table.add_column("value", justify="right", min_width=14)
    table.add_column("happened", max_width=10, overflow="ellipsis", no_wrap=True)
    for a in answers:
        value = "" if a.value is None else signed(a.value, a.value_error or 0.0)
        if a.chance is not None and a.value is not None:
            value = f"{a.value:.3f} ±{a.value_error or 0:.3f} (chance {a.chance:.3f})"
        sure = percent(a.probability) if a.chance is not None else with_error(a.probability, a.error)
        table.add_row(str(a.number), a.text, a.plan, sure, value, briefly(a.happened))
    return table


def provisional_table(counts: Mapping[str, Mapping[str, tuple[int, int]]], texts: Mapping[str, str], futures: int) -> Table:
    """Shares so far, while a run goes on."""
    table = new_table(f"So far, after {futures} futures of the plans shown (percent; provisional)")
    table.expand = True
    table.add_column("claim", ratio=1, overflow="ellipsis", no_wrap=True)
    for plan in list(counts)[:PLANS_A_TABLE]:
        table.add_column(plan, justify="right", max_width=10, overflow="fold")
    for claim, text in texts.items():
        rows = [counts[p].get(claim) for p in list(counts)[:PLANS_A_TABLE]]
        if any(rows):
            table.add_row(text, *(percent(r[0] / r[1]) if r and r[1] else "?" for r in rows))
    return table


def end_state_table(run: Run, year: int) -> Table:
    """How futures end under each plan."""
    table = new_table(
        f"How futures end, after {year} year{'s' * (year > 1)} (percent of futures)",
        "War: 1,000 deaths or more in the last 52 weeks (UCDP). Leader: of the largest community.",
    )
    for name in ("plan", "form of the state", "who leads", "at war", "foreign forces"):
        table.add_column(name, overflow="fold", justify="right" if name in ("at war", "foreign forces") else "left")
    for plan, parts in run.end_state_parts(year).items():
        if parts:
            yes = [percent(parts[n].get("True", 0.0)) for n in ("war", "foreign")]
            table.add_row(plan, several(parts["form"], 4), several(parts["leader"], 3), *yes)
    return table


def several(shares: Mapping[str, float], most: int) -> str:
    """`unitary 62, autonomy 30`."""
    named = {("ended early" if name == "None" else name): share for name, share in shares.items()}
    return ", ".join(f"{name} {percent(share)}" for name, share in list(named.items())[:most])


def differences_table(run: Run, differences: Sequence[Difference], a: str, b: str) -> Table:
    """Paired differences in probability, in percentage points."""
    texts = {c.claim.id: (c.claim.number, c.claim.text) for c in run.claims}
    table = new_table(f"{a} minus {b}, the same futures under both (percentage points)", "A difference of more than two errors is marked.")
    table.add_column("", justify="right", width=2)
    table.add_column("claim", ratio=1, overflow="fold")
    table.add_column("difference", justify="right")
    table.add_column("error", justify="right")
    table.add_column("")
    table.add_column("pairs", justify="right")
    for d in differences:
        number, text = texts[d.claim]
        clear = "*" if d.error == d.error and abs(d.difference) > 2 * d.error and d.difference else ""
        table.add_row(str(number), text, f"{100 * d.difference:+.1f}", f"{100 * d.error:.1f}", clear, str(d.pairs))
    return table


def quantities_table(run: Run, a: str, b: str) -> Table | None:
    """Paired differences of yearly means of the main quantities over the whole run."""
    import numpy as np

    main = ("country_all_deaths", "country_civilian_deaths", "country_attacks", "country_void", "capability", "country_displaced")
    names = [n for n in main if f"yearly_{n}" in run.summary()]
    if not names:
        return None
    table = new_table(f"Weekly means over the whole run, {a} minus {b}, paired")
    for heading in ("quantity", a, b, "difference", "error"):
        table.add_column(heading, justify="left" if heading == "quantity" else "right")
    for name in names:
        values = run.yearly(name)
        means = [values.sel(plan=p).mean("year").to_numpy().astype(np.float64) for p in (a, b)]
        apart = (means[0] - means[1])[~np.isnan(means[0] - means[1])]
        error = float(apart.std(ddof=1) / math.sqrt(len(apart))) if len(apart) > 1 else float("nan")
        label = f"{name.removeprefix('country_').replace('_', ' ')} ({values.attrs.get('unit', '')})"
        table.add_row(label, *(f"{np.nanmean(m):.4g}" for m in means), f"{float(apart.mean()):+.3g}", f"{error:.2g}")
    return table
