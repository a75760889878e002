"""Serves the dashboard as `streamlit run` does, and makes what is asked for first ready meanwhile.

Only here, so that a page under test or under work computes nothing but what it shows.
"""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Thread


def main() -> None:
    """Takes the options of `streamlit run`."""
    from streamlit.web import cli

    from dashboard import warming

    warming.load()
    Thread(target=warming.keep_ready, args=(_say,), name="warming", daemon=True).start()
    sys.argv = ["streamlit", "run", str(Path(__file__).with_name("app.py")), *sys.argv[1:]]
    cli.main()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
