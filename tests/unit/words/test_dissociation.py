from __future__ import annotations

import pandas as pd
import pytest

from pipelines.definitions.dissociation import EXPOSURES
from pipelines.words.catalogue import catalogue, say
from pipelines.words.dissociation import (
    experience_definition,
    experience_details,
    experience_notes,
    experience_numbers,
    experience_section,
    experience_statement,
    level_words,
)
from pipelines.words.experience_marks import experience_levels, not_recorded_words

SHARED = {
    "measure": "dissociation",
    "population": "first_course",
    "condition": "depression",
    "scale": "primary",
    "window": "endpoint",
    "rule_version": "response_50 2026.1",
    "suppressed": False,
    "exposure": "dissociation",
    "n_started": 900,
    "n_in_population": 752,
    "n_recorded": 541,
    "note": "PHQ-9: 752; mature",
}
LEVELS = {"0 to 4": (81, 47, 34, 22, 0.47), "20 or more": (200, 124, 76, 67, 0.54)}
DROPPED = "31 of 324 followed up stand in strata of severity and dose that lack a level and are left out"


def level_rows():
    rows = []
    for level, (n_in_level, n_observed, n_missed, n_responded, rate) in LEVELS.items():
        counts = {
            "n_in_level": n_in_level,
            "n_observed": n_observed,
            "n_missed": n_missed,
            "n_responded": n_responded,
        }
        own = {**SHARED, **counts, "level": level}
        rows += [
            {**own, "statistic": "share", "estimate": 0.2, "lower": 0.1, "upper": 0.3},
            {**own, "statistic": "observed", "estimate": rate, "lower": rate - 0.1, "upper": rate + 0.1},
            {**own, "statistic": "missing_as_nonresponse", "estimate": 0.27, "lower": 0.2, "upper": 0.3},
        ]
    return rows


def compared_rows(p_value=0.0004, n_tests="5 tests"):
    rows = []
    for level, rate in (("0 to 4", 0.48), ("20 or more", 0.53)):
        own = {**SHARED, "level": level, "n_compared": 293, "n_dropped": 31, "note": f"{DROPPED}; {SHARED['note']}"}
        rows.append({**own, "statistic": "standardised", "estimate": rate, "lower": rate - 0.1, "upper": rate + 0.1})
    rows.append({**rows[-1], "statistic": "difference", "estimate": 0.05, "lower": -0.11, "upper": 0.21})
    test = {**SHARED, "statistic": "association_test", "estimate": p_value / 2, "note": "chi-squared 1.2 on 2"}
    corrected = {"statistic": "association_test_holm", "estimate": p_value, "note": f"corrected for {n_tests}; more"}
    return [*rows, test, {**test, **corrected}]


def further_rows():
    correlation = {"statistic": "correlation", "estimate": -0.07, "lower": -0.17, "upper": 0.04, "n_observed": 324}
    published = {"statistic": "published_correlation", "estimate": -0.35, "level": "A 2014", "n_started": None}
    means = [
        {**SHARED, "statistic": "mean_score", "infusion": n, "estimate": mean, "n_recorded": n_scored, "note": note}
        for n, mean, n_scored, note in ((1, 18.32, 541, ""), (6, 9.47, 278, ""), (7, 8.4, 3, "too few to say: 3"))
    ]
    return [{**SHARED, **correlation}, {**SHARED, **published, "window": None}, *means]


def test_levels_are_said_beside_each_other_with_what_is_held_alike_and_the_caveat(context):
    rows = pd.DataFrame([*level_rows(), *compared_rows(), *further_rows()])
    said = experience_statement(rows, "depression", context)
    assert said.lead == "Depression"
    assert said.finding == (
        "Responded by dissociation score, with severity and dose held alike: 48 % of those scored 0 to 4 and 53 % of "
        "those scored 20 or more"
    )
    assert said.basis == (
        "(n = 293, PHQ-9, 50 % reduction, 14 to 31 days after induction; "
        "p = below 0.001, corrected for the other comparisons here)"
    ).replace("p = below", "p below")
    assert said.more == (
        "541 of 752 depression courses have a dissociation score at the first infusion. This is an association."
    )
    details = experience_details(rows, "depression", context)
    assert "31 followed up have no counterpart of like severity and dose in every band" in details
    assert "r = −0.07 (−0.17 to +0.04, n = 324); published: −0.35 (A 2014)" in details
    assert "18.3 at the first infusion (n = 541) and 9.5 at infusion 6 (n = 278" in details
    assert experience_details(rows.assign(suppressed=True), "depression", context) == ""


