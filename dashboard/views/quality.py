"""Data quality: what is new since the last snapshot, and what needs a hand."""

from functools import partial

import streamlit as st

from dashboard.figures.quality import follow_up_figure
from dashboard.filters import context, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.checks import category_html, hand_html
from dashboard.views.parts import (
    chart,
    condition_heading,
    current_palette,
    download_part,
    heading,
    notes,
    side_by_side,
    statement_html,
    table_html,
)
from pipelines.words.catalogue import say
from pipelines.words.plausibility import plausibility_numbers, plausibility_statement
from pipelines.words.quality import (
    comparison_words,
    follow_up_alt,
    imports_numbers,
    imports_statement,
    quality_statement,
    urgent_first,
    worst_sites,
)

snapshot = snapshot_of_run()
filters, about, colours = current_filters(snapshot), context(snapshot), current_palette()
checks, by_site = snapshot.quality(filters), snapshot.quality(filters, ("site",))
earlier = snapshot.earlier()
before = earlier.snapshot
comparison = comparison_words(
    before.id if before else None,
    f"{before.built_at:%Y-%m-%d}" if before else None,
    earlier.found is not None,
)

st.html(statement_html(quality_statement(checks, comparison, earlier.found is not None)))
heading(say("quality.hand"))
st.html(hand_html([(row, worst_sites(str(row["check"]), by_site, about.fewest)) for row in urgent_first(checks)]))

heading(say("quality.follow_up"))
grid = st.container()

heading(say("plausibility.title"))
panel = snapshot.table("plausibility", filters)
st.html(statement_html(plausibility_statement(panel, about)))
if not panel.empty:
    st.html(table_html(plausibility_numbers(panel, about), n_text=2))
    notes([say("plausibility.note")])

heading(say("quality.by_category"))
for category, rows in checks.groupby("category", sort=False):
    st.html(category_html(str(category), rows))
notes([say("quality.sites_only")])

heading(say("quality.imports"))
if snapshot.sites:
    notes([say("quality.imports_sites")])
else:
    imports = snapshot.imports()
    st.html(statement_html(imports_statement(imports)))
    st.html(table_html(imports_numbers(imports), n_text=3))

foot = st.container()

# The longest to add up comes last, so that the rest is read meanwhile.
conditions = shown_conditions(snapshot)
with grid, st.skeleton(height=330):
    completeness = snapshot.table("completeness", filters, ("site",))
    cells = snapshot.table("completeness", filters, ("site", "quarter"))
with grid:
    for condition, place in side_by_side(conditions):
        own = completeness[completeness["condition"] == condition]
        with place:
            condition_heading(condition, about, colours)
            chart(
                f"follow_up_{condition}",
                partial(follow_up_figure, cells[cells["condition"] == condition], own, condition, about, colours),
                follow_up_alt(own, condition, about),
            )
    notes([say("quality.follow_up_note")])
with foot:
    download_part("data-quality", lambda: checks, snapshot)
