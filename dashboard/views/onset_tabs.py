"""The tabs of Onset: the curve with its numbers, and whether an early fall and a later response went together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard.figures.curves import CLOCKS, curves_figure
from dashboard.figures.early_improvement import early_figure
from dashboard.figures.series import series_of
from dashboard.filters import current_choices
from dashboard.reading import Snapshot
from dashboard.theme import Palette
from dashboard.views.beside import Beside
from dashboard.views.controls import Tab, by_control, clock_control, kind_control
from dashboard.views.parts import (
    chart,
    condition_heading,
    definition_part,
    download_part,
    heading,
    headline,
    notes,
    numbers_part,
    side_by_side,
    table_html,
)
from pipelines.filters import Filters
from pipelines.words.catalogue import say
from pipelines.words.definition import counted_scales, onset_definition, population_definition, response_definition
from pipelines.words.early_improvement import (
    early_alt,
    early_details,
    early_improvement_definition,
    early_improvement_numbers,
    early_improvement_statement,
    early_marks,
)
from pipelines.words.infusions import infusion_statement
from pipelines.words.onset import drawing_notes, drawn_groups, onset_statement
from pipelines.words.onset_comparison import (
    comparison_definition,
    comparison_notes,
    comparison_numbers,
    comparison_statement,
)
from pipelines.words.statement import Context
from pipelines.words.tables import onset_numbers


def curve(snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette) -> None:
    """How soon courses respond, in days or in infusions."""
    choices = current_choices()
    group = choices.group()
    by = () if group == "condition" else (group,)
    clock, state = CLOCKS[choices.clock], {"days": onset_statement, "infusions": infusion_statement}[choices.clock]

    answer, drawing = st.container(), st.container()
    with st.container(horizontal=True, vertical_alignment="center", key="controls"):
        clock_control()
        kind_control()
        by_control(snapshot)
        shows_naive = st.toggle("Beside it: at the visits alone", key="shows_naive", persist_state="session")

    beside = Beside(snapshot, filters, conditions, about, colours)
    findings: list[str] = []
    for condition in conditions:
        with answer:
            with st.skeleton(height=90):
                times = snapshot.table("onset", replace(filters, condition=(condition,)))
            statement = state(times, condition, about)
            headline(condition, statement, colours)
            findings += [statement.finding, beside.tell("onset", condition, state)]

    with drawing, st.skeleton(height=430):
        curves = snapshot.table("onset_curve", filters, by)
        whole = snapshot.table("onset_curve", filters)
        rest = beside.series("onset_curve", drawn_groups)
    drawn, others = drawn_groups(curves, group, about)
    with drawing:
        if drawn:
            chart(
                "onset_curves",
                lambda: curves_figure(
                    [*beside.named(series_of(curves, whole, group, drawn, about, colours)), *rest],
                    clock,
                    about,
                    colours,
                    shows_naive,
                ),
                " ".join(f"{finding}." for finding in findings if finding),
                shows_naive,
            )
    notes(drawing_notes(clock.drawn_to, shows_naive, drawn, others, choices.condition is not None, about))
    beside.explain("onset_curve")

    if by:
        with st.skeleton(height=200):
            compared = snapshot.table("onset", filters, by)
        heading(say("onset_comparison.title"))
        headline(conditions[0], comparison_statement(compared, group, conditions[0], about), colours)
        if not (compared_numbers := comparison_numbers(compared, group, about)).empty:
            st.html(table_html(compared_numbers))
        notes(comparison_notes(compared))

    numbers_part(
        lambda: beside.numbers("onset", onset_numbers, snapshot.table("onset", filters, by), group),
        n_text=beside.n_text,
    )
    definition_part(
        lambda: [
            *onset_definition(choices.kind, choices.clock, about),
            *([comparison_definition(about)] if by else []),
            *(text for each in conditions for text in response_definition(each, counted_scales(whole), about)),
            population_definition(snapshot.published.population(filters), snapshot.id, about),
        ]
    )
    download_part("onset", lambda: beside.download("onset", snapshot.table("onset", filters, by)), snapshot)


def early(snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette) -> None:
    """Whether an early fall and a later response went together."""
    whole = snapshot.table("early_improvement", filters)
    for condition in conditions:
        own = whole[whole["condition"] == condition]
        headline(condition, early_improvement_statement(own, condition, about), colours)
    windows = {
        condition: early_marks(whole[whole["condition"] == condition], condition, about) for condition in conditions
    }
    for condition, place in side_by_side([condition for condition, found in windows.items() if found]):
        with place:
            condition_heading(condition, about, colours)
            chart(
                f"early_{condition}",
                partial(early_figure, windows[condition], colours.of(condition), colours),
                early_alt(windows[condition]),
            )
    legend = say("early_improvement.legend", confidence=about.confidence)
    notes([legend, say("early_improvement.association")])
    for condition in conditions:
        notes([early_details(whole[whole["condition"] == condition], condition, about)])
    group = current_choices().group()
    is_grouped = group != "condition"
    table = snapshot.table("early_improvement", filters, (group,)) if is_grouped else whole
    numbers_part(
        lambda: early_improvement_numbers(table, group, about),
        n_text=2 + is_grouped,
        controls=lambda: by_control(snapshot),
    )
    definition_part(lambda: early_improvement_definition(about))
    download_part("early_improvement", lambda: table, snapshot)


TAB_CONTENT: Mapping[str, Tab] = {"curve": curve, "early": early}
