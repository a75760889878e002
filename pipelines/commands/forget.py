"""`outcomes forget`: removes all that the store holds of a patient who withdrew consent, for good."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pipelines.commands.shared import confirmed, settings_of, store_of
from pipelines.counted import counted
from pipelines.errors import OptionsContradict

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands
    from pipelines.forgetting import Forgetting
    from pipelines.store import Store


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser(
        "forget", parents=[shared], help="remove a patient who withdrew consent, for good; no import brings them back"
    )
    parser.add_argument(
        "patients",
        nargs="*",
        metavar="PATIENT",
        help="the pseudonym, as `outcomes export courses` shows it; for a course without patient_id, its course_id; "
        "without any, finishes what was stopped",
    )
    parser.add_argument(
        "--source",
        action="append",
        default=[],
        dest="sources",
        metavar="NAME",
        help="the source in which the id stands for this patient, where another has it for someone else",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask, on a terminal either")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Forgets patients, after asking on a terminal."""
    from pipelines.forgetting import forget_patients, patients_to_forget
    from pipelines.progress import shown
    from pipelines.sql.runner import count_models

    store = store_of(options)
    if not store.batches_folder.is_dir() and not store.is_copy():
        store.current_id()
    asked = patients_to_forget(store, options.patients, options.sources)
    if not options.patients and not asked.patients:
        raise OptionsContradict("Name the patient: outcomes forget PATIENT. No forget was stopped that has to finish.")
    for refused in asked.known:
        print(f"Patient {refused.patient} was forgotten on {refused.withdrawn_at:%Y-%m-%d} already.")
    if not asked.patients:
        return 0
    if not options.yes and sys.stdin.isatty() and not _confirmed(asked):
        print("Nothing was forgotten.")
        return 0
    settings, definitions = settings_of(options)
    with shown("forget", count_models(["outcome", "published", "examined", "checks"]) + 6) as report:
        done = forget_patients(store, options.patients, options.sources, settings, definitions, report)
    _print(store, done)
    return 0


def _confirmed(asked: Forgetting) -> bool:
    print(
        f"{_named(asked)} and all that the store holds of {_them(asked)} ({counted(asked.n_courses, 'course')}) will "
        "be removed from every batch; snapshots made with them go. This cannot be taken back."
    )
    return confirmed("Forget?")


def _print(store: Store, done: Forgetting) -> None:
    are = "is" if len(done.patients) == 1 else "are"
    print(
        f"{_named(done)} {are} forgotten ({counted(done.n_courses, 'course')}): "
        f"{counted(done.n_batches, 'batch', 'batches')} written anew, {counted(done.n_snapshots, 'snapshot')} removed. "
        f"Only the refusal list still names {_them(done)}, so that no import brings them back."
    )
    if done.snapshot is not None:
        print(f"Snapshot {done.snapshot.id} is in force.")
        if done.rules_note is not None:
            print(f"Note: it was made by the settings and definitions of today: {done.rules_note}.")
    elif store.live_batches():
        print("No snapshot is in force. Next: `outcomes build`.")
    else:
        print("No snapshot is in force, as no data are left that count.")
    for copy in done.copies:
        print(
            f"Out of reach: {copy.folder} holds snapshot {copy.snapshot}, published {copy.published_at:%Y-%m-%d}, made "
            f"with patients forgotten since. Run `outcomes publish --to {copy.folder}`, which removes it there, or "
            "delete the folder, and every copy that was made of it."
        )
    for report in done.reports:
        print(
            f"Out of reach: the report for {report.period} under the {report.policy} policy, released "
            f"{report.released_at:%Y-%m-%d}, counts patients forgotten since. The store keeps what it told "
            f"(releases/{report.id}.json: counts alone), so that later reports beside it give nobody away."
        )
    print("Exports, reports and backups that were made before are out of reach too, and the crosswalk keeps its entry.")


def _named(forgetting: Forgetting) -> str:
    names = ", ".join(refused.patient for refused in forgetting.patients)
    return f"Patient {names}" if len(forgetting.patients) == 1 else f"Patients {names}"


def _them(forgetting: Forgetting) -> str:
    return "this patient" if len(forgetting.patients) == 1 else "these patients"
