"""What was recorded of the first infusion, in words: an association with response, and how dissociation goes on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.definitions.dissociation import RecordedBands
from pipelines.words.catalogue import catalogue, say
from pipelines.words.entries import Entry, Fact, Section
from pipelines.words.numbers import count, is_known, listed, percent, points, signed
from pipelines.words.rates import group_label
from pipelines.words.response import rate_words, window_label
from pipelines.words.selection import attribute_words
from pipelines.words.sources import source_of
from pipelines.words.statement import Context, Row, Statement, scale_words, statistic

DISSOCIATION = "dissociation"
TEST, CORRECTED_TEST = "association_test", "association_test_holm"
NOT_RECORDED = "not recorded"
_NOTHING = "–"


def experience_statement(rows: pd.DataFrame, condition: str, context: Context) -> Statement:
    """How response differs by dissociation at the first infusion, or why nothing is said; always with the caveat.

    Args:
        rows: `dissociation_associations` of one condition.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    lead, courses = context.label(condition), context.courses(condition)
    own = rows[rows["exposure"] == DISSOCIATION] if len(rows) else rows
    observed = statistic(own, "observed") if len(own) else None
    if observed is None or not observed["n_started"]:
        return Statement(say("basis.no_courses", courses=courses), more=context.widen, lead=lead)
    if observed["suppressed"]:
        return Statement(say("basis.withheld", courses=courses), lead=lead)
    if not observed["n_recorded"]:
        return Statement(say("experience.not_recorded", courses=courses), lead=lead)
    recorded = say(
        "experience.recorded",
        n=count(observed["n_recorded"]),
        n_all=count(observed["n_in_population"]),
        courses=courses,
    )
    more = f"{recorded} {say('experience.association')}"
    return Statement(*_finding(own, observed, context), more, lead)


def experience_details(rows: pd.DataFrame, condition: str, context: Context) -> str:
    """Of one condition who is left out, how the score goes with the change, and how it goes on over the infusions."""
    own = rows[rows["exposure"] == DISSOCIATION] if len(rows) else rows
    observed = statistic(own, "observed") if len(own) else None
    if observed is None or observed["suppressed"] or not observed["n_recorded"]:
        return ""
    texts = (_dropped(own), _correlation(own, str(observed["window"])), _means(own))
    text = " ".join(each for each in texts if each)
    return f"{context.label(condition)}: {text}" if text else ""


