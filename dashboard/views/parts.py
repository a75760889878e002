"""Pieces that every page is made of: sentences, and the numbers, the definition and the download behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import visit
from dashboard.choices import address_of
from dashboard.figures.canvas import CONFIG
from dashboard.filters import current_choices
from dashboard.reading import Snapshot, snapshot_of_run
from dashboard.shown import ADDRESS_NAME
from dashboard.theme import Palette, palette
from dashboard.views.pictures import file_name, note_figure, pictures
from pipelines.words.catalogue import say
from pipelines.words.numbers import HIDDEN
from pipelines.words.statement import Context, Statement

if TYPE_CHECKING:
    from dashboard.figures.canvas import Figure

Item = TypeVar("Item")
_COMMAND = re.compile(r"`([^`]+)`")


def current_palette() -> Palette:
    """The palette of the reader's theme."""
    return palette(st.context.theme.type)


def typeset(text: str) -> str:
    """Escaped for the page, with units kept on the line of their number and `commands` set as such."""
    kept = escape(text).replace(" %", "\u00a0%").replace("n = ", "n\u00a0=\u00a0")
    return _COMMAND.sub(r"<code>\1</code>", kept)


def statement_html(statement: Statement) -> str:
    """A sentence in the order of reading: the finding strong, what it rests on quiet."""
    lead = f'<span class="lead">{typeset(statement.lead)}</span> ' if statement.lead else ""
    finding = statement.finding if statement.basis else f"{statement.finding.rstrip('.')}."
    basis = f' <span class="basis">{typeset(statement.basis)}.</span>' if statement.basis else ""
    more = f' <span class="more">{typeset(statement.more)}</span>' if statement.more else ""
    return f'<p class="statement">{lead}<strong>{typeset(finding)}</strong>{basis}{more}</p>'


def headline(condition: str, statement: Statement, colours: Palette) -> None:
    """The page's answer for one condition, marked with its colour."""
    colour = colours.of(condition).colour
    st.html(f'<div class="marked" style="border-color:{colour}">{statement_html(statement)}</div>')


def brief_headline(condition: str, statement: Statement, colours: Palette) -> None:
    """The same in smaller type, above a figure that stands beside others."""
    colour = colours.of(condition).colour
    html = statement_html(statement)
    st.html(f'<div class="marked brief beside" style="border-color:{colour}">{html}</div>')


_VERDICT_MARKS = {"usual_variation": "∿", "signal_high": "▲", "signal_low": "▼"}


def verdict_headline(condition: str, statement: Statement, verdict: str, word: str, colours: Palette) -> None:
    """The same with a verdict in a word and a mark of its own shape; a chart without rows has no word."""
    mark = _VERDICT_MARKS.get(verdict, "…")
    kind = "usual" if verdict == "usual_variation" else "signal" if verdict else "none"
    told = f'<span class="verdict {kind}"><span aria-hidden="true">{mark}</span> {typeset(word)}</span>' if word else ""
    html = statement_html(replace(statement, lead=""))
    name = f'<span style="color:{colours.of(condition).text}">{typeset(statement.lead)}</span>'
    st.html(
        f'<div class="marked verdicts" style="border-color:{colours.of(condition).colour}">'
        f'<div class="condition">{name} {told}</div>{html}</div>'
    )


def heading(text: str) -> None:
    """The head of a part of the page."""
    st.html(f"<h2>{typeset(text)}</h2>")


def condition_heading(condition: str, context: Context, colours: Palette) -> None:
    """A condition's name in its colour, above its own figure."""
    st.html(condition_html(condition, context, colours))


def condition_html(condition: str, context: Context, colours: Palette) -> str:
    """A condition's name in its colour."""
    return f'<div class="condition" style="color:{colours.of(condition).text}">{escape(context.label(condition))}</div>'


def side_by_side(items: Sequence[Item]) -> Iterator[tuple[Item, DeltaGenerator]]:
    """A place for each condition or the like, up to three beside each other; below each other on a phone."""
    yield from _in_columns(items, 3)


def two_by_two(items: Sequence[Item]) -> Iterator[tuple[Item, DeltaGenerator]]:
    """The same for figures that need more width, up to two beside each other."""
    yield from _in_columns(items, 2)


def _in_columns(items: Sequence[Item], most: int) -> Iterator[tuple[Item, DeltaGenerator]]:
    for start in range(0, len(items), most):
        places = st.columns(min(len(items), most), gap="large")
        yield from zip(items[start : start + most], places, strict=False)


def brief_statements(*statements: Statement) -> None:
    """Short sentences side by side, below each other on a phone."""
    st.html(f'<div class="brief three">{"".join(statement_html(statement) for statement in statements)}</div>')


def label(text: str) -> None:
    """A quiet line of text above a figure."""
    st.html(f'<div class="quiet">{typeset(text)}</div>')


def chart(key: str, build: Callable[[], Figure], alt: str, *further: Hashable) -> None:
    """Draws a figure; it is made once for each snapshot, selection and theme.

    Args:
        key: its name; two pages share it only where they draw the same.
        build: makes it from nothing but the snapshot, the choices in force, the theme and what is named further.
        alt: the finding.
        further: what else it depends on.
    """
    depends_on = (snapshot_of_run(), current_choices(), st.context.theme.type, key, *further)
    st.plotly_chart(_figure(repr(depends_on), build), theme=None, config=CONFIG, key=key, alt=alt)
    note_figure(key)


