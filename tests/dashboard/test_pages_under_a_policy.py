"""Every page under a policy for small numbers: what is hidden is said so, and nothing small is told anywhere.

Whole sessions are walked: every page and tab with all its parts open, and what each download holds. Under a policy that
hides every count, whatever its size, a count that comes past `results` is told at once.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from functools import cache, partial
from io import StringIO
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from test_pages import PAGES
from told import Told, told_by

from dashboard import visit
from dashboard.choices import TABS
from dashboard.figures.curves import DAYS, curves_figure
from dashboard.figures.series import series_of
from dashboard.theme import palette
from pipelines.build import build
from pipelines.definitions.disclosure import Policy, policy_named
from pipelines.filters import Filters
from pipelines.privacy.basis import NOT_OF_PEOPLE
from pipelines.published import Published
from pipelines.results import registry
from pipelines.results.registry import result
from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store
from pipelines.words.response import rate_words, response_statement
from pipelines.words.statement import Context, statistic
from sample_data.calibration import data_through
from sample_data.writers.formats import WRITERS
from sample_data.writers.program import program

PLACES = [(title, tab) for title in ("Overview", *PAGES) if title != "Methods" for tab in TABS.get(title, {None: ""})]
BESIDE = {
    "site": ["Site 09", "Site 12"],
    "condition": "anxiety",
    "by": "attribute",
    "attribute": "sex",
    "beside": "rest",
}
EVERY_COUNT = {"hidden_from": 0, "hidden_to": 10**9}

STATED = re.compile(
    r"(?:fewer|more|less) than \d[\d,.]*|at (?:least|most) \d+|[Bb]elow \d+|\d+ (?:\w+ )?are needed|\d+ or more"
    r"|counts (?:from 1 to 10|under 5)|hidden,? \(?(?:1 to 10|under 5)\)?|a count (?:from 1 to 10|under 5)"
    r"|\b(?:at|in) \d+ of \d+ (?:sites|quarters|levels)|\d+ of \d+ (?:results|sites|near|fail|pass)"
    r"|one of \d+ comparisons|limits: \d+ with|first \d+ of \d+ mature|from \d+ sites with \d+|\d+\(\d\)"
    r"|\(\d+ of \d+ pass\)|of 100\b|\d+ of 100|of \d+ mmHg|steps of \d+|course of \d+ scores|multiples of \d+"
    r"|received \d+ infusions|\d+ to \d+ infusions|\d+ infusions? (?:or more|of induction|of a course)"
    r"|\(\d+ infusions\)|n = \d+ in all|[Dd]ay \d+|gap of \d+|[A-Z]+-?\w*-?\d* of \d+ or|line of \d+"
    r"|Site \d+|\d{4}-Q\d|PHQ-9|GAD-7|item \d+|limits need \d+ sites|there are \d+|, \d+ (?:and|to) \d+ weeks"
    r"|(?:rates|sites and scales|sites) of \d+ courses|\d+ before and \d+ courses|change of \d+"
)
"""Rules, thresholds, names and published results: numbers that are no count of the program's people."""
PEOPLE = (
    r"(?:(?:first|repeat|other|depression|anxiety|chronic pain|started|due|of the|of) )*(?:courses?|infusions?"
    r"|followed up|of [\d,]+|missed|pending|lost|assessed|responded|rows|records|scores?|patients?|at risk"
    r"|started|due|with|without"
    r"|had|were|not|in view|left out)\b"
)
COUNTS = [
    re.compile(pattern)
    for pattern in (
        rf"(?<![\w.,−–+/-])(\d[\d,]*) {PEOPLE}",
        r"\bn = (\d[\d,]*)",
        r"\bof (\d[\d,]*)(?! %)\b(?!\.\d)",
        r"\((\d[\d,]*)\)",
        r":gray\[(\d[\d,]*)\]",
        r"[A-Z]\w*: (\d[\d,]*)(?=[;,]|$)",
    )
]
NO_PEOPLE = ("Infusion", "Mature quarters", "Here", "bar")
"""Columns and marks whose bare numbers count something else: in bars stand per cents."""
NAN = re.compile(r"(?<![a-z])nan(?![a-z])|<NA>")


@cache
def numbers_of_people(told: Told) -> tuple[int, ...]:
    """The counts that a text tells."""
    return tuple(_numbers(told))


def _numbers(told: Told) -> Iterator[int]:
    if told.kind != "text" and told.head not in NO_PEOPLE and re.fullmatch(r"\d[\d,]*", told.text):
        yield int(told.text.replace(",", ""))
        return
    text = STATED.sub(" ", told.text)
    for pattern in COUNTS:
        yield from (int(found.replace(",", "")) for found in pattern.findall(text))


def may_be_told(n: float, policy: Policy) -> bool:
    return (not n or not policy.is_hidden(n)) and n % policy.rounded_to == 0


