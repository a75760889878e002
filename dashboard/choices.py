"""What a reader chose, to and from the page's address. Pure: no widget, no session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.filters import Filters

KINDS = ("first", "sustained")
GROUPS = ("condition", "site", "quarter", "route")
NOT_RECORDED = "not recorded"

Options = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Choices:
    """A reader's choices on any page; the default chooses everything.

    Attributes:
        condition: one, or None for all side by side.
        quarters: first and last, or None for all, those not recorded included.
        site, route: the values to keep; empty for all.
        kind: `first` or `sustained` onset.
        by: what the onset curves are drawn by.
    """

    condition: str | None = None
    quarters: tuple[str, str] | None = None
    site: tuple[str, ...] = ()
    route: tuple[str, ...] = ()
    kind: str = "first"
    by: str = "condition"

    @property
    def narrows(self) -> bool:
        """Whether courses are left out."""
        return bool(self.condition or self.quarters or self.site or self.route)

    def widened(self) -> Choices:
        """The same with every course."""
        return Choices(kind=self.kind, by=self.by)

    def group(self) -> str:
        """What to draw by: groups other than conditions are for one condition at a time."""
        return self.by if self.condition else "condition"


def choices_from_address(address: Mapping[str, Sequence[str]], options: Options) -> tuple[Choices, list[str]]:
    """The choices that an address asks for, and what it asks for in vain, as `site Nowhere`."""
    ignored: list[str] = []

    def known(name: str, among: Iterable[str]) -> tuple[str, ...]:
        values = tuple(dict.fromkeys(address.get(name, ())))
        among = tuple(among)
        ignored.extend(f"{name} {value}" for value in values if value not in among)
        return tuple(value for value in among if value in values)

    recorded = recorded_quarters(options)
    first, last = known("from", recorded), known("to", recorded)
    condition, kind, by = known("condition", options["condition"]), known("kind", KINDS), known("by", GROUPS)
    choices = Choices(
        condition=condition[0] if len(condition) == 1 else None,
        quarters=quarter_range(first, last, recorded),
        site=known("site", options["site"]),
        route=known("route", options["route"]),
        kind=kind[0] if kind else "first",
        by=by[0] if by else "condition",
    )
    return choices, ignored


def address_of(choices: Choices) -> dict[str, list[str]]:
    """The address of the choices; defaults take no room in it."""
    default = Choices()
    address: dict[str, list[str]] = {}
    if choices.condition:
        address["condition"] = [choices.condition]
    if choices.quarters:
        address["from"], address["to"] = [choices.quarters[0]], [choices.quarters[1]]
    address["site"], address["route"] = list(choices.site), list(choices.route)
    if choices.kind != default.kind:
        address["kind"] = [choices.kind]
    if choices.by != default.by:
        address["by"] = [choices.by]
    return {name: values for name, values in address.items() if values}


def filters_of(choices: Choices, options: Options) -> Filters:
    """The filters for the published counts."""
    quarters: tuple[str, ...] = ()
    if choices.quarters:
        first, last = choices.quarters
        quarters = tuple(quarter for quarter in recorded_quarters(options) if first <= quarter <= last)
    return Filters(
        condition=(choices.condition,) if choices.condition else (),
        quarter=quarters,
        site=choices.site,
        route=choices.route,
        kind=choices.kind,
    )


def recorded_quarters(options: Options) -> tuple[str, ...]:
    """The quarters in their order, "not recorded" left out."""
    return tuple(quarter for quarter in options["quarter"] if quarter != NOT_RECORDED)


def quarter_range(first: Sequence[str], last: Sequence[str], recorded: Sequence[str]) -> tuple[str, str] | None:
    """A range from what an address gives; None when it gives none, or all there is."""
    if not recorded or not (first or last):
        return None
    ends = sorted((first[0] if first else recorded[0], last[0] if last else recorded[-1]))
    return None if ends == [recorded[0], recorded[-1]] else (ends[0], ends[1])


def without(choices: Choices, name: str) -> Choices:
    """The choices with one filter removed."""
    default = Choices()
    return replace(choices, **{name: getattr(default, name)})
