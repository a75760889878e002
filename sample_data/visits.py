"""Draws when scores were due and which of those visits were missed."""

from dataclasses import dataclass

from sample_data.calibration import calibration
from sample_data.courses import MINUTES_PER_DAY, Course, outcome_class, trend
from sample_data.draws import Draws
from sample_data.infusions import on_grid


@dataclass(frozen=True)
class Visit:
    """A moment at which a scale was due."""

    minute: int
    is_attended: bool
    timing: str = ""
    is_baseline: bool = False


def draw_visits(draws: Draws, course: Course) -> list[Visit]:
    """Draw all visits of a course in time order; a minute is used once."""
    is_pain = course.main_condition == "chronic_pain"
    visits = [
        *_baseline_visits(draws, is_pain),
        *(_bedside_visits(draws, course) if is_pain else _next_day_visit(draws, course)),
        *_visits_before_infusions(draws, course),
        *_visits_after_induction(draws, course),
    ]
    within = {(visit.minute, visit.timing == "after"): visit for visit in visits if visit.minute <= course.open_minutes}
    return [within[key] for key in sorted(within)]


def _baseline_visits(draws: Draws, is_pain: bool) -> list[Visit]:
    table = calibration()["baseline"]
    if draws.happens(table["missing"]):
        return [Visit(minute=-60, is_attended=False, is_baseline=True)]
    if draws.happens(table["look_back_exceeded"]):
        return [_at_days(-draws.between(15, 29), is_attended=True, is_baseline=True)]
    hours = draws.value(table["hours_before_pain" if is_pain else "hours_before"])
    if hours < 1 and draws.happens(table["before_label"]):
        baseline = Visit(minute=0, is_attended=True, timing="before", is_baseline=True)
    else:
        baseline = Visit(minute=on_grid(-60 * hours), is_attended=True, is_baseline=True)
    if draws.happens(calibration()["follow_up"]["intake_visit"]):
        return [_at_days(-draws.between(11, 13.5), is_attended=True), baseline]
    return [baseline]


def _next_day_visit(draws: Draws, course: Course) -> list[Visit]:
    is_attended = draws.happens(calibration()["follow_up"]["day_1_visit"] * course.site["follow_up"])
    return [Visit(minute=on_grid(60 * draws.between(20, 30)), is_attended=is_attended)] if is_attended else []


def _bedside_visits(draws: Draws, course: Course) -> list[Visit]:
    table = calibration()["chronic_pain"]["visits"]
    visits = []
    for hours, share in zip(table["hours_after_first"], table["attended_after_first"], strict=True):
        minute = on_grid(60 * hours + draws.between(-5, 10) * (1 if hours < 24 else 12))
        visits.append(Visit(minute, draws.happens(share), timing="after" if hours == 1 else ""))
    for start in course.infusion_minutes[1:]:
        minute = start + on_grid(60 * table["hours_after_later"] + draws.between(-20, 20))
        if draws.happens(table["attended_after_later"]):
            visits.append(Visit(minute, is_attended=True))
    return visits


def _visits_before_infusions(draws: Draws, course: Course) -> list[Visit]:
    chance = calibration()["follow_up"]["visit_before_infusion"] * course.site["follow_up"]
    visits = []
    for start in course.infusion_minutes[1:]:
        if draws.happens(calibration()["baseline"]["before_label"]):
            visits.append(Visit(start, draws.happens(chance), timing="before"))
        else:
            visits.append(Visit(on_grid(start - draws.between(5, 75)), draws.happens(chance)))
    return visits


def _visits_after_induction(draws: Draws, course: Course) -> list[Visit]:
    table = calibration()["follow_up"]
    last_day = course.induction_minutes[-1] / MINUTES_PER_DAY
    is_responder = outcome_class(course, course.main_condition) == "responder"
    is_in_contact = draws.happens(_chance_in_contact(course, is_responder))
    state = "in_contact" if is_in_contact else "completed" if course.is_completed else "stopped"
    endpoint_day = last_day + draws.value(table["endpoint_day"])
    visits = [
        _at_days(
            last_day + draws.value(table["end_of_induction_day"]),
            is_attended=draws.happens(table["end_of_induction"][state]),
        ),
        _at_days(endpoint_day, is_attended=is_in_contact),
    ]
    later = table["later_responder" if is_responder else "later_non_responder"]
    for day, share in zip(table["later_days"], later, strict=True):
        due = day + draws.between(-2.5, 2.5)
        if due > endpoint_day + 3:
            visits.append(_at_days(due, is_attended=draws.happens(share) and is_in_contact))
    return visits


def _chance_in_contact(course: Course, is_responder: bool) -> float:
    table = calibration()["follow_up"]
    chance = float(
        table["completed" if course.is_completed else "stopped"]
        * table["responder_factor" if is_responder else "non_responder_factor"]
        * course.site["follow_up"]
        * trend("follow_up", course.quarter)
    )
    return min(chance, 0.97)


def _at_days(days: float, *, is_attended: bool, is_baseline: bool = False) -> Visit:
    return Visit(on_grid(days * MINUTES_PER_DAY), is_attended, is_baseline=is_baseline)
