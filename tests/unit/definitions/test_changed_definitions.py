"""Definitions with rules changed for one answer: what can be set, what cannot, and that nothing else changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipelines.definitions import load_definitions
from pipelines.definitions.what_if import changed_definitions, parse_changes
from pipelines.errors import RuleNotSettable, UnknownName, UsageError

TODAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def definitions():
    return load_definitions()


def differences(before, after, path=""):
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            found
            for name in before.keys() | after.keys()
            for found in differences(before.get(name), after.get(name), f"{path}.{name}" if path else name)
        ]
    return [] if before == after else [path]


def test_a_remission_cut_and_nothing_else(definitions):
    changed = changed_definitions(definitions, {"remission.PHQ-9": "<=5"}, TODAY)
    cut = changed.scales["PHQ-9"].remission
    assert (cut.operator, cut.value, cut.reviewed) == ("<=", Decimal(5), TODAY)
    assert "not the program's rule" in cut.citation
    assert changed.hash != definitions.hash
    found = differences(definitions.model_dump(mode="json"), changed.model_dump(mode="json"))
    assert {path for path in found if not path.startswith("scales.PHQ-9.remission.")} == {"scales.PHQ-9.version"}
    assert changed.scales["PHQ-9"].version == "2026.1 what if"


def test_a_scale_without_a_cut_can_be_given_one(definitions):
    assert definitions.scales["PEG"].remission is None
    changed = changed_definitions(definitions, {"remission.PEG": "<= 3.5"}, TODAY)
    assert str(changed.scales["PEG"].remission) == "<= 3.5"


@pytest.mark.parametrize(
    ("rule", "value", "read"),
    [
        ("entry_cut.PHQ-9", ">=15", lambda d: str(d.scales["PHQ-9"].entry_cut)),
        ("reliable_change.GAD-7", "5", lambda d: str(d.scales["GAD-7"].reliable_change.points)),
        ("headline_response.chronic_pain", "response_50", lambda d: d.conditions["chronic_pain"].headline_response),
        ("windows.endpoint.to", "28", lambda d: str(d.outcomes.windows["endpoint"].to_day)),
        ("baseline.look_back_days", "7", lambda d: str(d.outcomes.baseline.look_back_days)),
        ("onset.horizon_days", "28", lambda d: str(d.outcomes.onset.horizon_days)),
    ],
)
def test_what_can_be_set(definitions, rule, value, read):
    changed = changed_definitions(definitions, {rule: value}, TODAY)
    assert read(changed) == value.replace(">=", ">= ")
    assert read(definitions) != read(changed)


def test_a_window_that_is_set_marks_the_version_of_the_outcomes(definitions):
    assert changed_definitions(definitions, {"windows.endpoint.to": "28"}, TODAY).outcomes.version == "2026.1 what if"
    rule = changed_definitions(definitions, {"rules.response_35.reduction_percent": "30"}, TODAY).outcomes.rules
    assert rule["response_35"].version == "2026.1 what if"


@pytest.mark.parametrize(
    ("rule", "value", "message"),
    [
        ("remission.PHQ-9", "5", 'needs an operator and a score, such as "<=5"'),
        ("remission.PHQ-9", ">=5", "remission is at or below the cut"),
        ("reliable_change.PHQ-9", ">=5", "needs points, such as 5"),
        ("reliable_change.PHQ-9", "0", "greater than 0"),
        ("windows.endpoint.to", "10", "needs from <= target <= to"),
        ("onset.horizon_days", "soon", "valid integer"),
        ("headline_response.depression", "response_30", "does not offer the headline rule"),
        ("rules.response_50.reduction_percent", "40", "none starts at 40"),
    ],
)
def test_a_value_that_is_none_for_the_rule(definitions, rule, value, message):
    with pytest.raises(RuleNotSettable, match=f"--set {rule}={value} makes no rule: .*{message}"):
        changed_definitions(definitions, {rule: value}, TODAY)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("remision.PHQ-9", "Did you mean 'remission.SCALE'"),
        ("remission.PHQ9", "There is no scale 'PHQ9'. Did you mean 'PHQ-9'"),
        ("headline_response.depresion", "Did you mean 'depression'"),
        ("windows.endpoint.citation", "There is no rule"),
        ("version", "There is no rule 'version'"),
    ],
)
def test_a_rule_that_there_is_not(definitions, rule, message):
    with pytest.raises(UnknownName, match=message):
        changed_definitions(definitions, {rule: "1"}, TODAY)


def test_texts_are_rule_and_value():
    assert parse_changes(["remission.PHQ-9=<=5", " a = b "]) == {"remission.PHQ-9": "<=5", "a": "b"}
    for text in ("remission.PHQ-9", "=5", "remission.PHQ-9="):
        with pytest.raises(UsageError, match="sets no rule"):
            parse_changes([text])
    with pytest.raises(UsageError, match="twice"):
        parse_changes(["a=1", "a=2"])
