"""How the dashboard looks: the palette of a reader's theme, sizes of type, one style sheet."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from pipelines.look import DARK, LIGHT, Palette, Style

__all__ = ["DARK", "LIGHT", "Palette", "Style", "palette", "style_sheet"]

FONT = "'Source Sans', 'Source Sans Pro', system-ui, sans-serif"
SMALL, BODY, VALUE = 12, 13, 18
"""Type in figures, in pixels; the page's own sizes stand in .streamlit/config.toml."""


def palette(theme: Literal["light", "dark"] | None) -> Palette:
    """The palette of the reader's theme; light where the browser has not said yet."""
    return DARK if theme == "dark" else LIGHT


STYLE_SHEET = """
<style>
.stMainBlockContainer { max-width: 1200px; margin: 0 auto; }
.stMainBlockContainer, .stMainBlockContainer table { font-variant-numeric: tabular-nums; }
.stApp { --page: PAGE; --rule: RULE; --chosen: CHOSEN; --muted: MUTED; --ink: INK; --alert: ALERT; }
button[aria-label^="Help for"] { min-width: 24px; min-height: 24px; }
.st-key-offer { border-left: 3px solid var(--ink); padding: 0.4rem 0 0.4rem 0.8rem; }
[class*="st-key-reader"] button { min-height: 0; padding: 0; font-size: 0.87rem; }
.st-key-door { padding-top: 12vh; max-width: 40rem; }
/* Streamlit writes white on the accent, which is pale in the dark theme. */
.stApp [data-testid="stBaseButton-primary"] * { color: var(--page); }
p.door { max-width: 40rem; margin: 0 0 0.6rem; line-height: 1.5; }
.snapshot { color: var(--muted); font-size: 0.87rem; }
.snapshot b { color: var(--ink); font-weight: 600; white-space: nowrap; }
.statement { font-size: 1.2rem; line-height: 1.5; max-width: 64rem; margin: 0 0 0.6rem; color: var(--ink); }
.statement .basis, .statement .more { color: var(--muted); }
.statement .basis, .statement .more { font-size: 1rem; }
.statement strong { font-weight: 600; }
.marked { border-left: 3px solid; padding-left: 0.8rem; }
.marked .statement { margin: 0; line-height: 1.3; }
/* The finding is a line of its own; what it rests on is read after it. */
.marked .statement strong { display: block; line-height: 1.4; text-wrap: balance; }
.marked .statement .basis, .marked .statement .more { font-size: 0.93rem; line-height: 1.45; }
/* Where a funnel is narrower than its names were placed for, only the sites beyond a limit are named; the others by
   their hover and in the tab by name. */
[class*="st-key-sites_funnel"] { container-type: inline-size; }
@container (max-width: 480px) { [class*="st-key-sites_funnel_beside"] .textpoint { display: none; } }
@container (max-width: 735px) { [class*="st-key-sites_funnel_alone"] .textpoint { display: none; } }
/* Sentences beside each other leave their figures on one line. */
@media (min-width: 900px) {
  .stColumn:not(:only-child) .marked:not(.brief) { min-height: 6.8rem; }
}
@media (max-width: 640px) {
  .statement { font-size: 1.07rem; line-height: 1.4; }
  .statement .basis, .statement .more { font-size: 0.93rem; }
  .marked .statement .basis, .marked .statement .more { font-size: 0.87rem; }
}
.statement .lead { display: block; font-size: 0.87rem; color: var(--muted); }
.brief .statement { margin: 0; font-size: 1rem; line-height: 1.45; max-width: none; }
.brief .statement .basis, .brief .statement .more { font-size: 0.87rem; }
.brief { padding: 0.5rem 0 0; }
.three { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem 2rem; }
.marked.verdicts { margin-top: 0.5rem; }
.verdict { font-size: 0.87rem; font-weight: 600; color: var(--ink); border: 1px solid var(--muted); border-radius: 1rem;
  padding: 0.05rem 0.6rem; margin-left: 0.5rem; white-space: nowrap; }
.verdict.usual, .verdict.none { color: var(--muted); font-weight: 400; border-color: var(--rule); }
.marked.beside { padding: 0 0 0 0.8rem; }
[class*="st-key-row_"] .stVerticalBlock { gap: 0.35rem; }
[class*="st-key-row_"] .stPageLink a, .st-key-brief .stPageLink a { padding-left: 0; }
.st-key-filters > div:last-child { margin-left: auto; }
[class*="st-key-chip_"] { border: 1px solid var(--rule); border-radius: 1rem; padding: 0 0.6rem; }
[class*="st-key-chip_chosen_"] { background: var(--chosen); border-color: transparent; }
[class*="st-key-chip_"] button { min-height: 2rem; padding: 0 0.15rem; }
[class*="st-key-row_"] { border-top: 1px solid var(--rule); padding-top: 1.25rem; }
.quiet { color: var(--muted); font-size: 0.87rem; line-height: 1.45; }
.quiet b { color: var(--ink); font-weight: 600; }
.condition { font-size: 1.2rem; font-weight: 600; }
.value { font-size: 1.2rem; font-weight: 600; color: var(--ink); }
table.numbers { border-collapse: collapse; font-size: 0.87rem; }
table.numbers th, table.numbers td { padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid var(--rule); }
table.numbers th { color: var(--muted); font-weight: 400; text-align: left; vertical-align: bottom; }
table.numbers tbody :is(th, td) { vertical-align: baseline; }
table.numbers .number { text-align: right; white-space: nowrap; }
table.numbers .word { white-space: nowrap; }
.scroll { overflow-x: auto; }
.stHtml > h2 { font-size: 1.2rem; font-weight: 600; margin: 0; padding: 0.6rem 0 0; }
.hand { list-style: none; margin: 0 !important; padding: 0 !important; display: grid; gap: 0.9rem; max-width: 62rem; }
.hand li { margin: 0 !important; padding: 0.1rem 0 0.1rem 0.8rem !important; border-left: 3px solid var(--muted); }
.status { font-size: 0.75rem; text-transform: uppercase; letter-spacing: 0.04em; color: var(--muted); }
.status.new { color: var(--alert); font-weight: 600; }
.status.existing { color: var(--ink); font-weight: 600; }
section.checks { border: 0; padding: 0; }
table.checks { width: 100%; }
table.checks th[scope="row"] { color: var(--ink); min-width: 15rem; }
table.checks th, table.checks td { vertical-align: top !important; }
table.checks summary { padding: 0; }
table.checks details { border: 0; }
.index ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.4rem; padding: 0; margin: 0 0 0.5rem; }
.index a, .definitions a { color: inherit; text-decoration: underline; text-underline-offset: 0.2em; }
.definitions { border-top: 1px solid var(--rule); padding: 1.1rem 0 0.4rem; scroll-margin-top: 3.5rem; }
.definitions h2 { font-size: 1.2rem; font-weight: 600; margin: 0; padding: 0; }
.definitions p { margin: 0.2rem 0 0.6rem; max-width: 56rem; }
.definitions details > dl { padding-left: 1.1rem; }
.definitions details { border-top: 1px solid var(--rule); }
.definitions summary { cursor: pointer; padding: 0.45rem 0; }
.definitions summary b { font-weight: 600; }
.definitions summary .quiet { font-weight: 400; margin-left: 0.4rem; }
.definitions dl {
  padding: 0;
  display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 0.35rem 1rem;
  margin: 0.2rem 0 1rem; max-width: 62rem;
}
.definitions dl.plain { grid-template-columns: 16rem minmax(0, 1fr); gap: 0.7rem 1rem; margin-top: 0.6rem; }
.definitions dl.plain dt { color: var(--ink); font-size: inherit; font-weight: 600; }
.definitions dl.plain dt .quiet { display: block; font-weight: 400; }
.definitions dd { overflow-wrap: anywhere; }
.definitions dt { color: var(--muted); font-size: 0.87rem; }
.definitions dd { margin: 0; }
@media (max-width: 640px) {
  .definitions dl, .definitions dl.plain { grid-template-columns: minmax(0, 1fr); gap: 0.1rem; }
  .definitions dd { margin-bottom: 0.5rem; }
}
</style>
"""


def style_sheet(colours: Palette) -> str:
    """The style sheet in the colours of a palette; on paper in the light ones."""
    sheets = [_sheet("frame.css"), _sheet("print.css")]
    if colours is DARK:
        sheets.append(_sheet("print_dark.css"))
    return f"{_in_colours(STYLE_SHEET, colours)}<style>{_in_colours(''.join(sheets), LIGHT)}</style>"


@cache
def _sheet(name: str) -> str:
    return files("dashboard").joinpath(name).read_text(encoding="utf-8")


def _in_colours(sheet: str, colours: Palette) -> str:
    for name, value in (
        ("PAGE", colours.page),
        ("RULE", colours.rule),
        ("CHOSEN", colours.chosen),
        ("MUTED", colours.muted),
        ("INK", colours.ink),
        ("ALERT", colours.alert),
    ):
        sheet = sheet.replace(f": {name};", f": {value};")
    return sheet
