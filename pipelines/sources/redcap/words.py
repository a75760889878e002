"""What this program knows of REDCap's own words; they stand in redcap.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).with_name("redcap.toml")

EVENT = "redcap_event_name"
REPEAT_FORM = "redcap_repeat_instrument"
REPEAT_INSTANCE = "redcap_repeat_instance"
ACCESS_GROUP = "redcap_data_access_group"
SURVEY_IDENTIFIER = "redcap_survey_identifier"
STANDARD_COLUMNS = (EVENT, REPEAT_FORM, REPEAT_INSTANCE, ACCESS_GROUP, SURVEY_IDENTIFIER)
"""What an export may hold beside the fields of the dictionary, on every row."""
STATUS_LABELS = MappingProxyType({"0": "Incomplete", "1": "Unverified", "2": "Complete"})
"""The status of a form, `<form>_complete`."""
YES_NO = MappingProxyType({"1": "Yes", "0": "No"})
TRUE_FALSE = MappingProxyType({"1": "True", "0": "False"})
CHECKED = MappingProxyType({"1": "Checked", "0": "Unchecked"})
"""One choice of a checkbox field."""
NOT_COMPLETED = "[not completed]"
"""What stands in `<form>_timestamp` of a survey that was begun and not sent."""


@cache
def redcap_words() -> Mapping[str, Any]:
    """The tables of redcap.toml."""
    return MappingProxyType(tomllib.loads(_FILE.read_text(encoding="utf-8")))
