"""What a pack is called: a name that every file system takes, whatever a site is called."""

from __future__ import annotations

import pytest

from pipelines.reports.asking import Asked


@pytest.mark.parametrize(
    ("site", "name"),
    [
        ("Site 01", "Site-01"),
        ('St. Mary\'s / "North" & S\u00f6hne', "St-Mary-s-North-S\u00f6hne"),
        ("../../etc", "etc"),
        ("--policy", "policy"),
        ("=cmd|calc", "cmd-calc"),
        ("e\u0301", "\u00e9"),
        ("...", "_"),
        ("\u65e5\u672c\u8a9e" * 40, "\u65e5\u672c\u8a9e" * 8 + "\u65e5\u672c"),
    ],
)
def test_a_pack_of_a_site_is_called_what_a_file_may_be_called(site: str, name: str) -> None:
    asked = Asked("2026-Q3", "cms", ("csv",), "a4", condition="depression", site=site)
    assert asked.folder_name == f"2026-Q3-depression-{name}"
    assert len(asked.folder_name.encode()) < 200
