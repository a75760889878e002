"""A selection beside the rest of the program on the pages."""

from __future__ import annotations

import io
import re

import pandas as pd
import pytest

from dashboard import access
from dashboard.choices import REST, Choices, Options, address_of, choices_from_address
from dashboard.views import parts
from pipelines.filters import Filters

OPTIONS = Options(("depression",), ("2026-Q1", "2026-Q2"), ("North", "South"), ("iv",))
PAGES = {"Response": "response", "Onset": "onset", "Durability": "durability", "Trajectories": "trajectories"}


def said_at(app, page: str, **address: str) -> str:
    app.run()
    app.switch_page(f"views/{page}.py")
    app.query_params.update(address)
    app.run()
    assert not app.exception
    texts = [html.proto.body for html in app.get("html")] + [chart.proto.alt for chart in app.get("plotly_chart")]
    return " ".join(texts).replace("\u00a0", " ")


def write_out(part, _name, load, _snapshot) -> None:
    """What a download would hold, on the page."""
    part.html(load().to_csv(index=False))


def test_the_address_keeps_it():
    choices, ignored = choices_from_address({"beside": ["rest"], "site": ["North"]}, OPTIONS)
    assert (choices.beside, ignored) == (REST, [])
    assert address_of(choices) == {"site": ["North"], "beside": ["rest"]}
    assert choices.widened() == Choices(beside=REST)
    assert not choices.widened().narrows
    assert not Choices(condition="depression", scale="PHQ-9").leaves_a_rest


@pytest.mark.parametrize(("title", "page"), PAGES.items())
def test_a_page_sets_the_selection_beside_the_rest(app, title, page):
    said = said_at(app, page, condition="depression", site="Site 03", beside="rest")
    assert app.title[0].value == title
    assert "Depression, rest of the program" in said
    assert "that are not in the selection. The two stand side by side and are not tested" in said
    assert app.toggle(key="filter_beside").value
    assert "rest" in app.query_params["beside"]


@pytest.mark.parametrize(("page", "by"), [*((page, "condition") for page in PAGES.values()), ("onset", "route")])
def test_the_numbers_and_the_table_to_download_hold_the_rest_too(app, monkeypatch, page, by):
    monkeypatch.setattr(parts, "_download", write_out)
    monkeypatch.setattr(parts, "pictures", lambda *_: None)
    said_at(app, page, condition="depression", site="Site 03", beside="rest", by=by)
    app.session_state["part_numbers"] = True
    name = {"trajectories": "trajectory"}.get(page, page)
    app.session_state[f"part_download_{name}"] = True
    app.run()
    assert not app.exception
    bodies = [html.proto.body for html in app.get("html")]
    (numbers,) = (body for body in bodies if "<caption>" in body and "Part" in body)
    assert re.search(r'<th scope="row">Selection</th>.*<th scope="row">Rest of program</th>', numbers, re.DOTALL)
    (written,) = (pd.read_csv(io.StringIO(body)) for body in bodies if body.startswith("part,"))
    parted = written.groupby("part")["n_started"].max()
    snapshot = app.session_state["snapshot"]
    shared = {"condition": ("depression",), "site": ("Site 03",)}
    assert parted["rest_of_program"] == snapshot.n_started(Filters(**shared, is_rest=True))
    if by == "condition":
        assert parted["selection"] == snapshot.n_started(Filters(**shared))


def test_a_reader_of_single_sites_downloads_no_other_site(app, monkeypatch):
    own = tuple(f"Site {number:02}" for number in range(1, 11))
    reader = access.Reader("lead@example.org", "lead", own)
    monkeypatch.setattr(access, "decide", lambda _: access.Decision(access.Door.OPEN, reader))
    monkeypatch.setattr(parts, "_download", write_out)
    monkeypatch.setattr(parts, "pictures", lambda *_: None)
    said_at(app, "response", condition="depression", beside="rest")
    app.session_state["part_download_response"] = True
    app.run()
    (body,) = (html.proto.body for html in app.get("html") if html.proto.body.startswith("part,"))
    assert set(pd.read_csv(io.StringIO(body))["part"]) == {"selection"}


def test_the_toggle_says_that_scale_and_population_count_anew(app):
    said_at(app, "response", condition="depression", site="Site 03")
    assert "Another scale or population counts both anew" in app.toggle(key="filter_beside").help


def test_without_anything_left_out_there_is_no_rest_and_the_reason_stands_at_the_toggle(app):
    said = said_at(app, "response", condition="depression", beside="rest")
    toggle = app.toggle(key="filter_beside")
    assert toggle.disabled
    assert not toggle.value
    assert toggle.help.startswith("Nothing is left out")
    assert "rest of the program" not in said


@pytest.mark.parametrize(("n_own", "shown"), [(9, True), (10, False)])
def test_a_reader_of_single_sites_sees_the_rest_of_three_others_or_more(app, monkeypatch, n_own, shown):
    own = tuple(f"Site {number:02}" for number in range(1, n_own + 1))
    reader = access.Reader("lead@example.org", "lead", own)
    monkeypatch.setattr(access, "decide", lambda _: access.Decision(access.Door.OPEN, reader))
    said = said_at(app, "response", condition="depression", beside="rest")
    assert ("Depression, rest of the program" in said) is shown
    assert ("fewer than 3 other sites are in it" in said) is not shown
    assert "at the sites that this sign-in does not see, together" in said
    assert not any(f"Site {number:02}" in said for number in range(n_own + 1, 13))
