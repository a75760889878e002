"""What privacy mode `safe_harbor` leaves of landed courses: the year of a quarter, and a random code for a site.

A calendar quarter says more of a date than its year, and a named site is geography smaller than a state; HIPAA Safe
Harbor allows neither on a record.

Reference: 45 CFR 164.514(b)(2)(i)(B), (C) and (R); 164.514(c) for the codes
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipelines.privacy.crosswalk import Crosswalk, no_crosswalk_named
from pipelines.sources.landing import ATTRIBUTE_PREFIX, add_note, count_rows
from pipelines.sql.literals import literal

_QUARTER = r"20\d\d-Q[1-4]"
"""A quarter that is not one is left as it stands, so that it is refused like any other."""
_PART_OF_YEAR = r"(?i)(?:19|20)\d\d[-/. ]?[QHW][0-9]{1,2}|[QHW][0-9]{1,2}[-/. ]?(?:19|20)\d\d"
"""A quarter, half or week of a year, as an attribute may hold it; months and days are refused in every mode."""
_YEAR = r"(?:19|20)\d\d"


def cut_to_safe_harbor(connection: duckdb.DuckDBPyConnection, crosswalk: Crosswalk | None) -> None:
    """Puts years in place of quarters and codes in place of sites, before any row is judged.

    Args:
        connection: a database with an export landed.
        crosswalk: keeps the codes; may be None where no site is named.

    Raises:
        CrosswalkUnfit: sites are named, and there is no crosswalk.
    """
    connection.execute("alter view landing.courses rename to courses_as_given")
    sites = [
        site
        for (site,) in connection.execute(
            "select distinct site from landing.courses_as_given where site is not null order by site"
        ).fetchall()
    ]
    if sites and crosswalk is None:
        raise no_crosswalk_named(
            "Privacy mode safe_harbor puts random codes in place of sites, and this export names sites", "which"
        )
    connection.execute("create table landing.site_codes (site varchar, code varchar)")
    if crosswalk is not None and sites:
        codes = [crosswalk.site_code(site) for site in sites]
        connection.execute(
            "insert into landing.site_codes select unnest($1::varchar[]), unnest($2::varchar[])", [sites, codes]
        )
    connection.execute(
        f"""
        create view landing.courses as
        with given as (
            select
                *,
                coalesce(
                    regexp_full_match(quarter, '{_QUARTER}') and starts_with(quarter, coalesce(year, '')), false
                ) as is_cut
            from landing.courses_as_given
        )
        select
            given.* exclude (is_cut) replace (
                {_cut_attributes(connection)} as attributes,
                case when not given.is_cut then given.quarter end as quarter,
                case when given.is_cut then left(given.quarter, 4) else given.year end as year,
                site_codes.code as site
            )
        from given
        left join landing.site_codes as site_codes on given.site = site_codes.site
        """
    )
    for note in _notes(connection, len(sites)):
        add_note(connection, note)


def _cut_attributes(connection: duckdb.DuckDBPyConnection) -> str:
    """The expression of attributes with years in place of parts of years; with a note of where there were any."""
    found = connection.execute(
        "select entry.key, count(*) from (select unnest(map_entries(attributes)) as entry from "
        "landing.courses_as_given) where regexp_full_match(entry.value, $part) group by entry.key order by entry.key",
        {"part": _PART_OF_YEAR},
    ).fetchall()
    if not found:
        return "given.attributes"
    columns = ", ".join(f"{ATTRIBUTE_PREFIX}{name} ({n:,})" for name, n in found)
    add_note(connection, f"Privacy mode safe_harbor: parts of years were cut to their year in {columns}.")
    cut = (
        f"case when regexp_full_match(entry.value, {literal(_PART_OF_YEAR)}) "
        f"then regexp_extract(entry.value, {literal(_YEAR)}) else entry.value end"
    )
    return (
        "map_from_entries(list_transform(map_entries(given.attributes), "
        f"lambda entry: {{'key': entry.key, 'value': {cut}}}))"
    )


def _notes(connection: duckdb.DuckDBPyConnection, n_sites: int) -> Iterator[str]:
    n_given = count_rows(connection, "landing.courses_as_given where quarter is not null")
    n_cut = n_given - count_rows(connection, "landing.courses where quarter is not null")
    if n_cut:
        yield (
            f"Privacy mode safe_harbor: the quarter of {n_cut:,} course{'' if n_cut == 1 else 's'} was cut to its year."
        )
    if n_sites:
        stand = "1 site stands as a code" if n_sites == 1 else f"{n_sites:,} sites stand as codes"
        yield f"Privacy mode safe_harbor: {stand}; which is which is in the crosswalk."
    alike = connection.execute(
        "select string_agg(code, ' and ' order by code) from landing.site_codes "
        "group by lower(regexp_replace(site, '\\s+', ' ', 'g')) having count(*) > 1 order by 1"
    ).fetchall()
    for (codes,) in alike:
        yield (
            f"The names of two sites differ only in capitals or blanks, and they count apart: {codes}. "
            "Write them alike to count them together."
        )
