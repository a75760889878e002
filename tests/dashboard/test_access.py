from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard import access
from dashboard.access import (
    BEHIND_PROXY,
    FOREIGN_HOST,
    FOREIGN_ORIGIN,
    FOREIGN_PEER,
    LOCAL,
    NO_EMAIL,
    NOT_LOOPBACK,
    NOT_SIGNED_IN,
    NOT_VERIFIED,
    SIGNED_OUT,
    TOO_LONG_AGO,
    UNKNOWN,
    Door,
    Reader,
    Request,
    decide,
    is_loopback,
)
from pipelines.sign_in.rules import AccessRules

HOST = {"Host": "localhost:8501"}
NOW = 1_790_000_000
RULES = AccessRules.model_validate(
    {
        "contact": "the outcomes office",
        "people": {"Ana@clinic.example": {"role": "lead", "sites": ["Site 01"]}},
        "groups": {"board": {"role": "analyst", "sites": "all"}},
    }
)
CLAIMS: dict[str, object] = {
    "is_logged_in": True,
    "email": "ana@clinic.example",
    "email_verified": True,
    "iat": NOW - 60,
}


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.0.0.5"])
@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8501", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8501", "LOCALHOST:1"]
)
def test_a_reader_on_the_same_machine_is_let_in(address: str, host: str):
    assert decide(Request(address, {"Host": host})).reader == LOCAL


@pytest.mark.parametrize("origin", ["http://localhost:8501", "http://127.0.0.1", "http://[::1]:8501"])
def test_a_page_of_this_machine_is_a_page_of_this_machine(origin: str):
    assert decide(Request("127.0.0.1", HOST | {"Origin": origin})).reader == LOCAL


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
        # A proxy that says nothing of itself and asks for localhost: the browser still tells where its page is from.
        (Request("127.0.0.1", HOST | {"Origin": "http://10.0.0.4"}), FOREIGN_ORIGIN),
        (Request("127.0.0.1", HOST | {"Origin": "https://outcomes.clinic.org"}), FOREIGN_ORIGIN),
        (Request("127.0.0.1", HOST | {"Origin": "https://localhost.evil.example"}), FOREIGN_ORIGIN),
        (Request("127.0.0.1", HOST | {"Origin": "null"}), FOREIGN_ORIGIN),
    ],
)
def test_everyone_else_signs_in_and_is_told_why_where_that_is_not_set_up(request_of_reader: Request, reason: str):
    decision = decide(request_of_reader)
    assert (decision.door, decision.reader, decision.reason) == (Door.NOT_SET_UP, None, reason)
    signing_in = replace(request_of_reader, is_set_up=True, rules=RULES)
    decision = decide(signing_in)
    assert (decision.door, decision.reader, decision.reason) == (Door.SIGN_IN, None, NOT_SIGNED_IN)
    decision = decide(replace(signing_in, claims=CLAIMS, at=NOW))
    assert (decision.door, decision.reader) == (Door.OPEN, Reader("ana@clinic.example", "lead", ("Site 01",)))


def signed_in(**claims: object) -> Request:
    """Through a proxy, a minute after signing in."""
    return Request("127.0.0.1", HOST | {"X-Forwarded-For": "192.0.2.1"}, None, True, RULES, CLAIMS | claims, at=NOW)


@pytest.mark.parametrize(
    ("claims", "reader"),
    [
        ({}, Reader("ana@clinic.example", "lead", ("Site 01",))),
        ({"email": "ANA@Clinic.Example"}, Reader("ana@clinic.example", "lead", ("Site 01",))),
        ({"email_verified": "true"}, Reader("ana@clinic.example", "lead", ("Site 01",))),
        ({"groups": ["board"]}, Reader("ana@clinic.example", "lead", ("Site 01",))),
        ({"email": "kim@clinic.example", "groups": ["board"]}, Reader("kim@clinic.example", "analyst")),
        ({"email": "kim@clinic.example", "groups": "board"}, Reader("kim@clinic.example", "analyst")),
        ({"iat": NOW - 12 * 3600 + 1}, Reader("ana@clinic.example", "lead", ("Site 01",))),
        ({"iat": NOW + 200}, Reader("ana@clinic.example", "lead", ("Site 01",))),
    ],
)
def test_who_signed_in_is_let_in_as_access_toml_says(claims: dict[str, object], reader: Reader):
    assert decide(signed_in(**claims)).reader == reader


