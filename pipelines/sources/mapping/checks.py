"""Whether the parts of a mapping go together, and whether the names in it are those of scales, columns and codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelines.definitions import Definitions
from pipelines.errors import nearest_name, nearest_or_all
from pipelines.sources.canonical_columns import ATTRIBUTE, is_reserved_attribute
from pipelines.sources.landing import ATTRIBUTE_PREFIX
from pipelines.sources.mapping.allowances import mistakes_in_allowances
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.parts import (
    LEFT_OUT,
    CourseColumns,
    InfusionColumns,
    LinePart,
    MappingFile,
    ScoreColumns,
    Table,
)
from pipelines.sources.mapping.values import Cells, Place, When
from pipelines.sources.table.cells import folded
from pipelines.sources.table.codes import spellings


def mistakes_in(mapping: MappingFile, definitions: Definitions) -> Iterator[Mistake]:
    """Everything wrong with a mapping that can be said without its files."""
    if not mapping.table:
        yield Mistake((), "it describes no table: each sheet or file that is read has its own [[table]]")
    yield from _keys(mapping)
    yield from _modes(mapping)
    if not any(
        "conditions" in part.fields for part in [mapping.course, *(t.course for t in mapping.table if t.course)]
    ):
        yield Mistake(
            (),
            "nothing says what the courses are given for: map `conditions` in a [table.course], or state it for all "
            'under [course]: conditions = { constant = "depression" }',
        )
    for column in _columns_of_course(mapping.course):
        yield Mistake(
            mapping.course.place,
            f"'{column}' is a column; [course] holds constants only, columns go under a [table.course]",
        )
    yield from _fields(mapping.course, "courses", definitions)
    yield from mistakes_in_allowances(mapping.allow, definitions)
    for table in mapping.table:
        if table.course is None and not table.infusion and not table.score:
            yield Mistake(
                table.place,
                "says nothing of its lines: it needs a [table.course], [[table.infusion]] or [[table.score]]",
            )
        if table.course is not None:
            yield from _fields(table.course, "courses", definitions)
        for infusion in table.infusion:
            yield from _fields(infusion, "infusions", definitions)
        for score in table.score:
            yield from _score(score, definitions)
        yield from _times(table, mapping)


def mistakes_in_course_constants(course: CourseColumns, definitions: Definitions) -> Iterator[Mistake]:
    """What is wrong with a `[course]` beside no table: it holds constants only."""
    for column in _columns_of_course(course):
        yield Mistake(course.place, f"'{column}' is a column; [course] holds constants only")
    yield from _fields(course, "courses", definitions)


def whens(part: LinePart) -> Iterator[tuple[Place, When]]:
    """Every time that a part names, and where."""
    if isinstance(part, CourseColumns):
        named = {"first_infusion": part.first_infusion, "ended": part.ended}
        yield from (((*part.place, name), when) for name, when in named.items() if when is not None)
        return
    if part.when is not None:
        yield (*part.place, "when"), part.when
    if isinstance(part, ScoreColumns):
        yield from (((*part.place, "split", column), when) for column, when in part.split.items())


def has_dates(part: LinePart) -> bool:
    """Whether a part reads dates."""
    if isinstance(part, InfusionColumns) and part.split:
        return True
    return any(when.date is not None for _, when in whens(part))


def _keys(mapping: MappingFile) -> Iterator[Mistake]:
    """Every table says whom its lines are about, and all say it in the same way."""
    by_course = mapping.courses == "one per course_id"
    used = {key for table in mapping.table for key in ("patient_id", "record_number") if getattr(table, key)}
    for table in mapping.table:
        if by_course and table.course_id is None:
            yield Mistake(
                table.place, 'courses = "one per course_id" needs `course_id`, the column with the id of the course'
            )
        if not by_course and table.course_id is not None:
            yield Mistake(
                (*table.place, "course_id"),
                f'course_id is not read where courses = "{mapping.courses}"; give patient_id or record_number',
            )
        if not by_course and not table.patient_column:
            yield Mistake(
                table.place,
                "does not say which patient a line is about: give record_number (it becomes a random pseudonym), or "
                "patient_id where the column holds pseudonyms already",
            )
        if table.patient_id and table.record_number:
            yield Mistake((*table.place, "patient_id"), "give record_number or patient_id, not both")
    if len(used) > 1 and not any(table.patient_id and table.record_number for table in mapping.table):
        yield Mistake(
            (), "some tables tell patients apart by record_number and others by patient_id; give one of them in all"
        )


def _modes(mapping: MappingFile) -> Iterator[Mistake]:
    infusions = [part for table in mapping.table for part in table.infusion]
    scores = [part for table in mapping.table for part in table.score]
    courses = [table.course for table in mapping.table if table.course is not None]
    if mapping.courses == "from infusions" and not any(has_dates(part) for part in infusions):
        yield Mistake(
            ("courses",), 'courses = "from infusions" needs a [[table.infusion]] with a date: when = { date = "..." }'
        )
    if mapping.courses == "from the first score":
        for part in infusions:
            yield Mistake(
                part.place, 'there are infusions: then courses = "from infusions", not "from the first score"'
            )
        if not any(has_dates(part) for part in scores):
            yield Mistake(
                ("courses",),
                'courses = "from the first score" needs a [[table.score]] with a date: when = { date = "..." }',
            )
    if mapping.courses == "one per line" and len(courses) != 1:
        yield Mistake(
            ("courses",), f'courses = "one per line" needs one table with a [table.course]; there are {len(courses)}'
        )
    if mapping.courses.startswith("from "):
        for course in courses:
            if course.first_infusion is not None:
                yield Mistake(
                    (*course.place, "first_infusion"),
                    f'first_infusion is not read where courses = "{mapping.courses}": courses then begin by themselves',
                )


def _times(table: Table, mapping: MappingFile) -> Iterator[Mistake]:
    for part in table.parts:
        for place, when in whens(part):
            phrases = when.phrases.values()
            if isinstance(part, CourseColumns) and when.date is None:
                yield Mistake(place, 'needs a date: { date = "..." }')
            if mapping.days_per_month is None and (when.months or any(phrase.unit == "months" for phrase in phrases)):
                yield Mistake(place, "months have no fixed length: state days_per_month = 30 at the top of the mapping")
            anchors = {phrase.anchor for phrase in phrases}
            if "this_infusion" in anchors and (isinstance(part, InfusionColumns) or len(table.infusion) != 1):
                yield Mistake(
                    place, "'this infusion' is that of the same line: the table needs exactly one [[table.infusion]]"
                )
            if isinstance(part, InfusionColumns) and anchors - {"start"}:
                yield Mistake(place, "an infusion's own time counts from the start of the course, or is a date")


def _score(part: ScoreColumns, definitions: Definitions) -> Iterator[Mistake]:
    place = (*part.place, "scale")
    named = [part.scale.constant] if part.scale.column is None else list(part.scale.values.values())
    for name in named:
        if name not in definitions.scales and (
            part.scale.column is None or nearest_name(str(name), definitions.scales)
        ):
            yield Mistake(place, f"there is no scale '{name}'. {nearest_or_all(str(name), definitions.scales)}")
    for key in ("total", "item", "rater", "timing", "infusion_number"):
        cells = getattr(part, key)
        if cells is not None:
            yield from _others((*part.place, key), key, cells)
    for key in ("rater", "timing", "infusion_number"):
        cells = getattr(part, key)
        if cells is not None:
            yield from _codes((*part.place, key), cells, key, spellings("scores", key, definitions))
    if part.item is not None:
        for text, number in part.item.values.items():
            if not (isinstance(number, int) and number >= 1) and number not in ("total", LEFT_OUT):
                yield Mistake(
                    (*part.place, "item"), f'\'{text}\' must stand for the number of an item, "total" or "{LEFT_OUT}"'
                )
    if len(part.items) == 1 and "{n}" not in part.items[0] and part.scale.constant in definitions.scales:
        form = definitions.scales[str(part.scale.constant)].items
        if form is None or form.count > 1:
            yield Mistake(
                (*part.place, "items"),
                'name every column of the items in order, or write {n} for their number: "phq9_{n}"',
            )


def _fields(part: CourseColumns | InfusionColumns, table: str, definitions: Definitions) -> Iterator[Mistake]:
    known = [name for name in definitions.columns.of(table) if name not in ("course_id", "patient_id")]
    own = ["first_infusion", "ended", "age", "birth_date"] if isinstance(part, CourseColumns) else ["when", "split"]
    for name, cells in part.fields.items():
        place = (*part.place, name)
        yield from _others(place, name, cells)
        if name in known:
            yield from _codes(place, cells, name, spellings(table, name, definitions))
        elif name in ("course_id", "patient_id", "record_number"):
            yield Mistake(place, f"{name} belongs to the [[table]] itself, since all of its lines are about someone")
        elif isinstance(part, CourseColumns) and name.startswith(ATTRIBUTE_PREFIX):
            if is_reserved_attribute(name, definitions):
                yield Mistake(place, f"the attribute '{name}' bears a name that stands for something else already")
            elif not ATTRIBUTE.fullmatch(name):
                yield Mistake(place, f"an attribute is named {ATTRIBUTE_PREFIX}<name> (small letters, digits, _)")
        else:
            yield Mistake(place, f"'{name}' is no column of {table}. {nearest_or_all(name, [*known, *own])}")
    if isinstance(part, CourseColumns):
        ways: dict[str, list[str | bool | None]] = {
            "ended_day": [part.ended is not None and "ended", "ended_day" in part.fields and "ended_day"],
            "age_band": [
                part.age and "age",
                part.birth_date and "birth_date",
                "age_band" in part.fields and "age_band",
            ],
        }
        for name, given in ways.items():
            if len(found := [way for way in given if way]) > 1:
                yield Mistake(part.place, f"{name} comes from {' and '.join(map(str, found))}; give one of them")


def _codes(place: Place, cells: Cells, name: str, known: Mapping[str, str]) -> Iterator[Mistake]:
    """Constants, and what texts stand for, are codes that the column knows."""
    if not known:
        return
    codes = list(dict.fromkeys(known.values()))
    for value in [cells.constant] if cells.column is None else list(cells.values.values()):
        for part in str(value).split(";"):
            if folded(part) and folded(part) not in known:
                yield Mistake(
                    place, f"{name}: there is no code '{part.strip()}'. {nearest_or_all(part.strip(), codes)}"
                )


def _others(place: Place, name: str, cells: Cells) -> Iterator[Mistake]:
    """Only a scale can be one that is not tracked."""
    if cells.others is not None:
        column = f'"{cells.column}"' if cells.column is not None else "Column"
        yield Mistake(
            place,
            f"{name}: others belongs to a scale. To leave lines out, state their texts under the [[table]]: "
            f'skip_where = {{ {column} = ["...", "..."] }}',
        )


def _columns_of_course(part: CourseColumns) -> Iterator[str]:
    yield from (cells.column for cells in part.fields.values() if cells.column is not None)
    yield from (column for column in (part.age, part.birth_date) if column is not None)
    yield from (column for _, when in whens(part) for column in when.columns)
