"""Response: how many courses responded, and what that rests on."""

from functools import partial

import streamlit as st

from dashboard.figures.quarters import quarters_figure
from dashboard.figures.rates import rates_figure
from dashboard.filters import context, current_choices, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.beside import Beside
from dashboard.views.controls import by_control, open_tab
from dashboard.views.parts import (
    chart,
    current_palette,
    definition_part,
    download_part,
    headline,
    notes,
    numbers_part,
)
from dashboard.views.response_tabs import TAB_CONTENT, lines_by
from pipelines.words.catalogue import say
from pipelines.words.definition import counted_scales, population_definition, response_definition, window_definition
from pipelines.words.nhs_recovery import nhs_recovery_definition
from pipelines.words.rates import group_notes, legend, rates_alt
from pipelines.words.response import quarters_alt, response_statement
from pipelines.words.statement import statistic
from pipelines.words.tables import rate_numbers

snapshot, choices = snapshot_of_run(), current_choices()
filters, about, colours = current_filters(snapshot), context(snapshot), current_palette()
conditions = shown_conditions(snapshot)
beside = Beside(snapshot, filters, conditions, about, colours)
# The rest stands beside the selection as a whole, unless the reader parts it.
own_group = "condition" if beside.is_asked else "quarter"
group = choices.group(own=own_group)
by = () if group == "condition" else (group,)

whole = snapshot.table("response", filters)
for condition in conditions:
    own = whole[whole["condition"] == condition]
    headline(condition, response_statement(own, condition, about, lead=about.label(condition)), colours)
    beside.tell("response", condition, response_statement)

rates = snapshot.table("response", filters, by)
if group == "quarter":
    build = partial(
        quarters_figure, rates, whole, conditions[0], about, colours, beside.rate("response", conditions[0])
    )
    alt = quarters_alt(rates, conditions[0], about)
else:
    lines = lines_by(rates, group, about, colours)
    reference = None if group == "condition" else statistic(whole, "observed")
    lines = (
        [line for own in lines for line in (own, *beside.rate_line("response", str(own.rates["condition"].iloc[0])))]
        if group == "condition"
        else [*lines, *beside.rate_line("response", conditions[0])]
    )
    build = partial(rates_figure, lines, about, colours, reference)
    alt = rates_alt("response", {line.name: line.rates for line in lines}, about)
chart("response" if group == "condition" else f"response_by_{group}", build, alt)
with st.container(horizontal=True, key="controls"):
    by_control(snapshot, own=own_group)
notes(
    [
        legend("response", about),
        *group_notes(rates, group, about),
        *([] if choices.condition else [say("rates.choose_condition")]),
    ]
)

beside.explain("response")

tab, place = open_tab("Response")
with place:
    TAB_CONTENT[tab](snapshot, filters, conditions, about, colours)

numbers_part(lambda: beside.numbers("response", rate_numbers, rates, group), "Numbers: response rates", beside.n_text)
definition_part(
    lambda: [
        *(text for condition in conditions for text in response_definition(condition, counted_scales(whole), about)),
        *window_definition(about),
        *([nhs_recovery_definition(about.definitions)] if tab == "recovery" else []),
        population_definition(snapshot.published.population(filters), snapshot.id, about),
    ]
)
what = "response" if group == "condition" else f"response-by-{group}"
download_part(what, lambda: beside.download("response", rates), snapshot)
