"""Signing in for real: a provider, a proxy and the dashboard, each a process of its own, and a browser before them."""

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
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from proxied import proxy
from served import free_port, serving
from visits import PAGES, home, settle, shoot, visit

from pipelines.published import open_published
from pipelines.store import Store

pytestmark = pytest.mark.browser
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


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if not find_spec("oidc_provider_mock"):
        pytest.skip("no provider to sign in with: install the development extra")
    number = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(number)]
    for name, claims in CLAIMS.items():
        command += ["--user-claims", json.dumps({"sub": name, **claims})]
    with (tmp_path_factory.mktemp("provider") / "log").open("w") as log:
        running = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
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


@pytest.fixture(scope="module")
def clinic(provider: int, store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    folder = tmp_path_factory.mktemp("clinic")
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
    with serving(store_folder, folder / "log", options, access, "may not download") as port, proxy(port, front):
        yield Clinic(f"http://localhost:{front}", port, provider, access, folder / "audit")


@pytest.fixture
def rules(clinic: Clinic) -> Iterator[Path]:
    """access.toml, to be changed; afterwards as it was."""
    yield clinic.access
    clinic.access.write_text(RULES)


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


@pytest.fixture(scope="module")
def other_sites(store_folder: Path) -> re.Pattern[bytes]:
    """The names of all sites but the lead's."""
    published = open_published(Store(store_folder))
    names = [name for name in published.options("site") if name != "Site 01"]
    published.close()
    assert len(names) > 3
    return re.compile("|".join(map(re.escape, names)).encode())


@pytest.mark.parametrize("path", ["/", "/sites?site=Site+03"])
def test_who_has_not_signed_in_is_sent_nothing(browser, clinic: Clinic, path: str):
    context = browser.new_context()
    page = context.new_page()
    frames = listened(page)
    page.goto(clinic.address + path)
    settle(page)
    assert page.locator("h1").inner_text() == "Sign in to read outcomes"
    assert frames
    assert not [frame for frame in frames if SEES_NOTHING.search(frame)]
    context.close()


def test_a_reader_comes_to_what_was_asked_for_and_leaves(browser, clinic: Clinic):
    with visit(browser, clinic.address + "/onset?condition=depression") as page:
        assert page.locator("h1").inner_text() == "Sign in to read outcomes"
        shoot_each(page, "sign-in")
        assert contrast(page.locator(".st-key-door button p")) >= 4.5
        sign_in(page, clinic, LEAD)
        assert page.url.endswith("/onset?condition=depression")
        assert page.locator(".st-key-header").get_by_text("medical.director@clinic.example · Site 01").is_visible()
        shoot_each(page, "signed-in")
        sign_out(page, "Sign out")
        assert page.locator("h1").inner_text() == "Sign in to read outcomes"
    assert [line["event"] for line in clinic.lines()[-3:]] == ["let_in", "view", "signed_out"]


def contrast(text) -> float:
    """Of the writing on a button, by WCAG 2."""
    behind = "node => getComputedStyle(node.closest('button')).backgroundColor"
    colours = [text.evaluate("node => getComputedStyle(node).color"), text.evaluate(behind)]
    light, dark = sorted((luminance(*map(int, re.findall(r"\d+", colour)[:3])) for colour in colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(*channels: int) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in channels)
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def shoot_each(page, name: str) -> None:
    """In both widths and themes."""
    for width, theme in ((1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        page.reload()
        settle(page)
        assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth <= main.clientWidth")
        shoot(page, f"{name}-{width}-{theme}.png")


@pytest.mark.parametrize("name", [STRANGER, UNVERIFIED])
def test_an_unknown_or_unverified_e_mail_is_refused(browser, clinic: Clinic, name: str):
    reason = {STRANGER: "the program has not named this e-mail address", UNVERIFIED: "address was verified"}[name]
    with signed_in(browser, clinic, name, "/response?site=Site+01") as page:
        assert page.locator("h1").inner_text() == "Not open to this account"
        assert page.get_by_text(reason).is_visible()
        assert page.get_by_text("ask the outcomes office, outcomes@clinic.example").is_visible()
        assert not SEES_NOTHING.search(page.content().encode())
        shoot_each(page, f"refused-{name}")
        sign_out(page, "Sign out and use another account")
    refused = [line for line in clinic.lines() if line["event"] == "refused"]
    assert refused[-1]["who"] == CLAIMS[name]["email"]
    assert refused[-1]["reason"] == {STRANGER: "unknown", UNVERIFIED: "not_verified"}[name]


def test_a_site_lead_is_sent_one_site_on_every_page(browser, clinic: Clinic, other_sites: re.Pattern[bytes]):
    with signed_in(browser, clinic, LEAD) as page:
        frames = listened(page)
        for path, title, *_ in PAGES.values():
            page.goto(f"{clinic.address}{path}?by=site&condition=depression")
            settle(page)
            assert page.locator("h1").inner_text() == title
        page.goto(f"{clinic.address}/response")
        settle(page)
        for part in ("Numbers: response rates", "How this is defined"):
            page.get_by_text(part, exact=True).click()
            settle(page)
        page.get_by_role("button", name="sites").first.click()
        page.get_by_test_id("stButtonGroup").get_by_text("Site 01").wait_for()
        assert not other_sites.search(page.content().encode())
        sent = b"\n".join(frames)
        assert b"Site 01" in sent
        assert {found.decode() for found in other_sites.findall(sent)} == set()


def test_no_address_and_no_download_leads_to_another_site(browser, clinic: Clinic, other_sites: re.Pattern[bytes]):
    with signed_in(browser, clinic, LEAD, "/response?condition=depression&by=site") as page:
        own = started(page)
        for trick in ("site=Site+03", "site=Site+01&site=Site+03", "site=", "site=%25", "site=Site+01%27+or+1=1"):
            page.goto(f"{clinic.address}/response?condition=depression&by=site&{trick}")
            settle(page)
            assert started(page) == own
            assert "Site+03" not in page.url
        page.get_by_text("Download and link", exact=True).click()
        settle(page)
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download CSV").click()
        text = Path(waiting.value.path()).read_text(encoding="utf-8")
        assert not other_sites.search(text.encode())
        assert set(pd.read_csv(StringIO(text))["site"]) == {"Site 01"}
    download = clinic.lines()[-1]
    assert (download["event"], download["who"], download["page"], download["filters"]) == (
        "download",
        "medical.director@clinic.example",
        "Response",
        {"condition": ["depression"], "by": ["site"]},
    )
    assert str(download["file"]).startswith("response-")


def started(page) -> str:
    return str(page.locator(".st-key-filters .quiet").last.inner_text())


def test_a_group_gives_its_sites_and_every_site_is_every_site(browser, clinic: Clinic):
    n = {}
    for name, sees in ((LEAD, "Site 01"), (GROUP, "Site 02, Site 03"), (ANALYST, "all sites")):
        with signed_in(browser, clinic, name) as page:
            assert page.locator(".st-key-reader").get_by_text(f" · {sees}").is_visible()
            n[name] = int(started(page).split(" of ")[0].replace(",", ""))
    assert n[LEAD] + n[GROUP] < n[ANALYST]


def test_who_is_taken_out_of_access_toml_is_out_at_the_next_click(browser, clinic: Clinic, rules: Path):
    with signed_in(browser, clinic, LEAD, "/response?condition=depression") as page:
        page.get_by_text("Download and link", exact=True).click()
        page.get_by_role("button", name="Download CSV").wait_for()
        settle(page)
        rules.write_text(RULES.replace("medical.director", "someone"))
        page.get_by_role("button", name="Download CSV").click()
        page.get_by_text("Failed to generate file for download").wait_for()
        page.get_by_role("link", name="Onset", exact=True).click()
        page.get_by_role("heading", name="Not open to this account").wait_for()
        assert not page.locator(".js-plotly-plot").count()
        assert not SEES_NOTHING.search(page.locator("[data-testid=stMain]").inner_text().encode())
        rules.write_text("people = 3")
        page.reload()
        settle(page)
        assert page.locator("h1").inner_text() == "Access is not set up rightly"
        assert "people" not in page.locator("[data-testid=stMain]").inner_text()
        rules.write_text(RULES)
        page.reload()
        settle(page)
        assert page.locator("h1").inner_text() == "Onset"
    assert "download" not in [line["event"] for line in clinic.lines()[-6:]]


def test_signing_out_closes_the_pages_left_open_in_other_tabs(browser, clinic: Clinic):
    with signed_in(browser, clinic, LEAD) as page:
        other = page.context.new_page()
        other.goto(f"{clinic.address}/response")
        settle(other)
        assert other.locator("h1").inner_text() == "Response"
        cookies = page.context.cookies()
        sign_out(page, "Sign out")
        other.get_by_role("heading", name="Sign in to read outcomes").wait_for(timeout=40_000)
        assert not other.locator(".js-plotly-plot").count()
        kept = browser.new_context()
        kept.add_cookies(cookies)
        copied = kept.new_page()
        copied.goto(clinic.address)
        settle(copied)
        assert copied.locator("h1").inner_text() == "Sign in to read outcomes"
        kept.close()


def test_on_the_machine_itself_nobody_signs_in(browser, clinic: Clinic):
    with visit(browser, home(clinic.port)) as page:
        assert page.locator("h1").inner_text() == "Overview"
        assert not page.get_by_role("button", name="Sign out").count()
