"""What single sites may see is what a program would hold that had never had another site."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sample_data
from pipelines.build import build
from pipelines.commands.measure import MEASURES, measured
from pipelines.definitions.disclosure import policy_named
from pipelines.errors import UnknownName
from pipelines.filters import DIMENSIONS, Filters
from pipelines.published import POPULATIONS, Published, open_published
from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store
from sample_data.calibration import data_through

SITES = tuple(f"Site {number:02}" for number in range(1, 13))
ALONE = ("Site 03", "Site 09", "Site 12")
OF_COURSES = [name for name in MEASURES if name != "quality"]
often = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def program(store_folder) -> Published:
    return open_published(Store(store_folder))


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Published:
    """A program that only ever held the courses of ALONE."""
    folder = tmp_path_factory.mktemp("alone")
    whole = Path(sample_data.__file__).with_name("canonical")
    kept = set()
    for table in ("courses", "infusions", "scores"):
        with (whole / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        head, course = rows[0], rows[0].index("course_id")
        if table == "courses":
            kept = {row[course] for row in rows[1:] if row[head.index("site")] in ALONE}
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([head, *(row for row in rows[1:] if row[course] in kept)])
    chosen, definitions = read_settings(None)
    store = Store(folder / "store")
    import_files(store, [folder], ImportOptions(data_through=data_through()), chosen, definitions, lambda _: None)
    build(store, chosen, definitions, lambda _: None)
    return open_published(store)


@st.composite
def questions(draw):
    """A measure with filters and groups, some of them of sites beyond any scope."""
    name = draw(st.sampled_from(OF_COURSES))
    further = draw(st.sampled_from(["all", "age_band", "sex", "setting"])) if name != "sites" else "all"
    level = {"age_band": "40-49", "sex": "female", "setting": "medical"}.get(further)
    filters = Filters(
        condition=tuple(draw(st.lists(st.sampled_from(["depression", "anxiety", "chronic_pain"]), unique=True))),
        quarter=tuple(draw(st.lists(st.sampled_from(["2024-Q1", "2025-Q3", "2026-Q2"]), unique=True))),
        route=tuple(draw(st.lists(st.sampled_from(["iv", "im"]), unique=True))),
        scale=draw(st.sampled_from(["primary", "PHQ-9", "GAD-7"])),
        population=draw(st.sampled_from(POPULATIONS)),
        clock=draw(st.sampled_from(["days", "infusions"])),
        attribute=further,
        level=(level,) if level else (),
    )
    groups = ["site", "quarter", "route"] if name not in ("sites", "trend") else ["site"]
    return name, filters, tuple(draw(st.lists(st.sampled_from(groups), max_size=1)))


def answer(published: Published, name: str, filters: Filters, by: tuple[str, ...]) -> pd.DataFrame | str:
    """A result table, or why there is none."""
    try:
        internal = policy_named("internal")
        return measured(name, published, filters, by, Store(Path("unused")), internal).reset_index(drop=True)
    except UnknownName as error:
        return str(error)


def assert_same(found: pd.DataFrame | str, expected: pd.DataFrame | str) -> None:
    if isinstance(found, str) or isinstance(expected, str):
        assert found == expected
    else:
        pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9)


@pytest.mark.parametrize("name", OF_COURSES)
def test_a_measure_of_some_sites_is_that_of_a_program_without_the_others(program, alone, name):
    assert_same(answer(program.within(ALONE), name, Filters(), ()), answer(alone, name, Filters(), ()))


@often
@given(questions())
def test_whatever_is_asked_of_some_sites_is_answered_without_the_others(program, alone, question):
    name, filters, by = question
    assert_same(answer(program.within(ALONE), name, filters, by), answer(alone, name, filters, by))


@often
@given(questions(), st.sets(st.sampled_from(SITES), min_size=1), st.sets(st.sampled_from(SITES)))
def test_a_scope_is_a_filter_that_cannot_be_widened(program, question, scope, asked):
    name, filters, by = question
    kept = tuple(sorted(scope & asked if asked else scope))
    view = program.within(scope)
    narrowed = Filters(**{**vars(filters), "site": tuple(sorted(asked))})
    if not asked <= scope:
        with pytest.raises(UnknownName) as refused:
            view.check(narrowed, by)
        assert not any(site in str(refused.value).split("Known:")[1] for site in set(SITES) - scope)
        return
    found = answer(view, name, narrowed, by)
    if isinstance(found, str):  # the scope has not all quarters, routes and levels of the program
        return
    assert_same(found, answer(program, name, Filters(**{**vars(filters), "site": kept}), by))


def test_what_there_is_to_choose_from_is_of_the_scope_alone(program, alone):
    view = program.within(ALONE)
    assert view.attributes == alone.attributes
    for dimension in (*DIMENSIONS, *alone.attributes):
        assert view.options(dimension) == alone.options(dimension)
        assert view.n_started_by(Filters(condition=("depression",)), dimension) == alone.n_started_by(
            Filters(condition=("depression",)), dimension
        )
    assert view.scales(Filters()) == alone.scales(Filters())
    assert view.n_started(Filters()) == alone.n_started(Filters())
    assert view.days_past_end() == alone.days_past_end()


def test_checks_of_some_sites_are_those_of_their_courses(program, alone):
    view = program.within(ALONE)
    of_sites = alone.quality(Filters())
    of_sites = of_sites[of_sites["site"].isin(ALONE)].reset_index(drop=True)
    pd.testing.assert_frame_equal(view.quality(Filters()), of_sites)


def test_what_is_of_the_whole_program_is_not_of_a_site(program):
    view = program.within(["Site 03", "not recorded"])
    assert view.quarantined_rows() == {}
    assert view.imports().empty
    assert set(view.quality(Filters())["site"]) == {"Site 03"}


def test_a_site_out_of_scope_is_answered_like_none(program):
    view = program.within(["Site 03"])
    messages = []
    for site in ("Site 04", "Site 99"):
        with pytest.raises(UnknownName) as refused:
            view.check(Filters(site=(site,)))
        messages.append(str(refused.value).replace(site, "SITE"))
        assert view.n_started(Filters(site=(site,))) == 0
        assert view.started(Filters(site=(site,))).empty
    assert messages[0] == messages[1]
    assert view.within(["Site 03", "Site 04"]).options("site") == view.options("site")
    assert view.within(["Site 04"]).options("condition") == {}
    assert program.within([]).n_started(Filters()) == 0


def test_nothing_that_was_remembered_goes_over_into_a_scope(program):
    assert program.attributes
    assert program.within([]).attributes == []
