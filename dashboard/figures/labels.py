"""Where names of points can stand without covering another point or name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Position = Literal["middle right", "middle left", "top center", "bottom center"]
Place = tuple[float, float]
_Box = tuple[float, float, float, float]

_CHARACTER, _LINE, _MARK = 6.6, 14.0, 6.0
"""The width of a character, the height of a line and the reach of a mark, in pixels."""
_POSITIONS: tuple[Position, ...] = ("middle right", "middle left", "top center", "bottom center")


def placed_labels(
    places: Sequence[Place], names: Sequence[str], first: Sequence[int], size: tuple[float, float]
) -> dict[int, Position]:
    """For each name that fits, on which side of its point it stands.

    Args:
        places: of the points, in pixels from the lower left corner of the plot.
        names: to write beside them.
        first: the points whose names have to be there; they are placed before the others and always.
        size: width and height of the plot, in pixels.

    Returns:
        A side by the point's number; points without room are absent.
    """
    marks = [_around(place) for place in places]
    taken: list[_Box] = []
    found: dict[int, Position] = {}
    for i in [*first, *(i for i in range(len(places)) if i not in first)]:
        boxes = {side: _box(places[i], names[i], side) for side in _POSITIONS}
        others = [mark for j, mark in enumerate(marks) if j != i] + taken
        free = [side for side, box in boxes.items() if _is_inside(box, size) and not _touches_any(box, others)]
        if free or i in first:
            found[i] = free[0] if free else _POSITIONS[0]
            taken.append(boxes[found[i]])
    return found


def _around(place: Place) -> _Box:
    x, y = place
    return x - _MARK, y - _MARK, x + _MARK, y + _MARK


def _box(place: Place, name: str, side: Position) -> _Box:
    x, y = place
    width, half, apart = _CHARACTER * len(name), _LINE / 2, _MARK + 2
    if side == "middle right":
        return x + apart, y - half, x + apart + width, y + half
    if side == "middle left":
        return x - apart - width, y - half, x - apart, y + half
    middle = y + (half + apart if side == "top center" else -half - apart)
    return x - width / 2, middle - half, x + width / 2, middle + half


def _is_inside(box: _Box, size: tuple[float, float]) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]


def _touches_any(box: _Box, others: Sequence[_Box]) -> bool:
    return any(box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in others)
