"""Who is let in. Decided on every run, by a pure function of the request.

Without signing in, only a reader on the same machine is let in: the server is bound to loopback, the browser asked
for a loopback name from a page of a loopback name, and nothing says that a proxy passed the request on (a proxy on
this machine makes loopback public). No option and no environment variable opens it.

All else signs in with the provider (OIDC), with an e-mail that the provider has verified and that access.toml lets in.
What a reader signed in with is read when the browser connects and stays as it was; so the age of it, signing out
elsewhere and access.toml are looked at on every run.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from urllib.parse import urlsplit

import streamlit as st

from pipelines.errors import AccessInvalid
from pipelines.sign_in.provider import provider_faults
from pipelines.sign_in.rules import ROLES, AccessRules, Role, access_file, comparable_email, read_rules

_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PROXY_HEADERS = frozenset({"forwarded", "via", "x-real-ip"})
_VERIFIED = (True, "true", "1")
"""How providers say yes; anything else, and nothing, is no."""
_CLOCKS_APART = 300
_SECONDS_PER_HOUR = 3600

NOT_LOOPBACK, BEHIND_PROXY = "not_loopback", "behind_proxy"
FOREIGN_HOST, FOREIGN_ORIGIN, FOREIGN_PEER = "foreign_host", "foreign_origin", "foreign_peer"
NOT_SIGNED_IN, SIGNED_OUT, TOO_LONG_AGO = "not_signed_in", "signed_out", "too_long_ago"
NO_EMAIL, NOT_VERIFIED, UNKNOWN, NO_SITE = "no_email", "not_verified", "unknown", "no_site"
NO_ROLE = "no_role"
FAULTY = "faulty"


@dataclass(frozen=True)
class Reader:
    """Who reads.

    Attributes:
        who: the e-mail signed in with, or `local`.
        sites: the only sites that the reader may see; empty for every site.
    """

    who: str
    role: Role
    sites: tuple[str, ...] = ()


LOCAL = Reader("local", "admin")
"""On the machine that holds the counts: whoever is there can read the files themselves."""


class Door(Enum):
    """What a reader meets."""

    OPEN = auto()
    SIGN_IN = auto()
    REFUSED = auto()
    FAULTY = auto()
    NOT_SET_UP = auto()


@dataclass(frozen=True)
class Request:
    """What the decision rests on.

    Attributes:
        server_address: the address that the server is bound to; None for all of them.
        headers: of the browser's request.
        peer: the address that the request came from; None for this machine.
        is_set_up: whether there is a provider to sign in with.
        rules: access.toml as it is now; None where it, or what is said of the provider, is wrong.
        claims: what the provider said of the reader at sign-in; empty where nobody signed in.
        is_signed_out: the reader has since signed out, in this tab or another.
        at: the time, in seconds since 1970.
    """

    server_address: str | None
    headers: Mapping[str, str]
    peer: str | None = None
    is_set_up: bool = False
    rules: AccessRules | None = None
    claims: Mapping[str, object] = field(default_factory=dict)
    is_signed_out: bool = False
    at: float = 0


@dataclass(frozen=True)
class Decision:
    """What a reader meets, and why.

    Attributes:
        reader: who is let in; None for nobody.
        reason: why not, in a word that the log keeps.
        who: the e-mail of one who signed in and is refused.
        contact: whom a refused reader may ask.
    """

    door: Door
    reader: Reader | None = None
    reason: str = ""
    who: str = ""
    contact: str = ""


def has_role(reader: Reader, lowest: Role) -> bool:
    """Whether somebody reads in a role, or in a higher one."""
    return ROLES.index(reader.role) >= ROLES.index(lowest)


def decide(request: Request) -> Decision:
    """Lets in a reader on the same machine, and one who signed in and whom access.toml names."""
    foreign = _why_not_local(request)
    if not foreign:
        return Decision(Door.OPEN, LOCAL)
    if not request.is_set_up:
        return Decision(Door.NOT_SET_UP, reason=foreign)
    if request.rules is None:
        return Decision(Door.FAULTY, reason=FAULTY)
    if request.claims.get("is_logged_in") is not True:
        return Decision(Door.SIGN_IN, reason=NOT_SIGNED_IN)
    if request.is_signed_out:
        return Decision(Door.SIGN_IN, reason=SIGNED_OUT)
    if not _is_recent(request.claims.get("iat"), request.at, request.rules.sign_in_hours):
        return Decision(Door.SIGN_IN, reason=TOO_LONG_AGO)
    return _of_signed_in(request.claims, request.rules)


def _of_signed_in(claims: Mapping[str, object], rules: AccessRules) -> Decision:
    email = claims.get("email")
    if not isinstance(email, str) or not email.strip():
        return Decision(Door.REFUSED, reason=NO_EMAIL, who=str(claims.get("sub", "")), contact=rules.contact)
    if claims.get(rules.verified_claim) not in _VERIFIED:
        return Decision(Door.REFUSED, reason=NOT_VERIFIED, who=email, contact=rules.contact)
    grant = rules.grant_of(email, _groups(claims.get(rules.groups_claim)))
    if grant is None:
        return Decision(Door.REFUSED, reason=UNKNOWN, who=email, contact=rules.contact)
    return Decision(Door.OPEN, Reader(comparable_email(email), grant.role, grant.sites))


def _groups(claim: object) -> list[str]:
    """The groups of a claim; some providers send a single one as a text."""
    names = [claim] if isinstance(claim, str) else claim if isinstance(claim, list) else []
    return [name for name in names if isinstance(name, str)]


def _is_recent(issued: object, at: float, hours: int) -> bool:
    """Whether signing in still holds; the provider's clock may be a little ahead."""
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return False
    return -_CLOCKS_APART <= at - issued < hours * _SECONDS_PER_HOUR


