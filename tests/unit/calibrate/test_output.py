"""What a calibration leaves behind can be read again: by the scenario loader, by ArviZ, by a person."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from drawdown.calibrate import output, sbc
from drawdown.calibrate.posterior import Ensemble, Fitted, Posterior, fit, posterior
from drawdown.calibrate.prior_predictive import Fact


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    random = np.random.default_rng(1)
    values = random.gamma(3, 1, size=(800, 4))
    option = (random.uniform(size=800) < 0.5).astype(np.intp)
    summary = np.log(values[:, :2]) @ random.normal(size=(2, 5)) + 0.3 * random.normal(size=(800, 5)) + option[:, None]
    names = ("tempo.gust", "clashes.cutoff", "stance.zeal", "stance.hold")
    return fit(Ensemble(names, values, tuple("abcde"), summary, {"why": option}, {"why": (0.5, 0.5)}))


@pytest.fixture(scope="module")
def found(fitted: Fitted) -> Posterior:
    return posterior(fitted, fitted.ensemble.summaries[3], 200)


OPTIONS = {"why": ("surge", "separation")}


def test_the_patch_names_its_draws_and_what_made_it(fitted: Fitted, found: Posterior, tmp_path: Path) -> None:
    from ruamel.yaml import YAML

    made = output.provenance("somewhere", "f" * 64, date(2005, 8, 29), "as-it-stood", 800, 52, 1, "data")
    assert made["data before"] == date(2006, 8, 28)
    patch, draws = output.write_patch(found, OPTIONS, tmp_path / "posterior.yaml", "posterior", "about it", made)
    read = YAML(typ="safe").load(patch.read_text())
    assert read["patch"] == "posterior"
    assert read["kind"] == "posterior"
    assert read["samples"] == {"file": draws.name}
    assert sum(read["hypotheses"]["why"].values()) == pytest.approx(1, abs=1e-3)
    assert "# " in patch.read_text().splitlines()[0]
    assert "data before: 2006-08-28" in patch.read_text()
    with draws.open(newline="") as stream:
        head, *rows = list(csv.reader(stream))
    assert tuple(head) == found.parameters
    np.testing.assert_allclose(np.array(rows, float), found.values, rtol=1e-5)


def test_weights_never_settle_a_dispute(found: Posterior, tmp_path: Path) -> None:
    from dataclasses import replace

    from ruamel.yaml import YAML

    sure = replace(found, hypotheses={"why": (1.0, 0.0)})
    patch, _ = output.write_patch(sure, OPTIONS, tmp_path / "p.yaml", "p", "", {})
    weights = YAML(typ="safe").load(patch.read_text())["hypotheses"]["why"]
    assert weights["separation"] == pytest.approx(0.02, abs=0.001)


def test_the_page_tells_what_was_learned_and_how_well(fitted: Fitted, found: Posterior) -> None:
    rows = (Fact("deaths per week", 10.0, 5.0, 9.0, 15.0), Fact("attacks per week", 99.0, 5.0, 9.0, 15.0))
    page = output.diagnostics("A page", fitted, found, OPTIONS, sbc.ranks(fitted, 60), rows, rows, {"seed": 1})
    for name in found.parameters:
        assert f"| {name} |" in page
    assert "| why | separation | 0.50 |" in page
    assert "rank histograms are flat" in page
    assert "1 of 2 figures inside the 90% band of the calibrated ensemble" in page
    assert "Outside: attacks per week." in page


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_arviz_reads_the_file(fitted: Fitted, found: Posterior, tmp_path: Path) -> None:
    arviz = pytest.importorskip("arviz", reason="arviz is an extra")
    pytest.importorskip("h5netcdf", reason="h5netcdf is an extra")
    path = output.write_netcdf(fitted, found, fitted.ensemble.summaries[3], tmp_path / "p.nc", fitted.ensemble.summaries[:50])
    data = arviz.from_netcdf(str(path))
    assert set(data.groups()) == {"posterior", "prior", "prior_predictive", "posterior_predictive", "observed_data"}
    np.testing.assert_allclose(data.posterior["tempo.gust"].values[0], found.values[:, found.parameters.index("tempo.gust")])
    assert list(data.observed_data["summary"].values) == list("abcde")
