from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.choices import (
    ATTRIBUTE,
    MOVED,
    POPULATIONS,
    TABS,
    Choices,
    Options,
    address_of,
    choices_from_address,
    filters_of,
    parted_by,
    population_of,
    subgroup_of,
    subgroups_of,
    without,
)
from pipelines.filters import Filters

OPTIONS = Options(
    condition=("depression", "anxiety"),
    quarter=("2025-Q1", "2025-Q2", "2025-Q3", "not recorded"),
    site=("North", "South"),
    route=("iv", "im"),
    scale=("PHQ-9", "GAD-7"),
    attributes={"sex": ("female", "male", "not recorded"), "clinic_kind": ("hospital",)},
)


@pytest.mark.parametrize(
    "choices",
    [
        Choices(),
        Choices(condition="anxiety"),
        Choices(quarters=("2025-Q1", "2025-Q2"), site=("North", "South"), route=("im",)),
        Choices(condition="depression", kind="sustained", by="site"),
        Choices(clock="infusions"),
        Choices(scale="GAD-7", population="repeat_courses_any_baseline", tab="remission"),
        Choices(condition="depression", attribute="sex", level=("female", "not recorded"), by=ATTRIBUTE),
        Choices(attribute="clinic_kind"),
    ],
)
def test_an_address_gives_back_the_choices(choices: Choices):
    assert choices_from_address(address_of(choices), OPTIONS, tabs=["remission"]) == (choices, [])


def test_defaults_take_no_room_in_the_address():
    assert address_of(Choices()) == {}


@pytest.mark.parametrize(
    ("address", "ignored"),
    [
        ({"condition": ["zzz"]}, ["condition zzz"]),
        ({"site": ["North", "<script>"]}, ["site <script>"]),
        ({"from": ["2031-Q1"]}, ["from 2031-Q1"]),
        ({"kind": ["never"], "by": ["scale"], "clock": ["moon"]}, ["kind never", "clock moon", "by scale"]),
        ({"scale": ["PHQ9"], "population": ["all"]}, ["population all", "scale PHQ9"]),
        ({"attribute": ["height"], "level": ["tall"]}, ["attribute height", "level tall"]),
        ({"attribute": ["sex"], "level": ["hospital"]}, ["level hospital"]),
        ({"level": ["female"]}, ["level female"]),
        ({"tab": ["remission"]}, ["tab remission"]),
    ],
)
def test_what_the_snapshot_does_not_have_is_ignored_and_named(address, ignored):
    assert choices_from_address(address, OPTIONS)[1] == ignored


def test_the_valid_part_of_an_address_counts():
    assert choices_from_address({"site": ["Nowhere", "South"]}, OPTIONS)[0] == Choices(site=("South",))


def test_of_what_can_be_one_only_the_first_counts_and_the_rest_is_named():
    choices, ignored = choices_from_address({"condition": ["anxiety", "depression"]}, OPTIONS)
    assert choices == Choices(condition="depression")
    assert ignored == ["condition anxiety beside depression"]
    choices, ignored = choices_from_address({"attribute": ["sex", "clinic_kind"], "level": ["female"]}, OPTIONS)
    assert choices == Choices(attribute="sex", level=("female",))
    assert ignored == ["attribute clinic_kind beside sex"]


def test_the_programs_own_population_takes_no_room():
    own = replace(OPTIONS, population="repeat_courses")
    assert choices_from_address({"population": ["repeat_courses"]}, own) == (Choices(), [])
    assert choices_from_address({"population": ["first_course"]}, own)[0] == Choices(population="first_course")


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

    choices = Choices(scale="PHQ-9", population="repeat_courses", attribute="sex", level=("male",))
    assert filters_of(choices, OPTIONS) == Filters(
        scale="PHQ-9", population="repeat_courses", attribute="sex", level=("male",)
    )


def test_an_attribute_without_levels_leaves_no_course_out():
    assert filters_of(Choices(attribute="sex"), OPTIONS) == Filters()


def test_groups_are_for_one_condition_at_a_time():
    assert Choices(by="site").group() == "condition"
    assert Choices(by="site", condition="anxiety").group() == "site"


def test_a_page_has_a_group_of_its_own_until_one_is_chosen():
    assert Choices(condition="anxiety").group(own="quarter") == "quarter"
    assert Choices(condition="anxiety", by="condition").group(own="quarter") == "condition"
    assert Choices().group(own="quarter") == "condition"


def test_a_further_attribute_is_a_group_while_it_is_chosen():
    assert Choices(condition="anxiety", attribute="sex", by=ATTRIBUTE).group() == "sex"
    assert Choices(condition="anxiety", by=ATTRIBUTE).group() == "condition"
    assert Choices(attribute="sex", by=ATTRIBUTE).group() == "condition"


def test_removing_and_widening():
    choices = Choices(condition="anxiety", site=("North",), kind="sustained")
    assert without(choices, "site") == Choices(condition="anxiety", kind="sustained")
    assert choices.widened() == Choices(kind="sustained")
    assert choices.narrows
    assert not choices.widened().narrows
    assert Choices(population="repeat_courses").narrows


def test_an_attribute_goes_with_its_levels_and_the_comparison_by_it():
    choices = Choices(condition="anxiety", attribute="sex", level=("male",), by=ATTRIBUTE)
    assert without(choices, ATTRIBUTE) == Choices(condition="anxiety")
    assert without(replace(choices, by="site"), ATTRIBUTE) == Choices(condition="anxiety", by="site")


def test_populations():
    pairs = [(False, False), (True, False), (False, True), (True, True)]
    assert [population_of(*pair) for pair in pairs] == list(POPULATIONS)


def test_courses_are_parted_by_what_was_chosen_or_the_first_there_is():
    options = Options(
        condition=("depression",),
        quarter=("2026-Q1", "2026-Q2"),
        site=("North", "South"),
        route=("iv",),
        attributes={"sex": ("female", "male"), "setting": ("medical",)},
    )
    subgroups = subgroups_of(options)
    assert subgroups == ["sex", "site", "quarter"]
    assert subgroup_of(Choices(), subgroups) == "sex"
    assert subgroup_of(Choices(by="site"), subgroups) == "site"
    assert subgroup_of(Choices(by="route"), subgroups) == "sex"
    assert subgroup_of(Choices(attribute="setting"), subgroups) == "sex"
    assert subgroup_of(Choices(), []) is None
    by_site = parted_by(Choices(attribute="sex", level=("female",)), "site")
    assert by_site == Choices(attribute="sex", level=("female",), by="site")
    assert subgroup_of(by_site, subgroups) == "site"
    assert parted_by(by_site, "sex").level == ("female",)
    assert parted_by(by_site, "age_band") == Choices(attribute="age_band", by="attribute")


def test_addresses_that_were_pages_lead_to_tabs_that_there_are():
    assert all(tab in TABS[title] for title, tab in MOVED.values())
