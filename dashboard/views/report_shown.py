"""A quarterly report on the screen: its sentences, what it withheld, its pages as pictures, and all of it as text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import packs
from dashboard.views.parts import heading, statement_html, table_html, typeset
from pipelines.words.catalogue import say
from pipelines.words.report_desk import withheld_texts

if TYPE_CHECKING:
    from dashboard.packs import Making
    from pipelines.reports.asking import Asked
    from pipelines.reports.pack import Pack, PackSection, Part

_SIDE_BY_SIDE = 2
_FIRST_PAGE = "report_first_page"


def key_results(pack: Pack) -> None:
    """The sentences of the first page."""
    heading(say("report_desk.key_results"))
    st.html(f'<div class="told">{"".join(map(statement_html, pack.key_results))}</div>')


def withheld(pack: Pack) -> None:
    """What was joined or is not shown, and why."""
    heading(say("report_desk.withheld"))
    texts = withheld_texts(pack.withheld, pack.about.policy.hides_nothing)
    st.html(f'<ul class="told">{"".join(f"<li>{typeset(text)}</li>" for text in texts)}</ul>')


def page_pictures(making: Making, asked: Asked) -> None:
    """The pages of the PDF, two at a time, as soon as they are drawn."""
    heading(say("report_desk.pages"))
    if making.pictures.done():
        _pages(packs.pictures(making), asked)
    else:
        _drawing(making)


@st.fragment(run_every="1s")
def _drawing(making: Making) -> None:
    if making.pictures.done():
        st.rerun()
    st.skeleton(height=400)


@st.fragment
def _pages(pictures: Sequence[bytes], asked: Asked) -> None:
    total = len(pictures)
    first = min(st.session_state.get(_FIRST_PAGE, 0), (total - 1) // _SIDE_BY_SIDE * _SIDE_BY_SIDE)
    shown = range(first, min(first + _SIDE_BY_SIDE, total))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="turn"):
        _turn("pages_earlier", first - _SIDE_BY_SIDE, is_possible=first > 0)
        _turn("pages_later", first + _SIDE_BY_SIDE, is_possible=shown[-1] + 1 < total)
        numbers = f"{shown[0] + 1}–{shown[-1] + 1}" if len(shown) > 1 else str(shown[0] + 1)
        words = say("report_desk.pages_shown", pages=numbers, total=str(total))
        st.html(f'<span class="quiet" role="status">{typeset(words)}</span>', width="content")
    with st.container(key="sheets"):
        for number, place in zip(shown, st.columns(_SIDE_BY_SIDE, gap="medium"), strict=False):
            alt = say("report_desk.page_alt", page=str(number + 1), total=str(total), period=asked.period)
            place.image(pictures[number], alt=alt)


def _turn(words: str, to: int, is_possible: bool) -> None:
    def turn() -> None:
        st.session_state[_FIRST_PAGE] = to

    st.button(say(f"report_desk.{words}"), key=words, on_click=turn, disabled=not is_possible)


def all_as_text(pack: Pack) -> None:
    """Each section with its sentences and tables; made only when opened."""
    heading(say("report_desk.text"))
    st.html(f'<p class="quiet">{typeset(say("report_desk.text_more"))}</p>')
    for section in pack.sections:
        part = st.expander(section.title, type="compact", on_change="rerun", key=f"part_report_{section.key}")
        if part.open:
            part.html(_section_html(section, pack))


def _section_html(section: PackSection, pack: Pack) -> str:
    return "".join(_part_html(part, section, pack) for part in section.parts)


def _part_html(part: Part, section: PackSection, pack: Pack) -> str:
    title = f"<h3>{typeset(part.title)}</h3>" if part.title != section.title else ""
    told = "".join(map(statement_html, part.statements))
    drawn = "".join(
        f'<p class="quiet">{typeset(say("report_desk.figure", title=each.title, alt=each.alt))}</p>'
        for each in part.figures
    )
    tables = "".join(_table_html(name, pack) for name in part.tables)
    notes = "".join(f'<p class="quiet">{typeset(note)}</p>' for note in part.notes)
    return f'<div class="brief">{title}{told}{drawn}{tables}{notes}</div>'


def _table_html(name: str, pack: Pack) -> str:
    table = pack.tables[name]
    if table.printed.empty:
        return ""
    note = f'<p class="quiet">{typeset(table.note)}</p>' if table.note else ""
    return f"<h4>{escape(table.title)}</h4>{table_html(table.printed)}{note}"
