"""Sites: does any lie beyond what chance and case mix account for?"""

from functools import partial

import streamlit as st

from dashboard.figures.rates import RateLine, rates_figure
from dashboard.filters import context, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
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
    statement_html,
)
from pipelines.words.catalogue import say
from pipelines.words.rates import rates_alt
from pipelines.words.sites import PROGRAM, drawn_rates, overall_rate, sites_definition, sites_numbers, sites_statement

snapshot = snapshot_of_run()
filters, about, colours = current_filters(snapshot), context(snapshot), current_palette()
table = snapshot.table("sites", filters)
own = {condition: table[table["condition"] == condition] for condition in (*shown_conditions(snapshot), PROGRAM)}

for condition in shown_conditions(snapshot):
    headline(condition, sites_statement(own[condition], condition, about), colours)
if not own[PROGRAM].empty:
    st.html(statement_html(sites_statement(own[PROGRAM], PROGRAM, about)))

for condition, place in side_by_side(shown_conditions(snapshot)):
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

numbers_part(lambda: sites_numbers(table, about), "Numbers: sites")
definition_part(lambda: sites_definition(about))
download_part("sites", lambda: table, snapshot)
