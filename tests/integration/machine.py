"""What a machine may refuse, for real: rights and room, without being its administrator."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

NOBODY = 65534


@contextmanager
def as_another_user() -> Iterator[None]:
    """Rights bind: the administrator, whom none do, becomes nobody; whoever else stays who they are."""
    if sys.platform == "win32" or os.geteuid() != 0:
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def given_to_another_user(folder: Path) -> None:
    """Everything in a folder becomes that of the user whom `as_another_user` makes of the administrator."""
    if sys.platform != "win32" and os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)


@contextmanager
def open_to_all() -> Iterator[Path]:
    """An empty folder that every user may write in; gone in the end."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    try:
        yield folder
    finally:
        for path in (path for path in folder.rglob("*") if path.is_dir()):
            path.chmod(0o700)
        rmtree(folder)


@contextmanager
def room_for(n_bytes: int) -> Iterator[None]:
    """No file may grow larger: the system refuses the byte after, as it does where a disk is full."""
    import resource

    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN, "Python turns the signal into an error"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
