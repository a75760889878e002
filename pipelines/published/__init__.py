"""Opens a snapshot's published counts, read-only, and gives them out summed. Nobody else queries them.

A module for each kind of count (`courses`, `follow_up`, `onset` ...) on top of `sums`, all in one `Published`.
"""

from pipelines.published.snapshot import (
    CLOCKS,
    KINDS,
    POPULATIONS,
    EarlierQuality,
    Published,
    earlier_quality,
    open_published,
)

__all__ = [
    "CLOCKS",
    "KINDS",
    "POPULATIONS",
    "EarlierQuality",
    "Published",
    "earlier_quality",
    "open_published",
]
