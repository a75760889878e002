"""Overview: how each condition does, and what to look at first."""

from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard.choices import address_of
from dashboard.figures.overview import interval_figure, shares_figure
from dashboard.figures.quarters import small_quarters_figure
from dashboard.filters import context, current_choices, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.parts import (
    chart,
    condition_html,
    current_palette,
    definition_part,
    download_part,
    label_html,
    notes,
    numbers_part,
    three_statements,
)
from pipelines.words.catalogue import say
from pipelines.words.definition import counted_scales, population_definition, response_definition, window_definition
from pipelines.words.onset import onset_statement, short_interval
from pipelines.words.overview import (
    changed_statement,
    completeness_summary,
    look_statement,
    rates_alt,
    unknown_statement,
)
from pipelines.words.response import (
    quarters_alt,
    quarters_caption,
    rate_words,
    rates_caption,
    response_statement,
)
from pipelines.words.statement import statistic
from pipelines.words.tables import rate_numbers

snapshot, filters, choices = snapshot_of_run(), current_filters(snapshot_of_run()), current_choices()
about, colours = context(snapshot), current_palette()
rates = snapshot.table("response", filters)
remission = snapshot.table("remission", filters)
completeness = snapshot.table("completeness", filters)

brief = st.container(key="brief")
onset_slots = {}
for condition in shown_conditions(snapshot):
    own, own_remission = rates[rates["condition"] == condition], remission[remission["condition"] == condition]
    followed_up = statistic(completeness[completeness["condition"] == condition], "followed_up")
    response = statistic(own, "observed")
    with st.container(key=f"row_{condition}"):
        name, shares, onset, quarters = st.columns([1.5, 2.3, 2.2, 3], gap="medium")
        name.html(condition_html(condition, response, completeness_summary(followed_up), about, colours))
        if response is None:
            shares.html(label_html(response_statement(own, condition, about).text))
            continue
        by_measure = {"Response": own, "Remission": own_remission}
        with shares:
            chart(
                f"rates_{condition}",
                partial(shares_figure, by_measure, followed_up, condition, about, colours),
                rates_alt(
                    condition,
                    rate_words(response, about),
                    rate_words(statistic(own_remission, "observed"), about),
                    completeness_summary(followed_up),
                    about,
                ),
            )
        shares.html(label_html(rates_caption(own, own_remission, condition, about)))
        shares.page_link(
            "views/response.py",
            label=f"Response of {about.word(condition)}",
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params=address_of(replace(choices, condition=condition)),
        )
        onset_slots[condition] = onset.container()
        quarters.html(label_html(say("response.quarters_title")))
        own_quarters = snapshot.table("response", replace(filters, condition=(condition,)), ("quarter",))
        with quarters:
            chart(
                f"quarters_{condition}",
                partial(small_quarters_figure, own_quarters, condition, about, colours),
                quarters_alt(own_quarters, condition, about),
            )

with brief:
    three_statements(
        changed_statement(snapshot.change(filters), about),
        look_statement(completeness, snapshot.table("completeness", filters, ("site",)), about),
        unknown_statement(snapshot.table("response_counts", filters), about),
    )

for condition, slot in onset_slots.items():
    with slot:
        with st.skeleton(height=150):
            times = snapshot.table("onset", replace(filters, condition=(condition,), kind="first", clock="days"))
        half, statement = statistic(times, "median_interval"), onset_statement(times, condition, about)
        st.html(label_html(say("onset.half_title"), short_interval(times, about)))
        if half is not None and half["n_assessed"] >= about.fewest:
            chart(f"half_{condition}", partial(interval_figure, half, condition, about, colours), statement.finding)
        st.html(label_html(statement.more if half is not None else statement.text))
        st.page_link(
            "views/onset.py",
            label=f"Onset of {about.word(condition)}",
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params=address_of(replace(choices, condition=condition)),
        )

notes([quarters_caption(about)])
numbers_part(lambda: rate_numbers(rates, "condition", about))
definition_part(
    lambda: [
        *(
            text
            for condition in shown_conditions(snapshot)
            for text in response_definition(condition, counted_scales(rates), about)
        ),
        *window_definition(about),
        population_definition(snapshot.published.population(filters), snapshot.id, about),
    ]
)
download_part("response", lambda: rates, snapshot)
