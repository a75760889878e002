"""Which names of fields mean which scale: every scale by each of its names, and none by a name that resembles it."""

import pytest

from pipelines.settings import read_settings
from pipelines.sources.redcap.dictionary import Dictionary, Field
from pipelines.sources.redcap.recognition import RecognizedScore, Recognizer

_, DEFINITIONS = read_settings(None)
SCALES = DEFINITIONS.scales
WITH_ITEMS = {name: scale for name, scale in SCALES.items() if scale.items is not None and scale.items.count > 1}


def recognized(*names: str, kind: str = "text", validation: str = "integer", **more: str) -> list[RecognizedScore]:
    fields = [
        Field("record_id", "form", "text"),
        *(Field(n, "form", kind, validation=validation, **more) for n in names),
    ]
    return list(Recognizer(Dictionary("dictionary.csv", {field.name: field for field in fields}), SCALES).scores())


def joined(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


@pytest.mark.parametrize("scale", WITH_ITEMS)
def test_a_scale_is_known_by_its_items(scale):
    items = tuple(f"{joined(scale)}_{n}" for n in range(1, WITH_ITEMS[scale].items.count + 1))
    assert recognized(*items) == [RecognizedScore(scale, "form", items)]
    behind = tuple(f"{item}_v2" for item in items)
    assert recognized(*behind) == [RecognizedScore(scale, "form", behind, behind="_v2")]
    before = tuple(f"v2_{item}" for item in items)
    assert recognized(*before) == [RecognizedScore(scale, "form", before, before="v2_")]


@pytest.mark.parametrize("scale", WITH_ITEMS)
def test_items_and_total_are_one_score(scale):
    items = tuple(f"{joined(scale)}_{n:02d}" for n in range(1, WITH_ITEMS[scale].items.count + 1))
    total = f"{joined(scale)}_total"
    assert recognized(*items, total) == [RecognizedScore(scale, "form", items, total)]


@pytest.mark.parametrize("scale", SCALES)
def test_a_total_alone_is_known_by_the_whole_name(scale):
    total = f"{joined(scale)}_total"
    assert recognized(total) == [RecognizedScore(scale, "form", (), total)]


@pytest.mark.parametrize(
    ("scale", "other"), [(scale.id, other) for scale in SCALES.values() for other in scale.resembling]
)
def test_what_resembles_a_scale_is_not_recognized(scale, other):
    count = WITH_ITEMS[scale].items.count if scale in WITH_ITEMS else 10
    for name in {joined(other), "_".join(other.casefold().replace("-", " ").split())}:
        assert recognized(*(f"{name}_{n}" for n in range(1, count + 1))) == []
        assert recognized(f"{name}_total") == []


@pytest.mark.parametrize(
    "field",
    [
        Field("phq9_total", "form", "notes"),
        Field("phq9_total", "form", "text", is_identifier=True),
        Field("phq9_total", "form", "text", validation="date_ymd"),
        Field("phq9_total", "form", "yesno", choices={"1": "Yes", "0": "No"}),
        Field("phq9_total", "form", "radio", choices={"0": "low", "1": "high"}),
        Field("phq9", "form", "text"),
    ],
    ids=["free text", "an identifier", "a date", "yes or no", "two choices", "text by the name alone"],
)
def test_a_field_that_can_hold_no_total_is_none(field):
    fields = {"record_id": Field("record_id", "form", "text"), field.name: field}
    assert list(Recognizer(Dictionary("dictionary.csv", fields), SCALES).scores()) == []


@pytest.mark.parametrize("scale", [name for name, scale in SCALES.items() if scale.loinc and scale.loinc.total])
def test_a_total_is_known_by_its_loinc_code(scale):
    for code in SCALES[scale].loinc.total:
        assert recognized("x", annotation=f"@CALCTEXT LOINC:{code}") == [RecognizedScore(scale, "form", (), "x")]


def test_a_code_on_two_fields_names_neither():
    assert recognized("x", "y", annotation="44261-6") == []


@pytest.mark.parametrize(
    "names",
    [
        ["phq_total"],
        [f"bpi_{n}" for n in range(1, 8)],
        [f"bpi_{n}" for n in range(1, 5)],
        [f"cadss_{n}" for n in range(1, 29)],
        [f"hamd_{n}" for n in range(1, 22)],
        [f"phq_{n}" for n in range(1, 11)],
        [f"phq9_{n}" for n in range(1, 9)],
        [f"phq{n}" for n in range(1, 16)],
        ["phq_9"],
    ],
    ids=["a total without the number", "BPI of seven", "BPI of four", "28 items of CADSS", "21 items of HAM-D",
         "ten items of a PHQ", "eight items of PHQ-9", "fifteen items of a PHQ", "what may be item 9"],
)  # fmt: skip
def test_what_could_be_something_else_is_not_recognized(names):
    assert recognized(*names) == []


def test_one_question_more_than_the_scale_counts_is_left_aside():
    items = [f"phq9_{n}" for n in range(1, 11)]
    assert recognized(*items) == [RecognizedScore("PHQ-9", "form", tuple(items[:9]))]
