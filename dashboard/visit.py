"""The visit of one reader: who reads, and what of it goes on record.

Every run begins with `begin`. What a signed-in reader does that cannot be put on record is not shown. A reader on the
machine itself could take the files without any record, so there a record that fails stops nobody; the server's log
tells it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TypeVar

import streamlit as st

from dashboard import access
from dashboard.access import LOCAL, Decision, Door, Reader, Request
from pipelines.errors import OutcomesError
from pipelines.sign_in.audit import Event, audit_folder, prepare, record
from pipelines.sign_in.rules import EVERY_SITE
from pipelines.words.catalogue import say

Content = TypeVar("Content", str, bytes)
_REQUEST, _MET, _VIEW = "visit_request", "visit_met", "visit_view"


class NotRecorded(OutcomesError):
    """What a reader asked for could not be put on record."""


class NotAllowedAnyMore(OutcomesError):
    """Access ended, or changed, while the page was open."""


def begin(request: Request, decision: Decision) -> bool:
    """Keeps who reads for this run, and puts a change of it on record.

    Returns:
        Whether somebody reads, or other sites are read, than in the run before.

    Raises:
        NotRecorded: and so nothing may be shown.
    """
    met = (decision.door, decision.reader, decision.reason)
    is_new = met != st.session_state.get(_MET)
    if is_new:
        if decision.reader is not None:
            _put_on_record(decision.reader, "let_in")
        elif decision.door is Door.REFUSED:
            _put_on_record(None, "refused", who=decision.who, reason=decision.reason)
    st.session_state[_MET], st.session_state[_REQUEST] = met, request
    return is_new


def reader() -> Reader:
    """Who reads in this run."""
    found: Reader = st.session_state[_MET][1]
    return found


def no_site() -> Decision:
    """What a reader meets whose sites are none of the snapshot's."""
    return _kept_out(access.NO_SITE)


def no_role(page: str) -> Decision:
    """What a reader meets on a page that is for higher roles."""
    return _kept_out(access.NO_ROLE, page=page)


def _kept_out(reason: str, **details: str) -> Decision:
    """Puts on record, once, why a reader who was let in sees nothing."""
    request: Request = st.session_state[_REQUEST]
    contact = request.rules.contact if request.rules else ""
    met = (reason, *details.values())
    if st.session_state.get(_VIEW) != met:
        _put_on_record(None, "refused", who=reader().who, reason=reason, **details)
        st.session_state[_VIEW] = met
    return Decision(Door.REFUSED, reason=reason, who=reader().who, contact=contact)


def view(page: str, filters: Mapping[str, list[str]], snapshot: str) -> None:
    """Puts a page on record, once for each selection and snapshot.

    Raises:
        NotRecorded: and so nothing may be shown.
    """
    seen = (page, filters, snapshot)
    if seen != st.session_state.get(_VIEW):
        _put_on_record(reader(), "view", page=page, filters=filters, snapshot=snapshot)
        st.session_state[_VIEW] = seen


def on_record(file: str, load: Callable[[], Content]) -> Callable[[], Content]:
    """What makes a file when it is downloaded: asks once more whether it may, and puts it on record.

    The button stays on an open page, and what it does runs without the page.
    """
    request, asked = st.session_state[_REQUEST], reader()
    page, filters, snapshot = st.session_state[_VIEW]

    def made() -> Content:
        if access.decide(access.looked_at_again(request)).reader != asked:
            raise NotAllowedAnyMore(f"{asked.who} may not download {file} any more.")
        _put_on_record(asked, "download", file=file, page=page, filters=filters, snapshot=snapshot)
        return load()

    return made


def _in_one_line(record: logging.LogRecord) -> bool:
    """Tells the log of a refused download by its reason; Streamlit would tell it as a bug, with its trace."""
    error: BaseException | None = record.exc_info[1] if record.exc_info else None
    while error is not None and not isinstance(error, OutcomesError):
        error = error.__cause__
    if error is not None:
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args, record.exc_info = "A download was refused: %s", (error,), None
    return True


logging.getLogger("streamlit.runtime.backend_operation_handler").addFilter(_in_one_line)


@contextmanager
def releasing(report: str, release: str) -> Iterator[None]:
    """Puts on record that a report was released, once it is; where that could not be, nothing is released.

    Args:
        report: what it is called.
        release: its id in the store.

    Raises:
        NotRecorded, NotAllowedAnyMore: and so it may not be.
    """
    request, who = st.session_state[_REQUEST], reader()
    if access.decide(access.looked_at_again(request)).reader != who:
        raise NotAllowedAnyMore(say("sign_in.not_any_more"))
    with _kept_from(who):
        prepare(audit_folder())
    yield
    page, filters, snapshot = st.session_state[_VIEW]
    _put_on_record(who, "released", report=report, release=release, page=page, filters=filters, snapshot=snapshot)


def took_away(file: str) -> None:
    """Puts on record a picture that the browser made of what the page shows."""
    page, filters, snapshot = st.session_state[_VIEW]
    _put_on_record(reader(), "download", file=file, page=page, filters=filters, snapshot=snapshot)


def sign_out() -> None:
    """Signs the reader out here, in every other tab, and at the provider where it can."""
    request, decision = st.session_state[_REQUEST], st.session_state[_MET]
    access.sign_out(request)
    with suppress(NotRecorded):  # whoever wants out gets out; the log has told it
        if decision[1] is not None:
            _put_on_record(decision[1], "signed_out")
    st.logout()


def _put_on_record(admitted: Reader | None, event: Event, **details: object) -> None:
    if admitted is not None:
        named = {"who": admitted.who, "role": admitted.role, "sites": list(admitted.sites) or EVERY_SITE}
        details = {**named, **details}
    with _kept_from(admitted):
        record(audit_folder(), event, datetime.now(UTC), **details)


@contextmanager
def _kept_from(admitted: Reader | None) -> Iterator[None]:
    """What cannot be put on record is kept from a reader who signed in."""
    try:
        yield
    except OSError as error:
        logging.getLogger(__name__).error("%s cannot be written: %s", audit_folder(), error)
        if admitted not in (None, LOCAL):
            raise NotRecorded(say("sign_in.not_recorded")) from None
