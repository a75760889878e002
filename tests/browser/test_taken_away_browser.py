"""What a reader takes away from a page: figures as pictures, the link, the page on paper."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from clinics import listened
from visits import SYNTHETIC, home, open_all_parts, settle, visit

pytestmark = pytest.mark.browser
SVG = "{http://www.w3.org/2000/svg}"


def saved(page, label: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_figures_and_the_link_are_taken_along(browser, port: int):
    """The pictures hold what the page shows and say where it comes from; the link shows the same to somebody else."""
    with visit(browser, home(port, "/onset?condition=depression&site=Site+03")) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        open_all_parts(page)
        finding = page.locator("[role=figure]").first.get_attribute("aria-label")
        page.wait_for_selector(".pictures button")
        name, text = saved(page, "Download Onset as SVG")
        settle(page)
        assert re.fullmatch(r"onset-depression-site-03-20\d\d-\d\d-\d\d\.svg", name)
        root = ElementTree.fromstring(text)
        written = " ".join("".join(node.itertext()) for node in root.iter(f"{SVG}text"))
        assert " ".join(finding.split()) in " ".join(written.split())
        for words in ("Infusion program · snapshot", "Depression: first courses at Site 03", SYNTHETIC, "At risk"):
            assert words in written
        curves = [node for node in root.iter(f"{SVG}path") if node.get("class") == "js-line"]
        shown = page.locator(".js-plotly-plot path.js-line").count()
        assert len(curves) == shown > 0
        assert "data:font/woff2" in text.decode()
        assert "http://localhost" not in text.decode()
        name, picture = saved(page, "Download Onset as PNG")
        assert name.endswith(".png")
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", picture[16:24]) == (2 * int(root.get("width")), 2 * int(root.get("height")))
        page.get_by_role("button", name="Copy link").click()
        page.wait_for_selector("text=The link is copied.")
        link = page.evaluate("navigator.clipboard.readText()")
        assert page.get_by_test_id("stCode").inner_text().strip() == link
        sentence = page.locator(".statement").first.inner_text()
    with visit(browser, link, 390, "dark") as page:
        page.wait_for_selector(".marked .statement")
        assert page.locator(".statement").first.inner_text() == sentence


def test_the_rows_of_the_overview_are_taken_along(browser, port: int):
    """They are no chart of a library: their boxes and words are drawn anew, none of them lost."""
    with visit(browser, home(port)) as page:
        sent = listened(page)
        page.reload()
        settle(page)
        whole_page = sum(map(len, sent))
        page.get_by_text("Download and link", exact=True).click()
        page.wait_for_selector(".pictures button")
        settle(page)
        shown = page.locator(".st-key-overview_rows")
        dots = shown.locator(".dot.circle").count()
        said = " ".join(shown.locator(".condition, .number, .below, .axis").all_inner_texts()).split()
        sent.clear()
        name, text = saved(page, "Download Overview as SVG")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download CSV").click()
        assert waiting.value.suggested_filename == name.replace(".svg", ".csv")
        page.wait_for_timeout(1_500)
        assert 0 < sum(map(len, sent)) < whole_page / 4, "all of the page was run for a picture"
    root = ElementTree.fromstring(text)
    written = " ".join("".join(node.itertext()) for node in root.iter(f"{SVG}text"))
    assert re.fullmatch(r"overview-20\d\d-\d\d-\d\d\.svg", name)
    for words in ("How each condition does", "Depression", "Anxiety", "Chronic pain", "All conditions", SYNTHETIC):
        assert words in written
    assert not [word for word in said if word not in written]
    assert len(list(root.iter(f"{SVG}ellipse"))) >= dots > 0
    assert len(list(root.iter(f"{SVG}polyline"))) == 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_on_paper_says_what_it_is(browser, port: int, theme: str):
    with visit(browser, home(port, "/onset?condition=depression"), 1440, theme) as page:
        page.emulate_media(media="print")
        for part in (".st-key-pages", ".st-key-filters", ".st-key-controls"):
            assert not page.locator(part).is_visible()
        assert page.get_by_text(SYNTHETIC, exact=True).first.is_visible()
        assert page.get_by_text("Depression: first courses", exact=True).is_visible()
        ground = page.evaluate("getComputedStyle(document.querySelector('.stMain')).backgroundColor")
        ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
        assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(27, 36, 48)")
        zoom = page.locator(".stElementContainer:has(.stPlotlyChart)").evaluate("node => getComputedStyle(node).zoom")
        assert float(zoom) == pytest.approx(680 / 1050, abs=0.01)
        assert page.pdf().count(b"/Type /Page\n") == 1


@pytest.mark.parametrize(("where", "beside"), [("/", 3), ("/sites", 2)])
def test_on_paper_what_stands_side_by_side_stays_so_and_nothing_is_cut(browser, port: int, where: str, beside: int):
    with visit(browser, home(port, where), 1280) as page:
        page.set_viewport_size({"width": 703, "height": 990})
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= 703
        tops = page.locator(".stHorizontalBlock > .stColumn").evaluate_all(
            f"columns => columns.slice(0, {beside}).map(column => column.getBoundingClientRect().top)"
        )
        assert len(set(tops)) == 1
        sheets = page.locator("style").evaluate_all("styles => styles.map(style => style.textContent).join(' ')")
        assert SYNTHETIC in sheets.partition("@bottom-left")[2].partition("}")[0]
