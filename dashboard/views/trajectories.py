"""Trajectories: how scores changed, step by step, among those followed up."""

from functools import partial

import streamlit as st

from dashboard.figures.bands import bands_figure
from dashboard.figures.means import means_figure
from dashboard.figures.series import series_of
from dashboard.figures.sorted_change import sorted_figure
from dashboard.figures.spread import spread_figure
from dashboard.filters import context, current_choices, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.beside import Beside
from dashboard.views.controls import by_control, open_tab
from dashboard.views.parts import (
    chart,
    condition_heading,
    current_palette,
    definition_part,
    download_part,
    headline,
    notes,
    numbers_part,
    side_by_side,
    tab_numbers,
)
from pipelines.words.catalogue import say
from pipelines.words.definition import interval_definition, population_definition, windows_definition
from pipelines.words.sorted_change import sorted_alt, sorted_note
from pipelines.words.tables import band_numbers, trajectory_numbers
from pipelines.words.trajectory import (
    PERCENTILES,
    bands_alt,
    bands_note,
    drawing_notes,
    drawn_groups,
    spread_alt,
    trajectory_alt,
    trajectory_statement,
)

snapshot, choices = snapshot_of_run(), current_choices()
filters, about, colours = current_filters(snapshot), context(snapshot), current_palette()
conditions, group = shown_conditions(snapshot), choices.group()
by = () if group == "condition" else (group,)

whole = snapshot.table("trajectory", filters)
own = {condition: whole[whole["condition"] == condition] for condition in conditions}
beside = Beside(snapshot, filters, conditions, about, colours)
for condition in conditions:
    headline(condition, trajectory_statement(own[condition], condition, about), colours)
    beside.tell("trajectory", condition, trajectory_statement)

table = snapshot.table("trajectory", filters, by)
drawn, others = drawn_groups(table, group, about)
series = beside.named(series_of(table, whole, group, drawn, about, colours))
if drawn:
    chart(
        "trajectory_means",
        partial(means_figure, [*series, *beside.series("trajectory", drawn_groups)], about, colours),
        " ".join(trajectory_alt(item.rows, item.name, about) for item in series),
    )
with st.container(horizontal=True, key="controls"):
    by_control(snapshot)
if drawn:
    notes(drawing_notes(table, drawn, others, choices.condition is not None, about))
else:
    notes([say("trajectory.nothing")])
beside.explain("trajectory")

tab, place = open_tab("Trajectories")
with place:
    if tab == "spread":
        for condition, part in side_by_side(conditions):
            with part:
                condition_heading(condition, about, colours)
                if not (own[condition]["statistic"] == PERCENTILES[50]).any():
                    notes([say("trajectory.no_per_cents", scale=filters.scale)])
                    continue
                label, style = about.label(condition), colours.of(condition)
                chart(
                    f"spread_{condition}",
                    partial(spread_figure, own[condition], label, style, about, colours),
                    spread_alt(own[condition], label, about),
                )
        notes([say("trajectory.spread_note")])
    elif tab == "sorted":
        chart(
            "sorted_changes",
            partial(sorted_figure, series, about, colours),
            " ".join(sorted_alt(item.rows, item.name, about) for item in series if not item.is_context),
        )
        notes([sorted_note(about)])
    else:
        bands = snapshot.table("distribution", filters)
        kind = "severity_band" if (bands["statistic"] == "severity_band").any() else "change_band"
        for condition, part in side_by_side(conditions):
            rows = bands[(bands["condition"] == condition) & (bands["statistic"] == kind)]
            with part:
                condition_heading(condition, about, colours)
                if not rows.empty:
                    chart(
                        f"bands_{condition}",
                        partial(bands_figure, rows, colours.of(condition), about, colours),
                        bands_alt(rows, about.label(condition), about),
                    )
        notes([bands_note(bands, about)])
        tab_numbers("distribution", bands, lambda: band_numbers(bands, about), snapshot)

numbers_part(
    lambda: beside.numbers("trajectory", trajectory_numbers, table, group),
    "Numbers: means and percentiles",
    beside.n_text,
)
definition_part(
    lambda: [
        *windows_definition(about),
        say("definition.adjusted"),
        interval_definition(about),
        population_definition(snapshot.published.population(filters), snapshot.id, about),
    ]
)
download_part("trajectory", lambda: beside.download("trajectory", table), snapshot)
