"""Process charts in words: whether the latest quarter lies within usual variation."""

from __future__ import annotations

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, listed, percent, percent_bounds
from pipelines.words.sources import source_values
from pipelines.words.statement import Context, Row, Statement

_VERDICTS = {"usual_variation": "usual", "signal_high": "signal_high", "signal_low": "signal_low"}
_IN_A_WORD = {"usual_variation": "usual_variation", "signal_high": "higher", "signal_low": "lower_word"}
_NOTHING = "–"
_NAMED_AT_MOST = 3


def trend_statement(rows: pd.DataFrame, condition: str, outcome: str, context: Context) -> Statement:
    """Whether an outcome varies as it always has, or what the latest mature quarter says instead.

    Args:
        rows: `process_trends` of one condition and outcome.
        condition: its id; the table is empty when the selection holds none of it.
        outcome: `response`, `remission` or `followed_up`.
        context: definitions, data-through date, selection.
    """
    lead, courses = context.label(condition), context.courses(condition)
    if rows.empty:
        return Statement(say("trend.nothing", courses=courses, outcome=say(f"trend.{outcome}").lower()), lead=lead)
    limits: Row = rows[rows["statistic"] == "limits"].to_dict("records")[-1]
    if limits["suppressed"]:
        return Statement(say("basis.withheld", courses=courses), lead=lead)
    if not limits["verdict"]:
        text = say(
            "trend.too_few",
            courses=courses,
            n_points=count(limits["n_points"]),
            n_needed=count(context.definitions.outcomes.trend.baseline_points),
        )
        latest = latest_point(rows)
        basis = (
            say(
                "trend.basis_latest",
                quarter=str(latest["quarter"]),
                estimate=percent(latest["estimate"]),
                counts=_counts(latest),
            )
            if latest
            else ""
        )
        more = [_provisional(rows), context.maturity_warning()]
        return Statement(text, basis, " ".join(part for part in more if part), lead)
    drawn = rows[(rows["statistic"] == "point") & (rows["phase"] == limits["phase"])].to_dict("records")
    latest, earlier = drawn[-1], [row for row in drawn[:-1] if row["signal"]]
    lower, upper = percent_bounds(limits["lower"], limits["upper"])
    basis = say(
        "trend.basis",
        counts=_counts(latest),
        mean=percent(limits["estimate"]),
        n_points=count(limits["n_points"]),
        n_baseline=count(context.definitions.outcomes.trend.baseline_points),
    )
    more = [_provisional(rows), _earlier(earlier), context.maturity_warning()]
    finding = say(
        f"trend.{_VERDICTS[str(limits['verdict'])]}",
        outcome=say(f"trend.{outcome}"),
        quarter=str(latest["quarter"]),
        estimate=percent(latest["estimate"]),
        lower=lower,
        upper=upper,
        **({"signal": str(latest["signal"])} if latest["signal"] else {}),
    )
    return Statement(finding, basis, " ".join(text for text in more if text), lead)


def trend_notes(rows: pd.DataFrame) -> list[str]:
    """What a reader must know of one chart: its phases, and the quarters that are too small to count.

    Args:
        rows: `process_trends` of one condition and outcome.
    """
    limits = rows[rows["statistic"] == "limits"]
    phases = [_phase(str(note)) for note in limits["note"]]
    few = [
        say("trend.few_quarter", quarter=str(row["quarter"]), counts=_counts(row))
        for row in rows[rows["statistic"] == "left_out"].to_dict("records")
        if not is_provisional(row) and not row["suppressed"]
    ]
    named = listed(few) if len(few) <= _NAMED_AT_MOST else say("trend.few_many", n=count(len(few)))
    return [text for text in (*phases, say("trend.few_quarters", quarters=named) if few else "") if text]


def latest_point(rows: pd.DataFrame) -> Row | None:
    """The latest quarter that counts on one chart; None where there is none, or it is withheld."""
    points = rows[(rows["statistic"] == "point") & ~rows["suppressed"].astype(bool)].to_dict("records")
    return points[-1] if points else None


def is_provisional(row: Row) -> bool:
    """Whether a quarter is left out of its chart only until its follow-up windows have closed."""
    return row["statistic"] == "left_out" and str(row["note"]).startswith("not mature yet")


def trend_numbers(table: pd.DataFrame, context: Context) -> pd.DataFrame:
    """One line for each condition, outcome and phase: mean, limits, points, verdict in a word.

    Args:
        table: `process_trends`.
        context: definitions, data-through date, selection.
    """
    lines = []
    for row in table[table["statistic"] == "limits"].to_dict("records"):
        has_limits = bool(row["verdict"]) and not row["suppressed"]
        usual = " to ".join(percent_bounds(row["lower"], row["upper"])) + " %" if has_limits else _NOTHING
        lines.append(
            {
                "Chart": f"{context.label(str(row['condition']))}, {say('trend.' + str(row['outcome'])).lower()}",
                "From": str(row["phase"]),
                "Mature quarters": count(row["n_points"]),
                "Mean": percent(row["estimate"]) if has_limits else _NOTHING,
                "Usual variation": usual,
                "Latest quarter": say(f"trend.{_IN_A_WORD.get(str(row['verdict']), 'no_verdict')}"),
                "Signals": listed(_signals(table, row)) or _NOTHING,
            }
        )
    return pd.DataFrame(lines)


