"""What a resource tells, before the other resources about its patient are known; held packed, in memory only."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.privacy.relative_time import Birth
from pipelines.sources.dated.records import Fault
from pipelines.sources.dated.times import UnreadTime
from pipelines.sources.fhir.times import Stamp


@dataclass(slots=True)
class Found:
    """One resource about a patient.

    Attributes:
        origin: the place in the list of origins: file and type.
        line: the line or entry in the file.
        key: whose it is; None where the resource does not say so that it can be followed.
        reference: the resource's own type and id, as others refer to it; None without an id.
    """

    origin: int
    line: int
    key: str | None
    reference: str | None


@dataclass(slots=True)
class FoundPatient(Found):
    """A Patient.

    Attributes:
        birth: the date of birth, as far as it is known.
        identity: a digest of what makes two Patients of one id the same or not.
        organization: the reference of the managing organization.
    """

    birth: Birth | UnreadTime | None
    sex: str | None
    identity: int
    organization: str | None
    is_synthetic: bool


@dataclass(slots=True)
class FoundCondition(Found):
    """A Condition that a definition knows.

    Attributes:
        began, ended: as far as they are known by day.
    """

    condition: str
    began: Stamp | None
    ended: Stamp | None


@dataclass(slots=True)
class FoundInfusion(Found):
    """A MedicationAdministration or Procedure that is an infusion, or may be one.

    Attributes:
        kind: which of the two it is.
        status: as the resource states it.
        medications: references of drugs, where the resource does not name what it gave itself.
        cells: canonical columns as text.
        reasons: conditions that its reason codes name.
        reason_references: references of the Conditions that it was given for.
        encounter, organization: where it was given: references.
        part_of: references of what it is a part of.
    """

    kind: str
    stamp: Stamp | UnreadTime | None
    status: str
    cells: dict[str, str | None]
    medications: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    reason_references: tuple[str, ...] = ()
    encounter: str | None = None
    organization: str | None = None
    part_of: tuple[str, ...] = ()


@dataclass(slots=True)
class FoundScore(Found):
    """A score, one item of it, or another questionnaire.

    Attributes:
        items: answers by number.
        derived_from: references of the responses that it was made of.
        is_response: whether it is a filled questionnaire, and not a measurement.
    """

    stamp: Stamp | UnreadTime | None
    scale: str
    total: str | None = None
    items: dict[int, str] = field(default_factory=dict)
    rater: str | None = None
    fault: Fault | None = None
    derived_from: tuple[str, ...] = ()
    is_response: bool = False
    is_tracked: bool = True


@dataclass(slots=True)
class FoundResponse(Found):
    """A filled questionnaire whose Questionnaire was not known yet.

    Attributes:
        address: the Questionnaire's.
        answers: as `responses.answers_of` reads them, packed.
    """

    stamp: Stamp | UnreadTime | None
    rater: str | None
    has_rating_author: bool
    address: str
    answers: bytes
