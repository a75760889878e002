"""Errors that a user can mend.

::

    OutcomesError                 one short paragraph: what was found, where, and the cure
    ├── DataRefused          1    the input cannot be taken in
    │   ├── FileRefused           a file is not what its name says
    │   ├── IdentifierFound       text that would be kept tells who a person is
    │   ├── CourseConflict        rows contradict what the store already holds
    │   ├── SyntheticMix          synthetic and clinical data in one store
    │   ├── PeriodMix             quarters and years in one store
    │   ├── PrivacyModeMix        the store holds more than the privacy mode allows, or sites both by name and by code
    │   ├── PackChanged           a file of a report is not as it was made
    │   └── QuarantineTooLarge    too many rows were quarantined for the batch to count
    ├── UsageError           2    the command, a definition or a setting is wrong
    │   ├── DefinitionsInvalid    definition files, all faults at once
    │   ├── OptionsContradict     options of a command that do not go together
    │   ├── SettingsInvalid       program.toml
    │   ├── AccessInvalid         access.toml: who is let into the dashboard
    │   ├── SignInInvalid         secrets.toml: the provider that readers of the dashboard sign in with
    │   ├── MappingInvalid        a mapping file, all mistakes at once
    │   ├── CrosswalkUnfit        the crosswalk is missing, another one, or stands where it must not
    │   ├── FolderUnfit           a folder to be written exists, or stands where it must not
    │   ├── UnknownName           a name that nothing bears, with the nearest that something does
    │   ├── AmbiguousName         the beginning of several ids
    │   ├── AppendImpossible      a source whose exports hold all of each patient is only added to
    │   ├── BatchRetracted        the batch was taken back
    │   ├── BatchNeeded           later batches build on the one that was to be taken back
    │   ├── PatientUnknown        no batch holds the patient who is to be forgotten
    │   ├── PatientAmbiguous      several sources hold a patient of this id, who may be several people
    │   ├── NotTheStore           the command needs batches or course rows, and the folder is a published copy
    │   ├── NotACopy              the folder to publish to holds something else
    │   ├── ConditionUndefined    courses for a condition that no definition names
    │   ├── RuleNotSettable       a rule cannot be set to the value given for one answer
    │   ├── PeriodUnknown         what a report was asked for is neither a quarter nor a year
    │   ├── PeriodInFuture        the period of a report begins after what the data tell of
    │   ├── QuarterTooFine        a report of a quarter, and the store holds years
    │   ├── NothingInPeriod       no course began in the period of a report
    │   ├── LaterReleased         reports of later courses were released, beside which this one would tell too much
    │   ├── PackOutdated          what a report was made of or beside has changed before it was released
    │   ├── BesideOthers          reports were released from which this one could be subtracted: by policy, or by site
    │   ├── PackNotRepeatable     a report cannot be made again here, so that it cannot be verified
    │   ├── LogoUnfit             the logo of reports is missing, or no picture
    │   ├── SnapshotNotRepeatable the snapshot cannot be made again, under other rules
    │   └── NothingToBuild        the store has no batch that counts
    └── StoreError           3    the store, or what a command writes, is damaged or busy
        ├── ForgetUnfinished      `outcomes forget` was stopped, and has to finish before anything is written
        ├── StoreBusy             another command holds it
        ├── FolderBusy            another command writes a report to the same folder
        ├── CrosswalkBusy         another import holds the crosswalk
        ├── StoreDamaged          a file is missing or was changed
        └── NothingPublished      no snapshot yet

The number is the exit code. A message never carries a patient's value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path


class OutcomesError(Exception):
    """Base of all errors that a user can mend; the message is one paragraph with the cure."""

    exit_code = 70


class DataRefused(OutcomesError):
    """The input cannot be taken in; nothing of it was kept."""

    exit_code = 1


class FileRefused(DataRefused):
    """A file is not what its name says: empty, truncated, of another shape."""


class IdentifierFound(DataRefused):
    """Text that would be kept tells who a person is; nothing of the import was kept.

    Args:
        places: one line for each kind in each column: file, column, kind and how many cells; never a value.
    """

    def __init__(self, places: Iterable[str]) -> None:
        self.places = tuple(places)
        super().__init__(
            "\n  ".join(["This import holds what tells who a person is, and nothing of it was kept:", *self.places])
            + "\nTake these columns out of the export (in a mapping: list them under drop, or give record numbers as "
            "record_number and dates as dates), or put codes in their place. What is a false alarm is stated in a "
            "mapping file under [[allow]]; docs/privacy.md says how."
        )


class CourseConflict(DataRefused):
    """Rows of a known course contradict what the store already holds."""


class SyntheticMix(DataRefused):
    """Synthetic and clinical data would stand in one store."""


class PeriodMix(DataRefused):
    """Quarters and years would stand in one store."""


class PrivacyModeMix(DataRefused):
    """The store holds more than the privacy mode allows, or would hold sites both by name and by code."""


class PackChanged(DataRefused):
    """A file of a report is not as it was made."""


class QuarantineTooLarge(DataRefused):
    """More of the rows than allowed are in quarantine, so the batch is kept but does not count."""


class UsageError(OutcomesError):
    """The command, a definition or a setting is wrong."""

    exit_code = 2


class DefinitionsInvalid(UsageError):
    """Definition files are wrong.

    Args:
        faults: one line for each fault, as ``file: key: what is wrong``.
    """

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        head = f"{count} fault{'' if count == 1 else 's'} in the definition files; mend them and run again:"
        super().__init__("\n  ".join([head, *self.faults]))


class OptionsContradict(UsageError):
    """Options of a command do not go together, or one is missing."""


class SettingsInvalid(UsageError):
    """program.toml is wrong."""


class AccessInvalid(UsageError):
    """access.toml is missing or wrong, so nobody who signs in is let in."""


class SignInInvalid(UsageError):
    """The settings of the provider that readers sign in with are missing or wrong."""


class MappingInvalid(UsageError):
    """A mapping file is wrong.

    Args:
        name: the file's name.
        mistakes: one line for each mistake, with the line of the file where it stands.
    """

    def __init__(self, name: str, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        count = len(self.mistakes)
        head = f"{count} mistake{'' if count == 1 else 's'} in the mapping {name}; mend and run again:"
        super().__init__("\n  ".join([head, *self.mistakes]))


class CrosswalkUnfit(UsageError):
    """The crosswalk of record numbers is missing, is another one, or stands where it must not."""


class FolderUnfit(UsageError):
    """A folder that was to be written exists, cannot be made, or would stand where it must not."""


class UnknownName(UsageError):
    """A name that nothing bears.

    Args:
        kind: what was looked for, in a word: ``measure``, ``condition``.
        name: what was given.
        known: the names there are.
        nearest: the one most like it, where the caller knows better than the letters tell.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], nearest: str | None = None) -> None:
        names = list(known)
        nearest = nearest or nearest_name(name, names)
        hint = f"Did you mean '{nearest}'? " if nearest else ""
        super().__init__(f"There is no {kind} '{name}'. {hint}Known: {', '.join(names) or 'none'}.")


