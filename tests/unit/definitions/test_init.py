"""`outcomes init`: a file that says every default, and changes none."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from pipelines import cli
from pipelines.commands.init import settings_text
from pipelines.settings import ImportSettings, Settings, read_settings


def uncommented(text: str) -> str:
    """The text with every value and table in force: a # without a blank after it is taken away."""
    return re.sub(r"^#(?=[^ #\n])", "", text, flags=re.MULTILINE)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "program.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_as_it_is_written_it_sets_nothing(tmp_path: Path) -> None:
    assert tomllib.loads(settings_text()) == {}
    assert read_settings(written(tmp_path, settings_text())) == read_settings(None)


def test_with_every_key_in_force_it_says_the_defaults(tmp_path: Path) -> None:
    settings, definitions = read_settings(written(tmp_path, uncommented(settings_text())))
    default, shipped = read_settings(None)
    assert definitions.hash == shipped.hash
    assert definitions == shipped
    assert settings.windows is not None
    assert settings.onset is not None
    assert settings.model_copy(update={"windows": None, "onset": None}) == default


def test_every_key_is_explained() -> None:
    text = settings_text()
    given = tomllib.loads(uncommented(text))
    names = {field.alias or name for name, field in Settings.model_fields.items()}
    without_default = {"definitions", "tipping_point", "trend"}
    assert names - given.keys() == without_default, "these have no default, and are explained in sentences"
    assert "definitions = " in text
    assert "[[trend.rebases]]" in text
    assert "[tipping_point.references.depression]" in text
    assert given["import"].keys() == ImportSettings.model_fields.keys()


def test_it_is_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "program.toml"
    assert cli.main(["init", "--config", str(path)]) == 0
    assert capsys.readouterr().out.startswith(f"{path} holds every setting with its default, commented out.")
    path.write_text("program = 'Ours'\n")
    assert cli.main(["init", "--config", str(path)]) == 2
    assert f"{path} is there already, and is left as it is." in capsys.readouterr().err
    assert path.read_text() == "program = 'Ours'\n"


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "--config", str(tmp_path / "none" / "program.toml")]) == 2
    assert "cannot be written (No such file or directory). Give another place with --config." in capsys.readouterr().err
