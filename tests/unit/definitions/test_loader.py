"""Definitions are data under review: every fault of every file is reported at once, and a change shows in the hash."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel

from pipelines.definitions import Definitions, load_definitions
from pipelines.definitions.outcomes import ResponseRule, Window
from pipelines.definitions.scale import Cut, Grid
from pipelines.errors import DefinitionsInvalid

SHIPPED = load_definitions()
CES_D = """\
id = "CES-D"
version = "2026.1"
name = "Center for Epidemiologic Studies Depression Scale"
measures = "depressive symptoms"
rater = "self"
recall_hours = 168
recall_words = "CES-D asks about a week"
licence = "Free; item texts are not shipped."

[total]
minimum = 0
maximum = 60
step = 1
citation = "Radloff 1977"
reviewed = 2026-11-22

[response.response_50]
citation = "half of the baseline"
reviewed = 2026-11-22
"""
DEPRESSION = """\
id = "depression"
label = "Depression"
order = 1
scales = ["CES-D", "PHQ-9"]
headline_response = "response_50"
"""


def own_folder(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def faults_of(folder: Path, files: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(DefinitionsInvalid) as caught:
        load_definitions(own_folder(folder, files))
    return caught.value.faults


def shipped(name: str) -> str:
    return (Path(load_definitions.__code__.co_filename).parent / name).read_text(encoding="utf-8")


# --- a program's own definitions ------------------------------------------------------------------------


def test_the_shipped_conditions_come_in_their_order():
    found = [condition.id for condition in SHIPPED.ordered_conditions()]
    assert found == ["depression", "anxiety", "chronic_pain", "ocd", "ptsd"]


def test_an_own_folder_adds_and_replaces_by_id(tmp_path):
    own = load_definitions(own_folder(tmp_path, {"scales/CES-D.toml": CES_D, "conditions/depression.toml": DEPRESSION}))
    assert set(own.scales) == {*SHIPPED.scales, "CES-D"}
    assert own.conditions["depression"].scales == ("CES-D", "PHQ-9")
    assert own.conditions["anxiety"] == SHIPPED.conditions["anxiety"]
    assert own.scales["PHQ-9"] == SHIPPED.scales["PHQ-9"]


def test_an_own_scale_of_a_shipped_id_takes_its_place(tmp_path):
    text = shipped("scales/PHQ-9.toml").replace("value = 10", "value = 15")
    own = load_definitions(own_folder(tmp_path, {"scales/PHQ-9.toml": text}))
    assert str(own.scales["PHQ-9"].entry_cut) == ">= 15"
    assert set(own.scales) == set(SHIPPED.scales)


def test_an_empty_own_folder_changes_nothing(tmp_path):
    assert load_definitions(tmp_path).hash == SHIPPED.hash


def test_an_own_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(DefinitionsInvalid, match="does not exist") as caught:
        load_definitions(tmp_path / "absent")
    assert str(tmp_path / "absent") in str(caught.value)


# --- faults ---------------------------------------------------------------------------------------------


def test_every_fault_of_every_file_is_reported_at_once(tmp_path):
    faults = faults_of(
        tmp_path,
        {
            "scales/CES-D.toml": CES_D.replace("maximum = 60", "maximum = -1").replace(
                'rater = "self"', 'rater = "me"'
            ),
            "scales/HAM-D.toml": 'id = "HAM-D\n',
            "conditions/depression.toml": DEPRESSION.replace("order = 1", "order = 1\ncolour = 2"),
            "conditions/ocd.toml": 'id = "OCD"\nlabel = "OCD"\n',
        },
    )
    assert [fault.split(": ")[:2] for fault in faults] == [
        ["scales/CES-D.toml", "rater"],
        ["scales/CES-D.toml", "total"],
        ["scales/HAM-D.toml", "not valid TOML"],
        ["conditions/depression.toml", "colour"],
        ["conditions/ocd.toml", "id"],
        ["conditions/ocd.toml", "id"],
        ["conditions/ocd.toml", "order"],
        ["conditions/ocd.toml", "scales"],
        ["conditions/ocd.toml", "headline_response"],
    ]


def test_the_message_counts_the_faults_and_gives_each_a_line(tmp_path):
    files = {"scales/CES-D.toml": CES_D.replace("step = 1", "step = 0"), "conditions/a.toml": "x"}
    with pytest.raises(DefinitionsInvalid) as caught:
        load_definitions(own_folder(tmp_path, files))
    head, *lines = str(caught.value).splitlines()
    assert head == f"{len(lines)} faults in the definition files; mend them and run again:"
    assert all(line.startswith("  ") for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("recall_hours = 168", "recall_hours = 168\nrecall = 1", "scales/CES-D.toml: recall: no such key"),
        ('version = "2026.1"\n', "", "scales/CES-D.toml: version: is missing"),
        ('citation = "Radloff 1977"\n', "", "scales/CES-D.toml: total.citation: is missing"),
        ("step = 1", "step = 7", "scales/CES-D.toml: total: step must divide the range from minimum to maximum"),
        ("maximum = 60", "maximum = 0", "scales/CES-D.toml: total: maximum must be above minimum"),
        ('id = "CES-D"', 'id = "CESD"', "scales/CES-D.toml: id: must be the file's name, 'CES-D'"),
        (
            "response.response_50",
            "response.response_45",
            "scales/CES-D.toml: response.response_45: no such rule in outcomes.toml",
        ),
    ],
)
def test_a_fault_names_file_and_key(tmp_path, old, new, fault):
    assert old in CES_D
    assert faults_of(tmp_path, {"scales/CES-D.toml": CES_D.replace(old, new, 1)}) == (fault,)


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ('"CES-D", ', '"CES-3", ', ("scales: no scale 'CES-3' is defined",)),
        ("response_50", "response_60", ("headline_response: no rule 'response_60' in outcomes.toml",)),
        (
            "response_50",
            "response_30",
            (
                "scales: 'CES-D' does not offer the headline rule 'response_30'",
                "scales: 'PHQ-9' does not offer the headline rule 'response_30'",
            ),
        ),
        (
            'scales = ["CES-D", "PHQ-9"]',
            'scales = ["PHQ-9"]\nscales_apart = ["CES-D", "CES-3"]',
            (
                "scales_apart: no scale 'CES-3' is defined",
                "scales_apart: 'CES-D' offers the headline rule, so it belongs to scales",
            ),
        ),
        (
            "order = 1",
            'order = 1\nfurther_responses = ["response_20"]',
            ("further_responses: no rule 'response_20' in outcomes.toml",),
        ),
    ],
)
def test_what_files_say_of_each_other_must_hold(tmp_path, old, new, faults):
    files = {"scales/CES-D.toml": CES_D, "conditions/depression.toml": DEPRESSION.replace(old, new)}
    assert faults_of(tmp_path, files) == tuple(f"conditions/depression.toml: {fault}" for fault in faults)


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        (
            "PROMIS-DEP",
            "points = 5\n",
            "",
            "response.response_points.points: is missing, and the rule is in the scale's points",
        ),
        (
            "PHQ-9",
            "[response.response_50]",
            "[response.response_50]\npoints = 5",
            "response.response_50.points: no such key for a rule that is in per cent",
        ),
        (
            "PROMIS-DEP",
            "[response.response_points]",
            "[response.response_30]\ncitation = 'x'\nreviewed = 2026-01-01\n[response.response_points]",
            "response.response_30: per cents need a scale with a true zero, and the metric is 't_score'",
        ),
        (
            "CADSS",
            "[bands]",
            "[response.response_50]\ncitation = 'x'\nreviewed = 2026-01-01\n[bands]",
            "response: a process scale offers no response rule",
        ),
        (
            "PEG",
            "units_per_point = 3",
            "units_per_point = 2",
            "units_per_point must be divisible by 3, the items that may be answered",
        ),
        (
            "PEG",
            'maximum = 10\ncitation = "Krebs',
            'maximum = 10\nstep = 1\ncitation = "Krebs',
            "total.step must be absent: the mean of the items sets it",
        ),
        ("PHQ-9", "step = 1\n", "", "total.step is missing; only a mean of items has none"),
        ("PHQ-9", "maximum = 27", "maximum = 30", "total: its items give 0 to 27"),
        ("PHQ-9", '"44250-9", ', "", "loinc.items must be one code for each item, in their order"),
        ("PHQ-9", "44250-9", "44205-9", "loinc: not a LOINC code, its check digit is wrong: 44205-9"),
        ("PHQ-9", "from = 15", "from = 9", "bands: each band must start above the one before it"),
        ("PHQ-9", "from = 0 }", "from = 1 }", "bands must begin at total.minimum and stay within the range"),
        ("QIDS-SR16", "[15, 16]]", "[15]]", "items: domains: each item must be in one domain"),
        ("QIDS-SR16", "[8, 9]]", "[8, 17]]", "items: there are 16 items, but item 17 is named"),
        ("QIDS-SR16", "[8, 9]]", "[7, 9]]", "items: either, skipped: each item may be named once"),
        (
            "QIDS-SR16",
            "either",
            "may_be_missing = 1\neither",
            "items: may_be_missing must be 0: a greatest value cannot be scaled up",
        ),
        ("BPI-INT", "may_be_missing = 3", "may_be_missing = 7", "items: may_be_missing must leave an item to answer"),
        ("C-SSRS", "maximum = 1\n", "maximum = 2\n", "items: highest_level needs items that are 0 (no) or 1 (yes)"),
        ("HAM-D-17", "maxima = [4, ", "maxima = [", "items: maxima: 17 items, but 16 maxima"),
        ("PHQ-9", "maximum = 3\n", "", "items: give either maximum, or maxima with one for each item"),
    ],
)
def test_a_scale_that_does_not_hold_together_is_a_fault(tmp_path, name, old, new, fault):
    text = shipped(f"scales/{name}.toml")
    assert old in text
    found = faults_of(tmp_path, {f"scales/{name}.toml": text.replace(old, new, 1)})
    assert found == (f"scales/{name}.toml: {fault}",)


def test_one_window_is_the_headline(tmp_path):
    text = shipped("outcomes.toml")
    none = faults_of(tmp_path, {"outcomes.toml": text.replace("headline = true\n", "")})
    both = faults_of(tmp_path, {"outcomes.toml": text.replace("from = 5\n", "from = 5\nheadline = true\n")})
    assert none == ("outcomes.toml: windows: exactly one must have headline = true, found 0",)
    assert both == ("outcomes.toml: windows: exactly one must have headline = true, found 2",)
    assert SHIPPED.outcomes.headline_window == "endpoint"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("from = 35 },", "from = 40 },", "change_bands: none starts at 35, where rules.response_35 is met"),
        (
            "from = 35 },",
            "from = 60 },",
            "change_bands: levels: each must start below the one before it, and the last, the rises, have no start",
        ),
        (
            'label = "rose" },',
            'label = "rose", from = 0 },',
            "change_bands: levels: each must start below the one before it, and the last, the rises, have no start",
        ),
        (
            '30 %", from = 0 },',
            '30 %", from = 1 },',
            "change_bands: levels: the last but one must start at 0, so that the last holds the rises",
        ),
    ],
)
def test_bands_of_change_go_down_and_begin_where_rules_are_met(tmp_path, old, new, fault):
    text = shipped("outcomes.toml")
    assert text.count(old) == 1
    assert faults_of(tmp_path, {"outcomes.toml": text.replace(old, new)}) == (f"outcomes.toml: {fault}",)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            '"5 to 19", from = 5 }',
            '"5 to 19", from = 30 }',
            "score_bands: levels: the first must start at 0, and each above the one before it",
        ),
        (
            '"0 to 4", from = 0 }',
            '"0 to 4", from = 1 }',
            "score_bands: levels: the first must start at 0, and each above the one before it",
        ),
        ('"5 to 19", from', '"0 to 4", from', "score_bands: levels: each needs a label of its own"),
        (
            'day 7"\ncondition = "depression"',
            'day 7"\ncondition = "gout"',
            "published_correlations: Luckenbaugh 2014, day 7: no condition 'gout' is defined",
        ),
    ],
)
def test_bands_of_dissociation_go_up_and_published_correlations_name_conditions(tmp_path, old, new, fault):
    text = shipped("outcomes.toml")
    assert text.count(old) == 1
    assert faults_of(tmp_path, {"outcomes.toml": text.replace(old, new)}) == (f"outcomes.toml: dissociation.{fault}",)


def test_a_windows_target_lies_inside_it(tmp_path):
    text = shipped("outcomes.toml").replace("target = 42", "target = 53")
    assert faults_of(tmp_path, {"outcomes.toml": text}) == (
        "outcomes.toml: windows.from_start: needs from <= target <= to",
    )


def test_a_file_that_is_not_text_is_a_fault_like_any_other(tmp_path):
    (tmp_path / "scales").mkdir()
    (tmp_path / "scales" / "CES-D.toml").write_bytes(CES_D.replace("Radloff", "R\u00e4dloff").encode("latin-1"))
    with pytest.raises(DefinitionsInvalid, match=r"scales/CES-D\.toml: not valid TOML"):
        load_definitions(tmp_path)


# --- the hash -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("scales/PHQ-9.toml", "value = 10", "value = 11"),
        ("scales/PHQ-9.toml", "value = 5\ncitation", "value = 4\ncitation"),
        ("scales/PAIN-NRS.toml", "maximum = 10", "maximum = 100"),
        ("conditions/chronic_pain.toml", "response_30", "response_50"),
        ("outcomes.toml", "to = 31", "to = 30"),
        ("outcomes.toml", "reduction_percent = 30", "reduction_percent = 50"),
        ("outcomes.toml", "horizon_days = 56", "horizon_days = 55"),
        ("columns.toml", "latest_day = 3650", "latest_day = 3649"),
        ("import_rules.toml", "Correct it at the source; nothing is clipped.", "Correct it."),
    ],
)
def test_the_hash_changes_with_every_threshold(tmp_path, name, old, new):
    text = shipped(name)
    assert old in text
    assert load_definitions(own_folder(tmp_path, {name: text.replace(old, new, 1)})).hash != SHIPPED.hash


def test_a_comment_does_not_change_the_hash(tmp_path):
    text = f"# seen by the review board\n{shipped('scales/PHQ-9.toml')}"
    assert load_definitions(own_folder(tmp_path, {"scales/PHQ-9.toml": text})).hash == SHIPPED.hash


def test_the_import_hash_knows_ranges_but_not_outcome_rules(tmp_path):
    wider = shipped("scales/PAIN-NRS.toml").replace("maximum = 10", "maximum = 100")
    later = shipped("outcomes.toml").replace("to = 31", "to = 30")
    assert (
        load_definitions(own_folder(tmp_path / "a", {"scales/PAIN-NRS.toml": wider})).import_hash != SHIPPED.import_hash
    )
    assert load_definitions(own_folder(tmp_path / "b", {"outcomes.toml": later})).import_hash == SHIPPED.import_hash


def test_a_round_trip_through_json_keeps_the_hash():
    text = SHIPPED.model_dump_json()
    again = Definitions.model_validate_json(text)
    assert again == SHIPPED
    assert again.hash == SHIPPED.hash
    assert again.import_hash == SHIPPED.import_hash
    assert again.model_dump_json() == text


# --- the shipped files ----------------------------------------------------------------------------------


def parts(model: BaseModel, where: str) -> Iterator[tuple[str, BaseModel]]:
    """A model and all models in it, with their place."""
    yield where, model
    for name in type(model).model_fields:
        value = getattr(model, name)
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else []
        for key, item in [(None, value), *inner]:
            if isinstance(item, BaseModel):
                yield from parts(item, f"{where}.{name}" + (f".{key}" if key is not None else ""))


def test_every_threshold_has_a_citation_and_a_day_of_review():
    found = dict(parts(SHIPPED, "definitions"))
    thresholds = [where for where, part in found.items() if isinstance(part, Cut | Grid | ResponseRule | Window)]
    assert len(thresholds) >= 3 + 3 + 2 + 2 + 5
    for where, part in found.items():
        if hasattr(part, "citation"):
            assert len(part.citation) >= 10, where
            if hasattr(part, "reviewed"):
                assert date(2026, 1, 1) <= part.reviewed <= date(2027, 12, 31), where
        else:
            numbers = [
                name
                for name in type(part).model_fields
                if name
                not in (
                    "order",
                    "recall_hours",
                    "units_per_point",
                    "from_score",
                    "when_item",
                    "answered",
                    "from_percent",
                    "earliest_day",
                    "latest_day",
                    "minimum",
                    "maximum",
                )
                and isinstance(getattr(part, name), int | float)
                and not isinstance(getattr(part, name), bool)
            ]
            assert not numbers, f"{where}: {numbers} without a citation"


def test_the_rules_of_the_contract_are_the_shipped_numbers():
    """Read beside the data contract: windows in days, look-backs, induction, horizon, cuts."""
    outcomes = SHIPPED.outcomes
    windows = {
        name: (float(window.from_day), float(window.to_day), float(window.target_day), window.anchor)
        for name, window in outcomes.windows.items()
    }
    assert windows == {
        "day_1": (0.5, 1.5, 1, "first_infusion"),
        "day_7": (5, 10, 7, "first_infusion"),
        "end_of_induction": (0, 7, 3, "last_induction_infusion"),
        "endpoint": (14, 31, 21, "last_induction_infusion"),
        "from_start": (32, 52, 42, "first_infusion"),
    }
    assert outcomes.windows["day_1"].before_infusion == 2
    assert (outcomes.baseline.look_back_days, outcomes.baseline.flagged_look_back_days) == (14, 30)
    assert (outcomes.induction.first_days, outcomes.induction.infusions_at_most) == (28, 8)
    assert outcomes.onset.horizon_days == 56
    assert {name: rule.reduction_percent for name, rule in outcomes.rules.items()} == {
        "response_50": 50,
        "response_30": 30,
        "response_35": 35,
        "response_points": None,
    }


def test_the_onset_grid_is_that_of_the_contract():
    grid = SHIPPED.outcomes.onset.grid_minutes()
    hours = [60 * hour for hour in (1, 2, 4, 8, 12, 24)]
    days = [1440 * day for day in range(2, 57)]
    weeks = [1440 * 7 * week for week in range(9, 53)]
    assert list(grid) == [0, *hours, *days, *weeks]


# --- reliable change, published or computed ------------------------------------------------------------


RELIABLE = '\n[reliable_change]\n{}\ncitation = "An invented sample"\nreviewed = 2026-11-28\n'


@pytest.mark.parametrize(
    ("keys", "least"),
    [
        ("points = 7", 7),
        ("standard_deviation = 5.5\nreliability = 0.89", 6),
        ("standard_deviation = 25\nreliability = 0.5", 50),
    ],
)
def test_a_reliable_change_is_published_or_computed(tmp_path, keys, least):
    """Above 5.06, and above 49 exactly, so that 49 is not enough."""
    files = {"scales/CES-D.toml": CES_D + RELIABLE.format(keys)}
    scale = load_definitions(own_folder(tmp_path, files)).scales["CES-D"]
    assert scale.reliable_units == scale.reliable_points == least


def test_a_reliable_change_of_a_mean_is_a_whole_number_of_its_units(tmp_path):
    """1.96 * 1 * sqrt(2 * 1/2) = 1.96 points is 5.88 thirds, so 6 of them, or 2 points."""
    text = shipped("scales/PEG.toml") + RELIABLE.format("standard_deviation = 1\nreliability = 0.5")
    peg = load_definitions(own_folder(tmp_path / "a", {"scales/PEG.toml": text})).scales["PEG"]
    assert (peg.reliable_units, peg.reliable_points) == (6, 2)
    smaller = text.replace("standard_deviation = 1\n", "standard_deviation = 0.8\n")
    peg = load_definitions(own_folder(tmp_path / "b", {"scales/PEG.toml": smaller})).scales["PEG"]
    assert (peg.reliable_units, str(peg.reliable_points)) == (5, "1.67")


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ("points = 7\nstandard_deviation = 5\nreliability = 0.9", "give either points, or"),
        ("standard_deviation = 5", "belong together"),
        ("points = 7\nreliability = 0.9", "belong together"),
        ("", "give either points, or"),
        ("standard_deviation = 5\nreliability = 1", "less than 1"),
    ],
)
def test_a_reliable_change_is_given_once(tmp_path, keys, fault):
    (found,) = faults_of(tmp_path, {"scales/CES-D.toml": CES_D + RELIABLE.format(keys)})
    assert "scales/CES-D.toml: reliable_change" in found
    assert fault in found


# --- recovery and ideation name scales that are there ---------------------------------------------------


def test_a_measure_of_recovery_holds_a_reliable_change(tmp_path):
    text = shipped("scales/PHQ-9.toml")
    kept = text[: text.index("[reliable_change]")] + text[text.index("[[important_changes]]") :]
    (fault,) = faults_of(tmp_path, {"scales/PHQ-9.toml": kept})
    assert fault == (
        "outcomes.toml: nhs_recovery.measures: 'PHQ-9' holds no reliable change, and recovery is judged by it"
    )


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('conditions = ["depression", "anxiety"]', 'conditions = ["grief"]', "no condition 'grief' is defined"),
        ('scale = "GAD-7"\ncaseness = 8', 'scale = "GAD-8"\ncaseness = 8', "no scale 'GAD-8' is defined"),
        ('scale = "GAD-7"\ncaseness = 8', 'scale = "PHQ-9"\ncaseness = 8', "each scale may stand once"),
        ("item = 9", "item = 10", "'PHQ-9' has no item 10"),
        ('id = "C-SSRS"\nscale = "C-SSRS"', 'id = "PHQ-9 item 9"\nscale = "C-SSRS"', "each id may stand once"),
        ('source = "PHQ-9 item 9"', 'source = "PHQ-9"', "no source 'PHQ-9'"),
    ],
)
def test_recovery_and_ideation_agree_with_the_other_files(tmp_path, before, after, fault):
    text = shipped("outcomes.toml")
    assert before in text
    found = faults_of(tmp_path, {"outcomes.toml": text.replace(before, after)})
    assert all(line.startswith("outcomes.toml: ") for line in found)
    assert fault in found[0]
