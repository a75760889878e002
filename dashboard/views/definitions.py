"""Definitions as HTML: an index, then each section with its entries to open."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.views.parts import typeset
from pipelines.words.catalogue import say
from pipelines.words.entries import Entry, Fact, Section


def index_html(sections: Sequence[Section]) -> str:
    """Links to the sections, with how many entries each has."""
    links = "".join(
        f'<li><a href="#{section.id}" target="_self">{typeset(section.title)}</a>'
        + (f' <span class="quiet">{len(section.entries)}</span>' if len(section.entries) > 1 else "")
        + "</li>"
        for section in sections
    )
    return f'<nav class="index" aria-label="{typeset(say("methods.index"))}"><ul>{links}</ul></nav>'


def section_html(section: Section) -> str:
    """A section: entries of one fact each stand in the open, longer ones are opened one by one."""
    if len(section.entries) == 1:
        body = _facts_html(section.entries[0])
    elif all(len(entry.facts) == 1 for entry in section.entries):
        body = f'<dl class="plain">{"".join(map(_row_html, section.entries))}</dl>'
    else:
        body = "".join(map(_entry_html, section.entries))
    return (
        f'<section class="definitions" id="{section.id}"><h2>{typeset(section.title)}</h2>'
        f'<p class="quiet">{typeset(section.intro)}</p>{body}</section>'
    )


def _row_html(entry: Entry) -> str:
    (fact,) = entry.facts
    return f"<dt>{_title_html(entry)}</dt><dd>{_text_html(fact)}</dd>"


def _entry_html(entry: Entry) -> str:
    head = f"<summary><b>{_title_html(entry)}</b></summary>"
    return f'<details id="{entry.id}">{head}{_facts_html(entry)}</details>'


def _title_html(entry: Entry) -> str:
    summary = f' <span class="quiet">{typeset(entry.summary)}</span>' if entry.summary else ""
    return f"{typeset(entry.title)}{summary}"


def _facts_html(entry: Entry) -> str:
    return f"<dl>{''.join(f'<dt>{typeset(fact.name)}</dt><dd>{_text_html(fact)}</dd>' for fact in entry.facts)}</dl>"


def _text_html(fact: Fact) -> str:
    source = f' <span class="quiet">{typeset(fact.source)}</span>' if fact.source else ""
    return f"{typeset(fact.text)}{source}"
