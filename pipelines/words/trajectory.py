"""Trajectories in words: mean change and its spread, step by step, for those followed up."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, is_known, largest, listed, signed, signed_percent
from pipelines.words.rates import group_label
from pipelines.words.statement import Context, Row, Statement, scale_words, statistic
from pipelines.words.undrawn import Undrawn, undrawn

BASELINE = "baseline"
SCORE, CHANGE, FRACTION = "mean_score", "mean_change", "mean_change_fraction"
ADJUSTED = {name: f"{name}_adjusted" for name in (SCORE, CHANGE, FRACTION)}
PERCENTILE = "change_fraction_percentile_"
PERCENTILES = {percent: f"{PERCENTILE}{percent}" for percent in (10, 25, 50, 75, 90)}
_TOLD_APART_AT_MOST = 4


def drawn_statistic(table: pd.DataFrame) -> str:
    """What the page draws: mean scores where one scale was asked for, else mean changes in per cent."""
    return SCORE if (table["statistic"] == SCORE).any() else FRACTION


def trajectory_statement(rows: pd.DataFrame, condition: str, context: Context) -> Statement:
    """The mean change of one condition at the headline window, and how it spreads.

    Args:
        rows: `score_trajectories` of one condition and group.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    courses, lead = context.courses(condition), context.label(condition)
    if rows.empty:
        return Statement(say("basis.no_courses", courses=courses), more=context.widen, lead=lead)
    step = rows[rows["window"] == context.definitions.outcomes.headline_window]
    in_points = drawn_statistic(rows) == SCORE
    row = statistic(step, CHANGE if in_points else FRACTION)
    any_row: Row = row if row is not None else rows.to_dict("records")[0]
    if any_row["suppressed"]:
        return Statement(say("basis.withheld", courses=courses), lead=lead)
    if not any_row["n_in_population"]:
        n_started = count(any_row["n_started"])
        text = say("basis.no_baseline", courses=courses, n_started=n_started)
        return Statement(text, more=context.widen, lead=lead)
    if row is None or row["n_observed"] < context.fewest or not is_known(row["lower"]):
        n = count(row["n_observed"]) if row is not None else count(0)
        text = say("trajectory.few", courses=courses, n=n, fewest=count(context.fewest))
        return Statement(text, more=context.widen, lead=lead)
    write = signed if in_points else signed_percent
    shared = {
        "confidence": context.confidence,
        "lower": write(row["lower"]),
        "upper": write(row["upper"]),
        "n": count(row["n_observed"]),
        "window": window_label(row, context),
    }
    estimate = write(row["estimate"])
    if in_points:
        finding = say("trajectory.points_finding", scale=str(row["scale"]), estimate=estimate)
        basis = say("trajectory.points_basis", **shared)
    else:
        finding = say("trajectory.fraction_finding", estimate=estimate)
        basis = say("trajectory.fraction_basis", **shared, scales=scale_words(row, context))
    apart = _means(rows) if in_points else say("trajectory.observed_only")
    more = [_half(step), apart, _with_those_lost(step, in_points, context), context.maturity_warning()]
    return Statement(finding, basis, " ".join(text for text in more if text), lead)


def step_words(window: str) -> str:
    """A step at its tick: `Baseline`, `Day 1`, `End of induction`."""
    return say("trajectory.baseline") if window == BASELINE else window.replace("_", " ").capitalize()


def window_label(row: Row, context: Context) -> str:
    """`14 to 31 days after induction`; the baseline is just that."""
    if row["window"] == BASELINE:
        return say("trajectory.baseline").lower()
    return context.definitions.outcomes.windows[str(row["window"])].label


def drawn_steps(table: pd.DataFrame, context: Context) -> list[str]:
    """The steps in the order of time; windows for sensitivity look at the same time again and are left out."""
    windows = context.definitions.outcomes.windows
    steps = dict.fromkeys(str(window) for window in table["window"])
    return [step for step in steps if step == BASELINE or not windows[step].sensitivity]


def is_drawn(row: Row, context: Context) -> bool:
    """Whether a step has enough followed up for a mark."""
    return bool(not row["suppressed"] and row["n_observed"] >= context.fewest and is_known(row["estimate"]))


