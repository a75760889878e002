"""The tabs of the response page: each one figure, its sentence and its numbers, made when it is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from dashboard.figures.flow import flow_figure
from dashboard.figures.rates import RateLine, rates_figure
from dashboard.figures.recovery import recovery_figure
from dashboard.figures.retention import retention_figure
from dashboard.filters import current_choices
from dashboard.reading import Snapshot
from dashboard.theme import Palette
from dashboard.views.controls import Tab
from dashboard.views.parts import chart, headline, notes, side_by_side, tab_numbers
from pipelines.filters import Filters
from pipelines.words.catalogue import say
from pipelines.words.flow import flow_alt, flow_stages, flow_statement
from pipelines.words.marks import marks_alt
from pipelines.words.nhs_recovery import (
    nhs_recovery_marks,
    nhs_recovery_numbers,
    nhs_recovery_statement,
    nhs_standards,
    not_finished_words,
)
from pipelines.words.rates import group_label, group_notes, legend, only_statistic, ordered_groups, rates_alt
from pipelines.words.reliable_change import change_lines, reliable_change_statement
from pipelines.words.response import remission_statement, rules_beside
from pipelines.words.retention import retention_alt, retention_statement
from pipelines.words.statement import Context
from pipelines.words.tables import (
    MAINTENANCE,
    flow_numbers,
    maintenance_numbers,
    rate_numbers,
    retention_numbers,
)


def lines_by(rates: pd.DataFrame, group: str, about: Context, colours: Palette) -> list[RateLine]:
    """A line for each value of a group, in the order to show them."""
    own_order = list(dict.fromkeys(rates["condition"]))
    values = own_order if group == "condition" else ordered_groups(rates, group, about)
    return [_line(rates[rates[group] == value], group_label(group, value, about), colours) for value in values]


def _line(rates: pd.DataFrame, name: str, colours: Palette, heading: str = "") -> RateLine:
    return RateLine(name, rates, colours.of(str(rates["condition"].iloc[0])), heading)


def _show(lines: Sequence[RateLine], measure: str, key: str, about: Context, colours: Palette) -> None:
    alt = rates_alt(measure, {f"{line.heading} {line.name}".strip(): line.rates for line in lines}, about)
    chart(key, partial(rates_figure, lines, about, colours), alt)


def flow(snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette) -> None:
    """Every course started, and where those were lost that the rate does not rest on."""
    table = snapshot.table("flow", filters)
    for condition, place in side_by_side(conditions):
        own = table[table["condition"] == condition]
        with place:
            headline(condition, flow_statement(own, condition, about), colours)
            if not own.empty:
                chart(
                    f"flow_{condition}",
                    partial(flow_figure, flow_stages(own), colours.of(condition), colours),
                    flow_alt(own, condition, about),
                )
    tab_numbers("flow", table, lambda: flow_numbers(table, about), snapshot)


def remission(
    snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette
) -> None:
    """Remission at each scale's cut."""
    table = snapshot.table("remission", filters)
    for condition in conditions:
        own = table[table["condition"] == condition]
        headline(condition, remission_statement(own, condition, about, lead=about.label(condition)), colours)
    if not table.empty:
        _show(lines_by(table, "condition", about, colours), "remission", "remission_rates", about, colours)
        notes([legend("remission", about), *group_notes(table, "condition", about)])
        tab_numbers("remission", table, lambda: rate_numbers(table, "condition", about), snapshot)


def rules(snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette) -> None:
    """A condition's rules beside each other, such as 30 and 50 % for pain."""
    tables, lines = [], []
    for condition in conditions:
        beside = rules_beside(condition, about)
        if len(beside) < 2:
            continue
        for position, (rule, name) in enumerate(beside.items()):
            rates = snapshot.table("response", replace(filters, condition=(condition,), rule=rule))
            tables.append(rates)
            lines.append(_line(rates, name, colours, "" if position else about.label(condition)))
    if not lines:
        notes([say("rules.none", courses=about.courses(conditions[0]).capitalize())])
        return
    _show(lines, "response", "rules_rates", about, colours)
    notes([say("rules.note"), legend("response", about)])
    table = pd.concat(tables)
    tab_numbers("response-by-rule", table, lambda: rate_numbers(table, "rule_version", about), snapshot)


