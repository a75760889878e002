"""Quarterly report: the pack of a quarter, looked at before it leaves the program, and taken along."""

import streamlit as st

from dashboard import offers, packs
from dashboard.packs import Asked, Making
from dashboard.question import current_question
from dashboard.reading import snapshot_of_run
from dashboard.views.definitions import section_html
from dashboard.views.parts import heading, notes, statement_html, table_html, typeset
from dashboard.views.report_choices import question_line
from dashboard.views.report_shown import all_as_text, key_results, page_pictures, withheld
from dashboard.views.report_taken import take_along, tell_fault
from dashboard.views.report_waiting import offer_preview, tell_failure, wait_for
from pipelines.errors import OutcomesError
from pipelines.words.catalogue import say
from pipelines.words.report_desk import cohorts_section, released_numbers, report_statement

snapshot = snapshot_of_run()


def report() -> None:
    """What may be asked, what it will be about, and then the pack itself."""
    asked = current_question(snapshot)
    if asked is None:
        why = "nothing_offered" if offers.periods(snapshot).names else "no_period"
        st.html(f'<p class="door">{typeset(say(f"report_desk.{why}"))}</p>')
        return
    question_line(snapshot, asked)
    cohorts = offers.cohorts(snapshot, asked)
    is_over = asked.period not in offers.periods(snapshot).unfinished
    st.html(statement_html(report_statement(asked.period, cohorts["activity"], cohorts["latest"], is_over)))
    if offers.is_copy(snapshot):
        notes([say("report_desk.copy", command=offers.command_elsewhere(asked))])
    st.html(section_html(cohorts_section(cohorts, hides_nothing=not asked.is_release)))
    tell_fault()
    making = packs.found(snapshot, asked)
    if making is None:
        offer_preview(snapshot, asked)
    elif making.has_failed:
        tell_failure(snapshot, asked, making)
    elif not making.drafted.done():
        wait_for(making, asked)
    else:
        shown(asked, making)


def shown(asked: Asked, making: Making) -> None:
    """A pack that is made."""
    pack = packs.drafted(making)
    key_results(pack.made.pack, packs.may_leave(snapshot, pack))
    withheld(pack.made.pack)
    page_pictures(making, asked)
    take_along(snapshot, asked, pack)
    all_as_text(pack.made.pack)


try:
    report()
except OutcomesError as error:  # What was released before is told nevertheless.
    st.markdown(str(error))
released = offers.releases(snapshot)
heading(say("report_desk.released"))
if released:
    st.html(table_html(released_numbers(released, snapshot.definitions), n_text=5))
else:
    st.html(f'<p class="quiet">{typeset(say("report_desk.released_none"))}</p>')
