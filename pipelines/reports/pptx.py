"""A pack as eight slides: title, key results, response, onset, durability, trend, sites or safety, what was withheld.

Each has its finding as title, native charts with alt texts, the source at its foot and the sentences in its notes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from pipelines.look import LIGHT
from pipelines.reports.about_words import about_facts
from pipelines.reports.office_file import LANGUAGE, same_bytes
from pipelines.reports.office_words import synthetic_words, title_words
from pipelines.reports.pptx_look import (
    BODY,
    MARGIN,
    SMALL,
    WIDTH,
    Box,
    Text,
    finish,
    fitting,
    new_deck,
    new_slide,
    write,
)
from pipelines.reports.pptx_slides import curve_slide, place_slide, rates_slide, source_words, trend_slide
from pipelines.words.catalogue import say

if TYPE_CHECKING:
    from pptx.presentation import Presentation as Deck

    from pipelines.reports.pack import Pack
    from pipelines.words.statement import Statement

_WHOLE = Box(MARGIN, 1.85, WIDTH - 2 * MARGIN, 4.85)
_LEFT = Box(MARGIN, 1.85, 5.75, 4.85)
_RIGHT = Box(MARGIN + 6.25, 1.85, 5.88, 4.85)

_TITLE, _LONG_TITLE, _TITLE_AT_MOST = 36, 24, 40
_EXPLAINED = ("first_course", "baseline", "window", "response", "missed", "hidden", "interval", "onset", "durability")
"""The entries of the glossary that a slide has room for."""


def write_pptx(pack: Pack) -> bytes:
    """A pack as slides; the same pack gives the same bytes."""
    deck = new_deck()
    _title(deck, pack)
    _key_results(deck, pack)
    rates_slide(deck, pack)
    curve_slide(deck, pack, "onset")
    curve_slide(deck, pack, "durability")
    trend_slide(deck, pack)
    place_slide(deck, pack)
    _withheld(deck, pack)
    finish(deck)
    about, core = pack.about, deck.core_properties
    core.title, core.subject, core.author = title_words(about), say("office.subject"), about.program
    core.last_modified_by, core.language, core.comments = about.program, LANGUAGE, synthetic_words(about)
    core.created = core.modified = datetime(about.built.year, about.built.month, about.built.day)
    made = BytesIO()
    deck.save(made)
    return same_bytes(made.getvalue(), about.built)


def _title(deck: Deck, pack: Pack) -> None:
    about = pack.about
    notes = [said.text for said in pack.key_results] or [title_words(about)]
    size = _TITLE if len(title_words(about)) <= _TITLE_AT_MOST else _LONG_TITLE
    slide = new_slide(deck, say("slides.pack"), title_words(about), notes, source_words(pack), size)
    texts = [Text(synthetic_words(about), 18, LIGHT.alert, bold=True)] if about.is_synthetic else []
    texts += [Text(cohort, BODY, space=6) for cohort in about.cohorts]
    facts = [say("office.fact", name=name, text=text) for name, text in about_facts(pack)]
    texts += [Text(fact, SMALL, LIGHT.muted, space=4 if n else 18) for n, fact in enumerate(facts)]
    write(slide, _WHOLE, fitting(texts, _WHOLE, say("slides.more")), say("shape.about"))


def _key_results(deck: Deck, pack: Pack) -> None:
    said = [result for result in pack.key_results if any(character.isdigit() for character in result.finding)]
    title = said[0].finding if said else say("slides.no_results")
    notes = [result.text for result in pack.key_results]
    slide = new_slide(deck, say("workbook.key_results"), title, notes, source_words(pack))
    rest = [replace(said[0], finding="", more=""), *said[1:]] if said and said[0].basis else said[1:]
    halves = (rest[: (len(rest) + 1) // 2], rest[(len(rest) + 1) // 2 :])
    for box, half, name in zip((_LEFT, _RIGHT), halves, ("results", "more_results"), strict=True):
        if half:
            texts = [text for result in half for text in _result(result)]
            write(slide, box, fitting(texts, box, say("slides.more")), say(f"shape.{name}"))


def _result(said: Statement) -> list[Text]:
    lead = f"{said.lead}: " if said.lead and said.finding else ""
    texts = [
        Text(f"{lead}{said.finding}", BODY, bold=True, space=10),
        Text(said.basis.strip("()"), SMALL, LIGHT.muted),
        Text(said.more, SMALL),
    ]
    return [text for text in texts if text.text]


def _withheld(deck: Deck, pack: Pack) -> None:
    about = pack.about
    flows = [
        part.statements[-1]
        for section in pack.sections
        if section.condition
        for part in section.parts
        if part.title == say("report.flow") and part.statements
    ]
    key = "slides.nothing_withheld" if about.policy.hides_nothing else "slides.withheld"
    title = say(key, policy=about.policy.name)
    notes = [said.text for said in flows] + list(pack.withheld)
    slide = new_slide(deck, say("slides.lost"), title, notes, source_words(pack))
    left = [Text(say("slides.lost_head"), BODY, bold=True)]
    left += [Text(f"{said.finding}. {said.more}".strip(), SMALL, space=5) for said in flows]
    if pack.withheld:
        left += [Text(say("workbook.withheld"), BODY, bold=True, space=10)]
        left += [Text(text, SMALL, space=5) for text in pack.withheld]
    right = [Text(say("slides.methods"), BODY, bold=True)]
    right += [
        Text(f"{entry.title}: {entry.facts[0].text}", SMALL, space=5)
        for entry in pack.glossary
        if entry.id in _EXPLAINED and entry.facts
    ]
    versions = (about.policy.label, say("slides.definitions", version=about.definitions_version))
    right += [Text(text, SMALL, LIGHT.muted, space=5) for text in versions]
    for box, texts, name in ((_LEFT, left, "lost"), (_RIGHT, right, "methods")):
        write(slide, box, fitting(texts, box, say("slides.more")), say(f"shape.{name}"))
