"""When a change is more than a scale's error of measurement: published points, or what they are computed from."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from pydantic import Field, model_validator

from pipelines.definitions.bases import Cited, Shape, Words
from pipelines.statistics.reliable_change import points_to_exceed, smallest_reliable_change


class AlternativePoints(Shape):
    """Another published number of points, kept in sight because sources conflict."""

    points: Decimal = Field(gt=0)
    citation: Words


class ReliableChange(Cited):
    """A change that is more than the scale's error of measurement.

    Either published in `points`, which are enough, or to be computed from a published standard deviation before
    treatment and a published reliability (Jacobson & Truax 1991). The courses' own spread never enters.
    """

    points: Decimal | None = Field(default=None, gt=0)
    standard_deviation: Decimal | None = Field(default=None, gt=0)
    reliability: Decimal | None = Field(default=None, ge=0, lt=1)
    alternatives: tuple[AlternativePoints, ...] = ()

    @model_validator(mode="after")
    def _points_are_given_once(self) -> ReliableChange:
        given = [self.standard_deviation is not None, self.reliability is not None]
        if any(given) != all(given):
            raise ValueError("standard_deviation and reliability belong together: give both, or points")
        if (self.points is not None) == any(given):
            raise ValueError("give either points, or standard_deviation with reliability")
        return self

    @property
    def exceeded(self) -> float | None:
        """The points that a change must exceed where they are computed; None where they are published."""
        if self.standard_deviation is None or self.reliability is None:
            return None
        return points_to_exceed(float(self.standard_deviation), float(self.reliability))

    def least(self, step: Fraction) -> Fraction:
        """The smallest reliable change, in points.

        Args:
            step: the least by which two scores differ, in points.
        """
        if self.standard_deviation is None or self.reliability is None:
            return Fraction(self.points or 0)
        return smallest_reliable_change(Fraction(self.standard_deviation), Fraction(self.reliability), step)
