"""`--suggest-mapping`: a first draft of a mapping from the headers, written to be read, mended and used.

The draft never shows a cell: it holds headers, kinds of cells, and words of ours (`words.toml`). What it had
to assume is marked CHECK.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines.definitions import Definitions
from pipelines.sources.mapping.writing import quoted
from pipelines.sources.suggestion.parts import draft_table
from pipelines.sources.suggestion.sheets import SeenSheet, look_at
from pipelines.sources.suggestion.text import DraftTable
from pipelines.sources.suggestion.words import Words
from pipelines.sources.table.files import table_paths

_HEAD = """\
# A draft from the headers of {names}; docs/mapping.md says what each key means.
# What is marked CHECK was assumed. Then: outcomes import {names} --mapping THIS_FILE{crosswalk}
"""


def suggested_mapping(paths: Sequence[Path], definitions: Definitions) -> str:
    """A draft of the mapping for the files.

    Raises:
        FileRefused: a file is missing, damaged or empty.
    """
    files = table_paths(paths)
    words = Words(definitions.scales)
    seen = list(look_at(files, words))
    sheets = [sheet for sheet in seen if sheet is not None]
    drafts = [draft for sheet in sheets if (draft := draft_table(sheet, words, definitions)) is not None]
    n_other = len(seen) - len(drafts)
    courses_from, is_checked = _courses_from(drafts)
    has_record_numbers = any(draft.key == "record_number" for draft in drafts)
    names = " ".join(path.name for path in files)
    lines = _HEAD.format(names=names, crosswalk=" --crosswalk FILE" if has_record_numbers else "").splitlines()
    lines += ["", f'courses = "{courses_from}"{"" if is_checked else "   # CHECK"}', *_top(sheets, drafts)]
    lines += _course_lines(drafts, definitions)
    for draft in drafts:
        is_courses = courses_from != "one per line" or draft is _wide(drafts)
        lines += ["", *draft.lines(len(files) > 1, has_course=is_courses, is_per_line=courses_from == "one per line")]
    if n_other:
        lines += [
            "",
            f"# {n_other} more, in which no column is known that says whom a line is about, or nothing else to read.",
        ]
    return "\n".join(lines) + "\n"


def _wide(drafts: Sequence[DraftTable]) -> DraftTable | None:
    """The table in which a line is a whole course."""
    return next((draft for draft in drafts if draft.is_wide), None)


def _courses_from(drafts: Sequence[DraftTable]) -> tuple[str, bool]:
    """Where courses come from, and whether the tables leave no doubt."""
    if drafts and all(draft.key == "course_id" for draft in drafts):
        return "one per course_id", True
    if any(draft.has_infusion_log for draft in drafts):
        return "from infusions", True
    if _wide(drafts) is not None:
        return "one per line", True
    if any(draft.has_dated_scores for draft in drafts):
        return "from the first score", False
    return "one per patient", False


def _top(sheets: Sequence[SeenSheet], drafts: Sequence[DraftTable]) -> list[str]:
    lines = []
    forms = sorted({form for sheet in sheets for form in sheet.date_forms})
    if forms:
        lines.append(f"dates = {_list(forms)}   # CHECK")
    if any(sheet.has_unclear_dates for sheet in sheets):
        lines.append("# CHECK: some dates could be day first or month first. State which they are:")
        lines.append('# dates = "DD/MM/YYYY"   or   dates = "MM/DD/YYYY"')
    if any(column.has_comma for sheet in sheets for column in sheet.columns):
        lines.append('decimal = "comma"')
    if blanks := sorted({word for draft in drafts for word in draft.blanks}):
        lines.append(f"blank = {_list(blanks)}")
    if any("months" in phrase for draft in drafts for phrase in draft.phrases):
        lines.append("days_per_month = 30   # CHECK")
    return lines


def _course_lines(drafts: Sequence[DraftTable], definitions: Definitions) -> list[str]:
    """What all courses are given for, where no column says it: the condition that the first scale belongs to."""
    if any(draft.has_conditions for draft in drafts):
        return []
    scales = [scale for draft in drafts for scale in draft.scales]
    condition = next(
        (
            condition.id
            for scale in scales
            for condition in definitions.ordered_conditions()
            if scale in condition.scales
        ),
        definitions.ordered_conditions()[0].id,
    )
    return [
        "",
        "[course]",
        f'conditions = {{ constant = "{condition}" }}   # CHECK: what are the courses given for?',
    ]


def _list(texts: Sequence[str]) -> str:
    listed = ", ".join(map(quoted, texts))
    return listed if len(texts) == 1 else f"[{listed}]"
