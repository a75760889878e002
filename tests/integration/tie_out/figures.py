"""Figures of the report beside the released rows that they draw: by place, to the precision of a drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import ceil, floor, sqrt
from typing import Any

import numpy as np
import pandas as pd

from pipelines.look import LIGHT
from pipelines.words.catalogue import say
from tie_out.forests import forest_faults, rates_expected, safety_expected, sites_expected
from tie_out.numbers import agrees, faults, is_known, shares, written
from tie_out.svg import Ink, Sheet, read_sheet, without_repeats

PRECISION = 1e-4
"""Of a share or a day as it is drawn: places on a sheet have six decimals."""
_DAYS_A_WEEK = 7
_STAGES = {
    "started": (),
    "with_baseline": ("no_score", "baseline_too_old", "scores_only_after_start", "only_on_scale_apart"),
    "in_population": ("rule_not_offered", "baseline_zero", "below_entry_cut"),
    "observed": ("not_anchored", "pending", "missed"),
    "responded": (),
}
_FORESTS: Mapping[str, Callable[..., Any]] = {
    "rates": rates_expected,
    "sites": sites_expected,
    "safety": safety_expected,
}


def figure_faults(
    kind: str, svgs: Sequence[str], rows: pd.DataFrame, named: Mapping[str, str], fewest: int
) -> list[str]:
    """What a figure draws or writes that its rows do not give, and what of them is missing.

    Args:
        kind: which drawing.
        svgs: its sheets.
        rows: those released that it is to draw.
        named: conditions in words, by their ids.
        fewest: of fewer no rate is drawn.
    """
    try:
        return _faults(kind, [read_sheet(svg) for svg in svgs], rows, named, fewest)
    except (AssertionError, ValueError) as error:  # What a reader counts on does not hold.
        return [f"it is not drawn as such figures are: {error!r}"]


def _faults(kind: str, sheets: Sequence[Sheet], rows: pd.DataFrame, named: Mapping[str, str], fewest: int) -> list[str]:
    if kind in _FORESTS:
        of_all = rows[(rows["statistic"] == "limits_95") & rows["lower"].notna()] if kind == "sites" else rows.iloc[:0]
        reference = float(of_all["estimate"].iloc[-1]) if len(of_all) else None
        return forest_faults(kind, sheets, list(_FORESTS[kind](rows, named, fewest)), reference)
    (sheet,) = sheets
    return {"curve": curve_faults, "trend": trend_faults, "flow": flow_faults}[kind](sheet, rows, fewest)


def curve_faults(sheet: Sheet, rows: pd.DataFrame, fewest: int) -> list[str]:
    """A curve with its band as steps, its last value, and numbers at risk at their days."""
    place = float if str(rows["measure"].iloc[0]).startswith("durability") else sqrt
    day_at, share_at = _days(sheet, place), sheet.scale("y", _share)
    steps = rows[(rows["statistic"] == "interval_censored") & rows["estimate"].notna()].sort_values("day")
    at_risk = rows[(rows["statistic"] == "at_risk") & rows["n_at_risk"].notna()]
    counted = rows.loc[rows["n_at_risk"].fillna(0) >= fewest, "day"].max()
    last = min(float(counted), max(_day(name) for name, _ in sheet.ticks["x"]))
    steps = steps[steps["day"] <= last]
    found = []
    (curve,) = (ink for ink in sheet.inks if ink.kind == "line" and len(ink.points) > 2)
    (band,) = (ink for ink in sheet.inks if ink.kind == "area")
    due = _corners(steps, last, "estimate")
    found += _outline_faults("the curve", curve, due, day_at, share_at)
    outline = [*_corners(steps, last, "lower"), *reversed(_corners(steps, last, "upper"))]
    found += _outline_faults("the band", band, [*outline, outline[0]], day_at, share_at)
    if curve.colour.upper() != LIGHT.of(str(rows["condition"].iloc[0])).colour.upper():
        found.append(f"the curve is drawn in {curve.colour}")
    half = [ink for ink in sheet.inks if ink not in (curve, band)]
    found += [
        f"{ink.kind} at {ink.points} is of no row" for ink in half if {round(share_at(y), 4) for y in ink.ys} != {0.5}
    ]
    beside = [words for words in sheet.words if words.x > sheet.frame[2]]
    end = steps.iloc[-1]
    found += faults(
        "the end of the curve", " ".join(words.text for words in beside), shares(end, "estimate", "lower", "upper")
    )
    return found + _at_risk_faults(sheet, at_risk, day_at)


def _at_risk_faults(sheet: Sheet, at_risk: pd.DataFrame, day_at: Callable[[float], float]) -> list[str]:
    by_day = dict(zip(at_risk["day"].astype(float), at_risk["n_at_risk"].astype(float), strict=True))
    below = [words for words in sheet.words if words.y > sheet.frame[3] and written(words.text)]
    found, told = [], set()
    for words in below:
        day = min(by_day, key=lambda each: abs(each - day_at(words.x)))
        told.add(day)
        if abs(day - day_at(words.x)) > 0.01 or not agrees(words.text, by_day[day]):
            found.append(f"at risk on day {day_at(words.x):.2f}: {words.text}, not {by_day[day]:g} of day {day:g}")
    return found if {0.0} & {*by_day} <= told else [*found, "nobody is told to be at risk at the start"]


def _corners(steps: pd.DataFrame, last: float, end: str) -> list[tuple[float, float]]:
    days, heights = [*steps["day"].astype(float), last], [*steps[end].astype(float)]
    made = [(days[0], heights[0])]
    for (_, until), (height, then) in zip(
        pairwise(days), zip(heights, [*heights[1:], heights[-1]], strict=True), strict=True
    ):
        made += [(until, height), (until, then)]
    return made


def _outline_faults(what: str, ink: Ink, due: Sequence[tuple[float, float]], day_at: Any, share_at: Any) -> list[str]:
    drawn = without_repeats([(day_at(x), share_at(y)) for x, y in ink.points])
    expected = without_repeats(due)
    if what == "the band":  # A closed outline may begin at any of its corners.
        drawn, expected = sorted(drawn), sorted(expected)
    if len(drawn) == len(expected) and np.allclose(drawn, expected, rtol=0, atol=0.003):
        shares_off = max(abs(a[1] - b[1]) for a, b in zip(drawn, expected, strict=True))
        return [] if shares_off < PRECISION else [f"{what} is off by {shares_off:.4f}"]
    return [f"{what} is drawn through {_rounded(drawn)}, not {_rounded(expected)}"]


def _rounded(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(round(x, 3), round(y, 4)) for x, y in points]


def _days(sheet: Sheet, place: Callable[[float], float]) -> Callable[[float], float]:
    at = sheet.scale("x", lambda name: place(_day(name)))
    return (lambda x: at(x) ** 2) if place is sqrt else at


def _day(name: str) -> float:
    (number,) = written(name)
    return float(number) * (_DAYS_A_WEEK if not name.replace(".", "").isdigit() else 1)


def _share(name: str) -> float:
    return float(name.removesuffix(" %")) / 100


def trend_faults(sheet: Sheet, rows: pd.DataFrame, _: int) -> list[str]:
    """Quarters at their places, joined within a phase, with its mean and limits over its quarters."""
    quarter_at, share_at = sheet.scale("x", _quarter), sheet.scale("y", _share)
    colour = LIGHT.of(str(rows["condition"].iloc[0])).colour.upper()
    records = rows.to_dict("records")
    drawn = [row for row in records if row["statistic"] != "limits" and is_known(row["estimate"])]
    due: dict[str, list[list[tuple[float, float]]]] = {"solid": [], "hollow": [], "line": [], "area": [], "begin": []}
    said: list[float] = []
    for row in drawn:
        at = (_quarter(str(row["quarter"])), float(row["estimate"]))
        due["solid" if row["statistic"] == "point" else "hollow"].append([at])
    for phase, limits in enumerate(row for row in records if row["statistic"] == "limits"):
        own = [row for row in drawn if row["phase"] == limits["phase"]]
        points = [row for row in own if row["statistic"] == "point"]
        if own and phase:
            due["begin"].append([(_quarter(str(own[0]["quarter"])) - 0.5, 0.0)])
        if len(points) > 1:
            due["line"].append([(_quarter(str(row["quarter"])), float(row["estimate"])) for row in points])
        if own and is_known(limits["lower"]):
            first, end = (_quarter(str(own[i]["quarter"])) for i in (0, -1))
            lower, mean, upper = (float(limits[name]) for name in ("lower", "estimate", "upper"))
            due["area"].append([(first, lower), (end, upper)])
            due["line"] += [[(first, each), (end, each)] for each in (lower, mean, upper)]
            if own[-1] is drawn[-1]:
                said = [100 * each for each in (upper, mean, lower)]
    found = _trend_ink_faults(sheet, due, quarter_at, share_at, colour)
    beside = sorted((words for words in sheet.words if words.x > sheet.frame[2]), key=lambda words: words.y)
    found += faults("the limits", " ".join(words.text for words in beside), said)
    counting = [row for row in drawn if row["statistic"] == "point"]
    bold = [words for words in sheet.words if words.is_bold]
    found += faults("the newest quarter", " ".join(words.text for words in bold), shares(counting[-1], "estimate"))
    if any(abs(quarter_at(words.x) - _quarter(str(counting[-1]["quarter"]))) > 0.01 for words in bold):
        found.append("the newest quarter is not named at its mark")
    inside = [words for words in sheet.words if words not in bold and words not in beside and words.y > sheet.frame[1]]
    return found + [f"no row gives {words.text!r}" for words in inside if written(words.text)]


def _trend_ink_faults(sheet: Sheet, due: Mapping[str, Any], quarter_at: Any, share_at: Any, colour: str) -> list[str]:
    drawn: dict[str, list[list[tuple[float, float]]]] = {name: [] for name in due}
    found = []
    for ink in sheet.inks:
        points = [(quarter_at(x), share_at(y)) for x, y in ink.points]
        level = {round(y, 6) for _, y in points}
        if ink.kind == "mark":
            drawn["hollow" if ink.is_hollow else "solid"].append(points)
            if not ink.is_hollow and ink.colour.upper() != colour:
                found.append(f"a quarter is drawn in {ink.colour}")
        elif ink.kind == "area":
            xs, ys = zip(*points, strict=True)
            drawn["area"].append([(ceil(min(xs)), min(ys)), (floor(max(xs)), max(ys))])
        elif len({round(x, 6) for x, _ in points}) == 1:
            drawn["begin"].append([(points[0][0], 0.0)])
        elif len(points) == 2 and len(level) == 1 and points[0][0] % 1 > 1e-3:  # A limit begins before its quarter.
            drawn["line"].append([(ceil(points[0][0]), points[0][1]), (floor(points[1][0]), points[1][1])])
        else:
            drawn["line"].append(points)
    for kind, expected in due.items():
        pairs = list(zip(_in_order(drawn[kind]), _in_order(expected), strict=False))
        same = all(len(a) == len(b) and np.allclose(a, b, rtol=0, atol=PRECISION) for a, b in pairs)
        if len(drawn[kind]) != len(expected) or not same:
            found.append(f"{kind}: {_in_order(drawn[kind])}, not {_in_order(expected)}")
    return found


def _in_order(outlines: Sequence[Sequence[tuple[float, float]]]) -> list[list[tuple[float, float]]]:
    """From the lowest on, by what is the same of what is drawn and of what is due."""
    return sorted(outlines, key=lambda points: _rounded(points))


def _quarter(name: str) -> float:
    year, _, number = name.partition("-Q")
    return int(year) * 4 + int(number) if number else int(year)


def flow_faults(sheet: Sheet, rows: pd.DataFrame, _: int) -> list[str]:
    """A bar for each stage as long as its share of those who started, and the counts of all who were left out."""
    by_stage = {str(row["statistic"]): row for row in rows.to_dict("records")}
    heights = sorted({ink.ys[0] for ink in sheet.inks})
    words = sorted(sheet.words, key=lambda each: (round(each.y, 1), each.x))
    found, said = [], []
    for (stage, exclusions), y in zip(_STAGES.items(), heights, strict=True):
        row = by_stage[stage]
        bars = sorted((ink.xs for ink in sheet.inks if ink.ys[0] == y), key=lambda xs: xs[1] - xs[0], reverse=True)
        drawn = [(xs[1] - xs[0]) / (bars[0][1] - bars[0][0]) for xs in bars]
        due = [1.0, float(row["estimate"])] if is_known(row["estimate"]) and row["estimate"] else [1.0]
        if (
            len(drawn) != len(due)
            or not np.allclose(drawn, due, rtol=0, atol=PRECISION)
            or {xs[0] for xs in bars} != {0}
        ):
            found.append(f"{stage}: bars of {drawn}, not {due}")
        for name in exclusions:
            n = by_stage[name]["n_courses"]
            if is_known(n) and n:
                text = say(f"flow.{name}", n=f"{int(n):,}")
                if name == "no_score" and by_stage[name]["scale"] != "primary":
                    text = say("flow.no_score_on", n=f"{int(n):,}", scale=str(by_stage[name]["scale"]))
                said.append(f"− {text}")
        said += [say(f"flow.{stage}"), f"{int(row['n_courses']):,}" if is_known(row["n_courses"]) else "hidden"]
    if "".join(each.text for each in words).replace(" ", "") != "".join(said).replace(" ", ""):
        found.append(f"it says {[each.text for each in words]}, not {said}")
    return found
