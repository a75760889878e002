"""The runner finds the order of models from their FROM clauses, and names what is missing or circular."""

import duckdb
import pytest

from pipelines.sql import runner
from pipelines.sql.runner import ModelError, ordered, read_models, run_models


@pytest.fixture
def models(tmp_path, monkeypatch):
    """Writes models into a folder of their own and lets the runner read them there."""

    def write(**queries):
        for name, query in queries.items():
            schema, _, table = name.partition("__")
            (tmp_path / schema).mkdir(exist_ok=True)
            (tmp_path / schema / f"{table}.sql").write_text(f"-- {table}\n-- Grain: n\n{query}\n", encoding="utf-8")
        original = read_models
        monkeypatch.setattr(runner, "read_models", lambda schemas: original(schemas, tmp_path))
        return original({name.split("__")[0] for name in queries}, tmp_path)

    return write


def test_the_order_follows_from_the_from_clauses(models):
    found = models(
        a__first="select n from a.second inner join a.third using (n)",
        a__second="with steps as (select n from a.third) select n from steps",
        a__third="select n from ref.numbers where n in (select n from b.fourth)",
        b__fourth="select 1 as n",
    )
    tables = [model.table for model in ordered(found, ["ref.numbers"])]
    assert tables == ["b.fourth", "a.third", "a.second", "a.first"]


def test_models_become_tables_in_that_order_and_are_reported(models):
    models(a__doubled="select 2 * n as n from a.whole", a__whole="select n from ref.numbers")
    reported = []
    with duckdb.connect() as connection:
        connection.execute("create schema ref; create table ref.numbers as select 21 as n")
        assert run_models(connection, ["a"], reported.append) == ["a.whole", "a.doubled"] == reported
        assert connection.execute("from a.doubled").fetchall() == [(42,)]


def test_a_common_table_expression_is_no_table_to_wait_for(models):
    found = models(a__one="with two as (select 1 as n) select n from two")
    assert [model.reads for model in found] == [frozenset()]


def test_a_missing_table_is_named_with_the_nearest(models):
    found = models(a__responses="select n from a.basline", a__baseline="select 1 as n")
    with pytest.raises(ModelError) as caught:
        ordered(found, [])
    assert str(caught.value) == ("a.responses reads a.basline, which nothing makes; the nearest there is: a.baseline")


def test_a_missing_table_like_no_other_is_named_alone(models):
    found = models(a__responses="select n from zzz.qqq")
    with pytest.raises(ModelError) as caught:
        ordered(found, [])
    assert str(caught.value) == "a.responses reads zzz.qqq, which nothing makes"


def test_a_circle_is_named(models):
    found = models(a__hen="select n from a.egg", a__egg="select n from a.hen", a__farm="select 1 as n")
    with pytest.raises(ModelError, match="in a circle") as caught:
        ordered(found, [])
    assert {"a.hen", "a.egg"} <= set(str(caught.value).replace(" -> ", " ").split())
    assert "a.farm" not in str(caught.value)


def test_a_model_that_reads_itself_is_a_circle(models):
    found = models(a__self="select n from a.self")
    with pytest.raises(ModelError, match=r"in a circle: a\.self -> a\.self"):
        ordered(found, [])


def test_a_header_may_ask_for_a_view(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "seen.sql").write_text("-- Seen.\n-- Grain: n\n-- Kept as: view\nselect 1 as n\n")
    original = read_models
    monkeypatch.setattr(runner, "read_models", lambda schemas: original(schemas, tmp_path))
    with duckdb.connect() as connection:
        run_models(connection, ["a"])
        kinds = connection.execute("select table_type from information_schema.tables where table_schema = 'a'")
        assert kinds.fetchall() == [("VIEW",)]


def test_every_shipped_model_has_its_order():
    reference = {
        table
        for model in read_models(["accepted", "outcome", "published"])
        for table in model.reads
        if table.split(".")[0] in ("ref", "landing", "live")
    }
    assert len(ordered(read_models(["accepted"]), reference)) == len(read_models(["accepted"]))
    accepted = {f"accepted.{table}" for table in ("courses", "infusions", "scores")}
    built = ordered(read_models(["outcome", "published"]), reference | accepted)
    assert built[-1].table.startswith("published.")
