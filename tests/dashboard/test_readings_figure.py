from __future__ import annotations

import pytest

from dashboard.figures.readings import readings_figure
from dashboard.theme import DARK, LIGHT
from pipelines.filters import Filters
from pipelines.results.response import response_rates
from pipelines.words.readings import readings
from pipelines.words.statement import Context


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_readings_stand_on_one_scale(published, colours):
    context = Context(published.definitions, published.manifest.data_through)
    rates = response_rates(published, Filters(condition=("depression",)))
    figure = readings_figure(readings(rates, context), colours.of("depression"), colours)
    own = rates.set_index("statistic")
    traces = {trace.name: trace for trace in figure.data}
    for kind in ("observed", "standardised", "missing_as_nonresponse"):
        assert list(traces[kind].x) == [own.loc[kind].estimate]
        assert (traces[f"{kind}_range"].x[0], traces[f"{kind}_range"].x[-1]) == (
            own.loc[kind].lower,
            own.loc[kind].upper,
        )
    (behind,) = figure.layout.shapes
    assert (behind.x0, behind.x1) == (own.loc["bound_lower"].estimate, own.loc["bound_upper"].estimate)
    assert traces["missing_as_nonresponse"].marker.symbol.endswith("-open")
    assert figure.layout.xaxis.range == (-0.005, 1.03)
