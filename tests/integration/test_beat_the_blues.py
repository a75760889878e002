"""The Beat the Blues trial through the whole product, against R on the same patients.

Proudfoot 2003, Psychol Med 33:217, in HSAUR as BtheB: 100 patients, Beck Depression Inventory before and at
months 2, 4, 6 and 8, with heavy dropout. The numbers are from R 4.2.2, survival 3.5-3, `survfit(...,
conf.type = "log-log")`, and interval 1.1-0.8, `icfit`; 1 month = 30 days. Everything asserted here comes from
published results: the trial's table, one line a patient with NA for a missed visit, is imported through a mapping
file alone, built, and asked for like a clinic's own data.
"""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from pipelines.build import build
from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.results.flow import course_flow
from pipelines.results.onset import onset_curves, onset_times
from pipelines.results.response import response_rates
from pipelines.results.trajectory import score_trajectories
from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = [pytest.mark.reference, pytest.mark.usefixtures("models_read_once")]

DAYS_PER_MONTH = 30
VISITS = (2, 4, 6, 8)
ARMS = ("BtheB", "TAU")

SCALE = """\
id = "BDI-II"
version = "btheb"
name = "Beck Depression Inventory"
measures = "depressive symptoms"
rater = "self"
recall_hours = 336
recall_words = "BDI-II asks about two weeks"
licence = "Item texts are not shipped."
[total]
minimum = 0
maximum = 63
step = 1
citation = "Beck, Steer and Brown 1996"
reviewed = 2026-11-22
[response.response_50]
citation = "half of the baseline"
reviewed = 2026-11-22
"""
CONDITION = """\
id = "depression"
label = "Depression"
order = 1
scales = ["BDI-II", "PHQ-9"]
headline_response = "response_50"
"""
PROGRAM = """\
program = "Beat the Blues"
definitions = "definitions"
anchor = "first_infusion"
population = "first_course_any_baseline"
[onset]
grid_hours = []
grid_days_to = 0
grid_weeks_to = 0
grid_days = [60, 120, 180, 240]
horizon_days = 240
"""
MAPPING = """\
courses = "one per course_id"
blank = "NA"
days_per_month = 30

[course]
conditions = { constant = "depression" }

[[table]]
file = "BtheB.csv"
course_id = "rownames"
patient_id = "rownames"
drop = ["drug", "length"]

[table.course]
attr_arm = "treatment"

[[table.score]]
scale = { constant = "BDI-II" }

[table.score.split]
"bdi.pre" = "before the course"
"bdi.2m" = "2 months after the start"
"bdi.4m" = "4 months after the start"
"bdi.6m" = "6 months after the start"
"bdi.8m" = "8 months after the start"
"""
WINDOW = """\
[windows.month_{month}]
label = "month {month}"
from = {first}
to = {last}
target = {target}
anchor = "first_infusion"
headline = {headline}
citation = "Proudfoot 2003"
reviewed = 2026-11-22
"""


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def expected(reference_folder):
    """A table of R results, by arm."""

    def read(name: str, arm: str) -> list[dict[str, str]]:
        return [row for row in rows_of(reference_folder / "btheb_bdi" / f"{name}.csv") if row["arm"] == arm]

    return read


@pytest.fixture(scope="module")
def published(reference_folder, tmp_path_factory):
    """The trial's own wide table, imported through a mapping and built."""
    folder = tmp_path_factory.mktemp("beat_the_blues")
    for name, text in (("scales/BDI-II", SCALE), ("conditions/depression", CONDITION)):
        path = folder / "definitions" / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    windows = [
        WINDOW.format(
            month=month,
            first=DAYS_PER_MONTH * (month - 1),
            last=DAYS_PER_MONTH * (month + 1) - 1,
            target=DAYS_PER_MONTH * month,
            headline=str(month == VISITS[-1]).lower(),
        )
        for month in VISITS
    ]
    (folder / "program.toml").write_text(PROGRAM + "".join(windows), encoding="utf-8")

    mapping = folder / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    settings, definitions = read_settings(folder / "program.toml")
    store = Store(folder / "store")
    options = ImportOptions(kind="table", name="trial", mapping=mapping)
    export = reference_folder / "btheb_bdi" / "BtheB.csv"
    result = import_files(store, [export], options, settings, definitions, lambda _line: None)
    assert [(table.n_landed, table.n_accepted) for table in result.batch.tables] == [(100, 100), (380, 380)]
    (lines,) = result.batch.lines
    assert (lines.n_lines, lines.n_filtered, lines.n_without_row, lines.n_rows) == (100, 0, 0, 480)
    build(store, settings, definitions, lambda _line: None)
    opened = open_published(store)
    yield opened
    opened.close()


def of_arm(table, arm):
    """The rows of an arm; ALL stands for both together."""
    return table if arm == "ALL" else table[table["arm"] == arm]


def by(arm):
    return [] if arm == "ALL" else ["arm"]


def number(text):
    return math.nan if text == "" else float(text)


