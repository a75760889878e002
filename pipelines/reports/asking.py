"""What a pack was asked for, and the store's memory of it."""

from __future__ import annotations

import hashlib
import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import normalize

from pipelines.definitions.disclosure import PolicyName, policy_named
from pipelines.errors import BesideOthers, UnknownName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.manifests import Release
    from pipelines.published import Published
    from pipelines.reports.manifest import Format, PackManifest, Paper


_LONGEST = 80
"""Bytes of a word in the name of a pack's folder."""


_FOR_OWN_USE = "For staff who may see the courses themselves give --policy internal, which is no release."


@dataclass(frozen=True)
class Asked:
    """What a pack is to be about, and the files to make.

    Attributes:
        condition, site: what it is narrowed to; None for all.
    """

    period: str
    policy: PolicyName
    formats: tuple[Format, ...]
    paper: Paper
    condition: str | None = None
    site: str | None = None

    @property
    def is_release(self) -> bool:
        """Whether it may leave the program, so that later packs stand beside it."""
        return not policy_named(self.policy).hides_nothing

    @property
    def command(self) -> str:
        """The command that makes the pack again, wherever it is to stand."""
        narrowed = [
            word
            for option, value in (("--condition", self.condition), ("--site", self.site))
            if value is not None
            for word in (option, value)
        ]
        words = ["outcomes", "report", self.period, "--policy", self.policy, *narrowed]
        return shlex.join([*words, "--formats", ",".join(self.formats), "--paper", self.paper])

    @property
    def folder_name(self) -> str:
        """What a pack's folder is called unless another name is given: `2026-Q3-depression`."""
        words = [self.period, self.condition or "", self.site or "", "" if self.policy == "cms" else self.policy]
        return "-".join(_for_a_file(word) for word in words if word)

    def narrowed(self, published: Published) -> Published:
        """The counts of its site alone, if it is about one.

        Raises:
            UnknownName: the snapshot has no such condition or site, with the nearest.
        """
        definitions = published.definitions
        if self.condition is not None and self.condition not in published.options("condition"):
            raise UnknownName("condition", self.condition, [c.id for c in definitions.ordered_conditions()])
        if self.site is None:
            return published
        if self.site not in (sites := published.options("site")):
            raise UnknownName("site", self.site, sites)
        return published.within([self.site])


def _for_a_file(word: str) -> str:
    """A word as the name of a file may hold it; a long one is cut, for names have 255 bytes at most."""
    letters = "".join(c if c.isalnum() else " " for c in normalize("NFC", word)).split()
    return "-".join(letters).encode()[:_LONGEST].decode(errors="ignore").strip("-") or "_"


def asked_again(manifest: PackManifest) -> Asked:
    """What the pack of a manifest was asked for."""
    return Asked(
        period=manifest.period,
        policy=manifest.policy,
        formats=manifest.formats,
        paper=manifest.paper,
        condition=manifest.condition,
        site=manifest.site,
    )


def release_before(asked: Asked, snapshot: str, releases: Sequence[Release]) -> Release | None:
    """The pack that one stands beside: the last of its kind, or for one that was made before, that of the first time.

    Of one kind are packs of the same policy and sites. Others are counted otherwise, and are not set beside each other.
    """
    own = [release for release in releases if (release.policy, release.site) == (asked.policy, asked.site)]
    question = (snapshot, asked.period, asked.condition, asked.site)
    first = next((r for r in own if (r.snapshot, r.period, r.condition, r.site) == question), None)
    if first is None:
        return own[-1] if own else None
    return next((release for release in own if release.id == first.before), None)


def refuse_beside_others(asked: Asked, snapshot: str, releases: Sequence[Release]) -> None:
    """Refuses a pack that could be subtracted from others, or they from it; one that was released is made again.

    Under two policies the same counts are rounded and joined in two ways. What the whole program told less what its
    sites told is what the others have, and the sites of a pack of their own are joined in other ways than in that of
    the program. Packs of single sites share no course.

    Raises:
        BesideOthers: it is a release, and such were released.
    """
    question = (snapshot, asked.policy, asked.period, asked.condition, asked.site)
    if not asked.is_release or any(question == (r.snapshot, r.policy, r.period, r.condition, r.site) for r in releases):
        return
    if other := [release for release in releases if release.policy != asked.policy]:
        kept = f"Keep to one policy for what leaves the program: --policy {other[-1].policy}."
        named = f"reports under the {other[-1].policy} policy"
        raise BesideOthers(asked.period, named, f"{kept} {_FOR_OWN_USE}", (release.id for release in other))
    if other := [release for release in releases if (release.site is None) != (asked.site is None)]:
        is_program = asked.site is not None
        named = "reports of the whole program" if is_program else "reports of single sites"
        cure = f"The program's report tells of sites side by side. {_FOR_OWN_USE}" if is_program else _FOR_OWN_USE
        raise BesideOthers(asked.period, named, cure, (release.id for release in other))


def release_id(asked: Asked, snapshot: str, before: Release | None) -> str:
    """The id under which the store remembers a pack; formats and paper change nothing of what it tells."""
    question = [snapshot, asked.policy, asked.period, asked.condition, asked.site, before.id if before else None]
    return hashlib.sha256(json.dumps(question).encode()).hexdigest()[:16]
