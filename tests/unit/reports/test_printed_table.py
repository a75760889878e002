"""A printed table: what is hidden throughout is left out and said to be, and names have room before numbers."""

from __future__ import annotations

import pandas as pd

from pipelines.reports.pack import PackTable
from pipelines.reports.printed_table import table_data

ROWS = {"What": ["Started", "With baseline", "Lost, left"], "2026-Q1": ["71", "hidden", "–, hidden"]}


def table(printed: pd.DataFrame, note: str = "", on_paper: str = "") -> PackTable:
    return PackTable("a", "A table", pd.DataFrame(), printed, note, on_paper)


def test_lines_and_columns_hidden_throughout_are_left_out_and_said_to_be():
    printed = pd.DataFrame({**ROWS, "2026-Q2": ["20", "hidden", "hidden, hidden"], "2026-Q3": ["hidden"] * 3})
    data = table_data(table(printed, "A note.", "On paper."), 470.0)
    assert data["header"] == ["What", "2026-Q1", "2026-Q2"]
    assert data["rows"] == [["Started", "71", "20"]]
    assert data["note"] == "A note. On paper. What is hidden throughout is left out."


def test_a_table_with_something_shown_everywhere_is_whole():
    printed = pd.DataFrame({**ROWS, "2026-Q2": ["20", "19", "1, 2"]})
    data = table_data(table(printed), 470.0)
    assert len(data["rows"]) == 3
    assert data["note"] == ""


def test_a_table_of_which_nothing_else_would_be_left_stays():
    data = table_data(table(pd.DataFrame({"What": ["Started"], "2026-Q1": ["hidden"]})), 470.0)
    assert data["rows"] == [["Started", "hidden"]]


def test_questions_have_more_room_than_what_stands_beside_them():
    question = "Is there a score in the headline window of each course whose window is over, and is it the only one?"
    counted = "72 of 1,713 courses, once for each condition that they were given for and asked about"
    data = table_data(table(pd.DataFrame({"Question": [question], "Found": [counted], "Share": ["4 %"]})), 470.0)
    assert data["widths"][0] > 2 * data["widths"][1]
    assert data["sides"] == ["left", "left", "right"]
