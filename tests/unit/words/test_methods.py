from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.manifests import SnapshotManifest
from pipelines.words.dissociation import experience_section
from pipelines.words.methods import (
    benchmark_section,
    condition_section,
    course_section,
    import_rule_section,
    interval_section,
    onset_section,
    plausible_section,
    quality_section,
    rule_section,
    snapshot_section,
    window_section,
)
from pipelines.words.nhs_recovery import recovery_section
from pipelines.words.safety import infusion_section
from pipelines.words.scales import scale_entry, scale_section
from pipelines.words.suicidality import suicidality_section

SECTIONS = (
    condition_section,
    scale_section,
    rule_section,
    window_section,
    course_section,
    onset_section,
    recovery_section,
    infusion_section,
    experience_section,
    suicidality_section,
    interval_section,
    benchmark_section,
    plausible_section,
    import_rule_section,
    quality_section,
)


def entry(section, name: str):
    return next(entry for entry in section.entries if entry.id == name)


def facts(entry) -> dict[str, str]:
    return {fact.name: fact.text for fact in entry.facts if fact.name}


@pytest.mark.parametrize("made", SECTIONS)
def test_every_section_says_what_it_is_and_holds_something(definitions, made):
    section = made(definitions)
    assert section.title
    assert section.intro.endswith(".")
    assert section.entries
    ids = [entry.id for entry in section.entries]
    assert len(set(ids)) == len(ids)
    for one in section.entries:
        assert one.title
        assert one.facts
        assert all(fact.text for fact in one.facts)


def test_no_definition_is_left_out(definitions):
    def titles(made):
        return {one.id.partition("-")[2] for one in made(definitions).entries}

    assert titles(condition_section) == set(definitions.conditions)
    assert titles(scale_section) == set(definitions.scales)
    assert titles(rule_section) == set(definitions.outcomes.rules)
    assert titles(window_section) == set(definitions.outcomes.windows)
    assert titles(import_rule_section) == set(definitions.import_rules.rules)
    assert titles(benchmark_section) == {benchmark.id for benchmark in definitions.benchmarks}
    assert titles(quality_section) == set(definitions.quality.checks)


def test_every_threshold_has_its_source_and_the_day_of_its_review(definitions):
    scale = scale_entry(definitions.scales["PHQ-9"], definitions)
    for fact in scale.facts:
        if fact.name in ("Total", "Items", "Bands", "Who counts", "Remission", "Response", "Reliable change"):
            assert "Reviewed 20" in fact.source
    for made in (rule_section, window_section, onset_section, infusion_section, experience_section, interval_section):
        assert all("Reviewed 20" in fact.source for one in made(definitions).entries for fact in one.facts)


def test_a_scale_in_words(definitions):
    scale = scale_entry(definitions.scales["PHQ-9"], definitions)
    assert (scale.title, scale.summary) == ("PHQ-9", "Patient Health Questionnaire-9")
    said = facts(scale)
    assert said["Measures"] == "depressive symptoms; rated by the patient; PHQ-9 asks about two weeks"
    assert said["Total"] == "0 to 27 points, in steps of 1"
    assert said["Items"] == "9 items of 0 to 3; their sum. Every item is required"
    assert said["Bands"] == (
        "none or minimal from 0, mild from 5, moderate from 10, moderately severe from 15, severe from 20, up to 27"
    )
    assert said["Who counts"] == "At least 10 at baseline"
    assert said["Remission"] == "Below 5"
    assert said["Response"] == "50 % reduction"
    assert said["Reliable change"] == "6 points or more, in either direction"


def test_what_was_not_chosen_stands_beside_what_was(definitions):
    scale = scale_entry(definitions.scales["PHQ-9"], definitions)
    names = [fact.name for fact in scale.facts]
    beside = scale.facts[names.index("Remission") + 1]
    assert (beside.name, beside.text) == ("", "Also published: at most 5")
    assert beside.source.startswith("Pfeiffer 2024")


