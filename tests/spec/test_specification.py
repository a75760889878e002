"""The specification: every worked example on the pages of this folder, through the real import and build.

A failure names its page and heading. How pages are written is said in worked_examples.py; which tables there
are under Then, in row_views.py and result_views.py.
"""

from pathlib import Path

import pytest
from program import Program, store_kind
from row_views import IMPORT_VIEWS
from worked_examples import PageError, Table, read_page

from pipelines.definitions import load_definitions

pytestmark = pytest.mark.usefixtures("models_read_once")

PAGES = {path.stem: read_page(path) for path in sorted(Path(__file__).parent.glob("*.md"))}
OWN_STORE = {
    "acute",
    "benchmark",
    "disclosure",
    "durability_curve",
    "comparison",
    "early_improvement",
    "dissociation",
    "flow",
    "four_places",
    "heterogeneity",
    "infusions_to_response_curve",
    "maturity",
    "nhs_recovery",
    "missing_follow_up",
    "plausibility",
    "points",
    "published",
    "quality_of_sources",
    "release",
    "reliable_change",
    "replacement",
    "retention",
    "safety",
    "scoring_refused",
    "suicidality",
    "sites",
    "trajectory",
    "trend",
    "trajectory_with_those_lost",
}
"""Pages whose examples each have a store of their own, because they count rows or courses."""


@pytest.fixture(scope="module")
def program_of(tmp_path_factory):
    """The program that holds an example; built once for all examples of a page that can share it."""
    programs = {}

    def program(example):
        is_shared = example.page not in OWN_STORE
        key = (example.page, store_kind(example)) if is_shared else str(example)
        if key not in programs:
            members = [example]
            if is_shared:
                members = [other for other in PAGES[example.page] if store_kind(other) == store_kind(example)]
            programs[key] = Program(tmp_path_factory.mktemp(example.page) / "program", members, is_shared)
            if not set(example.then) <= set(IMPORT_VIEWS):
                programs[key].build()
        return programs[key]

    return program


@pytest.mark.parametrize(
    "example", [pytest.param(example, id=str(example)) for page in PAGES.values() for example in page]
)
def test_example(example, program_of):
    program = program_of(example)
    for name, then in example.then.items():
        expected = sorted(tuple(row[column] for column in then.columns) for row in then.rows)
        assert program.shown(example, name, then) == expected, f"{example}: {name} ({', '.join(then.columns)})"


def test_every_page_has_examples_with_titles_of_their_own():
    assert set(PAGES) >= {"baseline", "windows", "response", "follow_up", "onset_first", "onset_sustained"}
    for page, examples in PAGES.items():
        titles = [example.title for example in examples]
        assert titles, page
        assert len(set(titles)) == len(titles), page


def test_every_check_of_the_data_has_an_example():
    shown = {
        row["check"]
        for page in PAGES.values()
        for example in page
        for row in example.then.get("checks", Table((), ())).rows
    }
    assert shown == set(load_definitions().quality.checks)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("## T\n\n| a |\n| - |\n| 1 |\n", "a table without a line"),
        ("## T\n\nGiven scores\n\n| a | b |\n| - | - |\n| 1 |\n", "needs 2 cells"),
        ("## T\n\nGiven scores\n\n| a |\n| 1 |\n", "must be dashes"),
        ("## T\n\nGiven scores\n\n| a |\n| - |\n| 1 |\n", "one under Then"),
    ],
)
def test_a_page_that_cannot_be_read_says_where(tmp_path, text, fault):
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PageError, match=fault):
        read_page(path)
