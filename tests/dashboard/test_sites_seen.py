"""A reader of single sites: no page names another, whatever its address asks for."""

from __future__ import annotations

import re
from io import StringIO

import pandas as pd
import pytest
import test_pages

from dashboard import access
from dashboard.choices import TABS
from dashboard.reading import Snapshot
from dashboard.views.parts import csv_of
from pipelines.filters import Filters

OWN = ("Site 01", "Site 05")
PAGES = {"Overview": "views/overview.py", **test_pages.PAGES}
PARTS = ("part_numbers", "part_definition", "more_filters")
PLACES = [(title, tab) for title in PAGES for tab in TABS.get(title, {None: ""})]


@pytest.fixture
def sees(app, monkeypatch):
    """The dashboard for a reader of these sites."""

    def be(*sites: str):
        decision = access.Decision(access.Door.OPEN, access.Reader("lead@example.org", "lead", sites))
        monkeypatch.setattr(access, "decide", lambda _: decision)
        return app

    return be


def everything(node) -> str:
    """All that is sent to the browser: texts, options, alternatives, figures with what hovers over them."""
    own = str(node.proto) if getattr(node, "proto", None) is not None else ""
    children = node if isinstance(node, dict) else getattr(node, "children", {})
    return own + "".join(everything(child) for child in children.values())


def visited(app, title: str, tab: str | None, **address: str) -> str:
    """All of a page at an address, its parts opened."""
    app.switch_page(PAGES[title])
    app.query_params.clear()
    app.query_params.update({**address, **({"tab": tab} if tab else {})})
    for part in PARTS:
        app.session_state[part] = True
    app.run()
    assert not app.exception
    assert app.title[0].value == title
    return everything(app._tree)


def test_no_page_names_another_site(sees):
    app = sees(*OWN).run()
    for title, tab in PLACES:
        said = visited(app, title, tab, by="site", condition="depression", attribute="sex")
        assert set(re.findall(r"Site \d\d", said)) <= {*OWN}, (title, tab)
    assert set(re.findall(r"Site \d\d", visited(app, "Sites", None))) == {*OWN}


def test_a_site_asked_for_beyond_the_scope_is_like_one_that_does_not_exist(sees):
    app = sees("Site 01").run()
    for title in ("Sites", "Data quality"):
        visited(app, title, None)  # its parts are open from the second visit on
        there = visited(app, title, None, site="Site 09", by="site")
        nowhere = visited(app, title, None, site="Site 99", by="site")
        assert "does not have it: site Site 09" in there
        assert there.replace("Site 09", "Site 99") == nowhere
        assert set(re.findall(r"Site \d\d", nowhere)) <= {"Site 01", "Site 99"}


def test_the_chip_says_whose_sites_they_are(sees):
    for sites, words in ((OWN, f"Your {len(OWN)} sites"), (("Site 01",), "Your site: Site 01"), ((), "All sites")):
        assert f'label: "{words}"' in everything(sees(*sites).run()._tree).replace("\\", "")


def test_two_readers_of_other_sites_share_no_answer(store_folder, published):
    """Caches are of the whole process."""
    one, two, all_ = (
        Snapshot(str(store_folder), published.manifest.id, sites) for sites in (("Site 01",), ("Site 02",), ())
    )
    for ask in (
        lambda snapshot: snapshot.table("response", Filters(), ("site",)).to_csv(),
        lambda snapshot: snapshot.options(),
        lambda snapshot: snapshot.change(Filters()).to_csv(),
        lambda snapshot: snapshot.quality(Filters()).to_csv(),
        lambda snapshot: snapshot.n_started(Filters()),
        lambda snapshot: snapshot.n_started_by(Filters(), "site"),
        lambda snapshot: snapshot.scales(Filters()),
        lambda snapshot: snapshot.published.options("site"),
    ):
        answers = [str(ask(snapshot)) for snapshot in (all_, one, two, one, all_)]
        assert len(set(answers)) == 3
        assert answers[:2] == answers[:2:-1]


def test_a_download_holds_the_reader_s_sites_alone(store_folder, published):
    snapshot = Snapshot(str(store_folder), published.manifest.id, OWN)
    for measure in ("response", "sites", "completeness", "durability"):
        read = pd.read_csv(StringIO(csv_of(snapshot.table(measure, Filters(), ("site",)), snapshot)))
        assert set(read["site"]) == {*OWN}


def test_sites_that_the_snapshot_does_not_have(sees):
    app = sees("Site 77").run()
    assert not app.exception
    assert not app.get("plotly_chart")
    assert "None of the sites that you may see is in this snapshot" in everything(app._tree)
