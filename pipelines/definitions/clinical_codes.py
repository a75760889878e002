"""The shape of clinical_codes.toml: which codes of exports mean an infusion, a condition, a route or a score.

What comes as codes (FHIR) and what comes as concepts of the OMOP vocabulary is listed together, entry by entry, each
with its source. LOINC codes of scales stand in the scales' own files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import Field, model_validator

from pipelines.definitions.bases import Cited, Identifier, Words

Number = Annotated[int, Field(gt=0)]
Meaning = TypeVar("Meaning")


class CodeSystem(Cited):
    """A terminology.

    Attributes:
        uris: how FHIR names it.
        vocabularies: how the OMOP vocabulary does (`vocabulary_id`).
        matched: whether a code must be equal to a listed one, or may go on after it (F32 stands for F32.1).
    """

    uris: tuple[Words, ...] = Field(min_length=1)
    vocabularies: tuple[Words, ...] = ()
    matched: Literal["whole", "beginning"]


class Coded(Cited):
    """Codes that mean one thing.

    Attributes:
        codes: by the id of their code system.
        concepts: `concept_id` of the OMOP vocabulary.
    """

    label: Words
    codes: Mapping[Identifier, tuple[Words, ...]] = Field(default_factory=dict)
    concepts: tuple[Number, ...] = ()

    @model_validator(mode="after")
    def _has_codes(self) -> Coded:
        if not any(self.codes.values()) and not self.concepts:
            raise ValueError("needs codes or concepts")
        return self


class CodedCondition(Coded):
    """Codes that mean one of the conditions."""

    condition: Identifier


class CodedRoute(Coded):
    """Codes that mean one of the routes of columns.toml."""

    route: Identifier


class CodedScore(Coded):
    """Codes that mean the total of a scale, or one of its items by number."""

    scale: Identifier
    part: Literal["total"] | Number


class CodedQuestionnaire(Cited):
    """A questionnaire of a scale whose items have no codes.

    Attributes:
        urls: its canonical URLs, without a version.
        items: the linkId of each item, in the scale's order.
        total: the linkId of the total, if it has one.
        answers: what coded answers stand for; where empty, the answers' own weights count.
    """

    label: Words
    scale: Identifier
    urls: tuple[Words, ...] = Field(min_length=1)
    items: tuple[Words, ...] = ()
    total: Words | None = None
    answers: Mapping[Words, Decimal] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_items_or_total(self) -> CodedQuestionnaire:
        if not self.items and self.total is None:
            raise ValueError("needs items or a total")
        if len({*self.items, self.total}) <= len(self.items):
            raise ValueError("items, total: each linkId may stand once")
        return self


class FhirRules(Cited):
    """What counts in FHIR exports, by status.

    Attributes:
        largest_bundle_megabytes: a larger bundle is refused; bulk exports may be of any size.
        infusion_statuses: of MedicationAdministration and Procedure; all others are no infusions.
        stopped_early_statuses: what a status says of `stopped_early`; others say nothing.
        same_infusion_minutes: a MedicationAdministration and a Procedure that began so near to each other are one.
        observation_statuses_left_out: of Observation; all others are scores.
        response_statuses: of QuestionnaireResponse; all others are not finished, or void.
        condition_verifications_left_out: of Condition.
    """

    largest_bundle_megabytes: Number
    infusion_statuses: tuple[Words, ...] = Field(min_length=1)
    stopped_early_statuses: Mapping[Words, Literal["yes", "no"]]
    same_infusion_minutes: int = Field(ge=0)
    observation_statuses_left_out: tuple[Words, ...]
    response_statuses: tuple[Words, ...] = Field(min_length=1)
    condition_verifications_left_out: tuple[Words, ...]


class OmopRules(Cited):
    """What concepts of OMOP exports say beside the codes of infusions, conditions, routes and scores.

    Attributes:
        sexes: what `gender_concept_id` says.
        equality_operators: `operator_concept_id` of a value that is exact.
        drug_types_left_out: `drug_type_concept_id` of what was not given: orders, prescriptions, dispensing.
        dose_units: `dose_unit_source_value` of a quantity that is a dose, and its column.
        infusion_names: a concept that has one of these words in its name, and no second ingredient, is an infusion, if
            it is of one of the `infusion_domains`.
        survey_classes: `concept_class_id` of questionnaires; those of no scale are not tracked.
        same_infusion_minutes: a procedure this near to a drug exposure is the same infusion.
        visit_diagnosis_days: how long a diagnosis stands that was noted at a visit.
        blanks: texts that databases write for nothing.
        identifier_columns, identifier_tables: what can identify a person and is never read, to be counted.
    """

    sexes: Mapping[Annotated[str, Field(pattern=r"^\d+$")], Words]
    equality_operators: tuple[Number, ...]
    drug_types_left_out: tuple[Number, ...]
    dose_units: Mapping[Words, Literal["dose_mg", "dose_mg_per_kg"]]
    infusion_names: tuple[Words, ...]
    infusion_domains: tuple[Words, ...]
    survey_classes: tuple[Words, ...]
    same_infusion_minutes: Number
    visit_diagnosis_days: Number
    blanks: tuple[Words, ...]
    identifier_columns: tuple[Words, ...]
    identifier_tables: tuple[Words, ...]


class ClinicalCodes(Cited):
    """clinical_codes.toml; each part by ids of entries."""

    version: Words
    code_systems: Mapping[Identifier, CodeSystem]
    infusions: Mapping[Identifier, Coded]
    conditions: Mapping[Identifier, CodedCondition]
    routes: Mapping[Identifier, CodedRoute]
    scores: Mapping[Identifier, CodedScore]
    questionnaires: Mapping[Identifier, CodedQuestionnaire]
    fhir: FhirRules
    omop: OmopRules

    @model_validator(mode="after")
    def _code_systems_are_known(self) -> ClinicalCodes:
        for part, entries in self.parts().items():
            for name, entry in entries.items():
                for system in entry.codes:
                    if system not in self.code_systems:
                        raise ValueError(f"{part}.{name}.codes.{system}: there is no such code system")
        return self

    @model_validator(mode="after")
    def _codes_mean_one_thing(self) -> ClinicalCodes:
        self._refuse_two_meanings("infusions", dict.fromkeys(self.infusions, "an infusion"))
        self._refuse_two_meanings("conditions", {name: entry.condition for name, entry in self.conditions.items()})
        self._refuse_two_meanings("routes", {name: entry.route for name, entry in self.routes.items()})
        self._refuse_two_meanings(
            "scores", {name: f"{entry.scale} {entry.part}" for name, entry in self.scores.items()}
        )
        urls: dict[str, str] = {}
        for name, questionnaire in self.questionnaires.items():
            for url in questionnaire.urls:
                if urls.setdefault(url, name) != name:
                    raise ValueError(f"questionnaires.{name}.urls: {url} stands in questionnaires.{urls[url]} too")
        return self

    def parts(self) -> Mapping[str, Mapping[str, Coded]]:
        """The parts whose entries hold codes and concepts."""
        return {
            "infusions": self.infusions,
            "conditions": self.conditions,
            "routes": self.routes,
            "scores": self.scores,
        }

    def condition_concepts(self) -> dict[int, str]:
        """The condition that each OMOP concept means."""
        return _by_concept((entry, entry.condition) for entry in self.conditions.values())

    def route_concepts(self) -> dict[int, str]:
        """The route that each OMOP concept means."""
        return _by_concept((entry, entry.route) for entry in self.routes.values())

    def infusion_concepts(self) -> frozenset[int]:
        """The OMOP concepts that mean an infusion."""
        return frozenset(concept for entry in self.infusions.values() for concept in entry.concepts)

    def score_concepts(self) -> dict[int, tuple[str, str | int]]:
        """The scale and its part, the total or an item by number, that each OMOP concept means."""
        return _by_concept((entry, (entry.scale, entry.part)) for entry in self.scores.values())

    def infusion_codes(self) -> CodeTable[str]:
        """The codes that mean an infusion; by the ids of their entries."""
        return CodeTable(self.code_systems, ((entry, name) for name, entry in self.infusions.items()))

    def condition_codes(self) -> CodeTable[str]:
        """The condition that each code means."""
        return CodeTable(self.code_systems, ((entry, entry.condition) for entry in self.conditions.values()))

    def route_codes(self) -> CodeTable[str]:
        """The route that each code means."""
        return CodeTable(self.code_systems, ((entry, entry.route) for entry in self.routes.values()))

    def score_codes(self) -> CodeTable[tuple[str, str | int]]:
        """The scale and its part that each code means; LOINC codes of the scales' own files are not among them."""
        return CodeTable(self.code_systems, ((entry, (entry.scale, entry.part)) for entry in self.scores.values()))

    def _refuse_two_meanings(self, part: str, meanings: Mapping[str, str]) -> None:
        seen: dict[tuple[str, str | int], str] = {}
        for name, entry in self.parts()[part].items():
            stated: list[tuple[str, str | int]] = [("concepts", concept) for concept in entry.concepts]
            stated += [(f"codes.{system}", code) for system, codes in entry.codes.items() for code in codes]
            for key in stated:
                other = seen.setdefault(key, name)
                if meanings[other] != meanings[name]:
                    raise ValueError(f"{part}.{name}.{key[0]}: {key[1]} stands in {part}.{other} too")


