from __future__ import annotations

import json
import multiprocessing
import os
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pipelines.sign_in.audit import audit_folder, prepare, record

AT = datetime(2026, 11, 30, 23, 30, 1, 250_000, tzinfo=timezone(timedelta(hours=-2)))


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for file in sorted(folder.iterdir()) for line in file.read_text().splitlines()]


def test_a_line_tells_when_what_and_who(tmp_path: Path):
    record(tmp_path / "audit", "view", AT, who="ana@clinic.example", filters={"site": ["Site 01"]})
    assert [file.name for file in (tmp_path / "audit").iterdir()] == ["2026-12.jsonl"]
    assert lines(tmp_path / "audit") == [
        {
            "at": "2026-12-01T01:30:01.250Z",
            "event": "view",
            "who": "ana@clinic.example",
            "filters": {"site": ["Site 01"]},
        }
    ]


@pytest.mark.skipif(os.name != "posix", reason="other systems keep no such mode")
def test_only_the_server_reads_it(tmp_path: Path):
    record(tmp_path / "audit", "view", AT)
    assert stat.S_IMODE((tmp_path / "audit").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "audit" / "2026-12.jsonl").stat().st_mode) == 0o600


def test_what_a_stranger_sends_is_one_short_line(tmp_path: Path):
    sent = 'a"\n{"event": "let_in"}\u2028\x1b[2J\U0001f600' + "x" * 100_000 + "@evil.example"
    record(tmp_path, "refused", AT, who=sent, reason="unknown")
    written = (tmp_path / "2026-12.jsonl").read_bytes()
    assert written.count(b"\n") == 1
    assert len(written) < 2000
    assert written.isascii()
    assert b"\x1b" not in written
    (line,) = lines(tmp_path)
    assert line["event"] == "refused"
    assert line["who"] == sent[:254]


def test_lines_are_added_never_replaced(tmp_path: Path):
    for month in (11, 12):
        for day in (1, 2):
            record(tmp_path, "view", datetime(2026, month, day, tzinfo=UTC), page=f"{month}-{day}")
    assert [line["page"] for line in lines(tmp_path)] == ["11-1", "11-2", "12-1", "12-2"]


def write_many(folder: Path, name: str) -> None:
    for number in range(200):
        record(folder, "view", AT, who=name, filters={"site": [f"{name} {number}"] * 20})


def test_lines_of_several_processes_do_not_mix(tmp_path: Path):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=write_many, args=(tmp_path, name)) for name in ("a", "b", "c")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    found = lines(tmp_path)
    assert len(found) == 600
    for name in ("a", "b", "c"):
        own = [line["filters"] for line in found if line["who"] == name]
        assert own == [{"site": [f"{name} {number}"] * 20} for number in range(200)]


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path):
    (tmp_path / "audit").write_text("a file")
    with pytest.raises(OSError, match="audit"):
        prepare(tmp_path / "audit")
    with pytest.raises(OSError, match="audit"):
        record(tmp_path / "audit", "view", AT)


def test_a_line_that_was_not_written_whole_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "write", lambda _handle, content: len(content) - 1)
    with pytest.raises(OSError, match="disk is full"):
        record(tmp_path, "view", AT)


def test_the_folder_in_force():
    assert audit_folder({}) == Path("audit")
    assert audit_folder({"OUTCOMES_AUDIT": "/var/log/outcomes"}) == Path("/var/log/outcomes")
