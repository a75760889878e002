from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.errors import SignInInvalid
from pipelines.sign_in.provider import provider_faults, read_auth

AUTH = {
    "redirect_uri": "https://outcomes.clinic.example/oauth2callback",
    "cookie_secret": "u0OqB3xk5n2pYvS8rT1wZ6aD4fG7hJ9c",
    "client_id": "outcomes",
    "client_secret": "known-to-the-provider",
    "server_metadata_url": "https://login.clinic.example/.well-known/openid-configuration",
}


def test_whole_settings_have_no_fault():
    assert provider_faults(AUTH) == []
    assert provider_faults(AUTH | {"redirect_uri": "http://localhost:8501/oauth2callback"}) == []


@pytest.mark.parametrize("name", AUTH)
@pytest.mark.parametrize("value", [None, "", "  ", 3])
def test_what_is_missing_is_named(name: str, value: object):
    assert provider_faults(AUTH | {name: value}) == [f"{name} is missing"]


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("redirect_uri", "http://outcomes.clinic.example/oauth2callback", "redirect_uri does not begin with https://"),
        ("redirect_uri", "outcomes.clinic.example/oauth2callback", "redirect_uri does not begin with https://"),
        ("redirect_uri", "https://outcomes.clinic.example/", "redirect_uri does not end in /oauth2callback"),
        ("server_metadata_url", "http://login.clinic.example/x", "server_metadata_url does not begin with https://"),
        ("server_metadata_url", "http://localhost.evil.example/x", "server_metadata_url does not begin with https://"),
        ("cookie_secret", "short", "cookie_secret is easily guessed"),
        ("cookie_secret", "x" * 40, "cookie_secret is easily guessed"),
    ],
)
def test_what_is_unsafe_is_a_fault_that_tells_no_secret(name: str, value: str, fault: str):
    (found,) = provider_faults(AUTH | {name: value})
    assert found.startswith(fault)
    assert AUTH["client_secret"] not in found
    assert name != "cookie_secret" or value not in found


def test_secrets_are_read_where_they_are(tmp_path: Path):
    path = tmp_path / "secrets.toml"
    assert read_auth(path) is None
    path.write_text('[other]\nkey = "x"\n')
    path.chmod(0o600)
    assert read_auth(path) is None
    path.write_text('[auth]\nclient_id = "x"\n')
    assert read_auth(path) == {"client_id": "x"}
    path.write_text("[auth\nclient_secret=hidden")
    with pytest.raises(SignInInvalid, match="is not valid TOML") as caught:
        read_auth(path)
    assert "hidden" not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="other systems keep no such mode")
def test_secrets_that_anyone_can_read_are_no_secrets(tmp_path: Path):
    path = tmp_path / "secrets.toml"
    path.write_text('[auth]\nclient_id = "x"\n')
    path.chmod(0o644)
    with pytest.raises(SignInInvalid, match=r"is open to anyone on this machine. Run `chmod 600"):
        read_auth(path)
