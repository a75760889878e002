from __future__ import annotations

import pytest

from dashboard.choices import Choices, address_of, choices_from_address, filters_of, without
from pipelines.filters import Filters

OPTIONS = {
    "condition": ("depression", "anxiety"),
    "quarter": ("2025-Q1", "2025-Q2", "2025-Q3", "not recorded"),
    "site": ("North", "South"),
    "route": ("iv", "im"),
}


@pytest.mark.parametrize(
    "choices",
    [
        Choices(),
        Choices(condition="anxiety"),
        Choices(quarters=("2025-Q1", "2025-Q2"), site=("North", "South"), route=("im",)),
        Choices(condition="depression", kind="sustained", by="site"),
    ],
)
def test_an_address_gives_back_the_choices(choices: Choices):
    assert choices_from_address(address_of(choices), OPTIONS) == (choices, [])


def test_defaults_take_no_room_in_the_address():
    assert address_of(Choices()) == {}


@pytest.mark.parametrize(
    ("address", "ignored"),
    [
        ({"condition": ["zzz"]}, ["condition zzz"]),
        ({"site": ["North", "<script>"]}, ["site <script>"]),
        ({"from": ["2031-Q1"]}, ["from 2031-Q1"]),
        ({"kind": ["never"], "by": ["scale"]}, ["kind never", "by scale"]),
    ],
)
def test_what_the_snapshot_does_not_have_is_ignored_and_named(address, ignored):
    assert choices_from_address(address, OPTIONS)[1] == ignored


def test_the_valid_part_of_an_address_counts():
    assert choices_from_address({"site": ["Nowhere", "South"]}, OPTIONS)[0] == Choices(site=("South",))


def test_unknown_names_in_the_address_are_nobodys_business():
    assert choices_from_address({"utm_source": ["mail"]}, OPTIONS) == (Choices(), [])


def test_a_range_is_read_in_either_order_and_with_one_end():
    for address, quarters in (
        ({"from": ["2025-Q2"], "to": ["2025-Q1"]}, ("2025-Q1", "2025-Q2")),
        ({"from": ["2025-Q2"]}, ("2025-Q2", "2025-Q3")),
        ({"to": ["2025-Q1"]}, ("2025-Q1", "2025-Q1")),
        ({"from": ["2025-Q1"], "to": ["2025-Q3"]}, None),
    ):
        assert choices_from_address(address, OPTIONS)[0].quarters == quarters


def test_filters():
    assert filters_of(Choices(), OPTIONS) == Filters()
    choices = Choices(condition="anxiety", quarters=("2025-Q1", "2025-Q2"), site=("North",), kind="sustained")
    assert filters_of(choices, OPTIONS) == Filters(
        condition=("anxiety",), quarter=("2025-Q1", "2025-Q2"), site=("North",), kind="sustained"
    )


def test_groups_are_for_one_condition_at_a_time():
    assert Choices(by="site").group() == "condition"
    assert Choices(by="site", condition="anxiety").group() == "site"


def test_removing_and_widening():
    choices = Choices(condition="anxiety", site=("North",), kind="sustained")
    assert without(choices, "site") == Choices(condition="anxiety", kind="sustained")
    assert choices.widened() == Choices(kind="sustained")
    assert choices.narrows
    assert not choices.widened().narrows
