"""What a reader meets who is not let in, and the quiet line that tells one who is let in as whom."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import access, visit
from dashboard.access import LOCAL, NO_ROLE, NOT_SIGNED_IN, NOT_VERIFIED, UNKNOWN, Decision, Door, Reader
from dashboard.views.parts import typeset
from pipelines.words.catalogue import say

_LOOKED_AGAIN_EACH = "15s"
_FEW = 2


def closed_door(decision: Decision) -> None:
    """Why the reader is not let in, and what to do."""
    with st.container(key="door"):
        if decision.door is Door.SIGN_IN:
            _sign_in(decision)
        elif decision.door is Door.REFUSED:
            _refused(decision)
        elif decision.door is Door.FAULTY:
            _said("faulty_title", say("sign_in.faulty"))
        else:
            _said("not_set_up_title", say("sign_in.not_set_up", reason=say(f"sign_in.{decision.reason}")))


def _sign_in(decision: Decision) -> None:
    _said("title", say("sign_in.asked" if decision.reason == NOT_SIGNED_IN else f"sign_in.{decision.reason}"))
    st.button(say("sign_in.button"), type="primary", on_click=st.login, key="sign_in")


def _refused(decision: Decision) -> None:
    if decision.reason == NO_ROLE:
        _said(
            "no_role_title",
            say("sign_in.no_role", role=visit.reader().role),
            say("sign_in.ask", contact=decision.contact),
        )
        return
    named = {"who": decision.who} if decision.reason in (NOT_VERIFIED, UNKNOWN) else {}
    reason = say(f"sign_in.{decision.reason}", **named)
    _said("refused_title", reason, say("sign_in.ask", contact=decision.contact))
    st.button(say("sign_in.other_account"), on_click=visit.sign_out, key="sign_out")


def _said(title: str, *texts: str) -> None:
    st.title(say(f"sign_in.{title}"), anchor=False)
    for text in texts:
        st.html(f'<p class="door">{typeset(text)}</p>')


def nothing_to_show(title: str, reason: str) -> None:
    """Why a reader who is let in sees no page, and what to do: nothing published yet, say."""
    with st.container(key="door"):
        st.title(title, anchor=False)
        st.html(f'<p class="door">{typeset(reason)}</p>')


def reader_line() -> None:
    """Who is signed in, with which sites, and the way out; nothing for a reader on the machine itself."""
    reader = visit.reader()
    if reader == LOCAL:
        return
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="reader"):
        words = say("sign_in.sees", who=reader.who, sites=sites_words(reader))
        st.html(f'<span class="quiet">{escape(words)}</span>', width="content")
        # Not in the fragment: the run that the fragment asks for would drop what sends the browser to sign out.
        st.button(say("sign_in.sign_out"), type="tertiary", on_click=visit.sign_out, key="sign_out")
    _close_when_access_ends()


@st.fragment(run_every=_LOOKED_AGAIN_EACH)
def _close_when_access_ends() -> None:
    """A page left open closes once its reader signed out elsewhere, signed in too long ago, or is let in no more."""
    if access.decide(access.current_request()).reader != visit.reader():
        st.rerun()


def sites_words(reader: Reader) -> str:
    """The sites that a reader sees, the first few by name."""
    if not reader.sites:
        return say("sign_in.every_site")
    if len(reader.sites) <= _FEW:
        return ", ".join(reader.sites)
    return say("sign_in.many_sites", sites=", ".join(reader.sites[:_FEW]), more=str(len(reader.sites) - _FEW))
