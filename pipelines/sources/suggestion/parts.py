"""One table of a draft: which of its columns say what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from pipelines.definitions import Definitions
from pipelines.sources.mapping.writing import quoted
from pipelines.sources.suggestion.sheets import SeenColumn, SeenSheet
from pipelines.sources.suggestion.text import COURSE_ROLES, DraftTable, ScoreDraft, constant, dated, is_dated
from pipelines.sources.suggestion.words import ScaleColumn, Words, plain_words

_SPANS = ("minutes", "hours", "days", "weeks", "months")
_NO_TIME = "before the course"


def draft_table(sheet: SeenSheet, words: Words, definitions: Definitions) -> DraftTable | None:
    """The draft of one table; None if no column says whom a line is about, or none has anything to read."""
    roles: dict[str, SeenColumn] = {}
    scales: dict[str, ScaleColumn] = {}
    infusions: dict[int, str] = {}
    for column in sheet.columns:
        found = words.scale_column(column.name)
        if found is not None and column.kind != "dates" and words.role(column.name) is None:
            scales[column.name] = found
        elif column.kind == "dates" and (number := words.infusion_number(column.name)) is not None:
            infusions.setdefault(number, column.name)
        elif (role := words.role(column.name)) is not None and (
            role not in roles or words.rank(role, column.name) < words.rank(role, roles[role].name)
        ):
            roles[role] = column
    key = next((key for key in ("course_id", "record_number") if key in roles), None)
    if key is None:
        return None
    return _Drafter(sheet, words, definitions, key, roles, scales, infusions).table()


class _Drafter:
    def __init__(
        self,
        sheet: SeenSheet,
        words: Words,
        definitions: Definitions,
        key: str,
        roles: Mapping[str, SeenColumn],
        scales: Mapping[str, ScaleColumn],
        infusions: Mapping[int, str],
    ) -> None:
        self._sheet, self._words, self._definitions = sheet, words, definitions
        self._key, self._roles, self._scales, self._infusions = key, roles, scales, infusions
        self._used = {roles[key].name, *infusions.values()}
        self._phrases: list[str] = []

    def table(self) -> DraftTable | None:
        roles = self._roles
        has_log = not self._infusions and is_dated(roles, "infusion_date")
        if has_log:
            self._use("infusion_date", "time")
        scores = [*self._item_lines(), *self._long(), *self._items(), *self._side_by_side(has_log)]
        has_course = any(role in roles for role in (*COURSE_ROLES, "birth_date", "age"))
        if not (scores or self._infusions or has_log or has_course):
            return None
        scales = [*(found.scale for found in self._scales.values()), *self._named_scales.values()]
        is_wide = bool(self._infusions) or any(score.split for score in scores)
        return DraftTable(
            sheet=self._sheet,
            key=self._key,
            key_column=roles[self._key].name,
            roles=roles,
            infusions=self._infusions,
            below=self._words.below_in(roles[self._key].texts),
            scores=scores,
            scales=scales,
            phrases=self._phrases,
            blanks=sorted({word for column in self._sheet.columns for word in column.blanks}),
            is_wide=is_wide and not has_log,
            has_infusion_log=has_log,
            has_dated_scores=bool(scores) and is_dated(roles, "date"),
            words=self._words,
            used=self._used,
        )

    # --- shapes -----------------------------------------------------------------------------------------

    def _item_lines(self) -> Iterator[ScoreDraft]:
        """One line an item."""
        roles = self._roles
        if not {"item", "answer", "scale"} <= roles.keys():
            return
        self._use("item", "answer", "scale")
        codes = self._item_codes()
        values = ", ".join(f"{quoted(code)} = {number}" for code, number in codes.items())
        item = f"{{ column = {quoted(roles['item'].name)}, values = {{ {values} }} }}   # CHECK" if codes else None
        answers = ", ".join(f"{quoted(text)} = {value}" for text, value in self._words.values("answers").items())
        yield ScoreDraft(
            [
                f"scale = {self._scale_column()}",
                f"when = {self._when()}",
                f"item = {item or quoted(roles['item'].name)}",
                f"answer = {quoted(roles['answer'].name)}",
                f"answers = {{ {answers} }}",
            ]
        )

    def _long(self) -> Iterator[ScoreDraft]:
        """One line a score, its scale in a column."""
        roles = self._roles
        if not {"scale", "total"} <= roles.keys() or "item" in roles:
            return
        self._use("scale", "total")
        keys = [f"scale = {self._scale_column()}", f"total = {quoted(roles['total'].name)}", f"when = {self._when()}"]
        if "rater" in roles:
            self._use("rater")
            keys.append(f"rater = {quoted(roles['rater'].name)}")
        yield ScoreDraft(keys)

    def _items(self) -> Iterator[ScoreDraft]:
        """Items in columns."""
        groups: dict[str, dict[int, str]] = defaultdict(dict)
        for name, found in self._scales.items():
            form = self._definitions.scales[found.scale].items
            if found.item is not None and form is not None and found.item <= form.count:
                groups[found.scale].setdefault(found.item, name)
        for scale, columns in groups.items():
            if sorted(columns) != list(range(1, len(columns) + 1)) or len(columns) < 2:
                continue
            names = [columns[number] for number in sorted(columns)]
            self._used.update(names)
            pattern = _pattern(names)
            listed = quoted(pattern) if pattern else f"[{', '.join(map(quoted, names))}]"
            yield ScoreDraft([f"scale = {constant(scale)}", f"items = {listed}", f"when = {self._when()}"])

    def _side_by_side(self, has_log: bool) -> Iterator[ScoreDraft]:
        """Totals in columns, one for each time; or one for each scale, where the line has a date."""
        splits: dict[str, dict[str, str]] = defaultdict(dict)
        for name, found in self._scales.items():
            if name in self._used or (found.item is not None and not self._words.time(found.rest)):
                continue
            when = self._column_time(found, has_log)
            if when is None:
                continue
            self._used.add(name)
            if has_log or (found.is_total and self._has_time):
                yield ScoreDraft([f"scale = {constant(found.scale)}", f"total = {quoted(name)}", f"when = {when}"])
            else:
                splits[found.scale][name] = when
        for scale, columns in splits.items():
            yield ScoreDraft([f"scale = {constant(scale)}"], columns)

    def _column_time(self, found: ScaleColumn, has_log: bool) -> str | None:
        """When the scores of a column were taken, as its header tells it."""
        paired = self._paired_date(found)
        if paired is not None:
            self._used.add(paired)
            return f"{{ date = {quoted(paired)} }}"
        if found.is_total and has_log:
            return quoted("before this infusion") + "   # CHECK"
        if found.is_total:
            return self._when() if self._has_time else None
        phrase = self._words.time(found.rest)
        if phrase is None:
            return None
        if has_log:
            side = "after" if phrase.startswith("after") else "before"
            return quoted(f"{side} this infusion") + "   # CHECK"
        self._phrases.append(phrase)
        is_known = not phrase.startswith(("after", "before infusion")) or bool(self._infusions)
        advice = 'no infusion has a date here; say when, such as "7 days after the start"'
        return quoted(phrase) + ("" if is_known else f"   # CHECK: {advice}")

    def _paired_date(self, found: ScaleColumn) -> str | None:
        """The date column whose header says the same as that of a score, and that it is a date."""
        for column in self._sheet.columns:
            if column.kind != "dates" or column.name in self._infusions.values():
                continue
            own = self._words.scale_column(column.name)
            words = (own.rest if own is not None else plain_words(column.name)).split()
            if "date" in words and [word for word in words if word not in ("date", "of")] == found.rest.split():
                return column.name if found.rest or own is not None else None
        return None

    # --- pieces -----------------------------------------------------------------------------------------

    def _use(self, *roles: str) -> None:
        self._used.update(self._roles[role].name for role in roles if role in self._roles)

    def _texts(self, role: str) -> list[str]:
        return sorted(self._roles[role].texts) if role in self._roles else []

    @cached_property
    def _named_scales(self) -> Mapping[str, str]:
        """The scale that each text in the column of scales names, where it is one of the registry."""
        return {text: scale for text in self._texts("scale") if (scale := self._words.known_scale(text)) is not None}

    @property
    def _has_time(self) -> bool:
        return "date" in self._roles or "visit" in self._roles or any(span in self._roles for span in _SPANS)

    def _when(self) -> str:
        """When the score of a line was taken, from the line's own columns."""
        roles = self._roles
        if "date" in roles:
            self._use("date", "time")
            return dated(roles, "date")
        span = next((span for span in _SPANS if span in roles), None)
        if span is not None:
            self._use(span)
            self._phrases.append(span)
            return f"{{ {span} = {quoted(roles[span].name)} }}"
        if "visit" in roles:
            self._use("visit")
            known = {text: phrase for text in self._texts("visit") if (phrase := self._words.visit(text)) is not None}
            self._phrases += known.values()
            values = ", ".join(f"{quoted(text)} = {quoted(phrase)}" for text, phrase in known.items())
            return f"{{ visit = {quoted(roles['visit'].name)}, values = {{ {values} }} }}   # CHECK"
        return quoted(_NO_TIME) + "   # CHECK: no column says when"

    def _scale_column(self) -> str:
        values = ", ".join(f"{quoted(text)} = {quoted(scale)}" for text, scale in self._named_scales.items())
        column = quoted(self._roles["scale"].name)
        return f'{{ column = {column}, values = {{ {values} }}, others = "not tracked" }}'

    def _item_codes(self) -> dict[str, str]:
        """Codes of items that end in their number, for a scale of the registry; one more than it has is the total."""
        codes: dict[str, str] = {}
        for scale in sorted(set(self._named_scales.values())):
            form = self._definitions.scales[scale].items
            if form is not None:
                codes |= self._words.item_codes(self._texts("item"), form.count)
        return codes


def _pattern(names: Sequence[str]) -> str | None:
    """One name with {n} for the names of items in order, if they differ in nothing else."""
    for place in range(len(names[0])):
        pattern = names[0][:place] + "{n}" + names[0][place + 1 :]
        if names[0][place] == "1" and all(pattern.replace("{n}", str(n)) == name for n, name in enumerate(names, 1)):
            return pattern
    return None
