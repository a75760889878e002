"""The address that a reader asked for before signing in. Signing in leads back to the first page; from there, on.

Kept by the server for a while, under the token that Streamlit gives every browser; it holds names of filters, and is
read again within what the reader may see.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

_COOKIE = "_streamlit_xsrf"
_KEPT_SECONDS, _KEPT_AT_MOST = 900, 1000


@dataclass(frozen=True)
class Wanted:
    """A page with its filters.

    Attributes:
        page: its path; empty for the first page.
    """

    page: str
    address: Mapping[str, list[str]]


_kept: dict[bytes, tuple[Wanted, float]] = {}


def keep(cookies: Mapping[str, str], wanted: Wanted) -> None:
    """Keeps what a browser asked for; the first page without filters needs no keeping."""
    browser = browser_of(cookies)
    if browser is None:
        return
    _kept.pop(browser, None)
    if wanted.page or wanted.address:
        while len(_kept) >= _KEPT_AT_MOST:
            _kept.pop(next(iter(_kept)), None)
        _kept[browser] = wanted, time.monotonic()


def take(cookies: Mapping[str, str]) -> Wanted | None:
    """What a browser asked for a while ago, once."""
    browser = browser_of(cookies)
    wanted, at = _kept.pop(browser, (None, 0.0)) if browser is not None else (None, 0.0)
    return wanted if time.monotonic() - at < _KEPT_SECONDS else None


def browser_of(cookies: Mapping[str, str]) -> bytes | None:
    """What stays the same of a browser's token: it is masked anew with every answer."""
    try:
        _, mask, masked, _ = cookies.get(_COOKIE, "").strip('"').split("|")
        key, token = bytes.fromhex(mask), bytes.fromhex(masked)
    except ValueError:
        return None
    return bytes(byte ^ key[place % len(key)] for place, byte in enumerate(token)) if key and token else None
