"""Times before a patient's birth: either date may be the wrong one, so nothing is counted from such a time."""

from __future__ import annotations

from pipelines.privacy.relative_time import Birth, Moment
from pipelines.sources.dated.courses import Group
from pipelines.sources.dated.times import ReadTime, UnreadTime

BEFORE_BIRTH = UnreadTime("before_birth", "a date")


def withhold_times_before_birth(group: Group) -> None:
    """Takes every time of a patient that lies before the patient's birth as not read.

    An infusion of such a time begins no course, and since its true date may be that of a first infusion, it leaves the
    clock of the patient's other courses unknown, as any infusion does whose date is not read. Where lines state several
    dates of birth, a time counts as before birth if it is before one of them. Of a birth known by its year alone, only
    what lies before that year does.
    """
    births = [reading.birth for reading in group.courses if isinstance(reading.birth, Birth)]
    if not births:
        return
    latest = max(births, key=lambda birth: birth.earliest)
    for reading in [*group.courses, *group.infusions, *group.scores]:
        reading.when = _withheld(reading.when, latest)
    for course in group.courses:
        course.ended = _withheld(course.ended, latest)


def _withheld(when: ReadTime, birth: Birth) -> ReadTime:
    return BEFORE_BIRTH if isinstance(when, Moment) and birth.is_after(when) else when
