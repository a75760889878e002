from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.plausibility import plausibility_numbers, plausibility_statement

SHARED = {"condition": "depression", "scale": "PHQ-9", "statistic": "plausibility", "n_observed": 40}


@pytest.fixture
def panel():
    def table(*verdicts: str) -> pd.DataFrame:
        names = ("plausible_depression_response", "plausible_depression_remission", "plausible_worsening")
        return pd.DataFrame(
            [
                {**SHARED, "benchmark": name, "verdict": verdict, "estimate": 0.3}
                for name, verdict in zip(names, verdicts, strict=False)
            ],
            columns=[*SHARED, "benchmark", "verdict", "estimate"],
        )

    return table


def test_all_as_expected(panel, context):
    assert plausibility_statement(panel("as_expected", "as_expected"), context).text == (
        "All 2 results lie within what published programs lead one to expect."
    )


def test_the_gravest_is_told(panel, context):
    said = plausibility_statement(panel("implausible", "unusual", "too_few"), context).text
    assert said == (
        "1 of 2 results lie where a fault of the data is likelier than such a result: Depression, PHQ-9: response. "
        "Look at follow-up, scale names, time columns and baselines first. 1 more rest on too few to judge."
    )


def test_the_unusual_are_named(panel, context):
    said = plausibility_statement(panel("as_expected", "unusual"), context).finding
    assert said.startswith("1 of 2 results lie outside")
    assert said.endswith("Depression, PHQ-9: remission")


def test_nothing_to_stand_beside(panel, context):
    assert plausibility_statement(panel(), context).finding == "No result here has a published range to stand beside"
    assert plausibility_numbers(panel(), context).empty


def test_numbers(panel, context):
    line = plausibility_numbers(panel("unusual"), context).iloc[0].to_dict()
    assert line == {
        "Result": "Depression, PHQ-9: response",
        "It lies": "unusual",
        "Here": "30 %",
        "n": "40",
        "Expected": "20 % to 60 %",
        "Look at the data beyond": "10 % to 80 %",
    }


def test_numbers_that_are_no_shares(context):
    row = {**SHARED, "scale": "primary", "benchmark": "plausible_infusions_to_response", "verdict": "no_estimate"}
    falls = {**SHARED, "condition": "anxiety", "scale": "GAD-7", "benchmark": "plausible_anxiety_change"}
    table = pd.DataFrame([{**row, "estimate": None}, {**falls, "verdict": "as_expected", "estimate": -0.4}])
    first, second = plausibility_numbers(table, context).to_dict("records")
    assert first["Result"] == "Depression: median infusions to a recorded response"
    assert (first["Here"], first["Expected"]) == ("–", "2 to 4")
    assert (second["Here"], second["Expected"]) == ("−40 %", "−50 % to −20 %")
