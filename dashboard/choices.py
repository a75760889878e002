"""What a reader chose, to and from the page's address. Pure: no widget, no session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipelines.filters import Filters

KINDS = ("first", "sustained")
CLOCKS = ("days", "infusions")
ATTRIBUTE = "attribute"
GROUPS = ("condition", "quarter", "site", "route", ATTRIBUTE)
"""What curves and rates can be compared by; `attribute` stands for the further attribute that is chosen."""
REST = "rest"
"""What a selection is set beside: the rest of the program."""
POPULATIONS = ("first_course", "repeat_courses", "first_course_any_baseline", "repeat_courses_any_baseline")
PRIMARY = "primary"
NOT_RECORDED = "not recorded"
TABS: Mapping[str, Mapping[str, str]] = {
    "Response": {
        "flow": "From started to followed up",
        "remission": "Remission",
        "rules": "Rules side by side",
        "reliable": "Reliable change",
        "windows": "Windows",
        "retention": "Infusions received",
        "maintenance": "On maintenance",
        "recovery": "NHS recovery",
    },
    "Onset": {
        "curve": "Response over time",
        "early": "Early improvement and later response",
    },
    "Who was lost": {
        "readings": "What the rate could be",
        "where": "Where they were lost",
        "steps": "At which step",
    },
    "Sites": {
        "funnel": "Funnel",
        "names": "Sites by name",
        "followed_up": "Follow-up by site",
    },
    "Subgroups": {
        "response": "Response",
        "remission": "Remission",
        "reliable_change": "Reliable change",
    },
    "Trend": {
        "response": "Response",
        "remission": "Remission",
        "followed_up": "Follow-up",
    },
    "Trajectories": {
        "spread": "Spread of change",
        "sorted": "Sorted changes",
        "bands": "Bands",
    },
    "Infusions and safety": {
        "safety": "Safety",
        "acute": "Around an infusion",
        "experience": "Experience and response",
        "suicidality": "Suicidality",
    },
}
"""The tabs of each page by its title; the first is open unless another is chosen."""
MOVED: Mapping[str, tuple[str, str]] = {
    "recovery": ("Response", "recovery"),
    "early_improvement": ("Onset", "early"),
    "suicidality": ("Infusions and safety", "suicidality"),
}
"""Addresses that were pages of their own, each with the page and the tab that it leads to."""
_ADDRESS = (
    "condition",
    "scale",
    "from",
    "to",
    "site",
    "route",
    "population",
    "attribute",
    "level",
    "beside",
    "kind",
    "clock",
    "by",
    "tab",
)


@dataclass(frozen=True)
class Options:
    """What a snapshot offers to choose from, as one reader may see it.

    Attributes:
        condition, quarter, site, route: the values of each dimension, in the order of display.
        scale: the scales that courses have a baseline on.
        attributes: the further attributes, each with its levels.
        population: the program's own population, which counts unless another is chosen.
    """

    condition: tuple[str, ...]
    quarter: tuple[str, ...]
    site: tuple[str, ...]
    route: tuple[str, ...]
    scale: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    population: str = POPULATIONS[0]

    @property
    def recorded_quarters(self) -> tuple[str, ...]:
        """The quarters in their order, "not recorded" left out."""
        return tuple(quarter for quarter in self.quarter if quarter != NOT_RECORDED)


@dataclass(frozen=True)
class Choices:
    """A reader's choices on any page; the default chooses everything.

    Attributes:
        condition: one, or None for all side by side.
        scale: a scale's id, or `primary` for each course's preferred one.
        quarters: first and last, or None for all, those not recorded included.
        site, route: the values to keep; empty for all.
        population: one of POPULATIONS, or None for the program's own.
        attribute: one further attribute to filter or compare by, or None.
        level: the levels of it to keep; empty for all.
        beside: REST, or None for nothing beside the selection.
        kind: `first` or `sustained` onset.
        clock: what onset is counted in, `days` or `infusions`.
        by: what is compared, one of GROUPS, or None for the page's own.
        tab: the part of the page that is open, or None for its first.
    """

    condition: str | None = None
    scale: str = PRIMARY
    quarters: tuple[str, str] | None = None
    site: tuple[str, ...] = ()
    route: tuple[str, ...] = ()
    population: str | None = None
    attribute: str | None = None
    level: tuple[str, ...] = ()
    beside: str | None = None
    kind: str = "first"
    clock: str = "days"
    by: str | None = None
    tab: str | None = None

    @property
    def leaves_a_rest(self) -> bool:
        """Whether a filter leaves courses out that the rest of the program could hold."""
        return bool(self.quarters or self.site or self.route or self.level)

    @property
    def narrows(self) -> bool:
        """Whether anything stands in the line of filters."""
        return self.widened() != self

    def widened(self) -> Choices:
        """The same with every course."""
        return Choices(beside=self.beside, kind=self.kind, clock=self.clock, by=self.by, tab=self.tab)

    def group(self, own: str = "condition") -> str:
        """What to compare: groups other than conditions are for one condition at a time.

        Args:
            own: the page's own group, where the reader chose none.
        """
        by = self.by or own
        if self.condition is None or (by == ATTRIBUTE and self.attribute is None):
            return "condition"
        return str(self.attribute) if by == ATTRIBUTE else by


def choices_from_address(
    address: Mapping[str, Sequence[str]], options: Options, tabs: Iterable[str] = ()
) -> tuple[Choices, list[str]]:
    """The choices that an address asks for, and what it asks for in vain, as `site Nowhere`.

    Args:
        address: each name with its values.
        options: what the snapshot offers.
        tabs: those of the page.
    """
    ignored: list[str] = []

    def known(name: str, among: Iterable[str]) -> tuple[str, ...]:
        values = tuple(dict.fromkeys(address.get(name, ())))
        among = tuple(among)
        ignored.extend(f"{name} {value}" for value in values if value not in among)
        return tuple(value for value in among if value in values)

    def one(name: str, among: Iterable[str]) -> str | None:
        values = known(name, among)
        ignored.extend(f"{name} {value} beside {values[0]}" for value in values[1:])
        return values[0] if values else None

    first, last = one("from", options.recorded_quarters), one("to", options.recorded_quarters)
    population = one("population", POPULATIONS)
    attribute = one("attribute", options.attributes)
    return (
        Choices(
            condition=one("condition", options.condition),
            scale=one("scale", (PRIMARY, *options.scale)) or PRIMARY,
            quarters=quarter_range(first, last, options.recorded_quarters),
            site=known("site", options.site),
            route=known("route", options.route),
            population=None if population == options.population else population,
            attribute=attribute,
            level=known("level", options.attributes[attribute] if attribute else ()),
            beside=one("beside", (REST,)),
            kind=one("kind", KINDS) or "first",
            clock=one("clock", CLOCKS) or "days",
            by=one("by", GROUPS),
            tab=one("tab", tabs),
        ),
        ignored,
    )


def address_of(choices: Choices) -> dict[str, list[str]]:
    """The address of the choices; defaults take no room in it."""
    default = Choices()
    first, last = choices.quarters or (None, None)
    address: dict[str, list[str]] = {}
    for name in _ADDRESS:
        value = {"from": first, "to": last}.get(name, getattr(choices, name, None))
        if value and value != getattr(default, name, None):
            address[name] = [value] if isinstance(value, str) else list(value)
    return address


def filters_of(choices: Choices, options: Options) -> Filters:
    """The filters for the published counts."""
    quarters: tuple[str, ...] = ()
    if choices.quarters:
        first, last = choices.quarters
        quarters = tuple(quarter for quarter in options.recorded_quarters if first <= quarter <= last)
    return Filters(
        condition=(choices.condition,) if choices.condition else (),
        scale=choices.scale,
        quarter=quarters,
        site=choices.site,
        route=choices.route,
        population=choices.population,
        kind=choices.kind,
        clock=choices.clock,
        attribute=choices.attribute if choices.attribute and choices.level else "all",
        level=choices.level,
    )


def subgroups_of(options: Options) -> list[str]:
    """What courses can be parted by within each condition: further attributes, then sites, routes and quarters.

    Only what has two values or more.
    """
    values = {**options.attributes, "site": options.site, "route": options.route, "quarter": options.quarter}
    return [name for name, found in values.items() if len(found) > 1]


def subgroup_of(choices: Choices, subgroups: Sequence[str]) -> str | None:
    """What courses are parted by: what was chosen, or else the first there is."""
    chosen = choices.attribute if choices.by in (None, "condition", ATTRIBUTE) else choices.by
    return chosen if chosen in subgroups else next(iter(subgroups), None)


def parted_by(choices: Choices, subgroup: str) -> Choices:
    """The choices with another subgroup; a filter by a further attribute goes with it."""
    if subgroup in GROUPS:
        return replace(choices, by=subgroup)
    level = choices.level if subgroup == choices.attribute else ()
    return replace(choices, by=ATTRIBUTE, attribute=subgroup, level=level)


def quarter_range(first: str | None, last: str | None, recorded: Sequence[str]) -> tuple[str, str] | None:
    """A range from its ends; None when there are none, or they are all there is."""
    if not recorded or not (first or last):
        return None
    ends = sorted((first or recorded[0], last or recorded[-1]))
    return None if ends == [recorded[0], recorded[-1]] else (ends[0], ends[1])


def without(choices: Choices, name: str) -> Choices:
    """The choices with one filter removed; a further attribute goes with its levels, and with the comparison by it."""
    default = Choices()
    if name == ATTRIBUTE:
        by = None if choices.by == ATTRIBUTE else choices.by
        return replace(choices, attribute=None, level=(), by=by)
    return replace(choices, **{name: getattr(default, name)})


def population_of(is_repeat: bool, is_any_baseline: bool) -> str:
    """The population with these two properties."""
    return POPULATIONS[is_repeat + 2 * is_any_baseline]
