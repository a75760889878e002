"""Words about what is selected: which courses, how many are left, and what to relax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.filters import Filters
from pipelines.words.catalogue import catalogue, say
from pipelines.words.numbers import count, listed


def selection_words(filters: Filters) -> str:
    """What narrows the courses, to follow the word `courses`; repeat courses are named before it."""
    if filters.is_rest:
        any_baseline = str(filters.population).endswith("_any_baseline")
        return say("selection.rest") + (say("selection.any_baseline") if any_baseline else "")
    words = ""
    if filters.route:
        words += say("selection.routes", routes=listed([route_words(route) for route in filters.route]))
    if filters.level:
        levels = listed([level_words(level) for level in filters.level])
        words += say("selection.levels", attribute=attribute_words(filters.attribute), levels=levels)
    if len(filters.site) == 1:
        words += say("selection.sites_one", site=filters.site[0])
    elif 1 < len(filters.site) <= 3:
        words += say("selection.sites_few", sites=listed(filters.site))
    elif filters.site:
        words += say("selection.sites_many", count=count(len(filters.site)))
    if str(filters.population).endswith("_any_baseline"):
        words += say("selection.any_baseline")
    if len(filters.quarter) == 1:
        words += say("selection.quarter", quarter=filters.quarter[0])
    elif filters.quarter:
        words += say("selection.quarters", first=filters.quarter[0], last=filters.quarter[-1])
    return words


def attribute_words(attribute: str) -> str:
    """`age band` for `age_band`; a program's own attribute by its name."""
    return catalogue().get(f"attribute.{attribute}", attribute.replace("_", " "))


def level_words(level: str) -> str:
    """`with psychotherapy` for `with_psychotherapy`."""
    return level.replace("_", " ")


def route_words(route: str) -> str:
    """`IV` for `iv`; names that are words stay words."""
    return route.upper() if len(route) == 2 else route


def started_words(n: float, n_all: float, population: str) -> str:
    """`<b>612</b> of 1,376 first courses`, as HTML."""
    courses = "repeat" if population.startswith("repeat") else "first"
    return say(f"choices.started_{courses}", n=f"<b>{count(n)}</b>", n_all=count(n_all))


def population_words(population: str) -> str:
    """`Repeat courses, any baseline`."""
    return say(f"choices.{population}")


def sites_words(chosen: Sequence[str], own: Sequence[str]) -> str:
    """Which sites a selection holds, as `All sites`.

    Args:
        chosen: the sites to keep; empty for all.
        own: the only ones that the reader sees; empty for every site.
    """
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        return say("choices.sites", count=count(len(chosen)))
    if len(own) == 1:
        return say("choices.own_site", site=own[0])
    return say("choices.own_sites", count=count(len(own))) if own else say("choices.every_site")


def relax_advice(filters: Filters, is_repeat: bool) -> str:
    """What to widen when no course is left.

    Args:
        filters: in force.
        is_repeat: whether repeat courses are asked for.
    """
    names = _narrowing({"condition": filters.condition, **_kept(filters), "population": is_repeat})
    return say("choices.relax", names=names) if names else say("choices.no_course")


def widen_advice(filters: Filters) -> str:
    """What to widen where a condition has too few courses to say; empty where nothing narrows them.

    A scale that was chosen comes first: where nobody was measured on it, no other filter brings back a course.
    """
    names = _narrowing(_kept(filters))
    if filters.scale != Filters().scale:
        return say("basis.other_scale_or_widen", names=names) if names else say("basis.other_scale")
    return say("basis.widen", names=names) if names else ""


def _kept(filters: Filters) -> Mapping[str, Sequence[str]]:
    return {"quarter": filters.quarter, "site": filters.site, "route": filters.route, "level": filters.level}


def _narrowing(chosen: Mapping[str, object]) -> str:
    names = [say(f"choices.relax_{name}") for name, value in chosen.items() if value]
    return listed(names).replace(" and ", " or ")
