"""A REDCap data dictionary: choices, labels, checkbox columns, and what its fields hold."""

import pytest

from pipelines.sources.redcap.dictionary import Field, plain_code, plain_label, read_choices


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("0, Not at all | 1, Several days", {"0": "Not at all", "1": "Several days"}),
        ("1,Yes|0,No", {"1": "Yes", "0": "No"}),
        ("1, Mild, or none | 2, <b>Severe</b>", {"1": "Mild, or none", "2": "Severe"}),
        ("a, А | b, Б |", {"a": "А", "b": "Б"}),
        ("-99, Unknown", {"-99": "Unknown"}),
        ("1", {"1": ""}),
        ("", {}),
    ],
)
def test_choices_are_codes_with_labels(text, choices):
    assert read_choices(text) == choices


@pytest.mark.parametrize(
    ("code", "plain"), [("1", "1"), ("Aa", "aa"), ("-99", "_99"), (".99", "_99"), ("B 1", "b_1"), ("3dddd", "3dddd")]
)
def test_the_column_of_a_choice_is_named_by_its_code_in_small_letters(code, plain):
    assert plain_code(code) == plain
    assert Field("meds", "intake", "checkbox").option_name(code) == f"meds___{plain}"


def test_labels_lose_their_markup_and_line_ends():
    assert plain_label("How <b>often</b>\n in two&nbsp;weeks<br/>?") == "How often in two&nbsp;weeks ?"


@pytest.mark.parametrize(
    ("field", "is_date", "is_birth"),
    [
        (Field("a", "f", "text", validation="date_dmy"), True, False),
        (Field("a", "f", "text", validation="datetime_seconds_mdy"), True, False),
        (Field("a", "f", "text", validation="time"), False, False),
        (Field("dob", "f", "text", validation="date_ymd"), True, True),
        (Field("a", "f", "text", "Date of birth", validation="date_ymd"), True, True),
        (Field("a", "f", "text", "Дата рождения", validation="date_ymd"), True, True),
    ],
)
def test_dates_are_known_by_their_validation_type(field, is_date, is_birth):
    assert (field.is_date, field.is_birth) == (is_date, is_birth)


def test_a_missing_data_code_is_kept_out_by_an_action_tag():
    assert Field("a", "f", "text").takes_missing_codes
    assert not Field("a", "f", "text", annotation="@HIDDEN @nomissing").takes_missing_codes
