"""R survival 3.5: survfit(Surv(time, event) ~ group, conf.type = "log-log"), summary() and quantile().

The typed-in numbers are for `aml` (Miller 1997, Survival Analysis) and for the flat stretches in
survival's own tests/quantile.R.
"""

from math import inf
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.statistics.survival import SurvivalCurve, kaplan_meier, survival_quantile

# A time with + was censored.
MAINTAINED = "9 13 13+ 18 23 28+ 31 34 45+ 48 161+"
NOT_MAINTAINED = "5 5 8 8 12 16+ 23 27 30 33 43 45"
CURVES = [
    *[("aml", group) for group in ("Maintained", "Nonmaintained")],
    *[("lung_sex", group) for group in ("1", "2")],
    *[("gehan_treat", group) for group in ("6-MP", "control")],
    *[("veteran_celltype", group) for group in ("adeno", "large", "smallcell", "squamous")],
]
COLUMNS = {
    "time": "time",
    "at_risk": "n_risk",
    "events": "n_event",
    "censored": "n_censor",
    "survival": "surv",
    "lower": "lower",
    "upper": "upper",
}


def curve_of(times: str) -> SurvivalCurve:
    words = times.split()
    return kaplan_meier(
        [float(word.rstrip("+")) for word in words],
        [not word.endswith("+") for word in words],
        [1] * len(words),
    )


@pytest.mark.parametrize(
    ("times", "at", "survival", "lower", "upper"),
    [
        (MAINTAINED, 13, 0.818182, 0.447429, 0.951162),
        (MAINTAINED, 23, 0.613636, 0.265752, 0.835299),
        (NOT_MAINTAINED, 12, 0.583333, 0.270139, 0.800940),
    ],
)
def test_aml_curves(times: str, at: float, survival: float, lower: float, upper: float) -> None:
    curve = curve_of(times)
    row = curve.time.tolist().index(at)
    found = curve.survival[row], curve.lower[row], curve.upper[row]
    assert found == pytest.approx((survival, lower, upper), abs=1e-6)


@pytest.mark.parametrize(
    ("times", "median", "lower", "upper"), [(MAINTAINED, 31, 13, inf), (NOT_MAINTAINED, 23, 5, 33)]
)
def test_aml_medians(times: str, median: float, lower: float, upper: float) -> None:
    quantile = survival_quantile(curve_of(times))
    assert (quantile.estimate, quantile.lower, quantile.upper) == (median, lower, upper)


def test_aml_numbers_at_risk() -> None:
    # summary(survfit(...), times = c(0, 13, 20, 45, 161, 200), extend = TRUE)$n.risk
    assert curve_of(MAINTAINED).at_risk_at([0, 13, 20, 45, 161, 200]).tolist() == [11, 10, 7, 3, 1, 0]


def test_quantiles_on_flat_stretches() -> None:
    # quantile(survfit(Surv(time, status) ~ 1), 1 - c(13/14, 6/7, 2/3, .5, 9/35, .1)): 1, 3.5, 6, 9, 9.5, NA
    curve = curve_of("9 1 1+ 6 6 8+ 10+")
    heights = [13 / 14, 6 / 7, 2 / 3, 0.5, 9 / 35, 0.1]
    found = [survival_quantile(curve, 1 - height).estimate for height in heights]
    assert found == [1, 3.5, 6, 9, 9.5, inf]


@pytest.mark.reference
@pytest.mark.parametrize(("dataset", "group"), CURVES)
def test_whole_curves(reference_folder: Path, dataset: str, group: str) -> None:
    expected = read(reference_folder / "survival" / "km_curves.csv", dataset, group)
    assert len(expected) > 0
    curve = curve_from_file(reference_folder, dataset, group)
    for ours, theirs in COLUMNS.items():
        np.testing.assert_allclose(getattr(curve, ours), expected[theirs], rtol=0, atol=1e-6, err_msg=ours)


@pytest.mark.reference
@pytest.mark.parametrize(("dataset", "group"), CURVES)
def test_quantiles(reference_folder: Path, dataset: str, group: str) -> None:
    expected = read(reference_folder / "survival" / "km_quantiles.csv", dataset, group)
    assert expected["prob"].tolist() == [0.25, 0.5, 0.75]
    curve = curve_from_file(reference_folder, dataset, group)
    for row in expected.fillna(inf).itertuples():
        quantile = survival_quantile(curve, row.prob)
        assert (quantile.estimate, quantile.lower, quantile.upper) == (row.quantile, row.lower, row.upper)


@pytest.mark.reference
@pytest.mark.parametrize("arm", ["ALL", "BtheB", "TAU"])
def test_onset_in_beat_the_blues(reference_folder: Path, arm: str) -> None:
    folder = reference_folder / "btheb_bdi"
    rows = of_arm(pd.read_csv(folder / "onset_input.csv"), arm)
    curve = kaplan_meier(rows["time"], rows["event"] == 1, np.ones(len(rows), dtype=int))
    expected = pd.read_csv(folder / "onset_km.csv").query("arm == @arm")
    for ours, theirs in COLUMNS.items():
        np.testing.assert_allclose(getattr(curve, ours), expected[theirs], rtol=0, atol=1e-6, err_msg=ours)
    for row in pd.read_csv(folder / "onset_km_quantiles.csv").query("arm == @arm").fillna(inf).itertuples():
        quantile = survival_quantile(curve, row.prob)
        assert (quantile.estimate, quantile.lower, quantile.upper) == (row.quantile, row.lower, row.upper)


@pytest.mark.reference
@pytest.mark.parametrize("arm", ["ALL", "BtheB", "TAU"])
def test_durability_in_beat_the_blues(reference_folder: Path, arm: str) -> None:
    folder = reference_folder / "btheb_bdi"
    rows = of_arm(pd.read_csv(folder / "onset_input.csv"), arm).query("dur_time > 0")
    curve = kaplan_meier(rows["dur_time"], rows["dur_event"] == 1, np.ones(len(rows), dtype=int))
    expected = pd.read_csv(folder / "durability_km.csv").query("arm == @arm").set_index("time")
    for time, row in expected.iterrows():
        at = curve.time.tolist().index(time)
        found = curve.at_risk[at], curve.events[at], curve.survival[at], curve.lower[at], curve.upper[at]
        assert found == pytest.approx(tuple(row[["n_risk", "n_event", "surv", "lower", "upper"]]), abs=1e-6)


def of_arm(rows: pd.DataFrame, arm: str) -> pd.DataFrame:
    return rows if arm == "ALL" else rows[rows["arm"] == arm]


def read(file: Path, dataset: str, group: str) -> pd.DataFrame:
    rows = pd.read_csv(file, dtype={"group": str})
    return rows[(rows["dataset"] == dataset) & (rows["group"] == group) & (rows["conf_type"] == "log-log")]


def curve_from_file(reference_folder: Path, dataset: str, group: str) -> SurvivalCurve:
    rows = pd.read_csv(reference_folder / "survival" / f"input_{dataset}.csv", dtype={"group": str})
    rows = rows[rows["group"] == group]
    return kaplan_meier(rows["time"], rows["event"] == 1, np.ones(len(rows), dtype=int))
