"""A Streamlit page served in a process of its own, and what it and its browser take: processor time and memory."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    port: int
    pid: int
    log: Path

    def address(self, path: str = "") -> str:
        return f"http://localhost:{self.port}/{path}"

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.pid)

    def wait_until_it_says(self, words: str) -> None:
        """Until the log holds these words."""
        end = time.monotonic() + 600
        while words not in self.log.read_text():
            if time.monotonic() > end:
                raise RuntimeError(f"the server did not say '{words}' within ten minutes")
            time.sleep(0.2)

    def memory_mb(self) -> float:
        """Memory held now, shared libraries included."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


@contextmanager
def serving(module: Sequence[str], environment: Mapping[str, str], *options: str) -> Iterator[Server]:
    """A page, served by a module with its arguments, such as `streamlit run page.py`."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    command = [sys.executable, "-m", *module, "--server.port", str(port), *options]
    with tempfile.NamedTemporaryFile("w+") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_healthy(port, process)
            yield Server(port, process.pid, Path(log.name))
        finally:
            process.terminate()
            process.wait(timeout=20)
        if "Traceback" in (said := Path(log.name).read_text()):
            raise RuntimeError(f"{' '.join(module)} failed while it served:\n{said}")


def _wait_until_healthy(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the page was not served within a minute")


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has taken so far, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND


def processes_below(pid: int) -> list[int]:
    """A process and all that it started, directly or not."""
    found = [pid]
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += processes_below(int(child))
    return found
