"""Opens a snapshot's published counts, read-only, and gives them out summed. Nobody else queries them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from pydantic import ValidationError

from pipelines.definitions import Definitions
from pipelines.errors import StoreDamaged, UnknownName, UsageError
from pipelines.filters import DIMENSIONS, Filters
from pipelines.manifests import SnapshotManifest
from pipelines.settings import Settings
from pipelines.store import Store

if TYPE_CHECKING:
    import pandas as pd

POPULATIONS = ("first_course", "repeat_courses", "first_course_any_baseline", "repeat_courses_any_baseline")
KINDS = ("first", "sustained")
CLOCKS = ("days", "infusions")

# A period is followed up as far as the source that was filled in least; nothing is known if one source does not say.
_FOLLOW_UP_DAYS = (
    "(select period, min(days_past_period_end) as days_past_period_end from follow_up group by period "
    "having count(*) = count(days_past_period_end)) as follow_up_days"
)


class Published:
    """The published counts of one snapshot.

    One connection lives as long as the object; every query takes a cursor of its own, because a connection
    shared between threads mixes up their results.

    Args:
        path: `published.duckdb` of a snapshot.

    Raises:
        StoreDamaged: the file cannot be opened, or another version of this program made it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._connection = duckdb.connect(str(path), read_only=True)
            row = self._connection.execute("select manifest, settings, definitions from about").fetchone()
        except duckdb.Error:
            raise _unreadable(path) from None
        assert row is not None
        try:
            self.manifest = SnapshotManifest.model_validate_json(row[0])
            self.settings = Settings.model_validate_json(row[1])
            self.definitions = Definitions.model_validate_json(row[2])
        except ValidationError:
            self._connection.close()
            raise StoreDamaged(
                f"Snapshot {path.parent.name} was made by another version of this program, which this one cannot read. "
                "Run `outcomes build` to make it anew."
            ) from None

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    @cached_property
    def attributes(self) -> list[str]:
        """The further attributes there are, `all` left out."""
        rows = self._rows("select distinct attribute from started_courses where attribute <> 'all' order by 1")
        return [str(row[0]) for row in rows]

    def options(self, dimension: str) -> dict[str, int]:
        """The values of a dimension (or a further attribute) with the courses started in each.

        Conditions come in their fixed order, all else in the order of the alphabet, "not recorded" last.
        """
        if dimension in DIMENSIONS:
            where, column = "attribute = 'all'", dimension
        elif dimension in self.attributes:
            where, column = f"attribute = '{dimension}'", "level"
        else:
            raise UnknownName("dimension", dimension, [*DIMENSIONS, *self.attributes])
        scope = "condition <> 'any'" if dimension == "condition" else "condition = 'any'"
        rows = self._rows(
            f"select {column}, cast(sum(n_started) as bigint) from started_courses "
            f"where {where} and {scope} and not ends_with(population, '_any_baseline') "
            f"group by 1 order by {column} = 'not recorded', 1"
        )
        found = {str(value): int(count) for value, count in rows}
        if dimension == "condition":
            return {c.id: found[c.id] for c in self.definitions.ordered_conditions() if c.id in found}
        return found

    def population(self, filters: Filters) -> str:
        """The population asked for, or the program's own."""
        return filters.population or self.settings.population

    def check(self, filters: Filters, by: Sequence[str] = ()) -> None:
        """Whether the filters and groups name what this snapshot has.

        Raises:
            UnknownName: a value that the snapshot does not know, with the nearest that it does.
            UsageError: more than one further attribute.
        """
        definitions = self.definitions
        for kind, name, known in (
            ("scale", filters.scale, ["primary", *definitions.scales]),
            ("population", self.population(filters), POPULATIONS),
            ("kind of onset", filters.kind, KINDS),
            ("clock", filters.clock, CLOCKS),
            ("window", filters.window, definitions.outcomes.windows),
            ("rule", filters.rule, definitions.outcomes.rules),
        ):
            if name is not None and name not in known:
                raise UnknownName(kind, name, known)
        for dimension in DIMENSIONS:
            known_values = definitions.conditions if dimension == "condition" else self.options(dimension)
            for value in getattr(filters, dimension):
                if value not in known_values:
                    raise UnknownName(dimension, value, known_values)
        groups = [*DIMENSIONS, *self.attributes]
        for group in by:
            if group not in groups:
                raise UnknownName("group", group, groups)
        further = ({*by} | {filters.attribute}) - {*DIMENSIONS, "all"}
        if len(further) > 1:
            raise UsageError(
                "Only one further attribute can be used at a time, to filter or to group by: "
                f"found {' and '.join(sorted(further))}. Row-level work is for the warehouse."
            )
        for level in filters.level:
            if level not in self.options(filters.attribute):
                raise UnknownName(filters.attribute, level, self.options(filters.attribute))

    def n_started(self, filters: Filters) -> int:
        """Courses started in the whole selection, each counted once however many conditions it is given for."""
        return sum(self._n_started(filters, "'all'").values())

    def n_started_by(self, filters: Filters, group: str) -> dict[str, int]:
        """Courses started in each value of a dimension or further attribute, within the selection.

        By condition, a course given for two counts for both; by anything else, each counts once.
        """
        self.check(filters, (group,))
        if group in DIMENSIONS:
            return self._n_started(filters, group)
        return self._n_started(replace(filters, attribute=group), "level")

    def scales(self, filters: Filters) -> dict[str, dict[str, int]]:
        """The scales that courses have a baseline on, each with the conditions and the courses with one."""
        where, parameters = self._where(filters, "cells", ())
        rows = self._rows(
            "select cells.scale, cells.condition, cast(sum(facts.n_with_baseline) as bigint) "
            "from baselines as facts inner join cells on facts.cell_key = cells.cell_key "
            f"where {where} and cells.scale <> 'primary' and cells.population = $population group by all order by all",
            {**parameters, "population": self.population(filters)},
        )
        found: dict[str, dict[str, int]] = {}
        for scale, condition, n in rows:
            found.setdefault(str(scale), {})[str(condition)] = int(n)
        return found

    def _n_started(self, filters: Filters, column: str) -> dict[str, int]:
        if len(filters.condition) > 1:
            raise UsageError("Courses of several conditions are not added up: a course may be given for both.")
        if not filters.condition and column != "condition":
            filters = filters.only("condition", "any")
        where, parameters = self._where(filters, "started_courses", ())
        population = {"first": "first_course", "repeat": "repeat_courses"}[self.population(filters).split("_")[0]]
        single = "" if filters.condition else "and condition <> 'any' "
        rows = self._rows(
            f"select {column}, cast(sum(n_started) as bigint) from started_courses "
            f"where {where} {single}and population = $population group by 1",
            {**parameters, "population": population},
        )
        return {str(value): int(n) for value, n in rows}

    def started(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses started: columns condition, `by`, n_started."""
        return self._sums_of_started("started_courses", "n_started", filters, by)

    def retentions(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses by infusions received in induction: condition, `by`, n_infusions, ending, is_induction_closed ...

        `days_past_period_end` as in `baselines`.
        """
        keys = ["n_infusions", "ending", "is_induction_closed", "days_past_period_end"]
        return self._sums_of_started("retentions", "n_courses", filters, by, keys)

    def missing_baselines(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses without a baseline on the scale asked for: condition, `by`, reason, n_courses.

        Courses without any score have the reason `no_score` under the primary scale only; on a single scale they are
        those that are left.
        """
        return self._sums_of_started(
            "missing_baselines", "n_courses", filters, by, ["reason"], {"scale": filters.scale}
        )

    def baselines(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses with a baseline: condition, `by`, measured_scale, days_past_period_end, n_with_baseline ...

        `days_past_period_end` says how far the source had been filled in past the end of the courses' period (the
        least of all sources), NULL where that is unknown.
        """
        counts = (
            "n_with_baseline",
            "n_below_entry",
            "n_baseline_zero",
            "n_in_population",
            "n_baseline_older",
            "n_baseline_assumed",
        )
        keys = ["cells.measured_scale", "follow_up_days.days_past_period_end"]
        return self._sums("baselines", counts, filters, by, keys)

    def responses(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Follow-up by window and rule: condition, `by`, measured_scale, window_name, rule, n_observed ..."""
        counts = (
            "n_observed",
            "n_missed",
            "n_pending",
            "n_not_anchored",
            "n_met",
            "n_worse",
            "n_on_maintenance",
            "n_met_on_maintenance",
            "n_without_maintenance",
            "n_met_without_maintenance",
        )
        return self._sums("responses", counts, filters, by, ["cells.measured_scale", "facts.window_name", "facts.rule"])

    def trajectories(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Sums at baseline and in each window: condition, `by`, measured_scale, window_name, n_scored ...

        Sums of scores and changes, and of their squares, are in the scale's units and exact before they are turned
        into floating-point numbers; those of fractions are in parts of the baseline, NULL where a scale has none.
        """
        counts = ("n_scored", "n_counted_later", "n_missed", "n_pending", "n_not_anchored")
        sums = (
            "score_sum",
            "score_square_sum",
            "change_sum",
            "change_square_sum",
            "fraction_sum",
            "fraction_square_sum",
        )
        return self._sums("trajectories", counts, filters, by, ["cells.measured_scale", "facts.window_name"], sums)

    def change_distributions(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses by change from baseline: condition, `by`, measured_scale, window_name, reduction_percent ..."""
        keys = ["cells.measured_scale", "facts.window_name", "facts.reduction_percent"]
        return self._sums("change_distributions", ("n_courses",), filters, by, keys)

    def severity_distributions(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses by band of severity on one scale: condition, `by`, window_name, band_position, n_courses."""
        keys = ["facts.window_name", "facts.band_position"]
        return self._sums("severity_distributions", ("n_courses",), filters, by, keys)

    def onsets(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Onset intervals in minutes: condition, `by`, measured_scale, quarter_day, rule, kind, left, right, n.

        `days_past_period_end` says how far the source had been filled in past the end of the courses' quarter
        (the least of all sources), NULL where that is unknown.
        """
        keys = [
            "cells.measured_scale",
            "follow_up_days.days_past_period_end",
            "facts.rule",
            "facts.kind",
            "facts.left_minute",
            "facts.right_minute",
            "facts.is_assessed",
        ]
        return self._sums("onsets", ("n_courses",), filters, by, keys)

    def infusion_onsets(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """The same in infusions received: condition, `by`, measured_scale ... left_infusions, right_infusions, n."""
        keys = [
            "cells.measured_scale",
            "follow_up_days.days_past_period_end",
            "facts.rule",
            "facts.kind",
            "facts.left_infusions",
            "facts.right_infusions",
            "facts.is_assessed",
        ]
        return self._sums("infusion_onsets", ("n_courses",), filters, by, keys)

    def quarantined_rows(self) -> dict[str, int]:
        """How many rows of the last imports are in quarantine, by import rule."""
        return {str(rule): int(n) for rule, n in self._rows("select rule, n_rows from quarantined_rows order by rule")}

    def quality(self, filters: Filters) -> pd.DataFrame:
        """What the checks of the data found: check, site, n_violated, n_checked; filters keep sites."""
        for site in filters.site:
            if site not in (known := self.options("site")):
                raise UnknownName("site", site, known)
        with self._reading() as cursor:
            return _quality(cursor)

    def imports(self) -> pd.DataFrame:
        """Where the rows of each import ended: batch, source, position, data_through, table_name, n_landed ..."""
        return self._frame("select * from imports order by position, table_name", {})

    def days_past_end(self) -> dict[str, int]:
        """For each period, how far every source had been filled in past its end, in days; unknown ones are absent."""
        return {str(period): int(days) for period, days in self._rows(f"select * from {_FOLLOW_UP_DAYS}")}

    def _sums(
        self,
        table: str,
        counts: Sequence[str],
        filters: Filters,
        by: Sequence[str],
        keys: Sequence[str],
        quantities: Sequence[str] = (),
    ) -> pd.DataFrame:
        where, parameters = self._where(filters, "cells", by)
        types = dict.fromkeys(counts, "bigint") | dict.fromkeys(quantities, "double")
        sums = ", ".join(f"cast(sum(facts.{name}) as {kind}) as {name}" for name, kind in types.items())
        columns = ", ".join([self._groups(by, "cells"), *keys])
        return self._frame(
            f"select {columns}, {sums} from {table} as facts inner join cells on facts.cell_key = cells.cell_key "
            f"left join {_FOLLOW_UP_DAYS} on cells.quarter = follow_up_days.period "
            f"where {where} and cells.scale = $scale and cells.population = $population "
            "group by all order by all",
            {**parameters, "scale": filters.scale, "population": self.population(filters)},
        )

    def _sums_of_started(
        self,
        table: str,
        count: str,
        filters: Filters,
        by: Sequence[str],
        keys: Sequence[str] = (),
        equal: Mapping[str, str] | None = None,
    ) -> pd.DataFrame:
        """Sums of a table of started courses, which names its groups itself and has no cells."""
        where, parameters = self._where(filters, table, by)
        equal = {"population": self.population(filters)} | dict(equal or {})
        clauses = " and ".join([where, f"{table}.condition <> 'any'", *(f"{table}.{name} = ${name}" for name in equal)])
        return self._frame(
            f"select {', '.join([self._groups(by, table), *keys])}, cast(sum({count}) as bigint) as {count} "
            f"from {table} left join {_FOLLOW_UP_DAYS} on {table}.quarter = follow_up_days.period "
            f"where {clauses} group by all order by all",
            {**parameters, **equal},
        )

    def _where(self, filters: Filters, table: str, by: Sequence[str]) -> tuple[str, dict[str, object]]:
        further = [name for name in by if name not in DIMENSIONS]
        clauses = [f"{table}.attribute = $attribute"]
        parameters: dict[str, object] = {"attribute": further[0] if further else filters.attribute}
        for name in DIMENSIONS:
            if values := getattr(filters, name):
                clauses.append(f"list_contains($_{name}, {table}.{name})")
                parameters[f"_{name}"] = list(values)
        if filters.level:
            clauses.append(f"list_contains($_level, {table}.level)")
            parameters["_level"] = list(filters.level)
        return " and ".join(clauses), parameters

    def _groups(self, by: Sequence[str], table: str) -> str:
        names = ["condition", *(name for name in by if name != "condition")]
        return ", ".join(f"{table}.{name}" if name in DIMENSIONS else f'{table}.level as "{name}"' for name in names)

    def _rows(self, query: str, parameters: dict[str, object] | None = None) -> list[tuple[Any, ...]]:
        with self._reading() as cursor:
            return cursor.execute(query, parameters or {}).fetchall()

    def _frame(self, query: str, parameters: dict[str, object]) -> pd.DataFrame:
        with self._reading() as cursor:
            return cursor.execute(query, parameters).df()

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own; a file that opens may still be damaged further on."""
        try:
            yield self._connection.cursor()
        except (duckdb.IOException, duckdb.SerializationException):
            raise _unreadable(self._path) from None


def _unreadable(path: Path) -> StoreDamaged:
    return StoreDamaged(
        f"The snapshot file {path.parent.name}/{path.name} cannot be read. Run `outcomes build` to make it again."
    )


def open_published(store: Store) -> Published:
    """The published counts of the snapshot in force.

    Raises:
        NothingPublished: the store has no snapshot yet.
        StoreDamaged: its file is gone or cannot be read.
    """
    return Published(store.snapshot_file(store.current_id(), "published.duckdb"))


@dataclass(frozen=True)
class EarlierQuality:
    """What the checks of the snapshot before found.

    Attributes:
        snapshot: the snapshot built last before the one in force; None where there is none, or its manifest is damaged.
        found: check, site, n_violated, n_checked; None where there is no earlier snapshot that can be read.
    """

    snapshot: SnapshotManifest | None
    found: pd.DataFrame | None


def earlier_quality(store: Store, snapshot_id: str) -> EarlierQuality:
    """What the checks of the snapshot built last before this one found; a damaged one is as good as none."""
    try:
        before = store.snapshot_before(snapshot_id)
    except StoreDamaged:
        return EarlierQuality(None, None)
    if before is None:
        return EarlierQuality(None, None)
    try:
        path = store.snapshot_file(before.id, "published.duckdb")
        with duckdb.connect(str(path), read_only=True) as connection:
            return EarlierQuality(before, _quality(connection))
    except (StoreDamaged, duckdb.Error):
        return EarlierQuality(before, None)


def _quality(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    columns = '"check", site, n_violated, n_checked'
    if not connection.execute("from duckdb_tables() where table_name = 'quality'").fetchone():
        return connection.execute(f"select {columns} from (values ('', '', 0, 0)) as t ({columns}) where false").df()
    return connection.execute(f"select {columns} from quality order by all").df()
