"""One table of a draft as the lines of a mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.sources.mapping.writing import quoted
from pipelines.sources.suggestion.sheets import SeenColumn, SeenSheet
from pipelines.sources.suggestion.words import Words

COURSE_ROLES = ("conditions", "sex", "site", "route", "planned_infusions", "end_reason")
INFUSION_ROLES = (
    "infusion_number", "route", "dose_mg", "dose_mg_per_kg", "duration_minutes", "systolic_before", "diastolic_before",
)  # fmt: skip


@dataclass
class ScoreDraft:
    """One `[[table.score]]`: its keys, and the columns of its split with when each was taken."""

    keys: list[str]
    split: dict[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """Its lines in the mapping."""
        yield from ("", "[[table.score]]", *self.keys)
        if self.split:
            yield from ("[table.score.split]", *(f"{quoted(name)} = {when}" for name, when in self.split.items()))


@dataclass
class DraftTable:
    """One table of a draft.

    Attributes:
        key: `course_id` or `record_number`.
        roles: the column of each role.
        infusions: the date column of each infusion by its number.
        scores: what each line tells of scores.
        scales, phrases, blanks: what of them the whole draft has to know.
        is_wide: whether a line is a whole course.
        used: the columns that are read.
    """

    sheet: SeenSheet
    key: str
    key_column: str
    roles: Mapping[str, SeenColumn]
    infusions: Mapping[int, str]
    below: Sequence[str]
    scores: list[ScoreDraft]
    scales: list[str]
    phrases: list[str]
    blanks: list[str]
    is_wide: bool
    has_infusion_log: bool
    has_dated_scores: bool
    words: Words
    used: set[str]

    @property
    def has_conditions(self) -> bool:
        """Whether a column says what courses are given for."""
        return "conditions" in self.roles

    def lines(self, is_one_of_several_files: bool, *, has_course: bool, is_per_line: bool) -> list[str]:
        """The lines of the mapping for it."""
        raw = self.sheet.raw
        lines = ["[[table]]"]
        if is_one_of_several_files:
            lines.append(f"file = {quoted(raw.path.name)}")
        if raw.sheet is not None:
            lines.append(f"sheet = {quoted(raw.sheet)}")
        if self.sheet.header_rows != (1,):
            rows = self.sheet.header_rows
            lines.append(f"header_row = {rows[0] if len(rows) == 1 else list(rows)}")
        note = (
            "   # becomes a random pseudonym; if it is one already: patient_id" if self.key == "record_number" else ""
        )
        lines.append(f"{self.key} = {quoted(self.key_column)}{note}")
        if self.below:
            lines.append(f"skip_where = {{ {quoted(self.key_column)} = [{', '.join(map(quoted, self.below))}] }}")
        course = list(self._course_lines()) if has_course else []
        infusion = list(self._infusion_lines())
        if not course and is_per_line and self.is_wide:
            course = ["", "[table.course]"]
        further = [line for score in self.scores for line in score.lines()]
        return [*lines, *self._drop_lines(has_course), *course, *infusion, *further]

    def _course_lines(self) -> Iterator[str]:
        lines = [
            f"{role} = {self._from_column(role)}"
            for role in COURSE_ROLES
            if role in self.roles and not (role == "route" and self._tells_infusions)
        ]
        if self._is_dates("birth_date"):
            lines.append(f"birth_date = {quoted(self.roles['birth_date'].name)}   # read for the age band, never kept")
        elif "age" in self.roles:
            lines.append(f"age = {quoted(self.roles['age'].name)}")
        if self._is_dates("ended"):
            lines.append(f"ended = {{ date = {quoted(self.roles['ended'].name)} }}")
        if "arm" in self.roles:
            lines.append(f"attr_arm = {quoted(self.roles['arm'].name)}")
        if lines:
            yield from ("", "[table.course]", *lines)

    def _infusion_lines(self) -> Iterator[str]:
        if self.infusions:
            split = ", ".join(f"{quoted(name)} = {n}" for n, name in sorted(self.infusions.items()))
            yield from ("", "[[table.infusion]]", f"split = {{ {split} }}")
        elif self.has_infusion_log:
            yield from ("", "[[table.infusion]]", f"when = {dated(self.roles, 'infusion_date')}")
        else:
            return
        for role in INFUSION_ROLES:
            if role in self.roles and not (self.infusions and role == "infusion_number"):
                yield f"{role} = {self._from_column(role)}"

    @property
    def _tells_infusions(self) -> bool:
        return bool(self.infusions) or self.has_infusion_log

    def _from_column(self, role: str) -> str:
        name = quoted(self.roles[role].name)
        values = self.words.values(role)
        if not values:
            return name
        stand_for = ", ".join(f"{quoted(text)} = {quoted(str(value))}" for text, value in values.items())
        return f"{{ column = {name}, values = {{ {stand_for} }} }}"

    def _drop_lines(self, has_course: bool) -> Iterator[str]:
        read = set(self.used)
        if has_course:
            read |= {self.roles[role].name for role in (*COURSE_ROLES, "arm") if role in self.roles}
            read |= {self.roles[role].name for role in ("birth_date", "ended") if self._is_dates(role)}
            if "age" in self.roles and not self._is_dates("birth_date"):
                read.add(self.roles["age"].name)
        if self._tells_infusions:
            read |= {self.roles[role].name for role in INFUSION_ROLES if role in self.roles}
        dropped = [column for column in self.sheet.columns if column.name not in read]
        if dropped:
            yield "drop = [   # never read"
            yield from (f"    {quoted(column.name)},   # {column.kind}" for column in dropped)
            yield "]"

    def _is_dates(self, role: str) -> bool:
        return is_dated(self.roles, role)


def is_dated(roles: Mapping[str, SeenColumn], role: str) -> bool:
    """Whether a column has the role and holds dates."""
    return role in roles and roles[role].kind == "dates"


def dated(roles: Mapping[str, SeenColumn], role: str) -> str:
    """A time from a date column, with the time of day if a column has it."""
    time = f", time = {quoted(roles['time'].name)}" if "time" in roles else ""
    return f"{{ date = {quoted(roles[role].name)}{time} }}"


def constant(scale: str) -> str:
    """A scale that holds for every line."""
    return f"{{ constant = {quoted(scale)} }}"
