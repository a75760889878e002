"""program.toml: what a program decides for itself, as one frozen, validated object."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.definitions import Definitions, load_definitions
from pipelines.definitions.bases import describe_validation
from pipelines.definitions.disclosure import PolicyName
from pipelines.definitions.outcomes import Anchor
from pipelines.errors import SettingsInvalid
from pipelines.manifests import PrivacyMode

Population = Literal["first_course", "repeat_courses", "first_course_any_baseline", "repeat_courses_any_baseline"]


class ImportSettings(BaseModel):
    """How an import judges its own success, and where dates divide infusions into courses.

    Attributes:
        course_gap_days: in sources with dates, so many days or more between two infusions start a new course.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    quarantined_fraction_at_most: float = Field(default=0.20, ge=0, le=1)
    course_gap_days: int = Field(default=60, ge=1)


class DisclosureSettings(BaseModel):
    """Which small numbers are hidden wherever results are shown.

    Attributes:
        policy: one of `definitions/disclosure.toml`. It travels with the snapshot: a dashboard host needs no file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    policy: PolicyName = "internal"


class ReportSettings(BaseModel):
    """What stands on the title page of a report; it does not travel with the snapshot.

    Attributes:
        logo: a PNG, JPEG or SVG file, from the folder of program.toml.
        contact: how to reach the program, in a line.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    logo: str | None = None
    contact: str = Field(default="", max_length=200)


class Settings(BaseModel):
    """All of program.toml; every key has a default, so the file is optional.

    `windows`, `onset`, `trend` and `tipping_point` change outcomes.toml: `windows` replaces all windows, the others
    single keys.
    `anchor = "first_infusion"` lets a course without infusion rows be judged from its first infusion.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    program: str = "Infusion program"
    definitions: str | None = None
    anchor: Anchor = "last_induction_infusion"
    population: Population = "first_course"
    privacy_mode: PrivacyMode = "limited_data_set"
    windows: dict[str, dict[str, Any]] | None = None
    onset: dict[str, Any] | None = None
    trend: dict[str, Any] | None = None
    tipping_point: dict[Literal["references"], dict[str, dict[str, Any]]] | None = None
    disclosure: DisclosureSettings = DisclosureSettings()
    report: ReportSettings = ReportSettings()
    imports: ImportSettings = Field(default_factory=ImportSettings, alias="import")

    @property
    def hash(self) -> str:
        """SHA-256 of the settings that numbers rest on; a program's own definition files have their own hash."""
        return hashlib.sha256(self.model_dump_json(exclude={"definitions", "report"}).encode()).hexdigest()


def read_settings(path: Path | None) -> tuple[Settings, Definitions]:
    """Settings and the definitions that they lead to.

    Args:
        path: program.toml; None, or a file that does not exist, gives the defaults.

    Raises:
        SettingsInvalid: with each key that is wrong.
        DefinitionsInvalid: with each fault in any definition file.
    """
    settings = Settings()
    if path is not None and path.exists():
        try:
            settings = Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, IsADirectoryError) as error:
            raise SettingsInvalid(
                f"{path} is not valid TOML: {error}. Mend it, or remove it to use the defaults."
            ) from None
        except ValidationError as error:
            faults = "; ".join(describe_validation(error))
            raise SettingsInvalid(f"{path} has keys that are wrong: {faults}.") from None
    own_folder = None
    if settings.definitions is not None and path is not None:
        own_folder = (path.parent / settings.definitions).resolve()
    asked = {
        "windows": settings.windows,
        "onset": settings.onset,
        "trend": settings.trend,
        "tipping_point": settings.tipping_point,
    }
    changes = {name: table for name, table in asked.items() if table is not None}
    return settings, load_definitions(own_folder, outcome_changes=changes or None)
