"""What a pack of the sample data says: its sections, and that its figures draw its tables."""

from pathlib import Path

import pytest
from packs import sample_pack

from pipelines.reports.pack import Pack


@pytest.fixture(scope="module")
def pack(store_folder: Path) -> Pack:
    """Of the sample data, with nothing hidden."""
    return sample_pack(store_folder)


def test_sections_stand_in_the_order_of_reading(pack: Pack):
    keys = [section.key for section in pack.sections]
    assert keys == ["activity", "depression", "anxiety", "chronic_pain", "sites", "safety", "quality"]
    titles = [part.title for part in pack.sections[1].parts]
    assert titles == [
        "From started to followed up",
        "Response",
        "Remission",
        "Onset of response",
        "Durability",
        "Trend",
    ]


def test_every_figure_draws_rows_of_a_table_of_the_pack(pack: Pack):
    for section in pack.sections:
        for part in section.parts:
            for figure in part.figures:
                frame = pack.tables[figure.table].frame
                assert figure.table in part.tables
                assert len(frame if figure.cohort is None else frame[frame["cohort"] == figure.cohort]), figure.name
                assert any(character.isdigit() for character in figure.alt), figure.name


def test_every_table_stands_in_one_part(pack: Pack):
    named = [name for section in pack.sections for part in section.parts for name in part.tables]
    assert sorted(named) == sorted(pack.tables)


def test_every_part_opens_with_a_finding(pack: Pack):
    for section in pack.sections:
        for part in section.parts:
            assert part.statements and part.statements[0].finding, part.title


def test_key_results_fit_a_page_and_say_that_data_are_synthetic(pack: Pack):
    assert 6 <= len(pack.key_results) <= 9
    assert "Synthetic data" in pack.key_results[0].text
