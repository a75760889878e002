"""Where fewer were followed up: the share of those due by site, quarter or another group, on several pages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dashboard.figures.completeness import completeness_figure
from dashboard.filters import context
from dashboard.reading import Snapshot
from dashboard.views.parts import brief_headline, chart, current_palette, headline, notes, side_by_side, tab_numbers
from pipelines.filters import Filters
from pipelines.words.completeness import completeness_alt, completeness_by_statement, completeness_legend
from pipelines.words.missing_follow_up import completeness_numbers
from pipelines.words.rates import group_label
from pipelines.words.statement import statistic
from pipelines.words.subgroups import ordered_levels


def completeness_part(snapshot: Snapshot, filters: Filters, group: str, conditions: Sequence[str]) -> None:
    """For each condition its sentence and a line a group; then the numbers."""
    about, colours = context(snapshot), current_palette()
    table, whole = snapshot.table("completeness", filters, (group,)), snapshot.table("completeness", filters)
    for condition, place in side_by_side(conditions):
        own, all_of_it = (rows[rows["condition"] == condition] for rows in (table, whole))
        statement = completeness_by_statement(own, all_of_it, condition, group, about)
        levels = ordered_levels(own.assign(statistic="observed"), group, about)
        rows = [own[own[group] == level].to_dict("records")[0] for level in levels]
        names = [group_label(group, level, about) for level in levels]
        with place:
            (headline if len(conditions) == 1 else brief_headline)(condition, statement, colours)
            if rows:
                reference, style = statistic(all_of_it, "followed_up"), colours.of(condition)
                chart(
                    f"completeness_{condition}",
                    partial(completeness_figure, rows, names, reference, style, about, colours),
                    completeness_alt(statement, names, rows, about),
                    group,
                )
    notes([completeness_legend(about)])
    tab_numbers(
        "completeness",
        table,
        lambda: completeness_numbers(table, group, about),
        snapshot,
        n_text=1 if group == "condition" else 2,
    )
