"""How long work shows itself: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


@contextmanager
def shown(title: str, n_steps: int) -> Iterator[Callable[[str], None]]:
    """A reporter of steps on stderr.

    Args:
        title: what is being done, in a word.
        n_steps: how many steps there will be, about.
    """
    if sys.stderr.isatty():
        with tqdm(
            total=n_steps, desc=title, bar_format="{desc}: {bar} {n_fmt}/{total_fmt} {postfix}", leave=False
        ) as bar:

            def advance(step: str) -> None:
                bar.set_postfix_str(step, refresh=False)
                bar.update()

            yield advance
    else:
        stages: set[str] = set()

        def line(step: str) -> None:
            stage = step.split(":")[0]
            if stage not in stages:
                stages.add(stage)
                print(f"{title}: {stage}", file=sys.stderr, flush=True)

        yield line
