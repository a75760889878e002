"""Safety: what was found at infusions, of those with it recorded, and how many courses got worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.definitions.infusions import ALL_INFUSIONS, EVENTS, RISES, PublishedFinding, infusion_groups
from pipelines.filters import Filters
from pipelines.results.maturity import MATURITY_COUNTS, maturity_note
from pipelines.results.rates import WILSON, fraction
from pipelines.results.reliable_change import NONE_CITED, reliable_changes
from pipelines.results.response import response_counts, without_entry_cut
from pipelines.results.tables import (
    NO_SCALE,
    Rows,
    clustering_note,
    condition_order,
    few_note,
    group_columns,
    joined_notes,
    records,
    result_table,
    rows_by_group,
)
from pipelines.statistics.clusters import ClusterEstimate, ClusterSums, mean_of_units, share_of_units
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.published import Published

PROGRAM = "any"
PUBLISHED = "published"
NOT_COMPARABLE = "not comparable"
MEAN = "ratio over courses, Student t"
SHARE = "Wilson score, infusions cut to as many independent ones"
COUNTS = ("n_started", "n_courses", "n_infusions", "n_recorded", "n_not_recorded", "n_with")
"""`n_courses` have it recorded at any of the `n_infusions`, `n_recorded` of which have it recorded and `n_with` it."""
_MARKS = {"read": "read on its page", "quoted": "read in quotation", "by_citation": "by citation, not re-read"}
_OTHER_PEOPLE = "other people than the program's, and other doses and monitors: a difference is no verdict"


def infusion_safety(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """What was found at infusions (column `infusion`: `all`, each number, later ones together), and worsening.

    Of all courses started, those below the entry cut and without a baseline too; condition `any` is the program as a
    whole. Statistics: `systolic_rise`, `diastolic_rise` and `heart_rate_rise`, the mean of peak less before;
    `high_pressure` and `large_pressure_rise`, `adverse_event` and `adverse_event_<code>`, `stopped_early`, shares of
    infusions. Each is of the infusions with the field recorded; intervals know that the infusions of one course are
    alike. `any_worsening` and `reliable_worsening` are shares of courses at the window, without the entry cut.
    Published results stand below, `<statistic>_published` with their column `benchmark`.
    """
    published.check(filters, by)
    rows = _infusion_rows(published, filters, by)
    rows += _worsening_rows(published, filters, by)
    rows += [
        _published_row(finding, filters, published)
        for finding in published.definitions.outcomes.safety.published
        if finding.condition is None or not filters.condition or finding.condition in filters.condition
    ]
    return result_table(rows, [*by, "infusion", "benchmark"], COUNTS)


def _infusion_rows(published: Published, filters: Filters, by: Sequence[str]) -> Rows:
    definitions = published.definitions
    keys = group_columns(by)
    found_at = rows_by_group(published.infusion_findings(filters, by), [*keys, "infusion"])
    events_of = rows_by_group(published.adverse_events(filters, by), keys)
    rows: Rows = []
    for group in _with_program_first(published.started_with_program(filters, by), published):
        where = {key: group[key] for key in keys}
        shared = {
            **where,
            "measure": "safety",
            "population": published.population(filters),
            "scale": NO_SCALE,
            "window": "infusion",
            "rule_version": f"safety {definitions.outcomes.version}",
            "n_started": int(group["n_started"]),
        }
        for infusion, _, _ in infusion_groups(definitions.outcomes.induction.infusions_at_most):
            found = {str(row["finding"]): _sums(row) for row in found_at(*where.values(), infusion)}
            if not found and infusion != ALL_INFUSIONS:
                continue
            n_infusions = found["infusion"].units if found else 0
            own = {**shared, "infusion": infusion, "n_infusions": n_infusions}
            n_without = own["n_started"] - found["infusion"].clusters if found else own["n_started"]
            note = f"{n_without:,} courses without infusion rows" if n_without and infusion == ALL_INFUSIONS else ""
            for statistic in (*RISES, *EVENTS):
                sums = found.get(statistic, _NONE)
                rows.append(_finding_row(published, {**own, "note": note}, statistic, sums))
                if statistic == "adverse_event" and infusion == ALL_INFUSIONS:
                    codes = _codes(events_of(*where.values()), sums, published)
                    rows += [_finding_row(published, {**own, "note": note}, name, code) for name, code in codes]
    return rows


def _with_program_first(started: pd.DataFrame, published: Published) -> Rows:
    rows = records(condition_order(started, published))
    return sorted(rows, key=lambda row: row["condition"] != PROGRAM)


def _sums(row: Mapping[str, Any]) -> ClusterSums:
    return ClusterSums(
        int(row["n_courses"]),
        int(row["n_recorded"]),
        int(row["n_recorded_square_sum"]),
        float(row["total_sum"]),
        float(row["total_square_sum"]),
        float(row["cross_sum"]),
    )


_NONE = ClusterSums(0, 0, 0, 0, 0, 0)


def _codes(events: Rows, any_event: ClusterSums, published: Published) -> Iterator[tuple[str, ClusterSums]]:
    """Each code of an adverse event, in the order of the definitions; those never recorded too."""
    by_code = {str(row["adverse_event"]): row for row in events}
    for code in published.definitions.columns.infusions["adverse_events"].codes:
        if code == "none":
            continue
        row = by_code.get(code, {"total_sum": 0, "total_square_sum": 0, "cross_sum": 0})
        yield (
            f"adverse_event_{code}",
            ClusterSums(
                any_event.clusters,
                any_event.units,
                any_event.units_squared,
                float(row["total_sum"]),
                float(row["total_square_sum"]),
                float(row["cross_sum"]),
            ),
        )


def _finding_row(published: Published, shared: dict[str, Any], statistic: str, sums: ClusterSums) -> dict[str, Any]:
    outcomes = published.definitions.outcomes
    is_mean = statistic in RISES
    found = (
        mean_of_units(sums, outcomes.interval.confidence)
        if is_mean
        else share_of_units(sums, outcomes.comparison.fewest_events, outcomes.interval.confidence)
    )
    return {
        **shared,
        "statistic": statistic,
        "n_courses": sums.clusters,
        "n_recorded": sums.units,
        "n_not_recorded": shared["n_infusions"] - sums.units,
        "n_with": None if is_mean else int(sums.total),
        "estimate": found.estimate,
        "lower": found.lower,
        "upper": found.upper,
        "method": MEAN if is_mean else SHARE,
        "note": joined_notes(
            _recorded_note(published, sums),
            _alike_note(published, sums, found),
            str(shared["note"]),
            clustering_note(str(shared["population"])),
        ),
    }


def _recorded_note(published: Published, sums: ClusterSums) -> str:
    if not sums.units:
        return "not recorded at any infusion"
    few = sums.units < published.definitions.outcomes.display.fewest_for_a_sentence
    return f"too few to say: {sums.units} infusions with it recorded" if few else ""


def _alike_note(published: Published, sums: ClusterSums, found: ClusterEstimate) -> str:
    if not sums.units or found.is_clustering_estimated:
        return ""
    fewest = published.definitions.outcomes.comparison.fewest_events
    return f"fewer than {fewest} with it, or without: the infusions of a course are taken as wholly alike"


def _worsening_rows(published: Published, filters: Filters, by: Sequence[str]) -> Rows:
    """Any increase, and a reliable one, among the courses observed at the window."""
    whole = without_entry_cut(published, filters) or filters
    version = f"safety {published.definitions.outcomes.version}"
    any_increase = [
        {**row, "n_met": row["n_worse"], "rule_version": version, "note": _maturity_and_note(row)}
        for row in records(response_counts(published, _by_an_offered_rule(whole, published), by))
    ]
    reliable = []
    for row in records(reliable_changes(published, whole, by)):
        if row["change"] == "reliably_worsened" and row["statistic"] == "observed":
            reliable.append({**row, "n_met": row["n_with_change"]})
        elif str(row["note"]).startswith(NONE_CITED):
            reliable.append({**row, "n_met": 0, "n_observed": 0})
    both = {"any_worsening": any_increase, "reliable_worsening": reliable}
    return [_worsening_row(published, name, row) for name, found in both.items() for row in found]


def _maturity_and_note(row: dict[str, Any]) -> str:
    maturity = maturity_note(*(int(row[name]) for name in MATURITY_COUNTS))
    return joined_notes(str(row["note"]), maturity, clustering_note(str(row["population"])))


def _by_an_offered_rule(filters: Filters, published: Published) -> Filters:
    """The same courses, by a rule that their scale offers: whether a score rose does not depend on the rule."""
    if filters.scale == "primary":
        return filters
    return replace(filters, rule=next(iter(published.definitions.scales[filters.scale].response), None))


def _worsening_row(published: Published, statistic: str, row: dict[str, Any]) -> dict[str, Any]:
    n, n_met = int(row["n_observed"]), int(row["n_met"])
    lower, upper = wilson_interval([n_met], [n], published.definitions.outcomes.interval.confidence)
    few = few_note(n, published.definitions)
    return {
        **{name: value for name, value in row.items() if not name.startswith("n_")},
        "measure": "safety",
        "statistic": statistic,
        "n_started": row["n_started"],
        "n_courses": row["n_in_population"],
        "n_recorded": n,
        "n_not_recorded": int(row["n_missed"]),
        "n_with": n_met,
        "estimate": fraction(n_met, n),
        "lower": lower[0],
        "upper": upper[0],
        "method": WILSON,
        "note": joined_notes(few if few not in str(row["note"]) else "", str(row["note"])),
    }


def _published_row(finding: PublishedFinding, filters: Filters, published: Published) -> dict[str, Any]:
    return {
        "measure": "safety",
        "population": PUBLISHED,
        "condition": finding.condition or PROGRAM,
        "scale": finding.scale or NO_SCALE,
        "window": finding.window,
        "statistic": f"{finding.statistic}_published",
        "benchmark": finding.id,
        "n_courses": finding.n_patients,
        "n_infusions": finding.n_infusions,
        "estimate": finding.estimate,
        "method": "as published",
        "note": joined_notes(
            _why_not_comparable(finding, filters, published) or _OTHER_PEOPLE,
            finding.population,
            f"{finding.citation} ({_MARKS[finding.mark]})",
        ),
    }


def _why_not_comparable(finding: PublishedFinding, filters: Filters, published: Published) -> str:
    """Worsening is comparable on the same scale in the same window."""
    window = filters.window or published.definitions.outcomes.headline_window
    if finding.scale is not None and finding.scale != filters.scale:
        return f"{NOT_COMPARABLE}: published on {finding.scale}, asked for on {filters.scale}"
    if finding.window is not None and finding.window != window:
        return f"{NOT_COMPARABLE}: published for {finding.window}, asked for {window}"
    return ""
