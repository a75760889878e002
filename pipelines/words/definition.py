"""How a measure is defined: rule, window, citation and review date, as the snapshot holds them."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from pipelines.definitions.outcomes import Window
from pipelines.words.catalogue import say
from pipelines.words.scales import cut_signs, reliable_points_words
from pipelines.words.sources import source_values
from pipelines.words.statement import Context, scales_in

_POPULATIONS = {
    "first_course": "each patient's first course for the condition, at or above the entry cut",
    "repeat_courses": "repeat courses at or above the entry cut; intervals ignore that patients recur",
    "first_course_any_baseline": "each patient's first course for the condition, any baseline",
    "repeat_courses_any_baseline": "repeat courses, any baseline; intervals ignore that patients recur",
}


def counted_scales(table: pd.DataFrame) -> set[str]:
    """The scales that any row of a result table counts, as its notes say."""
    return {scale for note in table["note"].unique() for scale in scales_in(str(note))}


def response_definition(condition: str, counted: Collection[str], context: Context) -> list[str]:
    """The headline rule of a condition, its scales, who counts, and remission, each with its source.

    Args:
        condition: its id.
        counted: the scales to define; the condition's other scales have no courses here.
        context: definitions, data-through date, selection.
    """
    definitions = context.definitions
    own = definitions.conditions[condition]
    rule = definitions.outcomes.rules[own.headline_response]
    texts = [
        say(
            "definition.rule",
            condition=context.word(condition),
            label=rule.label,
            **source_values(rule),
        )
    ]
    # On a scale that was asked for, courses count whether or not the condition prefers it.
    own_scales = [*own.scales, *(scale for scale in sorted(counted) if scale == context.filters.scale)]
    for scale_id in dict.fromkeys(scale for scale in own_scales if scale in counted):
        scale = definitions.scales[scale_id]
        if offered := scale.response.get(own.headline_response):
            texts.append(
                say(
                    "definition.offered",
                    scale=scale.name,
                    **source_values(offered),
                )
            )
        for key, cut in (("entry", scale.entry_cut), ("remission", scale.remission)):
            if cut is not None:
                texts.append(
                    say(
                        f"definition.{key}",
                        scale=scale_id,
                        cut=cut_signs(cut),
                        **source_values(cut),
                    )
                )
        if scale.reliable_change is not None:
            texts.append(
                say(
                    "definition.reliable_change",
                    scale=scale_id,
                    points=reliable_points_words(scale, "definition.reliable_points"),
                    **source_values(scale.reliable_change),
                )
            )
    return texts


def window_definition(context: Context) -> list[str]:
    """The headline window and the intervals."""
    outcomes = context.definitions.outcomes
    return [_window(outcomes.windows[outcomes.headline_window]), interval_definition(context)]


def windows_definition(context: Context) -> list[str]:
    """Every window, in the order of time."""
    return [_window(window) for window in context.definitions.outcomes.windows.values()]


def onset_definition(kind: str, clock: str, context: Context) -> list[str]:
    """First or lasting onset, what it is counted in, and the intervals."""
    rule = context.definitions.outcomes.onset
    values = source_values(rule)
    if kind == "sustained":
        values["horizon"] = str(rule.horizon_days)
    counted = [say("definition.onset_infusions")] if clock == "infusions" else []
    return [say(f"definition.onset_{kind}", **values), *counted, interval_definition(context)]


def interval_definition(context: Context) -> str:
    """How sure an interval is, with its source."""
    rule = context.definitions.outcomes.interval
    return say("definition.interval", confidence=context.confidence, **source_values(rule))


def population_definition(population: str, snapshot_id: str, context: Context) -> str:
    """Whose courses are counted, by which version, in which snapshot."""
    return say(
        "definition.population",
        population=_POPULATIONS[population],
        version=context.definitions.outcomes.version,
        snapshot=snapshot_id,
    )


def _window(window: Window) -> str:
    return say(
        "definition.window",
        label=window.label,
        target=f"{window.target_day:g}",
        **source_values(window),
    )
