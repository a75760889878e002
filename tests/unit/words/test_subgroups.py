from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.statement import Context
from pipelines.words.subgroups import ordered_levels, subgroup_definition, subgroup_statement


@pytest.fixture
def compared(rates):
    def table(**changes):
        test = {
            **rates().iloc[0].to_dict(),
            "statistic": "heterogeneity",
            "chi_square": 6.4,
            "degrees_of_freedom": 2,
            "p_value": 0.0408,
            "p_value_adjusted": 0.1224,
            "n_comparisons": 3,
            "n_groups": 3,
            "note": "PHQ-9: 612; left out: not recorded (7); mature; one of 3 comparisons, corrected together (Holm)",
            **changes,
        }
        return pd.concat([rates(sex="female"), pd.DataFrame([test])])

    return table


def said(table: pd.DataFrame, context: Context) -> str:
    return subgroup_statement(table, "depression", "sex", "response", context).text


def test_nothing_found_is_not_equal(compared, context):
    assert said(compared(), context) == (
        "Depression: Response: no difference between levels of sex beyond chance was found; that is not "
        "the same as equal "
        "(chi-squared 6.40 on 2 degrees of freedom, p = 0.041, corrected for 3 comparisons p = 0.12; 3 "
        "levels, 163 of 398 "
        "followed up). Left out of the test: not recorded (7)."
    )


def test_what_counts_is_the_corrected_chance(compared, context):
    found = compared(p_value_adjusted=0.0004, p_value=0.0002, degrees_of_freedom=1)
    assert said(found, context).startswith(
        "Depression: Response differs between levels of sex by more than chance (chi-squared 6.40 on 1 "
        "degree of freedom, "
        "p < 0.001, corrected for 3 comparisons p < 0.001;"
    )


def test_one_comparison_is_not_corrected(compared, context):
    assert ", p = 0.041; 3 levels" in said(compared(n_comparisons=1, p_value_adjusted=0.0408), context)


def test_why_nothing_is_tested(compared, context):
    note = "PHQ-9: 612; too few to compare: 7 met the rule, 10 are needed; mature"
    assert said(compared(p_value=None, note=note), context) == (
        "Depression: Response: levels of sex are not compared (too few to compare: 7 met the rule, 10 are needed)."
    )


def test_without_courses_there_is_nothing(compared, context):
    assert "No depression courses" in said(compared().iloc[:0], context)


def test_sites_stand_by_name(rates, context):
    table = pd.concat(
        [rates(site=name, estimate=rate) for name, rate in (("B", 0.4), ("not recorded", 0.5), ("A", 0.2))]
    )
    assert ordered_levels(table, "site", context) == ["A", "B", "not recorded"]
    assert ordered_levels(table.assign(route=table["site"]), "route", context)[-1] == "not recorded"


def test_the_definition_says_when_nothing_is_tested(context):
    (text,) = subgroup_definition(context)
    assert "fewer than 10 who met the rule" in text
    assert "expected count below 5" in text
