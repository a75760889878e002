"""Finds the export that a user names, in the format that it is said to be in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines.definitions import Definitions
from pipelines.settings import Settings
from pipelines.sources.canonical import find_canonical
from pipelines.sources.source import Source


def find_source(
    paths: Sequence[Path],
    kind: str,
    mapping: Path | None,
    crosswalk: Path | None,
    settings: Settings,
    definitions: Definitions,
) -> Source:
    """The export that the paths hold.

    Args:
        kind: `canonical`, or `table`, which has a mapping.

    Raises:
        FileRefused: a path is missing, or holds nothing of the format.
        MappingInvalid: the mapping is wrong, or does not fit the files.
    """
    if kind != "table":
        return find_canonical(paths)
    from pipelines.sources.table.source import find_table

    assert mapping is not None, "the command line asks for it"
    return find_table(paths, mapping, crosswalk, settings, definitions)
