"""The counts behind a comparison of sites: how each site's courses stand, and by what they brought with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.errors import UsageError
from pipelines.filters import Filters
from pipelines.results.maturity import MATURITY_COUNTS, days_to_mature, maturity_counts, maturity_note
from pipelines.results.rules import REMISSION, response_rule, rule_version
from pipelines.results.tables import (
    Rows,
    clustering_note,
    joined_notes,
    records,
    rows_by_group,
    scales_note,
    total,
    totals_by_scale,
)
from pipelines.results.window_counts import window_counts

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.published import Published

PROGRAM = "any"
"""The program as a whole: each course once, by the rule of the condition that it counts under."""
SITE = "site"
_STANDS = ("n_observed", "n_missed", "n_pending", "n_not_anchored")


@dataclass(frozen=True)
class SiteCounts:
    """The courses of one condition, or of the program, at all sites.

    Attributes:
        sites: what stands on every row of a site, by its name, in the order of names.
        mixes: rows of `Published.case_mixes` that are judged, with their site.
    """

    sites: Mapping[str, dict[str, Any]]
    mixes: Rows


def site_counts(published: Published, filters: Filters) -> Iterator[SiteCounts]:
    """Each condition's courses in their fixed order; last those of the program.

    The program is there where it has several conditions and the filters keep them all, on primary scales. The rule may
    be `remission` here.

    Raises:
        UsageError: a further attribute, which case mix is not counted by.
    """
    if filters.attribute != "all":
        raise UsageError(
            f"Sites are compared by case mix, which is not counted by {filters.attribute}. Leave it out; severity at "
            "baseline and treatment resistance are taken into account as they are."
        )
    asked = replace(filters, rule=None) if filters.rule == REMISSION else filters
    definitions = published.definitions
    window = filters.window or definitions.outcomes.headline_window

    def rule_of(condition: str) -> str:
        return REMISSION if filters.rule == REMISSION else response_rule(asked, condition, definitions)

    counts = window_counts(published, asked, [SITE], rule_of)
    mixes = published.case_mixes(asked, [SITE])
    mixes = mixes[(mixes["window_name"] == window) & (mixes["rule"] == mixes["condition"].map(rule_of))]
    mixes_of = rows_by_group(mixes, ["condition"])
    conditions = list(dict.fromkeys(counts["condition"])) if len(counts) else []
    for condition in conditions:
        own = counts[counts["condition"] == condition]
        yield SiteCounts({str(row[SITE]): _with_notes(row) for row in records(own)}, mixes_of(condition))
    if len(conditions) > 1 and not filters.condition and filters.scale == "primary":
        in_program = mixes[mixes["is_in_program"]]
        yield SiteCounts(_program_sites(published, asked, window, in_program, rule_of), records(in_program))


def _with_notes(row: dict[str, Any]) -> dict[str, Any]:
    notes = (
        str(row["note"]),
        maturity_note(*(int(row[name]) for name in MATURITY_COUNTS)),
        clustering_note(str(row["population"])),
    )
    return {**row, "note": joined_notes(*notes)}


def _program_sites(
    published: Published, filters: Filters, window: str, mixes: pd.DataFrame, rule_of: Callable[[str], str]
) -> dict[str, dict[str, Any]]:
    definitions = published.definitions
    mixes_of = rows_by_group(mixes, [SITE])
    sites = {}
    for site, n_started in sorted(published.n_started_by(filters, SITE).items()):
        rows = [{**row, "n_in_population": sum(int(row[name]) for name in _STANDS)} for row in mixes_of(site)]
        scales = totals_by_scale(rows, "n_in_population")
        rules = dict.fromkeys(rule_of(str(row["condition"])) for row in rows)
        sites[site] = _with_notes(
            {
                "condition": PROGRAM,
                SITE: site,
                "population": published.population(filters),
                "scale": filters.scale,
                "window": window,
                "rule_version": ", ".join(rule_version(rule, list(scales), definitions) for rule in sorted(rules)),
                "note": scales_note(scales),
                "n_started": n_started,
                "n_in_population": total(rows, "n_in_population"),
                **{name: total(rows, name) for name in (*_STANDS, "n_met")},
                **maturity_counts(rows, days_to_mature(window, definitions)),
            }
        )
    return sites
