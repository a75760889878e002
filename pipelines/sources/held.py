"""What the store holds already, beside an import: loaded before its rows are judged, told of when they are.

`live.courses`, `live.infusions` and `live.scores` hold the rows that the source holds of the courses that the
import names (`live.named_courses`); `live.course_ids` names every course of which the source holds rows in a table
that the import gives. `ref.import_mode` says what the import does to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from pipelines.counted import counted
from pipelines.holdings import Holdings
from pipelines.manifests import TableCounts, TableReplacement
from pipelines.sources.landing import TABLES, LandedTable, count_rows
from pipelines.sql.literals import literal

ACCEPTED_COLUMNS: Mapping[str, str] = {
    "courses": "course_id varchar, patient_id varchar, course_number integer, conditions varchar[], "
    "site varchar, period varchar, route varchar, setting varchar, age_band varchar, sex varchar, "
    "treatment_resistant varchar, planned_infusions integer, ended_day double, end_reason varchar, "
    "attributes map(varchar, varchar)",
    "infusions": "course_id varchar, minute integer, infusion_number integer, route varchar, "
    "dose_mg double, dose_mg_per_kg double, duration_minutes double, dissociation_score double, "
    "experience varchar, systolic_before double, systolic_peak double, diastolic_before double, "
    "diastolic_peak double, heart_rate_before double, heart_rate_peak double, adverse_events varchar[], "
    "stopped_early varchar, preparation_session varchar, integration_session varchar",
    "scores": "course_id varchar, scale varchar, rater varchar, minute integer, timing varchar, "
    "infusion_number integer, score decimal(9, 3), items double[], n_answered integer, is_prorated boolean, "
    "is_day_resolution boolean",
}


def load_held(
    connection: duckdb.DuckDBPyConnection,
    holdings: Holdings,
    landed: Sequence[LandedTable],
    *,
    is_append: bool,
    is_by_patient: bool,
) -> None:
    """Loads what the source holds, as `live.*`, and `ref.import_mode`.

    Args:
        connection: a database with the export landed.
        landed: the tables that the export gives.
        is_append: the import only adds.
        is_by_patient: otherwise, it replaces patient by patient, not course by course.
    """
    connection.execute(
        "create table ref.import_mode as select $1 as is_append, $2 as is_by_patient", [is_append, is_by_patient]
    )
    connection.execute("create schema live")
    connection.execute("create table live.course_ids (table_name varchar, course_id varchar)")
    connection.execute(
        "create table live.named_courses as select course_id from landing.courses where course_id is not null "
        "union select course_id from landing.infusions where course_id is not null "
        "union select course_id from landing.scores where course_id is not null"
    )
    for table, columns in ACCEPTED_COLUMNS.items():
        connection.execute(f"create table live.{table} ({columns})")
    if not holdings.batches:
        return
    if is_by_patient:
        connection.execute(
            f"insert into live.named_courses select held.course_id from ({holdings.rows('courses')}) as held "
            "semi join landing.courses as landed on held.patient_id = landed.patient_id "
            "anti join live.named_courses as named on held.course_id = named.course_id"
        )
    for table in TABLES:
        connection.execute(
            f"insert into live.{table} by name select held.* exclude (batch_position, file_row_number) "
            f"from ({holdings.rows(table)}) as held "
            "semi join live.named_courses as named on held.course_id = named.course_id"
        )
    for landed_table in landed:
        connection.execute(
            "insert into live.course_ids "
            f"select distinct '{landed_table.table}', course_id from ({holdings.rows(landed_table.table)})"
        )


def patients_in(holdings: Holdings) -> set[str]:
    """The pseudonyms of the patients that a source holds courses of."""
    if not holdings.batches:
        return set()
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select distinct patient_id from ({holdings.rows('courses')}) where patient_id is not null"
        ).fetchall()
    return {patient for (patient,) in found}


def replacements(connection: duckdb.DuckDBPyConnection, tables: Sequence[TableCounts]) -> Iterator[TableReplacement]:
    """What the judged import did to what its source held, for each table that it gives or takes rows from."""
    if connection.execute("select 1 from live.course_ids limit 1").fetchone() is None:
        return
    found = {
        row[0]: row[1:]
        for row in connection.execute(
            "select table_name, n_courses, n_same, n_changed, n_new, n_gone, n_kept_courses from accepted.replacements"
        ).fetchall()
    }
    names = {table.table: table.file_name for table in tables}
    for table in TABLES:
        if table in found and (table in names or found[table][0]):
            n_courses, n_same, n_changed, n_new, n_gone, n_kept_courses = found[table]
            yield TableReplacement(
                table=table,
                file_name=names.get(table, table),
                n_courses=n_courses,
                n_same=n_same,
                n_changed=n_changed,
                n_new=n_new,
                n_gone=n_gone,
                n_kept_courses=n_kept_courses,
            )


def replacement_notes(
    connection: duckdb.DuckDBPyConnection, replaced: Sequence[TableReplacement], *, is_by_patient: bool
) -> Iterator[str]:
    """What a user should know of courses that keep what was held, and of rows that no longer count, a sentence each."""
    n_vanished = count_rows(connection, "(select distinct course_id from accepted.kept_courses where not is_named)")
    if n_vanished:
        yield (
            f"{counted(n_vanished, 'course')} that the store holds {'is' if n_vanished == 1 else 'are'} not in this "
            "export; what the store holds is kept."
        )
    n_on_two_clocks = count_rows(connection, "accepted.courses_on_two_clocks")
    if n_on_two_clocks:
        yield (
            f"Infusion times of {counted(n_on_two_clocks, 'course')} changed, and no score of "
            f"{'it' if n_on_two_clocks == 1 else 'them'} came along: what the store holds counts from the first "
            "infusion that was known before. If that was corrected, export the scores too."
        )
    for table in replaced:
        of_table = f"is_named and table_name = {literal(table.table)}"
        n_named = count_rows(connection, f"accepted.kept_courses where {of_table}")
        if n_named:
            yield (
                f"{table.file_name}: no row was accepted of {counted(n_named, 'course')} that the export names and "
                "the store holds rows of there; what the store holds is kept."
            )
        if table.n_gone:
            yield _gone(table, is_by_patient=is_by_patient)


def _gone(table: TableReplacement, *, is_by_patient: bool) -> str:
    is_one = table.n_gone == 1
    cure = (
        "An export of this source has to hold all of each patient"
        if is_by_patient
        else "If the export holds only what is new, import it with --append instead"
    )
    return (
        f"{table.file_name}: {counted(table.n_gone, 'row')} that the store held of "
        f"{'patients' if is_by_patient else 'courses'} in this export {'is' if is_one else 'are'} not in it any more "
        f"and no longer {'counts' if is_one else 'count'}. {cure} (`outcomes retract` takes this import back)."
    )
