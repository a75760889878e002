"""Reads definition files, the shipped ones and a program's own, and reports every fault at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipelines.definitions.agreement import disagreements
from pipelines.definitions.bases import describe_validation
from pipelines.definitions.benchmarks import Benchmark, read_benchmarks
from pipelines.definitions.clinical_codes import ClinicalCodes
from pipelines.definitions.identifiers import Identifiers
from pipelines.definitions.models import Columns, Condition, Definitions, ImportRules
from pipelines.definitions.outcomes import Outcomes
from pipelines.definitions.quality import SUBCATEGORIES, Quality
from pipelines.definitions.scale import Scale
from pipelines.errors import DefinitionsInvalid, nearest_name

SHIPPED = Path(__file__).parent
QUALITY = "quality.toml"
CLINICAL_CODES = "clinical_codes.toml"
IDENTIFIERS = "identifiers.toml"
BENCHMARKS = "benchmarks.csv"
SINGLE_FILES: dict[str, type[BaseModel]] = {
    "outcomes.toml": Outcomes,
    "columns.toml": Columns,
    "import_rules.toml": ImportRules,
    IDENTIFIERS: Identifiers,
    QUALITY: Quality,
    CLINICAL_CODES: ClinicalCodes,
}
FOLDERS: dict[str, type[BaseModel]] = {"scales": Scale, "conditions": Condition}

AnyModel = TypeVar("AnyModel", bound=BaseModel)


def load_definitions(own_folder: Path | None = None, *, outcome_changes: dict[str, Any] | None = None) -> Definitions:
    """The shipped definitions, with a program's own added or put in their place by id.

    Args:
        own_folder: a folder of the same shape (`scales/`, `conditions/`, `outcomes.toml`, `benchmarks.csv` ...); may be
            partial.
        outcome_changes: tables of outcomes.toml that program.toml sets: `windows` replaces all windows, the others
            replace single keys.

    Raises:
        DefinitionsInvalid: with a line for each fault in any file.
    """
    faults: list[str] = []
    if own_folder is not None and not own_folder.is_dir():
        raise DefinitionsInvalid([f"{own_folder}: the folder that `definitions` names does not exist"])
    folders = [SHIPPED] if own_folder is None else [SHIPPED, own_folder]

    single: dict[str, BaseModel] = {}
    for name, model in SINGLE_FILES.items():
        path = next(folder / name for folder in reversed(folders) if (folder / name).exists())
        if name == IDENTIFIERS and path.parent != SHIPPED:
            faults.append(
                f"{IDENTIFIERS}: what is refused cannot be changed by a program; state a false alarm under [[allow]] "
                "in the mapping file"
            )
        table = _read_toml(path, faults)
        if name == QUALITY and table is not None:
            table = _quality(table if path.parent != SHIPPED else {}, faults)
        if name == CLINICAL_CODES and table is not None and path.parent != SHIPPED:
            table = _with_own_entries(_read_toml(SHIPPED / name, faults) or {}, table)
        if table is None:
            continue
        if name == "outcomes.toml" and outcome_changes:
            table = _changed(table, outcome_changes)
        if (instance := _validated(model, table, str(path.name), faults)) is not None:
            single[name] = instance

    named: dict[str, dict[str, BaseModel]] = {kind: {} for kind in FOLDERS}
    for kind, model in FOLDERS.items():
        for path in (path for folder in folders for path in sorted((folder / kind).glob("*.toml"))):
            where = f"{kind}/{path.name}"
            table = _read_toml(path, faults, where)
            if table is None:
                continue
            if table.get("id") != path.stem:
                faults.append(f"{where}: id: must be the file's name, '{path.stem}'")
            if (instance := _validated(model, table, where, faults)) is not None:
                named[kind][path.stem] = instance

    benchmarks: dict[str, Benchmark] = {}
    for folder in folders:
        if (folder / BENCHMARKS).exists():
            benchmarks |= read_benchmarks(folder / BENCHMARKS, faults)

    if faults:
        raise DefinitionsInvalid(faults)
    definitions = Definitions.model_validate(
        {
            "scales": named["scales"],
            "conditions": named["conditions"],
            "outcomes": single["outcomes.toml"],
            "columns": single["columns.toml"],
            "import_rules": single["import_rules.toml"],
            "identifiers": single[IDENTIFIERS],
            "quality": single[QUALITY],
            "clinical_codes": single[CLINICAL_CODES],
            "benchmarks": tuple(benchmarks.values()),
        }
    )
    shipped_windows = tomllib.loads((SHIPPED / "outcomes.toml").read_text(encoding="utf-8"))["windows"]
    if faults := list(disagreements(definitions, {*definitions.outcomes.windows, *shipped_windows})):
        raise DefinitionsInvalid(faults)
    return definitions


def _read_toml(path: Path, faults: list[str], where: str | None = None) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{where or path.name}: not valid TOML: {error}")
        return None


def _validated(model: type[AnyModel], table: dict[str, Any], where: str, faults: list[str]) -> AnyModel | None:
    try:
        return model.model_validate(table)
    except ValidationError as error:
        faults.extend(f"{where}: {fault}" for fault in describe_validation(error))
        return None


def _changed(table: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The table with windows replaced as a whole, and single keys of the other parts."""
    return table | {
        name: change if name == "windows" else {**table[name], **change} for name, change in changes.items()
    }


def _with_own_entries(shipped: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The shipped file with the entries of a program's own, which add to it or take the place of those of their id."""
    merged = {**shipped, **own}
    for part, entries in own.items():
        if isinstance(entries, dict) and isinstance(shipped.get(part), dict):
            merged[part] = {**shipped[part], **entries}
    return merged


def _quality(own: dict[str, Any], faults: list[str]) -> dict[str, Any]:
    """The shipped checks with the keys that a program changes; a check is a SELECT, so that none can be added."""
    shipped: dict[str, Any] = {}
    for category in SUBCATEGORIES:
        path = SHIPPED / "checks" / f"{category}.toml"
        for name, check in (_read_toml(path, faults, f"checks/{path.name}") or {}).items():
            shipped[name] = {**check, "category": category}
    quality = {**(_read_toml(SHIPPED / QUALITY, faults) or {}), **own, "checks": dict(shipped)}
    own_checks = own.get("checks", {})
    if not isinstance(own_checks, dict) or not all(isinstance(keys, dict) for keys in own_checks.values()):
        faults.append(f"{QUALITY}: checks: must be tables such as [checks.courses_without_sex]")
        own_checks = {}
    for name, keys in own_checks.items():
        before = shipped.get(name)
        if before is None:
            nearest = nearest_name(name, shipped)
            hint = f"; did you mean '{nearest}'?" if nearest else ""
            faults.append(f"{QUALITY}: checks.{name}: there is no such check{hint}")
            continue
        known, own_parameters = before.get("parameters", {}), keys.get("parameters", {})
        faults.extend(
            f"{QUALITY}: checks.{name}.parameters.{parameter}: no such parameter"
            for parameter in own_parameters
            if parameter not in known
        )
        quality["checks"][name] = {**before, **keys, "parameters": {**known, **own_parameters}}
    return quality
