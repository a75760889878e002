"""How slides look: 16:9, one layout of our own, the palette as theme, text where a slide has it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.util import Inches, Pt

from pipelines.look import LIGHT
from pipelines.reports.office_file import LANGUAGE
from pipelines.words.catalogue import say

if TYPE_CHECKING:
    from pptx.presentation import Presentation as Deck
    from pptx.slide import Slide

FONT = "Arial"
BODY, SMALL, SOURCE = 14, 12, 10.5
_TITLE, _LONG_TITLE, _LONG = 24, 20, 110
_KEPT_LAYOUT, _OWN_LAYOUT = "Title Only", "Finding"
_THEME_COLOURS = ("accent1", "accent2", "accent3", "accent4", "accent5", "accent6")


@dataclass(frozen=True)
class Box:
    """Where something stands, in inches."""

    left: float
    top: float
    width: float
    height: float

    @property
    def places(self) -> tuple[Inches, Inches, Inches, Inches]:
        """As python-pptx takes it."""
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)


WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6
TITLE = Box(MARGIN, 0.72, WIDTH - 2 * MARGIN, 0.95)
TOPIC = Box(MARGIN, 0.38, WIDTH - 2 * MARGIN, 0.34)
FOOT = Box(MARGIN, 6.85, WIDTH - 2 * MARGIN - 1.2, 0.5)
PAGE = Box(WIDTH - MARGIN - 0.6, 6.85, 0.6, 0.3)


@dataclass(frozen=True)
class Text:
    """One paragraph.

    Attributes:
        space: above it, in points.
    """

    text: str
    size: float = BODY
    colour: str = LIGHT.ink
    bold: bool = False
    space: float = 0


def new_deck() -> Deck:
    """A deck without slides in our own look."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    for layout in list(deck.slide_layouts):
        if layout.name != _KEPT_LAYOUT:
            deck.slide_layouts.remove(layout)
    layout, master = deck.slide_layouts[0], deck.slide_master
    layout.element.cSld.set("name", _OWN_LAYOUT)
    for holder in (master, layout):
        for shape in list(holder.placeholders):
            if shape.placeholder_format.idx:
                shape.element.getparent().remove(shape.element)
            else:
                shape.left, shape.top, shape.width, shape.height = TITLE.places
                shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
                _no_margins(shape.text_frame)
    for style in master.element.iterfind(".//{*}titleStyle/{*}lvl1pPr"):
        style.set("algn", "l")
        for run in style.iterfind("{*}defRPr"):
            run.set("sz", str(_TITLE * 100))
            run.set("b", "1")
    theme: Any = master.part.part_related_by(RT.THEME)
    theme._blob = _own_theme(theme.blob)
    return deck


def _own_theme(theme: bytes) -> bytes:
    """Our palette and type in place of the default ones."""
    styles = [*LIGHT.styles.values(), LIGHT.other]
    colours = {"dk1": LIGHT.ink, "lt1": LIGHT.page, "dk2": LIGHT.muted, "lt2": LIGHT.chosen, "hlink": styles[0].text}
    colours |= {name: style.colour for name, style in zip(_THEME_COLOURS, styles, strict=True)}
    text = theme.decode()
    for name, colour in colours.items():
        own = f'<a:{name}><a:srgbClr val="{colour[1:]}"/></a:{name}>'
        text = re.sub(rf"<a:{name}>.*?</a:{name}>", own, text, flags=re.DOTALL)
    text = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{FONT}", text)
    return re.sub(r'(<a:(?:theme|clrScheme|fontScheme)\b[^>]*name=")[^"]*', r"\g<1>Outcomes", text).encode()


