"""What each column of an export is: a field, one choice of a checkbox, the status of a form, or REDCap's own.

An export names its columns by variables or by labels. Labels may come twice in a project; columns stand in the
dictionary's order, and a column whose label leaves more than one field open in that order is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from pipelines.errors import FileRefused
from pipelines.sources.redcap.dictionary import Dictionary, Field, plain_code, plain_label
from pipelines.sources.redcap.words import STANDARD_COLUMNS, redcap_words
from pipelines.sources.table.columns import told_header

Role = Literal["standard", "field", "option", "status", "timestamp"]
_OF_FORMS: Mapping[str, Role] = MappingProxyType({"_complete": "status", "_timestamp": "timestamp"})
"""How the columns end that REDCap adds for each form."""
_MOST_SHOWN = 8


@dataclass(frozen=True)
class Column:
    """One column of an export.

    Attributes:
        name: as REDCap's raw exports name it, whatever the header says.
        form: whose it is; None for REDCap's own columns and the record id.
        field: for fields and choices.
        code: for one choice of a checkbox; None beside a field's own codes, where a missing-data code is marked.
    """

    name: str
    role: Role
    form: str | None = None
    field: Field | None = None
    code: str | None = None

    @property
    def is_content(self) -> bool:
        """Whether a value in it tells that the form was filled in; its status and REDCap's own columns do not."""
        return self.role in ("field", "option") and self.form is not None


def read_columns(label: str, header: Sequence[str], dictionary: Dictionary) -> list[Column | None]:
    """What each column is; None for one whose label leaves more than one field open.

    Args:
        label: the export's name, for messages.

    Raises:
        FileRefused: a column is not in the dictionary, comes twice, or the record id is missing.
    """
    record_id = dictionary.record_id
    columns: list[Column | None]
    if record_id.name in header:
        columns = [_named(name, dictionary) for name in header]
    else:
        columns = _labelled([plain_label(name) for name in header], dictionary)
        if not any(column is not None and column.field is record_id for column in columns):
            raise FileRefused(
                f"{label} has no column '{record_id.name}', the record id in {dictionary.file_name}. Give the data "
                "dictionary of the same project, and export the record id too."
            )
    known = [column for column in columns if column is not None and column.name]
    unknown = [name for name, column in zip(header, columns, strict=True) if column is not None and not column.name]
    if unknown:
        shown = ", ".join(f"'{told_header(name)}'" for name in unknown[:_MOST_SHOWN])
        shown += " ..." if len(unknown) > _MOST_SHOWN else ""
        columns_are = "column" if len(unknown) == 1 else "columns"
        raise FileRefused(
            f"{label} has {len(unknown):,} {columns_are} that {dictionary.file_name} does not know: {shown}. Is it the "
            "data dictionary of another project, or older than the export? Download both again."
        )
    seen: set[str] = set()
    for column in known:
        if column.name in seen:
            raise FileRefused(f"{label} has the column '{column.name}' twice. Export it again.")
        seen.add(column.name)
    return columns


_UNKNOWN = Column("", "standard")
"""A column that the dictionary does not know."""


def _named(name: str, dictionary: Dictionary) -> Column:
    """A column that is named by its variable."""
    if name in STANDARD_COLUMNS:
        return Column(name, "standard")
    field = dictionary.fields.get(name)
    if field is not None:
        return _of_field(field, dictionary)
    variable, _, code = name.partition("___")
    field = dictionary.fields.get(variable)
    if code and field is not None and field.is_checkbox:
        own = next((known for known in field.choices if plain_code(known) == plain_code(code)), None)
        return Column(field.option_name(code), "option", field.form, field, own)
    for ending, role in _OF_FORMS.items():
        form = name.removesuffix(ending)
        if form != name and form in dictionary.forms:
            return Column(name, role, form)
    return _UNKNOWN


def _labelled(header: Sequence[str], dictionary: Dictionary) -> list[Column | None]:
    """Columns that are named by their labels."""
    own: Mapping[str, str] = redcap_words()["columns"]
    expected = list(_expected(dictionary))
    wanted = [name for name in header if name not in own]
    first = _aligned(wanted, expected)
    last = [len(expected) - 1 - place if place is not None else None for place in
            reversed(_aligned(wanted[::-1], expected[::-1]))]  # fmt: skip
    found: list[Column | None] = []
    places = iter(zip(first, last, strict=True))
    for name in header:
        if name in own:
            found.append(Column(own[name], "standard"))
            continue
        left, right = next(places)
        bearing = [column for label, column in expected if label == name]
        if left is not None and left == right:
            found.append(expected[left][1])
        elif len(bearing) == 1:
            found.append(bearing[0])
        else:
            found.append(None if bearing else _UNKNOWN)
    return found


def _expected(dictionary: Dictionary) -> Iterator[tuple[str, Column]]:
    """Every column that an export of the project can have, in its order, with its label."""
    yield dictionary.record_id.label, _of_field(dictionary.record_id, dictionary)
    for form, fields in dictionary.forms.items():
        yield "Survey Timestamp", Column(f"{form}_timestamp", "timestamp", form)
        for field in fields:
            if field.is_checkbox:
                for code, choice in field.choices.items():
                    name = field.option_name(code)
                    yield f"{field.label} (choice={choice})", Column(name, "option", form, field, code)
            yield field.label, _of_field(field, dictionary)
        yield "Complete?", Column(f"{form}_complete", "status", form)


def _aligned(names: Sequence[str], expected: Sequence[tuple[str, Column]]) -> list[int | None]:
    """For each name the first place that it can have after the one before it; None from where that breaks off."""
    places: list[int | None] = []
    start = 0
    for name in names:
        place = next((at for at in range(start, len(expected)) if expected[at][0] == name), None)
        if place is None:
            return [*places, *[None] * (len(names) - len(places))]
        places.append(place)
        start = place + 1
    return places


def _of_field(field: Field, dictionary: Dictionary) -> Column:
    return Column(field.name, "field", None if field is dictionary.record_id else field.form, field)