def experience_numbers(table: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """One line for each condition or group, exposure and level.

    Args:
        table: `dissociation_associations` by the group.
        group: the column that tells the lines apart beside condition.
        context: definitions, data-through date, selection.
    """
    own = table[table["level"].notna() & table["exposure"].notna() & table["n_started"].notna()]
    corrected = table[table["statistic"] == CORRECTED_TEST]
    keys = list(dict.fromkeys(["condition", group, "exposure", "level"]))
    lines = []
    for values, rows in own.groupby(keys, sort=False):
        where = dict(zip(keys, values, strict=True))
        observed = statistic(rows, "observed")
        if observed is None or not observed["n_recorded"]:
            continue
        names = {"Condition": context.label(str(where["condition"]))}
        if group != "condition":
            names[attribute_words(group).capitalize()] = group_label(group, str(where[group]), context)
        same = [corrected[key] == where[key] for key in keys[:-1]]
        tests = corrected[pd.concat(same, axis=1).all(axis=1)].to_dict("records")
        standardised = statistic(rows, "standardised")
        lines.append(
            {
                **names,
                "Recorded": say(f"experience.{where['exposure']}"),
                "Level": level_words(str(where["level"])),
                "Courses": _whole(observed["n_in_level"]),
                "Followed up": _whole(observed["n_observed"]),
                "Missed": _whole(observed["n_missed"]),
                "Responded": _whole(observed["n_responded"]),
                f"Rate ({context.confidence} interval)": _rate(observed, context),
                "Missed counted as not met": _assumed(observed, statistic(rows, "missing_as_nonresponse"), context),
                "Severity and dose held alike": _rate(standardised, context),
                "Difference, points": _difference(statistic(rows, "difference")),
                "p": _p_value(tests[0]["estimate"]) if tests and standardised is not None else _NOTHING,
            }
        )
    return pd.DataFrame(lines)


def experience_notes() -> list[str]:
    """What a reader must know of the rates."""
    return [say("experience.note_held"), say("experience.note_care"), say("experience.caveat")]


def experience_definition(context: Context) -> list[str]:
    """Bands, sessions and the comparison, each with its source."""
    entries = experience_section(context.definitions).entries
    return [f"**{entry.title}**: {fact.text} {fact.source}".strip() for entry in entries for fact in entry.facts]


def experience_section(definitions: Definitions) -> Section:
    """What the first infusion was like: how it is cut, compared, and what is published."""
    rule, comparison = definitions.outcomes.dissociation, definitions.outcomes.comparison
    entries = [
        _entry("scores", source_of(rule.score_bands), levels=_levels(rule.score_bands)),
        _entry("doses", source_of(rule.dose_bands), levels=_levels(rule.dose_bands)),
        _entry("sessions", source_of(rule.sessions), days=str(rule.sessions.integration_over_after_days)),
        _entry(
            "comparison",
            source_of(comparison),
            fewest=count(comparison.fewest_in_group),
            events=count(comparison.fewest_events),
        ),
    ]
    for position, found in enumerate(rule.published_correlations, start=1):
        text = say(
            "experience.section_published_text",
            estimate=signed(found.estimate, 2),
            n=count(found.n),
            measured=found.measured,
        )
        title = say("experience.section_published", study=found.study)
        entries.append(Entry(f"experience-published-{position}", title, (Fact("", text, source_of(found)),)))
    return Section("experience", say("experience.section"), say("experience.section_intro"), tuple(entries))


def level_words(level: str) -> str:
    """A level as a reader knows it; a band of scores has its own label."""
    key = f"experience.level_{level.replace(' ', '_')}"
    return say(key) if key in catalogue() else level


def _finding(own: pd.DataFrame, observed: Row, context: Context) -> tuple[str, str]:
    """The rates with what is held alike; the plain ones, and why, where nothing can be compared."""
    standardised = own[(own["statistic"] == "standardised") & own["estimate"].notna()].to_dict("records")
    shared = {
        "scales": scale_words(_with_scales(own, observed), context),
        "rule": context.rule_label(str(observed["rule_version"])),
        "window": window_label(observed, context),
    }
    if standardised:
        basis = say("experience.basis", n=count(standardised[0]["n_compared"]), test=_test(own), **shared)
        return say("experience.finding", rates=_rates(standardised)), basis
    plain = [
        row
        for row in own[own["statistic"] == "observed"].to_dict("records")
        if row["level"] != NOT_RECORDED and row["n_observed"] >= context.fewest
    ]
    reason = _reason(own)
    if not plain:
        return reason[:1].upper() + reason[1:], ""
    return say("experience.plain", rates=_rates(plain)), say("experience.plain_basis", reason=reason, **shared)


def _with_scales(own: pd.DataFrame, observed: Row) -> Row:
    """The row whose note begins with the scales: a share says nothing before them."""
    return statistic(own, "share") or observed


def _rates(rows: Sequence[Row]) -> str:
    return listed([say("experience.rate", estimate=percent(row["estimate"]), level=str(row["level"])) for row in rows])


def _reason(own: pd.DataFrame) -> str:
    """Why levels are not compared, as the test's note begins with."""
    test = statistic(own, TEST)
    return str(test["note"]).split("; ")[0] if test is not None else ""


def _test(own: pd.DataFrame) -> str:
    alone, corrected = statistic(own, TEST), statistic(own, CORRECTED_TEST)
    if corrected is None or alone is None:
        return say("experience.no_test", reason=_reason(own))
    is_alone = "corrected for 1 test" in str(corrected["note"])
    return say("experience.test_alone" if is_alone else "experience.test", p=_p_words(corrected["estimate"]))


def _dropped(own: pd.DataFrame) -> str:
    row = statistic(own, "standardised")
    return say("experience.dropped", n=count(row["n_dropped"])) if row is not None and row["n_dropped"] else ""


def _correlation(own: pd.DataFrame, window: str) -> str:
    rows = own[own["window"] == window]
    found = statistic(rows, "correlation")
    if found is None or not is_known(found["lower"]):
        return ""
    published = [
        say("experience.published", estimate=signed(row["estimate"], 2), study=str(row["level"]))
        for row in own[own["statistic"] == "published_correlation"].to_dict("records")
    ]
    values = {
        "estimate": signed(found["estimate"], 2),
        "lower": signed(found["lower"], 2),
        "upper": signed(found["upper"], 2),
        "n": count(found["n_observed"]),
    }
    if not published:
        return say("experience.correlation_alone", **values)
    return say("experience.correlation", published=listed(published), **values)


def _means(own: pd.DataFrame) -> str:
    """The first and the last infusion that enough were scored at."""
    rows = own[(own["statistic"] == "mean_score") & ~own["note"].str.contains("too few to say")].to_dict("records")
    if len(rows) < 2:
        return ""
    first, last = rows[0], rows[-1]
    return say(
        "experience.means",
        first=f"{first['estimate']:.1f}",
        n_first=count(first["n_recorded"]),
        last=f"{last['estimate']:.1f}",
        n_last=count(last["n_recorded"]),
        number=count(last["infusion"]),
    )


def _whole(value: float) -> str:
    return _NOTHING if pd.isna(value) else count(value)


def _rate(row: Row | None, context: Context) -> str:
    return _NOTHING if row is None or not is_known(row["estimate"]) else rate_words(row, context)


def _assumed(observed: Row, row: Row | None, context: Context) -> str:
    """The rate with the missed counted as not responding; of too few it says as little as the rate beside it."""
    if row is None or not is_known(row["estimate"]) or observed["n_observed"] < context.fewest:
        return _NOTHING
    return percent(row["estimate"])


def _difference(row: Row | None) -> str:
    if row is None or not is_known(row["estimate"]):
        return _NOTHING
    return f"{points(row['estimate'])} ({points(row['lower'])} to {points(row['upper'])})"


def _p_value(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"{value:.2g}"


def _p_words(value: float) -> str:
    """`= 0.38`, or `below 0.001`, behind a p."""
    text = _p_value(value)
    return text if text.startswith("below") else f"= {text}"


def _levels(bands: RecordedBands) -> str:
    return "; ".join(level.label for level in bands.levels)


def _entry(name: str, source: str, **values: str) -> Entry:
    text = say(f"experience.section_{name}_text", **values)
    return Entry(f"experience-{name}", say(f"experience.section_{name}"), (Fact("", text, source),))
