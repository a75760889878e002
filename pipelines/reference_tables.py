"""Definitions and settings as tables under `ref`, so that SQL joins its parameters instead of naming them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

import duckdb

from pipelines.definitions import Definitions, Items, Outcomes, Scale
from pipelines.definitions.bases import MINUTES_PER_DAY, MINUTES_PER_HOUR
from pipelines.definitions.dissociation import EXPOSURES
from pipelines.definitions.infusions import infusion_groups
from pipelines.definitions.nhs_recovery import CasenessMeasure
from pipelines.definitions.scale import RELIABLE_CHANGES
from pipelines.settings import Settings
from pipelines.sql.literals import literal
from pipelines.sql.tables import make_table

Row = Sequence[object]


def load_reference_tables(connection: duckdb.DuckDBPyConnection, definitions: Definitions, settings: Settings) -> None:
    """Makes the schema `ref` with one table for each kind of parameter; times in minutes."""
    outcomes = definitions.outcomes
    connection.execute("create schema ref")
    # Names that stand on every row of a large table are enumerations: a byte each, quick to group by.
    _make_names(connection, "scale_name", definitions.scales)
    _make_names(connection, "rater_name", definitions.columns.scores["rater"].codes)
    _make_names(connection, "timing_name", definitions.columns.scores["timing"].codes)
    _make_names(connection, "rule_name", [*outcomes.rules, "remission", *RELIABLE_CHANGES])
    _make_names(connection, "window_name", outcomes.windows)
    _make_names(connection, "follow_up_name", ["observed", "missed", "pending", "not_anchored"])
    _make_names(connection, "onset_kind", ["first", "sustained"])
    _make_names(
        connection,
        "durability_standing",
        ["not_anchored", "pending", "not_assessed", "on_maintenance", "not_responding", "responding"],
    )
    _make_names(connection, "response_ending", ["lost", "retreated", "left", "retreated_unseen", "censored"])
    _make_names(
        connection,
        "early_state",
        ["improved", "not_improved", "missed", "pending", "not_anchored", "not_before"],
    )
    _make_names(connection, "exposure_name", EXPOSURES)

    def make(name: str, columns: str, rows: Sequence[Row]) -> None:
        make_table(connection, f"ref.{name}", columns, rows)

    make(
        "scales",
        "scale scale_name, rater rater_name, purpose varchar, metric varchar, units_per_point integer, "
        "minimum decimal(9,3), maximum decimal(9,3), step decimal(9,3), fewer_item_steps decimal(9,3)[], "
        "entry_operator varchar, entry_score decimal(9,3), is_whole_days boolean, is_acute boolean",
        [_scale_row(scale, outcomes) for scale in definitions.scales.values()],
    )
    make(
        "scale_items",
        "scale scale_name, scoring varchar, n_items integer, may_be_missing integer, item_minimum integer, "
        "item_maxima integer[], domains integer[][], either_items integer[][], skipped_items integer[], "
        "skipped_when_item integer, skipped_when_answer integer, lettered_items integer[]",
        [_items_row(scale.id, scale.items) for scale in definitions.scales.values() if scale.items is not None],
    )
    make(
        "scale_rules",
        "scale scale_name, rule rule_name, kind varchar, kept_percent integer, fall_score decimal(9,3), "
        "rise_score decimal(9,3), cut_operator varchar, cut_score decimal(9,3)",
        [row for scale in definitions.scales.values() for row in _rule_rows(scale, outcomes)],
    )
    make(
        "scale_bands",
        "scale scale_name, band_position integer, from_score decimal(9,3)",
        [
            (scale.id, position, scale.in_units(band.from_score))
            for scale in definitions.scales.values()
            if scale.bands
            for position, band in enumerate(scale.bands.levels, start=1)
        ],
    )
    make(
        "conditions",
        "condition varchar, condition_position integer",
        [(condition.id, position) for position, condition in enumerate(definitions.ordered_conditions(), start=1)],
    )
    make(
        "change_bands",
        "band_position integer, from_percent integer",
        [(position, band.from_percent) for position, band in enumerate(outcomes.change_bands.levels, start=1)],
    )
    make(
        "dissociation_bands",
        "level varchar, from_score decimal(9,3)",
        [(band.label, band.from_value) for band in outcomes.dissociation.score_bands.levels],
    )
    make(
        "dose_bands",
        "band_position integer, from_dose decimal(9,3)",
        [(position, band.from_value) for position, band in enumerate(outcomes.dissociation.dose_bands.levels, start=1)],
    )
    make(
        "condition_scales",
        "condition varchar, scale scale_name, preference integer",
        [
            (condition.id, scale, preference)
            for condition in definitions.ordered_conditions()
            for preference, scale in enumerate(condition.scales, start=1)
        ]
        + [
            (condition.id, scale, None)
            for condition in definitions.ordered_conditions()
            for scale in condition.scales_apart
        ],
    )
    make(
        "windows",
        "window_name window_name, from_minute integer, to_minute integer, target_minute integer, anchor varchar, "
        "before_infusion integer, is_for_sensitivity boolean",
        [
            (
                name,
                int(window.from_day * MINUTES_PER_DAY),
                int(window.to_day * MINUTES_PER_DAY),
                int(window.target_day * MINUTES_PER_DAY),
                window.anchor,
                window.before_infusion,
                window.sensitivity,
            )
            for name, window in outcomes.windows.items()
        ],
    )
    make(
        "parameters",
        "look_back_minutes integer, flagged_look_back_minutes integer, induction_minutes integer, "
        "induction_infusions integer, horizon_minutes integer, is_anchored_without_infusions boolean, "
        "earliest_minute integer, latest_minute integer",
        [
            (
                outcomes.baseline.look_back_days * MINUTES_PER_DAY,
                outcomes.baseline.flagged_look_back_days * MINUTES_PER_DAY,
                outcomes.induction.first_days * MINUTES_PER_DAY,
                outcomes.induction.infusions_at_most,
                outcomes.onset.horizon_days * MINUTES_PER_DAY,
                settings.anchor == "first_infusion",
                definitions.columns.earliest_day * MINUTES_PER_DAY,
                definitions.columns.latest_day * MINUTES_PER_DAY,
            )
        ],
    )
    make(
        "acute_windows",
        "before_minutes integer, after_minutes integer, target_minutes integer",
        [
            (
                outcomes.acute.before_hours * MINUTES_PER_HOUR,
                outcomes.acute.after_hours * MINUTES_PER_HOUR,
                outcomes.acute.target_hours * MINUTES_PER_HOUR,
            )
        ],
    )
    make(
        "pressure_limits",
        "high_systolic double, high_diastolic double, large_systolic_rise double, large_diastolic_rise double",
        [
            (
                outcomes.safety.high_pressure.systolic,
                outcomes.safety.high_pressure.diastolic,
                outcomes.safety.large_pressure_rise.systolic,
                outcomes.safety.large_pressure_rise.diastolic,
            )
        ],
    )
    make(
        "infusion_groups",
        "infusion varchar, from_number integer, to_number integer",
        infusion_groups(outcomes.induction.infusions_at_most),
    )
    make("dissociation_scale", "scale scale_name", [(definitions.quality.dissociation_scale,)])
    make(
        "early_windows",
        "early_window window_name, kept_percent integer",
        [
            (window, 100 - outcomes.early_improvement.reduction_percent)
            for window in outcomes.early_improvement.windows_among(outcomes.windows)
        ],
    )
    make(
        "onset_grid",
        "grid_minute integer, is_whole_day boolean",
        [(minute, minute % MINUTES_PER_DAY == 0) for minute in outcomes.onset.grid_minutes()],
    )
    recovery = outcomes.nhs_recovery
    make(
        "nhs_measures",
        "scale scale_name, caseness_score decimal(9,3), reliable_score decimal(9,3)",
        [_measure_row(measure, definitions.scales[measure.scale]) for measure in recovery.measures],
    )
    make("nhs_conditions", "condition varchar", [(condition,) for condition in recovery.conditions])
    make(
        "nhs_rule",
        "fewest_contacts integer, last_score_minutes integer, n_measures integer",
        [(recovery.fewest_contacts, recovery.last_score_days * MINUTES_PER_DAY, len(recovery.measures))],
    )
    make(
        "durability_grid",
        "grid_minute integer, is_whole_day boolean",
        [(minute, minute % MINUTES_PER_DAY == 0) for minute in outcomes.durability.grid_minutes()],
    )
    make(
        "ideation_sources",
        "source varchar, scale scale_name, item integer",
        [(source.id, source.scale, source.item) for source in outcomes.suicidality.sources],
    )
    make(
        "populations",
        "population varchar, is_first_course boolean, needs_entry_cut boolean",
        [
            ("first_course", True, True),
            ("repeat_courses", False, True),
            ("first_course_any_baseline", True, False),
            ("repeat_courses_any_baseline", False, False),
        ],
    )


def _scale_row(scale: Scale, outcomes: Outcomes) -> Row:
    """Range and step in units. A mean has the step of its complete items, then those of fewer items answered."""
    if scale.total.step is not None:
        steps = [scale.in_units(scale.total.step)]
    else:
        assert scale.items is not None
        steps = [scale.in_units(Decimal(1)) / n_answered for n_answered in reversed(scale.items.answered_counts)]
    return (
        scale.id,
        scale.rater,
        scale.purpose,
        scale.metric,
        scale.units_per_point,
        scale.in_units(scale.total.minimum),
        scale.in_units(scale.total.maximum),
        steps[0],
        steps[1:] or None,
        scale.entry_cut.operator if scale.entry_cut else None,
        scale.in_units(scale.entry_cut.value) if scale.entry_cut else None,
        scale.recall_hours > outcomes.onset.whole_days_above_recall_hours,
        outcomes.acute.allows(scale),
    )


def _items_row(scale_id: str, items: Items) -> Row:
    """How the items make the total; what does not apply is NULL."""
    skipped = items.skipped
    return (
        scale_id,
        items.scoring,
        items.count,
        items.may_be_missing,
        items.minimum,
        list(items.item_maxima),
        [list(domain) for domain in items.domains] or None,
        [list(group) for group in items.either] or None,
        list(skipped.items) if skipped else None,
        skipped.when_item if skipped else None,
        skipped.answered if skipped else None,
        list(items.lettered) or None,
    )


def _rule_rows(scale: Scale, outcomes: Outcomes) -> Iterator[Row]:
    """The rules of a scale in units.

    Kinds `response`, `response_points` and `reliable_improvement` are one inequality, exact in whole numbers:
    100 * score <= kept_percent * baseline - 100 * fall_score.
    """
    for rule, offered in scale.response.items():
        per_cent = outcomes.rules[rule].reduction_percent
        if per_cent is not None:
            yield (scale.id, rule, "response", 100 - per_cent, 0, None, None, None)
        elif offered.points is not None:
            yield (scale.id, rule, "response_points", 100, scale.in_units(offered.points), None, None, None)
    if scale.remission is not None:
        cut = scale.in_units(scale.remission.value)
        yield (scale.id, "remission", "remission", None, None, None, scale.remission.operator, cut)
    if (units := scale.reliable_units) is not None:
        change = _exact(units)
        yield (scale.id, "reliable_improvement", "reliable_improvement", 100, change, None, None, None)
        yield (scale.id, "reliable_worsening", "reliable_worsening", None, None, change, None, None)


def _measure_row(measure: CasenessMeasure, scale: Scale) -> Row:
    """A measure of [nhs_recovery] in units; agreement between the files gives it a reliable change."""
    assert scale.reliable_units is not None
    return (scale.id, scale.in_units(measure.caseness), _exact(scale.reliable_units))


def _exact(units: Fraction) -> Decimal:
    return Decimal(units.numerator) / Decimal(units.denominator)


def _make_names(connection: duckdb.DuckDBPyConnection, name: str, values: Iterable[str]) -> None:
    listed = ", ".join(literal(value) for value in values)
    connection.execute(f"create type {name} as enum ({listed})")


def load_column_tables(connection: duckdb.DuckDBPyConnection, definitions: Definitions) -> None:
    """Makes `ref.columns` and `ref.codes`, what each column of a canonical file may hold (for imports)."""
    columns: list[Row] = []
    codes: list[Row] = []
    for table in ("courses", "infusions", "scores"):
        for position, (name, rule) in enumerate(definitions.columns.of(table).items()):
            columns.append((table, name, position, rule.kind, rule.required, rule.minimum, rule.maximum))
            meanings = [(code, code) for code in rule.codes]
            if rule.kind == "yes_no":
                meanings = [(word, meaning) for meaning, words in definitions.columns.codes.items() for word in words]
            if table == "courses" and name == "conditions":
                meanings = [(condition, condition) for condition in definitions.conditions]
            codes += [(table, name, code, meaning) for code, meaning in meanings]
    make_table(
        connection,
        "ref.columns",
        "table_name varchar, column_name varchar, position integer, kind varchar, is_required boolean, "
        "minimum double, maximum double",
        columns,
    )
    make_table(connection, "ref.codes", "table_name varchar, column_name varchar, code varchar, meaning varchar", codes)
