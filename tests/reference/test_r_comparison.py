"""R: ictest(..., scores = "logrank1", method = "pclt") of `interval`; survdiff, summary(survfit, rmean) of `survival`.

Published for the breast cosmesis trial in Fay, Shaw (2010), Journal of Statistical Software 36(2). What no package
prints comes from scripts/comparison.R.
"""

from math import inf
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.statistics.comparison import log_rank_test, score_test
from pipelines.statistics.restricted_mean import restricted_mean, restricted_mean_difference
from pipelines.statistics.survival import SurvivalCurve, kaplan_meier

# survival::aml, Miller (1997); a time with + was censored.
AML = {"Maintained": "9 13 13+ 18 23 28+ 31 34 45+ 48 161+", "Nonmaintained": "5 5 8 8 12 16+ 23 27 30 33 43 45"}
DATASETS = ["aml", "lung_sex", "gehan_treat", "veteran_celltype"]


def curve_of(times: str) -> SurvivalCurve:
    words = times.split()
    return kaplan_meier(
        [float(word.rstrip("+")) for word in words], [not word.endswith("+") for word in words], [1] * len(words)
    )


def test_three_groups_of_intervals() -> None:
    # scripts/comparison.R: excess, then chi-square and its p-value
    left, right = [0, 1, 7, 21, 56, 0, 0], [1, 7, 21, 56, inf, 7, 21]
    counts = {"A": [4, 6, 5, 3, 8, 2, 1], "B": [1, 4, 6, 4, 15, 0, 2], "C": [2, 3, 4, 6, 12, 1, 0]}
    group = [name for name in counts for _ in left]
    test = score_test(left * 3, right * 3, np.concatenate(list(counts.values())), group)
    assert test.excess == pytest.approx([6.21890686458, -3.91251083340, -2.30639603118], abs=1e-9)
    assert (test.chi_square, test.p_value) == pytest.approx((4.17546281606, 0.12396804998), abs=1e-9)
    assert test.degrees_of_freedom == 2


def test_aml_restricted_means_to_45_weeks() -> None:
    # scripts/comparison.R: summary(survfit(Surv(time, status) ~ x, data = aml), rmean = 45), and the difference
    means = [restricted_mean(curve_of(times), 45) for times in AML.values()]
    assert [mean.estimate for mean in means] == pytest.approx([30.7386363636, 22.7083333333], abs=1e-9)
    assert [mean.standard_error for mean in means] == pytest.approx([4.11408624001, 4.18094198103], abs=1e-9)
    difference = restricted_mean_difference(*means)
    found = difference.estimate, difference.lower, difference.upper
    assert found == pytest.approx((8.03030303030, -3.46618168823, 19.52678774884), abs=1e-9)


@pytest.mark.reference
@pytest.mark.parametrize("dataset", ["bcos", "leukemia6MP"])
def test_score_test(reference_folder: Path, dataset: str) -> None:
    folder = reference_folder / "interval_censoring"
    rows = pd.read_csv(folder / f"input_{dataset}.csv")
    test = score_test(rows["L"], rows["R"], np.ones(len(rows), dtype=int), rows["group"])
    expected = pd.read_csv(folder / "logrank.csv").query(
        "dataset == @dataset and scores == 'logrank1' and method == 'pclt'"
    )
    assert test.z[0] == pytest.approx(expected["statistic"].iloc[0], abs=1e-6)
    assert test.p_value == pytest.approx(expected["p"].iloc[0], abs=1e-6)
    if dataset == "bcos":  # as printed in the paper
        assert test.groups == ("Rad", "RadChem")
        assert test.excess == pytest.approx([-9.141846, 9.141846], abs=5e-7)


@pytest.mark.reference
def test_onset_in_beat_the_blues(reference_folder: Path) -> None:
    rows = pd.read_csv(reference_folder / "btheb_bdi" / "onset_input.csv")
    expected = pd.read_csv(reference_folder / "btheb_bdi" / "onset_logrank.csv").iloc[0]
    ones = np.ones(len(rows), dtype=int)
    scores = score_test(rows["L"], rows["R"], ones, rows["arm"])
    assert abs(scores.z[0]) == pytest.approx(abs(expected["ic_sun_Z"]), abs=1e-6)
    assert scores.p_value == pytest.approx(expected["ic_p"], abs=1e-6)
    ranks = log_rank_test(rows["time"], rows["event"] == 1, ones, rows["arm"])
    assert (ranks.chi_square, ranks.p_value) == pytest.approx((expected["chisq"], expected["p"]), abs=1e-6)


@pytest.mark.reference
@pytest.mark.parametrize("dataset", DATASETS)
def test_log_rank(reference_folder: Path, dataset: str) -> None:
    folder = reference_folder / "survival"
    rows = pd.read_csv(folder / f"input_{dataset}.csv", dtype={"group": str})
    test = log_rank_test(rows["time"], rows["event"] == 1, np.ones(len(rows), dtype=int), rows["group"])
    expected = pd.read_csv(folder / "logrank.csv").query("dataset == @dataset and test == 'logrank'").iloc[0]
    assert test.chi_square == pytest.approx(expected["chisq"], abs=1e-6)
    assert test.degrees_of_freedom == expected["df"]
    assert test.p_value == pytest.approx(expected["p"], abs=1e-6)
    own = pd.read_csv(folder / "logrank_observed_expected.csv", dtype={"group": str}).query("dataset == @dataset")
    assert list(test.groups) == own["group"].tolist()
    assert test.n.tolist() == own["n"].tolist()
    assert test.events.tolist() == own["observed"].tolist()
    assert test.expected == pytest.approx(own["expected"].to_numpy(), abs=1e-6)


@pytest.mark.reference
@pytest.mark.parametrize("dataset", DATASETS)
def test_restricted_means(reference_folder: Path, dataset: str) -> None:
    folder = reference_folder / "survival"
    rows = pd.read_csv(folder / f"input_{dataset}.csv", dtype={"group": str})
    for expected in pd.read_csv(folder / "km_rmst_median.csv").query("dataset == @dataset").itertuples():
        own = rows[rows["group"] == str(expected.group)]
        mean = restricted_mean(kaplan_meier(own["time"], own["event"] == 1, np.ones(len(own), dtype=int)), expected.tau)
        assert (mean.estimate, mean.standard_error) == pytest.approx((expected.rmst, expected.se_rmst), abs=1e-6)
