"""Which rate a conclusion is drawn against: the program's own first, then a published one that is measured alike."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.definitions import load_definitions
from pipelines.definitions.tipping_point import ReferenceRate
from pipelines.results.references import reference_rate

SHIPPED = load_definitions()
HEADLINE = ("depression", "response_50", "endpoint")


def stating(**reference):
    own = ReferenceRate(rate=0.4, citation="ours", reviewed=date(2026, 11, 28), **reference)
    rule = SHIPPED.outcomes.tipping_point.model_copy(update={"references": {"depression": own}})
    outcomes = SHIPPED.outcomes.model_copy(update={"tipping_point": rule})
    return SHIPPED.model_copy(update={"outcomes": outcomes})


def rate_of(definitions, condition, rule, window, scale="primary", measured=("PHQ-9",)):
    found = reference_rate(definitions, condition, rule, window, scale, measured)
    return found.rate if found else None


def test_a_published_result_of_the_same_scale_rule_and_window_with_its_citation():
    found = reference_rate(SHIPPED, *HEADLINE, "primary", ["PHQ-9"])
    assert found is not None
    assert found.rate == 0.536
    assert found.words.startswith("published of those followed up alone: McInnes 2022")


@pytest.mark.parametrize(
    ("condition", "rule", "window", "measured"),
    [
        ("anxiety", "response_50", "endpoint", ["GAD-7"]),
        ("depression", "response_30", "endpoint", ["PHQ-9"]),
        ("depression", "response_50", "day_7", ["PHQ-9"]),
        ("depression", "response_50", "endpoint", ["MADRS"]),
        ("depression", "response_50", "endpoint", ["MADRS", "PHQ-9"]),
        ("depression", "response_50", "endpoint", []),
    ],
)
def test_what_is_measured_otherwise_is_no_reference(condition, rule, window, measured):
    assert rate_of(SHIPPED, condition, rule, window, measured=measured) is None


def test_a_result_of_all_who_were_treated_comes_before_one_of_those_followed_up():
    window, scale = "end_of_induction", "QIDS-SR16"
    found = reference_rate(SHIPPED, "depression", "response_50", window, scale, [scale])
    assert found is not None
    assert found.words.startswith("published of all who were given it: Anand 2023")


def test_what_the_program_states_comes_first_for_what_it_is_for():
    own = stating()
    assert rate_of(own, *HEADLINE) == 0.4
    assert rate_of(own, *HEADLINE, scale="PHQ-9") == 0.536
    assert rate_of(own, "depression", "response_50", "day_7") is None
    assert rate_of(stating(window="day_7"), "depression", "response_50", "day_7") == 0.4
    assert rate_of(stating(scale="PHQ-9"), *HEADLINE, scale="PHQ-9") == 0.4
    assert rate_of(stating(rule="response_30"), *HEADLINE) == 0.536
