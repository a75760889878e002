"""The published range that a result is set beside, where scale, rule and window are the same."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.words.catalogue import say
from pipelines.words.numbers import percent, percent_bounds
from pipelines.words.sources import source_values
from pipelines.words.statement import Context, Row, scales_in


@dataclass(frozen=True)
class PublishedRange:
    """What published programs found, as a share.

    Attributes:
        lower, upper: its ends; equal where only one result is known.
        words: for a small place.
        sentence: with where it comes from.
    """

    lower: float
    upper: float
    words: str
    sentence: str


def published_range(row: Row | None, context: Context) -> PublishedRange | None:
    """What is known of others measured alike: the reviewed range, or else the single results of benchmarks.csv.

    Nothing where any scale that is counted differs: a range on one scale says nothing of another.

    Args:
        row: an observed rate, or a share still responding.
        context: definitions, data-through date, selection.
    """
    if row is None:
        return None
    return _reviewed(row, context) or _single_results(row, context)


def _reviewed(row: Row, context: Context) -> PublishedRange | None:
    scales = set(scales_in(str(row["note"])))
    for band in context.definitions.quality.plausible.values():
        is_alike = (
            (band.measure, band.statistic) == (row["measure"], row["statistic"])
            and row["condition"] in band.conditions
            and bool(scales)
            and scales <= set(band.scales)
            and band.window in (None, row["window"])
            and (row["measure"] != "response" or band.rule == _rule(row))
        )
        if is_alike:
            lower, upper = band.expected
            ends = dict(zip(("lower", "upper"), percent_bounds(lower, upper), strict=True))
            sentence = say("published.range_sentence", **ends, citation=source_values(band)["citation"])
            return PublishedRange(lower, upper, say("published.range", **ends), sentence)
    return None


def _single_results(row: Row, context: Context) -> PublishedRange | None:
    scales = set(scales_in(str(row["note"])))
    found = []
    for benchmark in context.definitions.benchmarks:
        cut = str(context.definitions.scales[benchmark.scale].remission) if benchmark.cut else None
        is_alike = (
            (benchmark.measure, benchmark.condition) == (row["measure"], row["condition"])
            and {benchmark.scale} == scales
            and benchmark.denominator == "observed"
            and benchmark.window == row["window"]
            and (benchmark.cut == cut if benchmark.cut else benchmark.rule == _rule(row))
        )
        if is_alike:
            found.append(benchmark)
    if not found:
        return None
    lower, upper = (float(end([benchmark.estimate for benchmark in found])) for end in (min, max))
    citation = "; ".join(benchmark.citation for benchmark in found)
    if lower == upper:
        value = percent(lower)
        sentence = say("published.one_sentence", value=value, citation=citation)
        return PublishedRange(lower, upper, say("published.one", value=value), sentence)
    ends = dict(zip(("lower", "upper"), percent_bounds(lower, upper), strict=True))
    sentence = say("published.range_sentence", **ends, citation=citation)
    return PublishedRange(lower, upper, say("published.range", **ends), sentence)


def _rule(row: Row) -> str:
    return str(row["rule_version"]).split()[0]
