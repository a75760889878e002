"""Reads catalogue.toml, where every sentence stands, and fills its templates."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter


@cache
def catalogue() -> Mapping[str, str]:
    """Every template by `section.name`.

    Raises:
        TypeError: an entry is not a text.
    """
    tables = tomllib.loads(files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8"))
    templates: dict[str, str] = {}
    for section, entries in tables.items():
        if section == "version":
            continue
        for name, template in entries.items():
            if not isinstance(template, str):
                raise TypeError(f"catalogue.toml: {section}.{name} must be a text.")
            templates[f"{section}.{name}"] = template
    return templates


def names_in(template: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def say(key: str, **values: str) -> str:
    """A sentence: the template `key` filled with exactly the values it names.

    Raises:
        KeyError: there is no such template.
        ValueError: a value is missing, or one that the template does not name is given.
    """
    template = catalogue()[key]
    if names_in(template) != values.keys():
        raise ValueError(f"{key} names {sorted(names_in(template))}, given {sorted(values)}")
    return template.format(**values)
