"""What a reader meets at the door, and what of the visit goes on record."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.testing.v1 import AppTest
from test_access import CLAIMS, HOST, RULES, signed_in

from dashboard import access, visit
from dashboard.access import Door, Reader, Request
from pipelines.errors import OutcomesError

PROXIED = HOST | {"X-Forwarded-For": "192.0.2.1"}


@pytest.fixture
def lines(tmp_path: Path):
    def read() -> list[dict[str, object]]:
        found = [file.read_text() for file in sorted((tmp_path / "audit").glob("*.jsonl"))]
        return [json.loads(line) for line in "".join(found).splitlines()]

    return read


def said(app: AppTest) -> str:
    """All that stands on the page, the style sheet left out."""
    html = [element.proto.body.split("</style>")[-1] for element in app.get("html")]
    return " ".join([*(element.value for element in (*app.title, *app.markdown, *app.caption)), *html])


def shows_nothing(app: AppTest) -> bool:
    return not app.get("plotly_chart") and "· snapshot" not in said(app) and "Site 0" not in said(app)


def test_where_signing_in_is_not_set_up_it_is_said_how(app: AppTest, request_of_reader, lines):
    request_of_reader(Request("127.0.0.1", PROXIED))
    app.run()
    assert app.title[0].value == "Not open to this address"
    assert "A proxy passed the request on." in said(app)
    assert "docs/sign-in.md" in said(app)
    assert shows_nothing(app)
    assert lines() == []


def test_where_it_is_set_up_a_stranger_is_asked_to_sign_in(app: AppTest, request_of_reader, lines):
    request_of_reader(replace(signed_in(), claims={}))
    app.run()
    assert app.title[0].value == "Sign in to read outcomes"
    assert [button.label for button in app.button] == ["Sign in"]
    assert shows_nothing(app)
    assert lines() == []


def test_a_refused_reader_is_told_whom_to_ask_and_may_sign_out(app: AppTest, request_of_reader, lines):
    request_of_reader(signed_in(email="<b>kim</b>@clinic.example"))
    app.run()
    app.run()
    assert app.title[0].value == "Not open to this account"
    assert "signed in as &lt;b&gt;kim&lt;/b&gt;@clinic.example" in said(app)
    assert "ask the outcomes office" in said(app)
    assert [button.label for button in app.button] == ["Sign out and use another account"]
    assert shows_nothing(app)
    assert [(line["event"], line["who"], line["reason"]) for line in lines()] == [
        ("refused", "<b>kim</b>@clinic.example", "unknown")
    ]


def test_a_fault_is_told_to_the_log_and_not_to_the_reader(app: AppTest, request_of_reader):
    request_of_reader(replace(signed_in(), rules=None))
    app.run()
    assert app.title[0].value == "Access is not set up rightly"
    assert "access.toml" not in said(app)
    assert shows_nothing(app)


def test_a_lead_reads_one_site_and_sees_as_whom(app: AppTest, request_of_reader, lines):
    request_of_reader(signed_in())
    app.query_params["condition"] = "depression"
    app.run()
    app.run()
    assert app.title[0].value == "Overview"
    assert "ana@clinic.example · Site 01" in said(app)
    assert "Sign out" in [button.label for button in app.button]
    who = {"who": "ana@clinic.example", "role": "lead", "sites": ["Site 01"]}
    let_in, view = lines()
    assert let_in | who | {"event": "let_in"} == let_in
    assert view | who | {"event": "view", "page": "Overview", "filters": {"condition": ["depression"]}} == view
    assert set(view) == {"at", "event", "who", "role", "sites", "page", "filters", "snapshot"}


def test_who_loses_access_sees_nothing_at_the_next_run(app: AppTest, request_of_reader, lines):
    request_of_reader(signed_in())
    app.run()
    request_of_reader(replace(signed_in(), rules=RULES.model_copy(update={"people": {}})))
    app.run()
    assert app.title[0].value == "Not open to this account"
    assert shows_nothing(app)
    assert [line["event"] for line in lines()] == ["let_in", "view", "refused"]


def test_another_scope_starts_from_the_address_and_does_not_keep_the_old_site(app: AppTest, request_of_reader):
    request_of_reader(signed_in())
    app.query_params["site"] = "Site 01"
    app.run()
    moved = {"ana@clinic.example": RULES.people["Ana@clinic.example"].model_copy(update={"sites": ("Site 02",)})}
    request_of_reader(replace(signed_in(), rules=RULES.model_copy(update={"people": moved})))
    app.run()
    assert app.title[0].value == "Overview"
    assert "ana@clinic.example · Site 02" in said(app)
    assert app.session_state["choices"].site == ()


def test_sites_that_no_snapshot_knows_give_no_sight_of_anything(app: AppTest, request_of_reader, lines):
    people = {"ana@clinic.example": RULES.people["Ana@clinic.example"].model_copy(update={"sites": ("Nowhere",)})}
    request_of_reader(replace(signed_in(), rules=RULES.model_copy(update={"people": people})))
    app.run()
    app.run()
    assert app.title[0].value == "Not open to this account"
    assert "None of the sites that you may see is in this snapshot" in said(app)
    assert shows_nothing(app)
    assert [line["event"] for line in lines()] == ["let_in", "refused"]


def test_a_visit_that_cannot_be_recorded_shows_a_signed_in_reader_nothing(
    app: AppTest, request_of_reader, tmp_path: Path
):
    (tmp_path / "audit").write_text("a file")
    request_of_reader(signed_in())
    app.run()
    assert "This visit cannot be recorded, so nothing is shown" in said(app)
    assert shows_nothing(app)


def test_a_record_that_breaks_half_way_stops_the_next_page(app: AppTest, request_of_reader, monkeypatch):
    request_of_reader(signed_in())
    app.run()
    monkeypatch.setenv("OUTCOMES_AUDIT", __file__)
    app.run()
    assert not shows_nothing(app)
    app.query_params["condition"] = "depression"
    app.run()
    assert "This visit cannot be recorded" in said(app)
    assert shows_nothing(app)


def test_a_reader_on_the_machine_reads_on_and_the_log_tells(app: AppTest, tmp_path: Path, caplog):
    (tmp_path / "audit").write_text("a file")
    with caplog.at_level(logging.ERROR, logger="dashboard.visit"):
        app.run()
    assert app.title[0].value == "Overview"
    assert f"{tmp_path / 'audit'} cannot be written" in caplog.text


def test_a_local_visit_is_on_record_and_says_nothing_of_it(app: AppTest, lines):
    app.run()
    assert [(line["event"], line["who"], line["sites"]) for line in lines()] == [
        ("let_in", "local", "all"),
        ("view", "local", "all"),
    ]
    assert "Sign out" not in [button.label for button in app.button]
    assert "local" not in said(app)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    kept: dict[str, object] = {}
    monkeypatch.setattr(visit.st, "session_state", kept)
    monkeypatch.setenv("OUTCOMES_AUDIT", str(tmp_path / "audit"))
    return kept


@pytest.mark.usefixtures("session")
def test_a_download_is_asked_for_and_recorded_when_it_is_taken(monkeypatch, lines):
    request = replace(signed_in(), claims=CLAIMS | {"iat": time.time()}, at=time.time())
    visit.begin(request, access.decide(request))
    visit.view("Response", {"route": ["iv"]}, "abc")
    rules = [RULES]
    monkeypatch.setattr(access, "_current_rules", lambda: rules[-1])
    made = visit.on_record("response-abc.csv", lambda: "n\n1\n")
    assert [line["event"] for line in lines()] == ["let_in", "view"]
    assert made() == "n\n1\n"
    download = lines()[-1]
    assert {name: download[name] for name in ("event", "file", "page", "filters", "snapshot")} == {
        "event": "download",
        "file": "response-abc.csv",
        "page": "Response",
        "filters": {"route": ["iv"]},
        "snapshot": "abc",
    }
    rules.append(RULES.model_copy(update={"people": {}}))
    with pytest.raises(visit.NotAllowedAnyMore):
        made()
    assert [line["event"] for line in lines()] == ["let_in", "view", "download"]


@pytest.mark.parametrize("fault", [visit.NotAllowedAnyMore("Not any more."), ValueError("a bug")])
def test_a_refused_download_is_one_line_in_the_log_and_a_bug_keeps_its_trace(fault: Exception, caplog, monkeypatch):
    def refuse() -> str:
        raise fault

    monkeypatch.setattr("streamlit.runtime.media_file_manager._get_session_id", lambda: "1")
    files = MediaFileManager(MemoryMediaFileStorage("/media"))
    request = BackendOperationRequest(request_id="1")
    request.deferred_file.file_id = files.add_deferred(refuse, "text/csv", "0", "a.csv")
    log = logging.getLogger("streamlit.runtime.backend_operation_handler")
    log.addHandler(caplog.handler)
    answer = asyncio.run(DeferredFileHandler(lambda: files).handle(request, "1"))
    log.removeHandler(caplog.handler)
    assert answer.error_msg
    assert ("A download was refused: Not any more." in caplog.text) is isinstance(fault, OutcomesError)
    assert ("Traceback" in caplog.text) is not isinstance(fault, OutcomesError)


@pytest.mark.usefixtures("session")
def test_a_view_is_recorded_once_for_each_selection_and_snapshot(lines):
    visit.begin(Request("127.0.0.1", HOST), access.decide(Request("127.0.0.1", HOST)))
    for page, filters, snapshot in [
        ("Onset", {}, "a"),
        ("Onset", {}, "a"),
        ("Onset", {"site": ["Site 01"]}, "a"),
        ("Onset", {"site": ["Site 01"]}, "b"),
        ("Trend", {"site": ["Site 01"]}, "b"),
        ("Trend", {"site": ["Site 01"]}, "b"),
    ]:
        visit.view(page, filters, snapshot)
    assert len([line for line in lines() if line["event"] == "view"]) == 4


@pytest.mark.usefixtures("session")
def test_signing_out_is_recorded_and_ends_the_sign_in(monkeypatch, lines):
    request = signed_in(sub="7", nonce="x")
    ended = []
    monkeypatch.setattr(visit.st, "logout", lambda: ended.append(True))
    visit.begin(request, access.decide(request))
    visit.sign_out()
    assert ended == [True]
    assert access.has_signed_out(request)
    assert [line["event"] for line in lines()] == ["let_in", "signed_out"]
    monkeypatch.setenv("OUTCOMES_AUDIT", __file__)
    visit.sign_out()
    assert ended == [True, True]


def test_the_decision_is_taken_on_every_run(app: AppTest, request_of_reader):
    app.run()
    assert app.title[0].value == "Overview"
    request_of_reader(Request("127.0.0.1", {"Host": "elsewhere.example"}))
    app.run()
    assert app.title[0].value == "Not open to this address"
    assert app.session_state["visit_met"][0] is Door.NOT_SET_UP


@pytest.mark.parametrize(
    ("sites", "words"),
    [
        ((), "all sites"),
        (("Site 01",), "Site 01"),
        (("Site 01", "Site 02"), "Site 01, Site 02"),
        (("Site 01", "Site 02", "Site 03", "Site 04"), "Site 01, Site 02 and 2 more"),
    ],
)
def test_the_sites_in_the_header(sites: tuple[str, ...], words: str):
    from dashboard.views.door import sites_words

    assert sites_words(Reader("ana@clinic.example", "lead", sites)) == words
