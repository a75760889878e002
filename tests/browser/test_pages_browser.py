"""Every page in a real browser: what a reader sees, at two widths and in two themes."""

from __future__ import annotations

import pytest
from findings import axe_findings, figures_out_of_style
from visits import (
    PAGES,
    home,
    label_stays_in_sight,
    open_all_parts,
    shoot,
    take_tables,
    turn,
    visit,
    walk_choices,
    walk_tabs,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_at_a_glance(browser, port: int, name: str):
    """One visit: wide and light, every tab, everything opened, then dark, then on a phone, every choice followed."""
    path, title, sentence, n_charts = PAGES[name]
    with visit(browser, home(port, path)) as page:
        assert page.locator("h1").inner_text() == title
        assert page.title() == f"{title} – Infusion outcomes"
        assert page.locator("[role=navigation] a[aria-current=page]").inner_text() == title
        page.wait_for_selector(f"text={sentence}", timeout=30_000)
        page.wait_for_function(f"document.querySelectorAll('.js-plotly-plot').length === {n_charts}", timeout=30_000)
        named = page.locator("[role=figure][aria-label]")
        assert named.count() == page.locator("[role=figure]").count() >= n_charts
        assert all(len(figure.get_attribute("aria-label")) > 30 for figure in named.all())
        label_stays_in_sight(page)
        shoot(page, f"{name}-1440-light.png")
        walk_tabs(page)
        open_all_parts(page)
        take_tables(page)
        assert not figures_out_of_style(page)
        assert not axe_findings(page)
        turn(page, "dark")
        assert not axe_findings(page)
        shoot(page, f"{name}-1440-dark.png")
        page.set_viewport_size({"width": 390, "height": 900})
        label_stays_in_sight(page)
        shoot(page, f"{name}-390-dark.png")
        turn(page, "light")
        assert not axe_findings(page)
        shoot(page, f"{name}-390-light.png")
        if page.locator(".st-key-filters").count():
            walk_choices(page)
