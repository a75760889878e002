"""When a recognized score was taken: its form's date, the time its survey was sent, or a date of the same event."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.sources.redcap.dictionary import Field
from pipelines.sources.redcap.project import Project
from pipelines.sources.redcap.recognition import RecognizedScore


class TimeUnclear(Exception):
    """Nothing says when a score was taken, or more than one field could; the message says which."""


def score_time(score: RecognizedScore, project: Project, n_in_form: int) -> dict[str, str]:
    """Where the time of a score stands, as a mapping's `when` says it.

    In this order, the first that holds: the one date field of the form (of several, the one that bears what stands
    around the names of the score's fields); the time at which the form was sent as a survey; where the form does not
    repeat by itself, the one date field of a form that stands in the same events and does not repeat there. Fields that
    hold birth dates are none of these, nor are those marked as identifiers, which the mapping has to name.

    Args:
        n_in_form: how often the form holds the scale; more than once, each needs a date field of its own.

    Raises:
        TimeUnclear: with what could be meant.
    """
    own = [field for field in project.dictionary.forms[score.form] if _is_date(field, project)]
    free = [field for field in own if not field.is_identifier]
    if n_in_form > 1:
        own_one = [field for field in free if _bears(field, score)]
        if len(own_one) == 1:
            return _at(own_one[0], project)
        raise TimeUnclear(f"the form holds it {n_in_form} times, and no one date field is named like its own")
    if len(free) > 1:
        around = [field for field in free if _bears(field, score)]
        free = around if len(around) == 1 else free
    if len(free) == 1:
        return _at(free[0], project)
    if free:
        raise TimeUnclear(f"it could be {_either(free)}")
    timestamp = f"{score.form}_timestamp"
    if timestamp in project.columns:
        return {"date": timestamp}
    if own:
        raise TimeUnclear(f"{_either(own)} is marked as an identifier, which is read only where the mapping names it")
    if project.repeats_in(score.form):
        raise TimeUnclear("the form has no date field, and repeats, so that no date of another form is surely its own")
    beside = _beside(score.form, project)
    if len(beside) == 1:
        return _at(beside[0], project)
    if beside:
        raise TimeUnclear(f"the form has no date field, and of the same event it could be {_either(beside)}")
    raise TimeUnclear("neither the form nor another of the same event has a date field")


def _beside(form: str, project: Project) -> list[Field]:
    """The date fields of other forms that stand wherever the form does, and do not repeat there."""
    events = project.events_of(form)
    return [
        field
        for other, fields in project.dictionary.forms.items()
        if other != form and events and events & project.events_of(other) and not events & project.repeats_in(other)
        for field in fields
        if _is_date(field, project) and not field.is_identifier
    ]


def _at(field: Field, project: Project) -> dict[str, str]:
    """The date, and the time of day where a field of the same name holds it (`phq9_date` and `phq9_time`)."""
    clock = field.name.replace("date", "time")
    found = project.dictionary.fields.get(clock)
    has_clock = (
        clock != field.name
        and found is not None
        and found.form == field.form
        and found.validation.startswith("time")
        and found.name in project.columns
        and not found.is_identifier
    )
    return {"date": field.name, **({"time": clock} if has_clock else {})}


def _is_date(field: Field, project: Project) -> bool:
    return field.is_date and not field.is_birth and field.name in project.columns


def _bears(field: Field, score: RecognizedScore) -> bool:
    """Whether what stands around the names of a score's fields stands around a date's too."""
    name = field.name.casefold()
    return bool(score.before or score.behind) and name.startswith(score.before) and name.endswith(score.behind)


def _either(fields: Sequence[Field]) -> str:
    return " or ".join(f"'{field.name}'" for field in fields)
