from __future__ import annotations

import pytest

from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.published.answers import Answers
from pipelines.store import Store


def test_a_question_is_asked_once_for_each_of_its_parameters():
    answers, asked = Answers(), []

    def ask(site: str) -> str:
        return answers.of("how many", {"site": site}, lambda: asked.append(site) or f"of {site}")

    assert [ask("North"), ask("South"), ask("North")] == ["of North", "of South", "of North"]
    assert asked == ["North", "South"]


def test_a_question_that_failed_is_asked_again():
    answers = Answers()

    def fail() -> int:
        raise OSError

    with pytest.raises(OSError):
        answers.of("how many", {}, fail)
    assert answers.of("how many", {}, lambda: 7) == 7


def test_old_answers_make_room_and_those_asked_for_stay():
    answers = Answers()
    for number in range(1000):
        answers.of("how many", {"number": number}, lambda: "kept")
        answers.of("often", {}, lambda: "kept")
    assert answers.of("often", {}, lambda: "asked") == "kept"
    assert answers.of("how many", {"number": 999}, lambda: "asked") == "kept"
    assert answers.of("how many", {"number": 1}, lambda: "asked") == "asked"


def test_nobody_changes_what_another_is_given(store_folder):
    published = open_published(Store(store_folder))
    first = published.started(Filters())
    n = int(first["n_started"].sum())
    first["n_started"] = 0
    first.loc[:, "condition"] = "changed"
    again = published.started(Filters())
    assert int(again["n_started"].sum()) == n
    assert "changed" not in set(again["condition"])


def test_a_scope_has_answers_of_its_own(store_folder):
    published = open_published(Store(store_folder))
    whole = int(published.started(Filters())["n_started"].sum())
    site = next(iter(published.options("site")))
    assert int(published.within([site]).started(Filters())["n_started"].sum()) < whole
    assert int(published.started(Filters())["n_started"].sum()) == whole
