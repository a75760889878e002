"""Observation: the total of a scale, one of its items, or all of it in components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.definitions import Definitions
from pipelines.sources.dated.courses import NOT_TRACKED
from pipelines.sources.dated.records import Fault
from pipelines.sources.fhir.codes import PANEL, CodeReader, Part, codings
from pipelines.sources.fhir.files import Placed
from pipelines.sources.fhir.found import FoundScore
from pipelines.sources.fhir.references import own_reference, patient_of, references_of
from pipelines.sources.fhir.scores import Scorer
from pipelines.sources.fhir.shapes import objects, text_of
from pipelines.sources.fhir.times import Calendar
from pipelines.sources.fhir.values import Value, value_of

LEFT_OUT, NO_VALUE = "left out", "no value"


class ObservationReader:
    """Reads measurements."""

    def __init__(self, definitions: Definitions, codes: CodeReader, calendar: Calendar) -> None:
        self._left_out = frozenset(definitions.clinical_codes.fhir.observation_statuses_left_out)
        self._codes, self._calendar, self._scorer = codes, calendar, Scorer(codes)

    def read(self, placed: Placed, origin: int) -> FoundScore | str | None:
        """What an Observation tells: a score; that it is void or has no value; or None if it is of something else."""
        content = placed.content
        parts = self._codes.parts(content.get("code"))
        if not parts:
            return self._other(placed, origin) if _is_survey(content) else None
        if text_of(content.get("status")) in self._left_out:
            return LEFT_OUT
        found = self._scorer.scores(self._values(content, parts[0]))
        scores = found.get(parts[0][0])
        if scores is None or scores.is_empty:
            return NO_VALUE
        score = self._score(placed, origin, parts[0][0])
        score.total, score.items, score.fault = scores.total, scores.items, scores.fault
        if len(parts) > 1:
            score.fault = Fault("codes_disagree", "scale", "codes of different scores")
        return score

    def _values(self, content: Mapping[str, Any], part: Part) -> list[tuple[Part, Value]]:
        values: list[tuple[Part, Value]] = []
        if part[1] != PANEL and (value := value_of(content)) is not None:
            values.append((part, value))
        for component in objects(content.get("component")):
            if (value := value_of(component)) is not None:
                values += [
                    (inner, value)
                    for inner in self._codes.parts(component.get("code"))
                    if inner[0] == part[0] and inner[1] != PANEL
                ]
        return values

    def _other(self, placed: Placed, origin: int) -> FoundScore | str:
        """A questionnaire's result that no definition names."""
        content = placed.content
        if text_of(content.get("status")) in self._left_out:
            return LEFT_OUT
        if value_of(content) is None:
            return NO_VALUE
        code = next((str(coding.get("code")) for coding in codings(content.get("code"))), "a survey without a code")
        score = self._score(placed, origin, code)
        score.fault, score.is_tracked = NOT_TRACKED, False
        return score

    def _score(self, placed: Placed, origin: int, scale: str) -> FoundScore:
        content = placed.content
        return FoundScore(
            origin,
            placed.number,
            patient_of(content.get("subject"), placed.urls),
            own_reference(content),
            self._calendar.start(content, "effective"),
            scale,
            derived_from=references_of(content.get("derivedFrom") or content.get("related"), placed.urls),
        )


def _is_survey(content: Mapping[str, Any]) -> bool:
    categories = objects(content.get("category"))
    return any(coding.get("code") == "survey" for category in categories for coding in codings(category))
