"""Groups of one condition compared in their onset, in words: whether they differed, and by how much."""

from __future__ import annotations

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, is_known, p_words
from pipelines.words.onset import group_words
from pipelines.words.selection import attribute_words
from pipelines.words.sources import source_values
from pipelines.words.statement import Context, Row, Statement, scale_words, statistic

NOTHING = "–"


def comparison_statement(times: pd.DataFrame, group: str, condition: str, context: Context) -> Statement:
    """Whether the groups of a condition differed in how soon they responded, or why nothing was tested.

    Args:
        times: rows of `onset_times` by the group, for one condition.
        group: what is compared, such as `site`.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    row = statistic(times, "score_test")
    courses, by = context.courses(condition), attribute_words(group)
    if row is None:
        return Statement(say("basis.no_courses", courses=courses), more=context.widen)
    if row["suppressed"]:
        return Statement(say("basis.withheld", courses=courses))
    if not is_known(row["p_value"]):
        return Statement(_why_not(row, courses, by, context), more=_left_out(row))
    kind = str(row["rule_version"]).rsplit(", ", 1)[-1]
    differed = row["p_value_adjusted"] < 1 - context.definitions.outcomes.interval.confidence
    basis = say(
        "onset_comparison.basis",
        p=p_words(row["p_value"]),
        n=count(row["n_assessed"]),
        n_groups=count(row["n_groups"]),
        n_responded=count(row["n_responded"]),
        scales=scale_words(row, context),
        rule=context.rule_label(str(row["rule_version"])),
    )
    more = [_corrected(row), _log_rank(times), _left_out(row), context.maturity_warning()]
    finding = say(f"onset_comparison.{'differed' if differed else 'alike'}_{kind}", courses=courses, group=by)
    return Statement(finding, basis, " ".join(text for text in more if text))


def comparison_numbers(times: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """One line a group: assessed, responded, mean time without a recorded response, and less all others together."""
    is_in_infusions = times["statistic"].str.startswith("recorded_by_infusion").any()
    mean = say(f"onset_comparison.mean_{'infusions' if is_in_infusions else 'days'}")
    lines = []
    for row in times[times["statistic"] == "restricted_mean_difference"].to_dict("records"):
        own = statistic(times[times[group] == row[group]], "restricted_mean")
        lines.append(
            {
                attribute_words(group).capitalize(): group_words(group, str(row[group]), context),
                "Assessed": count(row["n_assessed"]),
                "Responded": count(row["n_responded"]),
                f"{mean} ({context.confidence} interval)": _with_interval(own),
                f"{say('onset_comparison.less_others')} ({context.confidence} interval)": _with_interval(
                    row, is_signed=True
                ),
                "p": p_words(row["p_value"]).removeprefix("p = "),
                "p, corrected": p_words(row["p_value_adjusted"]).removeprefix("p = "),
            }
        )
    return pd.DataFrame(lines)


def comparison_notes(times: pd.DataFrame) -> list[str]:
    """Up to when mean times are taken, what each group is set against, and that nothing is ranked."""
    row = statistic(times, "restricted_mean_difference")
    if row is None:
        return []
    horizon = next(part for part in str(row["note"]).split("; ") if part.startswith("up to "))
    against = (
        say("onset_comparison.against_one")
        if row["n_groups"] == 2
        else say("onset_comparison.against", n=count(row["n_comparisons"]))
    )
    return [
        say("onset_comparison.horizon", horizon=horizon.removeprefix("up to ")),
        against,
        say("onset_comparison.unranked"),
    ]


def comparison_definition(context: Context) -> str:
    """The tests, and how few are too few."""
    rule = context.definitions.outcomes.comparison
    return say(
        "onset_comparison.definition",
        courses=count(rule.fewest_in_group),
        events=count(rule.fewest_events),
        **source_values(rule),
    )


def _why_not(row: Row, courses: str, by: str, context: Context) -> str:
    rule = context.definitions.outcomes.comparison
    if str(row["population"]).startswith("repeat"):
        return say("onset_comparison.repeat")
    if row["n_groups"] < 2:
        return say("onset_comparison.one_group", group=by, fewest=count(rule.fewest_in_group))
    return say(
        "onset_comparison.few_responded",
        courses=courses,
        group=by,
        n_responded=count(row["n_responded"]),
        fewest=count(rule.fewest_events),
    )


def _corrected(row: Row) -> str:
    if row["n_comparisons"] < 2:
        return ""
    return say("onset_comparison.corrected", n=count(row["n_comparisons"]), p=p_words(row["p_value_adjusted"]))


def _log_rank(times: pd.DataFrame) -> str:
    row = statistic(times, "log_rank")
    return say("onset_comparison.log_rank", p=p_words(row["p_value"])) if row is not None else ""


def _left_out(row: Row) -> str:
    found = next((part for part in str(row["note"]).split("; ") if part.startswith("left out: ")), "")
    return say("onset_comparison.left_out", groups=found.removeprefix("left out: ")) if found else ""


def _with_interval(row: Row | None, *, is_signed: bool = False) -> str:
    if row is None or not is_known(row["estimate"]):
        return NOTHING

    def write(value: float) -> str:
        return f"{value:+.1f}".replace("-", "−") if is_signed else f"{value:.1f}"

    if not is_known(row["lower"]):
        return write(row["estimate"])
    return f"{write(row['estimate'])} ({write(row['lower'])} to {write(row['upper'])})"
