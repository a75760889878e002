"""Draws patients, courses and the dates that only the generator knows."""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sample_data.calibration import calibration, data_through, days_in, first_day, quarters
from sample_data.draws import Draws

MINUTES_PER_DAY = 24 * 60


@dataclass
class Course:
    """One series of infusions of one patient.

    `open_minutes` is the time from the first infusion to the end of the data-through date. It would give the
    treatment date away, so it is used while drawing and never written.
    """

    patient_id: str
    course_number: int
    conditions: list[str]
    site: dict[str, Any]
    quarter: str
    route: str
    setting: str
    age_band: str
    sex: str
    treatment_resistant: str
    planned_infusions: int
    open_minutes: int
    ranks: dict[str, float]
    course_id: str = ""
    infusion_minutes: list[int] = field(default_factory=list)
    ended_day: str = ""
    end_reason: str = ""

    @property
    def main_condition(self) -> str:
        """The condition that sets the schedule and the chance of leaving."""
        return self.conditions[0]

    @property
    def followed_conditions(self) -> list[str]:
        """Conditions whose scale is filled in: those treated, and anxiety where it is only tracked."""
        return list(self.ranks)

    @property
    def induction_minutes(self) -> list[int]:
        """Start of each induction infusion."""
        last = calibration()["regimen"]["induction_days"] * MINUTES_PER_DAY
        return [minute for minute in self.infusion_minutes if minute <= last][:8]

    @property
    def is_completed(self) -> bool:
        """Whether all planned infusions were given."""
        return len(self.induction_minutes) >= self.planned_infusions


def draw_courses(draws: Draws, n_courses: int) -> list[Course]:
    """Draw courses without infusions, in the order of their drawn ids."""
    n_repeat = round(n_courses * calibration()["case_mix"]["repeat_course_share"])
    first_courses = [_first_course(draws, number) for number in range(n_courses - n_repeat)]
    earliest_gap, _ = calibration()["case_mix"]["repeat_gap_quarters"]
    last_to_repeat = quarters()[-1 - earliest_gap]
    may_repeat = [course for course in first_courses if course.quarter <= last_to_repeat]
    repeat_courses = [_repeat_course(draws, course) for course in draws.shuffled(may_repeat)[:n_repeat]]
    patient_ids = draws.shuffled(range(1, len(first_courses) + 1))
    courses = draws.shuffled(first_courses + repeat_courses)
    for number, course in enumerate(courses, start=1):
        course.course_id = f"C{number:05d}"
        course.patient_id = f"P{patient_ids[int(course.patient_id)]:05d}"
    return courses


def outcome_class(course: Course, condition: str) -> str:
    """Return `responder`, `non_responder` or `worsening` for one condition of a course."""
    change = calibration()[condition]["change"]
    rank = course.ranks[condition]
    if rank < change["worsening_share"]:
        return "worsening"
    responders = change["responder_share"] + _response_shift(course)
    return "responder" if rank > 1 - responders else "non_responder"


def trend(name: str, quarter: str) -> float:
    """Return the value of a named trend in a quarter."""
    first, last = (float(value) for value in calibration()["trend"][name])
    return first + (last - first) * _elapsed(quarter)


def _elapsed(quarter: str) -> float:
    return bisect_left(quarters(), quarter) / (len(quarters()) - 1)


def _response_shift(course: Course) -> float:
    shift = calibration()["response_shift"]
    return float(
        course.site["response_shift"]
        + trend("response_share", course.quarter)
        + shift.get(f"treatment_resistant_{course.treatment_resistant}", 0.0)
        + (shift["repeat_course"] if course.course_number > 1 else 0.0)
        + (shift["with_psychotherapy"] if course.setting == "with_psychotherapy" else 0.0)
    )


def _first_course(draws: Draws, number: int) -> Course:
    case_mix = calibration()["case_mix"]
    growth = case_mix["growth_over_period"]
    quarter = draws.level([(name, 1 + growth * _elapsed(name)) for name in quarters()])
    site = draws.level([(site, site["size"]) for site in calibration()["sites"]["list"]])
    conditions = draws.level(
        [(name, share * (site["pain"] if "pain" in name else 1)) for name, share in case_mix["conditions"]]
    ).split(";")
    is_pain = conditions[0] == "chronic_pain"
    setting = "with_psychotherapy" if draws.happens(site["psychotherapy"]) and not is_pain else "medical"
    route = "im" if draws.happens(site["intramuscular"]) and not is_pain else "iv"
    return Course(
        patient_id=str(number),
        course_number=1,
        conditions=conditions,
        site=site,
        quarter=quarter,
        route=route,
        setting=setting,
        age_band=draws.level(case_mix["age_band"]),
        sex=draws.level(case_mix["sex"]),
        treatment_resistant=draws.level(case_mix["treatment_resistant"]),
        planned_infusions=_planned_infusions(draws, setting),
        open_minutes=_open_minutes(draws, quarter),
        ranks=_outcome_ranks(draws, conditions),
    )


def _repeat_course(draws: Draws, first: Course) -> Course:
    """Draw a second course of the same patient in a later quarter."""
    case_mix = calibration()["case_mix"]
    period = quarters()
    gap = draws.whole(*case_mix["repeat_gap_quarters"])
    quarter = period[min(period.index(first.quarter) + gap, len(period) - 1)]
    again = case_mix["same_rank_between_courses"]
    return Course(
        patient_id=first.patient_id,
        course_number=2,
        conditions=first.conditions,
        site=first.site,
        quarter=quarter,
        route=first.route,
        setting=first.setting,
        age_band=first.age_band,
        sex=first.sex,
        treatment_resistant=first.treatment_resistant,
        planned_infusions=_planned_infusions(draws, first.setting),
        open_minutes=_open_minutes(draws, quarter),
        ranks={name: rank if draws.happens(again) else draws.rank() for name, rank in first.ranks.items()},
    )


def _planned_infusions(draws: Draws, setting: str) -> int:
    regimen = calibration()["regimen"]
    column = "planned_infusions_with_psychotherapy" if setting == "with_psychotherapy" else "planned_infusions"
    return int(draws.level(regimen[column]))


def _outcome_ranks(draws: Draws, conditions: list[str]) -> dict[str, float]:
    """Draw where the course stands among all courses of each condition; two conditions often go together."""
    case_mix = calibration()["case_mix"]
    followed = list(conditions)
    if conditions == ["depression"] and draws.happens(case_mix["comorbid_anxiety_tracking"]):
        followed.append("anxiety")
    ranks = {followed[0]: draws.rank()}
    for condition in followed[1:]:
        is_shared = draws.happens(case_mix["same_rank_between_scales"])
        ranks[condition] = ranks[followed[0]] if is_shared else draws.rank()
    return ranks


def _open_minutes(draws: Draws, quarter: str) -> int:
    start_day = first_day(quarter) + timedelta(days=draws.whole(0, days_in(quarter) - 1))
    start = datetime.combine(start_day, time(9)) + timedelta(minutes=draws.whole(0, 7 * 60))
    end = datetime.combine(data_through() + timedelta(days=1), time(0))
    return int((end - start).total_seconds()) // 60
