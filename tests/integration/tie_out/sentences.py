"""Sentences and alternative texts beside the rows of the very courses that they name, figures with their own counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.reports.pack import Pack, Part
from pipelines.reports.series import labels
from tie_out.numbers import Row, agrees, is_known
from tie_out.texts import tokens, tokens_of_definitions, tokens_of_rows

_MET = ("n_responded", "n_in_remission", "n_met", "n_with", "n_observed", "n_courses")
_OF = ("n_observed", "n_recorded", "n_due", "n_in_population")
_N = r"(\d[\d,]*(?:\.\d+)?)"
RATE = re.compile(rf"{_N} %? ?\(95 % interval {_N} to {_N}; {_N} of {_N}")
"""`54 % (95 % interval 46 to 62; 73 of 135`: an estimate with its interval and both its counts."""
SHORT = re.compile(rf"(?<!day )(?<!of )(?<!\d){_N} %? ?\({_N} to {_N}")
"""`54 % (46 to 62`: an estimate with its interval."""
NAMED = re.compile(rf"([a-z][a-z ]*?) {_N} of {_N}, 95 % interval {_N} to {_N}")
"""`depression 23 of 34, 95 % interval 51 to 81`: of a condition, both counts and the interval."""

OF_100 = re.compile(rf"{_N} of 100 \({_N} to {_N}; {_N} of {_N}")
"""`1.0 of 100 (0.1 to 8.9; 3 of 296`: of a hundred, with its interval and both its counts."""
AT_DAY = re.compile(rf"{_N} at day (\d+) \({_N} to {_N}")
"""`83 at day 28 (71 to 94`: of 100, those who still respond on a day, with the interval."""
BY_DAY = re.compile(rf"[Bb]y day (\d+), {_N} of 100")
"""`By day 28, 48 of 100`: those with a recorded response by a day."""


def sentence_faults(pack: Pack, definitions: Definitions) -> list[str]:
    """What sentences say that no row of their courses gives, or in one breath what no one row gives."""
    stated, found = tokens_of_definitions(definitions), []
    for where, text, rows in said_of(pack):
        known = tokens_of_rows(rows) | stated
        if strange := [token for token in tokens(text) if token not in known]:
            found.append(f"{where}: no row of its courses gives {strange}: {text}")
        found += [f"{where}: no row gives {breath!r} together: {text}" for breath in _torn(text, rows, labels(pack))]
    return found


def said_of(pack: Pack) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Each sentence and alternative text with the rows of the courses that it is about."""
    named = {label: condition for condition, label in labels(pack).items()}
    for said in pack.key_results:
        tables = [table for name, table in pack.tables.items() if name not in ("quality", "imports")]
        frame = pd.concat([table.frame for table in tables], ignore_index=True)
        if said.lead in named:
            frame = frame[frame["condition"] == named[said.lead]]
            yield "key results", said.text, _of_cohort(frame, said.text, said.lead)
        elif any(character.isdigit() for character in said.text) and said.lead:
            yield "key results", said.text, frame
    for section in pack.sections:
        for part in section.parts:
            rows = _rows(part, pack)
            where = f"{section.title}, {part.title}"
            for said in part.statements if len(rows) else ():
                own = rows[rows["condition"] == named[said.lead]] if said.lead in named else rows
                yield where, said.text, _of_cohort(own, said.text, said.lead)
            for figure in part.figures:
                yield where, figure.alt, rows


def _rows(part: Part, pack: Pack) -> pd.DataFrame:
    frames = [pack.tables[name].frame for name in part.tables]
    kept = [frame for frame in frames if "cohort" in frame]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame()


def _of_cohort(rows: pd.DataFrame, text: str, lead: str) -> pd.DataFrame:
    """The rows of the cohort that a sentence leads with or names; all where it names none of them, or several."""
    cohorts = [str(cohort) for cohort in dict.fromkeys(rows["cohort"].dropna())]
    if lead in cohorts:
        return rows[rows["cohort"] == lead]
    words = {cohort: cohort.partition(" (")[0] for cohort in cohorts}
    in_text = [cohort for cohort in cohorts if re.search(rf"started in {re.escape(words[cohort])}(?! to )", text)]
    return rows[rows["cohort"].isin(in_text)] if in_text else rows


def _torn(text: str, rows: pd.DataFrame, named: Mapping[str, str]) -> Iterator[str]:
    """Numbers that are said in one breath, and stand in no row together."""
    records = rows.to_dict("records")
    for match in (match for breath in (RATE, OF_100) for match in breath.finditer(text)):
        if not any(_has(row, match.groups()[:3]) and _counts(row, match.groups()[3:]) for row in records):
            yield match.group()
    for match in SHORT.finditer(text):
        before = text[: match.start()].rstrip()
        own = [row for row in records if _is_named_before(row, before, records)] or records
        if not any(_has(row, match.groups()) for row in own):
            yield match.group()
    for match in AT_DAY.finditer(text):
        own = [row for row in records if row["statistic"] == f"still_responding_at_day_{match[2]}"]
        if not any(_has(row, (match[1], match[3], match[4])) for row in own):
            yield match.group()
    for match in BY_DAY.finditer(text):
        own = [row for row in records if row["statistic"] == f"recorded_by_day_{match[1]}"]
        if not any(agrees(match[2], 100 * row["estimate"]) for row in own if is_known(row["estimate"])):
            yield match.group()
    for match in NAMED.finditer(text):
        condition = next((key for key, label in named.items() if match[1].endswith(label.lower())), None)
        own = [row for row in records if row["condition"] == condition]
        if not any(_has(row, (None, match[4], match[5])) and _counts(row, (match[2], match[3])) for row in own):
            yield match.group()


def _is_named_before(row: Row, before: str, records: Sequence[Row]) -> bool:
    """Whether what stands right before a number is the name of the row's site or cohort, and the longest such name."""
    names = {str(other.get(key)) for other in records for key in ("site", "cohort") if is_known(other.get(key))}
    longest = max((name for name in names if before.endswith(name)), key=len, default="")
    return bool(longest) and longest in (row.get("site"), row.get("cohort"))


def _has(row: Row, numbers: Sequence[str | None]) -> bool:
    """Whether a row has these as estimate and ends, as shares, of a hundred, or as they are."""
    values = [row.get(name) for name in ("estimate", "lower", "upper")]
    pairs = [(text, value) for text, value in zip(numbers, values, strict=True) if text is not None]
    if not all(is_known(value) for _, value in pairs):
        return False
    return any(all(agrees(text, scale * abs(float(value))) for text, value in pairs) for scale in (100, 1))


def _counts(row: Row, numbers: Sequence[str]) -> bool:
    met, whole = (int(text.replace(",", "")) for text in numbers)
    return met in _known(row, _MET) and whole in _known(row, _OF)


def _known(row: Row, names: Sequence[str]) -> set[int]:
    return {int(row[name]) for name in names if is_known(row.get(name))}
