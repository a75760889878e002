"""An answer under other rules: the snapshot's own rows, judged anew beside the store, which stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipelines.definitions.what_if import changed_definitions
from pipelines.errors import SnapshotNotRepeatable
from pipelines.published import Published
from pipelines.rebuilding import recipe_of
from pipelines.store import Store


@contextmanager
def counts_under(store: Store, published: Published, changes: Mapping[str, str]) -> Iterator[Published]:
    """The counts of a snapshot under changed rules, for as long as the block lasts.

    The same batches, settings and other definitions are used, so that nothing but the rules makes the difference. What
    is written for it stands in a private folder of the store and is removed at the end.

    Args:
        changes: values by rule, as `changed_definitions` takes them.

    Raises:
        UnknownName: there is no such rule.
        RuleNotSettable: a value is none for its rule.
        SnapshotNotRepeatable: another version made the snapshot, or a batch of it is damaged.
        NotTheStore: it is a published copy.
        StoreBusy: another command is writing.
    """
    definitions = changed_definitions(published.definitions, changes, datetime.now(UTC).date())
    with store.held(), store.scratch() as scratch:
        recipe = recipe_of(store, published.manifest.id, published.settings, published.definitions)
        if isinstance(recipe, str):
            raise SnapshotNotRepeatable(
                f"Snapshot {published.manifest.id} cannot be judged by other rules: {recipe}. "
                "Run `outcomes build`, then this again."
            )
        manifest = recipe.manifest.model_copy(update={"definitions_hash": definitions.hash})
        replace(recipe, manifest=manifest, definitions=definitions).write(scratch, scratch, _quiet)
        counts = Published(Path(scratch) / "published.duckdb")
        try:
            yield counts
        finally:
            counts.close()


def _quiet(_line: str) -> None:
    """A what-if has no steps to tell of: its answer is the one thing printed."""
