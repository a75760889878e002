"""Onset: how soon do courses respond, and do an early fall and a later response go together?"""

from dashboard.filters import context, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.controls import open_tab
from dashboard.views.onset_tabs import TAB_CONTENT
from dashboard.views.parts import current_palette

snapshot = snapshot_of_run()
tab, place = open_tab("Onset")
with place:
    TAB_CONTENT[tab](
        snapshot, current_filters(snapshot), shown_conditions(snapshot), context(snapshot), current_palette()
    )
