"""What an unfinished run already holds: claims, end states and kept futures, from the parts of its finished batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from drawdown.runs.bins import Arrays
from drawdown.runs.layout import years_of
from drawdown.runs.schema import RecordedLayout
from drawdown.vocabulary.state_forms import STATE_FORMS
from drawdown.vocabulary.who_rules import FALLEN, FOREIGNERS, GOVERNMENTS, NOBODY, UNDER_WAR, UNTOLD, WARS

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Parts: TypeAlias = "Mapping[str, Sequence[Arrays]]"  # by plan: its batches without gaps from the first
# What is read of a part; sums and histograms wait for the others.
WANTED = ("value/", "margin/", "state/", "sample/", "sample_futures")


def claims(done: Parts) -> pd.DataFrame:
    """plan, future, claim, value, margin of what is done; claims that compare plans wait for the whole run."""
    import pandas as pd

    rows = []
    for plan, finished in done.items():
        first = 0
        for part in finished:
            names = [name.removeprefix("value/") for name in part if name.startswith("value/")]
            count = len(part[f"value/{names[0]}"]) if names else 0
            rows += [
                pd.DataFrame({"plan": plan, "future": np.arange(first, first + count), "claim": name, "value": part[f"value/{name}"],
                              "margin": part[f"margin/{name}"]})
                for name in names
            ]  # fmt: skip
            first += count
    columns = ["plan", "future", "claim", "value", "margin"]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)


def end_states(done: Parts, recorded: RecordedLayout, weeks: int) -> pd.DataFrame:
    """plan, future, week, year, form, self_rule, leader, government, ruler, war, foreign of what is done."""
    import pandas as pd

    actors, communities = recorded.labels["actor"], recorded.labels["community"]
    last = {end - 1: number + 1 for number, (_, end) in enumerate(years_of(weeks))}
    rows = []
    for plan, finished in done.items():
        first = 0
        for part in finished:
            moments = sorted({int(name.split("/")[1]) for name in part if name.startswith("state/")})
            for week in moments:
                known = part[f"state/{week}/known"].astype(bool)
                mask = part[f"state/{week}/self_rule"]
                ruled = [", ".join(c for bit, c in enumerate(communities) if m >> bit & 1) or "none" for m in mask]
                named = [actors[i] if 0 <= i < len(actors) else NOBODY for i in part[f"state/{week}/leader"]]
                rules = part.get(f"state/{week}/government", np.full(len(known), -1))
                rulers = part.get(f"state/{week}/ruler", rules)
                forms = [STATE_FORMS[f] if k else None for f, k in zip(part[f"state/{week}/form"], known, strict=True)]
                rows.append(
                    pd.DataFrame(
                        {
                            "plan": plan,
                            "future": np.arange(first, first + len(known)),
                            "week": week,
                            "year": last.get(week),
                            "form": forms,
                            "self_rule": ruled,
                            "leader": named,
                            "government": [GOVERNMENTS[g] if g >= 0 else UNTOLD for g in rules],
                            "ruler": [
                                (actors[i] if i >= 0 else NOBODY) if g == FALLEN else None for g, i in zip(rules, rulers, strict=True)
                            ],
                            "war": [WARS[w] if w >= 0 else UNDER_WAR for w in part[f"state/{week}/war"]],
                            "foreign": [FOREIGNERS[f] for f in part[f"state/{week}/foreign"]],
                        }
                    )
                )
            first += len(part[f"state/{moments[0]}/known"]) if moments else 0
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["plan", "year"])


def kept(done: Parts, recorded: RecordedLayout, dates: NDArray[np.datetime64]) -> xr.Dataset | None:
    """Kept futures that every one of the plans has finished: plan, future, week, dims; None where there are none yet."""
    import xarray as xr

    plans, every = list(done), list(done.values())
    if not all(every) or not all("sample_futures" in part for part in every[0]):
        return None
    futures = [np.concatenate([part["sample_futures"] for part in finished]) for finished in every]
    common = sorted(set.intersection(*(set(map(int, ids)) for ids in futures)))
    if not common:
        return None
    data = {}
    for name, quantity in recorded.quantities.items():
        if f"sample/{name}" not in every[0][0]:  # declared by this model, and not by the one that made the run
            continue
        stacked = []
        for finished, ids in zip(every, futures, strict=True):
            order = {int(f): row for row, f in enumerate(ids)}
            stacked.append(np.concatenate([part[f"sample/{name}"] for part in finished])[[order[f] for f in common]])
        data[name] = (("plan", "future", "week", *quantity.dims), np.stack(stacked))
    members = {d: list(recorded.labels[d]) for name in data for d in recorded.quantities[name].dims}
    return xr.Dataset(data, coords={"plan": plans, "future": common, "week": dates, **members})
