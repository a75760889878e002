"""What stands in the columns of result tables, for whoever has only the files."""

from __future__ import annotations

from pipelines.words.catalogue import say


def column_words(name: str) -> str:
    """What a column of a result table holds.

    Raises:
        KeyError: the catalogue has no words for it.
    """
    return say(f"column_holds.{name}")


def dictionary_title(program: str, period: str) -> str:
    """The title of a pack's files."""
    return say("data_dictionary.title", program=program, period=period)


def dictionary_words(period: str, snapshot: str, policy: str, *, is_synthetic: bool) -> str:
    """What the files are, and how cells without a number are to be read."""
    synthetic = say("data_dictionary.synthetic") if is_synthetic else ""
    return say("data_dictionary.about", period=period, snapshot=snapshot, policy=policy, synthetic=synthetic)
