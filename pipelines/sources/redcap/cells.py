"""Cells of an export as the table reader takes them: labels or codes of choices, decimals, missing-data codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pipelines.sources.redcap.headers import Column
from pipelines.sources.redcap.mapping import RedcapMapping
from pipelines.sources.redcap.project import is_unchecked
from pipelines.sources.redcap.words import NOT_COMPLETED, STATUS_LABELS
from pipelines.sources.table.cells import CellReader, folded

ReadCell = Callable[[str], str | None]


class CellViews:
    """How the cells of one table's columns are read.

    Labels and codes of choices mean the same in raw exports and in exports with labels: a column that scores are read
    from gives codes, which are the answers' points; every other one gives labels, which are what a person would write.

    Args:
        blank: missing-data codes and other texts that stand for nothing.
        is_labelled: whether the export holds labels in place of codes.
        scored: the columns that scores are read from by their codes.
    """

    def __init__(
        self, mapping: RedcapMapping, blank: Iterable[str], decimal: str | None, *, is_labelled: bool,
        scored: Iterable[str],
    ) -> None:  # fmt: skip
        self._blank = {folded(text) for text in (*mapping.blank, *blank)}
        self._decimal = decimal or (mapping.decimal if "decimal" in mapping.model_fields_set else None)
        self._is_labelled = is_labelled
        self._scored = frozenset(scored)
        self._point, self._comma = CellReader((), "point"), CellReader((), "comma")

    def of(self, column: Column) -> ReadCell:
        """How the cells of a column are read."""
        if column.role == "option":
            return self._option
        if column.role == "status":
            return self._choice(STATUS_LABELS, gives_codes=False)
        field = column.field
        blank = self._blank if field is None or field.takes_missing_codes else set()
        if column.role == "timestamp":
            blank = {*blank, folded(NOT_COMPLETED)}
        if field is not None and field.choices and not field.is_checkbox:
            read = self._choice(field.choices, gives_codes=column.name in self._scored)
        else:
            has_comma = field is not None and field.has_decimal_comma
            is_comma = self._decimal == "comma" or (self._decimal is None and has_comma)
            read = self._number if is_comma and field is not None and not field.is_date else self._point.text

        def cell(text: str) -> str | None:
            return None if folded(text) in blank else read(text)

        return cell

    def _number(self, text: str) -> str | None:
        found = self._comma.text(text)
        return found and self._comma.number(found)

    def _option(self, text: str) -> str | None:
        return "no" if is_unchecked(text) else "yes"

    def _choice(self, choices: Mapping[str, str], *, gives_codes: bool) -> ReadCell:
        """A choice as its label, or as its code; a text that is neither stays, to be refused where it lands."""
        if self._is_labelled:
            codes: dict[str, set[str]] = {}
            for code, label in choices.items():
                codes.setdefault(folded(label), set()).add(code)
            known = {label: min(own) for label, own in codes.items() if len(own) == 1} if gives_codes else {}
            return lambda text: known.get(folded(text), self._point.text(text))
        if gives_codes:
            return self._point.text
        return lambda text: choices.get(text.strip(), self._point.text(text))
