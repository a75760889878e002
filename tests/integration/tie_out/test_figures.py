"""Every figure of the report, read back from what is drawn: it draws the rows that it stands for, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from packs import sample_pack

from pipelines.definitions.disclosure import POLICIES, PolicyName, policy_named
from pipelines.filters import Filters
from pipelines.published.snapshot import open_published
from pipelines.reports.figures.drawing import figure_svgs
from pipelines.reports.pack import Pack, PackFigure
from pipelines.reports.series import labels, rows_drawn
from pipelines.results.registry import result
from pipelines.store import Store
from tie_out.figures import figure_faults
from tie_out.paper import handed_to_typst, parts_with_data

KINDS = ("rates", "curve", "trend", "flow", "sites", "safety")
DRAWN = {
    "rates": {
        "observed": ("estimate", "lower", "upper", "n_observed", "n_responded"),
        "missing_as_nonresponse": ("estimate",),
        "bound_upper": ("estimate",),
    },
    "curve": {"interval_censored": ("estimate", "lower", "upper"), "at_risk": ("n_at_risk",)},
    "trend": {
        "point": ("estimate",),
        "left_out": ("estimate",),
        "limits": ("estimate", "lower", "upper"),
    },
    "flow": {
        "started": ("n_courses",),
        **dict.fromkeys(("with_baseline", "in_population", "observed", "responded"), ("estimate", "n_courses")),
        **dict.fromkeys(("no_score", "scores_only_after_start", "below_entry_cut", "missed"), ("n_courses",)),
    },
    "sites": {"adjusted": ("estimate", "lower", "upper", "n_observed"), "limits_95": ("lower", "upper")},
    "safety": dict.fromkeys(
        ("adverse_event", "stopped_early"),
        ("estimate", "lower", "upper", "n_with", "n_recorded"),
    ),
}
"""Of each kind of figure, what it draws or writes of its rows."""


@pytest.mark.parametrize("policy", POLICIES)
def test_every_figure_on_paper_draws_its_rows_and_nothing_else(policy: PolicyName, store_folder: Path):
    pack = sample_pack(store_folder, policy)
    n_drawn = 0
    for _, part, printed in parts_with_data(pack, handed_to_typst(pack)):
        for figure, drawn in zip(part.figures, printed["figures"], strict=True):
            rows = rows_drawn(pack, figure)
            faults = figure_faults(
                figure.kind, [sheet["svg"] for sheet in drawn["sheets"]], rows, labels(pack), pack.fewest
            )
            assert not faults, (figure.name, faults)
            n_drawn += 1
    assert n_drawn > 10


@cache
def drawn_rows(store_folder: Path, kind: str) -> tuple[pd.DataFrame, dict[str, str], int]:
    """Rows of which a figure shows all that its kind can show, with the names of conditions and the fewest."""
    pack = sample_pack(store_folder)
    rows = rows_drawn(pack, figure_of(pack, kind))
    if kind == "sites":  # Over all quarters there are enough sites for limits.
        published = open_published(Store(store_folder))
        rows = result("sites", published, Filters(condition=("depression",)), (), policy_named("internal"))
        rows = rows.assign(cohort="all")
    if kind == "trend":
        rows = with_second_phase(rows)
    return rows.reset_index(drop=True), labels(pack), pack.fewest


def figure_of(pack: Pack, kind: str) -> PackFigure:
    return next(
        figure for section in pack.sections for part in section.parts for figure in part.figures if figure.kind == kind
    )


def with_second_phase(rows: pd.DataFrame) -> pd.DataFrame:
    """A chart whose last quarters are a phase of their own, with a signal in it."""
    (limits,) = rows.loc[rows["statistic"] == "limits"].to_dict("records")
    is_late = (rows["statistic"] != "limits") & (rows["quarter"] >= "2025-Q3")
    changed = rows.assign(phase=rows["phase"].mask(is_late, "a later phase"))
    changed.loc[changed["quarter"] == "2026-Q2", "signal"] = "above the upper limit"
    second = {**limits, "phase": "a later phase", "lower": 0.4, "estimate": 0.55, "upper": 0.66}
    second["note"] = "a new phase from 2025-Q3: home visits"
    return pd.concat([changed, pd.DataFrame([second])], ignore_index=True).astype(rows.dtypes.to_dict())


def faults_of(kind: str, drawn: pd.DataFrame, due: pd.DataFrame, store_folder: Path) -> list[str]:
    _, named, fewest = drawn_rows(store_folder, kind)
    return figure_faults(kind, figure_svgs(kind, drawn, named, fewest), due, named, fewest)


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_with_all_that_its_kind_can_show_draws_its_rows(kind: str, store_folder: Path):
    rows, _, _ = drawn_rows(store_folder, kind)
    assert faults_of(kind, rows, rows, store_folder) == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_released_value_that_is_drawn_can_change_unseen(kind: str, store_folder: Path):
    rows, named, fewest = drawn_rows(store_folder, kind)
    svgs = figure_svgs(kind, rows, named, fewest)
    n_changed = 0
    for at, column in drawn_cells(kind, rows):
        changed = rows.copy()
        step = 1 if column.startswith("n_") else 0.004
        changed[column] = changed[column].astype(object)
        changed.loc[at, column] = changed.loc[at, column] + step
        assert figure_faults(kind, svgs, changed, named, fewest), (rows.loc[at].to_dict(), column)
        n_changed += 1
    assert n_changed > 5


def drawn_cells(kind: str, rows: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """The cells of a frame that its figure shows; a few of each statistic are enough."""
    for statistic, columns in DRAWN[kind].items():
        own = rows[(rows["statistic"] == statistic) & ~rows["suppressed"].astype(bool)]
        if kind == "rates":
            own = own[~own["population"].str.contains("any")]
        if kind == "safety":
            own = own[own["condition"] != "any"]
        if kind == "sites":
            own = own[(own["n_observed"] >= 10) & own["estimate"].notna()]
        if kind == "curve":
            own = own[own["day"].isin([0, 7, 28]) if statistic == "at_risk" else (own["day"] > 2) & (own["day"] < 50)]
        assert len(own) or statistic == "left_out", statistic
        for at in {own.index[0], own.index[-1]} if len(own) else ():
            yield from ((at, column) for column in columns if pd.notna(rows.loc[at, column]))


def shifted(rows: pd.DataFrame) -> pd.DataFrame:
    """Every rate 13.7 points higher, which once went unseen."""
    return rows.assign(**{name: rows[name] + 0.137 for name in ("estimate", "lower", "upper")})


def of_another_denominator(rows: pd.DataFrame) -> pd.DataFrame:
    part = next(name for name in ("n_responded", "n_with", "n_met", "n_courses", "n_at_risk") if name in rows)
    whole = next(name for name in ("n_in_population", "n_infusions", "n_started") if name in rows)
    changed = rows[part].astype(float) / rows[whole].astype(float)
    return rows.assign(estimate=changed.where(rows["estimate"].notna() & changed.notna(), rows["estimate"]))


def of_a_later_day(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(day=rows["day"] + 1)


def of_a_later_quarter(rows: pd.DataFrame) -> pd.DataFrame:
    """Each estimate one quarter too late."""
    is_point = rows["statistic"] == "point"
    moved = rows.loc[is_point, "estimate"].shift(1).fillna(0.5)
    return rows.assign(estimate=rows["estimate"].mask(is_point, moved))


def with_two_swapped(column: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        names = [name for name in dict.fromkeys(rows[column].dropna()) if name != "any"]
        first, second = names[:2]
        return rows.assign(**{column: rows[column].replace({first: second, second: first})})

    change.__name__ = f"two_swapped_by_{column}"
    return change


def counts_of_another(rows: pd.DataFrame) -> pd.DataFrame:
    """Every number that is written beside a mark one too high; no mark moves."""
    names = [name for name in ("n_observed", "n_courses", "n_recorded", "n_at_risk") if name in rows]
    return rows.assign(**{name: rows[name] + 1 for name in names})


MISTAKES: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], ...]] = {
    "rates": (shifted, of_another_denominator, with_two_swapped("cohort"), counts_of_another),
    "curve": (shifted, of_a_later_day, counts_of_another),
    "trend": (shifted, of_another_denominator, of_a_later_quarter),
    "flow": (of_another_denominator, with_two_swapped("statistic"), counts_of_another),
    "sites": (shifted, with_two_swapped("site"), counts_of_another),
    "safety": (shifted, of_another_denominator, with_two_swapped("condition"), counts_of_another),
}


@pytest.mark.parametrize(("kind", "mistake"), [(kind, each) for kind, made in MISTAKES.items() for each in made])
def test_a_drawing_with_a_mistake_is_found(kind: str, mistake: Any, store_folder: Path):
    rows, _, _ = drawn_rows(store_folder, kind)
    changed = mistake(rows)
    if kind == "flow" and mistake is of_another_denominator:
        changed = rows.assign(estimate=rows["n_courses"].astype(float) / 217)
    assert faults_of(kind, changed, rows, store_folder)


@pytest.mark.parametrize("kind", ["rates", "curve", "trend", "flow", "safety"])
def test_a_figure_of_another_condition_in_its_place_is_found(kind: str, store_folder: Path):
    pack = sample_pack(store_folder)
    figures = [
        figure for section in pack.sections for part in section.parts for figure in part.figures if figure.kind == kind
    ]
    own, named, fewest = drawn_rows(store_folder, kind)
    other = rows_drawn(pack, figures[-1])
    if kind == "curve":
        other = rows_drawn(pack, next(figure for figure in figures if figure.table == "onset-curve-anxiety"))
    if kind == "safety":
        other = own[own["condition"] == "anxiety"]
    assert figure_faults(kind, figure_svgs(kind, other, named, fewest), own, named, fewest)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_drawn_beside_the_rows_is_found(kind: str, store_folder: Path):
    """A mark, a line or a number more than the rows give."""
    rows, named, fewest = drawn_rows(store_folder, kind)
    svg, *others = figure_svgs(kind, rows, named, fewest)
    stroke = '<path d="M 200 30 L 240 30" style="fill: none; stroke: #000000; stroke-width: 1.2"/>'
    words = '<text style="font-size: 7.5px" x="465" y="30">{}</text>'
    for more in (stroke, words.format("4,711"), words.format("12 %")):
        changed = svg.replace('<g id="axes_1">', f'<g id="axes_1"><g id="line2d_0">{more}</g>', 1)
        assert changed != svg
        assert figure_faults(kind, [changed, *others], rows, named, fewest), more
