"""Patients who withdrew consent: no import takes them in again, whatever its source.

Their rows are left out of the landing tables before any row is judged, so that they end in no place, not even in
quarantine. They are known by the pseudonym, and where a file gives no patient, by the id of a course that was theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from pipelines.manifests import RefusedIds
from pipelines.sources.landing import TABLES, LandedTable, add_note


def leave_out_refused(
    connection: duckdb.DuckDBPyConnection, refused: RefusedIds, landed: Sequence[LandedTable]
) -> list[LandedTable]:
    """Leaves the rows of refused patients out of the landing tables, and says in a note how many there were.

    A course that any row gives to such a patient is left out whole. One that only bears the id of a course of theirs is
    not, if the store holds it as another patient's.

    Args:
        connection: a database with an export landed, and beside it what the store holds.

    Returns:
        the tables, with as many fewer records and rows.
    """
    if not refused.patients:
        return list(landed)
    connection.execute(
        "create table landing.refused_patients as select unnest($patients::varchar[]) as patient",
        {"patients": sorted(refused.patients)},
    )
    connection.execute(
        "create table landing.refused_courses as select unnest($courses::varchar[]) as course_id",
        {"courses": sorted(refused.course_ids | refused.patients)},
    )
    connection.execute(
        """
        create table landing.refused_rows as
        with given as (
            select course_id, bool_or(patient_id is not null) as has_patient,
                coalesce(bool_or(patient_id in (from landing.refused_patients)), false) as has_refused_patient
            from landing.courses where course_id is not null group by course_id
        ),
        landed as (
            select 'courses' as table_name, line, course_id, patient_id from landing.courses
            union all select 'infusions', line, course_id, null from landing.infusions
            union all select 'scores', line, course_id, null from landing.scores
        )
        select landed.table_name, landed.line
        from landed
        left join landing.origins as origins on landed.table_name = origins.table_name and landed.line = origins.line
        left join given on landed.course_id = given.course_id
        left join live.courses as held on landed.course_id = held.course_id
        where
            coalesce(origins.patient in (from landing.refused_patients), false)
            or coalesce(landed.patient_id in (from landing.refused_patients), false)
            or coalesce(given.has_refused_patient, false)
            or (
                not coalesce(given.has_patient, false)
                and held.course_id is null
                and coalesce(landed.course_id in (from landing.refused_courses), false)
            )
        """
    )
    n_refused = dict(
        connection.execute("select table_name, count(*) from landing.refused_rows group by table_name").fetchall()
    )
    if not n_refused:
        return list(landed)
    for table in TABLES:
        connection.execute(f"alter view landing.{table} rename to {table}_with_refused")
        connection.execute(
            f"create view landing.{table} as select * from landing.{table}_with_refused "
            f"where line not in (select line from landing.refused_rows where table_name = '{table}')"
        )
    connection.execute(
        "update landing.source_lines set n_rows = source_lines.n_rows - given.n_rows from ("
        "select origins.file_name, count(*) as n_rows from landing.refused_rows as refused "
        "inner join landing.origins as origins using (table_name, line) group by origins.file_name"
        ") as given where source_lines.file_name = given.file_name"
    )
    add_note(connection, _note(sum(n_refused.values())))
    return [
        replace(
            table,
            n_records=table.n_records - n_refused.get(table.table, 0),
            n_rows=table.n_rows - n_refused.get(table.table, 0),
        )
        for table in landed
    ]


def _note(n_rows: int) -> str:
    if n_rows == 1:
        return "1 record of a patient who withdrew consent was left out."
    return f"{n_rows:,} records of patients who withdrew consent were left out."
