"""The page of key results, from the same rows as the tables of the pack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.reports.compose_released import Released, cohort_label, rows_of
from pipelines.words.report import cohort_words
from pipelines.words.report_key import (
    completeness_key,
    condition_key,
    latest_key,
    safety_key,
    synthetic_key,
    withheld_key,
)
from pipelines.words.safety import ALL, PROGRAM

if TYPE_CHECKING:
    from pipelines.reports.cohorts import Cohort
    from pipelines.reports.pack import PackSection, PackTable
    from pipelines.words.statement import Statement


def key_results(released: Released, tables: Mapping[str, PackTable], activity: PackSection) -> tuple[Statement, ...]:
    """What a reader with a minute has to know.

    Args:
        released: cohorts and context.
        tables: of the pack; nothing is said that stands in none of them.
        activity: whose sentence opens the page.
    """
    whole = released.whole()
    context = released.context(whole.quarters)
    found: list[Statement | None] = [synthetic_key()] if released.about.is_synthetic else []
    found += activity.parts[0].statements
    found += [
        condition_key(
            _rows(tables, f"response-{condition}", whole),
            _rows(tables, f"onset-{condition}", whole),
            _rows(tables, f"durability-{condition}", whole),
            condition,
            context,
        )
        for condition in released.conditions
    ]
    if len(released.outcomes()) > 1:
        found.append(_latest(released, tables))
    period = released.cohorts.activity
    safety = tables["safety"].frame
    only = released.conditions[0] if len(released.conditions) == 1 else PROGRAM
    events = safety[(safety["condition"] == only) & (safety["infusion"] == ALL)]
    found.append(safety_key(events, cohort_words(period.quarters), released.context(period.quarters)))
    completeness = rows_of(tables["completeness"].frame, whole)
    found.append(completeness_key(completeness, cohort_words(whole.quarters), context))
    if not released.about.policy.hides_nothing:
        found.append(withheld_key(released.about.policy.name))
    return tuple(statement for statement in found if statement is not None)


def _latest(released: Released, tables: Mapping[str, PackTable]) -> Statement | None:
    latest = released.outcomes()[0]
    rates = pd.concat([_rows(tables, f"response-{condition}", latest) for condition in released.conditions])
    return latest_key(rates, released.conditions, cohort_label(latest), released.context(latest.quarters))


def _rows(tables: Mapping[str, PackTable], name: str, cohort: Cohort) -> pd.DataFrame:
    if name not in tables:
        return pd.DataFrame(columns=["condition", "statistic"])
    return rows_of(tables[name].frame, cohort)