def drawn_groups(table: pd.DataFrame, group: str, context: Context) -> tuple[list[str], Undrawn]:
    """The groups with enough followed up at some step after baseline, and those without, each with its n."""
    after = table[(table["statistic"] == drawn_statistic(table)) & (table["window"] != BASELINE)]
    seen = set(after.loc[~after["suppressed"] & (after["n_observed"] >= context.fewest), group])
    sizes = after.groupby(group, sort=False)["n_observed"].agg(largest).astype(object)
    return [str(value) for value in sizes.index if value in seen], undrawn(
        (group_label(group, str(value), context), n, n >= context.fewest)
        for value, n in sizes.items()
        if value not in seen
    )


def mean_hover(row: Row, label: str, context: Context) -> str:
    """One mean as a sentence."""
    shared = {
        "label": label,
        "window": window_label(row, context),
        "confidence": context.confidence,
        "n": count(row["n_observed"]),
    }
    if row["statistic"] == FRACTION:
        ends = {end: signed_percent(row[end]) for end in ("estimate", "lower", "upper")}
        return say("trajectory.hover_fraction", **shared, **ends)
    ends = {end: f"{row[end]:.1f}" for end in ("estimate", "lower", "upper")}
    return say("trajectory.hover_score", **shared, **ends, scale=str(row["scale"]))


def baseline_hover(row: Row, label: str) -> str:
    """What the number under the baseline of changes counts."""
    return say("trajectory.hover_baseline", label=label, n=count(row["n_in_population"]))


def n_hover(row: Row, label: str, context: Context) -> str:
    """What a number under the axis counts."""
    return say(
        "trajectory.hover_n",
        label=label,
        window=window_label(row, context),
        n=count(row["n_observed"]),
        n_missed=count(row["n_missed"]),
        n_pending=count(row["n_pending"]),
    )


def spread_hover(step: pd.DataFrame, label: str, context: Context) -> str:
    """The spread of change at one step as a sentence."""
    at = percentile_words(step)
    row: Row = step.to_dict("records")[0]
    return say(
        "trajectory.hover_median",
        label=label,
        window=window_label(row, context),
        median=at[50],
        quarter=at[25],
        three_quarters=at[75],
        tenth=at[10],
        nine_tenths=at[90],
        n=count(row["n_observed"]),
    )


def band_hover(row: Row, context: Context) -> str:
    """One band at one step as a sentence."""
    return say(
        "trajectory.hover_band",
        window=step_words(str(row["window"])),
        band=str(row["band"]),
        estimate=f"{100 * row['estimate']:.0f} %",
        confidence=context.confidence,
        lower=f"{100 * row['lower']:.0f}",
        upper=f"{100 * row['upper']:.0f}",
        n_in_band=count(row["n_in_band"]),
        n=count(row["n_observed"]),
    )


def trajectory_alt(rows: pd.DataFrame, label: str, context: Context) -> str:
    """What a line of the figure shows."""
    name = drawn_statistic(rows)
    steps = [row for row in rows[rows["statistic"] == name].to_dict("records") if is_drawn(row, context)]
    last = [row for row in steps if row["window"] == context.definitions.outcomes.headline_window]
    if not last:
        return _why_not_drawn(rows, label, context)
    window = window_label(last[0], context)
    if name == FRACTION:
        return say("trajectory.alt_fraction", label=label, last=signed_percent(last[0]["estimate"]), window=window)
    return say(
        "trajectory.alt_score",
        label=label,
        scale=str(last[0]["scale"]),
        first=f"{steps[0]['estimate']:.1f}",
        last=f"{last[0]['estimate']:.1f}",
        window=window,
    )


def spread_alt(rows: pd.DataFrame, label: str, context: Context) -> str:
    """What the ribbons show."""
    step = rows[rows["window"] == context.definitions.outcomes.headline_window]
    row = statistic(step, PERCENTILES[50])
    if row is None or not is_drawn(row, context):
        return _why_not_drawn(rows, label, context)
    at = percentile_words(step)
    return say(
        "trajectory.alt_spread",
        label=label,
        median=at[50],
        window=window_label(row, context),
        quarter=at[25],
        three_quarters=at[75],
    )


