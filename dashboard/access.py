"""Who is let in. Decided on every run, by a pure function of the request.

Without signing in, only a reader on the same machine is let in: the server is bound to loopback, the browser asked
for a loopback name, and nothing says that a proxy passed the request on (a proxy on this machine makes loopback
public). No option and no environment variable opens it. All else is refused until signing in is set up.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PROXY_HEADERS = frozenset({"forwarded", "via", "x-real-ip"})

NOT_LOOPBACK = "The server listens beyond this machine."
FOREIGN_HOST = "The page was asked for under a name that is not this machine's own."
BEHIND_PROXY = "A proxy passed the request on."
FOREIGN_PEER = "The request came from another machine."


@dataclass(frozen=True)
class Request:
    """What the decision rests on.

    Attributes:
        server_address: the address that the server is bound to; None for all of them.
        headers: of the browser's request.
        peer: the address that the request came from; None for this machine.
    """

    server_address: str | None
    headers: Mapping[str, str]
    peer: str | None = None


@dataclass(frozen=True)
class Decision:
    """Whether the reader is let in, else why not.

    Attributes:
        sites: the only sites that the reader may see; empty for every site.
    """

    is_allowed: bool
    reason: str = ""
    sites: tuple[str, ...] = ()


def decide(request: Request) -> Decision:
    """Lets in a reader on the same machine, refuses everyone else."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not is_loopback(request.server_address):
        return Decision(False, NOT_LOOPBACK)
    if any(name in _PROXY_HEADERS or name.startswith("x-forwarded") for name in headers):
        return Decision(False, BEHIND_PROXY)
    if not _is_local_name(headers.get("host", "")):
        return Decision(False, FOREIGN_HOST)
    if request.peer is not None and not is_loopback(request.peer):
        return Decision(False, FOREIGN_PEER)
    return Decision(True)


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


def current_request() -> Request:
    """The request of the running session."""
    return Request(
        server_address=st.get_option("server.address"),
        headers=st.context.headers.to_dict(),
        peer=st.context.ip_address,
    )


def _is_local_name(host: str) -> bool:
    name, separator, port = host.rpartition(":")
    if not separator or host.endswith("]"):
        return host.lower() in _LOCAL_NAMES
    return name.lower() in _LOCAL_NAMES and port.isdecimal()
