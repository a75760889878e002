# ruff: noqa: E501 (a table to read across)
"""Every scale's numbers, typed from the literature and not from the files, to be checked by eye.

Each row gives the source in words; the marks of the files hold here too (what was read, what is by citation only).
"""

from dataclasses import dataclass

import pytest

from pipelines.definitions import load_definitions

DEFINITIONS = load_definitions()
SCALES = DEFINITIONS.scales


@dataclass(frozen=True)
class Row:
    """One scale as published: range, how items make the total, bands (first score of each), cuts and rules."""

    id: str
    rater: str
    total: str
    items: str
    bands: str
    entry: str
    response: str
    remission: str
    reliable: str
    recall_days: float
    source: str


NONE = "none"
REGISTRY = [
    Row("PHQ-9", "self", "0 to 27 by 1", "9 of 0 to 3, sum", "0 5 10 15 20", ">= 10", "50 %", "< 5, or <= 5", "6", 14,
        "LOINC 44261-6, LL382-3; McInnes 2022, CMS159 (< 5); Pfeiffer 2024 (<= 5); IAPT manual (10, 6)"),
    Row("GAD-7", "self", "0 to 21 by 1", "7 of 0 to 3, sum", "0 5 10 15", ">= 8", "50 %", "< 5, or < 8", "4, or 5", 14,
        "Spitzer 2006; IAPT manual (8, 4)"),
    Row("MADRS", "clinician", "0 to 60 by 1", "10 of 0 to 6, sum", "0 7 20 35", ">= 20", "50 %", "<= 10, or <= 12, or <= 9",
        NONE, 7, "Snaith 1986; KARMA-Dep 2; Ekstrand 2022 (10), esketamine (12), ketamine trials (9)"),
    Row("HAM-D-17", "clinician", "0 to 52 by 1", "17 of 0 to 4 4 4 2 2 2 4 4 4 4 4 2 2 2 4 2 2, sum", "0 8 17 24",
        ">= 17, or >= 14, or >= 8", "50 %", "<= 7", NONE, 7, "Hamilton 1960; Zimmerman 2013; Frank 1991"),
    Row("QIDS-SR16", "self", "0 to 27 by 1", "16 of 0 to 3, domain_maxima", "0 6 11 16 21", ">= 6", "50 %", "<= 5", NONE, 7,
        "Rush 2003; ids-qids.org; STAR*D"),
    Row("BDI-II", "self", "0 to 63 by 1", "21 of 0 to 3, sum", "0 14 20 29", ">= 14", "50 %", "<= 12, or <= 10, or <= 13",
        NONE, 14, "Manual 1996; Riedel 2010"),
    Row("HAM-A", "clinician", "0 to 56 by 1", "14 of 0 to 4, sum", "0 8 15 24", ">= 18, or >= 14, or >= 20", "50 %",
        "<= 7, or <= 10", NONE, 7, "Hamilton 1959; Matza 2010; Glue 2017"),
    Row("BAI", "self", "0 to 63 by 1", "21 of 0 to 3, sum", "0 8 16 26", ">= 16", "50 %", "<= 7", NONE, 7, "Manual 1993"),
    Row("PAIN-NRS", "self", "0 to 10 by 1", NONE, "0 1 4 7", ">= 4, or >= 5", "30 %, 50 %", NONE, NONE, 1,
        "Dworkin 2008 (IMMPACT); HL7 pain scores; Serlin 1995"),
    Row("PAIN-VAS", "self", "0 to 100 by 1", NONE, "0 5 45 75", ">= 45, or >= 40", "30 %, 50 %", NONE, NONE, 1,
        "Jensen 2003; Dworkin 2008 (IMMPACT)"),
    Row("BPI-SEV", "self", "0 to 10 by 1/4", "4 of 0 to 10, mean", "0 5 7", ">= 4", "30 %, 50 %", NONE, NONE, 1,
        "ePPOC; Serlin 1995"),
    Row("BPI-INT", "self", "0 to 10 by 1/7", "7 of 0 to 10, mean, 3 may be missing", NONE, ">= 4", "30 %, 50 %", NONE, NONE, 1,
        "ePPOC (at least 4 of 7); LOINC 77565-0"),
    Row("PEG", "self", "0 to 10 by 1/3", "3 of 0 to 10, mean", NONE, ">= 4", "30 %, 50 %", NONE, NONE, 7, "Krebs 2009"),
    Row("PROMIS-DEP", "self", "30 to 90 by 0.1", NONE, "30 55 60 65 70", ">= 60, or >= 55", "5 points, or 3.5", "< 55", NONE, 7,
        "Kroenke 2020"),
    Row("PROMIS-ANX", "self", "30 to 90 by 0.1", NONE, "30 55 60 70", ">= 60, or >= 55", "5 points, or 3", "< 55", NONE, 7,
        "HealthMeasures; J Pain 2013"),
    Row("PROMIS-PI", "self", "30 to 90 by 0.1", NONE, "30 55 60 70", ">= 60", "5 points, or 3.5, or 2", "< 55", NONE, 7,
        "HealthMeasures; Amtmann 2016; Chen 2018"),
    Row("Y-BOCS", "clinician", "0 to 40 by 1", "10 of 0 to 4, sum", "0 8 16 24 32", ">= 16", "35 %", "<= 12, or <= 14", NONE, 7,
        "Goodman 1989; Elsner 2020; Farris 2013"),
    Row("PCL-5", "self", "0 to 80 by 1", "20 of 0 to 4, sum", NONE, ">= 33, or >= 31, or >= 32", "30 %",
        "< 31, or < 33, or <= 28", "15, or 18, or 10, or 5", 30,
        "Forkus 2022 (31 to 33); Feder 2021 (30 % on the CAPS-5); Marx 2022 (15, 18, 28)"),
    Row("C-SSRS", "clinician", "0 to 5 by 1", "5 of 0 to 1, highest_level", "0 1 2 3 4 5", ">= 1", NONE, "<= 0, or <= 1", NONE, 30,
        "LOINC LL5434-7; Posner 2011"),
    Row("CADSS", "clinician", "0 to 92 by 1", "23 of 0 to 4, sum", "0 5", NONE, NONE, NONE, NONE, 0,
        "Bremner 1998; above 4 is dissociation: Popova 2019"),
]  # fmt: skip


