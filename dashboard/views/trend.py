"""Trend: does the program vary as it always has?"""

from functools import partial

from dashboard.figures.process import process_figure
from dashboard.filters import context, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.controls import open_tab
from dashboard.views.parts import (
    chart,
    current_palette,
    definition_part,
    download_part,
    notes,
    numbers_part,
    verdict_headline,
)
from pipelines.words.trend import (
    trend_alt,
    trend_definition,
    trend_note,
    trend_notes,
    trend_numbers,
    trend_statement,
    verdict_of,
    verdict_word,
)

snapshot = snapshot_of_run()
filters, about, colours = current_filters(snapshot), context(snapshot), current_palette()
table = snapshot.table("trend", filters)

tab, place = open_tab("Trend")
with place:
    for condition in shown_conditions(snapshot):
        rows = table[(table["condition"] == condition) & (table["outcome"] == tab)]
        statement = trend_statement(rows, condition, tab, about)
        if rows.empty:
            verdict_headline(condition, statement, "", "", colours)
            continue
        verdict_headline(condition, statement, verdict_of(rows), verdict_word(rows), colours)
        chart(
            f"trend_{tab}_{condition}",
            partial(process_figure, rows, colours.of(condition), about, colours),
            trend_alt(rows, condition, tab, about),
        )
        if found := trend_notes(rows):
            notes(found)
    notes([trend_note(about)])

numbers_part(lambda: trend_numbers(table, about), "Numbers: mean, limits and signals")
definition_part(lambda: trend_definition(about))
download_part("trend", lambda: table, snapshot)
