"""Trend: does the program vary as it always has?"""

from functools import partial

from dashboard.figures.process import process_figure
from dashboard.filters import context, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.controls import open_tab
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
)
from pipelines.words.trend import trend_alt, trend_definition, trend_note, trend_numbers, trend_statement

snapshot = snapshot_of_run()
filters, about, colours = current_filters(snapshot), context(snapshot), current_palette()
table = snapshot.table("trend", filters)

tab, place = open_tab("Trend")
with place:
    own = {
        condition: table[(table["condition"] == condition) & (table["outcome"] == tab)]
        for condition in shown_conditions(snapshot)
    }
    for condition, rows in own.items():
        headline(condition, trend_statement(rows, condition, tab, about), colours)
    for condition, part in side_by_side([condition for condition, rows in own.items() if not rows.empty]):
        with part:
            condition_heading(condition, about, colours)
            chart(
                f"trend_{tab}_{condition}",
                partial(process_figure, own[condition], colours.of(condition), about, colours),
                trend_alt(own[condition], condition, tab, about),
            )
    notes([trend_note(about)])

numbers_part(lambda: trend_numbers(table, about), "Numbers: mean, limits and signals")
definition_part(lambda: trend_definition(about))
download_part("trend", lambda: table, snapshot)