def of_scale(scale_id, source):
    """The row of a scale as its file has it."""
    scale = SCALES[scale_id]
    return Row(
        id=scale.id,
        rater=scale.rater,
        total=f"{scale.total.minimum} to {scale.total.maximum} by {step(scale)}",
        items=items(scale.items),
        bands=" ".join(str(band.from_score) for band in scale.bands.levels) if scale.bands else NONE,
        entry=cuts(scale.entry_cut),
        response=responses(scale),
        remission=cuts(scale.remission),
        reliable=points(scale.reliable_change),
        recall_days=scale.recall_hours / 24,
        source=source,
    )


def step(scale):
    return scale.total.step or f"1/{scale.items.count}"


def items(rule):
    if rule is None:
        return NONE
    maxima = " ".join(map(str, rule.maxima)) if rule.maxima else rule.maximum
    missing = f", {rule.may_be_missing} may be missing" if rule.may_be_missing else ""
    return f"{rule.count} of {rule.minimum} to {maxima}, {rule.scoring}{missing}"


def cuts(cut):
    return ", or ".join(map(str, (cut, *cut.alternatives))) if cut else NONE


def points(change, unit=""):
    if change is None:
        return NONE
    return ", or ".join([f"{change.points}{unit}", *(str(other.points) for other in change.alternatives)])


def responses(scale):
    words = []
    for rule, offered in scale.response.items():
        per_cent = DEFINITIONS.outcomes.rules[rule].reduction_percent
        words.append(f"{per_cent} %" if per_cent is not None else points(offered, " points"))
    return ", ".join(words) or NONE


@pytest.mark.parametrize("row", REGISTRY, ids=lambda row: row.id)
def test_a_scale_is_as_published(row):
    assert of_scale(row.id, row.source) == row


def test_every_scale_of_the_registry_stands_in_the_table():
    assert [row.id for row in REGISTRY] == list(dict.fromkeys(row.id for row in REGISTRY))
    assert {row.id for row in REGISTRY} == set(SCALES)


