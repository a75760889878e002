"""`outcomes dashboard`: serves the dashboard on this computer."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import UsageError

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser("dashboard", parents=[shared], help="open the dashboard on this computer")
    parser.add_argument("--port", type=int, default=8501, metavar="N", help="port (default: 8501)")
    parser.add_argument("--address", default="127.0.0.1", metavar="A", help="address (default: 127.0.0.1)")
    parser.add_argument(
        "--published", type=Path, metavar="DIR", help="a folder with published snapshots, in place of a store"
    )
    parser.set_defaults(run=serve)


def serve(options: argparse.Namespace) -> int:
    """Serves the dashboard on this computer until it is stopped."""
    import importlib.util
    import socket
    import subprocess

    if options.address not in ("127.0.0.1", "localhost", "::1"):
        raise UsageError(
            f"The dashboard answers on this computer only, not on {options.address}: without sign-in nobody else may "
            "see it. Leave --address out."
        )
    spec = importlib.util.find_spec("dashboard")
    assert spec is not None and spec.submodule_search_locations is not None
    app = Path(next(iter(spec.submodule_search_locations))) / "app.py"
    folder = options.published or options.store
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", options.port)) == 0:
            raise UsageError(f"Port {options.port} is in use. Choose another with --port.")
    print(f"The dashboard opens on http://localhost:{options.port} (Ctrl+C to stop).", flush=True)
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(options.port)]
    # As in .streamlit/config.toml, which an installed package does not carry.
    command += ["--client.showErrorDetails", "none", "--browser.gatherUsageStats", "false"]
    environment = {**os.environ, "OUTCOMES_STORE": str(folder.resolve())}
    try:
        return subprocess.call(command, env=environment, cwd=app.parent.parent)
    except KeyboardInterrupt:
        return 0
