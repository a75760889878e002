"""The published counts of one snapshot, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import duckdb

from pipelines.errors import StoreDamaged, UnknownName, UsageError
from pipelines.filters import DIMENSIONS, Filters
from pipelines.manifests import SnapshotManifest
from pipelines.published.case_mix import CaseMixCounts
from pipelines.published.chains import ChainCounts
from pipelines.published.courses import CourseCounts
from pipelines.published.durability import DurabilityCounts
from pipelines.published.early_improvement import EarlyImprovementCounts
from pipelines.published.exposures import ExposureCounts
from pipelines.published.follow_up import FollowUpCounts
from pipelines.published.infusions import InfusionCounts
from pipelines.published.onset import OnsetCounts
from pipelines.published.recovery import RecoveryCounts
from pipelines.published.scope import NOT_RECORDED, Scope
from pipelines.published.suicidality import IdeationCounts
from pipelines.published.sums import FOLLOW_UP_DAYS
from pipelines.store import Store

if TYPE_CHECKING:
    import pandas as pd

POPULATIONS = ("first_course", "repeat_courses", "first_course_any_baseline", "repeat_courses_any_baseline")
KINDS = ("first", "sustained")
CLOCKS = ("days", "infusions")


class Published(
    CaseMixCounts,
    ChainCounts,
    CourseCounts,
    DurabilityCounts,
    EarlyImprovementCounts,
    ExposureCounts,
    FollowUpCounts,
    IdeationCounts,
    InfusionCounts,
    OnsetCounts,
    RecoveryCounts,
):
    """The published counts of one snapshot, what there is to choose from, and what is known of its sources."""

    @cached_property
    def attributes(self) -> list[str]:
        """The further attributes there are, `all` left out; one that no course has recorded is none."""
        rows = self._rows(
            "select distinct attribute from started_courses "
            f"where attribute <> 'all' and level <> '{NOT_RECORDED}' and {self.scope.holds('site')} order by 1",
            self.scope.parameters,
        )
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
        once = "condition <> 'any'" if dimension == "condition" else "condition = 'any'"
        rows = self._rows(
            f"select {column}, cast(sum(n_started) as bigint) from started_courses "
            f"where {where} and {once} and {self.scope.holds('site')} and not ends_with(population, '_any_baseline') "
            f"group by 1 order by {column} = '{NOT_RECORDED}', 1",
            self.scope.parameters,
        )
        found = {str(value): int(count) for value, count in rows}
        if dimension == "condition":
            return {c.id: found[c.id] for c in self.definitions.ordered_conditions() if c.id in found}
        return found

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
            if not (values := getattr(filters, dimension)):
                continue
            known_values = definitions.conditions if dimension == "condition" else self.options(dimension)
            for value in values:
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

    def quarantined_rows(self) -> dict[str, int]:
        """How many rows of the last imports are in quarantine, by import rule.

        Rows in quarantine belong to no site, so that who may see single sites only is given none of them.
        """
        if not self.scope.is_whole:
            return {}
        return {str(rule): int(n) for rule, n in self._rows("select rule, n_rows from quarantined_rows order by rule")}

    def quality(self, filters: Filters) -> pd.DataFrame:
        """What the checks of the data found: check, site, n_violated, n_checked; filters keep sites."""
        for site in filters.site:
            if site not in (known := self.options("site")):
                raise UnknownName("site", site, known)
        with self._reading() as cursor:
            return _quality(cursor, self.scope)

    def imports(self) -> pd.DataFrame:
        """Where the rows of each import ended: batch, source, position, data_through, table_name, n_landed ...

        An import is of the whole program, so that who may see single sites only is given none.
        """
        whole = "true" if self.scope.is_whole else "false"
        return self._frame(f"select * from imports where {whole} order by position, table_name", {})

    def days_past_end(self) -> dict[str, int]:
        """For each period, how far every source had been filled in past its end, in days; unknown ones are absent."""
        rows = self._rows(
            f"select * from {FOLLOW_UP_DAYS} "
            f"where period in (select quarter from started_courses where {self.scope.holds('site')})",
            self.scope.parameters,
        )
        return {str(period): int(days) for period, days in rows}


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


def earlier_quality(store: Store, snapshot_id: str, scope: Scope) -> EarlierQuality:
    """What the checks of the snapshot built last before this one found; a damaged one is as good as none.

    Args:
        store: that holds both.
        snapshot_id: of the present one.
        scope: the sites that may be seen, as in `Published.scope`.
    """
    try:
        before = store.snapshot_before(snapshot_id)
    except StoreDamaged:
        return EarlierQuality(None, None)
    if before is None:
        return EarlierQuality(None, None)
    try:
        path = store.snapshot_file(before.id, "published.duckdb")
        with duckdb.connect(str(path), read_only=True) as connection:
            return EarlierQuality(before, _quality(connection, scope))
    except (StoreDamaged, duckdb.Error):
        return EarlierQuality(before, None)


def _quality(connection: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    columns = '"check", site, n_violated, n_checked'
    if not connection.execute("from duckdb_tables() where table_name = 'quality'").fetchone():
        return connection.execute(f"select {columns} from (values ('', '', 0, 0)) as t ({columns}) where false").df()
    # Checks of imports and of the quarantine are of the whole program, and stand under no site's name.
    of_sites = "true" if scope.is_whole else f"site <> '{NOT_RECORDED}'"
    return connection.execute(
        f"select {columns} from quality where {scope.holds('site')} and {of_sites} order by all", scope.parameters
    ).df()
