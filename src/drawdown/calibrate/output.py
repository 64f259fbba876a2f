"""What a calibration leaves: a patch (YAML with a CSV of joint draws), a page of diagnostics, and a file that ArviZ reads."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drawdown.calibrate.posterior import Fitted, Posterior
from drawdown.calibrate.prior_predictive import Fact, figure, markdown
from drawdown.calibrate.sbc import Calibration

Floats = NDArray[np.float64]


def write_patch(
    posterior: Posterior, options: Mapping[str, Sequence[str]], path: Path, patch_id: str, about: str, made_by: Mapping[str, object]
) -> tuple[Path, Path]:
    """Write `path` (YAML) and its draws beside it (CSV, one column a parameter). `options` names the options of each hypothesis.

    Hypothesis weights are kept within 2% and 98%: summaries of one war do not settle a dispute of the literature.
    """
    from ruamel.yaml import YAML

    draws = path.with_name(f"{path.stem}-draws.csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = draws.with_suffix(".part")
    with partial.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(posterior.parameters)
        writer.writerows([f"{v:.6g}" for v in row] for row in posterior.values)
    partial.replace(draws)
    weights = {}
    for name, each in posterior.hypotheses.items():
        if name not in options:
            continue
        kept = np.clip(each, 0.02, 0.98)
        weights[name] = {o: round(float(w), 4) for o, w in zip(options[name], kept / kept.sum(), strict=True)}
    content: dict[str, object] = {"patch": patch_id, "kind": "posterior", "about": about}
    if (said := fitted_to(made_by)) is not None:
        content["fitted_to"] = said
    if posterior.parameters:
        content["samples"] = {"file": draws.name}
    if weights:
        content["hypotheses"] = weights
    yaml = YAML()
    yaml.width = 120
    with path.open("w", encoding="utf-8") as stream:
        stream.write("# Made by `drawdown calibrate`; what made it:\n")
        stream.writelines(f"#   {key}: {value}\n" for key, value in made_by.items())
        yaml.dump(content, stream)
    return path, draws


def fitted_to(made_by: Mapping[str, object]) -> dict[str, object] | None:
    """What the report says of a fit, from its provenance; None where that has no date."""
    if "data before" not in made_by:
        return None
    data = f"weekly records of violence ({made_by.get('data', 'folder not told')})"
    return {"data": data, "start": made_by["simulated from"], "before": made_by["data before"]}


def _bar(histogram: NDArray[np.intp]) -> str:
    """A rank histogram in one line of text."""
    marks = " ▁▂▃▄▅▆▇█"
    top = max(int(histogram.max()), 1)
    return "".join(marks[round(8 * int(h) / top)] for h in histogram)


def diagnostics(
    title: str,
    fitted: Fitted,
    posterior: Posterior,
    options: Mapping[str, Sequence[str]],
    calibration: Calibration | None,
    prior_facts: Sequence[Fact],
    posterior_facts: Sequence[Fact] | None,
    made_by: Mapping[str, object],
) -> str:
    """The page of diagnostics, in Markdown."""
    ensemble = fitted.ensemble
    out = [f"# {title}", "", *(f"- {k}: {v}" for k, v in made_by.items()), ""]
    out += ["## History matching", ""]
    worst = np.median(posterior.match.implausibility, axis=0)
    order = np.argsort(-worst)[:8]
    out.append(f"{posterior.match.passed:.1%} of the prior is not ruled out (second largest implausibility at most 3).")
    if posterior.match.passed < posterior.match.share:
        out.append(
            "**The model hardly reaches these data:** the least implausible twentieth was kept instead; see what is hardest to reach."
        )
    out.append(f"{posterior.neighbours} futures were kept as nearest; effective number {posterior.effective:.0f}.")
    out.append("Summaries hardest to reach (median implausibility over the prior): ")
    out.append("; ".join(f"{ensemble.summary_names[j]} {worst[j]:.1f}" for j in order) + ".")
    out += ["", "## Parameters that the data speak of", ""]
    out.append("Share: variance that the summaries explain out of sample. All other parameters keep their prior.")
    out += ["", "| parameter | share | prior 5-50-95% | posterior 5-50-95% |", "|---|---|---|---|"]
    for k in np.argsort(-fitted.explained[fitted.learned]):
        j = fitted.learned[k]
        before, after = np.quantile(ensemble.values[:, j], (0.05, 0.5, 0.95)), np.quantile(posterior.values[:, k], (0.05, 0.5, 0.95))
        name = posterior.parameters[k]
        out.append(f"| {name} | {fitted.explained[j]:.2f} | {' · '.join(map(figure, before))} | {' · '.join(map(figure, after))} |")
    if posterior.hypotheses:
        out += ["", "## Rival hypotheses", "", "| hypothesis | option | prior | data alone | posterior |", "|---|---|---|---|---|"]
        for name, weights in posterior.hypotheses.items():
            weighed = posterior.weighed.get(name)
            for k, (option, prior, new) in enumerate(zip(options[name], ensemble.prior_weights[name], weights, strict=True)):
                alone = f"{weighed.data[k]:.2f} ±{weighed.errors[k]:.2f}" if weighed else "-"
                out.append(f"| {name} | {option} | {prior:.2f} | {alone} | {new:.2f} |")
            if weighed:
                how = (
                    f"followed {weighed.followed:.0%} of the way"
                    if weighed.followed
                    else "left at the prior: chance alone would lead as far"
                )
                out.append(f"| {name} | | | | {how} |")
    if calibration is not None:
        flat = calibration.flat()
        out += ["", "## Simulation-based calibration", ""]
        out.append(
            f"{calibration.tests} simulated histories. {len(flat)} of {len(calibration.parameters)} rank histograms are flat (p > .01)."
        )
        out += ["", "| parameter | ranks | p | truth and posterior mean correlate | posterior over prior spread |", "|---|---|---|---|---|"]
        for k, name in enumerate(calibration.parameters):
            row = f"{calibration.p[k]:.3f} | {calibration.correlation[k]:.2f} | {calibration.shrinkage[k]:.2f}"
            out.append(f"| {name} | `{_bar(calibration.histogram[k])}` | {row} |")
        for name, (new, prior) in calibration.option_error.items():
            out.append(f"\nHypothesis {name}: Brier score of the weights {new:.3f}, of the prior weights {prior:.3f}.")
    out += ["", "## Stylised facts", "", markdown(prior_facts, posterior_facts)]
    return "\n".join(out)


def write_netcdf(fitted: Fitted, posterior: Posterior, observed: Floats, path: Path, predicted: Floats | None = None) -> Path:
    """An InferenceData file for ArviZ: groups posterior, prior, observed_data, posterior_predictive, prior_predictive.

    Needs the extra packages arviz and h5netcdf (or netcdf4). `predicted`: summaries of posterior futures (future, summary).
    """
    import arviz
    import xarray

    ensemble = fitted.ensemble
    names = list(ensemble.summary_names)
    columns = [ensemble.parameters.index(n) for n in posterior.parameters]
    data = arviz.from_dict(
        posterior={n: posterior.values[None, :, k] for k, n in enumerate(posterior.parameters)},
        prior={n: ensemble.values[None, :, j] for n, j in zip(posterior.parameters, columns, strict=True)},
        prior_predictive={"summaries": ensemble.summaries[None]},
        observed_data={"summaries": observed},
        posterior_predictive=None if predicted is None else {"summaries": predicted[None]},
        coords={"summary": names},
        dims={"summaries": ["summary"]},
    )
    assert isinstance(data.observed_data, xarray.Dataset)
    data.to_netcdf(str(path))
    return path


def provenance(scenario: str, digest: str, origin: date, plan: str, futures: int, weeks: int, seed: int, data: str) -> dict[str, object]:
    """What made a posterior, for the patch and the page."""
    from importlib.metadata import version

    return {
        "scenario": scenario,
        "digest": digest[:16],
        "simulated from": origin,
        "data before": origin.fromordinal(origin.toordinal() + 7 * weeks),
        "plan": plan,
        "prior futures": futures,
        "seed": seed,
        "data": data,
        "drawdown": version("drawdown"),
    }
