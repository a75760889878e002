"""Recovery and ideation of the sample program are found again by a walk over each course, apart from the SQL."""

from __future__ import annotations

from collections import Counter, defaultdict

import duckdb
import pytest

from pipelines.store import Store

MINUTES = 1440
CUTS, RELIABLE = {"PHQ-9": 10, "GAD-7": 8}, {"PHQ-9": 6, "GAD-7": 4}
LAST_SCORE_DAYS = 31
IN_TIME = {None: 0, "before": 1, "during": 2, "after": 3}


@pytest.fixture(scope="module")
def courses(store_folder):
    """For each course what a walk needs: infusions, the latest record, how far its period was followed up, scores."""
    store = Store(store_folder)
    path = str(store.snapshot_file(store.current_id(), "warehouse.duckdb"))
    with duckdb.connect(path, read_only=True) as connection:
        scores = defaultdict(list)
        for course, *score in connection.execute(
            "select course_key, scale, rater, minute, timing, score, items from outcome.assessments"
        ).fetchall():
            scores[course].append(tuple(score))
        infusions = dict(connection.execute("select course_key, infusion_minutes from outcome.inductions").fetchall())
        followed = dict(connection.execute("select course_key, days_past_period_end from outcome.courses").fetchall())
        recoveries = connection.execute(
            "select course_key, standing, is_at_caseness, is_recovered, is_reliably_improved, "
            "is_reliably_deteriorated from outcome.nhs_recoveries"
        ).fetchall()
        ideations = connection.execute(
            "select course_key, source, baseline_level, window_level from outcome.ideations "
            "where window_name = 'endpoint'"
        ).fetchall()
    return (
        {course: (sorted(infusions[course] or []), followed[course], scores[course]) for course in infusions},
        recoveries,
        ideations,
    )


def induction(infusions):
    return [minute for minute in infusions if minute <= 28 * MINUTES][:8]


def moment(score):
    """After the first infusion or not: a score at its minute precedes it unless it is labelled otherwise."""
    _, _, minute, timing, _, _ = score
    return (minute, timing in ("during", "after"))


def first_of(scores, scale, rater):
    before = [
        score
        for score in scores
        if score[:2] == (scale, rater) and score[2] >= -30 * MINUTES and moment(score) <= (0, False)
    ]
    return max(before, key=lambda score: (moment(score), IN_TIME[score[3]]), default=None)


def later_than_start(scores, scale, rater):
    return [score for score in scores if score[:2] == (scale, rater) and moment(score) > (0, False)]


def walked(infusions, followed, scores):
    """Standing, and what was judged of a finished course with all scores."""
    if not infusions:
        return ("not_recorded", None, None, None, None)
    given = induction(infusions)
    latest = max([infusions[-1], *(score[2] for score in scores)])
    over = given[-1] + LAST_SCORE_DAYS * MINUTES
    is_closed = followed is None or followed >= 28 or latest > 28 * MINUTES or len(given) >= 8
    is_over = followed is None or followed * MINUTES >= over or latest > over
    standing = "pending" if not (is_closed and is_over) else "finished" if len(given) >= 2 else "too_few_contacts"
    first = {scale: first_of(scores, scale, "self") for scale in CUTS}
    if None in first.values():
        return (standing, None, None, None, None)
    is_case = any(first[scale][4] >= cut for scale, cut in CUTS.items())
    last = {
        scale: max(
            (score for score in later_than_start(scores, scale, "self") if score[2] <= over),
            key=lambda score: (moment(score), IN_TIME[score[3]]),
            default=None,
        )
        for scale in CUTS
    }
    if standing != "finished" or None in last.values():
        return (standing, is_case, None, None, None)
    changes = {scale: last[scale][4] - first[scale][4] for scale in CUTS}
    fell = any(-changes[scale] >= points for scale, points in RELIABLE.items())
    rose = any(changes[scale] >= points for scale, points in RELIABLE.items())
    recovered = is_case and all(last[scale][4] < cut for scale, cut in CUTS.items())
    return (standing, is_case, recovered, fell and not rose, rose and not fell)


def test_recovery_is_found_again(courses):
    facts, recoveries, _ = courses
    assert len(recoveries) == len(facts) > 1_400
    for course, *row in recoveries:
        assert tuple(row) == walked(*facts[course]), course
    assert {standing: n > 10 for standing, n in Counter(row[1] for row in recoveries).items()} == {
        "finished": True,
        "too_few_contacts": True,
        "pending": True,
    }


def test_ideation_is_found_again(courses):
    """The score nearest to day 21 after induction, of days 14 to 31, the earlier on a tie; its item or its level."""
    facts, _, ideations = courses
    assert len(ideations) > 1_000
    for course, source, *levels in ideations:
        scale, rater = ("PHQ-9", "self") if source == "PHQ-9 item 9" else ("C-SSRS", "clinician")
        infusions, followed, scores = facts[course]
        given = induction(infusions)
        latest = max([infusions[-1], *(score[2] for score in scores)])
        is_closed = followed is None or followed >= 28 or latest > 28 * MINUTES or len(given) >= 8
        in_window = [
            score
            for score in later_than_start(scores, scale, rater)
            if 14 * MINUTES <= score[2] - given[-1] <= 31 * MINUTES and is_closed
        ]
        nearest = min(
            in_window,
            key=lambda score: (abs(score[2] - given[-1] - 21 * MINUTES), score[2], IN_TIME[score[3]]),
            default=None,
        )
        expected = [level_of(score, scale) for score in (first_of(scores, scale, rater), nearest)]
        assert levels == expected, (course, source)


def level_of(score, scale):
    if score is None:
        return None
    if scale == "C-SSRS":
        return int(score[4])
    return None if score[5] is None else int(score[5][8])
