"""What Then tables show of result tables, worded and rounded as the pages write them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from comparison_views import COMPARISON_VIEWS
from disclosure_views import DISCLOSURE_VIEWS
from dissociation_views import DISSOCIATION_VIEWS
from durability_views import DURABILITY_VIEWS
from early_improvement_views import EARLY_RESULT_VIEWS
from heterogeneity_views import HETEROGENEITY_VIEWS
from infusion_views import INFUSION_RESULT_VIEWS
from lost_views import LOST_VIEWS
from plausibility_views import PLAUSIBILITY_VIEWS
from recovery_views import RECOVERY_VIEWS
from release_views import RELEASE_VIEWS
from row_views import NOTHING
from sites_views import SITES_VIEWS
from suicidality_views import IDEATION_VIEWS
from trend_views import TREND_VIEWS
from worked_examples import Row, Table

from pipelines.filters import SINGLE_CHOICES, Filters
from pipelines.published import Published
from pipelines.results.benchmark import benchmark_comparisons
from pipelines.results.distribution import band_distributions
from pipelines.results.flow import course_flow
from pipelines.results.onset import onset_curves, onset_times
from pipelines.results.reliable_change import reliable_changes
from pipelines.results.response import remission_rates, response_rates
from pipelines.results.retention import infusion_retention
from pipelines.results.trajectory import score_trajectories


def _percent(value: float | None) -> str:
    return NOTHING if value is None or value != value else f"{100 * value:.1f} %"


def _count(value: Any) -> str:
    return NOTHING if pd.isna(value) else str(value)


def _rates(table: Any, met: str) -> list[Row]:
    return [
        {
            "condition": row["condition"],
            "population": row["population"],
            "statistic": row["statistic"].replace("_", " "),
            "met": _count(row[met]),
            "observed": _count(row["n_observed"]),
            "missed": _count(row["n_missed"]),
            "pending": _count(row["n_pending"]),
            "rate": _percent(row["estimate"]),
            "from": _percent(row["lower"]),
            "to": _percent(row["upper"]),
            "scale": row["scale"],
            "window": row["window"],
            "scales": row["note"].split(";")[0],
            "maturity": "; ".join(part for part in row["note"].split("; ") if "matur" in part),
            "warned": "; ".join(part for part in row["note"].split("; ") if "intervals" in part),
            **{name: str(row[name]) for name in ("site", "quarter") if name in row},
        }
        for row in table.to_dict("records")
    ]


def _groups(then: Table) -> list[str]:
    return [name for name in ("site", "quarter") if name in then.columns]


def _narrowed(rows: list[Row], then: Table, *columns: str) -> list[Row]:
    for column in columns:
        if column in then.columns:
            rows = [row for row in rows if row[column] in then.column(column)]
    return rows


def _asked(then: Table, *names: str) -> Filters:
    """The filters that a Then table asks for: those of its columns that are choices and hold one value."""
    names = names or SINGLE_CHOICES
    choices = {name: next(iter(then.column(name))) for name in names if name in then.columns}
    return Filters(**{name: value for name, value in choices.items() if len(then.column(name)) == 1})


def _response(published: Published, then: Table) -> list[Row]:
    filters = _asked(then)
    rates = _rates(response_rates(published, filters, _groups(then)), "n_responded")
    return _narrowed([{**row, "rule": str(filters.rule)} for row in rates], then, "statistic")


def _reliable_change(published: Published, then: Table) -> list[Row]:
    table = reliable_changes(published, _asked(then))
    rows = [
        {**row, "change": change.replace("_", " ")}
        for row, change in zip(_rates(table, "n_with_change"), table["change"], strict=True)
    ]
    return _narrowed(rows, then, "statistic", "condition")


def _remission(published: Published, then: Table) -> list[Row]:
    rates = _rates(remission_rates(published, _asked(then), _groups(then)), "n_in_remission")
    return _narrowed(rates, then, "statistic")


def _flow(published: Published, then: Table) -> list[Row]:
    filters = _asked(then)
    rows = [
        {
            "condition": row["condition"],
            "population": row["population"],
            "scale": row["scale"],
            "rule": str(filters.rule),
            "stage": row["statistic"].replace("_", " "),
            "courses": str(row["n_courses"]),
        }
        for row in course_flow(published, filters).to_dict("records")
    ]
    return _narrowed(rows, then, "stage", "condition")


def _retention(published: Published, then: Table) -> list[Row]:
    """The rows that hold courses; those without are left out."""
    rows = [
        {
            "condition": row["condition"],
            "infusion": str(row["infusion"]),
            "statistic": row["statistic"].replace("_", " "),
            "courses": str(row["n_courses"]),
            "of due": _count(row["n_of_due"]),
            "due": str(row["n_due"]),
            "share": _percent(row["estimate"]),
        }
        for row in infusion_retention(published, _asked(then)).to_dict("records")
        if row["n_courses"]
    ]
    return _narrowed(rows, then, "infusion", "condition")


def _benchmark(published: Published, then: Table) -> list[Row]:
    filters = _asked(then)
    rows = [
        {
            "rule": str(filters.rule),
            "benchmark": row["benchmark"],
            "statistic": row["statistic"],
            "n": _count(row["n_published" if row["statistic"] == "published" else "n_observed"]),
            "share": _percent(row["estimate"]),
            "said": row["note"].split(";")[0] if row["statistic"] == "published" else NOTHING,
        }
        for row in benchmark_comparisons(published, filters).to_dict("records")
    ]
    return _narrowed(rows, then, "benchmark")


def _trajectory(published: Published, then: Table) -> list[Row]:
    rows = [
        {
            "condition": row["condition"],
            "scale": row["scale"],
            "window": row["window"],
            "statistic": row["statistic"].replace("_", " "),
            "n": str(row["n_observed"]),
            "counted later": str(row["n_counted_later"]),
            "missed": str(row["n_missed"]),
            "pending": str(row["n_pending"]),
            "said": row["note"].split("; ")[-1],
            **{
                name: _percent(row[column]) if "fraction" in row["statistic"] else _points(row[column])
                for name, column in (("estimate", "estimate"), ("from", "lower"), ("to", "upper"))
            },
        }
        for row in score_trajectories(published, _asked(then, "scale")).to_dict("records")
    ]
    return _narrowed(rows, then, "window", "statistic")


def _points(value: float) -> str:
    return NOTHING if value != value else f"{value:.2f}"


def _percentiles(published: Published, then: Table) -> list[Row]:
    prefix = "change_fraction_percentile_"
    rows = [
        {
            "window": row["window"],
            "percentile": row["statistic"].removeprefix(prefix),
            "n": str(row["n_observed"]),
            "change": _percent(row["estimate"]),
        }
        for row in score_trajectories(published, Filters()).to_dict("records")
        if row["statistic"].startswith(prefix)
    ]
    return _narrowed(rows, then, "window", "percentile")


def _distribution(published: Published, then: Table) -> list[Row]:
    """The bands that hold courses; those without are left out."""
    rows = [
        {
            "condition": row["condition"],
            "scale": row["scale"],
            "window": row["window"],
            "statistic": row["statistic"].replace("_", " "),
            "band": row["band"],
            "courses": str(row["n_in_band"]),
            "of": str(row["n_observed"]),
            "share": _percent(row["estimate"]),
        }
        for row in band_distributions(published, _asked(then, "scale")).to_dict("records")
        if row["n_in_band"]
    ]
    return _narrowed(rows, then, "window", "statistic")


def _recorded(published: Published, then: Table) -> list[Row]:
    filters = _asked(then, "clock")
    unit = "infusion" if filters.clock == "infusions" else "day"
    prefix = f"recorded_by_{unit}_"
    rows = [
        {
            "condition": row["condition"],
            "clock": filters.clock,
            f"by {unit}": row["statistic"].removeprefix(prefix),
            "responded": str(row["n_responded"]),
            "of": str(row["n_in_population"]),
            "share": _percent(row["estimate"]),
        }
        for row in onset_times(published, filters).to_dict("records")
        if row["statistic"].startswith(prefix)
    ]
    return _narrowed(rows, then, f"by {unit}", "condition")


def _medians(published: Published, then: Table) -> list[Row]:
    filters = _asked(then, "clock")
    return [
        {
            "condition": row["condition"],
            "clock": filters.clock,
            "statistic": row["statistic"].replace("_", " "),
            **{
                name: NOTHING if pd.isna(row[column]) else f"{row[column]:g}"
                for name, column in (("estimate", "estimate"), ("after", "lower"), ("by", "upper"))
            },
        }
        for row in onset_times(published, filters).to_dict("records")
        if row["statistic"].startswith("median_")
    ]


def _curve(published: Published, then: Table) -> list[Row]:
    filters = _asked(then, "clock")
    unit = "infusion" if filters.clock == "infusions" else "day"
    rows = [
        {
            "condition": row["condition"],
            "clock": filters.clock,
            "curve": row["statistic"].replace("_", " "),
            unit: f"{row[unit]:g}",
            "at risk": _count(row["n_at_risk"]),
            "responded": _percent(row["estimate"]),
        }
        for row in onset_curves(published, filters).to_dict("records")
    ]
    return _narrowed(rows, then, "curve", unit)


RESULT_VIEWS = {
    "response rates": _response,
    "remission rates": _remission,
    "reliable change": _reliable_change,
    "flow": _flow,
    "retention": _retention,
    "trajectory": _trajectory,
    "percentiles": _percentiles,
    "distribution": _distribution,
    "benchmark": _benchmark,
    "recorded responses": _recorded,
    "onset curve": _curve,
    "onset median": _medians,
    **DURABILITY_VIEWS,
    **COMPARISON_VIEWS,
    **EARLY_RESULT_VIEWS,
    **HETEROGENEITY_VIEWS,
    **IDEATION_VIEWS,
    **RECOVERY_VIEWS,
    **LOST_VIEWS,
    **PLAUSIBILITY_VIEWS,
    **SITES_VIEWS,
    **TREND_VIEWS,
    **INFUSION_RESULT_VIEWS,
    **DISCLOSURE_VIEWS,
    **DISSOCIATION_VIEWS,
    **RELEASE_VIEWS,
}
