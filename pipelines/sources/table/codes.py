"""Codes as clinics spell them: a code is known whatever its capitals, a condition by its label too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipelines.definitions import Definitions
from pipelines.sources.mapping.values import Cells
from pipelines.sources.table.cells import folded


def spellings(table: str, column: str, definitions: Definitions) -> Mapping[str, str]:
    """For each folded spelling that a column of codes knows, the code; nothing for other columns."""
    rule = definitions.columns.of(table)[column]
    if column == "conditions":
        known = {folded(condition.label): condition.id for condition in definitions.conditions.values()}
        return (
            known
            | {folded(name.replace("_", " ")): name for name in definitions.conditions}
            | _themselves(definitions.conditions)
        )
    if rule.kind == "yes_no":
        return {folded(word): meaning for meaning, words in definitions.columns.codes.items() for word in words}
    return _themselves(rule.codes)


def coded(text: str, known: Mapping[str, str]) -> str:
    """The codes that a text names (`;` between several); a part that names none stays as it is, to be refused."""
    if not known:
        return text
    return ";".join(known.get(folded(part), part.strip()) for part in text.split(";"))


def course_constants(fields: Mapping[str, Cells], definitions: Definitions) -> dict[str, str | None]:
    """What a mapping states of every course, its codes spelt as the definitions do."""
    return {
        name: coded(str(cells.constant), spellings("courses", name, definitions))
        if name in definitions.columns.courses
        else str(cells.constant)
        for name, cells in fields.items()
    }


def _themselves(codes: Iterable[str]) -> dict[str, str]:
    return {folded(code): code for code in codes}
