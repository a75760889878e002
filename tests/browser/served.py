"""The dashboard on a store, served as its users serve it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

import dashboard

ROOT = Path(dashboard.__file__).parents[1]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(store_folder: Path, log: Path, options: Sequence[str] = (), access: Path | None = None) -> Iterator[int]:
    """The dashboard on a store, started as its users start it; afterwards its log holds no traceback."""
    number = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(number), *options]
    folders = {"OUTCOMES_STORE": store_folder, "OUTCOMES_AUDIT": log.parent / "audit", "OUTCOMES_ACCESS": access or ""}
    with log.open("w") as stream:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **{name: str(folder) for name, folder in folders.items()}},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_healthy(number, server, log)
            yield number
        finally:
            server.terminate()
            server.wait(timeout=20)
    assert "Traceback" not in log.read_text()


def wait_until_healthy(number: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{number}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the dashboard did not start:\n{log.read_text()}")
