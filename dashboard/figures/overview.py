"""The figures of the overview, one for each place of a condition's row; places of a column share their axis."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard.choices import NOT_RECORDED
from dashboard.figures.canvas import see_through
from dashboard.figures.quarters import period_place
from dashboard.figures.strips import (
    LAST_DAY,
    band,
    bar,
    day_place,
    day_ticks,
    dot,
    interval,
    level,
    path,
    share_ticks,
    strip,
)
from dashboard.theme import Palette
from pipelines.words.numbers import is_known
from pipelines.words.onset import interval_hover
from pipelines.words.overview_row import Place, quarter_hover
from pipelines.words.published_ranges import PublishedRange
from pipelines.words.rates import is_shown
from pipelines.words.response import hover, missed_hover
from pipelines.words.statement import Context, Row, statistic
from pipelines.words.trend import is_provisional

INTERVAL, COULD_BE = 0.5, 0.55
"""How strongly intervals, and what the missed could change, are drawn."""


def rate_strip(
    rates: pd.DataFrame, place: Place, published: PublishedRange | None, context: Context, colours: Palette
) -> str:
    """A rate with its interval, hollow beside it with the missed as not met, the published range in grey behind.

    Args:
        rates: rows of the condition's own result table.
        place: its words.
        published: what is measured alike elsewhere.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
    """
    observed = statistic(rates, "observed")
    if observed is None or not is_shown(observed, context):
        return ""
    style = colours.of(str(observed["condition"]))
    assumed, upper = statistic(rates, "missing_as_nonresponse"), statistic(rates, "bound_upper")
    marks = [band(published.lower, published.upper, published.sentence)] if published else []
    label = str(observed["measure"]).capitalize()
    if assumed is not None and is_known(assumed["estimate"]) and upper is not None and is_known(upper["estimate"]):
        faint = see_through(style.colour, COULD_BE)
        marks.append(interval(assumed["estimate"], upper["estimate"], faint, kind="could_be"))
    marks.append(interval(observed["lower"], observed["upper"], see_through(style.colour, INTERVAL)))
    if assumed is not None and is_known(assumed["estimate"]) and observed["n_missed"]:
        marks.append(dot(assumed["estimate"], style, missed_hover(assumed), is_hollow=True))
    marks.append(dot(observed["estimate"], style, hover(observed, label, context)))
    return strip(place.alt, marks, share_ticks())


def half_strip(times: pd.DataFrame, place: Place, context: Context, colours: Palette) -> str:
    """The median's interval on the shared axis of days; an end that is not reached is an arrow."""
    row = statistic(times, "median_interval")
    if row is None or not place.value:
        return ""
    is_open = not is_known(row["upper"]) or row["upper"] > LAST_DAY
    ends = day_place(float(row["lower"])), 1.0 if is_open else day_place(float(row["upper"]))
    kind = "open" if is_open else "span"
    colour = colours.of(str(row["condition"])).colour
    return strip(place.alt, [interval(*ends, colour, interval_hover(row, context), kind)], day_ticks())


def lasting_strip(
    row: Row, place: Place, published: PublishedRange | None, colours: Palette, *, has_words: bool
) -> str:
    """The share still responding at a landmark; the last of several carries the words of their axis."""
    if not is_known(row["estimate"]) or row["suppressed"]:
        return ""
    style = colours.of(str(row["condition"]))
    marks = [band(published.lower, published.upper, published.sentence)] if published else []
    marks.append(interval(row["lower"], row["upper"], see_through(style.colour, INTERVAL)))
    marks.append(dot(row["estimate"], style, place.alt))
    return strip(place.alt, marks, share_ticks(in_words=has_words))


def quarters_strip(trend: pd.DataFrame, place: Place, context: Context, colours: Palette) -> str:
    """The quarters as a small process chart: usual variation in grey, signals ringed, provisional quarters hollow."""
    shown = trend[(trend["statistic"] != "limits") & (trend["quarter"] != NOT_RECORDED)]
    quarters = sorted(shown.to_dict("records"), key=lambda row: str(row["quarter"]))
    drawn = [row for row in quarters if row["statistic"] == "point" and not row["suppressed"]]
    if not drawn:
        return ""
    style = colours.of(str(drawn[0]["condition"]))
    across = _across(quarters)
    marks = []
    latest = trend[trend["statistic"] == "limits"].to_dict("records")[-1]
    if latest["verdict"] and not latest["suppressed"]:
        marks.append(level(latest["lower"], latest["upper"], "usual"))
        marks.append(level(latest["estimate"], latest["estimate"], "mean"))
    marks.append(path([(across[str(row["quarter"])], float(row["estimate"])) for row in drawn], style.colour))
    for row in drawn:
        ring = colours.ink if row["signal"] else ""
        says = quarter_hover(row, context)
        marks.append(dot(across[str(row["quarter"])], style, says, height=float(row["estimate"]), ring=ring))
    for row in quarters:
        if is_provisional(row) and not row["suppressed"] and row["n_observed"] >= context.fewest:
            so_far = row["n_met"] / row["n_observed"]
            says = quarter_hover(row, context)
            marks.append(dot(across[str(row["quarter"])], style, says, height=so_far, is_hollow=True))
    ends = [(across[str(row["quarter"])], str(row["quarter"])) for row in (quarters[0], quarters[-1])]
    return strip(place.alt, marks, ends if len(quarters) > 1 else ends[:1], "chart")


def followed_up_strip(completeness: Row | None, place: Place) -> str:
    """How complete the follow-up is, as a grey bar."""
    if completeness is None or not place.value:
        return ""
    return strip(place.alt, [bar(float(completeness["estimate"]), place.alt)], share_ticks())


def _across(quarters: Sequence[Row]) -> dict[str, float]:
    """Where each quarter stands, from 0 to 1; one without courses leaves a gap."""
    places = {str(row["quarter"]): period_place(str(row["quarter"])) for row in quarters}
    first, last = min(places.values()), max(places.values())
    return {quarter: (place - first) / max(1, last - first) for quarter, place in places.items()}
