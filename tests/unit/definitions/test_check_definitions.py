"""The checks of the data are definitions: a program changes single keys of them, and every fault is told at once."""

from pathlib import Path

import pytest

from pipelines.definitions import load_definitions
from pipelines.errors import DefinitionsInvalid

SHIPPED = load_definitions()
CITED = 'citation = "our own last year"\nreviewed = 2026-11-22\n'
BAND = (
    'quantity = "rate"\nmeasure = "remission"\nstatistic = "observed"\nconditions = ["depression"]\n'
    f"expected = [0.1, 0.2]\nlimits = [0.0, 0.9]\nfewest = 30\n{CITED}"
)


def with_own(folder: Path, text: str):
    (folder / "quality.toml").write_text(text, encoding="utf-8")
    return load_definitions(folder)


def faults_of(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(DefinitionsInvalid) as caught:
        with_own(folder, text)
    return caught.value.faults


def test_a_program_changes_single_keys(tmp_path):
    own = with_own(
        tmp_path,
        "[checks.courses_without_sex]\nallowed_fraction = 0.5\n\n"
        "[checks.weights_impossible.parameters]\nleast_weight_kg = 20\n",
    )
    before, after = SHIPPED.quality.checks, own.quality.checks
    assert list(after) == list(before)
    assert after["courses_without_sex"] == before["courses_without_sex"].model_copy(update={"allowed_fraction": 0.5})
    assert after["weights_impossible"].parameters == {"least_weight_kg": 20, "most_weight_kg": 250}
    assert after["nobody_worse"] == before["nobody_worse"]
    assert own.hash != SHIPPED.hash
    assert own.import_hash == SHIPPED.import_hash, "a check decides nothing at an import"


def test_a_parameter_that_is_changed_is_changed_in_the_words_too(tmp_path):
    own = with_own(tmp_path, "[checks.weights_impossible.parameters]\nleast_weight_kg = 20\n")
    check = own.quality.checks["weights_impossible"]
    assert check.in_words(check.question).endswith("imply a weight from 20 to 250 kg?")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "[checks.courses_without_sx]\nallowed_fraction = 0.5",
            "quality.toml: checks.courses_without_sx: there is no such check; did you mean 'courses_without_sex'?",
        ),
        ("[checks.zzz]\nallowed_fraction = 0.5", "quality.toml: checks.zzz: there is no such check"),
        ("checks = 1", "quality.toml: checks: must be tables such as [checks.courses_without_sex]"),
        (
            "[checks.courses_without_sex]\nallowed_fraction = 1.5",
            "quality.toml: checks.courses_without_sex.allowed_fraction: Input should be less than 1",
        ),
        (
            "[checks.courses_without_sex]\nallowed = 0.5",
            "quality.toml: checks.courses_without_sex.allowed: no such key",
        ),
        (
            "[checks.weights_impossible.parameters]\nleast_weight = 20",
            "quality.toml: checks.weights_impossible.parameters.least_weight: no such parameter",
        ),
        (
            '[checks.courses_without_sex]\nsubcategory = "temporal"',
            "quality.toml: checks.courses_without_sex: completeness has no subcategory",
        ),
        (
            '[checks.nobody_worse]\nsubcategory = "value"',
            (
                "quality.toml: checks.nobody_worse: "
                "subcategory of plausibility must be one of uniqueness, atemporal, temporal"
            ),
        ),
        (
            '[checks.nobody_worse]\nquestion = "Fewer than {n_courses}?"',
            "quality.toml: checks.nobody_worse: {n_courses} is not among its parameters",
        ),
        (
            '[quarantine]\nvalues_quarantined = ["not_a_number"]',
            "quality.toml: quarantine: must name the import rule 'missing_key' once, under one check",
        ),
        (
            '[quarantine]\nvalues_quarantined = ["off_stp"]',
            "quality.toml: quarantine: no rule 'off_stp' in import_rules.toml",
        ),
        (
            '[quarantine]\nvalue = ["not_a_number"]',
            "quality.toml: quarantine.value: there is no such check",
        ),
        (
            f'[plausible.mine]\nscales = ["PHQ-8"]\nrule = "remission"\nwindow = "day_7"\n{BAND}',
            "quality.toml: plausible.mine.scales: no scale 'PHQ-8' is defined",
        ),
        (
            f'[plausible.mine]\nscales = ["PHQ-9"]\nrule = "response_60"\nwindow = "day_7"\n{BAND}',
            "quality.toml: plausible.mine.rule: no rule 'response_60' in outcomes.toml",
        ),
        (
            f'[plausible.mine]\nscales = ["PHQ-9"]\nrule = "remission"\nwindow = "day_8"\n{BAND}',
            "quality.toml: plausible.mine.window: no window 'day_8' in outcomes.toml",
        ),
        (
            f'[plausible.mine]\nscales = ["PHQ-9"]\nrule = "remission"\n{BAND}',
            "quality.toml: plausible.mine: remission needs rule and window",
        ),
        (
            f'[plausible.mine]\nscales = ["PHQ-9"]\n{BAND}'.replace("[0.0, 0.9]", "[0.15, 0.9]"),
            "quality.toml: plausible.mine: expected must lie within limits",
        ),
        (
            f'[plausible.mine]\nscales = ["PHQ-9"]\nrule = "remission"\nwindow = "day_7"\n{BAND}'.replace(
                '["depression"]', '["grief"]'
            ),
            "quality.toml: plausible.mine.conditions: no condition 'grief' is defined",
        ),
        (
            f"[common_infusions.iv]\nmg_per_kg = [3.0, 0.1]\nmg = [1, 2]\n{CITED}",
            "quality.toml: common_infusions.iv.mg_per_kg: needs the least, then the most",
        ),
        ('dissociation_scale = "CADS"', "quality.toml: dissociation_scale: no scale 'CADS' is defined"),
    ],
)
def test_a_fault_names_the_key_and_what_is_wrong(tmp_path, text, fault):
    assert fault in faults_of(tmp_path, text)


def test_all_faults_are_told_at_once(tmp_path):
    faults = faults_of(
        tmp_path, "[checks.zzz]\nallowed_fraction = 1\n\n[checks.weights_impossible.parameters]\nleast_weight = 20\n"
    )
    assert len(faults) == 2


# --- the shipped checks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED.quality.checks)
def test_a_check_says_what_why_and_what_to_do(name):
    check = SHIPPED.quality.checks[name]
    assert check.question.endswith("?")
    for text in (check.question, check.why, check.cure):
        assert "{" not in check.in_words(text)
        assert len(text) > 20
    assert check.cure.endswith(".")


def test_there_is_a_check_of_each_category_and_subcategory():
    found = {(check.category, check.subcategory) for check in SHIPPED.quality.checks.values()}
    assert found == {
        ("conformance", "value"), ("conformance", "relational"), ("conformance", "computational"),
        ("completeness", None),
        ("plausibility", "uniqueness"), ("plausibility", "atemporal"), ("plausibility", "temporal"),
    }  # fmt: skip


def test_follow_up_may_fail_as_far_as_the_dashboard_calls_it_complete_enough():
    allowed = SHIPPED.quality.checks["headline_window_missed"].allowed_fraction
    assert allowed == pytest.approx(1 - SHIPPED.outcomes.display.complete_enough_fraction)
