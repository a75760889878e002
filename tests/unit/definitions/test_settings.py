"""program.toml: all of it optional, every wrong key named."""

import pytest

from pipelines.errors import DefinitionsInvalid, SettingsInvalid
from pipelines.settings import read_settings


@pytest.fixture
def program(tmp_path):
    def write(text):
        path = tmp_path / "program.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_without_a_file_the_defaults_hold(tmp_path):
    settings, definitions = read_settings(tmp_path / "program.toml")
    assert (settings.population, settings.anchor) == ("first_course", "last_induction_infusion")
    assert settings.privacy_mode == "limited_data_set"
    assert settings.imports.quarantined_fraction_at_most == 0.20
    assert definitions.hash == read_settings(None)[1].hash


def test_a_program_sets_single_keys(program):
    settings, _ = read_settings(
        program('program = "North"\npopulation = "repeat_courses"\n[import]\nquarantined_fraction_at_most = 0.5\n')
    )
    assert (settings.program, settings.population) == ("North", "repeat_courses")
    assert settings.imports.quarantined_fraction_at_most == 0.5


def test_own_windows_replace_all_windows(program):
    _, definitions = read_settings(
        program(
            "[windows.month_2]\nlabel = 'two months'\nfrom = 50\nto = 70\ntarget = 60\nanchor = 'first_infusion'\n"
            "headline = true\ncitation = 'our program'\nreviewed = 2026-11-22\n"
        )
    )
    assert list(definitions.outcomes.windows) == ["month_2"]
    assert definitions.outcomes.headline_window == "month_2"


def test_own_onset_keys_replace_single_keys(program):
    _, definitions = read_settings(program("onset = { horizon_days = 28 }"))
    shipped = read_settings(None)[1].outcomes.onset
    assert definitions.outcomes.onset == shipped.model_copy(update={"horizon_days": 28})


def test_a_changed_rule_changes_the_definitions_hash(program):
    assert read_settings(program("onset = { horizon_days = 28 }"))[1].hash != read_settings(None)[1].hash


def test_the_definitions_folder_is_found_beside_the_file(program, tmp_path):
    path = program('definitions = "ours"')
    with pytest.raises(DefinitionsInvalid, match="ours: the folder that `definitions` names does not exist"):
        read_settings(path)
    (tmp_path / "ours").mkdir()
    assert read_settings(path)[1].hash == read_settings(None)[1].hash


def test_the_settings_hash_knows_the_settings_but_not_where_definitions_lie(program, tmp_path):
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
    ours, theirs = (read_settings(program(f'definitions = "{name}"'))[0] for name in ("ours", "theirs"))
    assert ours.hash == theirs.hash
    assert read_settings(program('population = "repeat_courses"'))[0].hash != ours.hash


def test_every_wrong_key_is_named_at_once(program):
    path = program(
        'populaton = "first_course"\nanchor = "second_infusion"\n[import]\nquarantined_fraction_at_most = 20\n'
    )
    with pytest.raises(SettingsInvalid) as caught:
        read_settings(path)
    message = str(caught.value)
    assert message.startswith(f"{path} has keys that are wrong: ")
    assert "populaton: no such key" in message
    assert "anchor: Input should be 'first_infusion' or 'last_induction_infusion'" in message
    assert "import.quarantined_fraction_at_most: Input should be less than or equal to 1" in message


def test_a_file_that_is_not_toml_says_where(program):
    path = program("program = North\n")
    with pytest.raises(SettingsInvalid) as caught:
        read_settings(path)
    assert str(caught.value).startswith(f"{path} is not valid TOML: ")
    assert "line 1" in str(caught.value)
    assert str(caught.value).endswith("Mend it, or remove it to use the defaults.")


def test_own_windows_without_a_headline_are_a_definition_fault(program):
    path = program(
        "[windows.month_2]\nlabel = 'two months'\nfrom = 50\nto = 70\ntarget = 60\nanchor = 'first_infusion'\n"
        "citation = 'our program'\nreviewed = 2026-11-22\n"
    )
    with pytest.raises(DefinitionsInvalid) as caught:
        read_settings(path)
    assert len(caught.value.faults) == 1
    assert "windows: exactly one must have headline = true, found 0" in caught.value.faults[0]


REFERENCE = '[tipping_point.references.depression]\nrate = 0.45\ncitation = "ours"\nreviewed = 2026-11-28\n'


def test_a_program_states_a_reference_rate_of_a_condition(program):
    _, definitions = read_settings(program(REFERENCE))
    reference = definitions.outcomes.tipping_point.references["depression"]
    assert (reference.rate, reference.scale, reference.rule, reference.window) == (0.45, "primary", None, None)
    assert definitions.hash != read_settings(None)[1].hash


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (REFERENCE.replace("depression", "sadness"), "references.sadness: no condition 'sadness' is defined"),
        (REFERENCE + 'rule = "half"\n', "references.depression.rule: no rule 'half'"),
        (REFERENCE + 'window = "later"\n', "references.depression.window: no window 'later'"),
        (REFERENCE + 'scale = "PHQ"\n', "references.depression.scale: no scale 'PHQ'"),
        (REFERENCE.replace("0.45", "45"), "references.depression.rate: Input should be less than 1"),
    ],
)
def test_a_reference_rate_that_fits_nothing_is_refused(program, text, message):
    with pytest.raises(DefinitionsInvalid, match=message):
        read_settings(program(text))


def test_other_keys_of_the_tipping_point_are_no_settings(program):
    with pytest.raises(SettingsInvalid, match="tipping_point"):
        read_settings(program("tipping_point = { delta = 0.1 }"))
