"""Answers stand anywhere in a filled questionnaire: in groups, under answers, in any order; each is found once."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pipelines.definitions import load_definitions
from pipelines.sources.fhir.codes import CodeReader
from pipelines.sources.fhir.files import Placed
from pipelines.sources.fhir.questionnaires import Questionnaires
from pipelines.sources.fhir.responses import ResponseReader, answers_of
from pipelines.sources.fhir.times import Calendar

DEFINITIONS = load_definitions()
CODES = CodeReader(DEFINITIONS)
READER = ResponseReader(DEFINITIONS, CODES, Questionnaires(DEFINITIONS, CODES), Calendar(2000, date(2026, 11, 25)))
PHQ_9 = DEFINITIONS.scales["PHQ-9"].loinc


def leaf(link, value):
    return {"linkId": link, "text": "never read", "answer": [{"valueInteger": value}]}


@st.composite
def trees(draw, leaves):
    """Items in random groups, some of them under the answer to another question."""
    items = list(leaves)
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(items)))
        end = draw(st.integers(start, len(items)))
        inside, holder = items[start:end], {"linkId": f"group {number}"}
        if draw(st.booleans()):
            holder["item"] = inside
        else:
            holder["answer"] = [{"valueBoolean": True, "item": inside}]
        items[start:end] = [holder]
    return items


@st.composite
def filled(draw):
    """Answers to the PHQ-9 and to other questions, and a questionnaire that holds them."""
    answers = draw(st.lists(st.integers(0, 3), min_size=9, max_size=9))
    others = draw(st.lists(st.integers(0, 99), max_size=5))
    leaves = [leaf(f"/{code}", answer) for code, answer in zip(PHQ_9.items, answers, strict=True)]
    leaves += [leaf(f"other {number}", value) for number, value in enumerate(others)]
    return answers, others, draw(trees(draw(st.permutations(leaves))))


@given(filled())
def test_every_answer_is_found_exactly_once(case):
    answers, others, items = case
    found = [(link, value.number) for link, _, values in answers_of({"item": items}) for value in values]
    own = [pair for pair in found if not (pair[0] or "").startswith("group")]
    expected = [(f"/{code}", str(answer)) for code, answer in zip(PHQ_9.items, answers, strict=True)]
    expected += [(f"other {number}", str(value)) for number, value in enumerate(others)]
    assert sorted(own) == sorted(expected)


@given(filled())
def test_the_items_of_the_scale_come_out_in_its_order(case):
    answers, _, items = case
    content = {"resourceType": "QuestionnaireResponse", "subject": {"reference": "Patient/1"}, "item": items}
    (score,) = READER.read(Placed(1, content, {}), 0)
    assert score.scale == "PHQ-9"
    assert score.items == {number: str(answer) for number, answer in enumerate(answers, start=1)}
    assert score.fault is None


@given(filled(), st.integers(0, 8))
def test_without_one_of_its_items_it_is_no_scale(case, missing):
    _, _, items = case

    def without(items):
        kept = [item for item in items if item["linkId"] != f"/{PHQ_9.items[missing]}"]
        for item in kept:
            if "item" in item:
                item["item"] = without(item["item"])
            for answer in item.get("answer", []):
                if "item" in answer:
                    answer["item"] = without(answer["item"])
        return kept

    content = {"resourceType": "QuestionnaireResponse", "item": without(items)}
    (score,) = READER.read(Placed(1, content, {}), 0)
    assert not score.is_tracked
