"""Dissociation, experience and sessions of the first infusion, and the setting, beside response: an association."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines.counted import counted
from pipelines.filters import Filters
from pipelines.results.exposures import NOT_RECORDED, Exposure, exposures_of
from pipelines.results.maturity import MATURITY_COUNTS, maturity_note
from pipelines.results.rates import WILSON, fraction
from pipelines.results.rules import response_rule
from pipelines.results.tables import (
    Rows,
    clustering_note,
    few_note,
    frames_by_group,
    group_columns,
    joined_notes,
    records,
    result_table,
    rows_by_group,
    scales_note,
    total,
    totals_by_scale,
)
from pipelines.results.window_counts import SHOWN_COUNTS, window_counts
from pipelines.statistics.correlation import PairSums, pearson_correlation
from pipelines.statistics.means import mean_interval
from pipelines.statistics.multiplicity import holm_adjusted
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.published import Published

OF_THE_INFUSION = (
    "an association: dose, order of infusions and knowing what one was given are mixed into it; "
    "published findings are divided"
)
OF_THE_CARE = "an association: who is given sessions or psychotherapy differs in more than that"
DISSOCIATION = "dissociation"
PUBLISHED = "published"
STANDARDISED = "directly standardised; Wilson score at the effective sample size"
DIFFERENCE = "of standardised rates; Newcombe at the effective sample sizes"
TEST = "Cochran-Mantel-Haenszel, general association"
TEST_STATISTICS = ("association_test", "association_test_holm")
"""p-values: by itself, and corrected for all exposures and groups of the condition."""

_COUNTS = (
    *SHOWN_COUNTS,
    "n_recorded",
    "n_in_level",
    "n_responded",
    "n_compared",
    "n_dropped",
    "n_infused",
    "n_published",
)


def dissociation_associations(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Response by what was recorded of the first infusion, for each condition and group.

    Columns `exposure` (dissociation, experience, preparation, integration, psychotherapy), `level` and `infusion`.
    For each level `share` of the courses with the exposure recorded, `observed` and `missing_as_nonresponse`
    (Wilson); where there are enough, `standardised` over bands of severity and dose, its `difference` from the first
    level, and for all levels together `association_test` and `association_test_holm` (estimates are p-values). Of
    dissociation also `correlation` with the change in per cent, in the first window and the one asked for, beside
    `published_correlation`, and `mean_score` by infusion of induction.
    """
    counts = window_counts(
        published, filters, by, lambda condition: response_rule(filters, condition, published.definitions)
    )
    keys = group_columns(by)
    responses_of = frames_by_group(published.exposure_responses(filters, by), [*keys, "window_name", "rule"])
    changes_of = rows_by_group(published.dissociation_changes(filters, by), [*keys, "window_name"])
    scores_of = rows_by_group(published.dissociation_scores(filters, by), keys)
    by_condition: dict[str, Rows] = {}
    for record in records(counts):
        where = [record[key] for key in keys]
        rule = response_rule(filters, str(record["condition"]), published.definitions)
        rows = by_condition.setdefault(str(record["condition"]), [])
        own = responses_of(*where, record["window"], rule)
        for exposure in exposures_of(own, str(record["window"]), published.definitions):
            rows += _exposure_rows(published, record, exposure)
        for window in dict.fromkeys([next(iter(published.definitions.outcomes.windows)), str(record["window"])]):
            rows.append(_correlation_row(published, record, window, changes_of(*where, window)))
        rows += [_mean_row(published, record, score) for score in scores_of(*where)]
    for condition, rows in by_condition.items():
        _add_corrected_tests(rows)
        rows += _published_rows(published, condition)
    return result_table(
        [{**row, "measure": "dissociation"} for rows in by_condition.values() for row in rows],
        [*by, "exposure", "level", "infusion"],
        _COUNTS,
    )


