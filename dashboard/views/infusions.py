"""Infusions and safety: what happened at infusions, how scores moved around them, what the first was like, ideation."""

from dashboard.filters import context, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.controls import open_tab
from dashboard.views.infusion_tabs import TAB_CONTENT
from dashboard.views.parts import current_palette

snapshot = snapshot_of_run()
tab, place = open_tab("Infusions and safety")
with place:
    TAB_CONTENT[tab](
        snapshot, current_filters(snapshot), shown_conditions(snapshot), context(snapshot), current_palette()
    )
