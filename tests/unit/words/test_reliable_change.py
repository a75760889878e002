from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.reliable_change import change_lines, reliable_change_statement
from pipelines.words.response import missed_hover
from pipelines.words.statement import statistic

NOTE = "PHQ-9: 457; PHQ-9: 6 points (NHS Talking Therapies manual); mature"


@pytest.fixture
def changes():
    def table(note: str = NOTE, **changed: object) -> pd.DataFrame:
        shared = {
            "measure": "reliable-change",
            "condition": "depression",
            "window": "endpoint",
            "n_started": 856,
            "n_in_population": 752,
            "n_observed": 457,
            "n_missed": 289,
            "n_pending": 0,
            "suppressed": False,
            "note": note,
        }
        parts = (
            ("reliably_improved", "observed", 288, 0.63, 0.585, 0.673),
            ("reliably_improved", "missing_as_nonresponse", 288, 0.386, 0.35, 0.42),
            ("no_reliable_change", "observed", 164, 0.359, 0.32, 0.4),
            ("reliably_worsened", "observed", 5, 0.011, 0.0047, 0.025),
            ("any_worsening", "observed", 34, 0.074, 0.05, 0.1),
        )
        columns = ("change", "statistic", "n_with_change", "estimate", "lower", "upper")
        return pd.DataFrame([{**shared, **dict(zip(columns, part, strict=True)), **changed} for part in parts])

    return table


def test_the_sentence(changes, context):
    assert reliable_change_statement(changes(), "depression", context).text == (
        "Depression: Reliably improved 63 % (95 % interval 58 to 67; 288 of 457 followed up; PHQ-9 by 6 points or "
        "more, 14 to 31 days after induction). Counting the 289 without follow-up as not reliably improved: 39 %. "
        "Reliably worsened 1 % (0.5 to 2; 5 of 457); 7 % scored above their baseline by however little (34 of 457)."
    )


def test_without_a_cited_value_there_is_none(changes, context):
    table = changes(note="no scale here has a cited reliable change").head(1)
    assert reliable_change_statement(table, "chronic_pain", context).text == (
        "Chronic pain: No scale that chronic pain courses were measured on has a published reliable change."
    )
    assert change_lines(table) == {}


def test_failures(changes, context):
    assert "No depression courses" in reliable_change_statement(changes().head(0), "depression", context).text
    assert "Withheld" in reliable_change_statement(changes(suppressed=True), "depression", context).text
    assert "Too few depression courses to say: 4 followed up" in (
        reliable_change_statement(changes(n_observed=4), "depression", context).text
    )
    assert "has a baseline that counts" in (
        reliable_change_statement(changes(n_in_population=0), "depression", context).text
    )
    assert "None of those due is without follow-up." in (
        reliable_change_statement(changes(n_missed=0), "depression", context).text
    )


def test_lines(changes):
    assert list(change_lines(changes())) == [
        "Reliably improved",
        "No reliable change",
        "Reliably worsened",
        "Above baseline, by however little",
    ]


def test_the_hollow_mark_says_what_the_missing_are_counted_as(changes, rates):
    assert missed_hover(statistic(changes(), "missing_as_nonresponse")) == (
        "Counting those without follow-up as not reliably improved: 39 % (288 of 746 due)"
    )
    assert missed_hover(statistic(rates(), "missing_as_nonresponse")).startswith(
        "Counting those without follow-up as not responding: 27 %"
    )
