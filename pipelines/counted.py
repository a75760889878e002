"""Numbers of things in sentences of the commands."""


def counted(number: int, thing: str, things: str | None = None) -> str:
    """A number with what it counts: `1 course`, `1,200 courses`.

    Args:
        things: the plural, where it is not the singular with an s.
    """
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"
