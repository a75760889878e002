"""The slides with charts: the finding as title, the chart, what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.look import LIGHT
from pipelines.reports.office_words import point_words, synthetic_words
from pipelines.reports.pptx_charts import WITH_BANDS, curves, forest, quarters
from pipelines.reports.pptx_look import BODY, MARGIN, SMALL, WIDTH, Box, Text, fitting, new_slide, write
from pipelines.reports.pptx_table import write_table
from pipelines.reports.series import (
    Drawn,
    Point,
    at_risk,
    cohort_alone,
    cohorts_in,
    drawn,
    labels,
    limits,
    of_cohort,
    outcomes,
    point,
    points,
    steps,
    trend_points,
)
from pipelines.words.catalogue import say
from pipelines.words.numbers import HIDDEN, count, listed, percent
from pipelines.words.report_tables import COHORT
from pipelines.words.statement import scales_in

if TYPE_CHECKING:
    import pandas as pd
    from pptx.presentation import Presentation as Deck
    from pptx.slide import Slide

    from pipelines.reports.pack import Pack, Part
    from pipelines.words.statement import Statement

_CHART = Box(MARGIN, 1.75, 8.1, 4.95)
_BESIDE = Box(MARGIN + 8.4, 1.85, WIDTH - 2 * MARGIN - 8.4, 4.85)
_ALONE = Box(MARGIN, 1.85, 10, 4.85)
_CURVE = Box(MARGIN, 1.7, 8.1, 4.85)
_AT_RISK_ROW = 0.25
_GRID_TOP, _GRID_HEIGHT = 1.75, 4.85
_AT_RISK_DAYS, _EVENTS = 8, 8
_ACROSS = {0: 1, 1: 1, 2: 2, 4: 2}
"""Charts in a row, by how many there are; three of other numbers."""
_VERDICTS = {"usual_variation": "usual", "higher": "signals", "lower": "signals"}


def source_words(pack: Pack, frames: Iterable[pd.DataFrame] = ()) -> str:
    """Scale, window and cohort of what a slide shows, and the snapshot.

    Args:
        frames: the rows that it draws.
    """
    kept = list(frames)
    scales = {scale: None for frame in kept for note in frame["note"] for scale in scales_in(str(note))}
    windows = {str(window).replace("_", " "): None for frame in kept for window in frame["window"].dropna()}
    cohorts = {cohort: None for frame in kept for cohort in cohorts_in(frame) if cohort}
    texts = [
        say("slides.scales", scales=listed(list(scales))) if scales else "",
        say("slides.window", windows=listed(list(windows))) if windows else "",
        say("slides.cohort", cohorts=listed(list(cohorts))) if cohorts else "",
        say("slides.snapshot", snapshot=pack.about.snapshot, policy=pack.about.policy.name),
        synthetic_words(pack.about),
    ]
    return " · ".join(text for text in texts if text)


def rates_slide(deck: Deck, pack: Pack) -> None:
    """Response of all conditions."""
    figures = drawn(pack, "rates", "response", "response-")
    found, _ = outcomes(figures, -1, labels(pack)) if figures else ([], [])
    frames = [of_cohort(figure.rows, cohorts_in(figure.rows)[-1]) for figure in figures]
    known = sorted((made for made in found if made.estimate is not None), key=lambda made: made.estimate or 0)
    notes = _texts(pack, "response")
    title = _range(known, labels(pack))
    slide = new_slide(deck, say("measure.response"), title, notes, source_words(pack, frames))
    beside = _beside(pack, "response")
    if known:
        alt = say("office.rates_alt", measure=say("measure.response"), points="; ".join(map(point_words, found)))
        forest(slide, _CHART, found, say("office.share_axis"), alt)
    withheld = [Text(point_words(made), SMALL, LIGHT.muted, space=8) for made in found if made.estimate is None]
    texts = [*withheld, *beside]
    box = _BESIDE if known else _ALONE
    write(slide, box, fitting(texts, box, say("slides.more")), say("shape.sentences"))


def _range(known: Sequence[Point], named: Mapping[str, str]) -> str:
    """The lowest and the highest rate."""
    if not known:
        return say("slides.response_none")
    low, high = known[0], known[-1]
    ends = {"lowest": percent(low.estimate or 0), "low": named.get(low.condition, low.name)}
    if low is high:
        return say("slides.response_one", **ends)
    return say(
        "slides.response_range", **ends, highest=percent(high.estimate or 0), high=named.get(high.condition, high.name)
    )


def curve_slide(deck: Deck, pack: Pack, measure: str) -> None:
    """Onset or durability: curves as steps, with the numbers at risk below."""
    named = labels(pack)
    figures = {figure.condition: figure for figure in drawn(pack, "curve", f"{measure}-curve")}
    shown = {condition: made for condition, figure in figures.items() if (made := steps(figure.rows))}
    frames = [figures[condition].rows for condition in shown]
    title = _briefs(pack, measure, named)
    slide = new_slide(deck, say(f"report.{measure}"), title, _texts(pack, measure), source_words(pack, frames))
    if shown:
        alt = " ".join(figures[condition].figure.alt for condition in shown)
        axes = (say(f"office.{measure}_days"), say(f"office.{measure}_axis"))
        below = _AT_RISK_ROW * (len(shown) + 1)
        box = replace(_CURVE, height=_CURVE.height - below)
        last = curves(slide, box, shown, named, axes, alt)
        counted = {condition: figures[condition] for condition in shown}
        _at_risk(slide, Box(box.left, box.top + box.height + 0.1, box.width, below), counted, named, last)
    box, texts = (_BESIDE if shown else _ALONE), _beside(pack, measure)
    if not shown:
        texts.append(Text(say("slides.no_curve"), SMALL, LIGHT.muted, space=14))
    elif len(shown) > WITH_BANDS:
        texts.append(Text(say("slides.no_bands"), SMALL, LIGHT.muted, space=14))
    write(slide, box, fitting(texts, box, say("slides.more")), say("shape.sentences"))


def _briefs(pack: Pack, measure: str, named: Mapping[str, str]) -> str:
    """The answer for each condition that has one, in a few words."""
    briefs = {condition: _of_whole(part).brief for condition, part in _parts(pack, measure).items()}
    told = [say("slides.brief", condition=named[name], brief=brief) for name, brief in briefs.items() if brief]
    return say(f"slides.{measure}_title", told="; ".join(told)) if told else say(f"slides.{measure}_none")


def _at_risk(slide: Slide, box: Box, figures: Mapping[str, Drawn], named: Mapping[str, str], last: float) -> None:
    """A row for each condition, a column for each day."""
    counted = {condition: at_risk(figure.rows) for condition, figure in figures.items()}
    days = sorted({day for own in counted.values() for day, n in own.items() if day <= last and n is not None})
    if not days:
        return
    every = -(-len(days) // _AT_RISK_DAYS)
    kept = days[::every]
    head = [say("slides.at_risk"), *(f"{day:g}" for day in kept)]
    rows = [[named[condition], *(_number(own, day) for day in kept)] for condition, own in counted.items()]
    write_table(slide, box, head, rows, say("slides.at_risk_alt"))


def _number(own: Mapping[float, int | None], day: float) -> str:
    if day not in own:
        return ""
    n = own[day]
    return HIDDEN if n is None else count(n)


def trend_slide(deck: Deck, pack: Pack) -> None:
    """A process chart for each condition, side by side."""
    named = labels(pack)
    figures = [
        figure
        for figure in drawn(pack, "trend", "trend")
        if any(made.estimate is not None for made in trend_points(figure.rows))
    ]
    joined = [] if figures else drawn(pack, "rates", "response", "trend-")
    source = source_words(pack, [figure.rows.drop(columns=COHORT, errors="ignore") for figure in (*figures, *joined)])
    title = say("slides.trend_joined") if joined else _verdict(figures, named)
    slide = new_slide(deck, say("report.trend"), title, _texts(pack, "trend"), source)
    figures = figures or joined
    across = _ACROSS.get(len(figures), 3)
    down = -(-len(figures) // across) if figures else 1
    width, height = (WIDTH - 2 * MARGIN) / across, (_GRID_HEIGHT - 0.45) / down
    for number, figure in enumerate(figures):
        box = Box(MARGIN + number % across * width, _GRID_TOP + number // across * height, width - 0.2, height - 0.1)
        usual = limits(figure.rows)
        lines = (
            []
            if usual is None
            else [
                (say("office.mean"), usual.estimate or 0),
                (say("office.limit_lower"), usual.lower or 0),
                (say("office.limit_upper"), usual.upper or 0),
            ]
        )
        name, style = named.get(figure.condition, figure.condition), LIGHT.of(figure.condition)
        made = _in_time(points(figure.rows, "observed", COHORT)) if joined else list(trend_points(figure.rows))
        quarters(slide, box, made, lines, name, style, figure.figure.alt)
    foot = Box(MARGIN, _GRID_TOP + _GRID_HEIGHT - 0.45, WIDTH - 2 * MARGIN, 0.45)
    if figures:
        has_limits = any(limits(figure.rows) for figure in figures)
        text = say("slides.joined_lines" if joined else "slides.trend_lines" if has_limits else "slides.trend_points")
        write(slide, foot, [Text(text, SMALL, LIGHT.muted)], say("shape.reading"))
    else:
        write(slide, _ALONE, fitting(_beside(pack, "trend"), _ALONE, say("slides.more")), say("shape.sentences"))


def _in_time(found: Sequence[Point]) -> list[Point]:
    """Joined quarters, the oldest first, without what is said of their being final."""
    return sorted((replace(made, name=cohort_alone(made.name)) for made in found), key=lambda made: made.name)


def _verdict(figures: Sequence[Drawn], named: Mapping[str, str]) -> str:
    """Which conditions vary as they always have, and which do not."""
    told: dict[str, list[str]] = {"usual": [], "signals": [], "few": []}
    for figure in figures:
        own = figure.rows[figure.rows["statistic"] == "limits"]
        verdict = str(own["verdict"].iloc[-1]) if len(own) else ""
        told[_VERDICTS.get(verdict, "few")].append(named.get(figure.condition, figure.condition))
    said = [say(f"slides.trend_{kind}", conditions=listed(names)) for kind, names in told.items() if names]
    return ". ".join(said) if said else say("slides.trend_none")


def place_slide(deck: Deck, pack: Pack) -> None:
    """The sites, where they may be told apart; else safety."""
    for figure in drawn(pack, "sites", "sites"):
        rows = figure.rows[figure.rows["statistic"] == "adjusted"]
        rows = rows[rows["n_observed"].fillna(0) >= pack.fewest]
        # Of an adjusted rate no count is the numerator, and only how many were followed up is said.
        found = [replace(made, n_met=None) for made in points(rows, "adjusted", "site")]
        if sum(made.estimate is not None for made in found) > 1:
            _place(deck, pack, "sites", figure, rows, found, figure.part.statements[:1])
            return
    for figure in drawn(pack, "safety", "safety"):
        rows = figure.rows[figure.rows["statistic"].str.startswith("adverse_event") & figure.rows["estimate"].gt(0)]
        if len(rows):
            rows = rows[rows["condition"] == rows["condition"].iloc[0]].head(_EVENTS)
            found = [point(row, _event(str(row["statistic"]))) for row in rows.to_dict("records")]
            of_all = [said for said in pack.key_results if said.lead == say("report_key.safety")]
            _place(deck, pack, "safety", figure, rows, found, of_all)
            return
    said = [
        said.text
        for section in pack.sections
        for part in section.parts
        if part.title == say("report.events")
        for said in part.statements
    ]
    slide = new_slide(deck, say("report.safety"), say("slides.safety_none"), said, source_words(pack))
    texts = [Text(text, SMALL, space=8) for text in said]
    write(slide, _ALONE, fitting(texts, _ALONE, say("slides.more")), say("shape.sentences"))


def _place(
    deck: Deck,
    pack: Pack,
    topic: str,
    figure: Drawn,
    rows: pd.DataFrame,
    found: Sequence[Point],
    said: Sequence[Statement],
) -> None:
    """A slide of points.

    Args:
        said: the finding; the title of the figure stands in where there is none.
    """
    title = said[0].finding if said else figure.figure.title
    notes = [one.text for one in (*said, *figure.part.statements)]
    slide = new_slide(deck, say(f"report.{topic}"), title, list(dict.fromkeys(notes)), source_words(pack, [rows]))
    forest(slide, _CHART, found, say(f"office.{topic}_axis"), figure.figure.alt)
    name, style = labels(pack).get(found[0].condition, ""), LIGHT.of(found[0].condition)
    texts = [Text(say("slides.charted", condition=name), BODY, style.text, bold=True)] if name else []
    texts += [Text(one.basis.strip("()"), SMALL, LIGHT.muted, space=4) for one in said if one.basis]
    texts += [Text(note, SMALL, space=8) for note in (*figure.part.notes, say(f"slides.{topic}_points"))]
    write(slide, _BESIDE, fitting(texts, _BESIDE, say("slides.more")), say("shape.sentences"))


def _event(statistic: str) -> str:
    name = statistic.removeprefix("adverse_event").strip("_").replace("_", " ")
    return name or say("slides.any_event")


def _parts(pack: Pack, measure: str) -> dict[str, Part]:
    """The part of each condition about a measure."""
    return {
        section.condition: part
        for section in pack.sections
        if section.condition
        for part in section.parts
        if part.title == say(f"report.{measure}") and part.statements
    }


def _of_whole(part: Part) -> Statement:
    """The sentence about the larger cohort, which comes last of those that are named after one."""
    named = [said for said in part.statements if said.lead]
    return (named or part.statements)[-1]


def _texts(pack: Pack, measure: str) -> list[str]:
    named = labels(pack)
    return [
        f"{named[condition]}. {said.text}"
        for condition, part in _parts(pack, measure).items()
        for said in part.statements
    ]


def _beside(pack: Pack, measure: str) -> list[Text]:
    """A finding, or the few words that answer the title, with what it rests on for each condition, in its colour."""
    named, texts = labels(pack), []
    for condition, part in _parts(pack, measure).items():
        said = _of_whole(part)
        texts += [
            Text(named[condition], BODY, LIGHT.of(condition).text, bold=True, space=12),
            Text(said.brief or said.finding, SMALL, space=2),
            Text(said.basis.strip("()"), SMALL - 1, LIGHT.muted, space=2),
        ]
    return texts
