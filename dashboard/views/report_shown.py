"""A quarterly report on the screen: its sentences, what it withheld, its pages as pictures, and all of it as text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import packs
from dashboard.views.parts import heading, statement_html, table_html, typeset
from pipelines.words.catalogue import say
from pipelines.words.report_desk import page_alt, withheld_texts

if TYPE_CHECKING:
    from dashboard.packs import Asked, Making, Pack, PackSection, Part, Preview

_SIDE_BY_SIDE = 2
_FIRST_PAGE = "report_first_page"


def key_results(pack: Pack, may_leave: bool) -> None:
    """The sentences of the first page; of a report that may not leave yet, that too, for a page can be printed."""
    heading(say("report_desk.key_results"))
    if not may_leave:
        st.html(f'<p class="quiet"><b>{typeset(say("report_desk.is_preview"))}</b></p>')
    st.html(f'<div class="told">{"".join(map(statement_html, pack.key_results))}</div>')


def withheld(pack: Pack) -> None:
    """What was joined or is not shown, and why."""
    heading(say("report_desk.withheld"))
    texts = withheld_texts(pack.withheld, pack.about.policy.hides_nothing)
    st.html(f'<ul class="told">{"".join(f"<li>{typeset(text)}</li>" for text in texts)}</ul>')


def page_pictures(making: Making, asked: Asked) -> None:
    """The pages of the PDF, two at a time, as soon as they are drawn."""
    with st.container(key="pictured"):
        heading(say("report_desk.pages"))
        if making.preview.done():
            _pages(packs.preview(making), asked)
        else:
            _drawing(making)


@st.fragment(run_every="1s")
def _drawing(making: Making) -> None:
    if making.preview.done():
        st.rerun()
    st.skeleton(height=400)


@st.fragment
def _pages(preview: Preview, asked: Asked) -> None:
    total = len(preview.pages)
    first = min(st.session_state.get(_FIRST_PAGE, 0), (total - 1) // _SIDE_BY_SIDE * _SIDE_BY_SIDE)
    pages = range(first + 1, min(first + _SIDE_BY_SIDE, total) + 1)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="turn"):
        _turn("pages_earlier", first - _SIDE_BY_SIDE, is_possible=first > 0)
        _turn("pages_later", first + _SIDE_BY_SIDE, is_possible=pages[-1] < total)
        _chapters(preview, pages)
        words = say("report_desk.pages_shown", pages=f"{pages[0]}–{pages[-1]}", total=str(total))
        st.html(f'<span class="quiet" role="status">{typeset(words)}</span>', width="content")
    with st.container(key="sheets"):
        for page, place in zip(pages, st.columns(_SIDE_BY_SIDE, gap="medium"), strict=False):
            place.image(preview.pages[page - 1], alt=page_alt(page, total, preview.chapter_of(page), asked.period))


def _turn(words: str, to: int, is_possible: bool) -> None:
    def turn() -> None:
        st.session_state[_FIRST_PAGE] = to

    st.button(say(f"report_desk.{words}"), key=words, on_click=turn, disabled=not is_possible)


def _chapters(preview: Preview, pages: Sequence[int]) -> None:
    """The chapters to turn to; the one that is open is that of the last page shown."""
    begins = {say("report_desk.chapter_first"): 1, **preview.chapters}
    key = "report_chapter"
    st.session_state[key] = preview.chapter_of(pages[-1]) or next(iter(begins))

    def turn() -> None:
        page = begins[st.session_state[key]]
        st.session_state[_FIRST_PAGE] = (page - 1) // _SIDE_BY_SIDE * _SIDE_BY_SIDE

    st.selectbox(
        say("report_desk.chapter"), list(begins), key=key, on_change=turn, label_visibility="collapsed", width=260
    )


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
    return f'<div class="told part">{title}{told}{drawn}{tables}{notes}</div>'


def _table_html(name: str, pack: Pack) -> str:
    table = pack.tables[name]
    if table.printed.empty:
        return ""
    notes = " ".join(text for text in (table.note, table.on_paper) if text)
    note = f'<p class="quiet">{typeset(notes)}</p>' if notes else ""
    return f"<div><h4>{escape(table.title)}</h4>{table_html(table.printed)}{note}</div>"
