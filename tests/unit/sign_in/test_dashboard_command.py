"""`outcomes dashboard`: whom it answers, and what it says where signing in is set up wrongly. Nothing is served."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from test_provider_settings import AUTH

from pipelines.cli import main

RULES = 'contact = "the outcomes office"\n[people]\n"ana@clinic.example" = { role = "lead", sites = "all" }\n'


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The commands that would have been run, each with its environment."""
    calls: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.chdir(tmp_path)
    for name in ("OUTCOMES_ACCESS", "OUTCOMES_AUDIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(subprocess, "call", lambda command, env, cwd: calls.append((command, env)) or 0)  # noqa: ARG005
    return calls


def set_up(folder: Path, rules: str | None = RULES, **auth: str) -> None:
    (folder / ".streamlit").mkdir()
    secrets = folder / ".streamlit" / "secrets.toml"
    secrets.write_text("[auth]\n" + "\n".join(f'{name} = "{value}"' for name, value in (AUTH | auth).items()))
    secrets.chmod(0o600)
    if rules is not None:
        (folder / "access.toml").write_text(rules)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["dashboard", "--port", "49152", *arguments])
    return code, *capsys.readouterr()


def test_without_signing_in_this_computer_is_answered(served, capsys, tmp_path: Path):
    code, out, err = run(capsys)
    assert (code, err) == (0, "")
    assert out == "The dashboard opens on http://localhost:49152 (Ctrl+C to stop).\n"
    command, environment = served[0]
    assert command[command.index("--server.address") + 1] == "127.0.0.1"
    assert environment["OUTCOMES_ACCESS"] == str(tmp_path / "access.toml")
    assert environment["OUTCOMES_CONFIG"] == str(tmp_path / "program.toml")
    assert not (tmp_path / "audit").exists()


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.0.0.4", "localhost.example"])
def test_beyond_this_computer_signing_in_is_needed(served, capsys, tmp_path: Path, address: str):
    code, out, err = run(capsys, "--address", address)
    assert (code, out, served) == (2, "", [])
    assert f"The dashboard answers on this computer only, not on {address}: without sign-in nobody else" in err
    assert f"[auth] in {tmp_path / '.streamlit' / 'secrets.toml'} and the people" in err


def test_beyond_this_computer_those_who_sign_in_are_answered(served, capsys, tmp_path: Path):
    set_up(tmp_path)
    code, out, _ = run(capsys, "--address", "10.0.0.4", "--audit", "visits")
    assert code == 0
    assert f"let in by {tmp_path / 'access.toml'} (1 person, 0 groups); visits are put on record in" in out
    command, environment = served[0]
    assert command[command.index("--server.address") + 1] == "10.0.0.4"
    assert command[command.index("--secrets.files") + 1] == str(tmp_path / ".streamlit" / "secrets.toml")
    assert not [part for part in command if "CORS" in part or "Xsrf" in part]
    assert environment["OUTCOMES_AUDIT"] == str(tmp_path / "visits")


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1"])
@pytest.mark.parametrize(
    ("rules", "auth", "message"),
    [
        (None, {}, "access.toml is not there. Write it, or name another file with --access FILE."),
        ("people = 3", {}, "access.toml has keys that are wrong: contact: is missing; people: Input should"),
        (RULES, {"cookie_secret": "short"}, "secrets.toml is wrong: cookie_secret is easily guessed"),
        (RULES, {"client_id": ""}, "secrets.toml is wrong: client_id is missing"),
    ],
)
def test_what_is_wrong_is_said_at_the_start(served, capsys, tmp_path: Path, address, rules, auth, message):
    set_up(tmp_path, rules, **auth)
    code, out, err = run(capsys, "--address", address)
    assert (code, out, served) == (2, "", [])
    assert err.startswith("outcomes: ")
    assert message in err


def test_a_record_that_cannot_be_kept_is_said_at_the_start(served, capsys, tmp_path: Path):
    set_up(tmp_path)
    (tmp_path / "audit").write_text("a file")
    code, _, err = run(capsys)
    assert (code, served) == (2, [])
    assert f"Visits cannot be put on record in {tmp_path / 'audit'}: " in err
    assert "Give a folder that can be written with --audit DIR." in err


def test_an_environment_names_the_files_too(served, capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    set_up(tmp_path, None)
    (tmp_path / "who.toml").write_text(RULES)
    monkeypatch.setenv("OUTCOMES_ACCESS", "who.toml")
    assert run(capsys)[0] == 0
    assert served[0][1]["OUTCOMES_ACCESS"] == os.fspath(tmp_path / "who.toml")
