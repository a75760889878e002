"""What a pack says of itself: what was asked, of which snapshot, and the SHA-256 of every file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.definitions.disclosure import PolicyName
from pipelines.errors import FolderUnfit
from pipelines.manifests import PrivacyMode

MANIFEST = "manifest.json"
Format = Literal["pdf", "xlsx", "pptx", "csv"]
Paper = Literal["a4", "letter"]


class PackCohort(BaseModel):
    """Which courses a part of the pack is about."""

    model_config = ConfigDict(frozen=True)
    name: str
    quarters: tuple[str, ...]
    standing: str


class PackManifest(BaseModel):
    """What stands in a pack's `manifest.json`; the same question of the same snapshot gives the same one.

    Attributes:
        period: as it was asked for.
        condition, site: what the pack was narrowed to; None for all.
        formats, paper: what was written.
        command: that makes the pack again.
        compared_with: the snapshot before, which checks of the data are compared with; None where there was none.
        release: its id in `store/releases`; None for a pack in which nothing is hidden.
        release_before: that of the pack of the same policy and sites that it stands beside; None for the first.
        contact: the line on how to reach the program.
        logo: SHA-256 of the logo on it; None without one.
        files: SHA-256 of every file but this one, by its path within the pack.
    """

    model_config = ConfigDict(frozen=True)
    program: str
    period: str
    condition: str | None
    site: str | None
    policy: PolicyName
    privacy_mode: PrivacyMode
    formats: tuple[Format, ...]
    paper: Paper
    command: str
    cohorts: tuple[PackCohort, ...]
    snapshot: str
    is_synthetic: bool
    data_through: date | None
    definitions_hash: str
    definitions_version: str
    version: str
    compared_with: str | None
    release: str | None
    release_before: str | None
    contact: str
    logo: str | None
    files: dict[str, str]

    def is_same_question(self, other: PackManifest) -> bool:
        """Whether another pack answers the same question from the same snapshot in the same formats."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("snapshot", "period", "condition", "site", "policy", "formats", "paper")
        )

    @property
    def asked_words(self) -> str:
        """The question in a few words."""
        narrowed = [self.condition or "", self.site or ""]
        return ", ".join([self.period, *filter(None, narrowed), f"policy {self.policy}", "+".join(self.formats)])

    def as_file(self) -> bytes:
        """The bytes of `manifest.json`."""
        return f"{self.model_dump_json(indent=2)}\n".encode()


def hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 of each file, in the order of their paths."""
    return {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}


def manifest_there(folder: Path) -> PackManifest | None:
    """The manifest of the pack in a folder, or None if there is none.

    Raises:
        FolderUnfit: what is there cannot be read.
    """
    with read(folder):
        try:
            return PackManifest.model_validate_json((folder / MANIFEST).read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValidationError):
            return None


@contextmanager
def read(folder: Path) -> Iterator[None]:
    """Says of a pack what the file system says of it.

    Raises:
        FolderUnfit: it cannot be read.
    """
    try:
        yield
    except OSError as error:
        raise FolderUnfit(
            f"{folder} cannot be read ({error.strerror}). Check who may read there, or give another folder."
        ) from None


def files_in(folder: Path) -> list[str]:
    """The paths of all files in a folder, within it.

    Raises:
        OSError: a folder in it cannot be read.
    """

    def unreadable(error: OSError) -> None:
        raise error

    found = os.walk(folder, onerror=unreadable)
    return sorted((Path(at) / name).relative_to(folder).as_posix() for at, _, names in found for name in names)
