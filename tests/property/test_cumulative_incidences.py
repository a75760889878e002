"""What holds for cumulative incidences whatever the counts are."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.statistics.competing_risks import aalen_johansen

CAUSES = 3
sixty_examples = settings(deadline=None, max_examples=60)
course_rows = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, CAUSES), st.integers(1, 6)), min_size=1, max_size=15
)


def curve_of(rows):
    return aalen_johansen(*(np.array(column) for column in zip(*rows, strict=True)), CAUSES)


@sixty_examples
@given(course_rows)
def test_incidences_and_the_share_without_event_sum_to_one(rows) -> None:
    curve = curve_of(rows)
    np.testing.assert_allclose(curve.incidence.sum(axis=1) + curve.event_free, 1, atol=1e-12)
    assert (np.diff(curve.incidence, axis=0, prepend=0) >= 0).all()
    assert curve.at_risk[0] == curve.events.sum() + curve.censored.sum()


@sixty_examples
@given(course_rows)
def test_bands_hold_the_incidence(rows) -> None:
    curve = curve_of(rows)
    has_band = ~np.isnan(curve.lower)
    assert (has_band == ((curve.incidence > 0) & (curve.incidence < 1))).all()
    assert (curve.lower[has_band] <= curve.incidence[has_band]).all()
    assert (curve.incidence[has_band] <= curve.upper[has_band]).all()


@sixty_examples
@given(course_rows, st.randoms(use_true_random=False))
def test_order_and_how_counts_are_split_change_no_digit(rows, random) -> None:
    courses = [(time, cause, 1) for time, cause, count in rows for _ in range(count)]
    random.shuffle(courses)
    whole, split = curve_of(rows), curve_of(courses)
    for name in ("time", "at_risk", "events", "censored", "event_free", "incidence", "lower", "upper"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(split, name))


@sixty_examples
@given(course_rows)
def test_a_cause_parted_in_two_adds_up(rows) -> None:
    curve = curve_of(rows)
    merged = curve_of([(time, min(cause, 2), count) for time, cause, count in rows])
    np.testing.assert_allclose(merged.incidence[:, 1], curve.incidence[:, 1:].sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(merged.incidence[:, 0], curve.incidence[:, 0], atol=1e-12)
    np.testing.assert_allclose(merged.lower[:, 0], curve.lower[:, 0], atol=1e-9)
