"""R: clinicalsignificance (the method of Jacobson & Truax) on its `jacobson_1989`, reliability .88, cut-off c.

The data are couples in therapy (Jacobson 1989): marital adjustment (das, higher is better) and distress (gds, lower is
better). The R run takes the sample's own standard deviation, which the product never does.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.statistics.reliable_change import CRITICAL, criterion_c, points_to_exceed, reliable_change_index

GENERAL = {"jacobson_das": (114, 14), "jacobson_gds": (46.9, 8.7)}
"""Mean and standard deviation of couples in general, by the cut-offs b (mean less or plus two of them) and c."""
BETTER = {"jacobson_das": 1, "jacobson_gds": -1}


@pytest.mark.reference
@pytest.mark.parametrize("dataset", sorted(GENERAL))
def test_couples(reference_folder: Path, dataset: str) -> None:
    folder = reference_folder / "reliable_change"
    people = pd.read_csv(folder / "rci_per_patient.csv").query("dataset == @dataset")
    (summary,) = pd.read_csv(folder / "rci_summary.csv").query("dataset == @dataset").to_dict("records")
    deviation, reliability, sign = summary["sd_pre"], summary["reliability"], BETTER[dataset]

    index = reliable_change_index(people["pre"], people["post"], deviation, reliability)
    np.testing.assert_allclose(index, people["rci"], rtol=0, atol=1e-6)
    exceeded = points_to_exceed(deviation, reliability)
    assert exceeded == pytest.approx(summary["rc_threshold_points"], abs=1e-6)
    assert exceeded == pytest.approx(summary["s_diff"] * float(CRITICAL), abs=1e-6)
    clinical_mean = summary["cutoff_a"] - sign * 2 * deviation
    cut = criterion_c(clinical_mean, deviation, *GENERAL[dataset])
    assert cut == pytest.approx(summary["cutoff_c"], abs=1e-6)
    assert GENERAL[dataset][0] - sign * 2 * GENERAL[dataset][1] == pytest.approx(summary["cutoff_b"], abs=1e-6)

    better = sign * index > float(CRITICAL)
    crossed = (sign * (people["pre"] - cut) < 0) & (sign * (people["post"] - cut) > 0)
    category = np.select(
        [better & crossed, better, sign * index < -float(CRITICAL)],
        ["recovered", "improved", "deteriorated"],
        "unchanged",
    )
    counts = {name: int((category == name).sum()) for name in ("recovered", "improved", "unchanged", "deteriorated")}
    assert counts == {name: summary[name] for name in counts}
    assert category.tolist() == people["category"].tolist()