def new_slide(
    deck: Deck, topic: str, title: str, notes: Sequence[str], source: str, title_size: float | None = None
) -> Slide:
    """A slide with its finding as title, where its numbers come from, and what is said to it.

    Args:
        topic: above the title, what it is about.
        title: the finding.
        notes: for whoever speaks.
        source: at the foot.
        title_size: of its letters; None for what its length leaves room for.
    """
    slide: Slide = deck.slides.add_slide(deck.slide_layouts[0])
    holder = slide.shapes.title
    if holder is None:
        raise ValueError("the layout of slides has no title")
    size = title_size or (_LONG_TITLE if len(title) > _LONG else _TITLE)
    fill(holder.text_frame, [Text(title, size, bold=True)])
    if topic:
        write(slide, TOPIC, [Text(topic, SMALL, LIGHT.muted)], say("shape.topic"))
    frame = slide.notes_slide.notes_text_frame
    if frame is not None:
        frame.text = "\n".join(text for text in notes if text)
    for shape in list(slide.notes_slide.placeholders):
        if shape.has_text_frame and not shape.text_frame.text:
            shape.element.getparent().remove(shape.element)
    write(slide, FOOT, [Text(source, SOURCE, LIGHT.muted)], say("shape.source"))
    write(slide, PAGE, [Text(str(len(deck.slides)), SOURCE, LIGHT.muted)], say("shape.page"))
    return slide


def finish(deck: Deck) -> None:
    """Puts the foot of each slide last in the order of reading, and gives every text its language.

    The library's template for notes bears the day on which somebody saved it; that goes.
    """
    for holder in list(deck.notes_master.placeholders):
        if holder.placeholder_format.type == PP_PLACEHOLDER.DATE:
            holder.element.getparent().remove(holder.element)
    for slide in deck.slides:
        tree = slide.shapes.element
        for name in (say("shape.source"), say("shape.page")):
            for shape in [shape for shape in slide.shapes if shape.name == name]:
                tree.append(shape.element)
        for part in (slide.element, slide.notes_slide.element):
            for run in part.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}r"):
                run.get_or_add_rPr().set("lang", LANGUAGE)


def write(slide: Slide, box: Box, texts: Sequence[Text], name: str) -> None:
    """Text on a slide; nothing where there is none, for an empty box is a stumbling block to readers of the screen."""
    if not texts:
        return
    shape = slide.shapes.add_textbox(*box.places)
    shape.name = name
    fill(shape.text_frame, texts)


def fill(frame: Any, texts: Sequence[Text]) -> None:
    """Puts paragraphs into a frame."""
    _no_margins(frame)
    frame.word_wrap = True
    for number, text in enumerate(texts):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        paragraph.space_before = Pt(text.space)
        run = paragraph.add_run()
        run.text = text.text
        run.font.name, run.font.size, run.font.bold = FONT, Pt(text.size), text.bold
        run.font.color.rgb = rgb(text.colour)


def fitting(texts: Sequence[Text], box: Box, more: str) -> list[Text]:
    """As many paragraphs as a box has room for, set smaller before any is left out; no heading stays without its text.

    Args:
        more: what stands in place of the others.
    """
    for smaller in (1.0, 0.93, 0.86):
        sized = [Text(text.text, text.size * smaller, text.colour, text.bold, text.space) for text in texts]
        if sum(_height(text, box.width) for text in sized) <= box.height:
            return sized
    kept: list[Text] = []
    left = box.height - _height(Text(more, SMALL), box.width)
    for text in sized:
        left -= _height(text, box.width)
        if left < 0:
            while kept and kept[-1].bold:
                kept.pop()
            return [*kept, Text(more, SMALL, LIGHT.muted, space=6)]
        kept.append(text)
    return kept


def _height(text: Text, width: float) -> float:
    """Of a paragraph in inches, on the safe side."""
    letters = width * 72 / (text.size * (0.58 if text.bold else 0.54))
    lines = -(-len(text.text) // max(int(letters), 1))
    return float((lines * text.size * 1.2 + text.space) / 72)


def rgb(colour: str) -> RGBColor:
    """`#0072B2` for python-pptx."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]


def _no_margins(frame: Any) -> None:
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
