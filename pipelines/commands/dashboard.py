"""`outcomes dashboard`: serves the dashboard, on this computer or to those who sign in."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import FolderUnfit, SignInInvalid, UsageError

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands

_THIS_COMPUTER = ("127.0.0.1", "localhost", "::1")


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser(
        "dashboard", parents=[shared], help="open the dashboard on this computer, or to those who sign in"
    )
    parser.add_argument("--port", type=int, default=8501, metavar="N", help="port (default: 8501)")
    parser.add_argument(
        "--address",
        default="127.0.0.1",
        metavar="A",
        help="address (default: 127.0.0.1); another one needs signing in, see docs/sign-in.md",
    )
    parser.add_argument(
        "--published", type=Path, metavar="DIR", help="a folder with published snapshots, in place of a store"
    )
    parser.add_argument(
        "--access", type=Path, metavar="FILE", help="who is let in after signing in (default: ./access.toml)"
    )
    parser.add_argument("--audit", type=Path, metavar="DIR", help="where visits are put on record (default: ./audit)")
    parser.set_defaults(run=serve)


def serve(options: argparse.Namespace) -> int:
    """Serves the dashboard until it is stopped."""
    import importlib.util
    import socket
    import subprocess

    from pipelines.sign_in.audit import audit_folder
    from pipelines.sign_in.provider import DEFAULT_SECRETS
    from pipelines.sign_in.rules import access_file

    access = (options.access or access_file()).resolve()
    audit = (options.audit or audit_folder()).resolve()
    secrets = DEFAULT_SECRETS.resolve()
    told = _sign_in_told(options.address, access, secrets, audit)
    spec = importlib.util.find_spec("dashboard")
    assert spec is not None and spec.submodule_search_locations is not None
    app = Path(next(iter(spec.submodule_search_locations))) / "app.py"
    folder = options.published or options.store
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", options.port)) == 0:
            raise UsageError(f"Port {options.port} is in use. Choose another with --port.")
    print(f"The dashboard opens on http://localhost:{options.port} (Ctrl+C to stop).{told}", flush=True)
    command = [sys.executable, "-m", "dashboard", "--server.headless", "true"]
    command += ["--server.address", options.address.replace("localhost", "127.0.0.1")]
    command += ["--server.port", str(options.port)]
    command += ["--secrets.files", str(secrets)]
    # As in .streamlit/config.toml, which an installed package does not carry.
    command += ["--client.showErrorDetails", "none", "--browser.gatherUsageStats", "false"]
    environment = {
        **os.environ,
        "OUTCOMES_STORE": str(folder.resolve()),
        "OUTCOMES_CONFIG": str(options.config.resolve()),
        "OUTCOMES_ACCESS": str(access),
        "OUTCOMES_AUDIT": str(audit),
    }
    try:
        return subprocess.call(command, env=environment, cwd=app.parent.parent)
    except KeyboardInterrupt:
        return 0


def _sign_in_told(address: str, access: Path, secrets: Path, audit: Path) -> str:
    """How signing in is set up, for the terminal; nothing where it is not, and only this computer is answered.

    Raises:
        UsageError: others would be answered, and signing in is not set up.
        SignInInvalid: what is said of the provider is wrong.
        AccessInvalid: access.toml is missing or wrong.
        FolderUnfit: visits could not be put on record.
    """
    from pipelines.sign_in.audit import prepare
    from pipelines.sign_in.provider import provider_faults, read_auth
    from pipelines.sign_in.rules import read_rules

    auth = read_auth(secrets)
    if auth is None:
        if address in _THIS_COMPUTER:
            return ""
        raise UsageError(
            f"The dashboard answers on this computer only, not on {address}: without sign-in nobody else may see it. "
            f"Leave --address out, or set signing in up: [auth] in {secrets} and the people to let in in "
            f"{access}; docs/sign-in.md shows both."
        )
    if faults := provider_faults(auth):
        raise SignInInvalid(f"[auth] of {secrets} is wrong: {'; '.join(faults)}. docs/sign-in.md shows one.")
    rules = read_rules(access)
    try:
        prepare(audit)
    except OSError as error:
        raise FolderUnfit(
            f"Visits cannot be put on record in {audit}: {error.strerror}. Give a folder that can be written with "
            "--audit DIR."
        ) from None
    n_people, n_groups = len(rules.people), len(rules.groups)
    return (
        f"\nThose who sign in are let in by {access} ({n_people} {'person' if n_people == 1 else 'people'}, "
        f"{n_groups} {'group' if n_groups == 1 else 'groups'}); visits are put on record in {audit}."
    )
