"""Finds the export that a user names, in the format that it is said to be in.

What reads a format is imported when an export of it is looked for: the command line asks here which formats there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.definitions import Definitions
    from pipelines.settings import Settings
    from pipelines.sources.options import ImportOptions
    from pipelines.sources.source import Source


@dataclass(frozen=True)
class SourceKind:
    """A format that exports come in.

    Attributes:
        find: finds an export of it; raises FileRefused or MappingInvalid.
        why_mapping: what it needs a mapping for, as the end of a sentence; None where a mapping only adds to it.
        has_record_numbers: whether its exports may hold record numbers, which need a crosswalk.
        suggest: drafts a mapping from the names in an export; None where the format says by itself what it holds.
    """

    find: Callable[[Sequence[Path], ImportOptions, Settings, Definitions], Source]
    why_mapping: str | None = None
    has_record_numbers: bool = True
    suggest: Callable[[Sequence[Path], Definitions], str] | None = None


def find_source(paths: Sequence[Path], options: ImportOptions, settings: Settings, definitions: Definitions) -> Source:
    """The export that the paths hold.

    Raises:
        FileRefused: a path is missing, or holds nothing of the format.
        MappingInvalid: the mapping is wrong, or does not fit the files.
    """
    return KINDS[options.kind].find(paths, options, settings, definitions)


def _canonical(
    paths: Sequence[Path],
    options: ImportOptions,
    settings: Settings,  # noqa: ARG001
    definitions: Definitions,
) -> Source:
    from pipelines.sources.canonical import find_canonical
    from pipelines.sources.mapping.additions import Additions, read_additions

    additions = read_additions(options.mapping, Additions, definitions) if options.mapping is not None else None
    return find_canonical(paths, additions)


def _table(paths: Sequence[Path], options: ImportOptions, settings: Settings, definitions: Definitions) -> Source:
    from pipelines.sources.table.source import find_table

    assert options.mapping is not None, "the command line asks for it"
    return find_table(paths, options.mapping, settings, definitions)


def _suggest_table(paths: Sequence[Path], definitions: Definitions) -> str:
    from pipelines.sources.suggestion.draft import suggested_mapping

    return suggested_mapping(paths, definitions)


def _redcap(paths: Sequence[Path], options: ImportOptions, settings: Settings, definitions: Definitions) -> Source:
    from pipelines.sources.redcap.source import find_redcap

    assert options.mapping is not None, "the command line asks for it"
    return find_redcap(paths, options.mapping, settings, definitions)


def _suggest_redcap(paths: Sequence[Path], definitions: Definitions) -> str:
    from pipelines.sources.redcap.suggestion import suggested_redcap_mapping

    return suggested_redcap_mapping(paths, definitions)


def _omop(paths: Sequence[Path], options: ImportOptions, settings: Settings, definitions: Definitions) -> Source:
    from pipelines.sources.omop.source import find_omop

    return find_omop(paths, options.mapping, settings, definitions)


def _fhir(paths: Sequence[Path], options: ImportOptions, settings: Settings, definitions: Definitions) -> Source:
    from pipelines.sources.fhir.source import find_fhir

    return find_fhir(paths, options.mapping, settings, definitions)


KINDS: Mapping[str, SourceKind] = {
    "canonical": SourceKind(_canonical, has_record_numbers=False),
    "table": SourceKind(
        _table,
        "which says what the columns mean. `outcomes import FILE --suggest-mapping` writes a draft from the headers.",
        suggest=_suggest_table,
    ),
    "redcap": SourceKind(
        _redcap,
        "which says what the project cannot say of itself, such as which form holds the infusions. `outcomes import "
        "FOLDER --source redcap --suggest-mapping` writes a draft from the data dictionary.",
        suggest=_suggest_redcap,
    ),
    "omop": SourceKind(_omop),
    "fhir": SourceKind(_fhir),
}
"""The formats that exports come in."""
