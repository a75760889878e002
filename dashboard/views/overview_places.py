"""How the overview is laid out: sentences with links, and rows whose places stand under links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.choices import Choices, address_of
from dashboard.filters import current_choices
from dashboard.views.parts import statement_html
from pipelines.words.catalogue import say
from pipelines.words.statement import Context, Statement

# Each place of a row: its width, the page that explains it, and the tab there.
PLACES: Mapping[str, tuple[float, str, str | None]] = {
    "response": (1.9, "response", None),
    "remission": (1.7, "response", "remission"),
    "half": (1.7, "onset", None),
    "lasting": (1.9, "durability", None),
    "quarters": (1.9, "trend", None),
    "followed_up": (1.4, "lost", None),
}
_NAME_WIDTH = 1.5


@dataclass(frozen=True)
class Link:
    """Where a sentence leads.

    Attributes:
        page: the name of its file.
        words: what it says.
        choices: to carry along.
    """

    page: str
    words: str
    choices: Choices


def brief(sentences: Sequence[tuple[Statement, Sequence[Link]]]) -> None:
    """Short sentences side by side, each with links to the pages that explain it."""
    for place, (statement, links) in zip(st.columns(len(sentences), gap="large"), sentences, strict=True):
        with place:
            st.html(f'<div class="brief">{statement_html(statement)}</div>')
            with st.container(horizontal=True, gap="medium"):
                for link in links:
                    st.page_link(
                        f"views/{link.page}.py",
                        label=link.words,
                        icon=":material/arrow_forward:",
                        icon_position="right",
                        query_params=address_of(link.choices),
                        width="content",
                    )


def places_of_row(condition: str, context: Context) -> dict[str, DeltaGenerator]:
    """The places of a condition's row, each under a link to the page that explains it."""
    with st.container(key=f"row_{condition}"):
        columns = st.columns([_NAME_WIDTH, *(width for width, _, _ in PLACES.values())], gap="small")
    found = {"condition": columns[0]}
    for (name, (_, page, tab)), column in zip(PLACES.items(), columns[1:], strict=True):
        # The name of the condition is for those who hear the link alone; the row says it to those who see it.
        column.page_link(
            f"views/{page}.py",
            label=f"{say(f'row.{name}')} :gray[{say('row.of_condition', condition=context.word(condition))}]",
            query_params=address_of(replace(current_choices(), condition=condition, tab=tab)),
        )
        found[name] = column.container(gap=None)
    return found