def test_windows(definitions):
    windows = window_section(definitions)
    assert entry(windows, "window-day_1").facts[0].text == (
        "Day 0.5 to 1.5 after the first infusion, target day 1, and before infusion 2."
    )
    headline = entry(windows, "window-endpoint")
    assert headline.facts[0].text == "Day 14 to 31 after the last infusion of induction, target day 21."
    assert headline.summary == "The window of every rate unless another is asked for"


def test_a_published_result_says_whose_it_is_and_by_what(definitions):
    result = entry(benchmark_section(definitions), "benchmark-mcinnes_2022_response")
    assert result.summary == "Depression, response"
    said = facts(result)
    assert said["Result"] == "54 % of those assessed then, n = 537"
    assert said["Judged by"] == "PHQ-9, 50 % reduction, 14 to 31 days after induction"
    assert "178 community clinics" in said["Whose"]
    remission = facts(entry(benchmark_section(definitions), "benchmark-mcinnes_2022_remission"))
    assert remission["Judged by"] == "PHQ-9, remission < 5, 14 to 31 days after induction"
    lasting = facts(entry(benchmark_section(definitions), "benchmark-mcinnes_2022_durability_4_weeks"))
    assert lasting["Judged by"] == "PHQ-9, 50 % reduction, by day 28"


def test_scales_of_every_kind_of_scoring(definitions):
    items = {
        name: facts(scale_entry(definitions.scales[name], definitions))["Items"]
        for name in ("QIDS-SR16", "PEG", "C-SSRS")
    }
    assert items["QIDS-SR16"].startswith(
        "16 items of 0 to 3; the sum over domains of the greatest item: 1, 2, 3, 4; 5;"
    )
    assert "One of items 6 and 7 is enough" in items["QIDS-SR16"]
    assert items["PEG"] == "3 items of 0 to 10; their mean. Every item is required"
    assert items["C-SSRS"] == "5 questions; the highest level answered with yes"
    assert facts(scale_entry(definitions.scales["PEG"], definitions))["Total"] == (
        "0 to 10 points, the mean of its items"
    )
    points = scale_entry(definitions.scales["PROMIS-PI"], definitions)
    assert facts(points)["Response"] == "A fall by the scale's stated points: 5 points or more"
    assert "Also published: 3.5 points or more, in either direction" not in [fact.text for fact in points.facts]
    assert "Also published: 3.5 points or more" in [fact.text for fact in points.facts]


def test_checks_have_their_parameters_filled_in(definitions):
    for one in quality_section(definitions).entries:
        assert one.summary in ("Conformance", "Completeness", "Plausibility")
        assert not [fact for fact in one.facts if "{" in fact.text]


def snapshot(definitions, **changes):
    values = {
        "id": "e3284a6299ef2cca",
        "program": "North clinics",
        "is_synthetic": False,
        "built_at": datetime(2026, 11, 24, 10, tzinfo=UTC),
        "data_through": date(2026, 11, 15),
        "version": "0.1.0",
        "privacy_mode": "limited_data_set",
        "batches": ("49ad7690c5aa11112222",),
        "definitions_hash": definitions.hash,
        "settings_hash": "",
        "files": {},
    }
    manifest = SnapshotManifest.model_validate(values | changes)
    return facts(snapshot_section(manifest, definitions, "2026-11-24 10:00").entries[0])


def test_the_snapshot(definitions):
    said = snapshot(definitions)
    assert said["Snapshot"] == "e3284a6299ef2cca"
    assert said["Data"] == "Clinical data"
    assert said["Data through"] == "2026-11-15"
    assert said["Definitions"] == f"version 2026.1, SHA-256 {definitions.hash}"
    assert said["Imports"] == "1 live: 49ad7690c5aa"


def test_synthetic_data_and_a_missing_date_are_said(definitions):
    said = snapshot(definitions, is_synthetic=True, data_through=None)
    assert said["Data"].startswith("Synthetic demonstration data")
    assert "nothing counts as pending" in said["Data through"]
