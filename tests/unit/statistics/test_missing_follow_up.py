"""The standardised rate: the facts' example, chains worked by hand, and the rule applied forwards in fractions."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from pipelines.statistics.band_chains import LOST, NOT_SEEN
from pipelines.statistics.missing_follow_up import Interval, resampled_chains, standardised_rate

NO_WINDOW = np.zeros((3, 0), dtype=int)
FACTS = (NO_WINDOW, [1, 0, LOST], [12, 13, 15])
"""40 started, 25 were followed up, 12 responded: 48 % of the observed, 30 % of all, bounds 30 to 67.5 %."""


def resampled(bands, met, count, replicates=2000):
    return resampled_chains(bands, met, count, replicates=replicates, seed=20260101)


def forwards(bands, met, count):
    """The rule as it is written: shares given the two bands before, step by step, applied to all with a baseline.

    Returns the rate and, for those lost, how many needed a fallback at all and how many the margin, in fractions.
    """
    courses = []
    for row, result, n in zip(bands, met, count, strict=True):
        states, carried = [0, 0], 0
        for band in row:
            carried = band or carried
            states.append(carried)
        seen = [window for window, band in enumerate(row, start=1) if band]
        last = len(row) + 1 if result != LOST else max(seen, default=0)
        courses.append((states, last, result, n))
    n_windows = len(bands[0])
    # Where everyone is: the two bands before, whether a fallback was needed on the way, and whether the margin was.
    everyone = {(0, 0, False, False): Fraction(sum(n for *_, n in courses))}
    for step in range(n_windows + 1):
        by_pair, by_band, all_of_them = {}, {}, Counter()
        for states, last, result, n in courses:
            if last > step:
                reached = result if step == n_windows else states[step + 2]
                by_pair.setdefault((states[step], states[step + 1]), Counter())[reached] += n
                by_band.setdefault(states[step + 1], Counter())[reached] += n
                all_of_them[reached] += n
        following = Counter()
        for (first, second, fell_back, margin), mass in everyone.items():
            shares = by_pair.get((first, second))
            if not shares:
                fell_back, shares = True, by_band.get(second)
            if not shares:
                margin, shares = True, all_of_them
            for reached, n in shares.items():
                following[second, reached, fell_back, margin] += mass * Fraction(n, shares.total())
        everyone = following
    total = sum(everyone.values())
    return (
        sum(mass for (_, reached, *_), mass in everyone.items() if reached == 1) / total,
        sum(mass for (_, _, fell_back, margin), mass in everyone.items() if fell_back and not margin),
        sum(mass for (*_, margin), mass in everyone.items() if margin),
    )


def random_chains(seed, n=40, n_windows=3, n_bands=3):
    generator = np.random.default_rng(seed)
    bands = generator.integers(0, n_bands + 1, (n, n_windows))
    met = generator.integers(-1, 2, n)
    return bands, met, generator.integers(1, 4, n)


def test_without_windows_before_the_lost_are_like_the_observed():
    found = standardised_rate(*FACTS)
    assert found.estimate == 12 / 25
    assert (found.n_due, found.n_lost, found.n_by_last_band, found.n_by_margin) == (40, 15, 0, 0)


def test_a_chain_by_hand():
    """Ten courses in band 1 and ten in band 2. Of those in 1, 8 stay and 6 meet the rule; of those in 2, 2 stay, 0 do.

    Observed 6/10. Standardised: 10/20 * 6/8 + 10/20 * 0/2 = 3/8.
    """
    bands, met, count = [[1], [1], [1], [2], [2]], [1, 0, LOST, 0, LOST], [6, 2, 2, 2, 8]
    assert standardised_rate(bands, met, count).estimate == 3 / 8


def test_two_steps_by_hand():
    """Lost after the first window: the band at the second is taken from those who stayed in the first.

    Band 1 first: 4 stay, 2 of them reach band 1 and 2 band 2; 4 are lost. From (1, 1) 2 of 2 meet the rule, from (1, 2)
    0 of 2. Band 2 first: 2 stay, all reach band 2; from (2, 2) 1 of 2 meets it.
    The 4 lost: 1/2 * 1 + 1/2 * 0 = 1/2 each. All: (2 + 1 + 4 * 1/2) / 10 = 1/2; observed 3/6.
    """
    bands = [[1, 1], [1, 2], [1, NOT_SEEN], [2, 2], [2, 2]]
    found = standardised_rate(bands, [1, 0, LOST, 1, 0], [2, 2, 4, 1, 1])
    assert found.estimate == 1 / 2


def test_a_window_missed_before_a_later_one_carries_the_band():
    """One course in band 1 skips the second window and comes back: there it counts as still in band 1."""
    skipped = [[1, NOT_SEEN], [1, 2], [1, NOT_SEEN]]
    carried = [[1, 1], [1, 2], [1, NOT_SEEN]]
    met, count = [1, 0, LOST], [1, 1, 2]
    assert standardised_rate(skipped, met, count) == standardised_rate(carried, met, count)


def test_before_the_first_band_there_is_none_which_is_a_state_of_its_own():
    """Those without a first band: 1 of 4 meets the rule, 4 are lost. In band 1: 4 of 4 do. (4 + 1 + 4 * 1/4) / 12."""
    found = standardised_rate([[NOT_SEEN], [NOT_SEEN], [1], [1]], [1, 0, 1, LOST], [1, 3, 4, 4])
    assert found.estimate == (1 + 4 + 4) / 12
    never_seen = standardised_rate([[NOT_SEEN], [NOT_SEEN], [1], [NOT_SEEN]], [1, 0, 1, LOST], [1, 3, 4, 4])
    assert never_seen.estimate == pytest.approx((1 + 4 + 4 * (1 / 2 * 1 / 4 + 1 / 2 * 1)) / 12)


def test_where_nobody_with_the_same_two_bands_stayed_the_last_band_stands_for_them_then_all():
    """Lost after bands (2, 1): nobody with those stayed, of those with last band 1 one in two meets the rule.

    Lost after band 3: nobody in 3 stayed, of all 1 of 3 does.
    """
    bands = [[1, 1], [1, 1], [1, 2], [2, 1], [3, 3]]
    found = standardised_rate(bands, [1, 0, 0, LOST, LOST], [1, 1, 1, 1, 1])
    assert (found.n_by_last_band, found.n_by_margin) == (1, 1)
    assert found.estimate == pytest.approx((1 + 1 / 2 + 1 / 3) / 5)


@pytest.mark.parametrize("seed", range(30))
def test_it_is_the_rule_applied_forwards_in_fractions(seed):
    bands, met, count = random_chains(seed, n_windows=seed % 4, n=5 + seed)
    met[0], count[0] = 1, 1
    rate, by_last_band, by_margin = forwards(bands.tolist(), met.tolist(), count.tolist())
    found = standardised_rate(bands, met, count)
    assert found.estimate == pytest.approx(float(rate), abs=1e-12)
    assert found.n_by_last_band == pytest.approx(float(by_last_band), abs=1e-9)
    assert found.n_by_margin == pytest.approx(float(by_margin), abs=1e-9)


def test_with_nothing_missing_it_is_the_observed_rate_whatever_was_missed_before():
    bands, _, count = random_chains(1)
    met = np.arange(len(count)) % 2
    assert standardised_rate(bands, met, count).estimate == count[met == 1].sum() / count.sum()


def test_nobody_observed_and_nobody_at_all_say_nothing():
    assert np.isnan(standardised_rate([[1], [2]], [LOST, LOST], [3, 4]).estimate)
    nobody = resampled(np.zeros((0, 2), dtype=int), [], [])
    assert np.isnan(nobody.rate().estimate)
    assert nobody.tipping_point(0.5).conclusion is None


def test_the_interval_is_percentiles_of_courses_drawn_again():
    """Without windows before, the rate of a draw is met among observed: the percentiles are those of that ratio."""
    interval = resampled(*FACTS, replicates=4000).rate()
    drawn = np.random.default_rng(5).multinomial(40, np.array([12, 13, 15]) / 40, size=200_000)
    expected = np.quantile(drawn[:, 0] / (drawn[:, 0] + drawn[:, 1]), [0.025, 0.975])
    assert (interval.lower, interval.upper) == pytest.approx(expected, abs=0.012)
    assert interval.estimate == 12 / 25


def test_where_all_observed_met_the_rule_or_none_did_there_is_no_interval():
    for met in (1, 0):
        draws = resampled([[1], [1]], [met, LOST], [5, 5])
        assert draws.rate().estimate == met
        assert np.isnan([draws.rate().lower, draws.rate().upper]).all()
        assert draws.tipping_point(0.5).conclusion is None


def test_a_lower_chance_of_the_lost_lowers_the_rate_down_to_missing_as_nonresponse():
    """All 15 lost have 12/25; lower by 0.2 they have 0.28: (12 + 15 * 0.28) / 40 = 0.405; never below 12/40."""
    draws = resampled(*FACTS)
    assert draws.rate(0.2).estimate == pytest.approx(0.405)
    assert draws.rate(0.48).estimate == draws.rate(1.0).estimate == 12 / 40


def test_the_tipping_point_is_the_least_delta_that_changes_the_conclusion():
    draws = resampled(*FACTS)
    found = draws.tipping_point(0.2)
    assert (found.conclusion, found.changed) == ("above", "includes")
    assert found.at_delta == draws.rate(found.delta)
    assert draws.rate(found.delta).lower <= 0.2 < draws.rate(found.delta - 0.01).lower
    from_includes = draws.tipping_point(0.46)
    assert (from_includes.conclusion, from_includes.changed) == ("includes", "below")
    assert draws.rate(from_includes.delta).upper < 0.46 <= draws.rate(from_includes.delta - 0.01).upper


def test_a_conclusion_that_hardly_holds_changes_at_one_point():
    draws = resampled(*FACTS)
    assert draws.tipping_point(draws.rate().lower - 1e-6).delta == 0.01


def test_a_conclusion_that_no_delta_changes_says_so():
    draws = resampled(*FACTS)
    assert draws.tipping_point(0.05).delta is None
    below = draws.tipping_point(0.9)
    assert (below.conclusion, below.delta, below.changed, below.at_delta) == ("below", None, None, None)


def test_how_an_interval_lies():
    interval = Interval(0.5, 0.4, 0.6)
    assert [interval.against(rate) for rate in (0.39, 0.4, 0.6, 0.61)] == ["above", "includes", "includes", "below"]


@pytest.mark.parametrize(
    ("bands", "met", "count", "message"),
    [
        ([1], [1], [1], "must have shapes"),
        ([[1]], [1, 0], [1], "must have shapes"),
        ([[-1]], [1], [1], "bands must be 0 or more"),
        ([[1]], [2], [1], "met -1, 0 or 1"),
        ([[1]], [1], [-1], "count 0 or more"),
    ],
)
def test_what_does_not_fit_is_refused(bands, met, count, message):
    with pytest.raises(ValueError, match=message):
        standardised_rate(bands, met, count)


def test_confidence_lies_between_0_and_1():
    with pytest.raises(ValueError, match="confidence must lie"):
        resampled_chains(*FACTS, replicates=10, seed=1, confidence=1)
