"""What a quarterly report is asked for: a line of chips, each with what its options mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from dashboard import offers
from dashboard.chips import plain
from dashboard.packs import Asked
from dashboard.question import ask
from dashboard.reading import Snapshot
from pipelines.words.catalogue import say
from pipelines.words.report_desk import period_option


def question_line(snapshot: Snapshot, asked: Asked) -> None:
    """Draws the choices; where there is only one, none is offered."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="question"):
        _period(snapshot, asked)
        _policy(snapshot, asked)
        labels = {name: snapshot.definitions.conditions[name].label for name in snapshot.options().condition}
        if len(labels) > 1:
            values = (None, *labels)
            words = {None: say("report_desk.all_conditions"), **labels}
            _chosen(snapshot, "condition", values, asked.condition, words.__getitem__)
        sites = offers.sites(snapshot)
        if len(sites) > 1:
            _chosen(snapshot, "site", sites, asked.site, lambda site: site or say("report_desk.whole_program"))
        _chosen(snapshot, "paper", ("a4", "letter"), asked.paper, lambda paper: say(f"report_desk.paper_{paper}"))


def _period(snapshot: Snapshot, asked: Asked) -> None:
    periods = offers.periods(snapshot)
    key = "report_period"
    st.session_state[key] = asked.period
    with _chip("period", asked.period):
        st.selectbox(
            say("report_desk.period_asks"),
            periods.names,
            key=key,
            format_func=lambda name: period_option(name, periods.standings[name], name not in periods.unfinished),
            on_change=lambda: ask(snapshot, period=st.session_state[key]),
        )


def _policy(snapshot: Snapshot, asked: Asked) -> None:
    policies = offers.policies(snapshot)
    words = {name: say(f"report_desk.policy_{name}") for name in policies}
    with _chip("policy", say("report_desk.policy_label", policy=words[asked.policy])):
        _radio(
            snapshot,
            "policy",
            policies,
            asked.policy,
            words.__getitem__,
            [say(f"report_desk.policy_{name}_more") for name in policies],
        )
        if not snapshot.policy.hides_nothing:
            st.caption(say("report_desk.policy_own"))


def _chosen(
    snapshot: Snapshot,
    name: str,
    values: Sequence[str | None],
    value: str | None,
    words: Callable[[str | None], str],
) -> None:
    with _chip(name, words(value)):
        _radio(snapshot, name, values, value, words)


def _radio(
    snapshot: Snapshot,
    name: str,
    values: Sequence[str | None],
    value: str | None,
    words: Callable[[str | None], str],
    captions: Sequence[str] | None = None,
) -> None:
    key = f"report_{name}"
    st.session_state[key] = value
    st.radio(
        say(f"report_desk.{name}"),
        values,
        key=key,
        format_func=lambda each: plain(words(each)),
        captions=captions,
        on_change=partial(_changed, snapshot, name, key),
    )


def _changed(snapshot: Snapshot, name: str, key: str) -> None:
    ask(snapshot, **{name: st.session_state[key]})


def _chip(name: str, label: str) -> st.delta_generator.DeltaGenerator:
    with st.container(horizontal=True, gap=None, width="content", key=f"chip_report_{name}"):
        return st.popover(plain(label), type="tertiary", key=f"open_report_{name}")
