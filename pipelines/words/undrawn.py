"""The groups that a figure leaves out, named with the reason: too few, or hidden."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, is_hidden, listed, with_count
from pipelines.words.statement import Context


class Undrawn(NamedTuple):
    """What is not drawn, each group with its n.

    Attributes:
        few: groups with too few.
        hidden: groups of which the policy for small numbers lets nothing be drawn.
    """

    few: list[str]
    hidden: list[str]

    def words(self, template: str, context: Context) -> list[str]:
        """Sentences that name them; none where every group is drawn.

        Args:
            template: says of how many that are too few, as `onset.withheld_groups`.
            context: definitions, data-through date, selection.
        """
        texts = []
        if self.few:
            texts.append(say(template, fewest=count(context.fewest), groups=listed(self.few)))
        if self.hidden:
            texts.append(say("basis.hidden_groups", groups=listed(self.hidden)))
        return texts


def undrawn(groups: Iterable[tuple[str, float, bool]]) -> Undrawn:
    """Sorts groups by why they are not drawn.

    Args:
        groups: of each its name, its n, and whether a policy hides what would be drawn.
    """
    made = Undrawn([], [])
    for name, n, is_withheld in groups:
        (made.hidden if is_withheld or is_hidden(n) else made.few).append(with_count(name, n))
    return made
