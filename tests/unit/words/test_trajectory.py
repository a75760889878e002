from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from pipelines.filters import Filters
from pipelines.words.numbers import signed, signed_percent
from pipelines.words.trajectory import (
    band_hover,
    bands_alt,
    bands_note,
    drawing_notes,
    drawn_groups,
    drawn_statistic,
    drawn_steps,
    is_drawn,
    mean_hover,
    n_hover,
    spread_alt,
    spread_hover,
    step_words,
    trajectory_alt,
    trajectory_statement,
)
from pipelines.words.undrawn import Undrawn

SHARED = {
    "condition": "depression",
    "scale": "primary",
    "n_started": 856,
    "n_with_baseline": 817,
    "n_in_population": 752,
    "n_observed": 457,
    "n_missed": 289,
    "n_pending": 6,
    "suppressed": False,
    "note": "PHQ-9: 457; mature",
}
AT = {10: -0.89, 25: -0.73, 50: -0.5, 75: -0.19, 90: 0.0}


@pytest.fixture
def fractions():
    def table(**changes: object) -> pd.DataFrame:
        rows = []
        for window in ("day_7", "endpoint", "from_start"):
            mean = {"statistic": "mean_change_fraction", "estimate": -0.46, "lower": -0.49, "upper": -0.43}
            spread = [
                {"statistic": f"change_fraction_percentile_{percent}", "estimate": value, "lower": None, "upper": None}
                for percent, value in AT.items()
            ]
            rows += [{**SHARED, "window": window, **row, **changes} for row in (mean, *spread)]
        return pd.DataFrame(rows)

    return table


@pytest.fixture
def points(fractions):
    def table(**changes: object) -> pd.DataFrame:
        score = {"statistic": "mean_score", "estimate": 18.1, "lower": 17.7, "upper": 18.5, "n_observed": 752}
        last = {"statistic": "mean_score", "estimate": 9.8, "lower": 9.2, "upper": 10.4}
        change = {"statistic": "mean_change", "estimate": -8.4, "lower": -9.0, "upper": -7.8}
        own = {**SHARED, "scale": "PHQ-9"}
        rows = [
            {**own, "window": "baseline", **score},
            {**own, "window": "endpoint", **last, **changes},
            {**own, "window": "endpoint", **change, **changes},
        ]
        return pd.concat([pd.DataFrame(rows), fractions(scale="PHQ-9", **changes)])

    return table


@pytest.fixture
def on_phq9(context):
    return replace(context, filters=Filters(scale="PHQ-9", population="first_course"))


def test_where_scales_are_mixed_changes_are_in_per_cent(fractions, context):
    assert trajectory_statement(fractions(), "depression", context).text == (
        "Depression: Scores changed by −46 % on average (95 % interval −49 % to −43 %; 457 followed up; PHQ-9, "
        "14 to 31 days after induction). The median change is −50 %; the middle half lies between −73 % and −19 %. "
        "Of those followed up only, who may differ from those lost."
    )


def test_on_one_scale_they_are_in_points(points, on_phq9):
    assert trajectory_statement(points(), "depression", on_phq9).text == (
        "Depression: PHQ-9 changed by −8.4 points on average (95 % interval −9.0 to −7.8; 457 followed up; "
        "14 to 31 days after induction). The median change is −50 %; the middle half lies between −73 % and −19 %. "
        "The mean at baseline is 18.1 (n = 752); those followed up may differ from those lost."
    )


def test_beside_those_followed_up_stand_all_whose_window_was_due(fractions, points, context, on_phq9):
    counts = {"window": "endpoint", "n_not_anchored": 0}
    mean = {"statistic": "mean_change_fraction_adjusted", "estimate": -0.41, "lower": -0.45, "upper": -0.37}
    table = pd.concat([fractions(), pd.DataFrame([{**SHARED, **counts, **mean}])])
    assert trajectory_statement(table, "depression", context).text.endswith(
        "With the 289 others whose window was due taken as like those who changed as much in the other windows, the "
        "change is −41 % (95 % interval −45 % to −37 %)."
    )
    change = {"statistic": "mean_change_adjusted", "estimate": -7.6, "lower": -8.3, "upper": -6.9}
    table = pd.concat([points(), pd.DataFrame([{**SHARED, **counts, **change}])])
    assert trajectory_statement(table, "depression", on_phq9).text.endswith(
        "With the 289 others whose window was due taken as like those with the same scores in the other windows, the "
        "change is −7.6 points (95 % interval −8.3 to −6.9)."
    )
    for silent in ({"lower": None}, {"suppressed": True}, {"n_observed": 746}):
        table = pd.concat([points(), pd.DataFrame([{**SHARED, **counts, **change, **silent}])])
        assert "others" not in trajectory_statement(table, "depression", on_phq9).text


def test_failures(fractions, context):
    nothing = fractions().head(0)
    assert "No depression courses in this selection." in trajectory_statement(nothing, "depression", context).text
    withheld = trajectory_statement(fractions(suppressed=True), "depression", context).text
    assert "Withheld" in withheld
    assert "%" not in withheld
    few = trajectory_statement(fractions(n_observed=4), "depression", context).text
    assert few == ("Depression: Too few depression courses to say: 4 followed up, and 10 are needed.")
    without = trajectory_statement(fractions(n_in_population=0), "depression", context).text
    assert "None of the 856 depression courses has a baseline that counts" in without
    undated = trajectory_statement(fractions(), "depression", replace(context, data_through=None)).text
    assert undated.endswith("the newest quarters may still fill up.")


