"""Every numeric token of a pack, traced to a released row or to a stated list."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from itertools import chain

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.reports.pack import Pack, PackTable, Part
from pipelines.words.numbers import out_of_hundred, percent, signed
from pipelines.words.safety import of_hundred

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_FIGURES = ("estimate", "lower", "upper", "rate", "rate_before", "day", "infusion", "position", "allowed")
_NOT_NUMBERS = re.compile(
    r"\b\d{4}-Q\d\b|\b\d{4}-\d{2}-\d{2}\b|\bSite \d+\b|[A-Za-z][A-Za-z-]*-\d+\w*|\b[0-9a-f]{12}\b"
)
"""Periods, days, names of sites and of scales, ids of imports."""
_SUMMED = ("n_observed", "n_met", "n_landed", "n_not_tracked", "n_quarantined")
"""What a sentence about all sites, or all imports, adds up."""
_WORDS_OF_100 = ("100",)


def tokens(text: str) -> list[str]:
    """The numbers in a text, without those that are names."""
    return [found.rstrip(",") for found in NUMBER.findall(_NOT_NUMBERS.sub(" ", text))]


def tokens_of_rows(frame: pd.DataFrame) -> set[str]:
    """Every way in which the numbers of released rows are written: of each, of how many there are, of their sums."""
    allowed = {f"{len(frame)}"}
    if "verdict" in frame:
        allowed.update(f"{n}" for n in frame["verdict"].value_counts())
        allowed.add(f"{frame['verdict'].isin(['passed', 'passed_with_violations']).sum()}")
    observed = frame[frame["statistic"] == "observed"] if "statistic" in frame else frame
    sums = {str(name): observed[name].sum() for name in frame if str(name).startswith("n_") and name in _SUMMED}
    allowed.update(f"{int(n):,}" for n in sums.values() if not math.isnan(n))
    if sums.get("n_observed"):
        allowed.update(_written(sums.get("n_met", 0) / sums["n_observed"]))
    if "n_landed" in sums:
        allowed.add(f"{int(sums['n_landed'] - sums['n_not_tracked']):,}")
    for row in frame.to_dict("records"):
        for name, value in row.items():
            if name == "sites" and value:
                allowed.add(f"{len(value.split('; '))}")
            if isinstance(value, str) and name in ("statistic", "note", "infusion", "signal", "counts", "question"):
                allowed.update(tokens(value.replace("_", " ")))
            elif not isinstance(value, int | float) or isinstance(value, bool) or math.isnan(value):
                continue
            elif str(name).startswith("n_") or name == "position":
                allowed.update((f"{int(value):,}",))
            elif name in _FIGURES:
                allowed.update(_written(float(value)))
    return allowed


def tokens_of_definitions(definitions: Definitions) -> set[str]:
    """Thresholds, windows, rules and confidence: what is stated, not counted."""
    outcomes, found = definitions.outcomes, set(_WORDS_OF_100)
    found.update(tokens(" ".join(window.label for window in outcomes.windows.values())))
    found.update(tokens(" ".join(rule.label for rule in outcomes.rules.values())))
    found.update(tokens(outcomes.safety.high_pressure.label + outcomes.safety.large_pressure_rise.label))
    found.add(f"{100 * outcomes.interval.confidence:g}")
    found.add(str(outcomes.display.fewest_for_a_sentence))
    found.add(f"{100 * outcomes.display.complete_enough_fraction:g}")
    return found


def untraced(pack: Pack, definitions: Definitions) -> Iterator[tuple[str, str, list[str]]]:
    """For each text with a number that no released row and no definition holds: where, the text, the numbers."""
    stated = tokens_of_definitions(definitions)
    every = set().union(*(tokens_of_rows(table.frame) for table in pack.tables.values()))
    yield from _of_texts("key results", [said.text for said in pack.key_results], every | stated)
    for section in pack.sections:
        for part in section.parts:
            rows = set().union(*(tokens_of_rows(pack.tables[name].frame) for name in part.tables))
            own = rows if part.tables else every
            yield from _of_texts(f"{section.key}, {part.title}", _texts(part), own | stated)
    for table in pack.tables.values():
        yield from _of_texts(table.name, _cells(table), tokens_of_rows(table.frame) | stated)


def _of_texts(where: str, texts: Iterable[str], allowed: set[str]) -> Iterator[tuple[str, str, list[str]]]:
    for text in texts:
        if strange := [token for token in tokens(text) if token not in allowed]:
            yield where, text, strange


def _texts(part: Part) -> list[str]:
    return [*(said.text for said in part.statements), *(figure.alt for figure in part.figures)]


def _cells(table: PackTable) -> list[str]:
    return [str(cell) for cell in chain.from_iterable(table.printed.itertuples(index=False))]


def _written(value: float) -> set[str]:
    plain = [f"{value:.3g}", f"{value:.1f}", f"{value:g}", f"{abs(100 * value):.0f}", f"{abs(value):.1f}"]
    texts = [*plain, percent(value), signed(value), of_hundred(value)]
    if 0 <= value <= 1:
        texts.append(out_of_hundred(value))
    return set(chain.from_iterable(tokens(text) for text in texts))
