from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import dashboard
from dashboard.theme import DARK, LIGHT, Palette, palette, style_sheet
from dashboard.views.frame import in_style_sheet

CONFIG = Path(dashboard.__file__).parents[1] / ".streamlit" / "config.toml"


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_marks_keep_three_to_one_and_text_four_and_a_half(colours: Palette):
    for style in [*colours.styles.values(), colours.other]:
        assert contrast(style.colour, colours.page) >= 3
        assert contrast(style.text, colours.page) >= 4.5
    assert contrast(colours.ink, colours.page) >= 7
    assert contrast(colours.muted, colours.page) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_conditions_differ_in_colour_dash_and_marker(colours: Palette):
    styles = [*colours.styles.values(), colours.other]
    for part in ("colour", "dash", "marker"):
        assert len({getattr(style, part) for style in styles}) == len(styles)


def test_the_light_colours_are_the_agreed_ones():
    assert [LIGHT.of(name).colour for name in ("depression", "anxiety", "chronic_pain", "ocd", "ptsd")] == [
        "#0072B2",
        "#009E73",
        "#D55E00",
        "#7B5EA7",
        "#B8860B",
    ]


def test_a_condition_that_a_program_adds_has_a_style():
    assert LIGHT.of("migraine") == LIGHT.other


def test_the_page_and_the_figures_share_their_background():
    theme = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    assert (theme["light"]["backgroundColor"], theme["dark"]["backgroundColor"]) == (LIGHT.page, DARK.page)
    assert (theme["light"]["textColor"], theme["dark"]["textColor"]) == (LIGHT.ink, DARK.ink)


def test_the_configuration_is_closed_and_quiet():
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    assert config["server"]["address"] == "127.0.0.1"
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"] == {"showErrorDetails": "none", "toolbarMode": "minimal"}


def test_palette_and_style_sheet():
    assert palette(None) is LIGHT
    assert palette("dark") is DARK
    assert DARK.page in style_sheet(DARK)


def test_no_name_of_a_program_ends_the_style_sheet_at_the_foot_of_a_printed_sheet():
    written = in_style_sheet('St. Ärzte "A"</style>')
    assert not set(written) & set('"<>/')
    assert written.startswith("St\\2e  Ärzte ")
