"""What batches and snapshots say of themselves: the manifest beside their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Replaces = Literal["course", "patient"]
"""What a later import of a source takes the place of: a course in a table, or all of a patient's courses."""
PrivacyMode = Literal["limited_data_set", "expert_determination", "safe_harbor"]
"""What the store may hold of patients; safe harbor allows least: years, not quarters, and codes, not names of sites."""


class TableCounts(BaseModel):
    """Where the rows of one landed file ended; the four places add up to the rows landed."""

    model_config = ConfigDict(frozen=True)
    table: str
    file_name: str
    n_records: int
    n_landed: int
    n_accepted: int
    n_duplicate: int
    n_quarantined: int
    n_not_tracked: int


class SourceLines(BaseModel):
    """How the lines of one file or sheet became rows, where a line may give several rows, or several lines one.

    Attributes:
        n_lines: lines below the header that are not blank.
        n_filtered: left out by a filter of the mapping.
        n_without_row: read, and gave no row.
        n_rows: rows that the others gave.
    """

    model_config = ConfigDict(frozen=True)
    file_name: str
    n_lines: int
    n_filtered: int
    n_without_row: int
    n_rows: int


class TableReplacement(BaseModel):
    """What the accepted rows of one file did to what their source held in that table.

    `n_same + n_changed + n_new` are the accepted rows; `n_gone` and `n_kept_courses` were held before.

    Attributes:
        n_courses: courses whose held rows were replaced.
        n_same, n_changed: rows whose key was held, with the same values or with others.
        n_new: rows whose key was not held.
        n_gone: held rows of replaced courses that have no row of their key any more.
        n_kept_courses: courses that keep what was held of them, because no row of them was accepted.
    """

    model_config = ConfigDict(frozen=True)
    table: str
    file_name: str
    n_courses: int
    n_same: int
    n_changed: int
    n_new: int
    n_gone: int
    n_kept_courses: int


class UsedAllowance(BaseModel):
    """What the mapping of an import stated to look like an identifier and to be none.

    Attributes:
        column: the canonical column.
        kind: the kind of identifier, as in `definitions/identifiers.toml`.
        n_cells: how many cells looked like it.
    """

    model_config = ConfigDict(frozen=True)
    column: str
    kind: str
    reason: str
    reviewed: date
    n_cells: int


class Manifest(BaseModel):
    """What a folder of the store holds.

    Attributes:
        id: the folder's name.
        files: SHA-256 of each file but the manifest, by name; the store fills it in when the folder is whole.
    """

    model_config = ConfigDict(frozen=True)
    id: str
    files: dict[str, str] = Field(default_factory=dict)


class BatchManifest(Manifest):
    """What one import brought.

    Attributes:
        source: kind and name, such as `canonical:canonical`; a course id is unique within it.
        sequence: 1 for the store's first import; a later import of a source replaces earlier ones, or adds to them.
        is_append: whether it only adds.
        replaces: what it takes the place of otherwise; see `holdings.py`.
        data_through: how far the source had been filled in; never kept for a single course.
        is_live: whether the batch enters builds.
        content_hash: SHA-256 over the imported files.
        privacy_mode: under which it was landed.
        period: whether courses carry quarters or years; one store holds one of them.
        notes: what the import had to say, in sentences.
        allowances: false alarms of identifiers that its mapping stated.
        lines: how lines became rows; empty where each record is a row.
        replacements: what it replaced, for each table; none where the source held nothing, or where it only adds.
        earlier_ids: the ids that it had before patients were forgotten, that of the import first.
    """

    source: str
    sequence: int
    is_append: bool
    replaces: Replaces
    data_through: date | None
    is_synthetic: bool
    is_live: bool
    content_hash: str
    privacy_mode: PrivacyMode = "limited_data_set"
    period: Literal["quarter", "year"] | None
    notes: tuple[str, ...]
    allowances: tuple[UsedAllowance, ...] = ()
    lines: tuple[SourceLines, ...] = ()
    tables: tuple[TableCounts, ...]
    replacements: tuple[TableReplacement, ...]
    import_hash: str
    version: str
    imported_at: datetime
    earlier_ids: tuple[str, ...] = ()


ALLOWANCES_FILE = "allow.toml"
"""The mapping of a de-identified folder, where columns of it look like identifiers and are none."""


