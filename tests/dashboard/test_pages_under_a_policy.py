"""Every page under a policy for small numbers: nothing breaks, what is hidden is said so, nothing small is told."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from test_pages import PAGES

from dashboard.figures.curves import DAYS, curves_figure
from dashboard.figures.series import series_of
from dashboard.theme import palette
from pipelines.definitions.disclosure import policy_named
from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.registry import result
from pipelines.words.response import rate_words, response_statement
from pipelines.words.statement import Context, statistic

COUNTING = [title for title in PAGES if title != "Methods"]
SMALL = re.compile(r"\b(?:[1-9]|10) of [\d,]+ (?:courses|followed)|(?<!fewer than )\b(?:[1-9]|10) followed up\b")


def under(policy: str, store: Path, folder: Path) -> Path:
    """A copy of a published snapshot whose program hides small numbers."""
    snapshot = (store / "CURRENT").read_text(encoding="utf-8").strip()
    there = folder / "snapshots" / snapshot
    there.mkdir(parents=True)
    for name in ("published.duckdb", "manifest.json"):
        shutil.copy(store / "snapshots" / snapshot / name, there / name)
    (folder / "CURRENT").write_text(f"{snapshot}\n", encoding="utf-8")
    with duckdb.connect(str(there / "published.duckdb")) as connection:
        (text,) = connection.execute("select settings from about").fetchone() or ("{}",)
        settings = {**json.loads(text), "disclosure": {"policy": policy}}
        connection.execute("update about set settings = ?", [json.dumps(settings)])
    return folder


def told(app) -> list[str]:
    """All that a page says, in its text, its figures and their alternative texts."""
    parts = [html.proto.body for html in app.get("html")]
    parts += [element.value for kind in ("markdown", "caption", "title") for element in getattr(app, kind)]
    for chart in app.get("plotly_chart"):
        parts.append(chart.proto.alt)
        for trace in json.loads(chart.proto.spec)["data"]:
            for name in ("text", "hovertext"):
                shown = trace.get(name, [])
                parts += [shown] if isinstance(shown, str) else [str(text) for text in shown]
    return [re.sub(r"<[^>]+>", " ", part).replace("\u00a0", " ") for part in parts]


@pytest.mark.parametrize("page", COUNTING)
def test_a_page_under_cms(app, store_folder: Path, tmp_path: Path, monkeypatch, page: str):
    monkeypatch.setenv("OUTCOMES_STORE", str(under("cms", store_folder, tmp_path / "store")))
    address = {"condition": "chronic_pain", "by": "site"}
    app.query_params.update(address)
    app.run()
    app.switch_page(PAGES[page])
    app.query_params.update(address)
    app.run()
    assert not app.exception
    texts = told(app)
    assert any("Small numbers: cms: counts from 1 to 10 are hidden. Not proof against subtraction." in t for t in texts)
    for text in texts:
        assert not re.search(r"(?<![a-z])nan(?![a-z])|<NA>|&lt;NA", text), text
        assert not SMALL.search(text), text


@pytest.mark.parametrize("page", COUNTING)
def test_a_page_of_few_under_nhs(app, store_folder: Path, tmp_path: Path, monkeypatch, page: str):
    monkeypatch.setenv("OUTCOMES_STORE", str(under("nhs", store_folder, tmp_path / "store")))
    app.query_params.update({"site": "Site 12"})
    app.run()
    app.switch_page(PAGES[page])
    app.query_params.update({"site": "Site 12"})
    app.run()
    assert not app.exception
    for text in told(app):
        assert not re.search(r"(?<![a-z])nan(?![a-z])|<NA>|&lt;NA", text), text


def test_the_overview_under_nhs(app, store_folder: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("OUTCOMES_STORE", str(under("nhs", store_folder, tmp_path / "store")))
    app.run()
    assert not app.exception
    said = " ".join(told(app))
    assert "counts under 5 are hidden" in said
    assert "1,375  of 1,375 first courses" in said


def test_without_a_policy_nothing_is_said_of_one(app):
    app.run()
    assert "Not proof against subtraction" not in " ".join(told(app))


def context(published: Published) -> Context:
    return Context(published.definitions, published.manifest.data_through)


def test_a_hidden_rate_is_said_to_be_hidden(published: Published):
    rates = result("response", published, Filters(site=("Site 12",)), (), policy_named("cms"))
    own = rates[rates["condition"] == "depression"]
    about = context(published)
    assert response_statement(own, "depression", about).finding.startswith("Withheld: the group of depression courses")
    assert rate_words(statistic(own, "observed"), about) == "hidden"


def test_a_curve_is_drawn_through_the_steps_that_are_shown(published: Published):
    filters, policy = Filters(condition=("depression",)), policy_named("cms")
    curves = result("onset_curve", published, filters, (), policy)
    colours = palette("light")
    series = series_of(curves, curves, "condition", ["depression"], context(published), colours)
    figure = curves_figure(series, DAYS, context(published), colours, shows_naive=True)
    (main,) = [trace for trace in figure.data if trace.name == "Depression"]
    shown = curves[(curves["statistic"] == "interval_censored") & ~curves["suppressed"]]
    assert 3 < len(set(main.y)) <= len(shown)
    assert not any(pd.isna(value) for value in main.y)


def test_early_improvement_of_few_under_nhs(app, store_folder: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("OUTCOMES_STORE", str(under("nhs", store_folder, tmp_path / "store")))
    address = {"site": "Site 12", "tab": "early"}
    app.query_params.update(address)
    app.run()
    app.switch_page(PAGES["Onset"])
    app.query_params.update(address)
    app.run()
    assert not app.exception
    assert not [text for text in told(app) if re.search(r"(?<![a-z])nan(?![a-z])|<NA>", text)]