def test_all_patients_stand_in_the_flow(published):
    flow = course_flow(published, Filters()).set_index("statistic")["n_courses"]
    assert flow.to_dict() == {
        "started": 100,
        "no_score": 0,
        "baseline_too_old": 0,
        "scores_only_after_start": 0,
        "only_on_scale_apart": 0,
        "with_baseline": 100,
        "rule_not_offered": 0,
        "baseline_zero": 0,
        "below_entry_cut": 0,
        "in_population": 100,
        "not_anchored": 0,
        "pending": 0,
        "missed": 48,
        "observed": 52,
        "on_maintenance": 0,
        "responded": 31,
        "followed_up": 52,
    }


@pytest.mark.parametrize("arm", ["ALL", *ARMS])
@pytest.mark.parametrize("month", VISITS)
def test_response_at_each_visit(published, expected, month, arm):
    (visit,) = [row for row in expected("scale_response_by_visit", arm) if row["visit"] == str(month)]
    table = of_arm(response_rates(published, Filters(window=f"month_{month}"), by(arm)), arm)
    rates = {row["statistic"]: row for row in table.to_dict("records")}
    observed, assumed = rates["observed"], rates["missing_as_nonresponse"]
    assert observed["n_started"] == int(visit["n_baseline"])
    assert observed["n_observed"] == int(visit["n_obs"])
    assert observed["n_missed"] == int(visit["n_baseline"]) - int(visit["n_obs"])
    assert observed["n_responded"] == int(visit["n_response"])
    for rate, columns in (
        (observed, ("resp_OC", "OC_wilson_lo", "OC_wilson_hi")),
        (assumed, ("resp_NRI", "NRI_wilson_lo", "NRI_wilson_hi")),
    ):
        found = [rate["estimate"], rate["lower"], rate["upper"]]
        assert found == pytest.approx([float(visit[column]) for column in columns], abs=1e-6)


@pytest.mark.parametrize("arm", ["ALL", *ARMS])
def test_the_recorded_curve_is_kaplan_meier_with_log_log_bands(published, expected, arm):
    curve = of_arm(onset_curves(published, Filters(), by(arm)), arm)
    steps = curve[(curve["statistic"] == "recorded") & (curve["day"] > 0)].set_index("day")
    reference = {DAYS_PER_MONTH * int(row["time"]): row for row in expected("onset_km", arm)}
    assert set(steps.index) == set(reference)
    assert set(curve["n_started"]) == {int(expected("scale_response_by_visit", arm)[0]["n_baseline"])}
    assert set(curve["n_assessed"]) == {int(expected("onset_km_quantiles", arm)[0]["n"])}
    assert set(curve["n_responded"]) == {int(expected("onset_km_quantiles", arm)[0]["events"])}
    for day, row in reference.items():
        step = steps.loc[day]
        assert step["n_at_risk"] == int(row["n_risk"])
        assert [step["estimate"], step["lower"], step["upper"]] == pytest.approx(
            [float(row["cum_response"]), 1 - float(row["upper"]), 1 - float(row["lower"])], abs=1e-6
        )


@pytest.mark.parametrize("arm", ["ALL", *ARMS])
def test_the_interval_censored_curve_is_the_maximum_likelihood_one(published, expected, arm):
    curve = of_arm(onset_curves(published, Filters(), by(arm)), arm)
    steps = curve[curve["statistic"] == "interval_censored"].set_index("day")["estimate"]
    cumulative = 0.0
    for row in expected("onset_npmle", arm):
        if row["right"] == "Inf":
            assert 1 - cumulative == pytest.approx(float(row["mass"]), abs=1e-6)
            continue
        cumulative += float(row["mass"])
        assert steps[DAYS_PER_MONTH * int(row["right"])] == pytest.approx(cumulative, abs=1e-6)
    assert steps[0] == 0


@pytest.mark.parametrize("arm", ["ALL", *ARMS])
def test_the_recorded_median_is_that_of_brookmeyer_and_crowley(published, expected, arm):
    table = of_arm(onset_times(published, Filters(), by(arm)), arm)
    (median,) = table[table["statistic"] == "median_recorded"].to_dict("records")
    (row,) = [row for row in expected("onset_km_quantiles", arm) if row["prob"] == "0.5"]
    found = [median["estimate"], median["lower"], median["upper"]]
    reference = [DAYS_PER_MONTH * number(row[name]) for name in ("quantile", "lower", "upper")]
    assert found == pytest.approx(reference, abs=1e-6, nan_ok=True)


def test_the_arms_are_compared_as_r_does(published, reference_folder):
    """`ictest(Surv(L, R, type = "interval2") ~ arm, scores = "logrank1")` and `survdiff(Surv(time, event) ~ arm)`."""
    (reference,) = rows_of(reference_folder / "btheb_bdi/onset_logrank.csv")
    (group,) = by("BtheB")
    table = onset_times(published, Filters(), [group])
    tests = table[table["statistic"].isin(["score_test", "log_rank"])].set_index("statistic")
    found = [tests.loc["score_test", "p_value"], tests.loc["score_test", "chi_square"]]
    assert found == pytest.approx([float(reference["ic_p"]), float(reference["ic_sun_Z"]) ** 2], abs=1e-6)
    found = [tests.loc["log_rank", "p_value"], tests.loc["log_rank", "chi_square"]]
    assert found == pytest.approx([float(reference["p"]), float(reference["chisq"])], abs=1e-6)
    assert list(tests["n_assessed"]) == [97, 97]