def _why_not_local(request: Request) -> str:
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not is_loopback(request.server_address):
        return NOT_LOOPBACK
    if any(name in _PROXY_HEADERS or name.startswith("x-forwarded") for name in headers):
        return BEHIND_PROXY
    if not _is_local_name(headers.get("host", "")):
        return FOREIGN_HOST
    if "origin" in headers and not _is_local_name(urlsplit(headers["origin"]).netloc):
        return FOREIGN_ORIGIN
    if request.peer is not None and not is_loopback(request.peer):
        return FOREIGN_PEER
    return ""


def is_loopback(address: str | None) -> bool:
    """Whether an address is this machine's own; names other than `localhost` could mean anything."""
    if address is None:
        return False
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_local_name(host: str) -> bool:
    name, separator, port = host.rpartition(":")
    if not separator or host.endswith("]"):
        return host.lower() in _LOCAL_NAMES
    return name.lower() in _LOCAL_NAMES and port.isdecimal()


def current_request() -> Request:
    """The request of the running session."""
    auth = st.secrets.get("auth") if st.secrets.load_if_toml_exists() else None
    return looked_at_again(
        Request(
            server_address=st.get_option("server.address"),
            headers=st.context.headers.to_dict(),
            peer=st.context.ip_address,
            is_set_up=auth is not None,
            claims=st.user.to_dict(),
        )
    )


def looked_at_again(request: Request) -> Request:
    """The same request with what may have changed since."""
    rules = _current_rules() if request.is_set_up else None
    return replace(request, rules=rules, is_signed_out=has_signed_out(request), at=time.time())


_signed_out: dict[tuple[object, ...], float] = {}
_told: list[str] = []


def sign_out(request: Request) -> None:
    """Ends this sign-in in every tab and for every copy of its cookie, for as long as this server runs."""
    month_ago = time.time() - 31 * 24 * _SECONDS_PER_HOUR
    for earlier in [key for key, at in _signed_out.items() if at < month_ago]:
        _signed_out.pop(earlier, None)
    _signed_out[_sign_in_of(request.claims)] = time.time()


def has_signed_out(request: Request) -> bool:
    """Whether this sign-in has been ended, here or in another tab."""
    return _sign_in_of(request.claims) in _signed_out


def _sign_in_of(claims: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(str(claims.get(name)) for name in ("iss", "sub", "iat", "nonce"))


def _current_rules() -> AccessRules | None:
    """access.toml as it is now; a fault in it or in the provider's settings is told in the server's log, once."""
    auth = st.secrets.get("auth")
    faults = provider_faults(auth.to_dict() if hasattr(auth, "to_dict") else {})
    if st.get_option("server.trustedUserHeaders"):
        faults.append("server.trustedUserHeaders lets a header say who reads; take it out of the configuration")
    fault = f"[auth] of secrets.toml is wrong: {'; '.join(faults)}." if faults else ""
    rules = None
    if not fault:
        try:
            rules = read_rules(access_file())
        except AccessInvalid as error:
            fault = str(error)
    if fault and [fault] != _told:
        logging.getLogger(__name__).error("Nobody who signs in is let in: %s", fault)
    _told[:] = [fault] if fault else []
    return rules
