"""Reads `sentences/*.toml`, where every sentence that a reader sees about results stands, and fills its templates.

Wording is data under review: it is changed there, not in code. Names in braces are filled by `pipelines/words/*.py`; a
template and its code must name the same ones. A change without a control group is a change: no word there says what
brought it about.
"""

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
        KeyError: two files have one section.
    """
    templates: dict[str, str] = {}
    sections: set[str] = set()
    pages = sorted(files(__package__).joinpath("sentences").iterdir(), key=lambda page: page.name)
    for page in pages:
        tables = tomllib.loads(page.read_text(encoding="utf-8"))
        if twice := sections & tables.keys():
            raise KeyError(f"{page.name}: {', '.join(sorted(twice))} stands in another file too.")
        sections |= tables.keys()
        for section, entries in tables.items():
            for name, template in entries.items():
                if not isinstance(template, str):
                    raise TypeError(f"{page.name}: {section}.{name} must be a text.")
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
