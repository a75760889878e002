"""What a scale's file says, in words: range, items, bands, cuts, rules and codes, each with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.definitions import Band, Condition, Cut, Definitions, Items, Scale
from pipelines.words.catalogue import say
from pipelines.words.numbers import HOURS_PER_DAY, listed
from pipelines.words.scales import cut_signs, number, reliable_points_words

_DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class Fact:
    """One thing that a scale's file says.

    Attributes:
        topic: what it is about, in a few words.
        text: what is said.
        citation: where it comes from; empty for plain descriptions.
        reviewed: the day of its last review, where the file holds one.
    """

    topic: str
    text: str
    citation: str = ""
    reviewed: date | None = None


def scale_facts(scale: Scale, definitions: Definitions) -> list[Fact]:
    """Everything that the definitions hold of one scale, in the order of reading."""
    return [
        *_description(scale, definitions),
        *_total(scale),
        *_bands(scale),
        *_cut("entry", scale.entry_cut),
        *_responses(scale, definitions),
        *_cut("remission", scale.remission),
        *_changes(scale),
        *_codes(scale),
        *_names(scale),
        _fact("licence", scale.licence),
    ]


def conditions_of(scale: Scale, definitions: Definitions) -> str:
    """The conditions that a scale is used for; those where it stands apart in brackets."""
    words = []
    for condition in definitions.ordered_conditions():
        if scale.id in condition.scales:
            words.append(condition.id)
        elif scale.id in condition.scales_apart:
            words.append(say("scale.apart", condition=condition.id))
    return ", ".join(words) or say(f"scale.no_condition_{scale.purpose}")


def recall(scale: Scale) -> str:
    """How far back the scale asks: `now`, `1 day`, `2 weeks`."""
    days, hours = divmod(scale.recall_hours, HOURS_PER_DAY)
    if hours or not days:
        return say("scale.hours", n=str(scale.recall_hours)) if scale.recall_hours else say("scale.now")
    weeks, rest = divmod(days, _DAYS_PER_WEEK)
    n, unit = (days, "day") if rest else (weeks, "week")
    return say(f"scale.{unit}" if n == 1 else f"scale.{unit}s", n=str(n))


def total_range(scale: Scale) -> str:
    """`0 to 27`."""
    return say("scale.range", least=number(scale.total.minimum), greatest=number(scale.total.maximum))


def _description(scale: Scale, definitions: Definitions) -> Iterator[Fact]:
    yield _fact("measures", say("scale.measures", what=scale.measures, metric=say(f"scale.metric_{scale.metric}")))
    yield _fact("rater", scale.rater)
    yield _fact("recall", say("scale.recall", recall=recall(scale), words=scale.recall_words))
    yield _fact("conditions", conditions_of(scale, definitions))


def _total(scale: Scale) -> Iterator[Fact]:
    total, rule = scale.total, scale.items
    if total.step is not None:
        text = say("scale.total", range=total_range(scale), step=number(total.step))
    else:
        assert rule is not None
        text = say("scale.total_mean", range=total_range(scale), n=str(rule.count), units=str(scale.units_per_point))
    yield _fact("total", text, total.citation, total.reviewed)
    if rule is None:
        yield _fact("items", say("scale.no_items"))
        return
    yield _fact("items", f"{_item_ranges(rule)}; {_scoring(rule)}", rule.citation, rule.reviewed)
    yield _fact("missing", _missing(rule))


def _item_ranges(rule: Items) -> str:
    tops = sorted(set(rule.item_maxima), reverse=True)
    groups = [[n for n, top in enumerate(rule.item_maxima, start=1) if top == one] for one in tops]
    if len(tops) == 1:
        return say("scale.items_alike", n=str(rule.count), least=str(rule.minimum), greatest=str(tops[0]))
    parts = [
        say("scale.items_some", items=_numbers(group), least=str(rule.minimum), greatest=str(top))
        for group, top in zip(groups, tops, strict=True)
    ]
    return say("scale.items_mixed", n=str(rule.count), parts=listed(parts))


def _scoring(rule: Items) -> str:
    if rule.scoring == "domain_maxima":
        domains = "; ".join(_numbers(domain) for domain in rule.domains)
        return say("scale.scoring_domain_maxima", n=str(len(rule.domains)), domains=domains)
    words = say(f"scale.scoring_{rule.scoring}")
    if rule.lettered:
        words += say("scale.lettered", items=_numbers(rule.lettered))
    return words


def _missing(rule: Items) -> str:
    words = []
    if rule.may_be_missing:
        key = "missing_mean" if rule.scoring == "mean" else "missing_sum"
        words.append(say(f"scale.{key}", fewest=str(rule.answered_counts[0]), n=str(rule.count)))
    else:
        words.append(say("scale.missing_none"))
    words += [say("scale.missing_either", items=_numbers(group)) for group in rule.either]
    if rule.skipped:
        skipped = rule.skipped
        words.append(
            say(
                "scale.missing_skipped",
                items=_numbers(skipped.items),
                item=str(skipped.when_item),
                answer=str(skipped.answered),
            )
        )
    return "; ".join(words)


def _bands(scale: Scale) -> Iterator[Fact]:
    if scale.bands is None:
        yield _fact("bands", say("scale.no_bands"))
        return
    yield _fact("bands", _levels(scale, scale.bands.levels), scale.bands.citation, scale.bands.reviewed)
    for other in scale.bands.alternatives:
        yield _fact("also_published", _levels(scale, other.levels), other.citation)


def _levels(scale: Scale, levels: Sequence[Band]) -> str:
    """`0 to 4 minimal, 5 to 9 mild ...`; where scores lie closer than whole numbers, `5 to below 7`."""
    is_whole = scale.total.step is not None and scale.total.step == 1
    words = []
    for band, following in zip(levels, [*levels[1:], None], strict=True):
        start = band.from_score
        if following is None:
            end, key = scale.total.maximum, "band"
        elif is_whole:
            end, key = following.from_score - 1, "band"
        else:
            end, key = following.from_score, "band_below"
        if start == end:
            words.append(say("scale.band_one", score=number(start), label=band.label))
        else:
            words.append(say(f"scale.{key}", start=number(start), end=number(end), label=band.label))
    return ", ".join(words)


def _cut(topic: str, cut: Cut | None) -> Iterator[Fact]:
    if cut is None:
        yield _fact(topic, say(f"scale.no_{topic}"))
        return
    yield _fact(topic, say(f"scale.{topic}", cut=cut_signs(cut)), cut.citation, cut.reviewed)
    for other in cut.alternatives:
        yield _fact("also_published", cut_signs(other), other.citation)


def _responses(scale: Scale, definitions: Definitions) -> Iterator[Fact]:
    if not scale.response:
        yield _fact("response", say(f"scale.no_response_{scale.purpose}"))
    for rule, offered in scale.response.items():
        if offered.points is None:
            headline = [c.label for c in definitions.ordered_conditions() if _is_headline(rule, scale, c)]
            text = say("scale.response", rule=rule, label=definitions.outcomes.rules[rule].label)
            text += say("scale.headline", conditions=listed(headline)) if headline else ""
        else:
            text = say("scale.response_points", rule=rule, points=number(offered.points))
        yield _fact("response", text, offered.citation, offered.reviewed)
        for other in offered.alternatives:
            text = say("scale.response_points", rule=rule, points=number(other.points))
            yield _fact("also_published", text, other.citation)


def _is_headline(rule: str, scale: Scale, condition: Condition) -> bool:
    return rule == condition.headline_response and scale.id in condition.scales


def _changes(scale: Scale) -> Iterator[Fact]:
    change = scale.reliable_change
    if change is None:
        yield _fact("reliable_change", say("scale.no_reliable_change"))
    else:
        text = reliable_points_words(scale, "scale.reliable_change")
        yield _fact("reliable_change", text, change.citation, change.reviewed)
        for other in change.alternatives:
            yield _fact("also_published", say("scale.reliable_change", points=number(other.points)), other.citation)
    for important in scale.important_changes:
        ends = [number(end) for end in (important.least, important.most) if end is not None]
        key = "important_point" if important.unit == "points" and ends == ["1"] else f"important_{important.unit}"
        yield _fact("important_change", say(f"scale.{key}", amount=" to ".join(ends)), important.citation)


def _codes(scale: Scale) -> Iterator[Fact]:
    if scale.loinc is None:
        yield _fact("loinc", say("scale.no_loinc"))
        return
    codes = scale.loinc
    parts = [say("scale.loinc_panel", code=codes.panel)] if codes.panel else []
    parts += [
        say(f"scale.loinc_{kind}", codes=", ".join(found))
        for kind, found in (("total", codes.total), ("items", codes.items), ("answers", codes.answers))
        if found
    ]
    yield _fact("loinc", "; ".join(parts), codes.citation, codes.reviewed)


def _names(scale: Scale) -> Iterator[Fact]:
    if scale.also_called:
        yield _fact("also_called", ", ".join(scale.also_called))
    if scale.resembling:
        yield _fact("resembling", ", ".join(scale.resembling))


def _fact(topic: str, text: str, citation: str = "", reviewed: date | None = None) -> Fact:
    return Fact(say(f"scale.topic_{topic}"), text, citation, reviewed)


def _numbers(numbers: Iterable[int]) -> str:
    """`1 to 4`, `5`, `6 and 7`, `4 to 6, 12 to 14, 16 and 17`."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return listed([f"{run[0]} to {run[-1]}" if len(run) > 2 else str(n) for run in runs for n in _shown(run)])


def _shown(run: list[int]) -> list[int]:
    return run[:1] if len(run) > 2 else run