def reliable(snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette) -> None:
    """Who improved or worsened by more than the scale's error of measurement."""
    table = snapshot.table("reliable_change", filters)
    lines = []
    for condition in conditions:
        own = table[table["condition"] == condition]
        headline(condition, reliable_change_statement(own, condition, about), colours)
        for position, (name, rates) in enumerate(change_lines(own).items()):
            lines.append(_line(rates, name, colours, "" if position else about.label(condition)))
    if lines:
        _show(lines, "reliable_change", "reliable_rates", about, colours)
        notes([say("reliable_change.note"), legend("reliable_change", about)])
        tab_numbers("reliable-change", table, lambda: rate_numbers(table, "change", about), snapshot)


def windows(snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette) -> None:
    """The same rule in each window, each judged by itself."""
    tables, lines = [], []
    for name, window in snapshot.definitions.outcomes.windows.items():
        table = snapshot.table("response", replace(filters, window=name))
        tables.append(table)
        label = window.label[0].upper() + window.label[1:]
        if len(conditions) == 1:
            lines.append(_line(table, label, colours))
            continue
        for position, condition in enumerate(conditions):
            own = table[table["condition"] == condition]
            lines.append(_line(own, about.label(condition), colours, "" if position else label))
    _show(lines, "response", "windows_rates", about, colours)
    notes([say("windows.note"), legend("response", about)])
    table = pd.concat(tables)
    tab_numbers("response-by-window", table, lambda: rate_numbers(table, "window", about), snapshot)


def retention(
    snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette
) -> None:
    """How many came to each infusion of induction, and why the others did not."""
    table = snapshot.table("retention", filters)
    own = {condition: table[table["condition"] == condition] for condition in conditions}
    for condition in conditions:
        headline(condition, retention_statement(own[condition], condition, about), colours)
    chart(
        "retention",
        partial(retention_figure, table, conditions, about, colours),
        " ".join(retention_alt(own[condition], condition, about) for condition in conditions),
    )
    notes([say("retention.note")])
    tab_numbers("retention", table, lambda: retention_numbers(table, about), snapshot)


def maintenance(
    snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette
) -> None:
    """Those with an infusion between induction and the score apart from those without."""
    table = snapshot.table("response", filters)
    lines = []
    for condition in conditions:
        own = table[table["condition"] == condition]
        for position, part in enumerate(MAINTENANCE):
            rates = only_statistic(own, part)
            if not rates.empty:
                heading = "" if position else about.label(condition)
                lines.append(_line(rates, say(f"maintenance.{part.removeprefix('observed_')}"), colours, heading))
    if not lines:
        notes([say("maintenance.none", courses=about.courses(conditions[0]))])
        return
    _show(lines, "response", "maintenance_rates", about, colours)
    notes([say("maintenance.note"), legend("response", about, has_missing=False)])
    tab_numbers("response-by-maintenance", table, lambda: maintenance_numbers(table, about), snapshot)


def recovery(snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette) -> None:
    """Who was at caseness at first and on neither measure at last, as NHS services report it."""
    table = snapshot.table("nhs_recovery", filters)
    for condition in conditions:
        own = table[table["condition"] == condition]
        headline(condition, nhs_recovery_statement(own, condition, about), colours)
    marks = {c: nhs_recovery_marks(table[table["condition"] == c], c, about) for c in conditions}
    outcomes = {about.label(condition): own for condition, own in marks.items() if own}
    if outcomes:
        styles = {about.label(condition): colours.of(condition) for condition in conditions}
        chart(
            "recovery",
            partial(recovery_figure, outcomes, styles, colours),
            marks_alt({name: [outcome.observed for outcome in own] for name, own in outcomes.items()}),
        )
    legend = say("nhs_recovery.legend", confidence=about.confidence)
    notes([legend, say("nhs_recovery.note"), nhs_standards(about.definitions)])
    notes([not_finished_words(table[table["condition"] == condition], condition, about) for condition in conditions])
    group = current_choices().group()
    is_grouped = group != "condition"
    by_group = snapshot.table("nhs_recovery", filters, (group,)) if is_grouped else table
    tab_numbers(
        "nhs-recovery",
        by_group,
        lambda: nhs_recovery_numbers(by_group, group, about),
        snapshot,
        n_text=2 + is_grouped,
    )


TAB_CONTENT: Mapping[str, Tab] = {
    "flow": flow,
    "remission": remission,
    "rules": rules,
    "reliable": reliable,
    "windows": windows,
    "retention": retention,
    "maintenance": maintenance,
    "recovery": recovery,
}