def test_observed_visit_means(published, reference_folder):
    """`mean(BtheB$bdi.8m, na.rm = TRUE)` and the other visits."""
    reference = {
        int(row["visit_month"]): row for row in rows_of(reference_folder / "btheb_bdi/visit_means_under_mar.csv")
    }
    table = score_trajectories(published, Filters(scale="BDI-II"))
    means = table[table["statistic"] == "mean_score"].set_index("window")
    assert list(means.index) == ["baseline", *(f"month_{month}" for month in VISITS)]
    for month in (0, *VISITS):
        row = means.loc[f"month_{month}" if month else "baseline"]
        assert row["n_observed"] == int(reference[month]["n_observed"])
        assert row["estimate"] == pytest.approx(float(reference[month]["mean_observed"]), abs=1e-8)
    assert means.loc["month_8", "estimate"] == pytest.approx(11.13, abs=0.005)


def test_visit_means_under_missing_at_random(published, reference_folder):
    """`visit_means_under_mar.R`, R 4.2.2, nlme `gls(..., corSymm, varIdent, method = "ML")`; its EM column to 1e-6."""
    reference = {
        int(row["visit_month"]): row for row in rows_of(reference_folder / "btheb_bdi/visit_means_under_mar.csv")
    }
    table = score_trajectories(published, Filters(scale="BDI-II"))
    adjusted = table[table["statistic"] == "mean_score_adjusted"].set_index("window")
    for month in VISITS:
        row = adjusted.loc[f"month_{month}"]
        assert row["n_in_population"] == 100
        assert row["n_observed"] == int(reference[month]["n_observed"])
        assert row["estimate"] == pytest.approx(float(reference[month]["mean_mar_em"]), abs=1e-6)
        assert row["estimate"] == pytest.approx(float(reference[month]["mean_mar_r_gls"]), rel=5e-6)
        assert row["note"].endswith("the same scores at " + ", ".join(_other_steps(month)))
    assert adjusted.loc["month_8", "estimate"] == pytest.approx(12.57, abs=0.005)


def _other_steps(month):
    return ["baseline", *(f"month_{other}" for other in VISITS if other != month)]


def test_intervals_of_adjusted_means_rest_on_the_observed_information(published):
    """Standard errors from `tests/reference/scripts/visit_means_observed_information.R`, R 4.2.2.

    Times the square root of n / (n - 1), with `qt(0.975, n - 1)`, n those seen at the visit.
    """
    standard_errors = {
        "mean_score_adjusted": (1.0855325, 1.2760339, 1.2998989, 1.1536920),
        "mean_change_adjusted": (0.9552839, 1.0989025, 1.1429519, 1.1760215),
    }
    table = score_trajectories(published, Filters(scale="BDI-II"))
    for statistic, errors in standard_errors.items():
        rows = table[table["statistic"] == statistic].set_index("window")
        for month, error in zip(VISITS, errors, strict=True):
            row = rows.loc[f"month_{month}"]
            n = row["n_observed"]
            half_width = stats.t.isf(0.025, n - 1) * error * math.sqrt(n / (n - 1))
            assert row["upper"] - row["estimate"] == pytest.approx(half_width, abs=1e-6)
            assert row["estimate"] - row["lower"] == pytest.approx(half_width, abs=1e-6)


def test_changes_are_those_of_scipy_and_numpy_on_the_patients(published, reference_folder):
    """`scipy.stats.ttest_1samp(change, 0).confidence_interval()` and `numpy.percentile(..., method="inverted_cdf")`."""
    patients = rows_of(reference_folder / "btheb_bdi/BtheB.csv")
    table = score_trajectories(published, Filters(scale="BDI-II"))
    for month in VISITS:
        pairs = [(int(p["bdi.pre"]), int(p[f"bdi.{month}m"])) for p in patients if p[f"bdi.{month}m"] not in ("", "NA")]
        before, after = np.array(pairs).T
        found = table[table["window"] == f"month_{month}"].set_index("statistic")
        for statistic, values in (("mean_change", after - before), ("mean_change_fraction", (after - before) / before)):
            interval = stats.ttest_1samp(values, 0).confidence_interval()
            expected = [values.mean(), interval.low, interval.high]
            assert list(found.loc[statistic, ["estimate", "lower", "upper"]]) == pytest.approx(expected, abs=1e-6)
        per_cent = 100 * (after - before) / before
        for percent in (10, 25, 50, 75, 90):
            exact = np.percentile(per_cent, percent, method="inverted_cdf")
            assert found.loc[f"change_fraction_percentile_{percent}", "estimate"] == math.ceil(exact) / 100


def test_the_three_never_assessed_are_in_the_shares_but_not_in_the_curve(published):
    curve, times = onset_curves(published, Filters()), onset_times(published, Filters())
    assert set(curve["n_assessed"]) == {97}
    shares = times[times["statistic"].str.startswith("recorded_by_day_")]
    assert set(shares["n_in_population"]) == {100}
