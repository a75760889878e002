"""Which times are published: the grid of onset and durability, in minutes from where their clock starts."""

from __future__ import annotations

from pydantic import Field, model_validator

from pipelines.definitions.bases import MINUTES_PER_DAY, MINUTES_PER_HOUR, Cited, Words


class TimeGrid(Cited):
    """Times that intervals are published on: the left end is rounded down to one of them, the right end up."""

    grid_hours: tuple[int, ...] = ()
    grid_days_to: int = Field(default=0, ge=0)
    grid_weeks_to: int = Field(default=0, ge=0)
    grid_days: tuple[int, ...] = ()

    def grid_minutes(self) -> tuple[int, ...]:
        """The published times in minutes, ascending, 0 included."""
        days = {
            *range(1, self.grid_days_to + 1),
            *(7 * week for week in range(1, self.grid_weeks_to + 1)),
            *self.grid_days,
        }
        hours = {hour * MINUTES_PER_HOUR for hour in self.grid_hours}
        return tuple(sorted({0} | hours | {day * MINUTES_PER_DAY for day in days}))


class DurabilityRule(TimeGrid):
    """When a response counts as lost, and by when the share still responding is given.

    Attributes:
        label: what loss is, in words; it is judged by the response rule itself.
        landmark_days: after the first assessment that follows induction; each is a published time.
    """

    version: Words
    label: Words
    landmark_days: tuple[int, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _landmarks_are_published(self) -> DurabilityRule:
        grid = self.grid_minutes()
        off = [day for day in self.landmark_days if day * MINUTES_PER_DAY not in grid]
        if off or list(self.landmark_days) != sorted(set(self.landmark_days)):
            raise ValueError("landmark_days: each must be a day of the grid, and later than the one before it")
        return self