def _exposure_rows(published: Published, record: Mapping[str, Any], exposure: Exposure) -> Rows:
    """All rows of one exposure; one that says so where it is recorded of nobody."""
    caveat = OF_THE_INFUSION if exposure.name in (DISSOCIATION, "experience") else OF_THE_CARE
    shared = {
        **{name: record[name] for name in record if name not in ("n_met", "note")},
        "exposure": exposure.name,
        "n_recorded": exposure.n_recorded,
    }
    note = joined_notes(
        str(record["note"]),
        maturity_note(*(int(record[name]) for name in MATURITY_COUNTS)),
        clustering_note(str(record["population"])),
        caveat,
    )
    if not exposure.n_recorded:
        nothing = {**_without_counts_of_levels(shared), "statistic": "observed", "level": NOT_RECORDED}
        return [{**nothing, "note": joined_notes("recorded of no course", note)}]
    rows: Rows = []
    for level, level_counts in exposure.by_level.items():
        if level == NOT_RECORDED and not level_counts["n_in_level"]:
            continue
        rows += _level_rows(published, {**shared, "level": level}, level_counts, exposure, note)
    return [*rows, *_compared_rows(published, shared, exposure, note)]


def _level_rows(
    published: Published, shared: Mapping[str, Any], counts: Mapping[str, int], exposure: Exposure, note: str
) -> Iterator[dict[str, Any]]:
    """How many courses are in a level, and how many of them responded."""
    n_met, n_observed, n_missed = counts["n_met"], counts["n_observed"], counts["n_missed"]
    own = {**shared, **counts, "n_responded": n_met}
    if shared["level"] != NOT_RECORDED:
        yield {
            **own,
            "statistic": "share",
            **_wilson(published, counts["n_in_level"], exposure.n_recorded),
            "note": note,
        }
    rate_note = joined_notes(few_note(n_observed, published.definitions), note)
    yield {**own, "statistic": "observed", **_wilson(published, n_met, n_observed), "note": rate_note}
    rate = _wilson(published, n_met, n_observed + n_missed)
    yield {**own, "statistic": "missing_as_nonresponse", **rate, "note": rate_note}


def _compared_rows(
    published: Published, shared: Mapping[str, Any], exposure: Exposure, note: str
) -> Iterator[dict[str, Any]]:
    """Standardised rates, differences and the test; where levels are not compared, one row that says why."""
    if exposure.why_not_compared:
        yield {
            **_without_counts_of_levels(shared),
            "statistic": TEST_STATISTICS[0],
            "method": TEST,
            "note": joined_notes(exposure.why_not_compared, note),
        }
        return
    rates = exposure.standardised(published.definitions.outcomes.interval.confidence)
    support = (
        f"{rates.n_dropped:,} of {rates.n_supported + rates.n_dropped:,} followed up stand in strata of severity and "
        "dose that lack a level and are left out"
        if rates.n_supported
        else "no stratum of severity and dose holds every level"
    )
    has_reference = exposure.compared[0] == exposure.reference
    no_reference = "" if has_reference else f"too few to compare with: {exposure.reference}"
    for place, level in enumerate(exposure.compared):
        counts = exposure.by_level[level]
        own = {
            **shared,
            **counts,
            "level": level,
            "n_responded": counts["n_met"],
            "n_compared": rates.n_supported,
            "n_dropped": rates.n_dropped,
            "method": STANDARDISED,
            "note": joined_notes(support, exposure.left_out_note, no_reference, note),
        }
        values = (rates.rate[place], rates.lower[place], rates.upper[place])
        yield {**own, "statistic": "standardised", **_estimate(*values)}
        if place and has_reference:
            values = (rates.difference[place], rates.difference_lower[place], rates.difference_upper[place])
            yield {**own, "statistic": "difference", **_estimate(*values), "method": DIFFERENCE}
    test = exposure.association()
    found = (
        f"chi-squared {test.statistic:.3g} on {counted(test.degrees_of_freedom, 'degree')} of freedom"
        if test.degrees_of_freedom
        else "no stratum holds two levels and both outcomes"
    )
    yield {
        **_without_counts_of_levels(shared),
        "statistic": TEST_STATISTICS[0],
        "n_observed": sum(exposure.by_level[level]["n_observed"] for level in exposure.compared),
        "n_compared": test.n_informative,
        "estimate": test.p_value,
        "method": TEST,
        "note": joined_notes(found, exposure.left_out_note, note),
    }


def _without_counts_of_levels(shared: Mapping[str, Any]) -> dict[str, Any]:
    """What a row of all levels together shares: the counts of single levels are not its own."""
    return {name: value for name, value in shared.items() if name not in ("n_observed", "n_missed", "n_pending")}


