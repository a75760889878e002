"""What the notes of a result table may still say where counts are hidden or rounded."""

from __future__ import annotations

import re

from pipelines.definitions.disclosure import Policy

_NAME = re.compile(r"[A-Za-z]+[-–]\d+\b|\bitem \d+")
_NUMBER = re.compile(r"\d[\d,]*")
_SCALE_COUNT = re.compile(r"(?P<scale>[A-Za-z0-9][A-Za-z0-9_-]*): (?P<n>[\d,]+)")
_NO_COUNT = re.compile(
    r"up to |not reached by |reference |expected |services |among |case mix|overdispersion|one of |lost: |published |"
    r"comparable|not comparable|limits from |an association|corrected |innermost |beyond |what if |"
    r".*: [\d.]+ points? \(|.*\bdoi\b|.*\b(?:19|20)\d\d\b"
)
"""Days, thresholds, citations and numbers of tests: nothing of them is a count of people."""


_FOUND = re.compile(r"innermost |not reached by |overdispersion|or as low as |far below |observed over ")
"""What belongs to a figure, and is hidden with it."""


def disclosed_note(note: str, policy: Policy, is_touched: bool, is_withheld: bool) -> str:
    """A note without the counts that the policy does not show.

    Args:
        is_touched: whether a count of its row is hidden; then none in the note is told, for the sake of their sums.
        is_withheld: whether the figures of its row are hidden.
    """
    parts = (part for part in note.split("; ") if not (is_withheld and _FOUND.match(part)))
    kept = (_disclosed_part(part, policy, is_touched) for part in parts)
    return "; ".join(part for part in kept if part)


def _disclosed_part(part: str, policy: Policy, is_touched: bool) -> str:
    scales = [_SCALE_COUNT.fullmatch(text) for text in part.split(", ")]
    if all(scales):
        return _scales([(match["scale"], _int(match["n"])) for match in scales if match], policy, is_touched)
    numbers = [_int(text) for text in _NUMBER.findall(_NAME.sub("", part))]
    if not numbers or _NO_COUNT.match(part):
        return part
    if policy.rounded_to == 1 and not is_touched and not any(policy.is_hidden(number) for number in numbers):
        return part
    head, colon, _ = part.partition(": ")
    return head if colon and not _NUMBER.search(_NAME.sub("", head)) else ""


def _scales(counts: list[tuple[str, int]], policy: Policy, is_touched: bool) -> str:
    """Which scales were counted; with their n where all of them may be told."""
    is_told = not is_touched and not any(policy.is_hidden(n) for _, n in counts)
    return ", ".join(f"{scale}: {policy.rounded(n):,}" if is_told else f"{scale}: hidden" for scale, n in counts)


def _int(text: str) -> int:
    return int(text.replace(",", ""))
