"""`--suggest-mapping` for REDCap: a draft of what a project does not say of itself, from its dictionary.

It holds names of fields and labels of choices, never a cell. What it had to assume is marked CHECK.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipelines.definitions import Definitions
from pipelines.sources.mapping.writing import quoted
from pipelines.sources.redcap.completion import completed
from pipelines.sources.redcap.dictionary import Field
from pipelines.sources.redcap.mapping import RedcapMapping
from pipelines.sources.redcap.project import Project, find_project
from pipelines.sources.redcap.words import ACCESS_GROUP, redcap_words
from pipelines.sources.suggestion.text import INFUSION_ROLES
from pipelines.sources.suggestion.words import Words
from pipelines.sources.table.cells import folded
from pipelines.sources.table.codes import spellings

_COURSE_ROLES = ("conditions", "sex", "site", "planned_infusions", "end_reason")


def suggested_redcap_mapping(paths: Sequence[Path], definitions: Definitions) -> str:
    """A draft of the mapping for a project.

    Raises:
        FileRefused: a file is missing, damaged, or of another project.
    """
    project = find_project(paths, {})
    return "\n".join(_Draft(project, definitions).lines()) + "\n"


class _Draft:
    def __init__(self, project: Project, definitions: Definitions) -> None:
        self._project, self._definitions = project, definitions
        self._words = Words(definitions.scales)
        self._infusion = self._infusion_form()

    def lines(self) -> list[str]:
        """The lines of the draft."""
        course = self._course_lines()
        has_conditions = any(" conditions = " in f" {line}" for line in course)
        names = " ".join(export.raw.path.name for export in self._project.exports)
        start = "from infusions" if self._infusion else "from the first score"
        dictionary = self._project.dictionary.file_name
        lines = [
            f"# A draft from {dictionary}; docs/redcap.md says what each key means.",
            (
                "# What is marked CHECK was assumed. Then: outcomes import "
                f"{names} {dictionary} --source redcap --mapping THIS_FILE --crosswalk FILE"
            ),
            "",
            f'courses = "{start}"' + ("" if self._infusion else "   # CHECK: no form looks like one of infusions"),
            '# blank = ["-999", "UNK"]   # CHECK: the project\'s missing-data codes, if it has any',
        ]
        if not has_conditions:
            constant = f'conditions = {{ constant = "{self._definitions.ordered_conditions()[0].id}" }}'
            lines += ["", "[course]", f"{constant}   # CHECK: what are the courses given for?"]
        return [*lines, *course, *self._infusion_lines(), *self._score_lines()]

    # --- forms ------------------------------------------------------------------------------------------

    def _infusion_form(self) -> str | None:
        """The form of infusions: it has a date field, and its name or that field says so."""
        words = redcap_words()["infusions"]["words"]
        for form, fields in self._project.dictionary.forms.items():
            dates = [field for field in fields if field.is_date and not field.is_birth]
            told = [form, *(f"{field.name} {field.label}" for field in dates)]
            if dates and any(word in text.casefold() for text in told for word in words):
                return form
        return None

    def _course_lines(self) -> list[str]:
        found: dict[str, tuple[str, str]] = {}
        for form, fields in self._project.dictionary.forms.items():
            if form == self._infusion or self._project.repeats_in(form):
                continue
            for field in self._exported(fields):
                role = "birth_date" if field.is_date and field.is_birth else self._role(field)
                if role == "birth_date" and field.is_date:
                    found.setdefault(role, (form, f"{role} = {quoted(field.name)}   # for the age band, never kept"))
                elif (
                    role in _COURSE_ROLES
                    and field.why_never_read is None
                    and not field.is_date
                    and not (role == "site" and ACCESS_GROUP in self._project.columns)
                ):
                    found.setdefault(role, (form, f"{role} = {self._from(role, 'courses', field)}"))
        lines: list[str] = []
        for form in dict.fromkeys(form for form, _ in found.values()):
            own = [line for at, line in found.values() if at == form]
            lines += ["", "[[table]]", f"form = {quoted(form)}", "", "[table.course]", *own]
        return lines

    def _infusion_lines(self) -> list[str]:
        if self._infusion is None:
            return []
        fields = self._exported(self._project.dictionary.forms[self._infusion])
        dates = [field for field in fields if field.is_date and not field.is_birth]
        clocks = [field for field in fields if field.validation.startswith("time")]
        time = f", time = {quoted(clocks[0].name)}" if len(clocks) == 1 and "time" not in dates[0].validation else ""
        check = "" if len(dates) == 1 else "   # CHECK: or " + ", ".join(field.name for field in dates[1:])
        lines = ["", "[[table]]", f"form = {quoted(self._infusion)}", "", "[[table.infusion]]"]
        lines.append(f"when = {{ date = {quoted(dates[0].name)}{time} }}{check}")
        seen: set[str] = set()
        for field in fields:
            role = self._role(field)
            if role in INFUSION_ROLES and role not in seen and field.why_never_read is None and not field.is_date:
                seen.add(role)
                lines.append(f"{role} = {self._from(role, 'infusions', field)}")
        return lines

    def _score_lines(self) -> Iterator[str]:
        """What an import will recognize, and what it needs to be told of."""
        bare = RedcapMapping.model_validate({"courses": "from infusions"})
        completion = completed(bare, self._project, self._definitions)
        told = [*completion.notes, *(mistake.message for mistake in completion.mistakes)]
        if told:
            yield ""
        for note in completion.notes:
            yield f"# {note}"
        for mistake in completion.mistakes:
            first, *rest = mistake.message.splitlines()
            yield from (f"# CHECK: {first}", *(f"#{line}" for line in rest))

    # --- fields -----------------------------------------------------------------------------------------

    def _exported(self, fields: Sequence[Field]) -> list[Field]:
        names = {column.field.name for column in self._project.columns.values() if column.field is not None}
        return [field for field in fields if field.name in names]

    def _role(self, field: Field) -> str | None:
        """What a field holds, by its label, its name, or its name without a first part (`inf_route`)."""
        _, _, rest = field.name.partition("_")
        told = (field.label, field.name, rest)
        return next((role for text in told if text and (role := self._words.role(text)) is not None), None)

    def _from(self, role: str, table: str, field: Field) -> str:
        """A column; for choices that are not the codes themselves, with what each stands for."""
        known = {**{folded(text): value for text, value in self._words.values(role).items()},
                 **spellings(table, role, self._definitions)}  # fmt: skip
        labels = list(field.choices.values())
        if (
            not known
            or not labels
            or all(folded(label) in spellings(table, role, self._definitions) for label in labels)
        ):
            return quoted(field.name)
        values = _toml({label: known.get(folded(label), "") for label in labels if label})
        check = "   # CHECK: what each choice stands for" if any(folded(label) not in known for label in labels) else ""
        return f"{{ column = {quoted(field.name)}, values = {{ {values} }} }}{check}"


def _toml(values: Mapping[str, object]) -> str:
    return ", ".join(f"{quoted(label)} = {quoted(str(value))}" for label, value in values.items())
