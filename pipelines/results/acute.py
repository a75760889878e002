"""Acute change: how far a score moved from before an infusion to the hours after it, by the infusion's number."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.definitions.infusions import ALL_INFUSIONS, infusion_groups
from pipelines.filters import Filters
from pipelines.results.safety import MEAN
from pipelines.results.tables import (
    Rows,
    clustering_note,
    group_columns,
    joined_notes,
    result_table,
    rows_by_group,
    scales_note,
    started_groups,
    total,
    totals_by_scale,
)
from pipelines.statistics.clusters import ClusterSums, mean_of_units

if TYPE_CHECKING:
    from pipelines.published import Published

POINTS, FRACTION = "mean_change", "mean_change_fraction"
COUNTS = (
    "n_started",
    "n_in_population",
    "n_courses",
    "n_infusions",
    "n_with_before",
    "n_with_after",
    "n_day_alone",
    "n_changes",
)
"""`n_courses` have a change at any of the `n_infusions`, `n_changes` of which have a score before and one after."""


def acute_changes(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Mean change around infusions (column `infusion`: `all`, each number, later ones together), negative for a fall.

    On one scale `mean_change` in points, and under every scale with a true zero `mean_change_fraction`, of each score
    before; under the primary scale only fractions. Only scales that ask about a day at most; the note counts the
    others. Courses are those of the population; intervals know that the infusions of one course are alike.
    """
    published.check(filters, by)
    definitions = published.definitions
    keys = group_columns(by)
    sums_of = rows_by_group(published.acute_changes(filters, by), [*keys, "infusion"])
    rows: list[dict[str, Any]] = []
    for where, n_started, baselines in started_groups(published, filters, by):
        shared = {
            **where,
            "measure": "acute",
            "population": published.population(filters),
            "scale": filters.scale,
            "window": "infusion",
            "rule_version": f"acute {definitions.outcomes.version}",
            "n_started": n_started,
            "n_in_population": total(baselines, "n_in_population"),
        }
        for infusion, _, _ in infusion_groups(definitions.outcomes.induction.infusions_at_most):
            found = sums_of(*where.values(), infusion)
            if found or infusion == ALL_INFUSIONS:
                own = {**shared, "infusion": infusion}
                rows += _rows(published, own, found, _not_acute(baselines, filters, definitions))
    return result_table(rows, [*by, "infusion"], COUNTS)


def _not_acute(baselines: Rows, filters: Filters, definitions: Definitions) -> str:
    """The courses on scales that ask about longer than a day, and about how long they ask."""
    counts = totals_by_scale(baselines, "n_in_population")
    asked = counts if filters.scale == "primary" else {filters.scale: counts.get(filters.scale, 0)}
    others = [name for name in asked if not definitions.outcomes.acute.allows(definitions.scales[name])]
    if not others:
        return ""
    words = ", ".join(definitions.scales[name].recall_words for name in others)
    return f"no acute change of {sum(asked[name] for name in others):,} courses: {words}"


def _rows(published: Published, shared: dict[str, Any], found: Rows, not_acute: str) -> Rows:
    counts = ("n_infusions", "n_with_before", "n_with_after", "n_day_alone")
    # Without a row the infusions were not looked at: a scale that asks about longer, or none.
    shared = {**shared, **{name: total(found, name) if found else None for name in counts}}
    n_day_alone = total(found, "n_day_alone")
    notes = (
        f"at {n_day_alone:,} infusions only the day of a score is known" if n_day_alone else "",
        not_acute if shared["infusion"] == ALL_INFUSIONS else "",
        clustering_note(str(shared["population"])),
    )
    scale = published.definitions.scales.get(str(shared["scale"]))
    rows = []
    if scale is not None:
        rows.append(_row(published, shared, POINTS, found, ("n_changed_courses", "n_changes", "change"), notes))
    if scale is None or scale.metric == "points":
        rows.append(_row(published, shared, FRACTION, found, ("n_fraction_courses", "n_fractions", "fraction"), notes))
    return rows


def _row(
    published: Published,
    shared: dict[str, Any],
    statistic: str,
    found: Rows,
    columns: tuple[str, str, str],
    notes: Sequence[str],
) -> dict[str, Any]:
    """A row of a statistic, from the columns of its courses, of its changes and of its sums."""
    courses, changes, quantity = columns
    units = published.definitions.scales[str(shared["scale"])].units_per_point if statistic == POINTS else 1
    sums = ClusterSums(
        total(found, courses),
        total(found, changes),
        total(found, f"{changes}_square_sum"),
        fsum(row[f"{quantity}_sum"] for row in found) / units,
        fsum(row[f"{quantity}_square_sum"] for row in found) / units**2,
        fsum(row[f"{quantity}_cross_sum"] for row in found) / units,
    )
    mean = mean_of_units(sums, published.definitions.outcomes.interval.confidence)
    n_without = total(found, "n_changes") - sums.units
    return {
        **shared,
        "statistic": statistic,
        "n_courses": sums.clusters if found else None,
        "n_changes": sums.units if found else None,
        "estimate": mean.estimate,
        "lower": mean.lower,
        "upper": mean.upper,
        "method": MEAN,
        "note": joined_notes(
            scales_note({scale: n for scale, n in totals_by_scale(found, changes).items() if n}),
            _few(published, sums.units) if found else "",
            f"{n_without:,} with a score of 0 before are left out" if n_without else "",
            *notes,
        ),
    }


def _few(published: Published, n_changes: int) -> str:
    if not n_changes:
        return "no infusion with a score before and one after"
    few = n_changes < published.definitions.outcomes.display.fewest_for_a_sentence
    return f"too few to say: {n_changes} infusions with a score before and one after" if few else ""
