"""The program's results beside what published programs lead one to expect of them; it informs, and stops nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.definitions.quality import PlausibleBand
from pipelines.filters import Filters
from pipelines.results.completeness import follow_up_completeness
from pipelines.results.durability import durability_times
from pipelines.results.onset import onset_times
from pipelines.results.reliable_change import reliable_changes
from pipelines.results.response import remission_rates, response_rates
from pipelines.results.tables import joined_notes, records, result_table
from pipelines.results.trajectory import score_trajectories

if TYPE_CHECKING:
    from pipelines.published import Published

    Measure = Callable[[Published, Filters, Sequence[str]], pd.DataFrame]

Plausibility = Literal["as_expected", "unusual", "implausible", "too_few", "no_estimate"]

BAND, OWN = "plausibility_band", "plausibility"
MEASURES: Mapping[str, tuple[Measure, str]] = {
    "response": (response_rates, "n_observed"),
    "remission": (remission_rates, "n_observed"),
    "reliable-change": (reliable_changes, "n_observed"),
    "trajectory": (score_trajectories, "n_observed"),
    "onset": (onset_times, "n_assessed"),
    "durability": (durability_times, "n_followed"),
    "completeness": (follow_up_completeness, "n_due"),
}
"""The result table of each measure that bands are of, and the count that its results rest on."""
_COUNTS = ("n_observed", "n_needed")


def plausibility_panel(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """For each band (column `benchmark`) a row `plausibility_band`, and rows `plausibility` with the program's own.

    The band's ends are what is expected; its note says beyond which limits the data are looked at first. The column
    `verdict` of an own row is `as_expected`, `unusual` (not expected, within the limits), `implausible` (beyond them),
    `too_few`, or `no_estimate`. It is judged by the estimate alone. Bands of what was not asked for are left out, and
    those of which the program has nothing.

    Args:
        filters: choose the courses; a condition, scale, window or rule leaves out the bands of others.
        by: groups, each judged by itself.
    """
    return result_table(plausibility_rows(published, filters, by), ["benchmark", "verdict", *by], _COUNTS)


def plausibility_rows(published: Published, filters: Filters, by: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of `plausibility_panel`."""
    published.check(filters, by)
    rows: list[dict[str, Any]] = []
    for name, band in published.definitions.quality.plausible.items():
        for condition in band.conditions:
            for scale in band.scales:
                if not _is_asked(band, condition, scale, filters, published.definitions):
                    continue
                own = list(_own_rows(published, band, condition, scale, filters, by))
                if any(row["n_observed"] for row in own):
                    benchmark = {"measure": "benchmark", "benchmark": f"plausible_{name}"}
                    rows += [{**row, **benchmark} for row in (_band_row(band, own[0]), *own)]
    return rows


def plausibility(estimate: float, n: int, band: PlausibleBand) -> Plausibility:
    """How a result lies to what is expected of it."""
    if n < band.fewest:
        return "too_few"
    if pd.isna(estimate):
        return "no_estimate"
    if band.expected[0] <= estimate <= band.expected[1]:
        return "as_expected"
    return "unusual" if band.limits[0] <= estimate <= band.limits[1] else "implausible"


def _is_asked(band: PlausibleBand, condition: str, scale: str, filters: Filters, definitions: Definitions) -> bool:
    """Whether the filters, and the program's own definitions, leave the band a question."""
    if condition not in definitions.conditions or band.window not in (None, *definitions.outcomes.windows):
        return False
    if scale != "primary" and scale not in definitions.scales:
        return False
    if band.measure == "response" and band.rule not in definitions.scales[scale].response:
        return False
    return (
        (not filters.condition or condition in filters.condition)
        and filters.scale in ("primary", scale)
        and filters.window in (None, band.window)
        and filters.rule in (None, band.rule)
    )


def _own_rows(
    published: Published, band: PlausibleBand, condition: str, scale: str, filters: Filters, by: Sequence[str]
) -> Iterator[dict[str, Any]]:
    measure, counted = MEASURES[band.measure]
    asked = replace(
        filters.only("condition", condition),
        scale=scale,
        window=band.window,
        rule=band.rule if band.measure == "response" else None,
        kind="first",
        clock=band.clock,
    )
    for row in records(measure(published, asked, by)):
        is_own = row["statistic"] == band.statistic and band.change in (None, row.get("change"))
        if not is_own or band.window not in (None, row["window"]):
            continue
        n = int(row[counted])
        yield {
            **row,
            "statistic": OWN,
            "n_observed": n,
            "n_needed": band.fewest,
            "verdict": plausibility(row["estimate"], n, band),
        }


def _band_row(band: PlausibleBand, own: Mapping[str, Any]) -> dict[str, Any]:
    unit = f" {band.unit}" if band.unit else ""
    return {
        **{name: own[name] for name in ("condition", "scale", "window", "rule_version")},
        "population": "published",
        "statistic": BAND,
        "n_needed": band.fewest,
        "lower": band.expected[0],
        "upper": band.expected[1],
        "method": "expected range, our judgement of published results",
        "note": joined_notes(
            band.quantity,
            f"look at the data below {band.limits[0]:g} or above {band.limits[1]:g}{unit}",
            band.citation.replace(";", ","),
        ),
    }
