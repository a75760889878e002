"""A clinic: a provider, a proxy and the dashboard, each a process of its own, and how its people sign in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from proxied import proxy
from served import free_port, serving
from visits import settle, visit

LEAD, ANALYST, STRANGER, UNVERIFIED, GROUP = "lead", "analyst", "stranger", "unverified", "group"
CLAIMS = {
    LEAD: {"email": "Medical.Director@clinic.example", "email_verified": True},
    ANALYST: {"email": "analyst@clinic.example", "email_verified": True},
    STRANGER: {"email": "analyst@elsewhere.example", "email_verified": True},
    UNVERIFIED: {"email": "medical.director@clinic.example", "email_verified": False},
    GROUP: {"email": "north.lead@clinic.example", "email_verified": True, "groups": ["north-leads"]},
}
RULES = """
contact = "the outcomes office, outcomes@clinic.example"
[people]
"medical.director@clinic.example" = { role = "lead", sites = ["Site 01"] }
"analyst@clinic.example" = { role = "analyst", sites = "all" }
[groups]
north-leads = { role = "lead", sites = ["Site 02", "Site 03"] }
"""
SEES_NOTHING = re.compile(rb"Site \d|synthetic|first courses|[Ss]napshot 20")


@dataclass(frozen=True)
class Clinic:
    """What the test set up.

    Attributes:
        address: of the dashboard, as the proxy passes it on.
        port: of the dashboard itself, on the same machine.
    """

    address: str
    port: int
    provider: int
    access: Path
    audit: Path

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for file in sorted(self.audit.iterdir()) for line in file.read_text().splitlines()]


@contextmanager
def providing(log: Path) -> Iterator[int]:
    """A provider that knows the people of CLAIMS."""
    number = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(number)]
    for name, claims in CLAIMS.items():
        command += ["--user-claims", json.dumps({"sub": name, **claims})]
    with log.open("w") as stream:
        running = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + 40
            while time.monotonic() < end:
                try:
                    urllib.request.urlopen(f"http://localhost:{number}/.well-known/openid-configuration", timeout=2)
                    break
                except OSError:
                    time.sleep(0.2)
            yield number
        finally:
            running.terminate()
            running.wait(timeout=20)


@contextmanager
def open_clinic(provider: int, store_folder: Path, folder: Path) -> Iterator[Clinic]:
    """The dashboard behind a proxy, with RULES for access.toml."""
    access, secrets = folder / "access.toml", folder / "secrets.toml"
    access.write_text(RULES)
    front = free_port()
    secrets.write_text(f"""
[auth]
redirect_uri = "http://localhost:{front}/oauth2callback"
cookie_secret = "{os.urandom(32).hex()}"
client_id = "outcomes"
client_secret = "outcomes"
server_metadata_url = "http://localhost:{provider}/.well-known/openid-configuration"
""")
    options = ["--secrets.files", str(secrets)]
    with serving(store_folder, folder / "log", options, access) as port, proxy(port, front):
        yield Clinic(f"http://localhost:{front}", port, provider, access, folder / "audit")


def sign_in(page, clinic: Clinic, name: str) -> None:
    page.context.route("**/pico.min.css", lambda route: route.fulfill(body="", content_type="text/css"))
    page.context.route(f"**localhost:{clinic.provider}/favicon.ico", lambda route: route.fulfill(body=""))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(f"{clinic.address}/**")
    settle(page)


def sign_out(page, button: str) -> None:
    """Out here, and at the provider, which asks once more."""
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url("**/oauth2/end_session?**")
    page.get_by_role("button", name="End session").click()
    settle(page)


@contextmanager
def signed_in(browser, clinic: Clinic, name: str, path: str = "/", width: int = 1440, theme: str = "light") -> Iterator:
    with visit(browser, clinic.address + path, width, theme) as page:
        sign_in(page, clinic, name)
        yield page


def listened(page) -> list[bytes]:
    """All that the server sends from now on: what is on the page, and what lies behind it."""
    frames: list[bytes] = []

    def take(payload: str | bytes) -> None:
        frames.append(payload.encode() if isinstance(payload, str) else payload)

    page.on("websocket", lambda socket: socket.on("framereceived", take))
    return frames


def started(page) -> str:
    return str(page.locator(".st-key-filters .quiet").last.inner_text())