def trend_alt(rows: pd.DataFrame, condition: str, outcome: str, context: Context) -> str:
    """What a chart shows."""
    points = rows[rows["statistic"] == "point"]
    if points.empty:
        return say("trend.alt_none", label=context.label(condition), outcome=say(f"trend.{outcome}").lower())
    return say(
        "trend.alt",
        statement=trend_statement(rows, condition, outcome, context).text,
        n=count(len(points)),
        lowest=percent(points["estimate"].min()),
        highest=percent(points["estimate"].max()),
    )


def point_hover(row: Row, context: Context) -> str:
    """One quarter as a sentence; of one that does not count, the reason."""
    n_whole = row["n_observed"] + (row["n_missed"] if row["outcome"] == "followed_up" else 0)
    return say(
        "trend.hover",
        label=context.label(str(row["condition"])),
        quarter=str(row["quarter"]),
        estimate=percent(row["estimate"]),
        n_met=count(row["n_met"]),
        n=count(n_whole),
        signal=_says(row),
    )


def verdict_of(rows: pd.DataFrame) -> str:
    """The verdict of one chart: `usual_variation`, `signal_high`, `signal_low`, or nothing where there is none yet."""
    limits = rows[rows["statistic"] == "limits"].to_dict("records")
    return str(limits[-1]["verdict"]) if limits and not limits[-1]["suppressed"] and limits[-1]["verdict"] else ""


def verdict_word(rows: pd.DataFrame) -> str:
    """The same in a word."""
    return say(f"trend.{_IN_A_WORD.get(verdict_of(rows), 'no_verdict')}")


def is_high(signal: str) -> bool:
    """Whether a signal is on the upper side."""
    return signal.startswith(("above", "part of a rise", "near the upper", "part of a run above"))


def phase_words(limits: Row) -> str:
    """Why a phase was begun, to stand at its first quarter; nothing for the first phase."""
    return _phase_note(str(limits["note"]))


def mean_words(limits: Row) -> str:
    """What stands at the mean of a phase."""
    return say("trend.mean", mean=percent(limits["estimate"]))


def limit_words(value: float) -> str:
    """What stands at a limit."""
    return say("trend.limit", value=percent(value))


def trend_definition(context: Context) -> list[str]:
    """How limits and signals are made, and what to ask of a signal."""
    rule = context.definitions.outcomes.trend
    return [
        say(
            "trend.definition",
            n_baseline=count(rule.baseline_points),
            run=count(rule.run_points),
            trend=count(rule.trend_points),
            near=count(rule.near_points),
            span=count(rule.near_span),
            **source_values(rule),
        ),
        trend_note(context),
    ]


def trend_note(context: Context) -> str:
    """Which quarters count, and what to ask of a signal."""
    return say("trend.note", fewest=count(context.fewest))


def _signals(table: pd.DataFrame, limits: Row) -> list[str]:
    """The quarters of one chart and phase that are part of a signal."""
    own = table[table["statistic"] == "point"]
    for key in ("condition", "outcome", "phase"):
        own = own[own[key] == limits[key]]
    return [f"{row['quarter']} ({row['signal']})" for row in own.to_dict("records") if row["signal"]]


def _earlier(rows: list[Row]) -> str:
    if not rows:
        return ""
    return say("trend.earlier", quarters=listed([f"{row['quarter']} ({row['signal']})" for row in rows]))


def _phase(note: str) -> str:
    found = _phase_note(note)
    return say("trend.phase", note=found) if found else ""


def _phase_note(note: str) -> str:
    return next((part for part in note.split("; ") if part.startswith("a new phase from")), "")


def _counts(row: Row) -> str:
    """`27 of 40`; of the courses followed up, or of those due."""
    n_whole = row["n_observed"] + (row["n_missed"] if row["outcome"] == "followed_up" else 0)
    return say("trend.counts", n_met=count(row["n_met"]), n=count(n_whole))


def _provisional(rows: pd.DataFrame) -> str:
    """The newest quarter, while its follow-up windows are open."""
    latest = rows[rows["statistic"] != "limits"].to_dict("records")[-1]
    if not is_provisional(latest) or latest["suppressed"]:
        return ""
    return say("trend.provisional", quarter=str(latest["quarter"]), counts=_counts(latest))


def _says(row: Row) -> str:
    """The signal that a quarter is part of; or why it does not count."""
    if row["statistic"] != "left_out":
        return str(row["signal"]) or say("trend.no_signal")
    return say("trend.not_mature") if is_provisional(row) else str(row["note"]).split("; ")[0]
