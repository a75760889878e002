"""The items of a questionnaire and how they make its total; item texts are never shipped."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipelines.definitions.bases import Cited, Shape

ItemNumber = Annotated[int, Field(ge=1)]


class SkippedItems(Shape):
    """Items that the form leaves blank where another item was answered with a certain value."""

    items: tuple[ItemNumber, ...] = Field(min_length=1)
    when_item: ItemNumber
    answered: int


class Items(Cited):
    """Items in their order, each a whole number from `minimum` to `maximum` (or to its own of `maxima`).

    Attributes:
        scoring: `sum`; `mean` of those answered; `domain_maxima`, the sum over domains of the greatest item;
            `highest_level`, where item n asks whether level n is reached (1) or not (0).
        may_be_missing: how many items may be blank. A sum is then the answered ones' scaled up, rounded half up to
            the step; either way the score is flagged as prorated.
        domains: for `domain_maxima`, the item numbers of each domain.
        either: groups of items of which the form wants one answered; the others are then not missing.
        skipped: items that the form leaves blank after a certain answer.
        lettered: items whose answers may carry a letter that does not count, as `1a`.
    """

    count: int = Field(gt=0, le=100)
    minimum: int
    maximum: int | None = None
    maxima: tuple[int, ...] = ()
    scoring: Literal["sum", "mean", "domain_maxima", "highest_level"]
    may_be_missing: int = Field(default=0, ge=0)
    domains: tuple[tuple[ItemNumber, ...], ...] = ()
    either: tuple[tuple[ItemNumber, ...], ...] = ()
    skipped: SkippedItems | None = None
    lettered: tuple[ItemNumber, ...] = ()

    @model_validator(mode="after")
    def _maxima_are_given_once(self) -> Items:
        if (self.maximum is None) == (not self.maxima):
            raise ValueError("give either maximum, or maxima with one for each item")
        if self.maxima and len(self.maxima) != self.count:
            raise ValueError(f"maxima: {self.count} items, but {len(self.maxima)} maxima")
        if min(self.item_maxima) <= self.minimum:
            raise ValueError("maximum must be above minimum")
        return self

    @model_validator(mode="after")
    def _scoring_is_whole(self) -> Items:
        if (self.scoring == "domain_maxima") != bool(self.domains):
            raise ValueError("domains belong to scoring = 'domain_maxima', and it needs them")
        if self.domains and sorted(n for domain in self.domains for n in domain) != list(range(1, self.count + 1)):
            raise ValueError("domains: each item must be in one domain")
        if self.scoring in ("domain_maxima", "highest_level") and self.may_be_missing:
            raise ValueError("may_be_missing must be 0: a greatest value cannot be scaled up")
        if self.scoring == "highest_level" and (self.minimum, set(self.item_maxima)) != (0, {1}):
            raise ValueError("highest_level needs items that are 0 (no) or 1 (yes)")
        if self.may_be_missing >= self.count:
            raise ValueError("may_be_missing must leave an item to answer")
        return self

    @model_validator(mode="after")
    def _numbers_are_items(self) -> Items:
        skipped = (*self.skipped.items, self.skipped.when_item) if self.skipped else ()
        named = Counter(n for group in (*self.either, skipped) for n in group)
        beyond = sorted({n for n in (*named, *self.lettered) if n > self.count})
        if beyond:
            raise ValueError(f"there are {self.count} items, but item {beyond[0]} is named")
        if any(times > 1 for times in named.values()):
            raise ValueError("either, skipped: each item may be named once")
        return self

    @property
    def item_maxima(self) -> tuple[int, ...]:
        """The greatest value of each item."""
        return self.maxima or (self.maximum or 0,) * self.count

    @property
    def answered_counts(self) -> range:
        """How many items may be answered."""
        return range(self.count - self.may_be_missing, self.count + 1)

    @property
    def total_range(self) -> tuple[Decimal, Decimal]:
        """The least and the greatest total that the items can give, in points."""
        greatest = self.item_maxima
        if self.scoring == "mean":
            return Decimal(self.minimum), Decimal(sum(greatest)) / self.count
        if self.scoring == "domain_maxima":
            tops = [max(greatest[n - 1] for n in domain) for domain in self.domains]
            return Decimal(self.minimum * len(self.domains)), Decimal(sum(tops))
        if self.scoring == "highest_level":
            return Decimal(0), Decimal(self.count)
        return Decimal(self.minimum * self.count), Decimal(sum(greatest))
