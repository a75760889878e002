"""The OIDC provider: whether `[auth]` of secrets.toml says all that signing in needs, and says it safely."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.errors import SignInInvalid

DEFAULT_SECRETS = Path(".streamlit") / "secrets.toml"
_NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_CALLBACK = "/oauth2callback"
_SHORTEST_SECRET = 32
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def provider_faults(auth: Mapping[str, object]) -> list[str]:
    """What is wrong with `[auth]`, each with the cure; never a secret.

    The cookie that keeps a reader signed in is signed with `cookie_secret`: who guesses it is whoever they like.
    """
    missing = [name for name in _NEEDED if not isinstance(auth.get(name), str) or not str(auth[name]).strip()]
    if missing:
        return [f"{name} is missing" for name in missing]
    faults = []
    for name in ("redirect_uri", "server_metadata_url"):
        address = urlsplit(str(auth[name]))
        is_local = address.hostname in _THIS_MACHINE
        if not address.hostname or not (address.scheme == "https" or (address.scheme == "http" and is_local)):
            faults.append(f"{name} does not begin with https://, which every address but this machine's own needs")
    if not urlsplit(str(auth["redirect_uri"])).path.endswith(_CALLBACK):
        faults.append(f"redirect_uri does not end in {_CALLBACK}")
    if len(str(auth["cookie_secret"])) < _SHORTEST_SECRET or len(set(str(auth["cookie_secret"]))) < 10:
        faults.append(
            f"cookie_secret is easily guessed; it needs {_SHORTEST_SECRET} random characters, as "
            '`python -c "import secrets; print(secrets.token_urlsafe(32))"` prints'
        )
    return faults


def read_auth(path: Path) -> dict[str, object] | None:
    """`[auth]` of secrets.toml; None where signing in is not set up.

    Raises:
        SignInInvalid: the file is not TOML, or cannot be read, or anyone can read it.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SignInInvalid(f"{path} is not valid TOML. Mend it; docs/sign-in.md shows one.") from None
    except OSError as error:
        raise SignInInvalid(f"{path} cannot be read: {error.strerror}. Mend that.") from None
    if os.name == "posix" and mode & 0o007:
        raise SignInInvalid(f"{path} is open to anyone on this machine. Run `chmod 600 {path}`.")
    found = content.get("auth")
    return found if isinstance(found, dict) else None
