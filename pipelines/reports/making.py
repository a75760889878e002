"""A pack from a snapshot, in memory: the bytes of every file, and what it released."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines import __version__
from pipelines.errors import LaterReleased
from pipelines.privacy.release.ledger import NOTHING_RELEASED, Ledger
from pipelines.reports.about import about_pack
from pipelines.reports.asking import release_id
from pipelines.reports.cohorts import cohorts_of
from pipelines.reports.compose import composed
from pipelines.reports.files import table_files
from pipelines.reports.manifest import MANIFEST, PackCohort, PackManifest, hashes
from pipelines.reports.period import asked_period

if TYPE_CHECKING:
    from pipelines.manifests import Release
    from pipelines.published import Published
    from pipelines.published.snapshot import EarlierQuality
    from pipelines.reports.asking import Asked
    from pipelines.reports.cohorts import Cohorts
    from pipelines.reports.letterhead import Letterhead
    from pipelines.reports.manifest import Format
    from pipelines.reports.pack import Pack
    from pipelines.reports.period import Period

Report = Callable[[str], None]


@dataclass(frozen=True)
class Outline:
    """What a pack will be about, known before anything is counted.

    Attributes:
        published: the counts that it may tell of.
        ledger: what earlier packs released.
    """

    published: Published
    period: Period
    cohorts: Cohorts
    ledger: Ledger


@dataclass(frozen=True)
class Made:
    """A pack as it is written.

    Attributes:
        pack: what it says.
        files: the bytes of every file, by its path within the pack.
        ledger: what this pack and those before it released.
    """

    pack: Pack
    files: Mapping[str, bytes]
    manifest: PackManifest
    ledger: dict[str, Any]


def outline_of(published: Published, asked: Asked, before: Release | None) -> Outline:
    """What a pack will be about.

    Args:
        published: of the whole program, or of sites that the pack's own is one of.
        before: the pack that it stands beside.

    Raises:
        UnknownName, PeriodUnknown, PeriodInFuture, QuarterTooFine, NothingInPeriod: there is nothing of what was asked.
        LaterReleased: packs of later courses left the program before.
    """
    narrowed = asked.narrowed(published)
    period = asked_period(asked.period, narrowed, [asked.condition] if asked.condition else [])
    cohorts = cohorts_of(period, narrowed)
    ledger = Ledger.from_json(json.dumps(before.ledger)) if before else NOTHING_RELEASED
    _refuse_earlier(asked, cohorts, ledger)
    return Outline(narrowed, period, cohorts, ledger)


def made_pack(
    published: Published,
    asked: Asked,
    letterhead: Letterhead,
    quality_before: EarlierQuality,
    before: Release | None,
    report: Report,
) -> Made:
    """A pack of a snapshot; the same arguments give the same bytes.

    Args:
        published: as in `outline_of`.
        quality_before: what the checks of the snapshot before found.
        before: the pack that it stands beside.
        report: is called with a line for each step.

    Raises:
        As `outline_of` does.
    """
    outline = outline_of(published, asked, before)
    narrowed, cohorts, ledger = outline.published, outline.cohorts, outline.ledger
    about = about_pack(narrowed, asked, cohorts, letterhead.contact, letterhead.logo)
    report("counting")
    made = composed(narrowed, cohorts, about, quality_before, ledger)
    files: dict[str, bytes] = {}
    for form in asked.formats:
        report(f"writing {form}")
        files |= FORMATS[form](made.pack, asked)
    manifest = PackManifest(
        program=about.program,
        period=asked.period,
        condition=asked.condition,
        site=asked.site,
        policy=asked.policy,
        privacy_mode=about.privacy_mode,
        formats=asked.formats,
        paper=asked.paper,
        command=about.command,
        cohorts=tuple(
            PackCohort(name=cohort.name, quarters=cohort.quarters, standing=cohort.standing)
            for cohort in (cohorts.activity, cohorts.latest, cohorts.rolling)
        ),
        snapshot=about.snapshot,
        is_synthetic=about.is_synthetic,
        data_through=about.data_through,
        definitions_hash=about.definitions_hash,
        definitions_version=about.definitions_version,
        version=__version__,
        compared_with=quality_before.snapshot.id if quality_before.snapshot else None,
        release=release_id(asked, about.snapshot, before) if asked.is_release else None,
        release_before=before.id if before else None,
        contact=letterhead.contact,
        logo=hashlib.sha256(letterhead.logo.content).hexdigest() if letterhead.logo else None,
        files=hashes(files),
    )
    return Made(made.pack, {**files, MANIFEST: manifest.as_file()}, manifest, json.loads(made.ledger.as_json()))


def _refuse_earlier(asked: Asked, cohorts: Cohorts, ledger: Ledger) -> None:
    """Packs go forward in time: how later quarters were joined is fixed, and earlier ones are not joined anew."""
    newest = max((pool[-1] for pools in ledger.pools.values() for pool in pools), default="")
    if newest > cohorts.latest.quarters[-1]:
        raise LaterReleased(asked.period, newest, asked.policy)


def _on_paper(pack: Pack, asked: Asked) -> Mapping[str, bytes]:
    from pipelines.reports.pdf import write_pdf

    return {f"{asked.folder_name}.pdf": write_pdf(pack, asked.paper)}


def _workbook(pack: Pack, asked: Asked) -> Mapping[str, bytes]:
    from pipelines.reports.xlsx import write_xlsx

    return {f"{asked.folder_name}.xlsx": write_xlsx(pack)}


def _slides(pack: Pack, asked: Asked) -> Mapping[str, bytes]:
    from pipelines.reports.pptx import write_pptx

    return {f"{asked.folder_name}.pptx": write_pptx(pack)}


def _tables(pack: Pack, _: Asked) -> Mapping[str, bytes]:
    return table_files(pack)


FORMATS: Mapping[Format, Callable[[Pack, Asked], Mapping[str, bytes]]] = {
    "pdf": _on_paper,
    "xlsx": _workbook,
    "pptx": _slides,
    "csv": _tables,
}
"""The formats there are, each with what writes it: the bytes of its files, by their paths within a pack."""
