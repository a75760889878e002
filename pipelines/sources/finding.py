"""Finds the export that a user names, in the format that it is said to be in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pipelines.definitions import Definitions
from pipelines.settings import Settings
from pipelines.sources.options import ImportOptions
from pipelines.sources.source import Source

Finder = Callable[[Sequence[Path], ImportOptions, Settings, Definitions], Source]


def find_source(paths: Sequence[Path], options: ImportOptions, settings: Settings, definitions: Definitions) -> Source:
    """The export that the paths hold.

    Raises:
        FileRefused: a path is missing, or holds nothing of the format.
        MappingInvalid: the mapping is wrong, or does not fit the files.
    """
    return KINDS[options.kind](paths, options, settings, definitions)


def _canonical(
    paths: Sequence[Path],
    options: ImportOptions,  # noqa: ARG001
    settings: Settings,  # noqa: ARG001
    definitions: Definitions,  # noqa: ARG001
) -> Source:
    from pipelines.sources.canonical import find_canonical

    return find_canonical(paths)


def _table(paths: Sequence[Path], options: ImportOptions, settings: Settings, definitions: Definitions) -> Source:
    from pipelines.sources.table.source import find_table

    assert options.mapping is not None, "the command line asks for it"
    return find_table(paths, options.mapping, settings, definitions)


KINDS: Mapping[str, Finder] = {"canonical": _canonical, "table": _table}
"""The formats that exports come in, and what finds one."""
