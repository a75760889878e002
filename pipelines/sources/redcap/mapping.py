"""The mapping of a REDCap project: that of tables, where `form` names a form, with a few keys of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field

from pipelines.errors import nearest_or_all
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.parts import MappingFile, Table
from pipelines.sources.mapping.values import Texts
from pipelines.sources.redcap.dictionary import Dictionary

_OF_SPREADSHEETS = ("file", "sheet", "delimiter", "encoding", "fill_down", "drop", "trust_excel_dates")
_KEYS = ("course_id", "patient_id")


class RedcapMapping(MappingFile):
    """A mapping for REDCap.

    Attributes:
        form_titles: in exports with labels, the form that each title of a repeating form stands for, where it is not
            simply the form's name with capitals and blanks.
        forms_left_out: forms in which no score is recognized.
    """

    form_titles: Mapping[str, str] = Field(default_factory=dict)
    forms_left_out: Texts = ()


def mistakes_in_keys(mapping: RedcapMapping, dictionary: Dictionary) -> Iterator[Mistake]:
    """Keys that belong to spreadsheets, and forms that the dictionary does not know."""
    if mapping.courses == "one per course_id":
        yield Mistake(
            ("courses",),
            'a REDCap record is a patient, whose number becomes a pseudonym: courses = "from infusions", "one per '
            'patient" or "from the first score"',
        )
    for table in mapping.table:
        yield from _form(table, dictionary)
        for key in _OF_SPREADSHEETS:
            if key in table.model_fields_set:
                yield Mistake((*table.place, key), f"'{key}' belongs to spreadsheets; a REDCap table is named by form")
        for key in _KEYS:
            if getattr(table, key) is not None:
                yield Mistake(
                    (*table.place, key),
                    f"'{key}' is not read from REDCap: records are told apart by '{dictionary.record_id.name}', or by "
                    "the field that record_number names",
                )
    for form in mapping.forms_left_out:
        if form not in dictionary.forms:
            yield Mistake(("forms_left_out",), _no_form(form, dictionary))
    for title, form in mapping.form_titles.items():
        if form not in dictionary.forms:
            yield Mistake(("form_titles", title), _no_form(form, dictionary))
    numbers = {table.record_number for table in mapping.table if table.record_number is not None}
    if len(numbers) > 1:
        yield Mistake((), f"patients are told apart by {' and '.join(sorted(numbers))}; record_number is one for all")


def _form(table: Table, dictionary: Dictionary) -> Iterator[Mistake]:
    if table.form is None:
        yield Mistake(table.place, f'does not say which form it reads: form = "{next(iter(dictionary.forms))}"')
    elif table.form not in dictionary.forms:
        yield Mistake((*table.place, "form"), _no_form(table.form, dictionary))


def _no_form(form: str, dictionary: Dictionary) -> str:
    return f"there is no form '{form}' in {dictionary.file_name}. {nearest_or_all(form, dictionary.forms)}"
