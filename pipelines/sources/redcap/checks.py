"""Whether a mapping fits the project: fields that there are, are exported, may be read, and belong to the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipelines.definitions import Definitions
from pipelines.errors import nearest_name
from pipelines.sources.mapping.checks import whens
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.parts import Table
from pipelines.sources.mapping.values import Place
from pipelines.sources.redcap.choices import code_mistake
from pipelines.sources.redcap.completion import RECORDS
from pipelines.sources.redcap.dictionary import Field
from pipelines.sources.redcap.mapping import RedcapMapping
from pipelines.sources.redcap.project import Project
from pipelines.sources.redcap.words import STANDARD_COLUMNS
from pipelines.sources.table.columns import column_uses, item_columns


def mistakes_in_tables(mapping: RedcapMapping, project: Project, definitions: Definitions) -> Iterator[Mistake]:
    """Everything wrong with the columns that a completed mapping names."""
    header = readable_names(project)
    for table in mapping.table:
        dates = set(_date_uses(table))
        for place, name in dict.fromkeys([*column_uses(table), *_item_uses(table, header)]):
            yield from _column(table, place, name, project, header, is_date=(place, name) in dates)
        yield from _codes(table, mapping, project, definitions, header)


def readable_names(project: Project) -> list[str]:
    """What a mapping may name: columns of the exports, and checkbox fields, which stand for all of their choices."""
    checkboxes = {
        column.field.name: None
        for column in project.columns.values()
        if column.role == "option" and column.field is not None
    }
    return list(dict.fromkeys([*project.columns, *checkboxes]))


def field_named(name: str, project: Project) -> Field | None:
    """The field of a column, or of one of its choices."""
    column = project.columns.get(name)
    return column.field if column is not None else project.dictionary.fields.get(name)


def _item_uses(table: Table, header: Sequence[str]) -> Iterator[tuple[Place, str]]:
    for score in table.score:
        found = item_columns(score.items, header)
        named = found or [items.replace("{n}", "1") for items in score.items]
        yield from (((*score.place, "items"), name) for name in named)


def _date_uses(table: Table) -> Iterator[tuple[Place, str]]:
    """Where columns are read as dates, times of day or record numbers, and so never kept as they are."""
    if table.record_number is not None:
        yield (*table.place, "record_number"), table.record_number
    for part in table.parts:
        for place, when in whens(part):
            yield from ((place, name) for name in (when.date, when.time) if name is not None)
    for infusion in table.infusion:
        yield from (((*infusion.place, "split", name), name) for name in infusion.split)
    if table.course is not None and table.course.birth_date is not None:
        yield (*table.course.place, "birth_date"), table.course.birth_date


def _column(
    table: Table, place: Place, name: str, project: Project, header: Sequence[str], *, is_date: bool
) -> Iterator[Mistake]:
    field = field_named(name, project)
    if name not in header:
        yield Mistake(place, _missing(name, project, header))
        return
    if field is not None and not is_date:
        if field.why_never_read is not None:
            yield Mistake(
                place,
                f"'{name}' is {field.why_never_read} in {project.dictionary.file_name}, and is never read, but as a "
                "date or as the record number",
            )
        elif field.is_date:
            yield Mistake(place, f"'{name}' holds dates, which are read as times only: when = {{ date = \"{name}\" }}")
    yield from _other_form(table, place, name, project)


def _missing(name: str, project: Project, header: Sequence[str]) -> str:
    if name in project.dictionary.fields:
        untold = any(project.dictionary.fields[name].label in export.untold for export in project.exports)
        if untold:
            return (
                f"'{name}' has a label that other fields have too, so that the export does not tell which column it "
                "is. Export it as 'raw data', whose columns are named by variables"
            )
        return f"the field '{name}' is in the data dictionary and in no export; export it too"
    if name in STANDARD_COLUMNS:
        return f"no export has the column '{name}'"
    nearest = nearest_name(name, header)
    hint = f" Did you mean '{nearest}'?" if nearest else ""
    return f"there is no field '{name}' in {project.dictionary.file_name}.{hint}"


def _other_form(table: Table, place: Place, name: str, project: Project) -> Iterator[Mistake]:
    """A field of another form has to stand in the same row, or in the row with all forms of the same event."""
    field = field_named(name, project)
    column = project.columns.get(name)
    form = column.form if column is not None else field.form if field is not None else None
    if form in (None, table.form) or table.form == RECORDS or name == table.record_number:
        return
    assert form is not None and table.form is not None
    events, theirs = project.events_of(table.form), project.events_of(form)
    if not events or not theirs:
        return
    if not events & theirs:
        yield Mistake(
            place,
            f"'{name}' belongs to the form {form}, which is never filled in in the same event as {table.form}: nothing "
            "says which of its events belongs to a row",
        )
    elif events & theirs <= project.repeats_in(form) - {event for event, known in project.single if known == form}:
        yield Mistake(
            place,
            f"'{name}' belongs to the form {form}, which repeats: nothing says which of its instances belongs to a row "
            f"of {table.form}",
        )


def _codes(
    table: Table, mapping: RedcapMapping, project: Project, definitions: Definitions, header: Sequence[str]
) -> Iterator[Mistake]:
    """Items are scored by the codes of their choices, unless the mapping says what each answer stands for."""
    for score in table.score:
        scale = definitions.scales.get(str(score.scale.constant))
        if scale is None or score.answers:
            continue
        for name in item_columns(score.items, header):
            field = project.dictionary.fields.get(name)
            wrong = code_mistake(field, scale, mapping) if field is not None else None
            if wrong is not None:
                yield Mistake((*score.place, "items"), wrong)
                break


def choice_fields(project: Project) -> Mapping[str, Field]:
    """The fields with choices, by name."""
    return {name: field for name, field in project.dictionary.fields.items() if field.choices}