def test_conditions_prefer_scales_that_offer_their_headline_rule():
    found = {
        condition.id: (
            condition.headline_response,
            condition.further_responses,
            condition.scales,
            condition.scales_apart,
        )
        for condition in DEFINITIONS.ordered_conditions()
    }
    assert found == {
        "depression": (
            "response_50",
            (),
            ("PHQ-9", "MADRS", "QIDS-SR16", "HAM-D-17", "BDI-II"),
            ("PROMIS-DEP",),
        ),
        "anxiety": ("response_50", (), ("GAD-7", "HAM-A", "BAI"), ("PROMIS-ANX",)),
        "chronic_pain": (
            "response_30",
            ("response_50",),
            ("PAIN-NRS", "PEG", "BPI-SEV", "BPI-INT", "PAIN-VAS"),
            ("PROMIS-PI",),
        ),
        "ocd": ("response_35", (), ("Y-BOCS",), ()),
        "ptsd": ("response_30", (), ("PCL-5",), ()),
    }


def test_t_scores_levels_and_process_scales_are_no_per_cent_outcomes():
    apart = {scale.id: (scale.purpose, scale.metric) for scale in SCALES.values() if scale.id not in OUTCOMES_IN_POINTS}
    assert apart == {
        "PROMIS-DEP": ("outcome", "t_score"),
        "PROMIS-ANX": ("outcome", "t_score"),
        "PROMIS-PI": ("outcome", "t_score"),
        "C-SSRS": ("safety", "level"),
        "CADSS": ("process", "points"),
    }


OUTCOMES_IN_POINTS = {scale for condition in DEFINITIONS.conditions.values() for scale in condition.scales}


def test_the_qids_domains_and_blanks_are_those_of_the_form():
    """Rush 2003: sleep 1 to 4, mood 5, appetite and weight 6 to 9, then one each, psychomotor 15 and 16."""
    rule = SCALES["QIDS-SR16"].items
    assert rule.domains == ((1, 2, 3, 4), (5,), (6, 7, 8, 9), (10,), (11,), (12,), (13,), (14,), (15, 16))
    assert rule.either == ((6, 7), (8, 9))


def test_units_make_every_mean_whole():
    found = {scale.id: scale.units_per_point for scale in SCALES.values() if scale.units_per_point != 1}
    assert found == {"PEG": 3, "BPI-SEV": 4, "BPI-INT": 420}


LOINC = {
    "PHQ-9": ("44249-1", "44261-6"),
    "GAD-7": ("69737-5", "70274-6"),
    "BDI-II": (None, "89209-1"),
    "PAIN-NRS": (None, "72514-3", "38208-5"),
    "PAIN-VAS": (None, "38214-3"),
    "BPI-INT": (None, "77565-0"),
    "PROMIS-DEP": (None, "71965-8", "77861-3"),
    "PROMIS-ANX": (None, "71967-4", "77862-1"),
    "PROMIS-PI": (None, "71961-7", "77865-4", "89924-5"),
    "PCL-5": ("101697-1", "101698-9"),
    "C-SSRS": ("93245-9", "93293-9"),
}
"""Panel and totals that were verified; the other scales have no code."""


def test_only_verified_loinc_codes_stand_in_the_files():
    assert {
        scale.id: (scale.loinc.panel, *scale.loinc.total) for scale in SCALES.values() if scale.loinc is not None
    } == LOINC
    assert SCALES["PHQ-9"].loinc.items == (
        "44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8",
    )  # fmt: skip
    assert SCALES["GAD-7"].loinc.items == (
        "69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7",
    )  # fmt: skip


def test_every_conflict_that_is_known_stands_in_its_file():
    """Sources disagree on these; the other values are shown beside the one that is used."""
    assert {scale.id for scale in SCALES.values() if scale.remission and scale.remission.alternatives} >= {
        "PHQ-9", "MADRS", "BDI-II", "HAM-A", "Y-BOCS", "PCL-5",
    }  # fmt: skip
    assert [other.points for other in SCALES["GAD-7"].reliable_change.alternatives] == [5]
    assert len(SCALES["HAM-D-17"].bands.alternatives) == 1
    madrs = [(str(change.least), str(change.most)) for change in SCALES["MADRS"].important_changes]
    assert madrs == [("3", "6"), ("1.6", "1.9")]
