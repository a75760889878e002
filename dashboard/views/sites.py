"""Sites: does any lie beyond what chance and case mix account for?"""

from functools import partial

import pandas as pd
import streamlit as st

from dashboard.figures.canvas import Figure
from dashboard.figures.funnel import ALONE, BESIDE, funnel_figure
from dashboard.figures.rates import RateLine, rates_figure
from dashboard.filters import context, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.completeness_part import completeness_part
from dashboard.views.controls import open_tab
from dashboard.views.parts import (
    brief_headline,
    chart,
    condition_heading,
    current_palette,
    definition_part,
    download_part,
    headline,
    notes,
    numbers_part,
    side_by_side,
    statement_html,
    two_by_two,
)
from pipelines.words.catalogue import say
from pipelines.words.rates import rates_alt
from pipelines.words.site_marks import (
    funnel_alt,
    funnel_legend,
    left_out_note,
    site_marks,
    sites_answer,
    sites_left_out,
)
from pipelines.words.sites import (
    PROGRAM,
    drawn_rates,
    overall_rate,
    sites_definition,
    sites_notes,
    sites_numbers,
    sites_statement,
)

snapshot = snapshot_of_run()
filters, about, colours = current_filters(snapshot), context(snapshot), current_palette()
conditions = shown_conditions(snapshot)
table = snapshot.table("sites", filters)
own = {condition: table[table["condition"] == condition] for condition in (*conditions, PROGRAM)}
shown = [*conditions, *([PROGRAM] if len(own[PROGRAM]) else [])]


def funnels() -> None:
    """The answer, then a funnel for each condition and for all of them."""
    curves = snapshot.table("site_funnels", filters)
    if len(shown) > 1:
        st.html(statement_html(sites_answer(table, shown, about)))
    for condition, place in two_by_two(shown):
        statement = sites_statement(own[condition], condition, about)
        with place:
            (headline if len(shown) == 1 else brief_headline)(condition, statement, colours)
            if own[condition].empty:
                continue
            chart(
                f"sites_funnel_{'beside' if len(shown) > 1 else 'alone'}_{condition}",
                partial(_funnel, condition, curves[curves["condition"] == condition]),
                funnel_alt(own[condition], statement.finding, condition, about),
            )
            notes([left_out_note(own[condition], about), *sites_notes(own[condition], about)])
    notes([funnel_legend(about), say("sites.note")])


def _funnel(condition: str, curves: pd.DataFrame) -> Figure:
    rows = own[condition]
    return funnel_figure(
        site_marks(rows, about),
        sites_left_out(rows, about),
        curves,
        overall_rate(rows, about),
        colours.of(condition),
        about,
        colours,
        BESIDE if len(shown) > 1 else ALONE,
    )


def by_name() -> None:
    """Each site's adjusted rate with its interval."""
    for condition, place in side_by_side(conditions):
        rates = drawn_rates(own[condition])
        lines = [RateLine(site, rows, colours.of(condition)) for site, rows in rates.items()]
        with place:
            condition_heading(condition, about, colours)
            chart(
                f"sites_{condition}",
                partial(rates_figure, lines, about, colours, overall_rate(own[condition], about)),
                rates_alt("sites", rates, about),
            )
    notes([say("sites.legend", confidence=about.confidence), say("sites.note")])


tab, place = open_tab("Sites")
with place:
    if tab == "funnel":
        funnels()
    elif tab == "names":
        by_name()
    else:
        completeness_part(snapshot, filters, "site", conditions)

numbers_part(lambda: sites_numbers(table, about), "Numbers: sites", n_text=2)
definition_part(lambda: sites_definition(about))
download_part("sites", lambda: table, snapshot)
