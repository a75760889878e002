"""A scale's definition in words: range, scoring, bands, cuts, rules, and what else was published."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.words.catalogue import say
from pipelines.words.entries import Entry, Fact, Section, section
from pipelines.words.numbers import capitalised, listed
from pipelines.words.sources import source_alone, source_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.definitions import Definitions
    from pipelines.definitions.items import Items
    from pipelines.definitions.scale import AlternativeCut, Band, Cut, Scale

_SENSES = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}


def scale_section(definitions: Definitions) -> Section:
    """Every scale, in the order of `ordered_scales`."""
    return section("scales", (scale_entry(scale, definitions) for scale in ordered_scales(definitions)))


def ordered_scales(definitions: Definitions) -> list[Scale]:
    """Every scale: those that conditions use first, in their order of preference, then the others by their ids."""
    used = [
        scale
        for condition in definitions.ordered_conditions()
        for scale in (*condition.scales, *condition.scales_apart)
    ]
    return [definitions.scales[scale] for scale in dict.fromkeys([*used, *sorted(definitions.scales)])]


def scale_entry(scale: Scale, definitions: Definitions) -> Entry:
    """One scale."""
    facts = [
        Fact(
            say("methods.scale_measures"),
            say(
                "methods.scale_measures_text",
                measures=scale.measures,
                rater=say(f"methods.scale_{scale.rater}"),
                recall=scale.recall_words,
            ),
        )
    ]
    if scale.purpose != "outcome":
        facts.append(Fact(say("methods.scale_purpose"), say(f"methods.scale_purpose_{scale.purpose}")))
    facts.append(Fact(say("methods.scale_total"), _total(scale), source_of(scale.total)))
    if scale.items is not None:
        facts.append(Fact(say("methods.scale_items"), _items(scale.items), source_of(scale.items)))
    facts += [*_bands(scale), *_cuts(scale), *_responses(scale, definitions), *_changes(scale), *_codes(scale)]
    facts.append(Fact(say("methods.scale_licence"), scale.licence))
    return Entry(f"scale-{scale.id}", scale.id, tuple(facts), scale.name)


def cut_words(cut: Cut | AlternativeCut) -> str:
    """`below 5`."""
    return f"{_SENSES[cut.operator]} {number(cut.value)}"


def cut_signs(cut: Cut | AlternativeCut) -> str:
    """`≥ 10`."""
    return str(cut).replace(">=", "≥").replace("<=", "≤")


def number(value: Decimal) -> str:
    """`28.5`, `5`, without zeros that say nothing."""
    return f"{value.normalize():f}"


def reliable_points_words(scale: Scale, key: str) -> str:
    """The points of a scale's reliable change by a template; where they are computed, with what they are made of."""
    change, points = scale.reliable_change, scale.reliable_points
    if change is None or points is None:
        return ""
    text = say(key, points=number(points))
    if change.standard_deviation is None or change.reliability is None:
        return text
    return say(
        "methods.scale_reliable_computed",
        text=text,
        exceeded=f"{change.exceeded:.2f}",
        deviation=number(change.standard_deviation),
        reliability=number(change.reliability),
    )


def _total(scale: Scale) -> str:
    ends = {"minimum": number(scale.total.minimum), "maximum": number(scale.total.maximum)}
    if scale.total.step is None:
        return say("methods.scale_total_mean", **ends)
    unit = say(f"methods.scale_unit_{scale.metric}")
    return say("methods.scale_total_step", **ends, unit=unit, step=number(scale.total.step))


def _items(items: Items) -> str:
    values = {"count": str(items.count)}
    if items.scoring != "highest_level":
        tops = sorted(set(items.item_maxima))
        values["range"] = listed([f"{items.minimum} to {top}" for top in tops]).replace(" and ", " or ")
    if items.scoring == "domain_maxima":
        values["domains"] = "; ".join(", ".join(map(str, domain)) for domain in items.domains)
    text = say(f"methods.scale_items_{items.scoring}", **values)
    if items.may_be_missing:
        text = say("methods.scale_items_missing", text=text, n=str(items.may_be_missing))
    elif items.scoring != "highest_level":
        text = say("methods.scale_items_complete", text=text)
    for group in items.either:
        text = say("methods.scale_items_either", text=text, items=listed([str(n) for n in group]))
    return text


def _bands(scale: Scale) -> Iterable[Fact]:
    if scale.bands is None:
        return
    name = say("methods.scale_bands")
    yield Fact(name, _levels(scale.bands.levels, scale.total.maximum), source_of(scale.bands))
    for other in scale.bands.alternatives:
        yield _alternative(_levels(other.levels, scale.total.maximum), other.citation)


def _levels(levels: tuple[Band, ...], maximum: Decimal) -> str:
    """`minimal from 0, mild from 5`: the ends are those of the next band, so that no score is between two."""
    return ", ".join(f"{band.label} from {number(band.from_score)}" for band in levels) + f", up to {number(maximum)}"


def _cuts(scale: Scale) -> Iterable[Fact]:
    for key, cut in (("entry", scale.entry_cut), ("remission", scale.remission)):
        if cut is None:
            continue
        text = say("methods.scale_entry_text", cut=cut_words(cut)) if key == "entry" else cut_words(cut)
        yield Fact(say(f"methods.scale_{key}"), capitalised(text), source_of(cut))
        for other in cut.alternatives:
            yield _alternative(cut_words(other), other.citation)


def _responses(scale: Scale, definitions: Definitions) -> Iterable[Fact]:
    for rule, offered in scale.response.items():
        definition = definitions.outcomes.rules[rule]
        text = definition.label
        if offered.points is not None:
            text = say("methods.scale_points", rule=text, points=number(offered.points))
        yield Fact(say("methods.scale_response"), capitalised(text), source_of(offered))
        for other in offered.alternatives:
            yield _alternative(say("methods.scale_points_alone", points=number(other.points)), other.citation)


def _changes(scale: Scale) -> Iterable[Fact]:
    if (reliable := scale.reliable_change) is not None:
        text = reliable_points_words(scale, "methods.scale_reliable_text")
        yield Fact(say("methods.scale_reliable"), text, source_of(reliable))
        for other in reliable.alternatives:
            yield _alternative(say("methods.scale_reliable_text", points=number(other.points)), other.citation)
    for change in scale.important_changes:
        most = "" if change.most is None else say("methods.scale_most", most=number(change.most))
        unit = "%" if change.unit == "percent" else change.unit
        text = say("methods.scale_important_text", least=number(change.least), most=most, unit=unit)
        yield Fact(say("methods.scale_important"), text, source_alone(change.citation))


def _codes(scale: Scale) -> Iterable[Fact]:
    if scale.loinc is None:
        return
    texts = []
    if scale.loinc.panel:
        texts.append(say("methods.scale_loinc_panel", code=scale.loinc.panel))
    if scale.loinc.total:
        texts.append(say("methods.scale_loinc_total", codes=", ".join(scale.loinc.total)))
    yield Fact(say("methods.scale_loinc"), "; ".join(texts), source_of(scale.loinc))


def _alternative(text: str, citation: str) -> Fact:
    return Fact("", say("methods.scale_alternative", text=text), source_alone(citation))