class DeidentifiedManifest(BaseModel):
    """What a folder of de-identified canonical files holds, for whoever is given it.

    Attributes:
        period: whether courses carry quarters or years.
        data_through: how far the source had been filled in.
        tables: where the rows of the export ended; named by the files here, and `n_records` without what was no row.
        allowances: what the mapping of the export stated to look like an identifier and to be none.
        n_marked_infusions: infusions without values, marked as quarantined, on which the clock of a course rests.
        import_hash: of the definitions that judged the rows.
        files: SHA-256 of each table, by name.
    """

    model_config = ConfigDict(frozen=True)
    privacy_mode: PrivacyMode
    is_synthetic: bool
    period: Literal["quarter", "year"] | None
    data_through: date | None
    tables: tuple[TableCounts, ...]
    allowances: tuple[UsedAllowance, ...]
    n_marked_infusions: int
    import_hash: str
    version: str
    files: dict[str, str]


class Retraction(BaseModel):
    """That a batch was taken back: it is kept, and counts no more."""

    model_config = ConfigDict(frozen=True)
    retracted_at: datetime
    version: str


class SnapshotManifest(Manifest):
    """What one build made, and from what."""

    batches: tuple[str, ...]
    definitions_hash: str
    settings_hash: str
    version: str
    program: str
    privacy_mode: PrivacyMode
    is_synthetic: bool
    data_through: date | None
    built_at: datetime


class Publication(BaseModel):
    """That a snapshot was copied to a folder, which the store does not reach afterwards.

    Attributes:
        folder: where to, from the root of the file system.
        batches: what the snapshot was made of.
        removed_at: when a later publication took it out of the folder again.
        holds_forgotten: whether a patient was forgotten since whose courses it counts.
    """

    model_config = ConfigDict(frozen=True)
    folder: str
    snapshot: str
    batches: tuple[str, ...]
    published_at: datetime
    removed_at: datetime | None = None
    holds_forgotten: bool = False


class Publications(BaseModel):
    """Every copy that was ever published from a store, the first first."""

    model_config = ConfigDict(frozen=True)
    publications: tuple[Publication, ...] = ()


class Release(BaseModel):
    """That a report was made, which the store does not reach afterwards, and all that reports had released by then.

    Attributes:
        before: the report of the same policy and sites that it stands beside; None for the first.
        sequence: 1 for the store's first report.
        period, condition, site: what was asked for.
        batches: what the snapshot was made of.
        ledger: what this report and those before it released, as `pipelines/privacy/release/ledger.py` writes it.
    """

    model_config = ConfigDict(frozen=True)
    id: str
    before: str | None
    sequence: int
    policy: str
    period: str
    condition: str | None
    site: str | None
    snapshot: str
    batches: tuple[str, ...]
    version: str
    released_at: datetime
    ledger: dict[str, Any]


class RefusedPatient(BaseModel):
    """A patient who withdrew consent: what the store held of them is removed, and no import takes them in again.

    Attributes:
        patient: the pseudonym; for a course without `patient_id`, its id.
        sources: the sources that it stands for this patient in; None for every source.
        course_ids: the ids of their courses, each after its source, for files that give no patient.
        withdrawn_at: when they were forgotten.
        is_removed: whether all that the store held of them is removed; until then, `outcomes forget` has to finish.
    """

    model_config = ConfigDict(frozen=True)
    patient: str
    sources: tuple[str, ...] | None
    course_ids: tuple[tuple[str, str], ...]
    withdrawn_at: datetime
    is_removed: bool


class RefusalList(BaseModel):
    """The patients who withdrew consent, the first first."""

    model_config = ConfigDict(frozen=True)
    patients: tuple[RefusedPatient, ...] = ()

    @property
    def unfinished(self) -> tuple[RefusedPatient, ...]:
        """Those of whom the store may still hold something."""
        return tuple(refused for refused in self.patients if not refused.is_removed)

    def of_source(self, source: str) -> RefusedIds:
        """What an import of a source leaves out."""
        those = [refused for refused in self.patients if refused.sources is None or source in refused.sources]
        return RefusedIds(
            patients=frozenset(refused.patient for refused in those),
            course_ids=frozenset(
                course_id for refused in those for held_in, course_id in refused.course_ids if held_in == source
            ),
            held=frozenset(
                refused.patient for refused in those if any(held_in == source for held_in, _ in refused.course_ids)
            ),
        )


@dataclass(frozen=True)
class RefusedIds:
    """The patients and courses that an import of one source leaves out.

    Attributes:
        held: those of the patients whom the store once held of this source.
    """

    patients: frozenset[str] = frozenset()
    course_ids: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()


NOBODY = RefusedIds()
