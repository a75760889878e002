from __future__ import annotations

import pytest

from dashboard.access import (
    BEHIND_PROXY,
    FOREIGN_HOST,
    FOREIGN_PEER,
    NOT_LOOPBACK,
    Request,
    decide,
    is_loopback,
)

HOST = {"Host": "localhost:8501"}


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.0.0.5"])
@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8501", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8501", "LOCALHOST:1"]
)
def test_a_reader_on_the_same_machine_is_let_in(address: str, host: str):
    assert decide(Request(address, {"Host": host})).is_allowed


@pytest.mark.parametrize(
    ("request_of_reader", "reason"),
    [
        (Request(None, HOST), NOT_LOOPBACK),
        (Request("0.0.0.0", HOST), NOT_LOOPBACK),
        (Request("::", HOST), NOT_LOOPBACK),
        (Request("10.0.0.4", HOST), NOT_LOOPBACK),
        (Request("outcomes.clinic.org", HOST), NOT_LOOPBACK),
        (Request("", HOST), NOT_LOOPBACK),
        (Request("127.0.0.1", {}), FOREIGN_HOST),
        (Request("127.0.0.1", {"Host": ""}), FOREIGN_HOST),
        (Request("127.0.0.1", {"Host": "outcomes.clinic.org"}), FOREIGN_HOST),
        (Request("127.0.0.1", {"Host": "localhost.evil.example"}), FOREIGN_HOST),
        (Request("127.0.0.1", {"Host": "localhost:8501.evil.example"}), FOREIGN_HOST),
        (Request("127.0.0.1", {"Host": "127.0.0.1.nip.io:8501"}), FOREIGN_HOST),
        (Request("127.0.0.1", {"Host": "localhost:"}), FOREIGN_HOST),
        (Request("127.0.0.1", {"Host": "localhost, evil.example"}), FOREIGN_HOST),
        (Request("127.0.0.1", HOST | {"Forwarded": "for=192.0.2.1"}), BEHIND_PROXY),
        (Request("127.0.0.1", HOST | {"X-Forwarded-For": "192.0.2.1"}), BEHIND_PROXY),
        (Request("127.0.0.1", HOST | {"x-forwarded-proto": "https"}), BEHIND_PROXY),
        (Request("127.0.0.1", HOST | {"X-FORWARDED-HOST": ""}), BEHIND_PROXY),
        (Request("127.0.0.1", HOST | {"Via": "1.1 proxy"}), BEHIND_PROXY),
        (Request("127.0.0.1", HOST | {"X-Real-IP": "192.0.2.1"}), BEHIND_PROXY),
        (Request("127.0.0.1", HOST, peer="192.0.2.1"), FOREIGN_PEER),
    ],
)
def test_everyone_else_is_refused_with_the_reason(request_of_reader: Request, reason: str):
    decision = decide(request_of_reader)
    assert not decision.is_allowed
    assert decision.reason == reason


def test_loopback():
    assert [is_loopback(address) for address in (None, "::1", "[::1]", "localhost", "localhost.example")] == [
        False,
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "variable",
    ["OUTCOMES_ACCESS", "OUTCOMES_INSECURE", "STREAMLIT_BROWSER_SERVER_ADDRESS"],
)
def test_no_environment_variable_opens_it(variable: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(variable, "1")
    assert not decide(Request("0.0.0.0", HOST)).is_allowed


def test_the_page_of_a_refused_reader_holds_no_number(app, request_of_reader):
    request_of_reader(Request("127.0.0.1", HOST | {"X-Forwarded-For": "192.0.2.1"}))
    app.run()
    assert app.title[0].value == "Not open to this address"
    assert BEHIND_PROXY in app.markdown[0].value
    assert not app.get("plotly_chart")
    assert not [html for html in app.get("html") if "snapshot" in html.proto.body.split("</style>")[-1]]


def test_the_decision_is_taken_on_every_run(app, request_of_reader):
    app.run()
    assert app.title[0].value == "Overview"
    request_of_reader(Request("127.0.0.1", {"Host": "elsewhere.example"}))
    app.run()
    assert app.title[0].value == "Not open to this address"
