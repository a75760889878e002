"""Where the program stands in each format, and what writes it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sample_data.writers.canonical import write_canonical
from sample_data.writers.fhir import write_fhir
from sample_data.writers.omop import write_omop
from sample_data.writers.program import Patient
from sample_data.writers.redcap import write_redcap
from sample_data.writers.table import write_table

PROGRAM_FOLDER = Path(__file__).parents[1] / "program"
WRITERS: Mapping[str, Callable[[Path, Sequence[Patient]], None]] = {
    "canonical": write_canonical,
    "table": write_table,
    "redcap": write_redcap,
    "fhir": write_fhir,
    "omop": write_omop,
}
"""By format, what writes patients of the program into a folder that is there."""
