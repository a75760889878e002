"""R 4.2.2: means under missing at random and the observed information; made by scripts/multivariate_normal.R.

`airquality` ships with R; its sums by pattern are typed in. The rows of Beat the Blues stand outside the repository.
"""

import csv

import numpy as np
import pytest

from pipelines.statistics.multivariate_normal import NormalMeans, PatternMoments, normal_means

# airquality[, c("Wind", "Ozone", "Solar.R")]: what was seen, days, sums, cross-products.
AIR_QUALITY = [
    PatternMoments(
        (0, 1, 2),
        111,
        np.array([1103.3, 4673, 20513]),
        np.array([[12358.71, 38471.7, 199354.9], [38471.7, 318531, 979803], [199354.9, 979803, 4704801]]),
    ),
    PatternMoments((0,), 2, np.array([22.3]), np.array([[268.49]])),
    PatternMoments((0, 1), 5, np.array([40.7, 214]), np.array([[393.15, 1566.3], [1566.3, 12498]])),
    PatternMoments((0, 2), 35, np.array([357.2, 6633]), np.array([[4036.48, 69595.9], [69595.9, 1518521]])),
]


def differences_from_the_first(fit: NormalMeans) -> np.ndarray:
    spread = fit.covariance_of_means
    return np.sqrt(np.diag(spread)[1:] + spread[0, 0] - 2 * spread[0, 1:])


def test_air_quality_which_is_not_monotone() -> None:
    fit = normal_means(AIR_QUALITY, 3)
    assert isinstance(fit, NormalMeans)
    assert fit.log_likelihood == pytest.approx(-1809.274232, abs=1e-6)
    np.testing.assert_allclose(fit.means, [9.9575163, 41.7435290, 185.6387970], atol=1e-7)
    np.testing.assert_allclose(np.diag(fit.covariance), [12.33042, 1044.78760, 8051.99063], atol=1e-5)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance_of_means)), [0.2838855, 2.8469706, 7.4125500], atol=1e-6)
    np.testing.assert_allclose(differences_from_the_first(fit), [3.0088694, 7.4320951], atol=1e-6)


@pytest.mark.reference
def test_beat_the_blues(reference_folder) -> None:
    folder = reference_folder / "btheb_bdi"
    with (folder / "BtheB.csv").open(encoding="utf-8", newline="") as file:
        names = ("bdi.pre", "bdi.2m", "bdi.4m", "bdi.6m", "bdi.8m")
        rows = [
            [np.nan if row[name] in ("", "NA") else float(row[name]) for name in names] for row in csv.DictReader(file)
        ]
    with (folder / "visit_means_under_mar.csv").open(encoding="utf-8", newline="") as file:
        reference = list(csv.DictReader(file))
    fit = normal_means([one_row(np.array(row)) for row in rows], 5)
    assert isinstance(fit, NormalMeans)
    np.testing.assert_allclose(fit.means, [float(row["mean_mar_em"]) for row in reference], atol=1e-7)
    np.testing.assert_allclose(fit.means, [float(row["mean_mar_r_gls"]) for row in reference], rtol=5e-6)
    np.testing.assert_allclose(np.diag(fit.covariance), [float(row["variance_mar_em"]) for row in reference], rtol=1e-6)
    assert fit.log_likelihood == pytest.approx(-1313.179748, abs=1e-6)
    errors = np.sqrt(np.diag(fit.covariance_of_means))
    np.testing.assert_allclose(errors, [1.0786153, 1.0855325, 1.2760339, 1.2998989, 1.1536920], atol=1e-6)
    differences = [0.9552839, 1.0989025, 1.1429519, 1.1760215]
    np.testing.assert_allclose(differences_from_the_first(fit), differences, atol=1e-6)


def one_row(row: np.ndarray) -> PatternMoments:
    seen = np.flatnonzero(~np.isnan(row))
    return PatternMoments(tuple(int(place) for place in seen), 1, row[seen], np.outer(row[seen], row[seen]))
