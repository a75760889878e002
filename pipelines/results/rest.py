"""The rest of the program beside a selection: the same condition, scale and population, and none of its courses.

Who may see every site is given the courses that quarter, site, route and level leave out. Who may see single sites only
is given all courses of the other sites as one, and only where enough of them are in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.clocks import onset_intervals
from pipelines.results.response import response_counts
from pipelines.results.rules import response_rule

if TYPE_CHECKING:
    from pipelines.published import Published

Answer = Callable[["Published", Filters], pd.DataFrame]
KEYS = ("condition", "window")
SELECTION, REST = "selection", "rest_of_program"
"""What the rows of a table with both are told apart by."""
_OF_ALL = ("observed", "missing_as_nonresponse", "bound_lower", "bound_upper")


@dataclass(frozen=True)
class Rest:
    """A result of the rest of the program.

    Attributes:
        table: the result table, without the conditions that are withheld.
        filters: what it is of.
        withheld: the conditions of which too few other sites are in it.
    """

    table: pd.DataFrame
    filters: Filters
    withheld: tuple[str, ...] = ()


def rest_of_program(answer: Answer, counted: str, published: Published, filters: Filters) -> Rest:
    """A result of the rest of the program, as far as the scope of `published` lets it be seen.

    Args:
        answer: the measure.
        counted: its name in COUNTED.
        published: in the reader's scope.
        filters: the selection.
    """
    if published.scope.is_whole:
        rest = replace(filters, is_rest=True)
        return Rest(answer(published, rest), rest)
    return _of_other_sites(answer, counted, published, filters)


def table_with_rest(table: pd.DataFrame, rest: pd.DataFrame) -> pd.DataFrame:
    """A result table of a selection and that of the rest as one, told apart by `part`.

    Args:
        table: of the selection, by any group.
        rest: the same measure of the rest, by condition alone; what the selection is parted by stays empty.
    """
    parts = [found.assign(part=name) for name, found in ((SELECTION, table), (REST, rest)) if len(found)]
    if not parts:
        return table.assign(part="")
    whole = pd.concat(parts, ignore_index=True)
    return whole[["part", *(column for column in whole.columns if column != "part")]]


def _of_other_sites(answer: Answer, counted: str, published: Published, filters: Filters) -> Rest:
    """All that a reader of single sites ever sees beyond them.

    No site is told apart, and the reader's filters by quarter, site, route and level do not narrow it: the other sites
    never are in the selection, so that all of theirs is the rest, and no change of such a filter gives two numbers that
    differ by one site. The scale and the population do change what is counted; sites are counted anew for each.
    """
    beyond = published.beyond()
    rest = replace(filters, quarter=(), site=(), route=(), attribute="all", level=(), is_rest=False)
    table = answer(beyond, rest)
    sites = _sites_in(COUNTED[counted](beyond, rest))
    fewest = published.definitions.outcomes.display.fewest_other_sites
    enough = set(sites[sites >= fewest].index)
    places = table["condition"] if sites.index.nlevels == 1 else zip(table["condition"], table["window"], strict=True)
    kept = table[[place in enough for place in places]]
    if counted == "response":  # its parts, such as those on maintenance, may rest on fewer sites
        kept = kept[kept["statistic"].isin(_OF_ALL)]
    seen = {str(condition) for condition in kept["condition"]}
    asked = filters.condition or tuple(published.options("condition"))
    return Rest(kept.reset_index(drop=True), rest, tuple(name for name in asked if name not in seen))


def _sites_in(counts: pd.DataFrame) -> pd.Series[int]:
    """How many sites have a course in it, by condition, and window where the measure has several."""
    keys = [name for name in KEYS if name in counts.columns]
    return counts[counts["n"] > 0].groupby(keys)["site"].nunique()


def _responses(published: Published, filters: Filters) -> pd.DataFrame:
    counts = response_counts(published, filters, ["site"])
    return counts.assign(n=counts["n_observed"])[["condition", "site", "n"]] if len(counts) else _NOBODY


def _onsets(published: Published, filters: Filters) -> pd.DataFrame:
    counts = _by_own_rule(onset_intervals(published, filters, ["site"]), published, filters)
    counts = counts[(counts["kind"] == filters.kind) & counts["is_assessed"] & counts["is_on_clock"]]
    return counts.assign(n=counts["n_courses"])


def _durabilities(published: Published, filters: Filters) -> pd.DataFrame:
    counts = _by_own_rule(published.durabilities(filters, ["site"]), published, filters)
    counts = counts[counts["is_followed"].eq(True)]
    return counts.assign(n=counts["n_courses"])


def _trajectories(published: Published, filters: Filters) -> pd.DataFrame:
    counts = published.trajectories(filters, ["site"])
    return counts.assign(n=counts["n_scored"], window=counts["window_name"])


def _by_own_rule(counts: pd.DataFrame, published: Published, filters: Filters) -> pd.DataFrame:
    rules = {name: response_rule(filters, name, published.definitions) for name in published.definitions.conditions}
    return counts[counts["rule"] == counts["condition"].map(rules)]


_NOBODY = pd.DataFrame({"condition": [], "site": [], "n": []})

COUNTED: Mapping[str, Callable[[Published, Filters], pd.DataFrame]] = {
    "response": _responses,
    "onset": _onsets,
    "onset_curve": _onsets,
    "durability": _durabilities,
    "durability_curve": _durabilities,
    "trajectory": _trajectories,
}
"""Who is in the denominator of each measure that has a rest, by site."""
