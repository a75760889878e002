"""Rates, sites and safety: the lines of a forest read back, beside the rows that each line is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from pipelines.look import LIGHT
from pipelines.words.safety import finding_name
from tie_out.numbers import Row, counts, faults, is_known, shares
from tie_out.printed_cohorts import MET
from tie_out.svg import Ink, Sheet, Words

_RISES = ("systolic_rise", "diastolic_rise", "heart_rate_rise")
PRECISION = 2e-5
"""Of a share as it is drawn: places on a sheet have six decimals."""


@dataclass(frozen=True)
class Expected:
    """What one line of a forest is to show.

    Attributes:
        numbers: at its right, in their order.
        spans: from the thinnest to the widest line.
        mark, hollow: where marks stand; None where none may.
        condition: whose colour the mark has.
    """

    name: str
    group: str
    numbers: tuple[float, ...]
    spans: tuple[tuple[float, float], ...] = ()
    mark: float | None = None
    hollow: float | None = None
    condition: str = ""


def rates_expected(rows: pd.DataFrame, _: Mapping[str, str], fewest: int) -> Iterator[Expected]:
    """A line a cohort."""
    for cohort in dict.fromkeys(rows["cohort"]):
        own = rows[(rows["cohort"] == cohort) & ~rows["population"].str.contains("any")]
        observed = _only(own, "observed")
        name = str(cohort) if rows["cohort"].nunique() > 1 else ""
        met = counts(observed, MET[str(observed["measure"])])
        said = (*shares(observed, "lower", "upper"), *met, *(counts(observed, "n_observed") if met else ()))
        assumed, bound = _only(own, "missing_as_nonresponse"), _only(own, "bound_upper")
        thin = (_estimate(assumed), _estimate(bound))
        yield _line(name, "", observed, fewest, said, None if None in thin else thin)


def sites_expected(rows: pd.DataFrame, _: Mapping[str, str], fewest: int) -> Iterator[Expected]:
    """A line a site: adjusted if it can be, before the limits of chance if there are any."""
    for site in dict.fromkeys(rows["site"].dropna()):
        own = rows[rows["site"] == site]
        shown = _only(own, "adjusted")
        shown = shown if _estimate(shown) is not None else _only(own, "observed")
        (limits,) = own[own["statistic"] == "limits_95"].to_dict("records") or [{"lower": None}]
        band = (limits["lower"], limits["upper"]) if is_known(limits["lower"]) else None
        said = (*shares(shown, "lower", "upper"), *counts(shown, "n_observed"))
        yield _line(str(site), "", shown, fewest, said, band=band)


def safety_expected(rows: pd.DataFrame, named: Mapping[str, str], _: int) -> Iterator[Expected]:
    """A line a condition below each finding that anybody had; all courses together only where there is no other."""
    own = rows[(rows["infusion"].fillna("all") == "all") & ~rows["statistic"].str.endswith("_published")]
    own = own[~own["statistic"].isin(_RISES)]
    many = [each for each in dict.fromkeys(own["condition"]) if each != "any"]
    conditions = many if len(many) > 1 or "any" not in set(own["condition"]) else list(dict.fromkeys(own["condition"]))
    for statistic in dict.fromkeys(own["statistic"]):
        of_each = [_only(own[own["condition"] == condition], str(statistic)) for condition in conditions]
        if any(_estimate(row) is not None and row["n_with"] for row in of_each):
            for condition, row in zip(conditions, of_each, strict=True):
                finding = finding_name(str(statistic))
                name, group = (named[condition], finding) if len(conditions) > 1 else (finding, "")
                said = (*shares(row, "lower", "upper"), *counts(row, "n_with", "n_recorded"))
                yield _line(name, group, row, 0, said)


def _only(rows: pd.DataFrame, statistic: str) -> Row:
    """The row of a statistic, of which there is one."""
    (row,) = rows[rows["statistic"] == statistic].to_dict("records")
    return row


def _estimate(row: Row) -> float | None:
    return None if row["suppressed"] or not is_known(row["estimate"]) else float(row["estimate"])


def _line(
    name: str,
    group: str,
    row: Row,
    fewest: int,
    said: Sequence[float],
    thin: Any = None,
    band: Any = None,
) -> Expected:
    estimate = _estimate(row)
    if estimate is None:
        return Expected(name, group, ())
    interval = [(float(row["lower"]), float(row["upper"]))] if is_known(row["lower"]) else []
    if fewest and row["n_observed"] < fewest:
        return Expected(name, group, (float(row["n_observed"]),), tuple(interval))
    spans = ([thin] if thin else []) + interval + ([band] if band else [])
    hollow = thin[0] if thin else None
    return Expected(name, group, (100 * estimate, *said), tuple(spans), estimate, hollow, str(row["condition"]))


def forest_faults(where: str, sheets: Sequence[Sheet], lines: Sequence[Expected], reference: float | None) -> list[str]:
    """What the sheets of a forest draw or write that its rows do not give, and what is missing."""
    found, left = [], list(lines)
    for sheet in sheets:
        drawn = _drawn_lines(sheet)
        own, left = left[: len(drawn)], left[len(drawn) :]
        found += _sheet_faults(where, sheet, drawn, own, reference)
    return found + [f"{where}: no line for {line.name}" for line in left]


def _sheet_faults(
    where: str, sheet: Sheet, drawn: Sequence[float], lines: Sequence[Expected], reference: float | None
) -> list[str]:
    value_at = sheet.scale("x", lambda name: float(name.removesuffix(" %")) / 100)
    found, inks = [], list(sheet.inks)
    if reference is not None:
        (line,) = (ink for ink in inks if ink.kind == "line" and len({*ink.ys}) == 2)
        inks.remove(line)
        if any(abs(value_at(x) - reference) > PRECISION for x in line.xs):
            found.append(f"{where}: the line of all stands at {value_at(line.xs[0]):.4f}, not {reference:.4f}")
        (words,) = (words for words in sheet.words if words.middle < sheet.frame[1])
        found += faults(where, words.text, [100 * reference])
    if len(drawn) > len(lines):
        found.append(f"{where}: {len(drawn)} lines of {len(lines)} rows")
    for y, line in zip(drawn, lines, strict=False):
        own = [ink for ink in inks if all(abs(each - y) < 0.7 for each in ink.ys)]
        inks = [ink for ink in inks if ink not in own]
        found += _ink_faults(f"{where}, {line.group} {line.name}", own, line, value_at)
        right = [words for words in sheet.words if words.x > sheet.frame[2] and _nearest(words, drawn) == y]
        said = " ".join(words.text for words in sorted(right, key=lambda words: words.x))
        found += faults(f"{where}, {line.group} {line.name}", said, line.numbers)
    found += [f"{where}: {ink.kind} at {ink.points} is of no line" for ink in inks]
    return found + _name_faults(where, sheet, drawn, lines)


def _ink_faults(where: str, inks: Sequence[Ink], line: Expected, value_at: Any) -> list[str]:
    spans = [
        (value_at(ink.xs[0]), value_at(ink.xs[-1]))
        for ink in sorted((ink for ink in inks if ink.kind == "line"), key=lambda ink: ink.width)
    ]
    solid = [value_at(ink.xs[0]) for ink in inks if ink.kind == "mark" and not ink.is_hollow]
    hollow = [value_at(ink.xs[0]) for ink in inks if ink.kind == "mark" and ink.is_hollow]
    pairs = (
        ("lines", spans, line.spans),
        ("mark", solid, [line.mark] if line.mark is not None else []),
        ("hollow mark", hollow, [line.hollow] if line.hollow is not None else []),
    )
    found = [
        f"{where}: {kind} at {drawn}, not {list(due)}"
        for kind, drawn, due in pairs
        if len(drawn) != len(due) or not np.allclose(drawn, list(due), rtol=0, atol=PRECISION)
    ]
    colours = {ink.colour.upper() for ink in inks if ink.kind == "mark"}
    if not colours <= {LIGHT.of(line.condition).colour.upper()}:
        found.append(f"{where}: marks of {colours}")
    return found + [f"{where}: an area is drawn" for ink in inks if ink.kind == "area"]


def _name_faults(where: str, sheet: Sheet, drawn: Sequence[float], lines: Sequence[Expected]) -> list[str]:
    """Names stand at the left of their lines; those of groups further left, from the first line of each on."""
    left = [words for words in sheet.words if words.x < sheet.frame[0]]
    is_grouped = any(line.group for line in lines)
    of_groups = [words for words in left if is_grouped and words.x == 0]
    groups = [group for group, _ in groupby(line.group for line in lines if line.group)]
    found = []
    if _squeezed(words.text for words in of_groups) != _squeezed(groups):
        found.append(f"{where}: groups are {[words.text for words in of_groups]}")
    for y, line in zip(drawn, lines, strict=False):
        own = [words for words in left if words not in of_groups and _nearest(words, drawn) == y]
        name = " ".join(words.text for words in own)
        if line.name and _squeezed([name]) != _squeezed([line.name]):
            found.append(f"{where}: the line of {line.name} is named {name}")
        if not line.name and any(character.isdigit() for character in name):
            found.append(f"{where}: a line without a name is named {name}")
    return found


def _drawn_lines(sheet: Sheet) -> list[float]:
    """The heights at which lines stand, by what is written at their right."""
    heights = sorted(words.middle for words in sheet.words if words.x > sheet.frame[2])
    made: list[float] = []
    for height in heights:
        if not made or height - made[-1] > 3:
            made.append(height)
    exact = [ink.ys[0] for ink in sheet.inks if len({*ink.ys}) == 1]
    return [min(exact, key=lambda y: abs(y - each)) if _has_ink(each, exact) else each for each in made]


def _has_ink(height: float, exact: Sequence[float]) -> bool:
    return any(abs(height - y) < 3 for y in exact)


def _nearest(words: Words, drawn: Sequence[float]) -> float:
    return min(drawn, key=lambda y: abs(y - words.middle))


def _squeezed(texts: Any) -> str:
    return "".join("".join(texts).split())
