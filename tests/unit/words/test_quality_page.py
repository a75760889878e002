"""What the data quality page says; what `outcomes check` says is tested beside the command."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.quality import (
    allowed_share,
    category_words,
    counts_words,
    follow_up_alt,
    follow_up_hover,
    imports_numbers,
    imports_statement,
    quality_statement,
    worst_sites,
)

COMPARED = "Compared with snapshot 1234, built 2026-08-24."


@pytest.fixture
def checks():
    def table(*states: tuple[str, str]) -> pd.DataFrame:
        return pd.DataFrame([{"verdict": verdict, "status": status} for verdict, status in states])

    return table


FINE = ("passed", "stable")


def test_what_is_new_comes_first(checks):
    table = checks(("failed", "new"), ("failed", "new"), ("failed", "existing"), ("passed", "resolved"), FINE)
    assert quality_statement(table, COMPARED, has_before=True).text == (
        "2 checks of the data fail that did not fail before (2 of 5 pass; failing as before: 1; no longer failing: "
        "1). Compared with snapshot 1234, built 2026-08-24."
    )
    assert quality_statement(checks(("failed", "new"), FINE), COMPARED, has_before=True).finding == (
        "1 check of the data fails that did not fail before"
    )


def test_nothing_is_new(checks):
    table = checks(("failed", "existing"), ("passed_with_violations", "stable"), ("nothing_to_check", "stable"))
    assert quality_statement(table, COMPARED, has_before=True).text == (
        f"1 check of the data fails, as it did before (1 of 3 pass). {COMPARED}"
    )
    assert quality_statement(checks(FINE), COMPARED, has_before=True).text == (
        f"No check of the data fails (1 of 1 pass). {COMPARED}"
    )


def test_in_the_first_snapshot_nothing_is_called_new(checks):
    first = "This is the first snapshot: what fails is new."
    assert quality_statement(checks(("failed", "new"), FINE), first, has_before=False).text == (
        f"1 check of the data fails (1 of 2 pass). {first}"
    )


def by_site(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "check": "doses_uncommon",
                "site": site,
                "n_violated": violated,
                "n_checked": checked,
                "estimate": violated / checked if checked else None,
                "suppressed": False,
            }
            for site, violated, checked in rows
        ]
    )


def test_whom_to_ask():
    table = by_site(("North", 30, 300), ("South", 8, 20), ("West", 3, 3), ("East", 0, 50), ("not recorded", 9, 10))
    assert worst_sites("doses_uncommon", table, fewest=10) == (
        "The highest share at South (8 of 20) and North (30 of 300)."
    )


def test_one_site_is_no_comparison():
    assert worst_sites("doses_uncommon", by_site(("North", 30, 300)), fewest=10) == ""
    assert worst_sites("doses_uncommon", by_site(("North", 0, 300), ("South", 0, 20)), fewest=10) == ""
    assert worst_sites("another", by_site(("North", 30, 300), ("South", 8, 20)), fewest=10) == ""


def test_a_line_of_the_table():
    row = {"n_violated": 57, "n_checked": 23290, "counts": "rows", "allowed": 0.05}
    assert counts_words(row) == "57 of 23,290 rows"
    assert allowed_share(row) == "5 %"
    assert allowed_share(row | {"allowed": 0.0}) == "none"


def test_categories(checks):
    assert category_words(checks(("failed", "new"), FINE)) == "1 of 2 fail"
    assert category_words(checks(FINE, FINE)) == "all 2 pass"


@pytest.fixture
def imports():
    def table(n_quarantined: int = 126) -> pd.DataFrame:
        return pd.DataFrame(
            [
                {
                    "batch": "fd59e99804bc4711",
                    "source": "canonical:canonical",
                    "position": 1,
                    "data_through": None,
                    "table_name": "scores",
                    "n_landed": 14979,
                    "n_accepted": 14874 - n_quarantined,
                    "n_duplicate": 25,
                    "n_quarantined": n_quarantined,
                    "n_not_tracked": 80,
                }
            ]
        )

    return table


def test_where_the_rows_ended(imports):
    assert imports_statement(imports()).text == (
        "Of 14,899 rows that the imports track, 126 are in quarantine (0.8 %). "
        "`outcomes quarantine` shows why, line by line, and how to mend them; no value is shown here."
    )
    assert imports_statement(imports(0)).text == "None of the 14,899 rows that the imports track is in quarantine."
    (line,) = imports_numbers(imports()).to_dict("records")
    assert line["Data through"] == "not given"
    assert (line["Rows landed"], line["Quarantined"], line["Batch"]) == ("14,979", "126", "fd59e99804bc")


def followed_up(**shares: tuple[int, int]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "condition": "depression",
                "site": site,
                "quarter": "2026-Q1",
                "n_observed": observed,
                "n_due": due,
                "estimate": observed / due if due else None,
            }
            for site, (observed, due) in shares.items()
        ]
    )


def test_follow_up_as_a_sentence(context):
    table = followed_up(North=(4, 10), South=(9, 10), West=(0, 0))
    assert follow_up_alt(table, "depression", context) == (
        "Depression: follow-up by site and quarter, from 40 % at North to 90 % at South."
    )
    assert follow_up_hover(table.to_dict("records")[0], context) == (
        "North, 2026-Q1: 4 of 10 depression courses due followed up (40 %)"
    )
    assert follow_up_alt(followed_up(West=(0, 0)), "depression", context) == (
        "Depression: nobody is due for follow-up yet."
    )
