"""The sample program with something personal planted in it, in each format.

`in_kept_field` plants it where an import keeps text: in an attribute of a course or, in formats without any, in the
name of a site. `in_dropped_fields` plants it where each format holds what an import never reads.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sample_data.writers.formats import PROGRAM_FOLDER, WRITERS
from sample_data.writers.program import program

Lines = list[dict[str, str]]


def export_of(name: str, folder: Path, n_patients: int) -> Path:
    """The first patients of the sample program in a format, with the mapping."""
    folder.mkdir()
    WRITERS[name](folder, program()[:n_patients])
    mapping = PROGRAM_FOLDER / name / "mapping.toml"
    if mapping.exists():
        shutil.copy(mapping, folder)
    return folder


def edit_csv(path: Path, change: Callable[[Lines], None], delimiter: str = ",") -> None:
    """Changes the lines of a CSV file; a line may get columns that the others do not have."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=delimiter))
    change(lines)
    columns = dict.fromkeys(name for line in lines for name in line)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def edit_text(path: Path, old: str, new: str) -> None:
    """Replaces a text that stands once in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- where an import keeps text -------------------------------------------------------------------------


def canonical_kept(folder: Path, text: str, head: str) -> None:
    """An attribute of one course."""
    column = f"attr_{head.lower().replace(' ', '_')}"
    edit_csv(folder / "courses.csv", lambda lines: lines[4].update({column: text}))


def table_kept(folder: Path, text: str, head: str) -> None:
    """A column that the mapping makes an attribute."""
    edit_csv(folder / "patients.csv", lambda lines: lines[4].update({head: text}), ";")
    edit_text(folder / "mapping.toml", 'birth_date = "Born"', f'birth_date = "Born"\nattr_further = "{head}"')


def redcap_kept(folder: Path, text: str, head: str) -> None:
    """A field that the mapping makes an attribute."""
    field = head.lower().replace(" ", "_")
    _add_redcap_field(folder, field, head, "text")
    edit_csv(folder / "records.csv", lambda lines: lines[0].update({field: text}))
    edit_text(
        folder / "mapping.toml", 'birth_date = "birth_date"', f'birth_date = "birth_date"\nattr_further = "{field}"'
    )


KEPT: Mapping[str, Callable[[Path, str, str], None]] = {
    "canonical": canonical_kept,
    "table": table_kept,
    "redcap": redcap_kept,
}
"""By format, what plants a text under a head where it would be kept."""


# --- what an import never reads -------------------------------------------------------------------------


def table_dropped(folder: Path, texts: Sequence[str]) -> None:
    """A column under `drop`."""

    def change(lines: Lines) -> None:
        for line, text in zip(lines, texts, strict=False):
            line["Mail"] = text

    edit_csv(folder / "patients.csv", change, ";")


def redcap_dropped(folder: Path, texts: Sequence[str]) -> None:
    """A field marked as an identifier, a note, and a field that nothing names."""
    _add_redcap_field(folder, "remark", "Remark", "notes")
    _add_redcap_field(folder, "ward", "Ward", "text")

    def change(lines: Lines) -> None:
        enrolments = [line for line in lines if line["redcap_event_name"] == "enrolment_arm_1"]
        for line, text in zip(enrolments, texts, strict=False):
            line |= {"email": text, "remark": text, "ward": text}

    edit_csv(folder / "records.csv", change)


DROPPED: Mapping[str, Callable[[Path, Sequence[str]], None]] = {"table": table_dropped, "redcap": redcap_dropped}
"""By format, what plants texts where they are dropped unread."""


# --- what holds numbers ---------------------------------------------------------------------------------


def canonical_numbers(folder: Path, texts: Sequence[str]) -> None:
    """Doses."""

    def change(lines: Lines) -> None:
        for line, text in zip(lines, texts, strict=False):
            line["dose_mg"] = text

    edit_csv(folder / "infusions.csv", change)


def table_numbers(folder: Path, texts: Sequence[str]) -> None:
    """Doses."""

    def change(lines: Lines) -> None:
        for line, text in zip(lines, texts, strict=False):
            line["Dose mg"] = text

    edit_csv(folder / "infusions.csv", change, ";")


def redcap_numbers(folder: Path, texts: Sequence[str]) -> None:
    """Doses."""

    def change(lines: Lines) -> None:
        infusions = [line for line in lines if line["redcap_repeat_instrument"] == "infusion"]
        for line, text in zip(infusions, texts, strict=False):
            line["infusion_mg"] = text

    edit_csv(folder / "records.csv", change)


NUMBERS: Mapping[str, Callable[[Path, Sequence[str]], None]] = {
    "canonical": canonical_numbers,
    "table": table_numbers,
    "redcap": redcap_numbers,
}
"""By format, what plants texts where numbers are expected."""


def _add_redcap_field(folder: Path, name: str, label: str, kind: str) -> None:
    """A field of the first form, with a column for it."""

    def change(lines: Lines) -> None:
        field = {"Variable / Field Name": name, "Form Name": "patient", "Field Type": kind, "Field Label": label}
        lines.append(dict.fromkeys(lines[0], "") | field)

    edit_csv(folder / "dictionary.csv", change)
    edit_csv(folder / "records.csv", lambda lines: lines[0].setdefault(name, ""))  # type: ignore[arg-type,return-value]