def _add_corrected_tests(rows: Rows) -> None:
    """Behind each test the same corrected for all tests of the condition."""
    places = [place for place, row in enumerate(rows) if row["statistic"] == TEST_STATISTICS[0]]
    corrected = holm_adjusted([rows[place].get("estimate", np.nan) for place in places])
    n_tests = int(np.isfinite(corrected).sum())
    for place, p_value in reversed(list(zip(places, corrected, strict=True))):
        if np.isfinite(p_value):
            note = joined_notes(f"corrected for {counted(n_tests, 'test')}", str(rows[place]["note"]))
            row = {**rows[place], "statistic": TEST_STATISTICS[1], "estimate": p_value, "method": f"{TEST}; Holm"}
            rows.insert(place + 1, {**row, "note": note})


def _correlation_row(published: Published, record: Mapping[str, Any], window: str, changes: Rows) -> dict[str, Any]:
    """Dissociation at the first infusion with the change in per cent; negative where more goes with a larger fall."""
    rule = published.definitions.outcomes
    names = ("score_sum", "fraction_sum", "score_square_sum", "fraction_square_sum", "product_sum")
    n = total(changes, "n_courses")
    few = f"too few to compare: {n} scored and followed up, {rule.comparison.fewest_in_group} are needed"
    is_enough = n >= rule.comparison.fewest_in_group
    sums = PairSums(n, *(sum(float(change[name]) for change in changes) for name in names))
    found = pearson_correlation(sums, rule.interval.confidence)
    return {
        **{name: record[name] for name in record if not name.startswith("n_")},
        "window": window,
        "rule_version": f"dissociation {rule.version}",
        "exposure": DISSOCIATION,
        "statistic": "correlation",
        "n_started": record["n_started"],
        "n_in_population": record["n_in_population"],
        "n_observed": n,
        **(_estimate(found.estimate, found.lower, found.upper) if is_enough else {}),
        "method": "Pearson; Fisher's interval",
        "note": joined_notes(
            scales_note(totals_by_scale(changes, "n_courses")),
            "" if is_enough else few,
            "negative where more dissociation goes with a larger fall",
            clustering_note(str(record["population"])),
            OF_THE_INFUSION,
        ),
    }


def _mean_row(published: Published, record: Mapping[str, Any], score: Mapping[str, Any]) -> dict[str, Any]:
    """Dissociation at one infusion of induction, of those who were scored at it: what happens, not an outcome."""
    n, n_infused = int(score["n_scored"]), int(score["n_infused"])
    mean = mean_interval(
        n,
        float(score["score_sum"]),
        float(score["score_square_sum"]),
        published.definitions.outcomes.interval.confidence,
    )
    return {
        **{name: record[name] for name in record if not name.startswith("n_")},
        "window": "induction",
        "rule_version": f"dissociation {published.definitions.outcomes.version}",
        "exposure": DISSOCIATION,
        "statistic": "mean_score",
        "infusion": int(score["infusion_number"]),
        "n_started": record["n_started"],
        "n_in_population": record["n_in_population"],
        "n_infused": n_infused,
        "n_recorded": n,
        **_estimate(mean.estimate, mean.lower, mean.upper),
        "method": "mean, t interval",
        "note": joined_notes(
            few_note(n, published.definitions),
            "later infusions are those of courses that went on",
            clustering_note(str(record["population"])),
        ),
    }


def _published_rows(published: Published, condition: str) -> Rows:
    return [
        {
            "population": PUBLISHED,
            "condition": condition,
            "exposure": DISSOCIATION,
            "level": correlation.study,
            "statistic": "published_correlation",
            "n_published": correlation.n,
            "estimate": correlation.estimate,
            "method": correlation.measured,
            "note": joined_notes(correlation.citation, "other people, another scale: no verdict", OF_THE_INFUSION),
        }
        for correlation in published.definitions.outcomes.dissociation.published_correlations
        if correlation.condition == condition
    ]


def _wilson(published: Published, n_met: int, n: int) -> dict[str, Any]:
    lower, upper = wilson_interval([n_met], [n], published.definitions.outcomes.interval.confidence)
    return {**_estimate(fraction(n_met, n), lower[0], upper[0]), "method": WILSON}


def _estimate(estimate: float | None, lower: float, upper: float) -> dict[str, Any]:
    return {"estimate": estimate, "lower": lower, "upper": upper}
