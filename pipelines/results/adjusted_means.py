"""Means that stand for those lost too: the multivariate normal model on the patterns of missed follow-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.filters import Filters
from pipelines.results.steps import BASELINE
from pipelines.results.tables import Rows, group_columns, joined_notes, rows_by_group
from pipelines.statistics.multivariate_normal import (
    NormalMeans,
    NotEstimable,
    PatternMoments,
    normal_mean_interval,
    normal_means,
)

if TYPE_CHECKING:
    from pipelines.published import Published

ADJUSTED = "multivariate normal, maximum likelihood; observed information, Student t"
ADJUSTED_STATISTICS = ("mean_score_adjusted", "mean_change_adjusted", "mean_change_fraction_adjusted")

_Fit = NormalMeans | NotEstimable


class AdjustedMeans:
    """The means of one question, adjusted for missed follow-up under missing at random.

    The model of a window holds the courses whose window was due: with a baseline, and neither pending nor without a
    place in time, as in every rate. What they showed at baseline and in all windows tells what those who missed this
    one would have shown; in fractions, what they showed in the windows alone, because baselines of different scales
    are never pooled. A window with too few seen, or too few seen both in it and in another one, is left out of the
    model, and the note says so. With no one missed the means and their intervals are those of the observed.

    Args:
        published: the counts.
        filters: what is asked for.
        by: groups beyond condition.
    """

    def __init__(self, published: Published, filters: Filters, by: Sequence[str]) -> None:
        self._definitions = published.definitions
        self._keys = group_columns(by)
        self._patterns = published.follow_up_patterns()
        self._moments_of = rows_by_group(published.trajectory_moments(filters, by), self._keys)
        self._fits: dict[tuple[object, ...], _Fit] = {}

    def in_points(self, shared: Mapping[str, Any], units: int) -> Rows:
        """Mean score and mean change in a window, on one scale."""
        steps, fit, note = self._fit(shared, "score", units)
        contrasts = {"mean_score_adjusted": 0.0, "mean_change_adjusted": -1.0}
        return [
            _row(shared, name, fit, _weights(steps, str(shared["window"]), at_baseline), note)
            for name, at_baseline in contrasts.items()
        ]

    def in_fractions(self, shared: Mapping[str, Any]) -> Rows:
        """The mean change in a window as a fraction of the baseline, of the scales that have per cents."""
        steps, fit, note = self._fit(shared, "fraction", 1)
        weights = _weights(steps, str(shared["window"]), 0.0)
        return [_row(shared, "mean_change_fraction_adjusted", fit, weights, note)]

    def _fit(self, shared: Mapping[str, Any], quantity: str, units: int) -> tuple[list[str], _Fit | None, str]:
        """The steps of the model, what came of it, and what to say of it."""
        window = str(shared["window"])
        where = tuple(shared[key] for key in self._keys)
        rows = [row for row in self._moments_of(*where) if window in self._patterns[int(row["pattern_key"])][0]]
        rows = [row for row in rows if row[f"{quantity}_product_sum"] == row[f"{quantity}_product_sum"]]
        fewest = self._definitions.outcomes.display.fewest_for_a_sentence
        together = _together(rows)
        if (n := together.get((window, window), 0)) < fewest:
            return [window], None, f"no adjusted mean: {n} followed up, {fewest} are needed"
        possible = [BASELINE, *self._definitions.outcomes.windows]
        others = sorted(
            (step for step in possible if step != window and (step, step) in together),
            key=lambda step: (step != BASELINE, -together[step, step], possible.index(step)),
        )
        kept = [window]
        for step in others:
            if all(together.get(_in_order(step, other, possible), 0) >= fewest for other in kept):
                kept.append(step)
        steps = sorted(kept, key=possible.index)
        identity = (where, quantity, tuple(steps), frozenset(int(row["pattern_key"]) for row in rows))
        if identity not in self._fits:
            self._fits[identity] = normal_means(_patterns(rows, steps, quantity, units), len(steps))
        fit = self._fits[identity]
        if isinstance(fit, NotEstimable):
            return steps, fit, _reason(fit, steps)
        left_out = [step for step in others if step not in kept]
        return steps, fit, _model_note([step for step in steps if step != window], left_out)


def _together(rows: Rows) -> dict[tuple[str, str], int]:
    """How many courses have scores at both of two steps, the earlier first."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        pair = (str(row["first_step"]), str(row["second_step"]))
        counts[pair] = counts.get(pair, 0) + int(row["n_courses"])
    return counts


def _in_order(step: str, other: str, possible: Sequence[str]) -> tuple[str, str]:
    return (step, other) if possible.index(step) < possible.index(other) else (other, step)


def _patterns(rows: Rows, steps: Sequence[str], quantity: str, units: int) -> list[PatternMoments]:
    """The moments of each pattern at the steps of the model, in points or fractions."""
    place = {step: position for position, step in enumerate(steps)}
    by_pattern: dict[tuple[int, str], Rows] = {}
    for row in rows:
        if row["first_step"] in place and row["second_step"] in place:
            by_pattern.setdefault((int(row["pattern_key"]), str(row["measured_scale"])), []).append(row)
    patterns = []
    for members in by_pattern.values():
        observed = tuple(sorted({place[str(row["first_step"])] for row in members}))
        at = {position: row for row, position in enumerate(observed)}
        sums, products = np.zeros(len(observed)), np.zeros((len(observed), len(observed)))
        for row in members:
            first, second = at[place[str(row["first_step"])]], at[place[str(row["second_step"])]]
            products[first, second] = products[second, first] = row[f"{quantity}_product_sum"] / units**2
            if first == second:
                sums[first] = row[f"{quantity}_sum"] / units
        patterns.append(PatternMoments(observed, int(members[0]["n_courses"]), sums, products))
    return patterns


def _weights(steps: Sequence[str], window: str, at_baseline: float) -> list[float]:
    return [1.0 if step == window else at_baseline if step == BASELINE else 0.0 for step in steps]


def _row(
    shared: Mapping[str, Any], statistic: str, fit: _Fit | None, weights: Sequence[float], note: str
) -> dict[str, Any]:
    row = {**shared, "statistic": statistic, "method": ADJUSTED, "note": joined_notes(str(shared["note"]), note)}
    if isinstance(fit, NormalMeans):
        mean = normal_mean_interval(fit, weights, int(shared["n_observed"]))
        row |= {"estimate": mean.estimate, "lower": mean.lower, "upper": mean.upper}
    return row


def _model_note(told_by: Sequence[str], left_out: Sequence[str]) -> str:
    text = "those lost taken as like those followed up"
    if told_by:
        text += f" with the same scores at {', '.join(told_by)}"
    return f"{text}; too few seen to use {', '.join(left_out)}" if left_out else text


def _reason(fit: NotEstimable, steps: Sequence[str]) -> str:
    names = " and ".join(steps[place] for place in fit.places)
    return (
        "no adjusted mean: "
        + {
            "no_spread": f"all scores at {names} are the same",
            "never_together": f"no course has scores at both of {names}",
            "singular": f"too few courses, or scores that follow from one another, at {', '.join(steps)}",
            "not_converged": "the likelihood's maximum was not reached",
        }[fit.reason]
    )
