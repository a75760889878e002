"""Narrows an export to its infusions, its scores, and the persons and diagnoses around them, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pipelines.sources.omop.files import CdmFile
from pipelines.sources.omop.loading import Lines, Loader
from pipelines.sources.omop.tables import CARE_SITES, CONDITIONS, INFUSIONS, PERSON, SCORES, VISITS
from pipelines.sources.omop.vocabulary import Part, Vocabulary, VocabularyReader

Record = dict[str, str | int | None]
"""One record by the roles of its columns; `record` is its place in the file."""

_READINGS_AT_A_TIME = 20_000


@dataclass(frozen=True)
class NarrowedTable:
    """A table of the export, and what of it concerns this source.

    Attributes:
        n_records: all that the file holds.
        n_left_out: infusions that were ordered or dispensed, not given.
    """

    file: CdmFile
    n_records: int
    lines: Lines
    records: Sequence[int] | range
    n_left_out: int = 0


class Narrowing:
    """What of an export concerns infusions and scores.

    Args:
        files: its tables by name.
        drug_types_left_out: `drug_type_concept_id` of what was not given.

    Attributes:
        parts: the scales and their parts; records of scores have their places in this list.
        site_of_visit: the name of the care site of each visit with an infusion.
        site_names: the names of care sites by id.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        loader: Loader,
        files: Mapping[str, CdmFile],
        vocabulary: Vocabulary,
        reader: VocabularyReader,
        drug_types_left_out: Sequence[int],
    ) -> None:
        self._connection, self._loader, self._files = connection, loader, files
        self._vocabulary, self._reader = vocabulary, reader
        self._drug_types_left_out = drug_types_left_out
        self.site_of_visit: dict[str, str] = {}
        self.site_names: dict[str, str] = {}
        self.parts: list[Part] = list(dict.fromkeys([*vocabulary.scores.values(), *vocabulary.score_texts.values()]))

    def narrow(self, *, with_conditions: bool) -> dict[str, NarrowedTable]:
        """Loads what concerns this source; of each table by name, what there is.

        Args:
            with_conditions: whether diagnoses are read.

        Raises:
            FileRefused: a file is damaged.
        """
        self._load_meanings()
        found = {}
        for table in INFUSIONS:
            if (file := self._files.get(table.name)) is not None:
                found[table.name] = self._infusions(file)
        infused = " union ".join(f"select person, visit from {name}_rows" for name in found)
        self._connection.execute(f"create table infused as {infused}")
        for table in SCORES:
            if (file := self._files.get(table.name)) is not None:
                found[table.name] = self._scores(file)
        if with_conditions and (file := self._files.get(CONDITIONS.name)) is not None:
            found[CONDITIONS.name] = self._conditions(file)
        self._load_sites()
        return {PERSON.name: self._persons(self._files[PERSON.name]), **found}

    def chunks(self, found: Mapping[str, NarrowedTable]) -> Iterator[dict[str, list[Record]]]:
        """All records by the name of their table, some patients at a time; those of a patient together.

        Persons without an infusion or a score are in none.
        """
        events = [table.name for table in (*INFUSIONS, *SCORES) if table.name in found]
        everyone = " union all ".join(f"select coalesce(person, '') as person from {name}_rows" for name in events)
        self._connection.execute(
            "create table chunks as select person, "
            f"cast(floor((sum(n) over (order by person) - n) / {_READINGS_AT_A_TIME}) as integer) as chunk "
            f"from (select person, count(*) as n from ({everyone}) group by person)"
        )
        numbers = self._connection.execute("select distinct chunk from chunks order by chunk").fetchall()
        for (number,) in numbers:
            yield {name: self._records(name, number) for name in found}

    # --- one table after the other ------------------------------------------------------------------------

    def _load_meanings(self) -> None:
        vocabulary, places = self._vocabulary, {part: place for place, part in enumerate(self.parts)}
        self._small("infusion_concepts", {"concept": sorted(vocabulary.infusions)})
        self._small("infusion_texts", {"text": sorted(vocabulary.infusion_texts)})
        for name, key, meanings in (
            ("score_concepts", "concept", vocabulary.scores),
            ("score_texts", "text", vocabulary.score_texts),
        ):
            parts = [str(places[part]) for part in meanings.values()]
            self._small(name, {key: list(meanings), "part": parts})
        self._small("surveys", {"concept": list(vocabulary.surveys), "name": list(vocabulary.surveys.values())})

    def _infusions(self, file: CdmFile) -> NarrowedTable:
        name = f"{file.table.name}_rows"
        left_out = ", ".join(f"'{kind}'" for kind in self._drug_types_left_out)
        is_left_out = f"coalesce(kind in ({left_out}), false)" if "kind" in file.table.roles and left_out else "false"
        self._loader.create(
            name,
            file,
            f"select *, {is_left_out} as is_left_out from records where "
            "concept in (select concept from infusion_concepts) "
            "or source_concept in (select concept from infusion_concepts) "
            "or lower(source_text) in (select text from infusion_texts)",
        )
        (n_left_out,) = self._connection.execute(f"select count(*) from {name} where is_left_out").fetchall()[0]
        self._connection.execute(f"delete from {name} where is_left_out")
        return self._narrowed(file, name, n_left_out)

    def _scores(self, file: CdmFile) -> NarrowedTable:
        name = f"{file.table.name}_rows"
        self._loader.create(
            name,
            file,
            "select records.*, by_concept.part as part, by_source.part as source_part, by_text.part as text_part, "
            "coalesce(surveys.name, source_surveys.name) as survey from records "
            "left join score_concepts as by_concept on records.concept = by_concept.concept "
            "left join score_concepts as by_source on records.source_concept = by_source.concept "
            "left join score_texts as by_text on lower(records.source_text) = by_text.text "
            "left join surveys on records.concept = surveys.concept "
            "left join surveys as source_surveys on records.source_concept = source_surveys.concept "
            "where coalesce(by_concept.part, by_source.part, by_text.part, surveys.name, source_surveys.name) "
            "is not null",
        )
        return self._narrowed(file, name)

    def _persons(self, file: CdmFile) -> NarrowedTable:
        self._loader.create("person_rows", file, "select * from records")
        n_records, lines = self._loader.count(file)
        return NarrowedTable(file, n_records, lines, range(1, n_records + 1))

    def _conditions(self, file: CdmFile) -> NarrowedTable:
        meant = self._vocabulary.conditions
        self._small("condition_concepts", {"concept": list(meant), "condition": list(meant.values())})
        self._loader.create("condition_values", file, "select distinct source_text as text from records")
        texts = [text for (text,) in self._connection.execute("select text from condition_values").fetchall() if text]
        known = {text: condition for text in texts if (condition := self._reader.condition_of_text(text)) is not None}
        self._small("condition_texts", {"text": list(known), "condition": list(known.values())})
        self._loader.create(
            "condition_occurrence_rows",
            file,
            'select records.record, records.person, records.date, records."end", '
            "coalesce(by_concept.condition, by_source.condition, by_text.condition) as condition from records "
            "left join condition_concepts as by_concept on records.concept = by_concept.concept "
            "left join condition_concepts as by_source on records.source_concept = by_source.concept "
            "left join condition_texts as by_text on records.source_text = by_text.text "
            "where coalesce(by_concept.condition, by_source.condition, by_text.condition) is not null "
            "and records.person in (select person from infused)",
        )
        return self._narrowed(file, "condition_occurrence_rows")

    def _load_sites(self) -> None:
        if (file := self._files.get(CARE_SITES.name)) is None:
            return
        self._loader.create("care_sites", file, "select care_site, name from records where name is not null")
        self.site_names = dict(self._connection.execute("select care_site, name from care_sites").fetchall())
        if (visits := self._files.get(VISITS.name)) is not None:
            infused = "select visit, care_site from records where visit in (select visit from infused)"
            self._loader.create("visits", visits, infused)
            found = "select visit, name from visits inner join care_sites on visits.care_site = care_sites.care_site"
            self.site_of_visit = dict(self._connection.execute(found).fetchall())

    def _narrowed(self, file: CdmFile, name: str, n_left_out: int = 0) -> NarrowedTable:
        n_records, lines = self._loader.count(file)
        found = self._connection.execute(f"select record from {name} order by record").fetchall()
        return NarrowedTable(file, n_records, lines, [record for (record,) in found], n_left_out)

    def _records(self, name: str, chunk: int) -> list[Record]:
        found = self._connection.execute(
            f"select rows.* from {name}_rows as rows inner join chunks "
            "on coalesce(rows.person, '') = chunks.person where chunks.chunk = ? order by rows.record",
            [chunk],
        )
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _small(self, name: str, columns: Mapping[str, Sequence[str]]) -> None:
        stated = ", ".join(f"{column} varchar" for column in columns)
        self._connection.execute(f"create table {name} ({stated})")
        unnested = ", ".join(f"unnest(${place}::varchar[])" for place in range(1, len(columns) + 1))
        self._connection.execute(f"insert into {name} select {unnested}", [list(cells) for cells in columns.values()])
