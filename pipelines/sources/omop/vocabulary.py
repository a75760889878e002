"""What concepts and source values of an OMOP export mean: infusions, scores, conditions, routes and answers.

Codes stand in the definitions: concept ids as they are; codes of terminologies through the export's own `concept`
table, where it has one; and, where the vocabulary is clear, as source values: `LOINC:44261-6`, and a LOINC code of a
scale alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from pipelines.definitions import Definitions
from pipelines.sources.omop.files import CdmFile
from pipelines.sources.omop.loading import Loader
from pipelines.sql.literals import literal

Part = tuple[str, str | int]
"""A scale, and `total` or the number of an item."""

LOINC = "loinc"
_AS_A_WORD = r"(?i)\b({})\b"


@dataclass
class Vocabulary:
    """What concept ids (as text) and source values (folded) mean.

    Attributes:
        infusions, infusion_texts: of ketamine.
        scores, score_texts: totals and items of scales.
        surveys: other questionnaires, with the code that tells them apart.
        conditions: what a course can be given for.
        routes: how a drug was given.
        answers: for each scale what the concepts and the LOINC codes of its answers stand for.
    """

    infusions: set[str] = field(default_factory=set)
    infusion_texts: set[str] = field(default_factory=set)
    scores: dict[str, Part] = field(default_factory=dict)
    score_texts: dict[str, Part] = field(default_factory=dict)
    surveys: dict[str, str] = field(default_factory=dict)
    conditions: dict[str, str] = field(default_factory=dict)
    routes: dict[str, str] = field(default_factory=dict)
    answers: dict[tuple[str, str], str] = field(default_factory=dict)


class VocabularyReader:
    """Reads the vocabulary of an export.

    Args:
        files: the tables of the export, by name; `concept` and `concept_ancestor` may be missing.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        loader: Loader,
        files: Mapping[str, CdmFile],
        definitions: Definitions,
    ) -> None:
        self._connection, self._loader, self._files = connection, loader, files
        self._definitions, self._codes = definitions, definitions.clinical_codes
        self._loinc_scores = dict(_loinc_parts(definitions))
        self._loinc_answers = dict(_loinc_answers(definitions))

    def read(self) -> Vocabulary:
        """What the definitions list, and what the export's own tables add to it.

        Raises:
            FileRefused: one of those tables is damaged.
        """
        codes = self._codes
        vocabulary = Vocabulary(
            infusions={str(concept) for concept in codes.infusion_concepts()},
            infusion_texts={_text(name, code) for name, code in codes.infusion_codes()},
            scores={str(concept): part for concept, part in codes.score_concepts().items()},
            score_texts={_text(name, code): part for (name, code), part in codes.score_codes().items()},
            conditions={str(concept): name for concept, name in codes.condition_concepts().items()},
            routes={str(concept): name for concept, name in codes.route_concepts().items()},
        )
        loinc = codes.code_systems[LOINC].vocabularies
        for name in loinc:
            vocabulary.score_texts |= {_text(name, code): part for code, part in self._loinc_scores.items()}
        of_scores = {code: part for (name, code), part in codes.score_codes().items() if name in loinc}
        vocabulary.score_texts |= {code.casefold(): part for code, part in {**of_scores, **self._loinc_scores}.items()}
        vocabulary.answers |= {
            (scale, code.casefold()): answer for code, meant in self._loinc_answers.items() for scale, answer in meant
        }
        if (concepts := self._files.get("concept")) is not None:
            self._add_concepts(vocabulary, concepts)
        if (ancestors := self._files.get("concept_ancestor")) is not None:
            self._add_descendants(vocabulary, ancestors)
        return vocabulary

    def condition_of_text(self, text: str) -> str | None:
        """What a source value means that names its vocabulary, or that all vocabularies that know it take alike."""
        table = self._codes.condition_codes()
        vocabulary, _, code = text.partition(":")
        known = {name.casefold(): name for system in self._codes.code_systems.values() for name in system.vocabularies}
        if code:
            return table.get((known.get(vocabulary.strip().casefold(), ""), code.strip()))
        beginning = [system for system in self._codes.code_systems.values() if system.matched == "beginning"]
        meant = {table.get((name, text)) for system in beginning for name in system.vocabularies} - {None}
        return meant.pop() if len(meant) == 1 else None

    # --- the export's own tables --------------------------------------------------------------------------

    def _add_concepts(self, vocabulary: Vocabulary, file: CdmFile) -> None:
        rules, codes = self._codes.omop, self._codes
        words = "|".join(re.escape(name) for name in rules.infusion_names)
        is_named = f"coalesce(regexp_matches(name, {literal(_AS_A_WORD.format(words))}), false)"
        listed = [*self._loinc_scores, *self._loinc_answers]
        listed += [
            code for table in (codes.infusion_codes(), codes.score_codes(), codes.route_codes()) for _, code in table
        ]
        beginnings = {code[:3] for _, code in codes.condition_codes()}
        self._loader.create(
            "concepts",
            file,
            f"select concept, vocabulary, code, \"class\", {is_named} and name not like '% / %' "
            f"and coalesce(domain in ({_listed(rules.infusion_domains)}), false) as names_infusion from records "
            f"where {is_named} or (vocabulary in ({_listed(self._vocabularies())}) and (code in ({_listed(listed)}) "
            f"or left(replace(code, '.', ''), 3) in ({_listed(beginnings)}) "
            f'or "class" in ({_listed(rules.survey_classes)})))',
        )
        found = self._connection.execute(
            'select concept, vocabulary, code, "class", names_infusion from concepts where concept is not null'
        ).fetchall()
        loinc = codes.code_systems[LOINC].vocabularies
        conditions, infusions = codes.condition_codes(), codes.infusion_codes()
        routes, scores = codes.route_codes(), codes.score_codes()
        for concept, name, code, kind, names_infusion in found:
            key = (name, code)
            part = scores.get(key) or (self._loinc_scores.get(code) if name in loinc else None)
            if part is not None:
                vocabulary.scores.setdefault(concept, part)
            elif kind in rules.survey_classes:
                vocabulary.surveys[concept] = f"{name} {code}"
            if key in infusions or names_infusion:
                vocabulary.infusions.add(concept)
            if key in conditions:
                vocabulary.conditions.setdefault(concept, conditions[key])
            if key in routes:
                vocabulary.routes.setdefault(concept, routes[key])
            if name in loinc:
                for scale, answer in self._loinc_answers.get(code, ()):
                    vocabulary.answers[scale, concept] = answer

    def _add_descendants(self, vocabulary: Vocabulary, file: CdmFile) -> None:
        """Products are listed under their ingredient."""
        self._loader.create(
            "descendants",
            file,
            f"select distinct descendant from records where ancestor in ({_listed(vocabulary.infusions)})",
        )
        found = self._connection.execute("select descendant from descendants where descendant is not null").fetchall()
        vocabulary.infusions |= {concept for (concept,) in found}

    def _vocabularies(self) -> list[str]:
        return [name for system in self._codes.code_systems.values() for name in system.vocabularies]


def _loinc_parts(definitions: Definitions) -> Iterable[tuple[str, Part]]:
    for scale in definitions.scales.values():
        if scale.loinc is not None:
            yield from ((code, (scale.id, "total")) for code in scale.loinc.total)
            yield from ((code, (scale.id, number)) for number, code in enumerate(scale.loinc.items, start=1))


def _loinc_answers(definitions: Definitions) -> Iterable[tuple[str, Sequence[tuple[str, str]]]]:
    """For each LOINC answer the scales that have it, and what it stands for there: the list goes up from the least."""
    meant: dict[str, list[tuple[str, str]]] = {}
    for scale in definitions.scales.values():
        if scale.loinc is not None and scale.items is not None:
            for place, code in enumerate(scale.loinc.answers):
                meant.setdefault(code, []).append((scale.id, str(scale.items.minimum + place)))
    return meant.items()


def _text(vocabulary: str, code: str) -> str:
    return f"{vocabulary}:{code}".casefold()


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(literal(text) for text in sorted({*texts})) or "null"
