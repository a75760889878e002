"""Subgroups: does a rate differ between the levels of a group by more than chance?"""

from functools import partial

import streamlit as st

from dashboard.choices import subgroup_of, subgroups_of
from dashboard.figures.rates import RateLine, rates_figure
from dashboard.filters import context, current_choices, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
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
from pipelines.words.catalogue import say
from pipelines.words.rates import group_label, legend, rates_alt
from pipelines.words.statement import statistic
from pipelines.words.subgroups import ordered_levels, subgroup_definition, subgroup_question, subgroup_statement
from pipelines.words.tables import rate_numbers

snapshot = snapshot_of_run()
filters, about, colours = current_filters(snapshot), context(snapshot), current_palette()
subgroups = subgroups_of(snapshot.options())
group = subgroup_of(current_choices(), subgroups)


def forest(outcome: str, by: str) -> None:
    """The levels of a group within each condition: the test's sentence, dots with intervals, the numbers."""
    table, whole = snapshot.table(f"{outcome}_by_subgroup", filters, (by,)), snapshot.table(outcome, filters)
    if outcome == "reliable_change":
        table, whole = (rows[rows["change"] == "reliably_improved"] for rows in (table, whole))
    heading(subgroup_question(outcome, by))
    own = {condition: table[table["condition"] == condition] for condition in shown_conditions(snapshot)}
    for condition, rows in own.items():
        headline(condition, subgroup_statement(rows, condition, by, outcome, about), colours)
    for condition, place in side_by_side([condition for condition, rows in own.items() if not rows.empty]):
        levels = {
            group_label(by, level, about): own[condition][own[condition][by] == level]
            for level in ordered_levels(own[condition], by, about)
        }
        lines = [RateLine(name, rows, colours.of(condition)) for name, rows in levels.items()]
        reference = statistic(whole[whole["condition"] == condition], "observed")
        with place:
            condition_heading(condition, about, colours)
            chart(
                f"subgroup_{outcome}_{condition}",
                partial(rates_figure, lines, about, colours, reference),
                rates_alt(outcome, levels, about),
                by,
            )
    notes([legend(outcome, about), say("subgroups.note")])
    numbers_part(lambda: rate_numbers(table[table["statistic"] != "heterogeneity"], by, about), "Numbers: subgroups")
    definition_part(lambda: subgroup_definition(about))
    download_part(f"{outcome}-by-{by}", lambda: table, snapshot)


tab, place = open_tab("Subgroups")
with place:
    if group is None:
        notes([say("subgroups.nothing")])
        definition_part(lambda: subgroup_definition(about))
    else:
        with st.container(horizontal=True, key="controls"):
            subgroup_control(subgroups, group)
        forest(tab, group)
