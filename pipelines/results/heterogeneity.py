"""Rates by a subgroup, and whether its levels differ by more than chance: one test of all levels within a condition.

Conditions are never tested against each other, and no level is named by the test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines.filters import Filters
from pipelines.results.maturity import MATURITY_COUNTS, maturity_note
from pipelines.results.reliable_change import NONE_CITED, reliable_changes
from pipelines.results.response import remission_rates, response_rates
from pipelines.results.tables import Rows, group_columns, joined_notes, records, result_table, scales_note
from pipelines.results.window_counts import SHOWN_COUNTS
from pipelines.statistics.heterogeneity import heterogeneity_test
from pipelines.statistics.multiplicity import holm_adjusted

if TYPE_CHECKING:
    from pipelines.definitions.outcomes import ComparisonRule
    from pipelines.published import Published

HETEROGENEITY = "heterogeneity"
PEARSON = "Pearson's chi-squared test, levels all together"
NOT_RECORDED = "not recorded"
_TEST_COUNTS = ("n_groups", "degrees_of_freedom", "n_comparisons")
_TEST_FIGURES = ("chi_square", "p_value", "p_value_adjusted")


def response_by_subgroup(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """`response_rates`, and with one group beside the condition a row `heterogeneity` for each condition."""
    return _with_tests(published, response_rates(published, filters, by), by, "n_responded")


def remission_by_subgroup(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """`remission_rates`, and with one group beside the condition a row `heterogeneity` for each condition."""
    return _with_tests(published, remission_rates(published, filters, by), by, "n_in_remission")


def reliable_changes_by_subgroup(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """`reliable_changes`, and with one group beside the condition a row `heterogeneity` for each of its changes."""
    return _with_tests(published, reliable_changes(published, filters, by), by, "n_with_change", ["change"])


def _with_tests(
    published: Published, rates: pd.DataFrame, by: Sequence[str], met: str, parts: Sequence[str] = ()
) -> pd.DataFrame:
    """The rates with a test of the levels of their one group; with more groups, or none, as they are.

    Levels that are not recorded, or hold too few, are left out and named in the note. `p_value_adjusted` is Holm's over
    all tests of the table.

    Args:
        met: the count of those who met the rule.
        parts: further columns that tell rates apart, each with a test of its own.
    """
    levels = group_columns(by)[1:]
    if len(levels) != 1 or rates.empty:
        return rates
    rows = list(_tests(published, rates[rates["statistic"] == "observed"], levels[0], met, parts))
    adjusted = holm_adjusted([row.get("p_value", np.nan) for row in rows])
    n_comparisons = int(np.isfinite(adjusted).sum())
    for row, p_value in zip(rows, adjusted, strict=True):
        if np.isfinite(p_value):
            several = f"one of {n_comparisons:,} comparisons, corrected together (Holm)"
            note = several if n_comparisons > 1 else "the only comparison"
            row |= {"p_value_adjusted": p_value, "n_comparisons": n_comparisons}
            row["note"] = joined_notes(str(row["note"]), note)
    counts = [*(str(name) for name in rates if str(name).startswith("n_")), *_TEST_COUNTS]
    return result_table([*records(rates), *rows], [*by, *parts], counts, _TEST_FIGURES)


def _tests(
    published: Published, observed: pd.DataFrame, level: str, met: str, parts: Sequence[str]
) -> Iterator[dict[str, Any]]:
    rule = published.definitions.outcomes.comparison
    for _, own in observed.groupby(["condition", *parts], sort=False):
        levels = records(own)
        compared = [row for row in levels if row[level] != NOT_RECORDED and row["n_observed"] >= rule.fewest_in_group]
        left_out = [f"{row[level]} ({row['n_observed']})" for row in levels if row not in compared]
        of = compared or levels
        shown = (*SHOWN_COUNTS, met)
        counts = {name: sum(int(row[name]) for row in of if pd.notna(row[name])) for name in shown}
        result: dict[str, Any] = {
            **{name: of[0][name] for name in ("measure", "population", "condition", "scale", "window", *parts)},
            **counts,
            "statistic": HETEROGENEITY,
            "rule_version": ", ".join(dict.fromkeys(str(row["rule_version"]) for row in of)),
            "method": PEARSON,
            "n_groups": len(compared),
        }
        if str(of[0]["note"]).startswith(NONE_CITED):
            yield {**result, "note": f"nothing to compare: {NONE_CITED}"}
            continue
        test = heterogeneity_test([row[met] for row in compared], [row["n_observed"] for row in compared])
        refusal = _refusal(
            str(of[0]["population"]), compared, counts["n_observed"], counts[met], test.least_expected, rule
        )
        if not refusal:
            result |= {
                "chi_square": test.chi_square,
                "degrees_of_freedom": test.degrees_of_freedom,
                "p_value": test.p_value,
            }
        result["note"] = joined_notes(
            _scales(of),
            refusal,
            f"left out: {', '.join(left_out)}" if left_out else "",
            maturity_note(*(counts[name] for name in MATURITY_COUNTS)),
        )
        yield result


def _refusal(
    population: str, compared: Rows, n_observed: int, n_met: int, least_expected: float, rule: ComparisonRule
) -> str:
    """Why nothing is tested, in words; nothing where the levels are tested."""
    if population.startswith("repeat"):
        return "not tested: the courses of a patient are not independent"
    if len(compared) < 2:
        number = "one level has" if compared else "no level has"
        return f"nothing to compare: {number} {rule.fewest_in_group} followed up or more"
    for n, who in ((n_met, "met the rule"), (n_observed - n_met, "did not meet the rule")):
        if n < rule.fewest_events:
            return f"too few to compare: {n} {who}, {rule.fewest_events} are needed"
    if least_expected < rule.least_expected_count:
        needed = f"{rule.least_expected_count:g} are needed"
        return f"too few to compare: by chance {least_expected:.1f} are expected of a level, {needed}"
    return ""


def _scales(levels: Rows) -> str:
    """The scales of all levels, each with its n, as the notes of the levels count them."""
    counts: dict[str, int] = {}
    for row in levels:
        for part in str(row["note"]).split("; ")[0].split(", "):
            scale, _, n = part.rpartition(": ")
            if n.replace(",", "").isdigit():
                counts[scale] = counts.get(scale, 0) + int(n.replace(",", ""))
    return scales_note(dict(sorted(counts.items())))
