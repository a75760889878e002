"""Whether the groups of one condition differ in their onset by more than chance, and by how much.

The score test of the intervals is the answer; the log-rank test of the naive curve stands beside it, because it is what
others report, and sees visit days as well as onset. Beside every p-value stands a difference in days: of the mean time
without a recorded response up to a horizon. Conditions are never tested against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines.filters import Filters
from pipelines.results.clocks import Clock
from pipelines.results.onset_groups import GROUP_COUNTS, OnsetGroup
from pipelines.results.tables import Rows, joined_notes, scales_note
from pipelines.statistics.comparison import GroupTest, log_rank_test, score_test
from pipelines.statistics.multiplicity import holm_adjusted
from pipelines.statistics.restricted_mean import (
    RestrictedMean,
    common_follow_up,
    restricted_mean,
    restricted_mean_difference,
)

if TYPE_CHECKING:
    from pipelines.definitions.outcomes import ComparisonRule
    from pipelines.published import Published

SCORE_TEST, LOG_RANK = "score_test", "log_rank"
RESTRICTED_MEAN, RESTRICTED_MEAN_DIFFERENCE = "restricted_mean", "restricted_mean_difference"
COMPARISON_COUNTS = ("n_groups", "degrees_of_freedom", "n_comparisons")
COMPARISON_FIGURES = ("chi_square", "p_value", "p_value_adjusted")
METHODS = {
    SCORE_TEST: "Sun's score test of the intervals, variance of permutations",
    LOG_RANK: "log-rank test at first recorded response",
    RESTRICTED_MEAN: "area under Kaplan-Meier at first recorded response, Greenwood",
    RESTRICTED_MEAN_DIFFERENCE: "difference of two such areas; p by the score test of the group against all others",
}
_NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class _Groups:
    """The groups of one condition.

    Attributes:
        by: the column that tells them apart.
        compared: those large enough, with a value that is recorded.
        left_out: the others, each with its courses.
        refusal: why nothing is tested, in words; empty where the groups are tested.
    """

    by: str
    compared: list[OnsetGroup]
    left_out: list[str]
    refusal: str

    def name(self, group: OnsetGroup) -> str:
        return str(group.keys[self.by])


def comparison_rows(
    published: Published, groups: Sequence[OnsetGroup], filters: Filters, by: str, clock: Clock
) -> Rows:
    """For each condition the tests of its groups and, where they are tested, what each group differs by.

    Statistics: `score_test` and `log_rank` of all groups together (`chi_square`, `p_value`), `restricted_mean` of each
    group, and `restricted_mean_difference` of each group less all others together, with the score test of these two.
    `p_value_adjusted` is Holm's over all comparisons of its kind that were asked for at once, `n_comparisons` of them.

    Args:
        groups: of one `by` beside the condition.
        by: the column that tells the groups of a condition apart.
    """
    rows: Rows = []
    for condition in dict.fromkeys(str(group.keys["condition"]) for group in groups):
        own = [group for group in groups if group.keys["condition"] == condition]
        rows += _of_condition(published, _parted(published, own, filters, by), own, filters, clock)
    for statistic in (SCORE_TEST, LOG_RANK, RESTRICTED_MEAN_DIFFERENCE):
        _adjust([row for row in rows if row["statistic"] == statistic])
    return rows


def _parted(published: Published, groups: Sequence[OnsetGroup], filters: Filters, by: str) -> _Groups:
    rule = published.definitions.outcomes.comparison
    compared, left_out = [], []
    for group in groups:
        n = int(group.keys["n_assessed"])
        if str(group.keys[by]) == _NOT_RECORDED or n < rule.fewest_in_group:
            left_out.append(f"{group.keys[by]} ({n})")
        else:
            compared.append(group)
    return _Groups(by, compared, left_out, _refusal(published.population(filters), compared, rule))


def _refusal(population: str, compared: Sequence[OnsetGroup], rule: ComparisonRule) -> str:
    if population.startswith("repeat"):
        return "not tested: the courses of a patient are not independent"
    if len(compared) < 2:
        number = "one group has" if compared else "no group has"
        return f"nothing to compare: {number} {rule.fewest_in_group} assessed or more"
    n_events = sum(int(group.keys["n_responded"]) for group in compared)
    if n_events < rule.fewest_events:
        return f"too few to compare: {n_events} responded, {rule.fewest_events} are needed"
    return ""


def _of_condition(
    published: Published, groups: _Groups, all_groups: Sequence[OnsetGroup], filters: Filters, clock: Clock
) -> Rows:
    shared = _shared(published, groups, all_groups, filters)
    tests = [
        {**shared, "statistic": statistic, "method": METHODS[statistic], "n_groups": len(groups.compared)}
        for statistic in (SCORE_TEST, LOG_RANK)
    ]
    if groups.refusal:
        return tests
    by_score, by_rank = _tests(groups)
    for row, test in zip(tests, (by_score, by_rank), strict=True):
        row |= {
            "chi_square": test.chi_square,
            "degrees_of_freedom": test.degrees_of_freedom,
            "p_value": test.p_value,
        }
    tests[1]["note"] = joined_notes(str(shared["note"]), "sees visit days as well as onset")
    against_others = dict(zip(by_score.groups, by_score.p_values_against_others.tolist(), strict=True))
    if len(groups.compared) == 2:  # the same test, to the last digit
        against_others = dict.fromkeys(by_score.groups, by_score.p_value)
    return tests + _means(published, groups, against_others, clock)


def _shared(
    published: Published, groups: _Groups, all_groups: Sequence[OnsetGroup], filters: Filters
) -> dict[str, Any]:
    """What the rows of all groups together say: the counts of those compared, and who is not among them."""
    of = groups.compared or list(all_groups)
    keys = [group.keys for group in of]
    by_scale = pd.concat([group.assessed for group in of]).groupby("measured_scale")["n_courses"].sum()
    return {
        **{name: value for name, value in keys[0].items() if name != groups.by},
        **{name: sum(int(each[name]) for each in keys) for name in GROUP_COUNTS},
        "rule_version": "; ".join(dict.fromkeys(str(each["rule_version"]) for each in keys)),
        "note": joined_notes(
            scales_note({str(scale): int(n) for scale, n in by_scale.items()}),
            groups.refusal,
            f"left out: {', '.join(groups.left_out)}" if groups.left_out and groups.compared else "",
            _unfinished_note(published, of, filters),
        ),
    }


def _unfinished_note(published: Published, groups: Sequence[OnsetGroup], filters: Filters) -> str:
    """Courses whose response is counted as lasting although the horizon had not come."""
    horizon = published.definitions.outcomes.onset.horizon_days
    if filters.kind != "sustained":
        return ""
    counts = pd.concat([group.assessed for group in groups])
    n = int(counts.loc[counts["days_past_period_end"] < horizon, "n_courses"].sum())
    return f"{n:,} of quarters not followed up to day {horizon}, whose response may not last" if n else ""


def _tests(groups: _Groups) -> tuple[GroupTest, GroupTest]:
    left, right, count = (
        np.concatenate([getattr(group, name) for group in groups.compared]) for name in ("left", "right", "count")
    )
    names = np.repeat(
        [groups.name(group) for group in groups.compared], [len(group.count) for group in groups.compared]
    )
    is_observed = np.isfinite(right)
    return (
        score_test(left, right, count, names),
        log_rank_test(np.where(is_observed, right, left), is_observed, count, names),
    )


def _means(published: Published, groups: _Groups, p_values: dict[str, float], clock: Clock) -> Rows:
    """The mean time without a recorded response in each group, and its difference from all others together."""
    confidence = published.definitions.outcomes.interval.confidence
    curves = [group.recorded(published) for group in groups.compared]
    followed = common_follow_up(curves)
    own_horizon = float(clock.horizon * clock.unit)
    horizon = min(followed, own_horizon)
    if horizon <= 0:
        return []
    note = joined_notes(
        f"up to {clock.words(horizon)}"
        + (", the last that every group was followed to" if horizon < own_horizon else ""),
        "ends at the visit that recorded the response",
    )
    rows: Rows = []
    for group, curve in zip(groups.compared, curves, strict=True):
        others = _together([other for other in groups.compared if other is not group]).recorded(published)
        own, of_others = (restricted_mean(each, horizon, confidence) for each in (curve, others))
        difference = restricted_mean_difference(own, of_others, confidence)
        shared = {**group.keys, "n_groups": len(groups.compared), "note": joined_notes(str(group.keys["note"]), note)}
        rows.append({**shared, "statistic": RESTRICTED_MEAN, **_shown(own, [own], clock)})
        rows.append({**shared, "statistic": RESTRICTED_MEAN_DIFFERENCE, **_shown(difference, [own, of_others], clock)})
        rows[-1]["p_value"] = p_values[groups.name(group)]
    return [{**row, "method": METHODS[str(row["statistic"])]} for row in rows]


def _shown(mean: RestrictedMean, parts: Sequence[RestrictedMean], clock: Clock) -> dict[str, float | None]:
    """A mean with its interval; without one where a part of it shows no spread, as where nobody responded."""
    if any(part.standard_error == 0 for part in parts):
        return {"estimate": clock.shown(mean.estimate)}
    return {name: clock.shown(getattr(mean, name)) for name in ("estimate", "lower", "upper")}


def _together(groups: Sequence[OnsetGroup]) -> OnsetGroup:
    return OnsetGroup(
        groups[0].keys,
        pd.concat([group.counts for group in groups]),
        pd.concat([group.assessed for group in groups]),
    )


def _adjust(rows: Rows) -> None:
    """Holm's correction over the comparisons that the rows hold, and how many these are."""
    # Two groups against each other are one comparison, seen from both sides.
    comparisons = [
        (row["condition"], None if row.get("n_groups") == 2 else position) for position, row in enumerate(rows)
    ]
    p_values = {key: float(row.get("p_value", "nan")) for key, row in zip(comparisons, rows, strict=True)}
    adjusted = dict(zip(p_values, holm_adjusted(list(p_values.values())), strict=True))
    n = int(np.isfinite(list(adjusted.values())).sum())
    for key, row in zip(comparisons, rows, strict=True):
        if np.isfinite(adjusted[key]):
            note = f"one of {n:,} comparisons, corrected together (Holm)" if n > 1 else "the only comparison"
            row |= {
                "p_value_adjusted": adjusted[key],
                "n_comparisons": n,
                "note": joined_notes(str(row["note"]), note),
            }
