"""Patient and Condition: what a course needs of the patient. Names, numbers and addresses are never looked into."""

from __future__ import annotations

from collections import Counter
from typing import Any
from zlib import crc32

import orjson

from pipelines.definitions import Definitions
from pipelines.sources.fhir.codes import CodeReader, codings
from pipelines.sources.fhir.files import Placed
from pipelines.sources.fhir.found import FoundCondition, FoundPatient
from pipelines.sources.fhir.references import own_reference, patient_of, reference_of
from pipelines.sources.fhir.shapes import objects, text_of
from pipelines.sources.fhir.times import Calendar, Stamp

IDENTIFYING = ("identifier", "name", "telecom", "address", "photo", "contact", "text", "generalPractitioner")
"""Fields of a Patient that are dropped unread; an identifier is compared within the export, and dropped."""
_TEST_DATA = "HTEST"
"""In the HL7 code system ActReason: test health data."""
_OF_ONE_PERSON = ("replaced-by", "replaces")
_SEXES = {"female": "female", "male": "male", "other": "other", "unknown": "unknown"}


class PatientReader:
    """Reads patients.

    Attributes:
        dropped: how many Patients had each identifying field.
        n_linked: how many were merged with another one, as they say.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self.dropped: Counter[str] = Counter()
        self.n_linked = 0

    def read(self, placed: Placed, origin: int) -> FoundPatient:
        """What a Patient tells."""
        content = placed.content
        self.dropped.update(name for name in IDENTIFYING if content.get(name))
        self.n_linked += any(text_of(link.get("type")) in _OF_ONE_PERSON for link in objects(content.get("link")))
        name, gender = content.get("id"), content.get("gender")
        compared = [content.get(field) for field in ("identifier", "birthDate", "gender", "managingOrganization")]
        return FoundPatient(
            origin,
            placed.number,
            name if isinstance(name, str) and name else None,
            own_reference(content),
            self._calendar.birth(content.get("birthDate")),
            _SEXES.get(gender, "a code that is not in the list") if isinstance(gender, str) else None,
            crc32(orjson.dumps(compared, option=orjson.OPT_SORT_KEYS)),
            reference_of(content.get("managingOrganization"), placed.urls),
            _is_test_data(content),
        )


class ConditionReader:
    """Reads what patients have."""

    def __init__(self, definitions: Definitions, codes: CodeReader, calendar: Calendar) -> None:
        self._left_out = frozenset(definitions.clinical_codes.fhir.condition_verifications_left_out)
        self._codes, self._calendar = codes, calendar

    def is_left_out(self, content: dict[str, Any]) -> bool:
        """Whether it was entered in error, or refuted; STU3 writes the status as a code."""
        status = content.get("verificationStatus")
        stated = [status] if isinstance(status, str) else [coding.get("code") for coding in codings(status)]
        return any(text_of(code) in self._left_out for code in stated)

    def read(self, placed: Placed, origin: int) -> list[FoundCondition]:
        """The conditions that a Condition means; none if no definition knows it."""
        content = placed.content
        key = patient_of(content.get("subject"), placed.urls)
        return [
            FoundCondition(
                origin,
                placed.number,
                key,
                own_reference(content),
                condition,
                _known(self._calendar.start(content, "onset")),
                _known(self._calendar.start(content, "abatement")),
            )
            for condition in self._codes.conditions(content.get("code"))
        ]


def _known(stamp: object) -> Stamp | None:
    return stamp if isinstance(stamp, tuple) else None


def _is_test_data(content: dict[str, Any]) -> bool:
    meta = content.get("meta")
    if not isinstance(meta, dict):
        return False
    return any(coding.get("code") == _TEST_DATA for name in ("security", "tag") for coding in codings(meta.get(name)))
