"""Which tables and columns of the OMOP common data model 5.4 are read, and what each column is to this source.

Reference: OMOP CDM 5.4 specification. Columns that are not named here are never read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

IDS = frozenset(
    {"person", "concept", "source_concept", "kind", "route", "visit", "event", "operator", "value_concept", "care_site"}
    | {"gender", "year", "month", "day", "ancestor", "descendant"}
)
"""Roles whose cells are whole numbers; some programs write them with a decimal point and zeros."""


@dataclass(frozen=True)
class CdmTable:
    """One table of the model.

    Attributes:
        name: as in the model.
        required, optional: for each role that a column plays here, the column's name.
    """

    name: str
    required: Mapping[str, str]
    optional: Mapping[str, str] = field(default_factory=dict)

    @property
    def roles(self) -> Mapping[str, str]:
        """All columns that are read, by role."""
        return {**self.required, **self.optional}


PERSON = CdmTable(
    "person",
    {"person": "person_id", "gender": "gender_concept_id", "year": "year_of_birth"},
    {
        "month": "month_of_birth",
        "day": "day_of_birth",
        "birth": "birth_datetime",
        "care_site": "care_site_id",
    },
)
DRUGS = CdmTable(
    "drug_exposure",
    {"person": "person_id", "concept": "drug_concept_id", "date": "drug_exposure_start_date"},
    {
        "moment": "drug_exposure_start_datetime",
        "end": "drug_exposure_end_datetime",
        "kind": "drug_type_concept_id",
        "quantity": "quantity",
        "route": "route_concept_id",
        "visit": "visit_occurrence_id",
        "source_text": "drug_source_value",
        "source_concept": "drug_source_concept_id",
        "unit": "dose_unit_source_value",
    },
)
PROCEDURES = CdmTable(
    "procedure_occurrence",
    {"person": "person_id", "concept": "procedure_concept_id", "date": "procedure_date"},
    {
        "moment": "procedure_datetime",
        "end": "procedure_end_datetime",
        "visit": "visit_occurrence_id",
        "source_text": "procedure_source_value",
        "source_concept": "procedure_source_concept_id",
    },
)
MEASUREMENTS = CdmTable(
    "measurement",
    {
        "person": "person_id",
        "concept": "measurement_concept_id",
        "date": "measurement_date",
        "value": "value_as_number",
    },
    {
        "moment": "measurement_datetime",
        "operator": "operator_concept_id",
        "value_concept": "value_as_concept_id",
        "visit": "visit_occurrence_id",
        "event": "measurement_event_id",
        "source_text": "measurement_source_value",
        "source_concept": "measurement_source_concept_id",
        "value_source": "value_source_value",
    },
)
OBSERVATIONS = CdmTable(
    "observation",
    {"person": "person_id", "concept": "observation_concept_id", "date": "observation_date"},
    {
        "moment": "observation_datetime",
        "value": "value_as_number",
        "value_text": "value_as_string",
        "value_concept": "value_as_concept_id",
        "visit": "visit_occurrence_id",
        "event": "observation_event_id",
        "source_text": "observation_source_value",
        "source_concept": "observation_source_concept_id",
        "value_source": "value_source_value",
    },
)
CONDITIONS = CdmTable(
    "condition_occurrence",
    {"person": "person_id", "concept": "condition_concept_id", "date": "condition_start_date"},
    {
        "end": "condition_end_date",
        "source_text": "condition_source_value",
        "source_concept": "condition_source_concept_id",
    },
)
VISITS = CdmTable("visit_occurrence", {"visit": "visit_occurrence_id", "care_site": "care_site_id"})
CARE_SITES = CdmTable("care_site", {"care_site": "care_site_id", "name": "care_site_name"})
CONCEPTS = CdmTable(
    "concept",
    {"concept": "concept_id", "vocabulary": "vocabulary_id", "code": "concept_code"},
    {"name": "concept_name", "domain": "domain_id", "class": "concept_class_id"},
)
ANCESTORS = CdmTable("concept_ancestor", {"ancestor": "ancestor_concept_id", "descendant": "descendant_concept_id"})

INFUSIONS = (DRUGS, PROCEDURES)
SCORES = (MEASUREMENTS, OBSERVATIONS)
TABLES: Mapping[str, CdmTable] = {
    table.name: table for table in (PERSON, *INFUSIONS, *SCORES, CONDITIONS, VISITS, CARE_SITES, CONCEPTS, ANCESTORS)
}
