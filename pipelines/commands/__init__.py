"""The commands, one module each: `register` adds its parser, `run` does it and returns the exit code.

Heavy libraries are imported by the function that needs them, so that `--help` answers at once.
"""

from pipelines.commands import (
    build,
    check,
    dashboard,
    deidentify,
    demo,
    diff,
    export,
    forget,
    importing,
    init,
    measure,
    prune,
    publish,
    quarantine,
    report,
    retract,
    rollback,
    scales,
    snapshots,
)

COMMANDS = (
    demo,
    init,
    importing,
    deidentify,
    quarantine,
    build,
    check,
    measure,
    report,
    scales,
    export,
    snapshots,
    diff,
    rollback,
    prune,
    retract,
    forget,
    publish,
    dashboard,
)
"""In the order in which `outcomes --help` lists them."""
