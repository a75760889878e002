"""Refuses an import whose landed text tells who a person is: by the names of its columns, and by what cells hold.

Every text that an import may keep is looked at before any row is judged: ids, sites, codes, scale names, attributes,
and what a source says that it found. Numbers are not: they are checked by their ranges. A message names file, column,
kind and count, never a value.

Reference: 45 CFR 164.514(b)(2)(i); the rules are `definitions/identifiers.toml`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import duckdb

from pipelines.definitions import Definitions
from pipelines.errors import IdentifierFound
from pipelines.manifests import UsedAllowance
from pipelines.privacy.identifiers import IdentifierReader
from pipelines.sources.identifier_columns import searched_columns
from pipelines.sources.identifier_search import Place, found_in, found_in_faults
from pipelines.sources.landing import add_note
from pipelines.sources.mapping.allowances import Allowance
from pipelines.sources.source import Source
from pipelines.sources.table.columns import told_header


def refuse_identifiers(connection: duckdb.DuckDBPyConnection, source: Source, definitions: Definitions) -> None:
    """Refuses what was landed if any text of it tells who a person is and its mapping does not state otherwise.

    What the mapping states, and how many cells that concerned, is kept in `landing.allowances` and noted.

    Raises:
        IdentifierFound: with every column and kind.
    """
    reader = IdentifierReader(definitions.identifiers)
    found: Counter[Place] = Counter()
    for column in searched_columns(connection, reader, definitions):
        is_pseudonym = column.role == "id" and source.why_crosswalk is not None
        found.update(found_in(connection, reader, column, is_pseudonym=is_pseudonym))
    found.update(found_in_faults(connection, reader))
    allowed = {(allowance.column, allowance.kind) for allowance in source.allowances}
    refused = [place for place in found if (place.column, place.kind) not in allowed]
    if refused:
        # Once for each column of a file: course ids may be made of the patients'.
        told = {(place.file, place.name, place.kind): place for place in reversed(refused)}
        raise IdentifierFound(_told(place, found[place], definitions) for place in reversed(told.values()))
    n_cells: Counter[tuple[str, str]] = Counter()
    for place, n in found.items():
        n_cells[place.column, place.kind] += n
    _keep_allowances(connection, source.allowances, n_cells, definitions)


def used_allowances(connection: duckdb.DuckDBPyConnection) -> list[UsedAllowance]:
    """What the mapping of a landed import stated to be no identifier."""
    found = connection.execute("select column_name, kind, reason, reviewed, n_cells from landing.allowances")
    return [
        UsedAllowance(column=column, kind=kind, reason=reason, reviewed=reviewed, n_cells=n)
        for column, kind, reason, reviewed, n in found.fetchall()
    ]


def _keep_allowances(
    connection: duckdb.DuckDBPyConnection,
    allowances: Sequence[Allowance],
    n_cells: Mapping[tuple[str, str], int],
    definitions: Definitions,
) -> None:
    connection.execute(
        "create table landing.allowances "
        "(column_name varchar, kind varchar, reason varchar, reviewed date, n_cells bigint)"
    )
    for allowance in allowances:
        n = n_cells.get((allowance.column, allowance.kind), 0)
        connection.execute(
            "insert into landing.allowances values (?, ?, ?, ?, ?)",
            [allowance.column, allowance.kind, allowance.reason, allowance.reviewed, n],
        )
        words = definitions.identifiers.kinds[allowance.kind].words
        if n:
            add_note(
                connection,
                f"Allowed by the mapping as no {words}: {_cells(n)} of {allowance.column} "
                f"({allowance.reason}; reviewed {allowance.reviewed}).",
            )
        else:
            add_note(
                connection,
                f"The mapping allows {words} in {allowance.column}, and nothing there looks like any. Take the "
                "[[allow]] out.",
            )


def _told(place: Place, n_cells: int, definitions: Definitions) -> str:
    name = f"'{told_header(place.name)}'" + (f" (as {place.column})" if place.name != place.column else "")
    words = definitions.identifiers.kinds[place.kind].words
    if place.is_by_name:
        return f"{place.file}: {name} is named for {words} ({place.kind}; {_cells(n_cells)} filled)"
    return f"{place.file}: {name} holds {words} ({place.kind}) in {_cells(n_cells)}"


def _cells(n: int) -> str:
    return f"{n:,} cell{'' if n == 1 else 's'}"