def test_levels_as_marks_say_what_each_rests_on(context):
    adjusted = [{**row, "n_observed": LEVELS[row["level"]][1]} for row in compared_rows()[:2]]
    unknown = {**level_rows()[1], "level": "not recorded"}
    rows = pd.DataFrame([*level_rows(), *adjusted, unknown])
    ((name, (low, high)),) = experience_levels(rows, "depression", context).items()
    assert (name, low.name, high.name) == ("Dissociation score", "0 to 4", "20 or more")
    assert (low.unadjusted.value, low.unadjusted.rests_on) == ("47 %", "22 of 47")
    assert low.standardised is not None
    assert (low.standardised.value, low.standardised.rests_on) == ("48 %", "n = 47")
    few = experience_levels(pd.DataFrame([{**row, "n_observed": 4} for row in level_rows()]), "depression", context)
    mark = few["Dissociation score"][0].unadjusted
    assert (mark.estimate, mark.rests_on, few["Dissociation score"][0].standardised) == (
        None,
        "too few to say, 4",
        None,
    )
    assert not_recorded_words(rows, "depression", context) == "Depression, not recorded: dissociation score of 81."


def test_a_single_comparison_is_corrected_for_nothing(context):
    rows = pd.DataFrame([*level_rows(), *compared_rows(0.38, "1 test")])
    assert experience_statement(rows, "depression", context).basis.endswith("; p = 0.38)")


def test_without_a_comparison_the_plain_rates_stand_with_the_reason(context):
    reason = "too few to compare: 9 responded, 10 are needed"
    test = {**SHARED, "statistic": "association_test", "estimate": None, "note": f"{reason}; PHQ-9: 752"}
    said = experience_statement(pd.DataFrame([*level_rows(), test]), "depression", context)
    assert said.finding == (
        "Responded by dissociation score among those followed up, with nothing held alike: "
        "47 % of those scored 0 to 4 and 54 % of those scored 20 or more"
    )
    assert said.basis == f"(PHQ-9, 50 % reduction, 14 to 31 days after induction; {reason})"


def test_too_few_followed_up_is_said(context):
    reason = "too few to compare: fewer than two levels with 10 followed up"
    test = {**SHARED, "statistic": "association_test", "estimate": None, "note": f"{reason}; PHQ-9: 752"}
    few = [{**row, "n_observed": 4} for row in level_rows()]
    said = experience_statement(pd.DataFrame([*few, test]), "depression", context)
    assert said.finding == "Too few to compare: fewer than two levels with 10 followed up"


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"n_started": 0}, "No depression courses in this selection."),
        ({"suppressed": True}, "Withheld: the group of depression courses"),
        ({"n_recorded": 0}, "Dissociation at the first infusion is recorded of none of the depression courses"),
    ],
)
def test_where_there_is_nothing_to_say(context, changes, finding):
    rows = pd.DataFrame([{**row, **changes} for row in level_rows()])
    assert experience_statement(rows, "depression", context).finding.startswith(finding)
    assert experience_statement(rows.iloc[:0], "depression", context).finding.startswith("No depression courses")


def test_the_numbers_have_a_line_for_each_level(context):
    rows = pd.DataFrame([*level_rows(), *compared_rows(), *further_rows()])
    lines = experience_numbers(rows, "condition", context)
    assert list(lines["Level"]) == ["0 to 4", "20 or more"]
    assert list(lines["Severity and dose held alike"]) == ["48 % (38 to 58)", "53 % (43 to 63)"]
    assert list(lines["Difference, points"]) == ["–", "+5 (−11 to +21)"]
    assert list(lines["p"]) == ["below 0.001"] * 2
    assert list(lines["Recorded"].unique()) == ["Dissociation score"]


def test_a_level_that_is_too_small_shows_counts_alone(context):
    few = [{**row, "n_observed": 4, "n_responded": 3} for row in level_rows()]
    lines = experience_numbers(pd.DataFrame([*few, *compared_rows()[-2:]]), "condition", context)
    assert list(lines["Rate (95 % interval)"]) == ["too few to say"] * 2
    assert list(lines["Missed counted as not met"]) == ["–"] * 2
    assert list(lines["p"]) == ["–"] * 2


def test_every_exposure_and_code_has_words(definitions):
    for exposure in EXPOSURES:
        assert say(f"experience.{exposure}")
    codes = (*definitions.columns.infusions["experience"].codes, *definitions.columns.courses["setting"].codes)
    assert all(f"experience.level_{code}" in catalogue() for code in (*codes, "no", "yes"))
    assert level_words("out_of_body") == "out of body"
    assert level_words("20 or more") == "20 or more"


def test_definition_and_notes_say_association(context, definitions):
    section = experience_section(definitions)
    assert "association" in section.intro
    assert any(note.startswith("An association") for note in experience_notes())
    texts = experience_definition(context)
    assert len(texts) == len(section.entries)
    assert all("Reviewed 2026" in text for text in texts)
