from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.nhs_recovery import (
    nhs_recovery_definition,
    nhs_recovery_marks,
    nhs_recovery_numbers,
    nhs_recovery_statement,
    nhs_standards,
    not_finished_words,
)

SHARED = {
    "measure": "nhs-recovery",
    "condition": "depression",
    "scale": "PHQ-9 and GAD-7",
    "n_started": 60,
    "n_not_recorded": 1,
    "n_pending": 2,
    "n_too_few_contacts": 7,
    "n_finished": 50,
    "n_with_first": 30,
    "n_at_caseness": 28,
    "suppressed": False,
}
ROWS = (
    ("paired_scores", "observed", 50, 0, 26, 0.52, 0.385, 0.652),
    ("recovery", "observed", 25, 3, 10, 0.4, 0.234, 0.593),
    ("recovery", "missing_as_nonresponse", 25, 3, 10, 10 / 28, 0.207, 0.542),
    ("recovery", "bound_upper", 25, 3, 10, 13 / 28, None, None),
    ("reliable_recovery", "observed", 25, 3, 9, 0.36, 0.202, 0.555),
    ("reliable_improvement", "observed", 26, 4, 18, 18 / 26, 0.5, 0.835),
    ("reliable_deterioration", "observed", 26, 4, 1, 1 / 26, 0.007, 0.189),
)
COLUMNS = ("outcome", "statistic", "n_observed", "n_missed", "n_met", "estimate", "lower", "upper")


@pytest.fixture
def recovery():
    def table(**changes: object) -> pd.DataFrame:
        return pd.DataFrame([{**SHARED, **dict(zip(COLUMNS, row, strict=True)), **changes} for row in ROWS])

    return table


def test_the_sentence(recovery, context):
    assert nhs_recovery_statement(recovery(), "depression", context).text == (
        "Depression: Recovered 40 % (95 % interval 23 to 59; 10 of 25 finished depression courses at caseness at first "
        "with first and last PHQ-9 and GAD-7). Counting the 3 at caseness without last scores as not recovered: 36 %. "
        "Of 50 finished, 26 have first and last scores on both (52 %); services report 90 % or more."
    )
    assert not_finished_words(recovery(), "depression", context) == (
        "Depression: Not finished: 7 with fewer than 2 infusions, 2 pending, 1 without infusion records."
    )


def test_outcomes_as_marks_stand_beside_what_services_are_held_to(recovery, context):
    marks = nhs_recovery_marks(recovery(), "depression", context)
    assert [(mark.observed.name, mark.observed.value, mark.observed.rests_on, mark.held_to) for mark in marks] == [
        ("Recovery", "40 %", "10 of 25", 0.5),
        ("Reliable recovery", "36 %", "9 of 25", 0.48),
        ("Reliable improvement", "69 %", "18 of 26", 0.67),
        ("Reliable deterioration", "4 %", "1 of 26", None),
    ]
    assert marks[0].missed is not None
    assert marks[0].missed.rests_on == "10 of 28"
    assert marks[1].missed is None
    withheld = nhs_recovery_marks(recovery(suppressed=True), "depression", context)[0].observed
    assert (withheld.estimate, withheld.lower, withheld.n) == (None, None, None)
    assert nhs_recovery_marks(recovery().head(0), "chronic_pain", context) == []


def test_when_there_is_nothing_to_say(recovery, context):
    def said(table: pd.DataFrame, condition: str = "depression") -> str:
        return nhs_recovery_statement(table, condition, context).text

    assert "is counted for depression and anxiety courses only" in said(recovery().head(0), "chronic_pain")
    assert "No depression courses" in said(recovery().head(0))
    assert "Withheld" in said(recovery(suppressed=True))
    few = said(recovery(n_observed=9))
    assert "Too few depression courses to say: 9 finished at caseness" in few
    assert "Of 50 finished, 26 have first and last scores" in few


def test_the_program_stands_below_the_conditions(recovery, context):
    table = pd.concat([recovery(), recovery(condition="any")], ignore_index=True)
    numbers = nhs_recovery_numbers(table, "condition", context)
    assert numbers["Condition"].tolist() == ["Depression"] * 5 + ["Program, each course once"] * 5
    recovered = numbers.loc[1].to_dict()
    assert (recovered["Outcome"], recovered["Of"], recovered["Met"], recovered["Missed"]) == (
        "Recovery",
        "25",
        "10",
        "3",
    )
    assert recovered["Share (95 % interval)"] == "40 % (23 to 59)"
    assert (recovered["Missed counted as not met"], recovered["If all missed had met"]) == ("36 %", "46 %")


def test_the_definition_and_the_standards(definitions):
    said = nhs_recovery_definition(definitions)
    assert "At caseness: PHQ-9 of 10 or more or GAD-7 of 8 or more, at first." in said
    assert "a fall by at least 6 points of PHQ-9 or 4 points of GAD-7, without" in said
    assert "held to 50 % recovery, 48 % reliable recovery and 67 % reliable improvement" in nhs_standards(definitions)
