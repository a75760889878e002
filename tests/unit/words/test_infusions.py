from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.infusions import INFUSIONS, infusion_statement
from pipelines.words.onset import at_risk_hover, point_hover, recorded_hover, short_interval
from pipelines.words.tables import onset_numbers


@pytest.fixture
def infusions(times):
    def table(kind: str = "first", recorded: dict | None = None, **changes: object) -> pd.DataFrame:
        by = {"statistic": "recorded_by_infusion_8", "estimate": 0.48, "n_left_out": 0, **(recorded or {})}
        return times(kind, by, **{"lower": 2.0, "upper": 4.0, **changes})

    return table


def test_the_left_end_is_left_out(infusions, context):
    assert infusion_statement(infusions(), "depression", context).text == (
        "Half of depression courses would first record a response with infusion 3 to 4 (95 % interval; n = 717, PHQ-9, "
        "50 % reduction; ever responded; those who had no more infusions are taken to be like those who had). "
        "By infusion 8, 48 of 100 starters had a recorded response."
    )
    assert short_interval(infusions(), context, INFUSIONS) == "3 to 4"


def test_one_infusion(infusions, context):
    table = infusions(lower=0.0, upper=1.0)
    assert infusion_statement(table, "depression", context).finding == (
        "Half of depression courses would first record a response with infusion 1"
    )
    assert short_interval(table, context, INFUSIONS) == "1"


def test_an_open_end(infusions, context):
    table = infusions(lower=4.0, upper=None, note="PHQ-9: 717; not reached by infusion 8")
    assert infusion_statement(table, "depression", context).finding == (
        "Half of depression courses would first record a response with infusion 5 at the earliest; "
        "the upper end is not reached by infusion 8"
    )
    assert short_interval(table, context, INFUSIONS) == "5 or later"


def test_half_is_not_reached_at_all(infusions, context):
    table = infusions("sustained", lower=8.0, upper=None, note="PHQ-9: 717; not reached by infusion 8")
    assert infusion_statement(table, "depression", context).finding == (
        "Fewer than half of depression courses would begin a response that lasts to day 56; "
        "half is not reached by infusion 8"
    )
    assert short_interval(table, context, INFUSIONS) == "not reached by infusion 8"


def test_sustained(infusions, context):
    text = infusion_statement(infusions("sustained"), "depression", context).text
    assert text.startswith(
        "Half of depression courses would begin a response that lasts to day 56 with infusion 3 to 4"
    )
    assert text.endswith("By infusion 8, 48 of 100 starters had begun a recorded response that lasted.")


def test_who_is_left_out_is_counted(infusions, context):
    table = infusions(
        recorded={"n_in_population": 702, "n_left_out": 50}, note="PHQ-9: 717; 35 without infusion rows are left out"
    )
    text = infusion_statement(table, "depression", context).text
    assert "(n = 702; 50 from quarters not followed up long enough are left out)." in text
    assert text.endswith("35 without infusion records are left out.")


def test_failures(infusions, context):
    assert infusion_statement(infusions().head(0), "depression", context).text.startswith("No depression courses")
    assert infusion_statement(infusions(suppressed=True), "depression", context).text.startswith("Withheld")
    assert infusion_statement(infusions(n_assessed=4), "depression", context).text.startswith("Too few")
    assert short_interval(infusions(n_assessed=4), context, INFUSIONS) == "too few to say"


def test_hovers_are_sentences(infusions, context):
    row = {**infusions().to_dict("records")[0], "infusion": 3.0, "estimate": 0.5, "lower": 0.46, "upper": 0.55}
    row["n_at_risk"] = 333
    assert point_hover(row, context, INFUSIONS) == (
        "By infusion 3, 50 % of depression courses have responded (95 % interval 46 to 55; n = 717)"
    )
    assert recorded_hover(row, context, INFUSIONS) == (
        "At the visits alone: by infusion 3, 50 % of depression courses recorded (333 still at risk)"
    )
    assert at_risk_hover(row, context, INFUSIONS) == (
        "After infusion 3: 333 depression courses had received so many and had no recorded response before"
    )


def test_the_numbers_are_in_infusions(infusions, context):
    (line,) = onset_numbers(infusions(), "condition", context).to_dict("records")
    assert line["Half by infusion (95 % interval)"] == "3 to 4"
    assert line["By infusion 8"] == "48 %"
