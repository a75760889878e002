"""Which scale a name in a clinic's file stands for: one of the registry, almost one, or another questionnaire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import accumulate

from pipelines.definitions import Scale

_FEWEST_LETTERS_TO_GO_ON = 5
_FEWEST_LETTERS_FOR_A_TYPO = 4
_FEWEST_LETTERS_OF_A_PART = 3


def near_miss(name: str, scales: Mapping[str, Scale]) -> str | None:
    """The scale that `name` almost spells, several with "or" between them, or None if it names something else.

    In this order, the first that holds for any scale:

    - the id or another name of the scale, but for case and punctuation (`PHQ9`, `NRS`);
    - such a name with something after it (`GAD-7 total`), the longest that fits, though never a digit (`PHQ-90`);
    - the beginning of the id (`BPI`, which is two scales);
    - the id with one letter wrong and the same digits (`PGQ-9`); `PHQ-8` and `PHQ-15` are other questionnaires.

    What the scales list as resembling them (`MADRS-S`) is something else.
    """
    if any(_is_called(name, other) for scale in scales.values() for other in scale.resembling):
        return None
    for likeness in (_is_spelled_like, _letters_gone_on_after, _begins, _has_one_letter_wrong):
        found = {scale.id: int(likeness(name, scale)) for scale in scales.values()}
        if most := max(found.values(), default=0):
            return " or ".join(sorted(scale for scale, likely in found.items() if likely == most))
    return None


def _is_spelled_like(name: str, scale: Scale) -> bool:
    return any(_plain(name) == _plain(known) for known in _names(scale))


def _letters_gone_on_after(name: str, scale: Scale) -> int:
    """How long the name is that `name` goes on after; 0 if it does not.

    `BPI severity` goes on after BPI and, longer, after BPI-SEV.
    """
    plain = _plain(name)
    word_ends = {_plain("".join(words)) for words in _beginnings(_words(name))}
    longest = 0
    for known in map(_plain, _names(scale)):
        rest = plain.removeprefix(known)
        is_apart = known in word_ends or known[-1].isdigit() or len(known) >= _FEWEST_LETTERS_TO_GO_ON
        if rest != plain and not rest[:1].isdigit() and is_apart:
            longest = max(longest, len(known))
    return longest


def _begins(name: str, scale: Scale) -> bool:
    """`QIDS` and `QIDS-SR` begin QIDS-SR16: words of the id, the last perhaps without its digits."""
    starts = [_plain("".join(words)) for words in _beginnings(_words(scale.id))]
    return _plain(name) in {start for whole in starts for start in (whole, whole.rstrip("0123456789"))}


def _has_one_letter_wrong(name: str, scale: Scale) -> bool:
    plain, target = _plain(name), _plain(scale.id)
    if len(plain) != len(target) or len(target) < _FEWEST_LETTERS_FOR_A_TYPO:
        return False
    wrong = [place for place, (left, right) in enumerate(zip(plain, target, strict=True)) if left != right]
    if len(wrong) != 1 or plain[wrong[0]].isdigit() or target[wrong[0]].isdigit():
        return False
    parts = re.findall(r"[a-z]+|\d+", scale.id.casefold())
    ends = accumulate(map(len, parts))
    part = next(part for part, end in zip(parts, ends, strict=True) if wrong[0] < end)
    return len(part) >= _FEWEST_LETTERS_OF_A_PART


def _is_called(name: str, other: str) -> bool:
    words = _words(other)
    return _plain(name) == _plain(other) or _words(name)[: len(words)] == words


def _names(scale: Scale) -> tuple[str, ...]:
    return (scale.id, *scale.also_called)


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", name.casefold())


def _beginnings(words: list[str]) -> list[list[str]]:
    return [words[:n] for n in range(1, len(words) + 1)]


def _plain(name: str) -> str:
    return "".join(_words(name))
