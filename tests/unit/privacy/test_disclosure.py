"""Small numbers by hand: what each policy leaves of a row, of a curve, of bands, of a note."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from pipelines.definitions.disclosure import POLICIES, policy_named
from pipelines.privacy.disclosed_notes import disclosed_note
from pipelines.privacy.disclosure import disclosed
from pipelines.results.tables import result_table
from pipelines.words.numbers import count

CMS, NHS = policy_named("cms"), policy_named("nhs")
RATE = ("n_started", "n_with_baseline", "n_in_population", "n_observed", "n_missed", "n_pending", "n_responded")


def rate(*counts: int, statistic: str = "observed", note: str = "mature") -> pd.DataFrame:
    row = dict(zip(RATE, counts, strict=True))
    part, whole = row["n_responded"], row["n_observed"] + (0 if statistic == "observed" else row["n_missed"])
    figures = {"estimate": part / whole, "lower": 0.1, "upper": 0.9, "method": "Wilson score", "note": note}
    return result_table([{"measure": "response", "statistic": statistic, **row, **figures}], (), RATE)


def shown(table: pd.DataFrame, policy=CMS) -> list[int | None]:
    (row,) = disclosed(table, policy, 0.95).to_dict("records")
    return [None if pd.isna(row[name]) else int(row[name]) for name in RATE]


def is_suppressed(table: pd.DataFrame, policy=CMS) -> bool:
    (row,) = disclosed(table, policy, 0.95).to_dict("records")
    assert bool(row["suppressed"]) == math.isnan(row["estimate"])
    return bool(row["suppressed"])


@pytest.mark.parametrize(
    ("counts", "expected", "is_hidden"),
    [
        pytest.param((60, 55, 44, 30, 14, 0, 12), (60, None, 44, 30, 14, 0, 12), False, id="60 less 55 would be 5"),
        pytest.param((90, 70, 50, 30, 14, 6, 12), (90, 70, None, 30, 14, None, 12), False, id="50 less 30 and 14 is 6"),
        pytest.param((90, 70, 50, 36, 14, 0, 8), (90, 70, 50, 36, 14, 0, None), True, id="8 responded"),
        pytest.param((90, 70, 50, 36, 14, 0, 33), (90, 70, 50, 36, 14, 0, None), True, id="3 did not"),
        pytest.param((90, 70, 50, 36, 14, 0, 0), (90, 70, 50, 36, 14, 0, 0), False, id="zero may be shown"),
        pytest.param((90, 70, 50, 36, 14, 0, 36), (90, 70, 50, 36, 14, 0, 36), False, id="and so may all"),
        pytest.param((90, 70, 50, 50, 0, 0, 25), (90, 70, 50, 50, 0, 0, 25), False, id="nothing small"),
        pytest.param((9, 9, 9, 9, 0, 0, 4), (None, None, None, None, 0, 0, None), True, id="all small"),
    ],
)
def test_a_rate_under_cms(counts, expected, is_hidden):
    assert tuple(shown(rate(*counts))) == expected
    assert is_suppressed(rate(*counts)) is is_hidden


def test_few_missed_hide_the_rate_that_counts_them_and_not_the_rate_of_those_observed():
    counts = (90, 70, 50, 44, 6, 0, 20)
    assert not is_suppressed(rate(*counts))
    assert is_suppressed(rate(*counts, statistic="missing_as_nonresponse"))


def test_nhs_rounds_what_it_shows_and_makes_rates_of_that():
    (row,) = disclosed(rate(90, 72, 53, 38, 13, 2, 12), NHS, 0.95).to_dict("records")
    assert [row[name] for name in RATE if not pd.isna(row[name])] == [90, 70, 40, 15, 10]
    assert math.isnan(row["n_pending"])
    assert math.isnan(row["n_in_population"])  # 53 less 38 and 13 is 2
    assert row["estimate"] == 10 / 40
    assert row["lower"] < 10 / 40 < row["upper"]
    assert row["note"] == "mature; some counts hidden under the nhs policy: a count under 5"


@pytest.mark.parametrize("n_responded", [0, 4, 36, 40])
def test_nhs_hides_a_rate_by_what_is_left_of_the_denominator_too(n_responded: int):
    is_hidden = n_responded != 40
    assert is_suppressed(rate(90, 70, 60, 40, 20, 0, n_responded), NHS) is is_hidden


def test_a_hidden_row_says_what_and_why():
    (row,) = disclosed(rate(90, 70, 50, 36, 14, 0, 8, note="PHQ-9: 50; mature"), CMS, 0.95).to_dict("records")
    assert row["note"] == "PHQ-9: hidden; mature; hidden under the cms policy: a count from 1 to 10"


def test_published_results_of_others_are_nobodys_here():
    table = rate(90, 70, 50, 36, 14, 0, 8).assign(population="published")
    pd.testing.assert_frame_equal(disclosed(table, CMS, 0.95), table)


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("PHQ-9: 717, MADRS: 20", "PHQ-9: 717, MADRS: 20"),
        ("PHQ-9: 717, MADRS: 2", "PHQ-9: hidden, MADRS: hidden"),
        ("2 baselines older than 14 days; mature", "mature"),
        ("not mature yet: 50 of 752 courses, 6 pending", "not mature yet"),
        ("too few to say: 3 followed up", "too few to say"),
        ("PHQ-9: 6 points (manual: a change of 6 or more)", "PHQ-9: 6 points (manual: a change of 6 or more)"),
        ("up to day 56; one of 32 comparisons, corrected together (Holm)",) * 2,
        ("reference 53.6 %, published of those followed up alone: McInnes 2022, doi 10.1016/j.jad.2021.12.097",) * 2,
        ("left out: 13 no early score, 4 pending", "left out"),
        ("PHQ-9 asks about two weeks; far below the others",) * 2,
    ],
)
def test_notes(note: str, told: str):
    assert disclosed_note(note, CMS, is_touched=False, is_withheld=False) == told


def test_what_was_found_is_hidden_with_its_figure():
    note = "PHQ-9: 22; innermost interval day 21 to day 24; not reached by day 63; far below the others"
    assert disclosed_note(note, CMS, is_touched=True, is_withheld=True) == "PHQ-9: hidden"


def curve(*steps: tuple[float, int, float | None], statistic: str = "recorded") -> pd.DataFrame:
    counts = ("n_assessed", "n_responded", "n_at_risk")
    rows = [
        {
            "measure": "onset-curve",
            "statistic": statistic,
            "day": day,
            "n_assessed": 200,
            "n_responded": 60,
            "n_at_risk": at_risk,
            "estimate": estimate,
            "note": "",
        }
        for day, at_risk, estimate in steps
    ]
    return result_table(rows, ["day"], counts)


def days(table: pd.DataFrame) -> list[float]:
    made = disclosed(table, CMS, 0.95)
    assert made.loc[made["suppressed"], ["estimate", "n_at_risk"]].isna().all(axis=None)
    return list(made.loc[~made["suppressed"], "day"])


def test_steps_of_few_are_shown_once_they_are_many():
    """Of 200: 4 on day 1, 4 on day 2, 11 on day 3, 12 on day 7."""
    assert days(curve((1, 200, 0.02), (2, 190, 0.04), (3, 180, 0.10), (7, 150, 0.17))) == [3, 7]


def test_the_last_step_shown_leaves_no_few_behind():
    assert days(curve((3, 200, 0.10), (7, 150, 0.20), (9, 30, 0.30))) == [3]
    assert days(curve((3, 200, 0.10), (7, 150, 0.20))) == [3, 7]


def test_at_risk_falls_by_nobody_or_by_many():
    table = curve(
        (0, 200, None),
        (1, 196, None),
        (3, 180, None),
        (7, 180, None),
        (14, 9, None),
        (28, 0, None),
        statistic="at_risk",
    )
    assert days(table) == [0, 3, 7, 28]


def bands(*counts: int) -> list[int | None]:
    rows = [
        {
            "measure": "distribution",
            "statistic": "change_band",
            "window": "endpoint",
            "band_position": position,
            "band": f"band {position}",
            "n_observed": sum(counts),
            "n_in_band": n,
            "estimate": n / sum(counts),
            "method": "Wilson score",
            "note": "",
        }
        for position, n in enumerate(counts)
    ]
    made = disclosed(result_table(rows, ["band_position", "band"], ("n_observed", "n_in_band")), CMS, 0.95)
    assert list(made["n_observed"]) == [sum(counts)] * len(counts)
    return [None if pd.isna(n) else int(n) for n in made["n_in_band"]]


def test_bands_of_a_step_hide_each_other():
    assert bands(60, 40, 30) == [60, 40, 30]
    assert bands(60, 40, 3) == [60, None, None]
    assert bands(60, 40, 6, 5) == [60, 40, None, None]
    assert bands(60, 40, 3, 4) == [60, None, None, None]
    assert bands(60, 40, 0) == [60, 40, 0]


def test_a_percentile_of_few_is_hidden():
    rows = [
        {
            "measure": "trajectory",
            "statistic": f"change_fraction_percentile_{percentile}",
            "n_observed": 60,
            "estimate": -0.4,
            "note": "",
        }
        for percentile in (10, 25, 50, 75, 90)
    ]
    made = disclosed(result_table(rows, (), ("n_observed",)), CMS, 0.95)
    assert list(made["suppressed"]) == [True, False, False, False, True]


def test_policies_have_a_source_and_a_day_of_review():
    for name in POLICIES:
        policy = policy_named(name)
        assert policy.name == name
        assert policy.citation
        assert policy.reviewed
    assert policy_named("internal").hides_nothing
    assert [count(CMS.shown(n)) for n in (0, 1, 10, 11)] == ["0", "hidden", "hidden", "11"]
    assert [count(NHS.shown(n)) for n in (0, 4, 5, 7, 8)] == ["hidden", "hidden", "5", "5", "10"]


def test_a_hidden_cell_does_not_tell_whether_it_is_small_itself():
    """Of 60 started 55 have a baseline: 55 is hidden for what it would tell, as are the two that are small."""
    (row,) = disclosed(rate(60, 55, 44, 30, 7, 7, 12), CMS, 0.95).to_dict("records")
    assert [count(row[name]) for name in RATE] == ["60", "hidden", "44", "30", "hidden", "hidden", "12"]
