"""Who was lost: what would the response rate be with them, and where were they lost?"""

from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard.choices import subgroup_of, subgroups_of
from dashboard.figures.completeness import completeness_figure
from dashboard.figures.readings import readings_figure
from dashboard.filters import context, current_choices, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.completeness_part import completeness_part
from dashboard.views.controls import open_tab, subgroup_control
from dashboard.views.parts import (
    chart,
    condition_heading,
    current_palette,
    definition_part,
    download_part,
    heading,
    headline,
    notes,
    numbers_part,
    side_by_side,
)
from dashboard.views.response_tabs import flow
from pipelines.words.catalogue import say
from pipelines.words.completeness import brief_completeness, completeness_alt, completeness_legend, windows_completeness
from pipelines.words.missing_follow_up import (
    completeness_statement,
    lost_definition,
    lost_notes,
    lost_numbers,
    lost_statement,
)
from pipelines.words.readings import readings, readings_alt, readings_definition

snapshot = snapshot_of_run()
filters, about, colours = current_filters(snapshot), context(snapshot), current_palette()
conditions = shown_conditions(snapshot)
rates = snapshot.table("response", filters)
# Sites and quarters first: these can be called, or asked about.
groups = sorted(subgroups_of(snapshot.options()), key=lambda group: group not in ("site", "quarter"))
group = subgroup_of(current_choices(), groups) or "condition"


def what_the_rate_could_be() -> None:
    """The rate with those lost, and each reading of it."""
    own = {condition: rates[rates["condition"] == condition] for condition in conditions}
    for condition, rows in own.items():
        headline(condition, lost_statement(rows, condition, about), colours)
    told = {condition: readings(rows, about) for condition, rows in own.items()}
    for condition, place in side_by_side([condition for condition, found in told.items() if found]):
        with place:
            condition_heading(condition, about, colours)
            chart(
                f"readings_{condition}",
                partial(readings_figure, told[condition], colours.of(condition), colours),
                readings_alt(own[condition], condition, about),
            )
            notes(lost_notes(own[condition]))
    notes([say("readings.legend", confidence=about.confidence)])


def where() -> None:
    """Completeness by site, quarter or another group."""
    if groups:
        with st.container(horizontal=True, key="controls"):
            subgroup_control(groups, group)
    completeness_part(snapshot, filters, group, conditions)


def steps() -> None:
    """From started to followed up, then each window by itself."""
    flow(snapshot, filters, conditions, about, colours)
    heading(say("readings.windows"))
    windows = snapshot.definitions.outcomes.windows
    tables = {name: snapshot.table("completeness", replace(filters, window=name)) for name in windows}
    for condition, place in side_by_side(conditions):
        names, rows = windows_completeness(tables, condition, about)
        with place:
            condition_heading(condition, about, colours)
            if rows:
                whole = snapshot.table("completeness", filters)
                statement = completeness_statement(whole[whole["condition"] == condition], condition, about)
                chart(
                    f"windows_{condition}",
                    partial(
                        completeness_figure,
                        rows,
                        names,
                        None,
                        colours.of(condition),
                        about,
                        colours,
                        brief_completeness,
                    ),
                    completeness_alt(statement, names, rows, about),
                )
    notes([say("readings.windows_note"), completeness_legend(about)])


tab, place = open_tab("Who was lost")
with place:
    {"readings": what_the_rate_could_be, "where": where, "steps": steps}[tab]()

by = group if tab == "where" else "condition"
numbers_part(
    lambda: lost_numbers(rates if by == "condition" else snapshot.table("response", filters, (by,)), by, about),
    "Numbers: each reading of the rate",
    n_text=1 if by == "condition" else 2,
)
definition_part(lambda: [*readings_definition(), *lost_definition(about)])
download_part("who-was-lost", lambda: rates, snapshot)
