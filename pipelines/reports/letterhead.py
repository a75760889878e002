"""What a program puts on its packs, from program.toml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.settings import read_settings

if TYPE_CHECKING:
    from pipelines.reports.pack import Logo


@dataclass(frozen=True)
class Letterhead:
    """What a program puts on its packs."""

    contact: str = ""
    logo: Logo | None = None


def read_letterhead(config: Path) -> Letterhead:
    """The letterhead of program.toml; a file that does not exist gives none.

    Raises:
        SettingsInvalid, DefinitionsInvalid: program.toml is wrong.
        LogoUnfit: the logo is missing, or no picture.
    """
    from pipelines.reports.logo import read_logo

    settings = read_settings(config)[0].report
    logo = read_logo(config.parent / settings.logo) if settings.logo is not None else None
    return Letterhead(settings.contact, logo)
