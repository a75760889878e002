"""The dashboard: who is let in, which snapshot, the frame around every page."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple, NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import access, visit, wanted, warming
from dashboard.access import Door, Reader
from dashboard.choices import MOVED, TABS, address_of, without
from dashboard.filter_line import filter_line
from dashboard.filters import current_choices, read_address, read_address_afresh, whole_address
from dashboard.question import current_question, told
from dashboard.reading import Snapshot, current_snapshot
from dashboard.theme import palette, style_sheet
from dashboard.views.door import closed_door, nothing_to_show, reader_line
from dashboard.views.frame import SYNTHETIC, complete_frame, printed_foot, printed_selection
from dashboard.views.in_force import lost_note, snapshot_offer
from dashboard.views.pictures import begin_page
from dashboard.views.small_numbers import small_numbers_line
from pipelines.errors import OutcomesError
from pipelines.sign_in.rules import Role

REPORT = "Quarterly report"


class PageFile(NamedTuple):
    """A page.

    Attributes:
        path: its file.
        has_filters: whether the line of filters stands above it.
        lowest_role: the lowest role that may read it.
    """

    path: str
    has_filters: bool = True
    lowest_role: Role = "analyst"


# Each page by its title.
PAGES = {
    "Overview": PageFile("views/overview.py"),
    "Response": PageFile("views/response.py"),
    "Onset": PageFile("views/onset.py"),
    "Durability": PageFile("views/durability.py"),
    "Trajectories": PageFile("views/trajectories.py"),
    "Who was lost": PageFile("views/lost.py"),
    "Subgroups": PageFile("views/subgroups.py"),
    "Sites": PageFile("views/sites.py"),
    "Trend": PageFile("views/trend.py"),
    "Infusions and safety": PageFile("views/infusions.py"),
    "Data quality": PageFile("views/quality.py"),
    REPORT: PageFile("views/report.py", has_filters=False, lowest_role="lead"),
    "Methods": PageFile("views/methods.py", has_filters=False),
}


def main() -> None:
    """One run: decide, read, draw."""
    st.html(style_sheet(palette(st.context.theme.type)))
    pages = [
        st.Page(file.path, title=title, default=title == "Overview", url_path="" if title == "Overview" else None)
        for title, file in PAGES.items()
    ]
    pages += [st.Page(lambda: None, title=old, url_path=old, visibility="hidden") for old in MOVED]
    page = st.navigation(pages, position="hidden")
    st.set_page_config(page_title=f"{page.title} – Infusion outcomes", layout="wide")
    try:
        snapshot = opened(page, pages)
    except OutcomesError as error:
        nothing_to_show(page.title, str(error))
        return
    if snapshot is None:
        return
    try:
        header(snapshot)
        complete_frame(page.title)
        printed_foot(snapshot)
        begin_page()
        snapshot_offer()
        lost_note()
        if not may_read(page.title):
            closed_door(visit.no_role(page.title))
            return
        st.title(page.title, anchor=False)
        small_numbers_line(snapshot)
        if PAGES[page.title].has_filters:
            filter_line(snapshot)
            printed_selection(snapshot)
        page.run()
    except OutcomesError as error:
        calm(str(error))


def opened(page: StreamlitPage, pages: Sequence[StreamlitPage]) -> Snapshot | None:
    """The snapshot that a reader who is let in reads in this run; None where the door stays closed, which is drawn.

    Raises:
        NothingPublished, StoreDamaged: there is none to read.
        NotRecorded: the visit cannot be put on record.
    """
    reader = let_in(page, pages)
    if reader is None:
        return None
    if page.url_path in MOVED:
        lead_on(page.url_path)
    snapshot = current_snapshot(reader.sites)
    if reader.sites and not snapshot.options().site:
        closed_door(visit.no_site())
        return None
    read_address(snapshot.options(), TABS.get(page.title, {}))
    if may_read(page.title):
        visit.view(page.title, selected(page.title, snapshot), snapshot.id)
    return snapshot


def may_read(title: str) -> bool:
    """Whether a page is for the role of who reads in this run."""
    return access.has_role(visit.reader(), PAGES[title].lowest_role)


def selected(title: str, snapshot: Snapshot) -> dict[str, list[str]]:
    """What of a page is looked at: the filters in force, or the report that is asked for."""
    return told(current_question(snapshot)) if title == REPORT else address_of(current_choices())


def let_in(page: StreamlitPage, pages: Sequence[StreamlitPage]) -> Reader | None:
    """Who reads in this run; None where the door stays closed, and what the reader meets is drawn."""
    request = access.current_request()
    decision = access.decide(request)
    is_new = visit.begin(request, decision)
    if is_new:
        read_address_afresh()
    if decision.reader is None:
        closed_door(decision)
    if decision.door is Door.SIGN_IN:
        wanted.keep(st.context.cookies, wanted.Wanted(page.url_path, whole_address()))
    elif is_new and not page.url_path and not whole_address():
        lead_back(pages)
    return decision.reader


def lead_back(pages: Sequence[StreamlitPage]) -> None:
    """To what the reader asked for before signing in, which led to the first page."""
    asked = wanted.take(st.context.cookies)
    for page in pages:
        if asked and page.url_path == asked.page:
            st.switch_page(page, query_params=asked.address)


def header(snapshot: Snapshot) -> None:
    """The line that stays in sight: the pages, the program, the snapshot, and what kind of data this is."""
    manifest = snapshot.manifest
    kind = f" · <b>{SYNTHETIC}</b>" if manifest.is_synthetic else ""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="header"):
        with st.container(horizontal=True, gap="small", width="content", key="pages"):
            for title in filter(may_read, PAGES):
                address = address_of(without(current_choices(), "tab"))
                st.page_link(PAGES[title].path, label=title, query_params=address)
        st.html(
            f'<div class="snapshot">{escape(manifest.program)} · snapshot {manifest.built_at:%Y-%m-%d} '
            f'<span title="The snapshot\'s id">{manifest.id[:8]}</span>{kind}</div>',
            width="content",
        )
        reader_line()


def lead_on(old: str) -> NoReturn:
    """From an address that was a page of its own to where its content stands now, filters included."""
    title, tab = MOVED[old]
    st.switch_page(PAGES[title].path, query_params=whole_address() | {"tab": [tab]})


def calm(message: str) -> None:
    """An error that a user can mend, with its cure."""
    st.markdown(message)


with warming.readers.served():
    main()
