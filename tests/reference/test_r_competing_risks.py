"""R 4.2.2, survival 3.5-3: survfit(Surv(time, factor(cause)) ~ 1, conf.type = "log-log"), scripts/competing_risks.R."""

from math import nan

import numpy as np
import pytest

from pipelines.statistics.competing_risks import aalen_johansen

R, D, CENSORED = 1, 2, 0


def test_eight_courses() -> None:
    curve = aalen_johansen(range(1, 9), [R, D, CENSORED, R, D, R, CENSORED, CENSORED], [1] * 8, 2)
    assert curve.at_risk.tolist() == [8, 7, 6, 5, 4, 3, 2, 1]
    assert curve.incidence[5] == pytest.approx([0.425, 0.275], abs=1e-12)
    assert curve.event_free[5] == pytest.approx(0.3, abs=1e-12)
    expected_lower = [
        (0.00659332501733, nan),
        (0.00659332501733, 0.00659332501733),
        (0.03886871230446, 0.00659332501733),
        (0.03886871230446, 0.03886871230446),
        (0.09566470350858, 0.03886871230446),
    ]
    expected_upper = [
        (0.422705832524, nan),
        (0.422705832524, 0.422705832524),
        (0.598579007244, 0.422705832524),
        (0.598579007244, 0.598579007244),
        (0.732003404811, 0.598579007244),
    ]
    rows = [0, 1, 3, 4, 5]
    np.testing.assert_allclose(curve.lower[rows], expected_lower, atol=1e-9)
    np.testing.assert_allclose(curve.upper[rows], expected_upper, atol=1e-9)


TIES = (
    [0, 0, 0, 2, 2, 2, 2, 3, 3, 5, 5, 5, 5, 5, 7, 7, 9],
    [2, 0, 0, 1, 1, 2, 0, 1, 0, 1, 2, 2, 3, 0, 1, 0, 3],
)


def test_ties_an_event_at_once_and_nobody_left() -> None:
    curve = aalen_johansen(*TIES, [1] * len(TIES[0]), 3)
    assert curve.at_risk.tolist() == [17, 14, 10, 8, 3, 1]
    np.testing.assert_allclose(
        curve.incidence[[0, 1, 3, 5]],
        [
            [0, 0.0588235294118, 0],
            [0.134453781513, 0.1260504201681, 0],
            [0.291596638655, 0.2924369747899, 0.0831932773109],
            [0.402521008403, 0.2924369747899, 0.3050420168067],
        ],
        atol=1e-12,
    )
    assert curve.event_free[-1] == 0
    np.testing.assert_allclose(
        curve.lower[[0, 3, 5]],
        [
            [nan, 0.00391471965657, nan],
            [0.0887388949828, 0.08781347044259, 0.00513041798351],
            [0.1408968086342, 0.08781347044259, 0.08186992786018],
        ],
        atol=1e-9,
    )
    np.testing.assert_allclose(
        curve.upper[[0, 3, 5]],
        [
            [nan, 0.235005252628, nan],
            [0.534161073396, 0.537168725580, 0.309531085933],
            [0.655362890453, 0.537168725580, 0.569334662995],
        ],
        atol=1e-9,
    )


def test_five_hundred_courses() -> None:
    """Times and causes by whole-number arithmetic: (7919 i) mod 97, and (104729 i) mod 7 with 3 to 6 the third."""
    i = np.arange(1, 501)
    curve = aalen_johansen((i * 7919) % 97, np.minimum((i * 104729) % 7, 3), np.ones(500, dtype=int), 3)
    at = [1, 10, 28, 56, 84, 96]
    assert curve.at_risk_at(at).tolist() == [495, 449, 356, 212, 67, 5]
    expected = [
        [0.982000000000, 0.0040000000000, 0.0020000000000, 0.0120000000000],
        [0.899361505148, 0.0160966105292, 0.0161005774005, 0.0684413069221],
        [0.736836038055, 0.0387424488586, 0.0407724155917, 0.1836490974945],
        [0.467056372069, 0.0887455463377, 0.0885880910025, 0.3556099905908],
        [0.169263691617, 0.1349997875106, 0.1370243458744, 0.5587121749982],
        [0.000000000000, 0.1668593214445, 0.1693803254923, 0.6637603530632],
    ]
    np.testing.assert_allclose(np.column_stack([curve.event_free_at(at), curve.incidence_at(at)]), expected, atol=1e-11)
    lower, upper = curve.band_at(at)
    np.testing.assert_allclose(
        lower[[0, 3, 5]],
        [
            [0.000830696457856, 0.000200203787624, 0.00502071982379],
            [0.065282353339259, 0.065165643720757, 0.31255739285425],
            [0.132701306449482, 0.134953445306148, 0.61603876580989],
        ],
        atol=1e-9,
    )
    np.testing.assert_allclose(
        upper[[0, 3, 5]],
        [
            [0.0135961853823, 0.0107262759051, 0.0248493890954],
            [0.1165450013291, 0.1163420794108, 0.3988405382465],
            [0.2044297955841, 0.2071796070159, 0.7070075047603],
        ],
        atol=1e-9,
    )
