"""Overview: how each condition does, and what to look at first."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.figures.strip_style import STRIP_STYLE
from dashboard.filters import context, current_choices, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.overview_drawn import MAKERS, drawn, filters_of_rows, sentences
from dashboard.views.overview_places import Link, brief, places_of_row
from dashboard.views.parts import definition_part, download_part, notes, numbers_part
from dashboard.views.pictures import note_figure
from pipelines.words.catalogue import say
from pipelines.words.definition import counted_scales, population_definition, response_definition, window_definition
from pipelines.words.overview import recall_note
from pipelines.words.overview_row import overview_numbers

# The intervals of these are resampled; the other places are drawn before them.
SLOW = ("half", "lasting")
SHOWN = ("response", "remission", "onset", "durability", "trend", "completeness")

snapshot, choices = snapshot_of_run(), current_choices()
about, conditions = context(snapshot), shown_conditions(snapshot)
# Asked for here: a file is made when it is taken, and then there is no session to ask.
selections = filters_of_rows()


def tables(measure: str) -> pd.DataFrame:
    """A result table of all rows."""
    return pd.concat([snapshot.table(measure, row) for row in selections])


st.html(STRIP_STYLE)
above = st.container(key="brief")
picture = st.container(key="overview_rows")
with picture:
    rows = {condition: places_of_row(condition, about) for condition in conditions}
    note_figure("overview_rows", say("picture.overview_finding"))
for condition, places in rows.items():
    for name in MAKERS:
        if name not in SLOW:
            places[name].html(drawn(name, condition).html)

with above:
    told = sentences()
    lost = [
        Link("lost", say("link.lost", site=site), replace(choices, by="site", tab="where"))
        for site in told.far_sites[:1]
    ]
    brief(
        [
            (told.changed, [Link("trend", say("link.trend"), choices)]),
            (told.look, [*lost, Link("sites", say("link.sites"), choices)]),
            (told.unknown, [Link("response", say("link.flow"), replace(choices, tab="flow"))]),
        ]
    )

for name in SLOW:
    for condition, places in rows.items():
        with places[name], st.skeleton(height=110):
            made = drawn(name, condition)
        places[name].html(made.html)

with picture:
    notes([say("row.legend", confidence=about.confidence), recall_note(tables("onset"), about)])
numbers_part(
    lambda: overview_numbers(
        {condition: {name: drawn(name, condition).places for name in MAKERS} for condition in conditions}, about
    )
)
definition_part(
    lambda: [
        *(
            text
            for condition in conditions
            for text in response_definition(condition, counted_scales(tables("response")), about)
        ),
        *window_definition(about),
        population_definition(snapshot.published.population(current_filters(snapshot)), snapshot.id, about),
    ]
)
download_part("overview", lambda: pd.concat([tables(measure) for measure in SHOWN], ignore_index=True), snapshot)
