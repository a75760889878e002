"""Draws when infusions were given and what was recorded at each."""

from math import sqrt
from typing import Any

from sample_data.calibration import calibration
from sample_data.courses import MINUTES_PER_DAY, Course, outcome_class
from sample_data.draws import Draws, round_half_up

MINUTES_STEP = 3  # 0.05 h, so that hours with two decimals hold whole minutes exactly


def on_grid(minutes: float) -> int:
    """Round minutes to the step that two decimals of an hour can hold."""
    return round_half_up(minutes / MINUTES_STEP) * MINUTES_STEP


def hours_text(minutes: int) -> str:
    """Write minutes as decimal hours."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def draw_infusion_minutes(draws: Draws, course: Course) -> list[int]:
    """Draw the start of each infusion: the induction until the patient leaves, then maintenance for some.

    Infusions after the data-through date are left out.
    """
    minutes = _induction_minutes(draws, course)
    is_responder = outcome_class(course, course.main_condition) == "responder"
    if len(minutes) >= course.planned_infusions and is_responder:
        minutes += _maintenance_minutes(draws, minutes[-1])
    return [minute for minute in minutes if minute <= course.open_minutes]


def _induction_minutes(draws: Draws, course: Course) -> list[int]:
    regimen, dropout = calibration()["regimen"], calibration()["dropout"]
    is_responder = outcome_class(course, course.main_condition) == "responder"
    factor = dropout["responder_factor" if is_responder else "non_responder_factor"]
    gaps = regimen["gap_days"].get(course.main_condition, regimen["gap_days"][course.setting])
    minutes, day = [0], 0.0
    while len(minutes) < course.planned_infusions:
        leaving = dropout["after_first_infusion" if len(minutes) == 1 else "after_later_infusion"]
        if draws.happens(leaving * factor):
            break
        day += gaps[(len(minutes) - 1) % len(gaps)]
        if draws.happens(regimen["late_share"]):
            day += draws.whole(1, 3)
        minute = on_grid(day * MINUTES_PER_DAY + draws.between(-200, 200))
        if minute > (regimen["induction_days"] - 1) * MINUTES_PER_DAY:
            break
        minutes.append(minute)
    return minutes


def _maintenance_minutes(draws: Draws, last_induction_minute: int) -> list[int]:
    sustained, regimen = calibration()["sustained"], calibration()["regimen"]
    if not draws.happens(sustained["maintenance_share"]):
        return []
    first_day = last_induction_minute / MINUTES_PER_DAY + draws.value(sustained["maintenance_day"])
    day = max(first_day, regimen["induction_days"] + 1)
    minutes = []
    for _ in range(draws.level(sustained["maintenance_infusions"])):
        minutes.append(on_grid(day * MINUTES_PER_DAY))
        day += draws.between(*sustained["maintenance_gap_days"])
    return minutes


def infusion_rows(draws: Draws, course: Course) -> list[dict[str, str]]:
    """Draw the record of each infusion of a course."""
    infusion, dissociation = calibration()["infusion"], calibration()["dissociation"]
    weight = draws.value(infusion["weight_kg"])
    dose = draws.level(infusion[f"dose_mg_per_kg_{course.route}"])
    first_dissociation = draws.value(dissociation["first_infusion"])
    rows = []
    for number, minute in enumerate(course.infusion_minutes, start=1):
        step = infusion["dose_step"]
        if number > 1 and draws.happens(step["share"]):
            dose = min(round(dose + step["mg_per_kg"], 2), step["most"])
        duration = draws.level(infusion[f"duration_minutes_{course.route}"])
        is_stopped = draws.happens(infusion["stopped_early"])
        given = draws.between(0.3, 0.8) if is_stopped else 1.0
        rows.append(
            {
                "course_id": course.course_id,
                "hours_from_start": hours_text(minute),
                "infusion_number": str(number),
                "route": course.route,
                "dose_mg": str(round_half_up(weight * dose * given)),
                "dose_mg_per_kg": f"{round_half_up(dose * given * 100) / 100:.2f}",
                "duration_minutes": str(max(1, round_half_up(duration * given))),
                **_dissociation(draws, course, number, first_dissociation),
                **_vital_signs(draws),
                "adverse_events": _adverse_events(draws),
                "stopped_early": "yes" if is_stopped else "no",
                **_sessions(draws, course, number),
            }
        )
    return rows


def _dissociation(draws: Draws, course: Course, number: int, first: float) -> dict[str, str]:
    table = calibration()["dissociation"]
    level = first * max(1 - table["fall_per_infusion"] * (number - 1), table["fall_floor"])
    score = min(max(round_half_up(draws.normal(level, 1 + level / 5)), 0), 92)
    is_experience_recorded = draws.happens(table["experience_recorded"][course.setting])
    return {
        "dissociation_score": str(score) if draws.happens(table["recorded"]) else "",
        "experience": draws.level(table["experience"]) if is_experience_recorded else "",
    }


def _vital_signs(draws: Draws) -> dict[str, str]:
    table = calibration()["vital_signs"]
    is_recorded = draws.happens(table["recorded"])
    # The two blood pressures go together, at rest and in their rise; otherwise they would cross now and then.
    shared_rest, shared_rise, together = draws.normal(), draws.normal(), table["shared_by_pressures"]
    signs = {}
    for name in ("systolic", "diastolic", "heart_rate"):
        numbers = table[name]
        shared = 0.0 if name == "heart_rate" else together
        own = sqrt(1 - shared * shared)
        rest = shared * shared_rest + own * draws.normal()
        rise = shared * shared_rise + own * draws.normal()
        before = round_half_up(numbers["mean"] + numbers["sd"] * rest)
        peak = before + round_half_up(numbers["rise_mean"] + numbers["rise_sd"] * rise)
        signs[f"{name}_before"] = str(before) if is_recorded else ""
        signs[f"{name}_peak"] = str(peak) if is_recorded else ""
    return signs


def _adverse_events(draws: Draws) -> str:
    table = calibration()["adverse_events"]
    events = [code for code, share in table["codes"] if draws.happens(share)]
    if not draws.happens(table["recorded"]):
        return ""
    return ";".join(events) or "none"


def _sessions(draws: Draws, course: Course, number: int) -> dict[str, str]:
    shares: dict[str, Any] = calibration()["sessions"][course.setting]
    preparation = shares["preparation_first" if number == 1 else "preparation_later"]
    return {
        "preparation_session": "yes" if draws.happens(preparation) else "no",
        "integration_session": "yes" if draws.happens(shares["integration"]) else "no",
    }
