"""What a reader asked for: which cells of the published cube to add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipelines.errors import UsageError

DIMENSIONS = ("condition", "quarter", "site", "route")
SINGLE_CHOICES = ("scale", "population", "window", "rule", "kind", "clock")
FILTER_NAMES = (*DIMENSIONS, *SINGLE_CHOICES, "attribute", "level", "all", "any")
"""Names that no further attribute may bear."""


@dataclass(frozen=True)
class Filters:
    """A selection; an empty tuple selects everything, None the definition's headline.

    Attributes:
        condition, quarter, site, route: the values to keep.
        scale: a scale's id, or `primary`: each course on its condition's preferred scale.
        population: `first_course`, `repeat_courses`, either with `_any_baseline`.
        window: a window's id.
        rule: a response rule's id.
        kind: `first` or `sustained` onset.
        clock: what onset is counted in, `days` or `infusions`.
        attribute: one further attribute, such as `age_band`, with the `level`s to keep; `all` for none.
        is_rest: whether to keep, of the same condition, scale and population, the courses that quarter, site, route and
            level would leave out, instead of those that they keep.
    """

    condition: tuple[str, ...] = ()
    quarter: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    route: tuple[str, ...] = ()
    scale: str = "primary"
    population: str | None = None
    window: str | None = None
    rule: str | None = None
    kind: str = "first"
    clock: str = "days"
    attribute: str = "all"
    level: tuple[str, ...] = ()
    is_rest: bool = False

    def only(self, dimension: str, value: str) -> Filters:
        """The same selection within one value of a dimension, as in `only("condition", "anxiety")`."""
        values = {name: getattr(self, name) for name in DIMENSIONS} | {dimension: (value,)}
        return replace(
            self,
            condition=values["condition"],
            quarter=values["quarter"],
            site=values["site"],
            route=values["route"],
        )


def split_conditions(conditions: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The values asked for, by key, from `key=v1,v2` texts.

    Raises:
        UsageError: a text is not `key=value`.
    """
    values: dict[str, tuple[str, ...]] = {}
    for text in conditions:
        key, separator, given = text.partition("=")
        parts = tuple(part.strip() for part in given.split(",") if part.strip())
        if not separator or not parts:
            raise UsageError(f"'{text}' is not a filter. Write --where key=value, such as site=North,South.")
        values[key.strip()] = parts
    return values


def parse_filters(conditions: Iterable[str], attributes: Iterable[str]) -> Filters:
    """Filters from `key=v1,v2` texts.

    Args:
        conditions: as given with `--where`.
        attributes: the further attributes that the snapshot knows.

    Raises:
        UsageError: a text is not `key=value`, a key is unknown, or two further attributes are combined.
    """
    attributes = [name for name in attributes if name != "all"]
    values = split_conditions(conditions)
    single = set(SINGLE_CHOICES)
    for key in values.keys() - single - set(DIMENSIONS) - set(attributes):
        known = ", ".join([*DIMENSIONS, *sorted(single), *attributes])
        raise UsageError(f"There is no filter '{key}'. Known: {known}.")
    for key in single & values.keys():
        if len(values[key]) > 1:
            raise UsageError(f"The filter '{key}' takes one value, not {len(values[key])}.")
    further = [key for key in values if key in attributes]
    if len(further) > 1:
        raise UsageError(
            f"Only one further attribute can be combined with the others: give {' or '.join(further)}, not both."
        )
    return _assembled(values, further)


def _assembled(values: Mapping[str, tuple[str, ...]], further: list[str]) -> Filters:
    filters = Filters(
        condition=values.get("condition", ()),
        quarter=values.get("quarter", ()),
        site=values.get("site", ()),
        route=values.get("route", ()),
        scale=values.get("scale", ("primary",))[0],
        population=values["population"][0] if "population" in values else None,
        window=values["window"][0] if "window" in values else None,
        rule=values["rule"][0] if "rule" in values else None,
        kind=values.get("kind", ("first",))[0],
        clock=values.get("clock", ("days",))[0],
    )
    if further:
        filters = replace(filters, attribute=further[0], level=values[further[0]])
    return filters