def counts_in(file: str) -> Iterator[tuple[str, float]]:
    """The counts that a download holds, with what tells them."""
    table = pd.read_csv(StringIO(file), keep_default_na=True)
    if "population" in table:
        table = table[table["population"] != "published"]
    for name in table:
        if name.startswith("n_") and name not in NOT_OF_PEOPLE:
            yield from ((name, n) for n in table[name].dropna())
        elif name in ("note", "verdict"):
            for text in table[name].dropna():
                yield from ((text, n) for n in numbers_of_people(Told("text", text)))
    if "suppressed" in table:
        kept = [name for name in ("estimate", "lower", "upper", "p_value") if name in table]
        assert table.loc[table["suppressed"], kept].isna().all(axis=None)


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


@pytest.fixture(scope="module")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program of few courses at many sites."""
    folder = tmp_path_factory.mktemp("small")
    chosen, definitions = read_settings(None)
    store, files = Store(folder / "store"), folder / "canonical"
    files.mkdir()
    WRITERS["canonical"](files, program()[:110])
    import_files(store, [files], ImportOptions(data_through=data_through()), chosen, definitions, lambda _: None)
    build(store, chosen, definitions, lambda _: None)
    return store.folder


@pytest.fixture(scope="module", autouse=True)
def tables_made_once():
    """What a policy is applied to is the same under each, and is made once for all walks."""
    with pytest.MonkeyPatch.context() as patch:
        made = {}

        def once(name, make, published, filters, by):
            key = (name, published.manifest.id, filters, tuple(by))
            if key not in made:
                made[key] = make(published, filters, by)
            return made[key]

        patch.setattr(registry, "TABLES", {name: partial(once, name, make) for name, make in registry.TABLES.items()})
        yield


@pytest.fixture
def walk(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """All that each page tells, and the downloads that it offers."""
    files: list[str] = []
    expander = st.expander
    monkeypatch.setattr(st, "expander", lambda *args, **how: expander(*args, **{**how, "expanded": True}))
    monkeypatch.setattr(visit, "on_record", lambda _, load: files.append(load()) or (lambda: ""))

    def walked(policy: str, store: Path, **address: str | list[str]) -> Iterator[tuple[str, list[Told], list[str]]]:
        monkeypatch.setenv("OUTCOMES_STORE", str(under(policy, store, tmp_path / "store")))
        app.run()
        for title, tab in PLACES:
            app.switch_page({"Overview": "views/overview.py", **PAGES}[title])
            app.query_params.clear()
            app.query_params.update({**address, **({"tab": tab} if tab else {})})
            app.session_state["more_filters"] = True
            files.clear()
            app.run()
            assert not app.exception, (title, tab)
            assert app.title[0].value == title
            yield f"{title}, {tab}", list(told_by(app._tree)), list(files)

    return walked


@pytest.mark.parametrize(
    ("size", "policy", "address"),
    [
        pytest.param("sample", "cms", {}, id="cms"),
        pytest.param("sample", "nhs", {}, id="nhs"),
        pytest.param("sample", "cms", BESIDE, id="cms beside the rest"),
        pytest.param("small", "nhs", BESIDE, id="nhs few beside the rest"),
        pytest.param("small", "cms", {"by": "site", "condition": "depression"}, id="cms few by site"),
    ],
)
def test_no_page_tells_a_small_number(walk, store_folder, small_store, size, policy, address):
    store = {"sample": store_folder, "small": small_store}[size]
    label = {"cms": "counts from 1 to 10 are hidden", "nhs": "counts under 5 are hidden"}[policy]
    n_told = n_files = 0
    leaks = []
    for place, texts, files in walk(policy, store, **address):
        assert any(f"Small numbers: {policy}: {label}" in told.text for told in texts), place
        leaks += [(place, told) for told in texts if NAN.search(told.text)]
        counts = [(told, n) for told in texts for n in numbers_of_people(told)]
        counts += [each for file in files for each in counts_in(file)]
        leaks += [(place, what, n) for what, n in counts if not may_be_told(n, policy_named(policy))]
        n_told, n_files = n_told + len(counts), n_files + len(files)
    assert not leaks
    assert n_told > 300
    assert n_files > 40


def test_no_count_comes_past_the_policy(walk, store_folder, monkeypatch):
    every = policy_named("cms").model_copy(update=EVERY_COUNT)
    monkeypatch.setattr(registry, "policy_named", lambda _: every)
    leaks = []
    for place, texts, files in walk("cms", store_folder, by="site", condition="chronic_pain"):
        leaks += [(place, told) for told in texts if any(numbers_of_people(told))]
        leaks += [(place, what) for file in files for what, n in counts_in(file) if n]
    assert not leaks


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
