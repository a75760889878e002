"""Every definition in words, with its citation and review date, as the snapshot holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.words.catalogue import say
from pipelines.words.entries import Entry, Fact, Section, section
from pipelines.words.numbers import capitalised, confidence_words, count, listed, percent, percent_bounds
from pipelines.words.plausibility import plausible_span
from pipelines.words.sources import source_of

if TYPE_CHECKING:
    from pipelines.definitions import Definitions
    from pipelines.definitions.benchmarks import Benchmark
    from pipelines.definitions.models import Condition
    from pipelines.definitions.outcomes import Window
    from pipelines.manifests import SnapshotManifest


def snapshot_section(manifest: SnapshotManifest, definitions: Definitions, built: str) -> Section:
    """Which snapshot this is and what made it.

    Args:
        built: when, as exactly as the reader is to know it.
    """
    through, batches = manifest.data_through, manifest.batches
    facts = {
        "id": manifest.id,
        "program": manifest.program,
        "kind": say("methods.snapshot_synthetic" if manifest.is_synthetic else "methods.snapshot_clinical"),
        "built": built,
        "data_through": through.isoformat() if through else say("methods.snapshot_no_date"),
        "definitions": say("methods.snapshot_hash", version=definitions.outcomes.version, hash=definitions.hash),
        "software": manifest.version,
        "privacy": manifest.privacy_mode.replace("_", " "),
        "batches": say(
            "methods.snapshot_batches_text", n=count(len(batches)), ids=", ".join(batch[:12] for batch in batches)
        ),
    }
    named = tuple(Fact(say(f"methods.snapshot_{name}"), text) for name, text in facts.items())
    return section("snapshot", [Entry("snapshot-facts", "", named)])


def condition_section(definitions: Definitions) -> Section:
    """Conditions with their scales and rules."""
    return section("conditions", (_condition(each, definitions) for each in definitions.ordered_conditions()))


def rule_section(definitions: Definitions) -> Section:
    """Response rules, and the scales that offer them."""
    entries = []
    for name, rule in definitions.outcomes.rules.items():
        scales = [scale.id for scale in definitions.scales.values() if name in scale.response]
        offered = say("methods.rules_offered", scales=listed(scales)) if scales else say("methods.rules_nobody")
        text = (
            say("methods.rules_points")
            if rule.reduction_percent is None
            else say("methods.rules_percent", percent=str(rule.reduction_percent))
        )
        facts = (Fact(rule.version, f"{text}. {offered}.", source_of(rule)),)
        entries.append(Entry(f"rule-{name}", capitalised(rule.label), facts))
    return section("rules", entries)


def window_section(definitions: Definitions) -> Section:
    """Windows in the order of time."""
    return section("windows", (_window(name, each) for name, each in definitions.outcomes.windows.items()))


def course_section(definitions: Definitions) -> Section:
    """Baseline, induction, populations, and what observed, missed and pending mean."""
    baseline, induction = definitions.outcomes.baseline, definitions.outcomes.induction
    entries = (
        _entry(
            "course_baseline",
            source_of(baseline),
            days=str(baseline.look_back_days),
            flagged=str(baseline.flagged_look_back_days),
        ),
        _entry(
            "course_induction",
            source_of(induction),
            days=str(induction.first_days),
            n=str(induction.infusions_at_most),
        ),
        _entry(
            "course_change_bands",
            source_of(definitions.outcomes.change_bands),
            levels=capitalised("; ".join(level.label for level in definitions.outcomes.change_bands.levels)),
        ),
        _entry("course_population"),
        _entry("course_follow_up"),
    )
    return section("course", entries)


def onset_section(definitions: Definitions) -> Section:
    """First and sustained onset."""
    rule = definitions.outcomes.onset
    entries = (
        _entry("onset_first", source_of(rule)),
        _entry("onset_sustained", source_of(rule), horizon=str(rule.horizon_days)),
        _entry("onset_infusions", source_of(rule)),
        _entry("onset_groups", source_of(definitions.outcomes.comparison), horizon=str(rule.horizon_days)),
        _entry(
            "onset_early",
            source_of(definitions.outcomes.early_improvement),
            percent=str(definitions.outcomes.early_improvement.reduction_percent),
        ),
        _entry("onset_days", source_of(rule), hours=str(rule.whole_days_above_recall_hours)),
    )
    return section("onset", entries)


def durability_section(definitions: Definitions) -> Section:
    """How long a response lasts, and what ends it."""
    rule = definitions.outcomes.durability
    entries = (
        _entry("durability_clock", source_of(rule)),
        _entry("durability_loss", source_of(rule), label=rule.label),
        _entry("durability_landmarks", source_of(rule), days=listed([str(day) for day in rule.landmark_days])),
        _entry("durability_infusion"),
        _entry("durability_leaving"),
    )
    return section("durability", entries)


def interval_section(definitions: Definitions) -> Section:
    """How sure estimates are said to be, and when there are too few."""
    interval, display = definitions.outcomes.interval, definitions.outcomes.display
    comparison, trend = definitions.outcomes.comparison, definitions.outcomes.trend
    entries = (
        _entry(
            "interval_confidence",
            source_of(interval),
            confidence=confidence_words(interval.confidence),
            replicates=count(interval.bootstrap_replicates),
            seed=str(interval.bootstrap_seed),
        ),
        _entry("interval_lost", source_of(definitions.outcomes.change_bands)),
        _entry("interval_tipping_point", source_of(definitions.outcomes.tipping_point)),
        _entry(
            "interval_adjusted",
            source_of(interval),
            fewest=str(display.fewest_for_a_sentence),
        ),
        _entry(
            "interval_display",
            source_of(display),
            fewest=str(display.fewest_for_a_sentence),
            quarters=str(display.quarters_compared),
            complete=percent(display.complete_enough_fraction),
            limit=confidence_words(display.far_below_confidence),
        ),
        _sites(definitions),
        _entry(
            "interval_comparison",
            source_of(comparison),
            events=str(comparison.fewest_events),
            courses=str(comparison.fewest_in_group),
        ),
        _entry(
            "interval_trend",
            source_of(trend),
            n_baseline=str(trend.baseline_points),
            run=str(trend.run_points),
            trend=str(trend.trend_points),
            near=str(trend.near_points),
            span=str(trend.near_span),
        ),
    )
    return section("interval", entries)


def _sites(definitions: Definitions) -> Entry:
    rule = definitions.outcomes.sites
    return _entry(
        "interval_sites",
        source_of(rule),
        fewest=str(rule.fewest_for_limits),
        courses=str(definitions.outcomes.display.fewest_for_a_sentence),
        stratum=str(rule.fewest_in_stratum),
        inner=confidence_words(rule.inner_limit),
        outer=confidence_words(rule.outer_limit),
        winsorised=percent(rule.winsorised_fraction),
    )


def benchmark_section(definitions: Definitions) -> Section:
    """Published results, with what each was judged by and whose it is."""
    return section("benchmarks", (_benchmark(each, definitions) for each in definitions.benchmarks))


def plausible_section(definitions: Definitions) -> Section:
    """What published programs lead one to expect, with limits beyond which the data are looked at."""
    entries = []
    for name, band in definitions.quality.plausible.items():
        conditions = [definitions.conditions[each].label for each in band.conditions if each in definitions.conditions]
        scales = "" if band.scales == ("primary",) else say("methods.plausible_scales", scales=listed(band.scales))
        text = say(
            "methods.plausible_text",
            expected=plausible_span(band.expected, band),
            limits=plausible_span(band.limits, band),
            fewest=count(band.fewest),
        )
        title = say("methods.plausible_title", conditions=listed(conditions), scales=scales, quantity=band.quantity)
        entries.append(Entry(f"plausible-{name}", title, (Fact("", text, source_of(band)),)))
    return section("plausible", entries)


def import_rule_section(definitions: Definitions) -> Section:
    """The reasons of the quarantine, and their cures."""
    entries = (
        Entry(f"import-{name}", capitalised(rule.found), (Fact(say("methods.import_cure"), rule.cure),))
        for name, rule in definitions.import_rules.rules.items()
    )
    return section("import_rules", entries)


def quality_section(definitions: Definitions) -> Section:
    """The checks of the data by Kahn's categories: question, reason, what is allowed, what to do."""
    entries = []
    for name, check in definitions.quality.checks.items():
        counts = check.in_words(check.counts)
        allowed = (
            say("methods.quality_allowed_text", share=percent(check.allowed_fraction), counts=counts)
            if check.allowed_fraction
            else say("methods.quality_none", counts=counts)
        )
        facts = (
            Fact(say("methods.quality_why"), check.in_words(check.why)),
            Fact(say("methods.quality_allowed"), allowed, source_of(check)),
            Fact(say("methods.import_cure"), check.in_words(check.cure)),
        )
        category = say(f"methods.quality_{check.category}")
        entries.append(Entry(f"check-{name}", check.in_words(check.question), facts, category))
    return section("quality", entries)


