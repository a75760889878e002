"""Whose rows in quarantine count: those of the last export, not of one that a later export has replaced."""

import pytest

from pipelines.holdings import last_imports
from pipelines.manifests import BatchManifest, TableCounts


def batch(
    name: str,
    tables: str,
    *,
    source: str = "canonical:canonical",
    adds: bool = False,
    counts: bool = True,
    replaces: str = "course",
) -> BatchManifest:
    given = tuple(TableCounts.model_construct(table=table) for table in tables.split())
    return BatchManifest.model_construct(
        id=name, source=source, is_append=adds, is_live=counts, replaces=replaces, tables=given
    )


ALL = "courses infusions scores"


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        ([batch("1", ALL)], {"1": ALL}),
        ([batch("1", ALL), batch("2", ALL)], {"1": "", "2": ALL}),
        ([batch("1", ALL), batch("2", "scores")], {"1": "courses infusions", "2": "scores"}),
        ([batch("1", ALL), batch("2", "scores", adds=True)], {"1": ALL, "2": "scores"}),
        ([batch("1", ALL), batch("2", "scores", adds=True), batch("3", ALL)], {"1": "", "2": "", "3": ALL}),
        ([batch("1", ALL), batch("2", ALL, source="canonical:other")], {"1": ALL, "2": ALL}),
        ([batch("1", ALL), batch("2", ALL, counts=False)], {"1": ALL, "2": ALL}),
        ([batch("1", ALL), batch("2", "courses scores", replaces="patient")], {"1": "", "2": "courses scores"}),
    ],
)
def test_a_later_export_stands_for_the_earlier_ones_of_its_source(batches, expected):
    found = {member.id: tables for member, tables in last_imports(batches)}
    assert found == {name: set(tables.split()) for name, tables in expected.items()}
