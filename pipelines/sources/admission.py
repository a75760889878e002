"""Whether the judged rows of an import may stand in the store, and what the import has to say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

import duckdb

from pipelines.definitions.identifiers import Identifiers
from pipelines.definitions.outcomes import Anchor
from pipelines.errors import CourseConflict, PeriodMix, SyntheticMix
from pipelines.privacy.identifiers import IdentifierReader, plain
from pipelines.sources.files import ENDINGS
from pipelines.sources.landing import SYNTHETIC_ATTRIBUTE, count_rows
from pipelines.sources.spreadsheet import OTHER_SPREADSHEET_ENDINGS
from pipelines.store import Store

_TABLE_ENDINGS = (*ENDINGS, *OTHER_SPREADSHEET_ENDINGS)


def refuse_contradictions(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuses rows of an import which only adds that give a key which the store holds with other values.

    Raises:
        CourseConflict: with the number of rows in each file and the first line.
    """
    found = connection.execute(
        "select files.file_name, count(*), min(line) from accepted.contradictions "
        "inner join landing.files as files using (table_name) group by files.file_name order by files.file_name"
    ).fetchall()
    if found:
        where = "; ".join(
            f"{name}: {count:,} row{'' if count == 1 else 's'}, the first on line {line:,}"
            for name, count, line in found
        )
        raise CourseConflict(
            f"With --append an import only adds, and the store already holds these rows with other values ({where}). "
            "Nothing was imported. If this is a corrected export that holds everything again, import it without "
            "--append; if it is another clinic's, give it a --name of its own."
        )


