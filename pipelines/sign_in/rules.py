"""access.toml: who is let in, as what, and to which sites.

Read anew on every run of the dashboard, so that a change holds at the next click. A fault anywhere lets nobody in:
half of a list of people is not a list of people.
"""

from __future__ import annotations

import os
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from pipelines.definitions.bases import Shape, Words, describe_validation
from pipelines.errors import AccessInvalid

Role = Literal["analyst", "lead", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""From the lowest to the highest."""
EVERY_SITE = "all"
DEFAULT_FILE = Path("access.toml")
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3: a path of 256 octets holds an address and two brackets


def _sites(value: object) -> object:
    if value == EVERY_SITE:
        return ()
    names = value if isinstance(value, list | tuple) else []
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise ValueError('give a list of at least one site\'s name, as ["Site 01"], or "all"')
    return tuple(dict.fromkeys(names))


class Grant(Shape):
    """What a person or a group is given.

    Attributes:
        sites: the only sites to be seen; empty for every site, which the file says as "all".
    """

    role: Role
    sites: Annotated[tuple[str, ...], BeforeValidator(_sites)]

    def joined(self, other: Grant) -> Grant:
        """Both together: the higher role, the sites of either."""
        role = max(self.role, other.role, key=ROLES.index)
        sites = tuple(dict.fromkeys((*self.sites, *other.sites))) if self.sites and other.sites else ()
        return Grant(role=role, sites=sites or EVERY_SITE)


class AccessRules(Shape):
    """All of access.toml.

    Attributes:
        contact: whom a refused reader may ask; stands on the page that refuses.
        sign_in_hours: how long signing in holds; thirty days at most, which is how long the browser keeps it.
        verified_claim: the provider's claim that the e-mail is the reader's own.
        groups_claim: the provider's claim that lists the reader's groups.
        people: by e-mail, written any way; what is given to a person by name counts alone.
        groups: by the name that the provider sends.
    """

    contact: Words = Field(max_length=200)
    sign_in_hours: int = Field(default=12, ge=1, le=720)
    verified_claim: Words = "email_verified"
    groups_claim: Words = "groups"
    people: dict[str, Grant] = Field(default_factory=dict)
    groups: dict[Words, Grant] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_someone(self) -> AccessRules:
        faults = [f"'{email}': {fault}" for email in self.people if (fault := _fault_of_email(email))]
        spelt: dict[str, str] = {}
        for email in self.people:
            earlier = spelt.setdefault(comparable_email(email), email)
            if earlier != email:
                faults.append(f"'{email}' is '{earlier}' again; keep one of them")
        if faults:
            raise ValueError(f"people: {'; '.join(faults)}")
        if not self.people and not self.groups:
            raise ValueError("nobody is named; add a line under [people] or [groups]")
        return self

    def grant_of(self, email: str, groups: Iterable[str]) -> Grant | None:
        """What a reader is given: by name, else by all groups together; None for nothing."""
        asked = comparable_email(email)
        for known, grant in self.people.items():
            if comparable_email(known) == asked:
                return grant
        found: Grant | None = None
        for group in groups:
            if group in self.groups:
                found = self.groups[group] if found is None else found.joined(self.groups[group])
        return found


def comparable_email(email: str) -> str:
    """An e-mail as it is compared: without regard to case or to how an accent is encoded.

    A letter that only looks like a plain one stays another letter: the Kelvin sign is no k.
    """
    lowered = unicodedata.normalize("NFC", email).lower()
    return email if lowered.isascii() and not email.isascii() else lowered


def _fault_of_email(email: str) -> str | None:
    name, _, domain = email.partition("@")
    if any(sign in email for sign in "*?"):
        return "wildcards are not possible; name each person, or let in a group of the provider"
    is_written = email.isprintable() and not any(sign.isspace() for sign in email) and len(email) <= _LONGEST_EMAIL
    if not (is_written and name and domain and "@" not in domain):
        return "is no e-mail address"
    return None


def access_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The file in force: OUTCOMES_ACCESS, else ./access.toml."""
    return Path(environment.get("OUTCOMES_ACCESS") or DEFAULT_FILE)


def read_rules(path: Path) -> AccessRules:
    """The rules as the file holds them now.

    Raises:
        AccessInvalid: with each key that is wrong, and the cure.
    """
    try:
        content = path.read_bytes()
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise AccessInvalid(f"{path} is not there. Write it, or name another file with --access FILE.") from None
    except OSError as error:
        raise AccessInvalid(f"{path} cannot be read: {error.strerror}. Mend that, or name another file.") from None
    if os.name == "posix" and mode & 0o002:
        raise AccessInvalid(f"{path} can be changed by anyone on this machine. Run `chmod 640 {path}`.")
    return _parsed(content, path)


@lru_cache(maxsize=4)
def _parsed(content: bytes, path: Path) -> AccessRules:
    try:
        found: dict[str, Any] = tomllib.loads(content.decode("utf-8"))
        return AccessRules.model_validate(found)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AccessInvalid(f"{path} is not valid TOML: {error}. Mend the line.") from None
    except ValidationError as error:
        faults = "; ".join(describe_validation(error))
        raise AccessInvalid(f"{path} has keys that are wrong: {faults}.") from None