@st.cache_resource(max_entries=400, show_spinner=False)
def _figure(depends_on: str, _build: Callable[[], Figure]) -> Figure:  # noqa: ARG001  # the key of the cache
    return _build()


def notes(texts: Sequence[str]) -> None:
    """What a reader must know of a drawing."""
    st.html(f'<div class="quiet">{" ".join(typeset(text) for text in texts if text)}</div>')


def numbers_part(
    load: Callable[[], pd.DataFrame],
    label: str = "The numbers",
    n_text: int = 1,
    controls: Callable[[], None] | None = None,
) -> None:
    """The numbers as a table, its first columns text; made only when opened.

    Args:
        load: makes it.
        label: of what opens it.
        n_text: how many columns are text.
        controls: what stands above the table and changes it alone.
    """
    part = st.expander(label, type="compact", on_change="rerun", key="part_numbers")
    if part.open:
        with part:
            if controls:
                controls()
            st.html(table_html(load(), n_text))


def tab_numbers(
    name: str, table: pd.DataFrame, load: Callable[[], pd.DataFrame], snapshot: Snapshot, n_text: int = 1
) -> None:
    """The numbers of a tab and its result table as CSV; made only when opened."""
    part = st.expander("Numbers and download of this tab", type="compact", on_change="rerun", key=f"part_{name}")
    if part.open:
        part.html(table_html(load(), n_text))
        _download(part, name, lambda: table, snapshot)


def definition_part(load: Callable[[], list[str]]) -> None:
    """Rule, window, citation and review date; made only when opened."""
    part = st.expander("How this is defined", type="compact", on_change="rerun", key="part_definition")
    if part.open:
        for text in load():
            part.markdown(text)


def download_part(name: str, load: Callable[[], pd.DataFrame], snapshot: Snapshot) -> None:
    """The result table as CSV, the figures above as pictures, and a link to this very view; made only when opened."""
    part = st.expander("Download and link", type="compact", on_change="rerun", key=f"part_download_{name}")
    if part.open:
        _download(part, name, load, snapshot)
        pictures(part, name, snapshot, link_to_view())
        part.caption(say("snapshots.link_keeps"))
        part.code(link_to_view(), language=None, wrap_lines=True)


def _download(part: DeltaGenerator, name: str, load: Callable[[], pd.DataFrame], snapshot: Snapshot) -> None:
    file = f"{file_name(snapshot, name)}.csv"
    part.download_button(
        "Download CSV",
        data=visit.on_record(file, lambda: csv_of(load(), snapshot)),
        file_name=file,
        mime="text/csv",
        on_click="ignore",
        key=f"download_{name}",
    )


def csv_of(table: pd.DataFrame, snapshot: Snapshot) -> str:
    """A result table as CSV, each line with the snapshot that it comes from and whether that is synthetic."""
    leading = pd.DataFrame({"snapshot": snapshot.id, "is_synthetic": snapshot.manifest.is_synthetic}, index=table.index)
    return str(pd.concat([leading, table], axis=1).to_csv(index=False))


def link_to_view() -> str:
    """The address of this page with the choices in force and the snapshot that is shown."""
    base = (st.context.url or "").split("?")[0]
    query = urlencode({**address_of(current_choices()), ADDRESS_NAME: snapshot_of_run().id}, doseq=True)
    return f"{base}?{query}"


def table_html(table: pd.DataFrame, n_text: int = 1) -> str:
    """A table to scroll sideways on a phone: text left, numbers right.

    Args:
        table: as it is shown.
        n_text: how many of the first columns name the line.
    """
    if table.empty:
        return f'<p class="quiet">{typeset(say("choices.no_numbers"))}</p>'
    looks = [_look(table.iloc[:, position], position < n_text) for position in range(len(table.columns))]
    heads = [f'<th scope="col"{look}>{escape(str(name))}</th>' for name, look in zip(table.columns, looks, strict=True)]
    lines = [
        "<tr>"
        + "".join(
            f'<th scope="row"{looks[position]}>{typeset(str(value))}</th>'
            if position < n_text
            else f"<td{looks[position]}>{typeset(str(value))}</td>"
            for position, value in enumerate(line)
        )
        + "</tr>"
        for line in table.itertuples(index=False)
    ]
    caption = escape(f"{table.columns[0]}: {', '.join(map(str, table.columns[1:]))}")
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{caption}">'
        f'<table class="numbers"><caption>{caption}</caption><thead><tr>{"".join(heads)}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _look(column: pd.Series, is_name: bool) -> str:
    """What sets a column apart: numbers stand right, and single words, such as a scale's, are not broken."""
    if not is_name and _holds_numbers(column):
        return ' class="number"'
    return "" if column.astype(str).str.contains(" ").any() else ' class="word"'


def _holds_numbers(column: pd.Series) -> bool:
    """Whether most of what stands in a column begins as a number does, or is one that is hidden."""
    begins = column.astype(str).str.match(rf"[−–+<-]?\s?\d|[–-]?$|{HIDDEN}\b")
    return bool(begins.mean() >= 0.5)
