"""What `outcomes scales` says of a scale: each statement, with its source."""

from datetime import date
from decimal import Decimal

import pytest

from pipelines.definitions import load_definitions
from pipelines.definitions.reliable_change import ReliableChange
from pipelines.words.scale import conditions_of, recall, scale_facts, total_range

DEFINITIONS = load_definitions()
SCALES = DEFINITIONS.scales


def said(scale_id, topic):
    return [fact.text for fact in scale_facts(SCALES[scale_id], DEFINITIONS) if fact.topic.strip() == topic]


def test_the_range_recall_and_conditions_of_the_list():
    assert total_range(SCALES["PHQ-9"]) == "0 to 27"
    recalls = ["PHQ-9", "MADRS", "PAIN-NRS", "PCL-5", "CADSS"]
    assert [recall(SCALES[name]) for name in recalls] == ["2 weeks", "1 week", "1 day", "30 days", "now"]
    assert conditions_of(SCALES["PEG"], DEFINITIONS) == "chronic_pain"
    assert conditions_of(SCALES["PROMIS-PI"], DEFINITIONS) == "chronic_pain (apart, in points)"
    assert conditions_of(SCALES["CADSS"], DEFINITIONS) == "none: what happens during an infusion, never an outcome"


@pytest.mark.parametrize(
    ("scale_id", "words"),
    [
        ("PHQ-9", "9 items of 0 to 3; the total is their sum"),
        (
            "HAM-D-17",
            (
                "17 items: items 1 to 3, 7 to 11 and 15 of 0 to 4 and items 4 to 6, 12 to 14, 16 and 17 of 0 to 2; "
                "the total is their sum"
            ),
        ),
        (
            "QIDS-SR16",
            (
                "16 items of 0 to 3; the total is the sum over 9 domains of the greatest item "
                "(items 1 to 4; 5; 6 to 9; 10; 11; 12; 13; 14; 15 and 16)"
            ),
        ),
        (
            "BDI-II",
            "21 items of 0 to 3; the total is their sum; a letter behind the answer to items 16 and 18 does not count",
        ),
        ("PEG", "3 items of 0 to 10; the total is the mean of those answered"),
        ("C-SSRS", "5 items of 0 to 1; each is 0 (no) or 1 (yes), and the score is the number of the highest yes"),
        ("PROMIS-DEP", "none: the total is what is taken"),
    ],
)
def test_how_items_make_the_total(scale_id, words):
    assert said(scale_id, "items") == [words]


@pytest.mark.parametrize(
    ("scale_id", "words"),
    [
        ("PHQ-9", "every item is required"),
        (
            "BPI-INT",
            "at least 4 of 7 must be answered; with fewer than 7 the score is flagged as prorated",
        ),
        ("QIDS-SR16", "every item is required; of items 6 and 7 one is enough; of items 8 and 9 one is enough"),
        ("C-SSRS", "every item is required; items 3 to 5 may be blank where item 2 is 0"),
    ],
)
def test_what_may_be_missing(scale_id, words):
    assert said(scale_id, "missing items") == [words]


@pytest.mark.parametrize(
    ("scale_id", "words"),
    [
        (
            "PHQ-9",
            "0 to 4 none or minimal, 5 to 9 mild, 10 to 14 moderate, 15 to 19 moderately severe, 20 to 27 severe",
        ),
        ("PAIN-NRS", "0 none, 1 to 3 mild, 4 to 6 moderate, 7 to 10 severe"),
        ("BPI-SEV", "0 to below 5 mild, 5 to below 7 moderate, 7 to 10 severe"),
        ("PCL-5", "none published"),
    ],
)
def test_bands(scale_id, words):
    assert said(scale_id, "severity bands") == [words]


def test_rules_say_where_they_are_the_headline():
    assert said("PAIN-NRS", "response") == [
        "30 % reduction (response_30), the headline rule: Chronic pain",
        "50 % reduction (response_50)",
    ]
    assert said("PROMIS-DEP", "response") == ["a fall of 5 points or more (response_points)"]
    assert said("CADSS", "response") == ["none: it is never judged for response"]


def test_what_else_is_published_follows_what_is_used():
    facts = scale_facts(SCALES["PHQ-9"], DEFINITIONS)
    place = next(place for place, fact in enumerate(facts) if fact.topic == "remission")
    assert (facts[place].text, facts[place + 1].text) == ("< 5", "≤ 5")
    assert facts[place + 1].topic == "  also published"
    assert facts[place + 1].citation == "Pfeiffer 2024, J Clin Psychiatry 85:23m14984"


@pytest.mark.parametrize("scale_id", SCALES)
def test_every_number_of_every_scale_is_said_with_its_source(scale_id):
    scale = SCALES[scale_id]
    facts = scale_facts(scale, DEFINITIONS)
    citations = {fact.citation for fact in facts}
    parts = [
        scale.total,
        scale.items,
        scale.bands,
        scale.entry_cut,
        scale.remission,
        scale.reliable_change,
        scale.loinc,
    ]
    parts += [*scale.response.values(), *scale.important_changes]
    parts += [other for part in parts for other in getattr(part, "alternatives", ())]
    assert {part.citation for part in parts if part is not None} <= citations
    assert facts[-1].text == scale.licence


def test_computed_points_say_what_they_are_made_of():
    change = ReliableChange(
        standard_deviation=Decimal("5.5"), reliability=Decimal("0.89"), citation="A sample", reviewed=date(2026, 11, 28)
    )
    scale = SCALES["PHQ-9"].model_copy(update={"reliable_change": change})
    (fact,) = [fact for fact in scale_facts(scale, DEFINITIONS) if fact.topic.strip() == "reliable change"]
    assert fact.text == (
        "6 points or more: above 5.06, computed as 1.96 × SD × √(2 (1 − r)) with SD 5.5 and reliability 0.89"
    )
