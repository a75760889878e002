"""Files that outlive a power cut, and whether they are what they were."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def make_durable(path: Path) -> None:
    """Asks the disk to keep a file, or a folder's list of names, before the next step begins."""
    if os.name == "nt" and path.is_dir():
        return  # Windows has no handle for a folder's names; NTFS keeps renames in its journal.
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
