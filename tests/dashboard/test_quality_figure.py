from __future__ import annotations

import pytest

from dashboard.figures.quality import follow_up_figure
from dashboard.theme import LIGHT
from pipelines.filters import Filters
from pipelines.results.completeness import follow_up_completeness
from pipelines.words.statement import Context

PAIN = Filters(condition=("chronic_pain",))


@pytest.fixture(scope="module")
def grid(published):
    cells = follow_up_completeness(published, PAIN, ["site", "quarter"])
    by_site = follow_up_completeness(published, PAIN, ["site"])
    context = Context(published.definitions, published.manifest.data_through)
    return cells, by_site, follow_up_figure(cells, by_site, "chronic_pain", context, LIGHT)


def test_the_least_complete_site_stands_first_with_its_share(grid):
    _, by_site, figure = grid
    due = by_site[by_site["n_due"] > 0].sort_values("estimate")
    assert figure.layout.yaxis.ticktext[0].startswith(due["site"].iloc[0])
    assert figure.layout.yaxis.ticktext[0].endswith("%")
    assert figure.layout.yaxis.autorange == "reversed"


def test_each_cell_is_the_share_and_blank_where_nobody_is_due(grid):
    cells, _, figure = grid
    heat = figure.data[0]
    shown = [value for line in heat.z for value in line if value is not None]
    assert sorted(shown) == pytest.approx(sorted(cells.loc[cells["n_due"] > 0, "estimate"]))
    blank = [
        text
        for line, texts in zip(heat.z, heat.text, strict=True)
        for z, text in zip(line, texts, strict=True)
        if z is None
    ]
    assert blank
    assert set(blank) == {""}


def test_shares_run_from_nought_to_all(grid):
    heat = grid[2].data[0]
    assert (heat.zmin, heat.zmax) == (0, 1)
    assert not heat.showscale
