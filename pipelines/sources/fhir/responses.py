"""QuestionnaireResponse: the answers of a filled questionnaire, whatever its groups, as scores of the scales in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from pipelines.definitions import Definitions
from pipelines.sources.dated.courses import NOT_TRACKED
from pipelines.sources.fhir.codes import PANEL, CodeReader, Part
from pipelines.sources.fhir.files import Placed
from pipelines.sources.fhir.found import FoundResponse, FoundScore
from pipelines.sources.fhir.questionnaires import Form, Questionnaires
from pipelines.sources.fhir.references import contained_in, own_reference, patient_of, reference_of
from pipelines.sources.fhir.scores import Scorer
from pipelines.sources.fhir.shapes import objects, text_of
from pipelines.sources.fhir.times import Calendar
from pipelines.sources.fhir.values import Value, value_of

NAMELESS = "a questionnaire without an address"
Answers = list[tuple[str | None, str | None, list[Value]]]
"""For each item its linkId, its definition, and the values of its answers."""

_CLINICIANS = ("Practitioner/", "PractitionerRole/")


class ResponseReader:
    """Reads filled questionnaires; those of a Questionnaire that is not known yet are kept until all are."""

    def __init__(
        self, definitions: Definitions, codes: CodeReader, questionnaires: Questionnaires, calendar: Calendar
    ) -> None:
        self._scales = definitions.scales
        self._questionnaires, self._calendar = questionnaires, calendar
        self._scorer = Scorer(codes)

    def read(self, placed: Placed, origin: int) -> Iterator[FoundScore | FoundResponse]:
        """What a QuestionnaireResponse tells: a score for each scale in it, or that it is another questionnaire."""
        content = placed.content
        rater, has_rating_author = self._rater(placed)
        address = _address(placed)
        inside = contained_in(content, address)
        form = self._questionnaires.read(inside) if inside is not None else self._questionnaires.known(address)
        found = FoundResponse(
            origin,
            placed.number,
            patient_of(content.get("subject"), placed.urls),
            own_reference(content),
            self._calendar.stamp(content.get("authored")),
            rater,
            has_rating_author,
            address if address is not None and not address.startswith("#") else NAMELESS,
            b"",
        )
        answers = answers_of(content)
        if form is None and inside is None and address is not None:
            plain = [(link, definition, [tuple(value) for value in values]) for link, definition, values in answers]
            found.answers = orjson.dumps(plain)
            yield found
        else:
            yield from self._scores(found, answers, form)

    def resolve(self, found: FoundResponse) -> Iterator[FoundScore]:
        """The scores of a response that was kept, now that every Questionnaire of the export is known."""
        packed = orjson.loads(found.answers)
        answers = [(link, definition, [Value(*value) for value in values]) for link, definition, values in packed]
        yield from self._scores(found, answers, self._questionnaires.known(found.address))

    def _scores(self, found: FoundResponse, answers: Answers, form: Form | None) -> Iterator[FoundScore]:
        if form is None:
            form = self._questionnaires.from_answers(
                {"linkId": link, "definition": definition} for link, definition, _ in answers
            )
        if not form.parts:
            yield self._score(found, found.address, is_tracked=False)
            return
        parts: list[tuple[Part, Value]] = []
        for link, _, values in answers:
            part = form.parts.get(link) if link is not None else None
            if part is not None and part[1] != PANEL:
                parts += [(part, value) for value in values]
        for scale, scores in self._scorer.scores(parts, form).items():
            if not scores.is_empty:
                score = self._score(found, scale, is_tracked=True)
                score.total, score.items, score.fault = scores.total, scores.items, scores.fault
                yield score

    def _score(self, found: FoundResponse, scale: str, *, is_tracked: bool) -> FoundScore:
        rater = found.rater
        known = self._scales.get(scale)
        if known is not None and known.rater == "clinician" and rater == "self" and found.has_rating_author:
            rater = None  # the patient answered, and the clinician who wrote it down rated
        if known is not None and rater == known.rater:
            rater = None  # the scale's own, as of a measurement, which does not say who rated
        return FoundScore(
            found.origin,
            found.line,
            found.key,
            found.reference,
            found.stamp,
            scale,
            rater=rater,
            fault=None if is_tracked else NOT_TRACKED,
            is_response=True,
            is_tracked=is_tracked,
        )

    def _rater(self, placed: Placed) -> tuple[str | None, bool]:
        """Who answered, and whether a clinician wrote it down."""
        source = reference_of(placed.content.get("source"), placed.urls) or ""
        author = reference_of(placed.content.get("author"), placed.urls) or ""
        if source.startswith("Patient/"):
            rater: str | None = "self"
        elif source.startswith(_CLINICIANS):
            rater = "clinician"
        else:
            rater = "a related person" if source.startswith("RelatedPerson/") else None
        return rater, author.startswith(_CLINICIANS)


def answers_of(content: Mapping[str, Any]) -> Answers:
    """The answered items of a response, those in groups and under answers too, each once."""
    found: Answers = []
    _gather(content.get("item"), found)
    return found


def _gather(items: object, found: Answers) -> None:
    for item in objects(items):
        answers = objects(item.get("answer"))
        values = [value for answer in answers if (value := value_of(answer)) is not None]
        found.append((text_of(item.get("linkId")), text_of(item.get("definition")), values))
        _gather(item.get("item"), found)
        for answer in answers:
            _gather(answer.get("item"), found)


def _address(placed: Placed) -> str | None:
    """The address of the Questionnaire: a canonical URL, or in STU3 a Reference."""
    value = placed.content.get("questionnaire")
    if isinstance(value, dict):
        value = reference_of(value, placed.urls) or value.get("reference")
    return text_of(value)
