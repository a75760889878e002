"""The funnel of sites: marks equal the table, curves equal the funnel's numbers, names do not cover each other."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.figures.completeness import completeness_figure
from dashboard.figures.funnel import funnel_figure
from dashboard.figures.labels import placed_labels
from dashboard.theme import DARK, LIGHT
from pipelines.filters import Filters
from pipelines.results.completeness import follow_up_completeness
from pipelines.results.site_funnels import site_funnels
from pipelines.results.sites import site_comparison
from pipelines.words.site_marks import SiteLeftOut, SiteMark, site_marks, sites_left_out
from pipelines.words.sites import overall_rate
from pipelines.words.statement import Context, statistic


@pytest.fixture(scope="module")
def context(published) -> Context:
    return Context(published.definitions, published.manifest.data_through)


@pytest.fixture(scope="module")
def sites(published):
    return site_comparison(published, Filters())


@pytest.fixture(scope="module")
def curves(published):
    return site_funnels(published, Filters())


def drawn(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


@pytest.mark.parametrize("condition", ["depression", "anxiety", "any"])
def test_marks_and_curves_are_the_tables(sites, curves, context, condition):
    rows, own = sites[sites["condition"] == condition], curves[curves["condition"] == condition]
    marks, left_out = site_marks(rows, context), sites_left_out(rows, context)
    figure = funnel_figure(marks, left_out, own, overall_rate(rows, context), LIGHT.of("depression"), context, LIGHT)
    adjusted = rows[(rows["statistic"] == "adjusted") & (rows["n_observed"] >= context.fewest)]
    points = drawn(figure, "sites")
    assert list(points.x) == adjusted["n_observed"].tolist()
    assert list(points.y) == adjusted["estimate"].tolist()
    assert len(marks) + len(left_out) == rows["site"].nunique()
    for name in ("limits_95", "limits_998"):
        for bound in ("lower", "upper"):
            curve = drawn(figure, f"{name}_{bound}")
            assert list(curve.y) == own.loc[own["statistic"] == name, bound].tolist()
    assert sum(len(trace.x) for trace in figure.data if trace.x is not None) < 1000


def test_curves_lie_at_the_limits_of_a_site_whose_case_mix_is_that_of_all(sites, curves):
    """A site's own limits lie around its expected rate, carried over; the curve is the same where both are equal."""
    for condition in ("depression", "anxiety", "any"):
        rows = sites[sites["condition"] == condition]
        expected = rows[rows["statistic"] == "expected"].set_index("site")["estimate"]
        limits = rows[rows["statistic"] == "limits_998"].set_index("site")
        nearest = (expected[limits.index] - limits["estimate"]).abs().idxmin()
        own = curves[(curves["condition"] == condition) & (curves["statistic"] == "limits_998")]
        size = limits.loc[nearest, "n_observed"]
        for bound in ("lower", "upper"):
            at = np.interp(float(size), own["size"], own[bound])
            assert at == pytest.approx(limits.loc[nearest, bound], abs=0.01)


def test_too_few_sites_have_no_curves(sites, curves, context):
    assert "chronic_pain" not in set(curves["condition"])
    rows = sites[sites["condition"] == "chronic_pain"]
    figure = funnel_figure(
        site_marks(rows, context),
        sites_left_out(rows, context),
        curves.iloc[:0],
        None,
        DARK.of("chronic_pain"),
        context,
        DARK,
    )
    assert not [trace for trace in figure.data if str(trace.name).startswith("limits_")]
    assert len(drawn(figure, "left_out").x) == 6


def test_a_site_beyond_is_ringed_and_named_and_one_with_losses_is_hollow(context, curves):
    marks = [SiteMark("Site 01", 40, 0.2, True, True, "h"), SiteMark("Site 02", 42, 0.5, False, False, "h")]
    left_out = [SiteLeftOut("Site 03", 4, "Site 03: too few to say, 4 followed up")]
    own = curves[curves["condition"] == "depression"]
    figure = funnel_figure(marks, left_out, own, None, LIGHT.of("depression"), context, LIGHT)
    assert (list(drawn(figure, "beyond").x), list(drawn(figure, "beyond").y)) == ([40], [0.2])
    assert "<b>Site 01</b>" in [note.text for note in figure.layout.annotations]
    assert [text.strip() for text in drawn(figure, "names").text] == ["Site 02"]
    assert list(drawn(figure, "sites").marker.color) == [LIGHT.of("depression").colour, LIGHT.page]
    assert list(drawn(figure, "left_out").x) == [4]


def test_names_stand_where_they_cover_nothing():
    size = (200.0, 100.0)
    assert placed_labels([(50, 50)], ["Site 01"], [], size) == {0: "middle right"}
    assert placed_labels([(195, 50)], ["Site 01"], [], size) == {0: "middle left"}
    crowd = [(100.0, 50.0)] * 6
    sides = placed_labels(crowd, ["Site 01"] * 6, [], size)
    assert len(sides) == len(set(sides.values())) <= 4
    assert 5 in placed_labels(crowd, ["Site 01"] * 6, [5], size)


def test_completeness_is_drawn_as_it_is_counted(published, context):
    pain = Filters(condition=("chronic_pain",))
    rows = follow_up_completeness(published, pain, ["site"]).to_dict("records")
    whole = statistic(follow_up_completeness(published, pain), "followed_up")
    figure = completeness_figure(rows, [row["site"] for row in rows], whole, LIGHT.of("chronic_pain"), context, LIGHT)
    shown = [row["estimate"] for row in rows if row["n_due"] >= context.fewest]
    assert [trace.x[0] for trace in figure.data if trace.name == "share"] == shown
    assert len([trace for trace in figure.data if trace.mode == "lines"]) == sum(row["n_due"] > 0 for row in rows)
    far = [row for row in rows if "far below" in row["note"] and row["n_due"] >= context.fewest]
    assert len([trace for trace in figure.data if trace.name == "far_below"]) == len(far)
    assert figure.layout.shapes[0].x0 == whole["estimate"]
