"""R interval: icfit(Surv(left, right, type = "interval2") ~ group, data = bcos), intmap and pf.

Published in Fay, Shaw (2010), Journal of Statistical Software 36(2), for the breast cosmesis trial of
Finkelstein, Wolfe (1985), Biometrics 41:933-945; leukaemia from Freireich (1963).
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.statistics.interval_censoring import EventCurve, event_curve

# Radiotherapy alone, as printed in Fay, Shaw (2010).
PUBLISHED_MASSES = {
    (4, 5): 0.0463,
    (6, 7): 0.0334,
    (7, 8): 0.0887,
    (11, 12): 0.0708,
    (24, 25): 0.0926,
    (33, 34): 0.0818,
    (38, 40): 0.1209,
    (46, 48): 0.4656,
}
GROUPS = [
    *[("bcos", group) for group in ("ALL", "Rad", "RadChem")],
    *[("leukemia6MP", group) for group in ("ALL", "6-MP", "Placebo")],
]


@pytest.mark.reference
def test_breast_cosmesis_as_published(reference_folder: Path) -> None:
    rows = pd.read_csv(reference_folder / "interval_censoring" / "input_bcos.csv")
    curve = curve_of(rows, "group", "Rad")
    carried = curve.mass > 0
    intervals = list(zip(curve.left[carried], curve.right[carried], strict=True))
    assert intervals == list(PUBLISHED_MASSES)
    assert curve.mass[carried] == pytest.approx(list(PUBLISHED_MASSES.values()), abs=5e-5)
    assert curve.median_interval() == (38, 40)


@pytest.mark.reference
@pytest.mark.parametrize(("dataset", "group"), GROUPS)
def test_masses(reference_folder: Path, dataset: str, group: str) -> None:
    folder = reference_folder / "interval_censoring"
    curve = curve_of(pd.read_csv(folder / f"input_{dataset}.csv"), "group", group)
    expected = pd.read_csv(folder / "npmle_gold.csv").query("dataset == @dataset and group == @group")
    assert curve.certificate.is_maximum
    carried = curve.mass > 0
    assert curve.left[carried].tolist() == expected["left"].tolist()
    assert curve.right[carried].tolist() == expected["right"].tolist()
    np.testing.assert_allclose(curve.mass[carried], expected["mass"], rtol=0, atol=1e-6)


@pytest.mark.reference
@pytest.mark.parametrize(("dataset", "group"), GROUPS)
def test_median_interval(reference_folder: Path, dataset: str, group: str) -> None:
    folder = reference_folder / "interval_censoring"
    curve = curve_of(pd.read_csv(folder / f"input_{dataset}.csv"), "group", group)
    medians = pd.read_csv(folder / "median_interval.csv").query("dataset == @dataset and group == @group")
    expected = medians.iloc[0]
    assert curve.median_interval() == (expected["median_left"], expected["median_right"])
    assert curve.cumulative_at(expected["median_right"]) == pytest.approx(expected["cum_after"], abs=1e-6)


@pytest.mark.reference
@pytest.mark.parametrize("arm", ["ALL", "BtheB", "TAU"])
def test_onset_in_beat_the_blues(reference_folder: Path, arm: str) -> None:
    folder = reference_folder / "btheb_bdi"
    curve = curve_of(pd.read_csv(folder / "onset_input.csv"), "arm", arm)
    expected = pd.read_csv(folder / "onset_npmle.csv").query("arm == @arm")
    assert curve.left.tolist() == expected["left"].tolist()
    assert curve.right.tolist() == expected["right"].tolist()
    np.testing.assert_allclose(curve.mass, expected["mass"], rtol=0, atol=1e-6)
    assert curve.log_likelihood == pytest.approx(expected["loglik"].iloc[0], abs=1e-6)


def curve_of(rows: pd.DataFrame, column: str, group: str) -> EventCurve:
    kept = rows if group == "ALL" else rows[rows[column] == group]
    return event_curve(kept["L"], kept["R"], np.ones(len(kept), dtype=int))