def _why_not_drawn(rows: pd.DataFrame, label: str, context: Context) -> str:
    step = rows[rows["window"] == context.definitions.outcomes.headline_window]
    return say("basis.hover_withheld" if step["suppressed"].any() else "trajectory.alt_none", label=label)


def bands_alt(rows: pd.DataFrame, label: str, context: Context) -> str:
    """What the stacked shares show."""
    step = rows[rows["window"] == context.definitions.outcomes.headline_window]
    if step.empty or step["n_observed"].max() < context.fewest or step["suppressed"].any():
        return _why_not_drawn(rows, label, context)
    row: Row = step.sort_values("estimate", ascending=False, kind="stable").to_dict("records")[0]
    return say(
        "trajectory.alt_bands",
        label=label,
        largest=str(row["band"]),
        window=window_label(row, context),
        estimate=f"{100 * row['estimate']:.0f} %",
    )


def drawing_notes(
    table: pd.DataFrame,
    drawn: Sequence[str],
    others: Undrawn,
    has_condition: bool,
    context: Context,
) -> list[str]:
    """What a reader must know of the means: which unit, what the bars are, what is not drawn."""
    texts = [_unit_note(table, context), say("trajectory.bars", confidence=context.confidence)]
    windows = context.definitions.outcomes.windows
    apart = [window.label for name, window in windows.items() if window.sensitivity and (table["window"] == name).any()]
    if apart:
        names = listed(apart)
        texts.append(say("trajectory.sensitivity", windows=names[:1].upper() + names[1:]))
    if has_condition and len(drawn) > _TOLD_APART_AT_MOST:
        texts.append(say("trajectory.many_groups"))
    shown = table[(table["statistic"] == drawn_statistic(table)) & table["window"].isin(drawn_steps(table, context))]
    if (shown["n_observed"] < context.fewest).any():
        texts.append(say("trajectory.few_steps", fewest=count(context.fewest)))
    texts += others.words("trajectory.withheld_groups", context)
    if not has_condition:
        texts.append(say("trajectory.choose_condition"))
    return texts


def bands_note(table: pd.DataFrame, context: Context) -> str:
    """Which bands are drawn, and why."""
    scale = context.filters.scale
    if (table["statistic"] == "severity_band").any():
        return say("trajectory.bands_severity", scale=scale)
    return say("trajectory.bands_change") if scale == "primary" else say("trajectory.no_bands", scale=scale)


def _unit_note(table: pd.DataFrame, context: Context) -> str:
    if drawn_statistic(table) == FRACTION:
        return say("trajectory.mixed")
    scale = context.filters.scale
    has_bands = context.definitions.scales[scale].bands is not None
    return say("trajectory.points" if has_bands else "trajectory.points_without_bands", scale=scale)


def percentile_words(step: pd.DataFrame) -> dict[int, str]:
    """The percentiles of change that sentences name, as signed per cents."""
    values = dict(zip(step["statistic"], step["estimate"], strict=True))
    return {percent: signed_percent(values[name]) for percent, name in PERCENTILES.items() if name in values}


def _half(step: pd.DataFrame) -> str:
    at = percentile_words(step)
    if 50 not in at:
        return ""
    return say("trajectory.half", median=at[50], quarter=at[25], three_quarters=at[75])


def _with_those_lost(step: pd.DataFrame, in_points: bool, context: Context) -> str:
    """What the change would be for all whose window was due; nothing where no one is missing or nothing can be said."""
    row = statistic(step, ADJUSTED[CHANGE if in_points else FRACTION])
    if row is None or row["suppressed"] or not is_known(row["lower"]):
        return ""
    n_without = row["n_in_population"] - row["n_pending"] - row["n_not_anchored"] - row["n_observed"]
    if not n_without:
        return ""
    write = signed if in_points else signed_percent
    return say(
        "trajectory.adjusted_points" if in_points else "trajectory.adjusted_fraction",
        n=count(n_without),
        estimate=write(row["estimate"]),
        lower=write(row["lower"]),
        upper=write(row["upper"]),
        confidence=context.confidence,
    )


def _means(rows: pd.DataFrame) -> str:
    row = statistic(rows[rows["window"] == BASELINE], SCORE)
    if row is None or not is_known(row["estimate"]):
        return ""
    return say("trajectory.means", baseline=f"{row['estimate']:.1f}", n_baseline=count(row["n_observed"]))
