"""What protects small numbers, over all rows of a pack at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.definitions.disclosure import HIDDEN
from pipelines.privacy.release.cohorts import SITES
from pipelines.privacy.release.nested import without_conflicts
from pipelines.privacy.release.plan import ReleasePlan
from pipelines.privacy.release.revised import against, kept_pictures
from pipelines.privacy.release.tables import released
from pipelines.privacy.release.told_steps import untold_steps
from pipelines.words.numbers import is_hidden

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy
    from pipelines.privacy.release.ledger import Ledger

_TABLE = "table"
_STAGES = {
    "started": "n_started",
    "with_baseline": "n_with_baseline",
    "in_population": "n_in_population",
    "observed": "n_observed",
    "followed_up": "n_observed",
    "responded": "n_responded",
}


def protected(
    tables: Mapping[str, pd.DataFrame], plan: ReleasePlan, before: Ledger, policy: Policy, confidence: float
) -> Mapping[str, pd.DataFrame]:
    """Tables as they may be released together, with a column `release` that says how rows stand beside earlier packs.

    Args:
        tables: with the columns `quarters` and `sites`; those that rank higher come first.
        plan: how quarters and sites are joined.
        before: what earlier packs released.
        policy: what is hidden.
        confidence: of the intervals.
    """
    untold = untold_steps(tables, policy)
    now = {
        name: released(table, policy, confidence, _plan_for(table, plan), untold.get(name, {}))
        for name, table in tables.items()
    }
    kept = kept_pictures(now.values(), before, policy)
    shown = {name: against(table, before, policy, confidence, kept) for name, table in now.items()}
    return _apart(without_conflicts(_together(shown), policy, before), shown)


def only_planned_stages(flow: pd.DataFrame, columns: Collection[str]) -> pd.DataFrame:
    """A flow with the stages that the plan shows; all others, which would add up to what is not shown, are hidden."""
    stages = flow["statistic"].map(_STAGES)
    is_kept = stages.isin([*columns])
    counts = flow["n_courses"].astype(object).where(is_kept, HIDDEN)
    due = flow["n_due"].astype(object).where(is_kept, HIDDEN)
    figures = {name: flow[name].where(is_kept) for name in ("estimate", "lower", "upper")}
    return flow.assign(n_courses=counts, n_due=due, suppressed=flow["suppressed"] | ~is_kept, **figures)


def _plan_for(table: pd.DataFrame, plan: ReleasePlan) -> ReleasePlan:
    """The plan of a table's columns: of sites fewer may be shown than of the program."""
    if not (table[SITES] != "").any():
        return plan
    of_sites = {name: replace(planned, columns=planned.site_columns) for name, planned in plan.conditions.items()}
    return ReleasePlan(of_sites)


def _together(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """All rows, one below the other; what a table does not have is NA, which is not hidden."""
    columns = list(dict.fromkeys(str(name) for table in tables.values() for name in table))
    every = []
    for name, table in tables.items():
        whole = table.astype(object).assign(**{_TABLE: name})
        for column in columns:
            if column not in table:
                whole[column] = pd.NA
        every.append(whole)
    return pd.concat(every, ignore_index=True)


def _apart(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
    """The rows of each table with its own columns, and its types where they still hold."""
    made = {}
    for name, table in tables.items():
        own = rows.loc[rows[_TABLE] == name, list(table.columns)].reset_index(drop=True)
        for column in own:
            is_count = str(column).startswith("n_")
            if not is_count or table[column].dtype != object:
                own[column] = _typed(own[column], table[column])
        made[name] = own
    return made


def _typed(column: pd.Series, before: pd.Series) -> pd.Series:
    """A column in the type that it had; with hidden counts among whole numbers it has none."""
    holds_hidden = str(before.dtype) == "Int64" and any(map(is_hidden, column))
    return column if holds_hidden else column.astype(before.dtype)