def refuse_reassigned_courses(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    """Refuses courses that the store holds as another patient's or another site's.

    Raises:
        CourseConflict: with the number of courses.
    """
    row = connection.execute(
        "select count(*), count(*) filter (where has_other_patient), count(*) filter (where has_other_site) "
        "from accepted.reassigned_courses"
    ).fetchone()
    n_courses, n_other_patient, n_other_site = row or (0, 0, 0)
    if n_courses:
        columns = " and ".join(
            name for name, n_other in (("patient_id", n_other_patient), ("site", n_other_site)) if n_other
        )
        raise CourseConflict(
            f"{n_courses:,} course{'' if n_courses == 1 else 's'} of this import would replace a course of "
            f"{source} that has another {columns}. Nothing was imported. If this is another clinic's export, give it "
            "a --name of its own; if the earlier export was wrong, take it back first (`outcomes retract BATCH`)."
        )


def is_synthetic_import(connection: duckdb.DuckDBPyConnection, store: Store) -> bool:
    """Whether courses say so; an import without courses is of the kind that the store holds."""
    row = connection.execute(
        "select count(*), count(*) filter (where courses.attributes[$key] = 'yes') from landing.courses as courses",
        {"key": SYNTHETIC_ATTRIBUTE},
    ).fetchone()
    n_courses, n_synthetic = row or (0, 0)
    if not n_courses:
        return any(batch.is_synthetic for batch in store.live_batches())
    if 0 < n_synthetic < n_courses:
        raise SyntheticMix(
            f"{n_synthetic:,} of {n_courses:,} courses are marked as synthetic and the others are not. "
            "The two never stand together: take one kind out."
        )
    return bool(n_synthetic)


def refuse_synthetic_mix(store: Store, is_synthetic: bool) -> None:
    """Refuses synthetic data beside clinical data.

    Raises:
        SyntheticMix: the store holds the other kind.
    """
    held = {batch.is_synthetic for batch in store.live_batches()}
    if held and held != {is_synthetic}:
        kinds = {True: "synthetic demonstration data", False: "clinical data"}
        raise SyntheticMix(
            f"The store {store.folder} holds {kinds[not is_synthetic]}, and this import is {kinds[is_synthetic]}. "
            "The two never stand together: give another folder with --store."
        )


def period_kind(connection: duckdb.DuckDBPyConnection) -> Literal["quarter", "year"] | None:
    """Whether the accepted courses carry quarters or years; None where they carry neither.

    Raises:
        PeriodMix: some carry quarters and others years.
    """
    found = {
        "quarter" if "Q" in period else "year"
        for (period,) in connection.execute(
            "select distinct period from accepted.courses where period is not null"
        ).fetchall()
    }
    if len(found) > 1:
        raise PeriodMix(
            "Some courses carry a quarter and others only a year; a store holds one of them. "
            "Give the quarter of every course, or the year of every course."
        )
    return "quarter" if "quarter" in found else "year" if found else None


def refuse_period_mix(store: Store, period: str | None) -> None:
    """Refuses years beside quarters.

    Raises:
        PeriodMix: the store holds the other kind.
    """
    held = {batch.period for batch in store.live_batches() if batch.period is not None}
    if period is not None and held and held != {period}:
        raise PeriodMix(
            f"The store {store.folder} holds courses by {min(held)}, and this import gives the {period}. "
            f"Give the {min(held)} of every course, or another folder with --store."
        )


def import_notes(
    connection: duckdb.DuckDBPyConnection,
    has_date: bool,
    unread: Sequence[str],
    why_unread: str,
    anchor: Anchor,
    identifiers: Identifiers,
) -> Iterator[str]:
    """What a user should know of an import that went well, a sentence each.

    Args:
        connection: a database with the rows judged.
        has_date: whether a data-through date was given.
        unread: files beside the tables that were not read.
        why_unread: why they were not.
        anchor: from where the program counts windows of courses without infusion rows.
        identifiers: what tells who a person is, in the name of a file too.
    """
    if unread:
        yield f"Not read, because {why_unread}: {', '.join(_told_files(unread, identifiers))}."
    for (note,) in connection.execute("select note from landing.notes order by rowid").fetchall():
        yield str(note)
    row = connection.execute(
        "select n_without_patient, n_tied_patients, n_without_period from accepted.patient_notes"
    ).fetchone()
    n_without_patient, n_tied_patients, n_without_period = row or (0, 0, 0)
    if n_without_patient:
        yield f"{n_without_patient:,} courses have no patient_id; each counts as a patient of its own."
    yield from _course_notes(connection, anchor)
    if n_tied_patients:
        yield (
            f"For {n_tied_patients:,} patients it is not known which course for a condition was the first; all of "
            "those count as repeat courses. Give course_number to settle it."
        )
    n_on_day_0 = count_rows(connection, "accepted.scores where is_day_resolution and minute = 0 and timing is null")
    if n_on_day_0:
        yield f"Times are whole days: {n_on_day_0:,} unlabelled scores on day 0 are taken as before the infusion."
    n_prorated = count_rows(connection, "accepted.scores where is_prorated")
    if n_prorated:
        scores = "score" if n_prorated == 1 else "scores"
        yield (
            f"Made from fewer items than the form has, as its definition allows, and flagged: {n_prorated:,} {scores}."
        )
    if n_without_period and has_date:
        yield (
            f"{n_without_period:,} courses have no quarter: a missing follow-up of theirs counts as missed, never as "
            "pending."
        )
    if not has_date:
        yield "No --data-through was given: a missing follow-up counts as missed, never as pending."


def _told_files(names: Sequence[str], identifiers: Identifiers) -> Iterator[str]:
    """Tables by name, and the number of other files: a letter or a scan is often named for its patient."""
    reader = IdentifierReader(identifiers)
    told = [name for name in names if name.casefold().endswith(_TABLE_ENDINGS) and not _is_personal(name, reader)]
    yield from told
    if n_other := len(names) - len(told):
        yield f"{n_other:,} {'other ' if told else ''}file{'' if n_other == 1 else 's'}"


def _is_personal(file_name: str, reader: IdentifierReader) -> bool:
    stem = " ".join(re.findall(r"[^\W_]+", file_name.partition(".")[0]))
    texts = [plain(file_name), *(plain(word) for word in (stem, *stem.split()))]
    is_name = re.search(reader.identifiers.names_of_people.matches, stem) is not None
    return is_name or any(reader.kinds_of_cell(text, reader.kinds_with_patterns(of_ids=False)) for text in texts)


def _course_notes(connection: duckdb.DuckDBPyConnection, anchor: Anchor) -> Iterator[str]:
    """What the accepted courses make likely to surprise: ids like names, sites twice, windows without an anchor."""
    n_like_names = count_rows(
        connection, "(select distinct patient_id from accepted.courses where contains(patient_id, ' '))"
    )
    if n_like_names:
        yield (
            f"{n_like_names:,} patient_id hold a blank, as names do, and are kept as they stand. If they are names or "
            "record numbers, take the import back (`outcomes retract`) and map them as `record_number`."
        )
    alike = connection.execute(
        "select string_agg(site, ' and ' order by site) from (select distinct site from accepted.courses) as sites "
        "where site is not null group by lower(regexp_replace(site, '\\s+', ' ', 'g')) having count(*) > 1 order by 1"
    ).fetchall()
    for (sites,) in alike:
        yield (
            f"Two sites differ only in capitals or blanks and count apart: {sites}. "
            "Write them alike to count them together."
        )
    if anchor == "first_infusion":
        return
    n_without_infusions = count_rows(
        connection,
        "accepted.courses as courses "
        "anti join (select course_id from accepted.infusions union all select course_id from live.infusions) as given "
        "on courses.course_id = given.course_id",
    )
    if n_without_infusions:
        yield (
            f"{n_without_infusions:,} courses have no infusions, so windows after induction cannot be placed for them. "
            'If none are kept, set anchor = "first_infusion" in program.toml.'
        )