class AmbiguousName(UsageError):
    """The beginning of several ids.

    Args:
        kind: what was looked for, in a word: ``batch``, ``snapshot``.
        prefix: what was given.
        found: the ids that begin so.
    """

    def __init__(self, kind: str, prefix: str, found: Iterable[str]) -> None:
        super().__init__(f"More than one {kind} begins with '{prefix}': {', '.join(found)}. Give more of the id.")


class AppendImpossible(UsageError):
    """A source whose exports hold all of each patient was to be only added to."""


class BatchRetracted(UsageError):
    """The batch was taken back."""


class BatchNeeded(UsageError):
    """Later batches build on the one that was to be taken back."""


class PatientUnknown(UsageError):
    """No batch holds the patient who is to be forgotten."""


class PatientAmbiguous(UsageError):
    """Several sources hold a patient of this id, who may be several people."""


class NotTheStore(UsageError):
    """The command needs batches or course rows, and the folder is a published copy without them."""


class NotACopy(UsageError):
    """The folder to publish to holds something else than a copy that the store published, or cannot be written."""


class ConditionUndefined(UsageError):
    """The store holds courses for a condition that the definitions do not name."""


class RuleNotSettable(UsageError):
    """A rule cannot be set to the value that was given for one answer.

    Args:
        changes: the values asked for, by rule.
        faults: what is wrong, as ``rule: what``.
    """

    def __init__(self, changes: Mapping[str, str], faults: Iterable[str]) -> None:
        asked = ", ".join(f"{rule}={value}" for rule, value in changes.items())
        super().__init__(f"--set {asked} makes no rule: {'; '.join(faults)}.")


class PeriodUnknown(UsageError):
    """The period that a report was asked for is neither a quarter nor a year.

    Args:
        text: what was given.
        meant: the period that it looks like.
    """

    def __init__(self, text: str, meant: str | None) -> None:
        hint = f" Did you mean {meant}?" if meant else ""
        super().__init__(f"'{text}' is neither a quarter, such as 2026-Q3, nor a year, such as 2026.{hint}")