def _entry(name: str, source: str = "", **values: str) -> Entry:
    return Entry(name, say(f"methods.{name}"), (Fact("", say(f"methods.{name}_text", **values), source),))


def _condition(condition: Condition, definitions: Definitions) -> Entry:
    rules = definitions.outcomes.rules
    facts = [Fact(say("methods.conditions_scales"), ", ".join(condition.scales))]
    if condition.scales_apart:
        apart = say("methods.conditions_apart_text", scales=", ".join(condition.scales_apart))
        facts.append(Fact(say("methods.conditions_apart"), apart))
    headline = rules[condition.headline_response]
    facts.append(Fact(say("methods.conditions_headline"), headline.label, source_of(headline)))
    if condition.further_responses:
        labels = [rules[rule].label for rule in condition.further_responses]
        facts.append(Fact(say("methods.conditions_further"), ", ".join(labels)))
    return Entry(f"condition-{condition.id}", condition.label, tuple(facts), headline.label)


def _benchmark(benchmark: Benchmark, definitions: Definitions) -> Entry:
    interval = ""
    if benchmark.lower is not None and benchmark.upper is not None:
        lower, upper = percent_bounds(benchmark.lower, benchmark.upper)
        interval = say("methods.benchmarks_interval", lower=lower, upper=upper)
    result = say(
        "methods.benchmarks_result_text",
        estimate=percent(benchmark.estimate),
        interval=interval,
        denominator=say(f"methods.benchmarks_{benchmark.denominator}"),
        n="" if benchmark.n is None else say("methods.benchmarks_n", n=count(benchmark.n)),
    )
    judged = say(
        "methods.benchmarks_judged_text",
        scale=benchmark.scale,
        rule=f"remission {benchmark.cut}" if benchmark.cut else definitions.outcomes.rules[benchmark.rule].label,
        when=_when(benchmark, definitions),
    )
    facts = (
        Fact(say("methods.benchmarks_result"), result),
        Fact(say("methods.benchmarks_judged"), judged),
        Fact(say("methods.benchmarks_population"), capitalised(benchmark.population)),
        Fact(say("methods.benchmarks_source"), say(f"methods.benchmarks_{benchmark.mark}"), source_of(benchmark)),
    )
    summary = say(
        "methods.benchmarks_summary",
        condition=definitions.conditions[benchmark.condition].label,
        measure=say(f"methods.benchmarks_{benchmark.measure}"),
    )
    title = say("methods.benchmarks_title", citation=benchmark.citation)
    return Entry(f"benchmark-{benchmark.id}", title, facts, summary)


def _when(benchmark: Benchmark, definitions: Definitions) -> str:
    """The window's label; a program may have put other windows in its place, then its name."""
    if benchmark.window is None:
        return say("methods.benchmarks_by_day", day=str(benchmark.by_day))
    window = definitions.outcomes.windows.get(benchmark.window)
    return window.label if window is not None else benchmark.window.replace("_", " ")


def _window(name: str, window: Window) -> Entry:
    text = say(
        f"methods.windows_{window.anchor}",
        first=f"{window.from_day.normalize():f}",
        last=f"{window.to_day.normalize():f}",
        target=f"{window.target_day.normalize():f}",
    )
    if window.before_infusion is not None:
        text = say("methods.windows_before_infusion", text=text, n=str(window.before_infusion))
    notes = {"headline": window.headline, "sensitivity": window.sensitivity}
    summary = next((say(f"methods.windows_{note}") for note, holds in notes.items() if holds), "")
    return Entry(f"window-{name}", capitalised(window.label), (Fact("", f"{text}.", source_of(window)),), summary)
