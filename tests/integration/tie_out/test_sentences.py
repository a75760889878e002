"""Sentences, key results and alternative texts: each number is one of the courses named, said with its own counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from packs import sample_pack

from pipelines.definitions import Definitions
from pipelines.definitions.disclosure import POLICIES, PolicyName
from pipelines.published.snapshot import open_published
from pipelines.reports.pack import Pack
from pipelines.store import Store
from tie_out.sentences import AT_DAY, BY_DAY, NAMED, RATE, SHORT, said_of, sentence_faults


@pytest.fixture(scope="module")
def definitions(store_folder: Path) -> Definitions:
    return open_published(Store(store_folder)).definitions


@pytest.mark.parametrize("policy", POLICIES)
def test_every_sentence_says_the_rows_of_its_courses(policy: PolicyName, store_folder: Path, definitions: Definitions):
    pack = sample_pack(store_folder, policy)
    assert sentence_faults(pack, definitions) == []
    texts = [text for _, text, _ in said_of(pack)]
    for breath in (RATE, SHORT, NAMED, AT_DAY, BY_DAY):
        assert any(breath.search(text) for text in texts), breath.pattern


def changed(pack: Pack, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Pack:
    table = pack.tables[name]
    return replace(pack, tables={**pack.tables, name: replace(table, frame=change(table.frame))})


def cohorts_swapped(frame: pd.DataFrame) -> pd.DataFrame:
    first, second = dict.fromkeys(frame["cohort"])
    return frame.assign(cohort=frame["cohort"].replace({first: second, second: first}))


def of_another_day(frame: pd.DataFrame) -> pd.DataFrame:
    names = frame["statistic"].replace({"still_responding_at_day_28": "a", "still_responding_at_day_56": "b"})
    swapped = names.replace({"a": "still_responding_at_day_56", "b": "still_responding_at_day_28"})
    return frame.assign(statistic=swapped)


def shifted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{name: frame[name] + 0.137 for name in ("estimate", "lower", "upper")})


def of_another_denominator(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(n_observed=frame["n_in_population"])


MISTAKES = [
    ("response-depression", shifted),
    ("response-depression", cohorts_swapped),
    ("response-anxiety", of_another_denominator),
    ("remission-anxiety", cohorts_swapped),
    ("onset-depression", shifted),
    ("durability-depression", of_another_day),
    ("safety", shifted),
    ("sites-depression", shifted),
    ("completeness", shifted),
]


@pytest.mark.parametrize(("name", "change"), MISTAKES)
def test_a_sentence_of_other_rows_is_found(
    name: str, change: Callable[[pd.DataFrame], pd.DataFrame], store_folder: Path, definitions: Definitions
):
    assert sentence_faults(changed(sample_pack(store_folder), name, change), definitions)
