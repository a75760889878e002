"""Tables on paper beside their released rows: each number by its line and its column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest

import pandas as pd

from pipelines.reports.pack import PackTable
from tie_out.numbers import faults, written
from tie_out.printed_cohorts import COHORT_LINES, Numbers, plain
from tie_out.printed_lines import LINES, rates_by_cohort

KINDS = (*LINES, *COHORT_LINES)
"""By the beginning of a table's name, the longer one first."""


def table_faults(table: PackTable, printed: pd.DataFrame, named: Mapping[str, str], fewest: int) -> list[str]:
    """What is printed that the rows of a table do not give, and what of them is missing.

    Args:
        table: with the released rows.
        printed: what stands on paper.
        named: conditions in words, by their ids.
        fewest: of fewer no rate is told.
    """
    kind = next(name for name in KINDS if table.name.startswith(name))
    if kind in COHORT_LINES:
        return _turned_faults(table, printed, COHORT_LINES[kind], fewest)
    is_of_rates = set(table.frame["measure"]) == {"response"} if "measure" in table.frame else False
    lines = (rates_by_cohort if is_of_rates else LINES[kind])(table.frame, named, fewest)
    found = []
    for place, (cells, line) in enumerate(zip_longest(printed.to_dict("records"), lines)):
        where = f"{table.name}, line {place + 1}"
        if cells is None or line is None:
            return [*found, f"{where}: {'no row gives it' if line is None else f'{line.names} is missing'}"]
        found += [
            f"{where}: {cells.get(head)!r}, not {name!r}"
            for head, name in line.names.items()
            if str(cells.get(head)) != name
        ]
        found += [
            f"{where}: no column {head}" for head, due in line.numbers.items() if due and head not in map(plain, cells)
        ]
        for head, cell in cells.items():
            if head not in line.names:
                found += faults(f"{where}, {head}", str(cell), line.numbers.get(plain(str(head)), []))
    return found


def _turned_faults(
    table: PackTable, printed: pd.DataFrame, lines_of: Callable[[pd.DataFrame], Mapping[str, Numbers]], fewest: int
) -> list[str]:
    label, *cohorts = printed.columns
    own = {str(cohort): table.frame[table.frame["cohort"] == cohort] for cohort in dict.fromkeys(table.frame["cohort"])}
    if list(cohorts) != list(own):
        return [f"{table.name}: columns are {cohorts}, not {list(own)}"]
    lines = lines_of(table.frame)
    due = [name for name in lines if any(lines[name](rows, fewest) for rows in own.values())]
    named = [plain(str(name)) for name in printed[label]]
    found = [f"{table.name}: no line {name}" for name in due if name not in named]
    for cells in printed.to_dict("records"):
        name = plain(str(cells[label]))
        for cohort in own:
            where = f"{table.name}, {name}, {cohort}"
            if name not in lines:
                found += [f"{where}: {cells[cohort]} is of no row"] * bool(written(str(cells[cohort])))
            else:
                found += faults(
                    where, _without_scales(str(cells[cohort]), own[cohort]), lines[name](own[cohort], fewest)
                )
    return found


def _without_scales(text: str, rows: pd.DataFrame) -> str:
    """A cell without the names of scales that its rows count, which hold digits."""
    for note in rows["note"]:
        for scale in str(note).partition("; ")[0].split(", "):
            text = text.replace(scale.partition(":")[0], "")
    return text
