from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.ideation_marks import ideation_marks
from pipelines.words.suicidality import (
    published_ideation,
    recorded_sources,
    source_words,
    suicidality_definition,
    suicidality_numbers,
    suicidality_statement,
)

SHARED = {
    "measure": "suicidality",
    "condition": "depression",
    "scale": "PHQ-9 item 9",
    "window": "endpoint",
    "n_started": 200,
    "n_with_baseline": 180,
    "n_total_only_at_baseline": 80,
    "n_recorded": 100,
    "suppressed": False,
    "note": "",
}
COUNTS = ("n_observed", "n_missed", "n_total_only", "n_pending", "n_met")
COLUMNS = ("outcome", "statistic", *COUNTS, "estimate", "lower", "upper")
ROWS = (
    ("present_at_baseline", "observed", 100, None, None, None, 60, 0.6, 0.502, 0.691),
    ("present", "observed", 70, 25, 2, 3, 27, 27 / 70, 0.28, 0.503),
    ("resolved", "observed", 40, 16, 2, 2, 15, 0.375, 0.242, 0.53),
    ("resolved", "missing_as_nonresponse", 40, 16, 2, 2, 15, 15 / 58, 0.163, 0.384),
    ("resolved", "bound_lower", 40, 16, 2, 2, 15, 15 / 58, None, None),
    ("resolved", "bound_upper", 40, 16, 2, 2, 15, 33 / 58, None, None),
    ("improved", "observed", 40, 16, 2, 2, 28, 0.7, 0.546, 0.819),
    ("improved", "published", None, None, None, None, None, 0.73, None, None),
    ("newly_present", "observed", 30, 9, 0, 1, 2, 2 / 30, 0.018, 0.213),
    ("worsened", "observed", 70, 25, 2, 3, 4, 4 / 70, 0.022, 0.138),
)


@pytest.fixture
def ideation():
    def table(**changes: object) -> pd.DataFrame:
        return pd.DataFrame([{**SHARED, **dict(zip(COLUMNS, row, strict=True)), **changes} for row in ROWS])

    return table


def test_the_sentence(ideation, context):
    assert suicidality_statement(ideation(), "depression", context).text == (
        "Depression: PHQ-9 item 9: no ideation any more 38 % (95 % interval 24 to 53; 15 of 40 depression courses "
        "with some at baseline and the level recorded 14 to 31 days after induction). Newly present in 2 of 30 without "
        "any at baseline. Counting the 18 with some at baseline and no level in the window as still having some: "
        "26 % without any."
    )
    (source,) = recorded_sources(ideation(), context)
    assert source_words(ideation(), source) == (
        "Recorded at baseline for 100 of 200 started, some ideation in 60 (60 %). 80 have a baseline without the "
        "item, and count nowhere here. Pending: 3."
    )
    assert source_words(ideation(suppressed=True), source) == ""


def test_each_source_that_was_recorded_is_told(ideation, context):
    levels = ideation(scale="C-SSRS")
    high = [
        {**row, "outcome": f"high_risk{name}", "n_met": n}
        for name, n in (("_at_baseline", 9), ("", 1))
        for row in levels[levels["outcome"] == "present"].to_dict("records")
    ]
    table = pd.concat([ideation(), levels, pd.DataFrame(high)], ignore_index=True)
    item, level = recorded_sources(table, context)
    assert (item.id, level.id) == ("PHQ-9 item 9", "C-SSRS")
    sections = ideation_marks(table, level, "depression", context)
    assert list(sections)[-1] == "High risk, level 4 or above"
    ((before, _), (after, _)) = sections["High risk, level 4 or above"]
    assert before.rests_on.startswith("9 of")
    assert after.rests_on == "1 of 70"


def test_marks_count_those_without_a_level_as_still_having_some(ideation, context):
    (source,) = recorded_sources(ideation(), context)
    sections = ideation_marks(ideation(), source, "depression", context)
    observed, assumed = sections["Of those with some at baseline"][0]
    assert (observed.value, observed.rests_on) == ("38 %", "15 of 40")
    assert assumed is not None
    assert (assumed.value, assumed.rests_on) == ("26 %", "15 of 58")
    assert sections["Of those with none at baseline"][0][0].rests_on == "2 of 30"


def test_when_there_is_nothing_to_say(ideation, context):
    def said(table: pd.DataFrame) -> str:
        return suicidality_statement(table, "depression", context).text

    assert "No depression courses" in said(ideation().head(0))
    assert "Withheld" in said(ideation(suppressed=True))
    assert "No level of ideation was recorded at baseline for depression courses" in said(ideation(n_recorded=0))
    few = said(ideation(n_observed=9))
    assert "too few depression courses to say: 9 with some ideation at baseline have the level" in few


def test_numbers(ideation, context):
    table = pd.concat([ideation(), ideation(condition="any")], ignore_index=True)
    numbers = suicidality_numbers(table, "condition", context)
    assert numbers["Condition"].tolist() == ["Depression"] * 6 + ["Program, each course once"] * 6
    resolved = numbers[numbers["Outcome"] == "None any more"].iloc[0].to_dict()
    assert (resolved["Of"], resolved["Met"], resolved["No score"], resolved["Item not recorded"]) == (
        "40",
        "15",
        "16",
        "2",
    )
    assert resolved["Share (95 % interval)"] == "38 % (24 to 53)"
    assert (resolved["If none of the unknown had met"], resolved["If all of them had met"]) == ("26 %", "57 %")
    assert numbers[numbers["Outcome"] == "Less by a level or more"].iloc[0]["Published"] == "73 %"


def test_definitions_and_what_was_published(definitions):
    item, level = suicidality_definition(definitions)
    assert item.startswith("**PHQ-9 item 9**: the answer to item 9 of PHQ-9, 0 for none, never filled in")
    assert "high risk from 4" in level
    assert "73 % had less ideation (McInnes 2022" in published_ideation(definitions)