@pytest.mark.parametrize(
    ("claims", "door", "reason"),
    [
        ({"is_logged_in": False}, Door.SIGN_IN, NOT_SIGNED_IN),
        ({"is_logged_in": "true"}, Door.SIGN_IN, NOT_SIGNED_IN),
        ({"iat": NOW - 12 * 3600}, Door.SIGN_IN, TOO_LONG_AGO),
        ({"iat": NOW + 3600}, Door.SIGN_IN, TOO_LONG_AGO),
        ({"iat": None}, Door.SIGN_IN, TOO_LONG_AGO),
        ({"iat": True}, Door.SIGN_IN, TOO_LONG_AGO),
        ({"iat": str(NOW)}, Door.SIGN_IN, TOO_LONG_AGO),
        ({"email": None}, Door.REFUSED, NO_EMAIL),
        ({"email": " "}, Door.REFUSED, NO_EMAIL),
        ({"email": ["ana@clinic.example"]}, Door.REFUSED, NO_EMAIL),
        ({"email_verified": False}, Door.REFUSED, NOT_VERIFIED),
        ({"email_verified": None}, Door.REFUSED, NOT_VERIFIED),
        ({"email_verified": "false"}, Door.REFUSED, NOT_VERIFIED),
        ({"email_verified": "yes"}, Door.REFUSED, NOT_VERIFIED),
        ({"email_verified": 0}, Door.REFUSED, NOT_VERIFIED),
        ({"email_verified": [True]}, Door.REFUSED, NOT_VERIFIED),
        ({"email_verified": False, "groups": ["board"]}, Door.REFUSED, NOT_VERIFIED),
        ({"email": "kim@clinic.example"}, Door.REFUSED, UNKNOWN),
        ({"email": "kim@clinic.example", "groups": ["Board", "everyone"]}, Door.REFUSED, UNKNOWN),
        ({"email": "kim@clinic.example", "groups": [["board"], 3]}, Door.REFUSED, UNKNOWN),
        ({"email": "kim@clinic.example", "groups": {"board": True}}, Door.REFUSED, UNKNOWN),
        ({"email": "ana@clinic.example.evil.example"}, Door.REFUSED, UNKNOWN),
        ({"email": "x@evil.example,ana@clinic.example"}, Door.REFUSED, UNKNOWN),
    ],
)
def test_who_signed_in_is_refused_with_the_reason(claims: dict[str, object], door: Door, reason: str):
    decision = decide(signed_in(**claims))
    assert (decision.door, decision.reader, decision.reason) == (door, None, reason)
    assert decision.contact == ("the outcomes office" if door is Door.REFUSED else "")


def test_a_missing_claim_is_not_a_verified_one():
    request = signed_in()
    claims = {name: value for name, value in CLAIMS.items() if name != "email_verified"}
    assert decide(replace(request, claims=claims)).reason == NOT_VERIFIED


def test_another_claim_may_say_that_an_email_is_verified():
    rules = RULES.model_copy(update={"verified_claim": "xms_edov"})
    assert decide(replace(signed_in(), rules=rules)).reason == NOT_VERIFIED
    assert decide(replace(signed_in(xms_edov="1", email_verified=False), rules=rules)).reader


def test_a_fault_in_what_is_set_up_lets_in_nobody_who_signed_in():
    assert decide(replace(signed_in(), rules=None)).door is Door.FAULTY
    assert decide(replace(signed_in(), rules=None, claims={})).door is Door.FAULTY
    assert decide(Request("127.0.0.1", HOST, is_set_up=True)).reader == LOCAL


def test_who_signed_out_is_out_in_every_tab():
    request = signed_in(sub="1", nonce="a")
    other = signed_in(sub="1", nonce="b")
    access.sign_out(request)
    assert not access.decide(replace(request, is_signed_out=access.has_signed_out(request))).reader
    assert access.decide(replace(request, is_signed_out=access.has_signed_out(request))).reason == SIGNED_OUT
    assert access.decide(replace(other, is_signed_out=access.has_signed_out(other))).reader


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
    assert not decide(Request("0.0.0.0", HOST)).reader
