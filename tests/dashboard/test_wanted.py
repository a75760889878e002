from __future__ import annotations

import pytest
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from dashboard import wanted
from dashboard.wanted import Wanted, browser_of, keep, take

ASKED = Wanted("onset", {"condition": ["depression"]})


def cookies(token: bytes) -> dict[str, str]:
    """As Streamlit writes them: masked anew each time."""
    return {"_streamlit_xsrf": generate_xsrf_token_string(token, 1)}


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wanted, "_kept", {})


def test_a_browser_is_known_by_what_stays_the_same():
    one, again, other = cookies(b"a" * 16), cookies(b"a" * 16), cookies(b"b" * 16)
    assert one != again
    assert browser_of(one) == browser_of(again) == b"a" * 16
    assert browser_of(other) == b"b" * 16


@pytest.mark.parametrize("value", ["", "x", "2|zz|00|1", "2||00|1", "2|00||1", "2|00|00"])
def test_a_browser_without_a_token_keeps_nothing(value: str):
    keep({"_streamlit_xsrf": value}, ASKED)
    assert take({"_streamlit_xsrf": value}) is None
    assert take({}) is None


def test_what_was_asked_for_is_given_once_and_to_the_same_browser():
    keep(cookies(b"a" * 16), ASKED)
    assert take(cookies(b"b" * 16)) is None
    assert take(cookies(b"a" * 16)) == ASKED
    assert take(cookies(b"a" * 16)) is None


def test_the_first_page_takes_the_place_of_what_was_asked_for_before():
    keep(cookies(b"a" * 16), ASKED)
    keep(cookies(b"a" * 16), Wanted("", {}))
    assert take(cookies(b"a" * 16)) is None


def test_it_is_kept_a_while_and_of_so_many(monkeypatch: pytest.MonkeyPatch):
    keep(cookies(b"a" * 16), ASKED)
    later = wanted.time.monotonic() + 901
    monkeypatch.setattr(wanted.time, "monotonic", lambda: later)
    assert take(cookies(b"a" * 16)) is None
    for number in range(1200):
        keep(cookies(number.to_bytes(16)), ASKED)
    assert len(wanted._kept) == 1000
    assert take(cookies((1199).to_bytes(16))) == ASKED
