"""A pack as one ZIP file: the folder as `outcomes report` writes it, the same bytes for the same pack."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST_TIME = (1980, 1, 1, 0, 0, 0)


def zipped(files: Mapping[str, bytes], folder: str) -> bytes:
    """Files in a folder of an archive.

    Args:
        files: by their paths within the folder.
        folder: what it is called.
    """
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name in sorted(files):
            archive.writestr(entry_of(f"{folder}/{name}"), files[name])
    return made.getvalue()


def entry_of(name: str) -> ZipInfo:
    """An entry without the time of its making and without the system that made it."""
    entry = ZipInfo(name, _FIRST_TIME)
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 0
    return entry
