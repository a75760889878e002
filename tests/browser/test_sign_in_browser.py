"""Signing in for real: a provider, a proxy and the dashboard, each a process of its own, and a browser before them."""

from __future__ import annotations

import re

import pytest
from clinics import (
    ANALYST,
    CLAIMS,
    GROUP,
    LEAD,
    SEES_NOTHING,
    STRANGER,
    UNVERIFIED,
    Clinic,
    listened,
    sign_in,
    sign_out,
    signed_in,
    started,
)
from findings import axe_findings
from visits import home, settle, shoot, visit

pytestmark = pytest.mark.browser


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
        assert not axe_findings(page)


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


def test_a_group_gives_its_sites_and_every_site_is_every_site(browser, clinic: Clinic):
    n = {}
    for name, sees in ((LEAD, "Site 01"), (GROUP, "Site 02, Site 03"), (ANALYST, "all sites")):
        with signed_in(browser, clinic, name) as page:
            assert page.locator(".st-key-reader").get_by_text(f" · {sees}").is_visible()
            n[name] = int(started(page).split(" of ")[0].replace(",", ""))
    assert n[LEAD] + n[GROUP] < n[ANALYST]


def test_on_the_machine_itself_nobody_signs_in(browser, clinic: Clinic):
    with visit(browser, home(clinic.port)) as page:
        assert page.locator("h1").inner_text() == "Overview"
        assert not page.get_by_role("button", name="Sign out").count()