class CodeTable(Mapping[tuple[str, str], Meaning]):
    """What codes mean, by the name of their system (a FHIR URI or an OMOP vocabulary) and the code.

    Where a system is matched by the beginning, the longest listed code that a code begins with counts, and points and
    capitals do not: ICD-10-CM is written F32.1 and F321.
    """

    def __init__(self, systems: Mapping[str, CodeSystem], entries: Iterable[tuple[Coded, Meaning]]) -> None:
        self._by_beginning = frozenset(
            name for system in systems.values() if system.matched == "beginning" for name in _names(system)
        )
        self._listed = {
            (name, self._plain(name, code)): meaning
            for entry, meaning in entries
            for system, codes in entry.codes.items()
            for name in _names(systems[system])
            for code in codes
        }

    def __getitem__(self, key: tuple[str, str]) -> Meaning:
        name, code = key[0], self._plain(*key)
        if name not in self._by_beginning:
            return self._listed[name, code]
        for length in range(len(code), 0, -1):
            if (name, code[:length]) in self._listed:
                return self._listed[name, code[:length]]
        raise KeyError(key)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self._listed)

    def _plain(self, name: str, code: str) -> str:
        code = code.strip()
        return code.upper().replace(".", "") if name in self._by_beginning else code


def _names(system: CodeSystem) -> tuple[str, ...]:
    return (*system.uris, *system.vocabularies)


def _by_concept(entries: Iterable[tuple[Coded, Meaning]]) -> dict[int, Meaning]:
    return {concept: meaning for entry, meaning in entries for concept in entry.concepts}
