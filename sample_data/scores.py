"""Draws the score that a course shows at each visit."""

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from typing import Any

from sample_data.calibration import calibration
from sample_data.courses import MINUTES_PER_DAY, Course, outcome_class
from sample_data.draws import Draws, round_half_up
from sample_data.infusions import hours_text
from sample_data.visits import Visit, draw_visits


@dataclass(frozen=True)
class Trajectory:
    """How one scale changes in one course, before rounding and day-to-day noise.

    Change is a fraction of the baseline. It has a lasting part, which rises over days and may be lost after
    the induction, and an acute part, which follows each infusion and fades within hours.
    """

    baseline: float
    final_change: float
    half_time_days: float
    loss_day: float
    change_after_loss: float
    acute_change: float
    acute_fade_days: float

    def change_at(self, day: float, infusion_days: list[float]) -> float:
        """Return the change from baseline, as a fraction, at a day."""
        past = [start for start in infusion_days if start < day]
        if not past:
            return 0.0
        lasting = self.final_change * day * day / (day * day + self.half_time_days * self.half_time_days)
        fade_days: float = calibration()["sustained"]["fade_days"]
        faded = min(max((day - self.loss_day) / fade_days, 0.0), 1.0)
        lasting += faded * (min(self.change_after_loss, lasting) - lasting)
        since = day - past[-1]
        acute = self.acute_change * self.acute_fade_days / (self.acute_fade_days + since)
        # Two parts of relief act on what is left of the baseline; a worsening course has no acute part.
        return 1 - (1 - lasting) * (1 - acute) if lasting > 0 else lasting


def score_rows(draws: Draws, course: Course, tally: Counter[str]) -> list[dict[str, str]]:
    """Draw the scores of a course; some missed visits stand there as a line with a blank total.

    Args:
        draws: The stream of draws.
        course: A course with its infusions.
        tally: Counts of defects; blank totals are added to it.

    Returns:
        Rows of the `scores` file, by scale and time.
    """
    visits = draw_visits(draws, course)
    second_filled = calibration()["follow_up"]["second_scale_filled"]
    rows = []
    for position, condition in enumerate(course.followed_conditions):
        trajectory = _trajectory(draws, course, condition)
        if position > 0:  # the second questionnaire is now and then left out
            visits = [visit for visit in visits if visit.is_baseline or draws.happens(second_filled)]
        rows += _scale_rows(draws, course, condition, trajectory, visits, tally)
    return rows


def _trajectory(draws: Draws, course: Course, condition: str) -> Trajectory:
    table, sustained = calibration()[condition], calibration()["sustained"]
    group = outcome_class(course, condition)
    kept_days = draws.value(table["loss"]["days"])
    if len(course.induction_minutes) < 4:
        kept_days *= sustained["stopped_early_factor"]
    return Trajectory(
        baseline=round_half_up(draws.value(table["baseline"]["quantiles"])),
        final_change=draws.value(table["change"][group]),
        half_time_days=draws.value(table["onset"]["half_time_days"]),
        loss_day=course.induction_minutes[-1] / MINUTES_PER_DAY + kept_days,
        change_after_loss=draws.value(sustained["after_loss"]),
        acute_change=draws.value(table["onset"]["acute"]),
        acute_fade_days=table["onset"]["acute_fade_hours"] / 24,
    )


def _scale_rows(
    draws: Draws,
    course: Course,
    condition: str,
    trajectory: Trajectory,
    visits: list[Visit],
    tally: Counter[str],
) -> list[dict[str, str]]:
    table = calibration()[condition]
    low, high = table["range"]
    infusion_days = [minute / MINUTES_PER_DAY for minute in course.infusion_minutes]
    rows, noise, earlier_day = [], 0.0, None
    for visit in visits:
        day = visit.minute / MINUTES_PER_DAY
        noise = _next_noise(draws, table["change"], noise, None if earlier_day is None else day - earlier_day)
        earlier_day = day
        change = trajectory.change_at(day, infusion_days)
        score = trajectory.baseline if visit.is_baseline else trajectory.baseline * (1 - change) + noise
        total = str(min(max(round_half_up(score), low), high))
        if not visit.is_attended:
            if not draws.happens(calibration()["follow_up"]["written_as_blank"]):
                continue
            tally["blank_total"] += 1
            total = ""
        rows.append(
            {
                "course_id": course.course_id,
                "scale": table["scale"],
                "hours_from_start": hours_text(visit.minute),
                "total": total,
                "rater": "self",
                "timing": visit.timing,
            }
        )
    return rows


def _next_noise(draws: Draws, change: dict[str, Any], noise: float, days: float | None) -> float:
    """Draw day-to-day noise that remembers the visit before, less the longer ago it was."""
    memory = change["noise_memory_days"]
    kept = 0.0 if days is None else memory / (memory + days)
    return kept * noise + sqrt(1 - kept * kept) * draws.normal(sd=change["noise_points"])
