"""The record of who was let in, what they looked at and what they took; never a count or a score.

One file a month, one line an event, each added by a single write at the end of the file, so that the lines of
several processes do not mix. Nothing here reads, changes or deletes a line.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

Event = Literal["let_in", "refused", "signed_out", "view", "download", "released"]
DEFAULT_FOLDER = Path("audit")
_LONGEST_TEXT = 254


def audit_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder in force: OUTCOMES_AUDIT, else ./audit."""
    return Path(environment.get("OUTCOMES_AUDIT") or DEFAULT_FOLDER)


def record(folder: Path, event: Event, at: datetime, **details: object) -> None:
    """Adds one line.

    Args:
        at: when, in any time zone; written in UTC.
        details: texts, and lists and tables of texts; what a stranger sent is cut and escaped.

    Raises:
        OSError: the line could not be written whole.
    """
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = json.dumps({"at": moment, "event": event, **{name: _bounded(value) for name, value in details.items()}})
    encoded = f"{line}\n".encode("ascii")
    handle = os.open(_file_of(folder, moment), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.write(handle, encoded) != len(encoded):
            raise OSError("the disk is full")
    finally:
        os.close(handle)


def prepare(folder: Path) -> None:
    """Makes sure that a line could be written.

    Raises:
        OSError: it could not.
    """
    os.close(os.open(_file_of(folder, datetime.now(UTC).isoformat()), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))


def _file_of(folder: Path, moment: str) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{moment[:7]}.jsonl"


def _bounded(value: object) -> object:
    if isinstance(value, str):
        return value[:_LONGEST_TEXT]
    if isinstance(value, Mapping):
        return {str(name): _bounded(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_bounded(item) for item in value]
    return value
