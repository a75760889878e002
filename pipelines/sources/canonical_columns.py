"""Whether the columns of a canonical table are those of the contract."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.definitions import Definitions
from pipelines.errors import FileRefused, nearest_name
from pipelines.filters import FILTER_NAMES
from pipelines.privacy.identifiers import IdentifierReader
from pipelines.sources.landing import ATTRIBUTE_PREFIX, MINUTES_PER_UNIT, item_columns

ATTRIBUTE = re.compile(rf"{ATTRIBUTE_PREFIX}[a-z][a-z0-9_]{{0,39}}")


def check_columns(table: str, file_name: str, columns: Sequence[str], definitions: Definitions) -> None:
    """Whether a table's columns are those of the contract.

    Raises:
        FileRefused: a column is missing, comes twice, or is unknown; with the nearest name that is known.
    """
    known = list(definitions.columns.of(table))
    times = list(MINUTES_PER_UNIT) if table in ("infusions", "scores") else []
    if not {column.casefold() for column in columns} & {*known, *times}:
        # Without a header line these are a patient's values: nothing of them is shown.
        raise FileRefused(
            f"{file_name}: line 1 does not hold the column names. Expected a header line with at least: "
            f"{', '.join([*_required(table, definitions), *_time_hint(times)])}."
        )
    repeated = sorted({column for column in columns if list(columns).count(column) > 1})
    if repeated:
        raise FileRefused(f"{file_name}: the column '{shown_header(repeated[0])}' comes twice. Keep one of them.")
    items = item_columns(columns) if table == "scores" else []
    reserved = [column for column in columns if is_reserved_attribute(column, definitions)]
    if reserved:
        raise FileRefused(
            f"{file_name}: the attribute '{reserved[0]}' bears a name that stands for something else already. "
            "Give it another name."
        )
    unknown = [
        column
        for column in columns
        if column not in known
        and not _is_refused_by_name(column, columns, definitions)
        and column not in times
        and column not in items
        and not (table == "courses" and ATTRIBUTE.fullmatch(column))
    ]
    required = _required(table, definitions)
    missing = [name for name in required if name not in columns]
    if missing:
        nearest = nearest_name(missing[0], unknown)
        hint = f"The nearest column found is '{nearest}': rename it. " if nearest else ""
        raise FileRefused(
            f"{file_name} has no column '{missing[0]}'. {hint}"
            f"Found: {_listed(columns)}. Expected at least: {', '.join([*required, *_time_hint(times)])}."
        )
    given_times = [column for column in columns if column in times]
    if times and len(given_times) != 1:
        found = f"has {' and '.join(given_times)}" if given_times else "has no time column"
        nearest = next((near for column in unknown if (near := nearest_name(column, times))), None)
        hint = f" Did you mean '{nearest}'?" if nearest and not given_times else ""
        raise FileRefused(f"{file_name} {found}. Give exactly one of {', '.join(times)}.{hint}")
    if table == "scores" and "total" not in columns and not items:
        nearest = nearest_name("total", unknown)
        hint = f" The nearest column found is '{nearest}': rename it." if nearest else ""
        raise FileRefused(f"{file_name} has neither 'total' nor items (item_1, item_2 ...).{hint}")
    if unknown:
        nearest = nearest_name(unknown[0], [*known, *times])
        hint = f"Did you mean '{nearest}'? " if nearest else ""
        cure = "Rename it or leave it out" + (
            f"; a further attribute is named {ATTRIBUTE_PREFIX}<name> (small letters, digits, _)."
            if table == "courses"
            else "."
        )
        raise FileRefused(f"{file_name} has a column '{shown_header(unknown[0])}' that is not known. {hint}{cure}")


def _is_refused_by_name(column: str, columns: Sequence[str], definitions: Definitions) -> bool:
    """Whether a column that is not known comes in far enough to be refused with all other identifiers."""
    is_alone = [name.casefold() for name in columns].count(column.casefold()) == 1
    return is_alone and '"' not in column and IdentifierReader(definitions.identifiers).kind_of_name(column) is not None


def is_reserved_attribute(column: str, definitions: Definitions) -> bool:
    """Whether a column would be an attribute under the name of a canonical column or of a filter."""
    name = column.removeprefix(ATTRIBUTE_PREFIX)
    return column != name and name in {*definitions.columns.courses, *FILTER_NAMES}


def _required(table: str, definitions: Definitions) -> list[str]:
    return [name for name, rule in definitions.columns.of(table).items() if rule.required]


def _time_hint(times: Sequence[str]) -> list[str]:
    return [f"one of {' / '.join(times)}"] if times else []


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(shown_header(column) for column in columns[:12]) + (" ..." if len(columns) > 12 else "")


def shown_header(column: str) -> str:
    """A header as it may be shown: a file without a header line has values there, which are not repeated."""
    return column if re.fullmatch(r"[A-Za-z][A-Za-z _]{0,39}(_?\d{1,2})?", column) else f"({len(column)} characters)"