def test_what_is_drawn(fractions, points, context):
    assert drawn_statistic(points()) == "mean_score"
    assert drawn_statistic(fractions()) == "mean_change_fraction"
    assert drawn_steps(fractions(), context) == ["day_7", "endpoint"]
    row = fractions().to_dict("records")[0]
    assert is_drawn(row, context)
    assert not is_drawn(row | {"n_observed": 4}, context)
    assert not is_drawn(row | {"suppressed": True}, context)


def test_groups_with_too_few_are_named(fractions, context):
    table = pd.concat([fractions(site="North"), fractions(site="South", n_observed=3)])
    assert drawn_groups(table, "site", context) == (["North"], (["South (3)"], []))


def test_steps_have_short_names():
    assert [step_words(step) for step in ("baseline", "day_1", "end_of_induction")] == [
        "Baseline",
        "Day 1",
        "End of induction",
    ]


def test_hovers_are_sentences_with_n(fractions, points, context, on_phq9):
    row = fractions().to_dict("records")[0]
    assert mean_hover(row, "Depression", context) == (
        "Depression, 5 to 10 days after the first infusion: mean change −46 % (95 % interval −49 % to −43 %; "
        "457 followed up)"
    )
    assert mean_hover(points().to_dict("records")[0], "Depression", on_phq9) == (
        "Depression, baseline: mean PHQ-9 18.1 (95 % interval 17.7 to 18.5; 752 followed up)"
    )
    assert n_hover(row, "Depression", context).endswith("457 followed up; 289 without a score, 6 pending")
    step = fractions()[lambda table: table["window"] == "endpoint"]
    assert spread_hover(step, "Depression", context) == (
        "Depression, 14 to 31 days after induction: median change −50 %, the middle half from −73 % to −19 %, "
        "four in five from −89 % to 0 % (457 followed up)"
    )


def test_alts_are_the_finding(fractions, points, context, on_phq9):
    assert trajectory_alt(fractions(), "Depression", context) == (
        "Depression: mean change −46 % 14 to 31 days after induction."
    )
    assert trajectory_alt(points(), "Depression", on_phq9) == (
        "Depression: mean PHQ-9 from 18.1 at baseline to 9.8 14 to 31 days after induction."
    )
    assert spread_alt(fractions(), "Depression", context).startswith("Depression: median change −50 %")
    assert trajectory_alt(fractions(n_observed=3), "Depression", context) == "Depression: too few followed up to draw."
    assert spread_alt(fractions(n_observed=3), "Depression", context) == "Depression: too few followed up to draw."


def bands(kind: str = "severity_band", **changes: object) -> pd.DataFrame:
    parts = (("mild", 0.3, 137), ("severe", 0.7, 320))
    return pd.DataFrame(
        [
            {
                **SHARED,
                "window": "endpoint",
                "statistic": kind,
                "band": band,
                "band_position": position,
                "estimate": share,
                "lower": share - 0.04,
                "upper": share + 0.04,
                "n_in_band": n,
                **changes,
            }
            for position, (band, share, n) in enumerate(parts, start=1)
        ]
    )


def test_bands(context, on_phq9):
    assert band_hover(bands().to_dict("records")[0], context) == (
        "Endpoint: mild, 30 % (95 % interval 26 to 34; 137 of 457)"
    )
    assert bands_alt(bands(), "Depression", context) == (
        "Depression: severe is the largest part 14 to 31 days after induction, 70 %."
    )
    assert bands_alt(bands(n_observed=3), "Depression", context) == "Depression: too few followed up to draw."
    assert bands_note(bands(), on_phq9) == (
        "Shares of those followed up in each severity band of PHQ-9. Courses differ from step to step."
    )
    assert "Choose one scale" in bands_note(bands("change_band"), context)
    assert bands_note(bands("change_band"), on_phq9) == (
        "PHQ-9 has no published severity bands; these are bands of change."
    )


def test_notes(fractions, points, context, on_phq9):
    mixed = " ".join(drawing_notes(fractions(), ["depression"], Undrawn([], []), has_condition=False, context=context))
    assert "in per cent of each course's baseline, because scales differ" in mixed
    assert "32 to 52 days after the first infusion is for sensitivity and stands in the numbers." in mixed
    assert mixed.endswith("Choose one condition above to compare its quarters, sites or routes.")
    single = " ".join(drawing_notes(points(n_observed=4), list("abcde"), Undrawn(["North (3)"], []), True, on_phq9))
    assert single.startswith("Points of PHQ-9; every course with a baseline on it counts. Horizontal lines are where")
    assert "Grey lines are the single groups" in single
    assert "Steps with fewer than 10 followed up have no mark." in single
    assert "Not drawn, fewer than 10 followed up: North (3)." in single


def test_numbers_with_their_sign():
    assert [signed(value) for value in (-8.44, 3, 0.04, -0.04)] == ["−8.4", "+3.0", "0.0", "0.0"]
    assert [signed_percent(value) for value in (-0.456, 0.1, 0)] == ["−46 %", "+10 %", "0 %"]
