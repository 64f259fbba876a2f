"""What an unfinished run already holds: claims, end states and kept futures, read from the parts of its finished batches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Part = Mapping[str, Any]


Parts = Mapping[str, tuple[Part, ...]]  # by plan


def parts(folder: Path, plan: str, run: str) -> tuple[Part, ...]:
    """Parts of a plan's finished batches, without gaps from the first: [future last; samples: future first].

    `run` is the digest of the run. Raises StoreError where one is damaged, or another run's.
    """
    from drawdown.runs.parts import read_part

    wanted = ("value/", "margin/", "state/", "sample/", "sample_futures")
    found = []
    for index in range(1_000_000):
        file = folder / "parts" / f"{plan}-{index:06d}.part"
        if not file.is_file():
            break
        found.append(read_part(file, run, lambda name: name.startswith(wanted)))
    return tuple(found)


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


def end_states(done: Parts, actors: list[str], communities: list[str], weeks: int) -> pd.DataFrame:
    """plan, future, week, year, form, self_rule, leader, war, foreign of what is done."""
    import pandas as pd

    from drawdown.claims.endstates import FORMS
    from drawdown.runs.layout import years_of

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
                named = [actors[i] if 0 <= i < len(actors) else "nobody" for i in part[f"state/{week}/leader"]]
                forms = [FORMS[f] if k else None for f, k in zip(part[f"state/{week}/form"], known, strict=True)]
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
                            "war": part[f"state/{week}/war"],
                            "foreign": part[f"state/{week}/foreign"],
                        }
                    )
                )
            first += len(part[f"state/{moments[0]}/known"]) if moments else 0
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["plan", "year"])


def kept(done: Parts, dims: Mapping[str, tuple[str, ...]], labels: Mapping[str, list[str]], dates: Any) -> xr.Dataset | None:
    """Kept futures that every one of the plans has finished: plan, future, week, dims; None where there are none yet."""
    import xarray as xr

    plans, every = list(done), list(done.values())
    if not all(every) or not all("sample_futures" in part for part in every[0]):
        return None
    futures = [np.concatenate([part["sample_futures"] for part in finished]) for finished in every]
    common = sorted(set.intersection(*(set(map(int, ids)) for ids in futures)))
    if not common:
        return None
    names = [name.removeprefix("sample/") for name in every[0][0] if name.startswith("sample/")]
    data = {}
    for name in names:
        if name not in dims:
            continue
        stacked = []
        for finished, ids in zip(every, futures, strict=True):
            order = {int(f): row for row, f in enumerate(ids)}
            stacked.append(np.concatenate([part[f"sample/{name}"] for part in finished])[[order[f] for f in common]])
        data[name] = (("plan", "future", "week", *dims[name]), np.stack(stacked))
    used = {d for names in dims.values() for d in names}
    coords: dict[str, Any] = {"plan": plans, "future": common, "week": dates, **{d: labels[d] for d in used if d in labels}}
    return xr.Dataset(data, coords=coords)
