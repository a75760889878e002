"""Durability: how long do those who respond after induction go on responding?"""

from dataclasses import replace

import streamlit as st

from dashboard.figures.curves import AFTER_INDUCTION, curves_figure
from dashboard.figures.series import series_of
from dashboard.filters import context, current_choices, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.beside import Beside
from dashboard.views.controls import by_control
from dashboard.views.parts import (
    chart,
    current_palette,
    definition_part,
    download_part,
    headline,
    notes,
    numbers_part,
)
from pipelines.words.durability import (
    drawing_notes,
    durability_aside,
    durability_definition,
    durability_numbers,
    durability_statement,
)
from pipelines.words.onset import drawn_groups

snapshot, choices = snapshot_of_run(), current_choices()
filters, about, colours = current_filters(snapshot), context(snapshot), current_palette()
group = choices.group()
by = () if group == "condition" else (group,)

answer, drawing = st.container(), st.container()
by_control(snapshot)

beside = Beside(snapshot, filters, shown_conditions(snapshot), about, colours)
findings: list[str] = []
asides: list[str] = []
for condition in shown_conditions(snapshot):
    with answer:
        with st.skeleton(height=90):
            times = snapshot.table("durability", replace(filters, condition=(condition,)))
        statement = durability_statement(times, condition, about)
        headline(condition, statement, colours)
        asides.append(durability_aside(statement, condition, about))
        findings += [statement.finding, beside.tell("durability", condition, durability_statement)]

with drawing, st.skeleton(height=430):
    table = snapshot.table("durability", filters, by)
    curves, whole = snapshot.table("durability_curve", filters, by), snapshot.table("durability_curve", filters)
    rest = beside.series("durability_curve", drawn_groups, counted="n_followed")
drawn, others = drawn_groups(table, group, about, counted="n_followed")
if drawn:
    with drawing:
        chart(
            "durability_curves",
            lambda: curves_figure(
                [*beside.named(series_of(curves, whole, group, drawn, about, colours)), *rest],
                AFTER_INDUCTION,
                about,
                colours,
                False,
            ),
            " ".join(f"{finding}." for finding in findings if finding),
        )
for aside in asides:
    notes([aside])
notes(drawing_notes(others, AFTER_INDUCTION.drawn_to, about))
beside.explain("durability_curve")

numbers_part(lambda: beside.numbers("durability", durability_numbers, table, group), n_text=beside.n_text)
definition_part(lambda: durability_definition(about))
download_part("durability", lambda: beside.download("durability", table), snapshot)
