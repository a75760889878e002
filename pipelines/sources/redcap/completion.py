"""A mapping with what the project says of itself: who a record is, its site, and the scores that are recognized."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.definitions import Definitions
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.parts import CourseColumns, ScoreColumns, Table
from pipelines.sources.mapping.values import PLACE, Cells, Place
from pipelines.sources.redcap.choices import code_mistake
from pipelines.sources.redcap.mapping import RedcapMapping
from pipelines.sources.redcap.project import Project
from pipelines.sources.redcap.recognition import RecognizedScore, Recognizer
from pipelines.sources.redcap.times import TimeUnclear, score_time
from pipelines.sources.redcap.words import ACCESS_GROUP
from pipelines.sources.table.columns import item_columns

RECORDS = ""
"""The form of a table of our own: one line for each record."""


@dataclass
class Completion:
    """A mapping, completed.

    Attributes:
        notes: what was recognized, and what looks like a scale and was not.
        mistakes: what is recognized and cannot be read without a word more.
    """

    mapping: RedcapMapping
    notes: list[str] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def completed(mapping: RedcapMapping, project: Project, definitions: Definitions) -> Completion:
    """The mapping with what the project says of itself."""
    stated = next((table.record_number for table in mapping.table if table.record_number is not None), None)
    record_number = stated or project.dictionary.record_id.name
    found = Completion(mapping)
    tables = [
        table.model_copy(
            update={
                "record_number": record_number,
                "score": tuple(_with_items(part, project, definitions) for part in table.score),
            }
        )
        for table in mapping.table
    ]
    scores = list(_recognized(mapping, project, definitions, found))
    n_in_form = Counter((score.form, score.scale) for score in scores)
    for score in scores:
        part = _score_part(score, n_in_form[score.form, score.scale], mapping, project, definitions, found)
        if part is None:
            continue
        own = next((place for place, table in enumerate(tables) if table.form == score.form), None)
        if own is None:
            tables.append(_table(score.form, record_number, ("form", score.form)))
            own = len(tables) - 1
        tables[own] = tables[own].model_copy(update={"score": (*tables[own].score, part)})
    tables = [table for table in tables if table.parts or table.place[:1] == ("table",)]
    if ACCESS_GROUP in project.columns:
        tables = _with_site(tables, mapping, record_number)
    found.mapping = mapping.model_copy(update={"table": tuple(tables)})
    return found


def _recognized(
    mapping: RedcapMapping, project: Project, definitions: Definitions, found: Completion
) -> Iterator[RecognizedScore]:
    """The scores that are recognized, exported, and not mapped already."""
    recognizer = Recognizer(project.dictionary, definitions.scales)
    mapped = set(_mapped_fields(mapping, project))
    for score in recognizer.scores():
        fields = [name for name in score.fields if name in project.columns]
        if _is_left_out(score.form, mapping) or mapped & set(score.fields) or not fields:
            continue
        if missing := [name for name in score.items if name not in project.columns]:
            found.mistakes.append(
                Mistake(
                    (),
                    f"{score.scale} stands in the form {score.form}, and {len(missing)} of its {len(score.items)} "
                    f"items are in no export ('{missing[0]}'). Export them too, or leave its scores out: "
                    f'forms_left_out = ["{score.form}"]',
                )
            )
            continue
        yield score
    for shared in recognizer.shared():
        if shared.field in project.columns and shared.field not in mapped and not _is_left_out(shared.form, mapping):
            found.notes.append(
                f"The field {shared.field} of the form {shared.form} could be {' or '.join(shared.scales)}, and is not "
                "read. Say which with a [[table.score]], or that it is none: "
                f'forms_left_out = ["{shared.form}"].'
            )
    for half in recognizer.half:
        fields = [name for name in half.fields if name in project.columns and name not in mapped]
        if fields and not _is_left_out(half.form, mapping):
            found.notes.append(
                f"The form {half.form} looks like {half.scale} ({fields[0]} to {fields[-1]}), but these are not its "
                f"items by number, and it is not read. Map it with a [[table.score]], or say that it is none: "
                f'forms_left_out = ["{half.form}"].'
            )


def _is_left_out(form: str, mapping: RedcapMapping) -> bool:
    return form in mapping.forms_left_out


def _score_part(
    score: RecognizedScore,
    n_in_form: int,
    mapping: RedcapMapping,
    project: Project,
    definitions: Definitions,
    found: Completion,
) -> ScoreColumns | None:
    """What a mapping would say of a recognized score; None, with a mistake, if it has to."""
    try:
        when = score_time(score, project, n_in_form)
    except TimeUnclear as unclear:
        found.mistakes.append(
            Mistake(
                (),
                f"{score.scale} is recognized in the form {score.form} ({score.words}), and nothing says for sure when "
                f'it was taken: {unclear}. Say it in a [[table]] with form = "{score.form}":\n    {_draft(score)}\n    '
                f'or leave its scores out: forms_left_out = ["{score.form}"]',
            )
        )
        return None
    scale = definitions.scales[score.scale]
    for name in score.items:
        wrong = code_mistake(project.dictionary.fields[name], scale, mapping)
        if wrong is not None:
            found.mistakes.append(Mistake((), wrong))
            return None
    taken = " and ".join(when.values())
    found.notes.append(f"{score.scale} is read from the form {score.form} ({score.words}), taken on {taken}.")
    has_total = score.total is not None and score.total in project.columns
    return ScoreColumns.model_validate(
        {
            PLACE: ("form", score.form),
            "scale": {"constant": score.scale},
            "when": when,
            **({"items": list(score.items)} if score.items else {}),
            **({"total": score.total} if has_total else {}),
        }
    )


def _with_items(part: ScoreColumns, project: Project, definitions: Definitions) -> ScoreColumns:
    """A score whose {n} stands for as many items as its scale has: `phq9_10` is the question after the nine."""
    scale = definitions.scales.get(str(part.scale.constant))
    if scale is None or scale.items is None:
        return part
    found = item_columns(part.items, list(project.columns))
    if not found or found == list(part.items):
        return part
    return part.model_copy(update={"items": tuple(found[: scale.items.count])})


def _mapped_fields(mapping: RedcapMapping, project: Project) -> Iterator[str]:
    """The fields that scores of the mapping are read from."""
    header = list(project.dictionary.fields)
    for table in mapping.table:
        for score in table.score:
            yield from item_columns(score.items, header)
            yield from score.split
            for cells in (score.total, score.item):
                if cells is not None and cells.column is not None:
                    yield cells.column
            if score.answer is not None:
                yield score.answer


def _with_site(tables: Sequence[Table], mapping: RedcapMapping, record_number: str) -> list[Table]:
    """The data-access group as the site, unless the mapping says what the site is."""
    courses = [mapping.course, *(table.course for table in tables if table.course is not None)]
    if any("site" in course.fields for course in courses):
        return list(tables)
    site = {"site": Cells(column=ACCESS_GROUP)}
    if len(courses) > 1:
        return [
            table
            if table.course is None
            else table.model_copy(
                update={"course": table.course.model_copy(update={"fields": {**table.course.fields, **site}})}
            )
            for table in tables
        ]
    records = _table(RECORDS, record_number, ("form", RECORDS))
    return [*tables, records.model_copy(update={"course": CourseColumns.model_validate(site)})]


def _table(form: str, record_number: str, place: Place) -> Table:
    return Table.model_validate({PLACE: place, "form": form, "record_number": record_number})


def _draft(score: RecognizedScore) -> str:
    """What to write in a mapping for a recognized score, but for its time."""
    pattern, listed = _pattern(score.items), ", ".join(f'"{name}"' for name in score.items)
    items = f', items = "{pattern}"' if pattern else f", items = [{listed}]" if listed else ""
    total = f', total = "{score.total}"' if score.total else ""
    return f'score = [{{ scale = {{ constant = "{score.scale}" }}{items}{total}, when = {{ date = "..." }} }}]'


def _pattern(names: Sequence[str]) -> str | None:
    """One name with {n} for the names of items, where the mapping's {n} stands for them."""
    if not names:
        return None
    for first in ("01", "1"):
        place = names[0].rfind(first)
        if place >= 0:
            pattern = names[0][:place] + "{n}" + names[0][place + len(first) :]
            if item_columns([pattern], names) == list(names):
                return pattern
    return None