class PeriodInFuture(UsageError):
    """The period of a report begins after what the data tell of.

    Args:
        period: what was asked for.
        known_to: the last day that the data tell of.
        newest: the newest period with courses.
    """

    def __init__(self, period: str, known_to: date, newest: str | None) -> None:
        cure = f" The newest quarter or year with courses is {newest}." if newest else ""
        super().__init__(
            f"{period} begins after the data end: they go through {known_to}.{cure} For a later one, import newer "
            "exports and run `outcomes build`."
        )


class QuarterTooFine(UsageError):
    """A report of a quarter was asked for, and the store holds years.

    Args:
        period: what was asked for.
        year: what can be asked for instead.
        why: the store holds years.
    """

    def __init__(self, period: str, year: str, why: str) -> None:
        super().__init__(
            f"{period} is a quarter, and this store knows only the year in which a course began: {why}. Write "
            f"`outcomes report {year}`."
        )


class NothingInPeriod(UsageError):
    """No course began in the period of a report.

    Args:
        period: what was asked for.
        of_what: whose courses were looked for: `` for depression at Site 01``; nothing for all.
        nearest: the nearest period in which one began.
    """

    def __init__(self, period: str, of_what: str, nearest: str | None) -> None:
        cure = (
            f"The nearest with courses is {nearest}."
            if nearest
            else "No course of these has a quarter or a year: check the import."
        )
        super().__init__(f"No course{of_what} began in {period}, so there is nothing to report. {cure}")


class LaterReleased(UsageError):
    """Reports of later courses left the program, beside which an earlier one would tell small numbers.

    Args:
        period: what was asked for.
        newest: the newest quarter, or year, whose outcomes were released.
        policy: under which.
    """

    def __init__(self, period: str, newest: str, policy: str) -> None:
        super().__init__(
            f"Outcomes of courses started in {newest} were released under the {policy} policy already, and a report "
            f"for {period} made now could tell small numbers by subtraction. Send the report that was made then, or "
            "for the program's own use give --policy internal."
        )


class PackOutdated(UsageError):
    """What a report was made of, or made beside, changed before it was released.

    Args:
        period: that it is about.
        why: what changed.
    """

    def __init__(self, period: str, why: str) -> None:
        super().__init__(
            f"Since this report for {period} was made, {why}, so it was not recorded and nothing was released. Make it "
            "again and read it before you record it."
        )


class BesideOthers(UsageError):
    """Reports left the program from which this one could be subtracted, with which it is not held together.

    Args:
        period: what was asked for.
        others: what was released: `reports under the nhs policy`.
        cure: what to do instead.
        files: those that remember it.
    """

    def __init__(self, period: str, others: str, cure: str, files: Iterable[str]) -> None:
        names = [f"releases/{name}.json" for name in files]
        kept = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        super().__init__(
            f"This store has released {others}, and whoever holds one beside this report for {period} could tell small "
            f"numbers by subtraction. {cure} If what was released never left the program, move its record out of the "
            f"store first ({kept})."
        )


class PackNotRepeatable(UsageError):
    """A report cannot be made again here, so that what it says cannot be verified."""


class LogoUnfit(UsageError):
    """The logo that program.toml names is missing, or no picture that can be drawn."""


class SnapshotNotRepeatable(UsageError):
    """The snapshot cannot be made again, so its rows cannot be judged by other rules."""


class NothingToBuild(UsageError):
    """The store has no batch that counts."""


class StoreError(OutcomesError):
    """The store cannot be read or written."""

    exit_code = 3


class ForgetUnfinished(StoreError):
    """`outcomes forget` was stopped half-way and has to finish before anything else is written."""


class StoreBusy(StoreError):
    """Another command holds the store."""


class FolderBusy(StoreError):
    """Another command writes a report to the same folder.

    Args:
        folder: where the report was to stand.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another command is writing a report to {folder}. Wait until it has finished and run this again, or give "
            "another place with --out."
        )


class CrosswalkBusy(StoreError):
    """Another import holds the crosswalk."""


class StoreDamaged(StoreError):
    """A file of the store is missing or was changed."""


class NothingPublished(StoreError):
    """The store has no snapshot yet."""


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name most like ``name``, or None if none is alike."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    matches = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


def nearest_or_all(name: str, known: Iterable[str]) -> str:
    """The cure for a name that nothing bears: the known name most like it, or all of them if none is alike."""
    names = list(known)
    nearest = nearest_name(name, names)
    return f"Did you mean '{nearest}'?" if nearest else f"Known: {', '.join(names)}."
