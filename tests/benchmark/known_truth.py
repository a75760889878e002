"""Do the intervals hold the truth as often as they say, and is what the lost would have shown put right?

Run with ``make bench``, or by itself with other numbers: ``python -m tests.benchmark.known_truth --runs 200``. Writes a
report in Markdown to stdout; docs/simulation.md holds the figures of one run. Every part draws samples from a program
whose truth is known (tests/benchmark/simulated_courses.py), asks the product's own methods, and counts.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import TypeVar

import numpy as np

from tests.benchmark.known_truth_runs import (
    MeanRun,
    OnsetRun,
    RateRun,
    mean_run,
    onset_run,
    rate_run,
    true_means,
    true_rate,
)
from tests.benchmark.simulated_courses import VISIT_DAYS, OnsetProgram

Ran = TypeVar("Ran")
Shared = Callable[[Callable[[int], Ran]], list[Ran]]

SIZES = (50, 200, 1000)
JUDGED_SIZES = (200, 1000)
LEAST_COVERAGE, MOST_COVERAGE = 0.92, 0.98
LEAST_BIAS_REMOVED = 0.90
_LEAVING = {"share_responding": 0.65, "mean_days_to_leaving": 60.0}
PROGRAMS = (
    OnsetProgram("All respond in time; visits are on time and nobody leaves"),
    OnsetProgram("A third never respond, courses leave after 60 days on average", **_LEAVING),
    OnsetProgram("The same, and visits stray by days", **_LEAVING, are_visits_on_time=False, sizes=(50, 200)),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the report; 1 if a figure lies outside what it must lie in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="samples drawn for each line")
    parser.add_argument("--replicates", type=int, default=400, help="bootstrap replicates in each")
    parser.add_argument("--stray-replicates", type=int, default=200, help="the same where visits stray, which is slow")
    parser.add_argument("--rate-replicates", type=int, default=300, help="the same for the standardised rate")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args(arguments)
    started = time.monotonic()
    failures: list[str] = []
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:

        def shared(one_run: Callable[[int], Ran]) -> list[Ran]:
            return list(pool.map(one_run, range(asked.runs), chunksize=max(1, asked.runs // (20 * asked.processes))))

        _say(f"{asked.runs:,} runs. A coverage of 95 % is known to {_monte_carlo(asked.runs)}.")
        failures += _report_rates(asked.rate_replicates, shared)
        failures += _report_means(shared)
        _say("\n## Onset: the interval-censored curve and its bootstrap")
        for program in PROGRAMS:
            replicates = asked.replicates if program.are_visits_on_time else asked.stray_replicates
            failures += _report_onset(program, replicates, shared)
    _say("\n" + "\n".join(f"OUTSIDE: {failure}" for failure in failures) if failures else "\nAll within.")
    _say(f"{time.monotonic() - started:.0f} s.")
    return int(bool(failures))


def _report_onset(program: OnsetProgram, replicates: int, shared: Shared[OnsetRun]) -> list[str]:
    truth = program.share_by(VISIT_DAYS)
    is_judged = (truth > 0.05) & (truth < 0.95)
    found = {n: shared(partial(onset_run, program, n, replicates)) for n in program.sizes}
    _say(f"\n### {program.label}\n\n{replicates:,} bootstrap replicates.\n")
    _say(
        "| day | true share |"
        + "".join(f" bias, n = {n} | coverage |" for n in program.sizes)
        + " recorded: bias | coverage |"
    )
    _say("| --- " * (4 + 2 * len(program.sizes)) + "|")
    bias = {n: np.mean([run.estimate for run in runs], axis=0) - truth for n, runs in found.items()}
    covered = {n: np.mean([run.is_covered for run in runs], axis=0) for n, runs in found.items()}
    largest = found[program.sizes[-1]]
    late = np.mean([run.recorded for run in largest], axis=0) - truth
    covered_recorded = np.mean([run.is_covered_recorded for run in largest], axis=0)
    for day in range(VISIT_DAYS.size):
        mark = "" if is_judged[day] else " (not judged)"
        cells = "".join(f" {_points(bias[n][day])} | {_percent(covered[n][day])} |" for n in program.sizes)
        recorded = f" {_points(late[day])} | {_percent(covered_recorded[day])} |"
        _say(f"| {VISIT_DAYS[day]}{mark} | {_percent(truth[day])} |{cells}{recorded}")
    _say(f"\n| n | the interval of the median holds day {program.median_day:.1f} | recorded | not converged |")
    _say("| --- | --- | --- | --- |")
    failures = []
    for n, runs in found.items():
        median = float(np.mean([run.is_median_covered for run in runs]))
        recorded_median = float(np.mean([run.is_recorded_median_covered for run in runs]))
        n_not_converged = sum(run.n_not_converged for run in runs)
        share = n_not_converged / (len(runs) * replicates)
        _say(f"| {n} | {_percent(median)} | {_percent(recorded_median)} | {n_not_converged} ({share:.1e}) |")
        if n in JUDGED_SIZES:
            within = covered[n][is_judged]
            if within.min() < LEAST_COVERAGE or within.max() > MOST_COVERAGE:
                failures.append(
                    f"onset, {program.label}, n = {n}: {_percent(within.min())} to {_percent(within.max())}"
                )
            if median < LEAST_COVERAGE:
                failures.append(f"median of onset, {program.label}, n = {n}: {_percent(median)}")
    return failures


def _report_rates(replicates: int, shared: Shared[RateRun]) -> list[str]:
    truth = true_rate()
    _say(f"\n## The rate standardised over those lost\n\nTrue rate {_percent(truth)}; {replicates:,} replicates.\n")
    _say(
        "| leaving by | n | lost | bias observed | bias standardised | removed | coverage | coverage of observed "
        "| lost without a twin |"
    )
    _say("| --- " * 9 + "|")
    failures = []
    n_equal = n_all = 0
    for leaving in ("band", "score"):
        for n in SIZES:
            runs = shared(partial(rate_run, leaving, n, replicates))
            biased = float(np.nanmean([run.observed for run in runs])) - truth
            left = float(np.nanmean([run.standardised for run in runs])) - truth
            removed = 1 - abs(left / biased)
            _say(
                f"| {leaving} | {n} | {_percent(np.mean([run.share_lost for run in runs]))} | {_points(biased)} "
                f"| {_points(left)} | {_percent(removed)} | {_percent(np.mean([run.is_covered for run in runs]))} "
                f"| {_percent(np.mean([run.is_covered_observed for run in runs]))} "
                f"| {_percent(np.mean([run.share_by_fallback for run in runs]))} |"
            )
            n_equal, n_all = n_equal + sum(run.is_equal_without_loss for run in runs), n_all + len(runs)
            if leaving == "band" and n in JUDGED_SIZES and removed < LEAST_BIAS_REMOVED:
                failures.append(f"rate, leaving by {leaving}, n = {n}: {_percent(removed)} of the bias removed")
    _say(f"\nWith nothing missing the standardised rate was the observed one in {n_equal:,} of {n_all:,} samples.")
    if n_equal < n_all:
        failures.append("rate: with nothing missing it is not the observed one")
    return failures


def _report_means(shared: Shared[MeanRun]) -> list[str]:
    _say("\n## Means with those lost\n")
    _say("| scores, leaving by | n | of | truth | bias observed | coverage | bias with those lost | coverage |")
    _say("| --- " * 8 + "|")
    failures = []
    n_not_estimated = 0
    for kind, label in (("normal", "normal, score"), ("score", "whole, score"), ("band", "whole, band")):
        truth = true_means(kind)
        for n in SIZES:
            runs = shared(partial(mean_run, kind, n))
            estimated = [run for run in runs if run.is_estimated]
            n_not_estimated += len(runs) - len(estimated)
            for place, (name, true) in enumerate((("mean", truth[-1]), ("change", truth[-1] - truth[0]))):
                covered = float(np.mean([run.is_covered[place] for run in estimated]))
                _say(
                    f"| {label} | {n} | {name} | {true:.2f} "
                    f"| {np.nanmean([run.observed[place] for run in runs]) - true:+.2f} "
                    f"| {_percent(np.mean([run.is_covered_observed[place] for run in runs]))} "
                    f"| {np.mean([run.adjusted[place] for run in estimated]) - true:+.2f} | {_percent(covered)} |"
                )
                if kind == "normal" and n in JUDGED_SIZES and not LEAST_COVERAGE <= covered <= MOST_COVERAGE:
                    failures.append(f"{name}, {label}, n = {n}: {_percent(covered)}")
    _say(f"\nWithout an estimate: {n_not_estimated}.")
    return failures


def _monte_carlo(runs: int) -> str:
    return f"± {100 * 1.96 * np.sqrt(0.95 * 0.05 / runs):.1f} percentage points"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _points(difference: float) -> str:
    return f"{100 * difference:+.1f}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
