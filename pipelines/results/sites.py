"""Sites side by side: each site's rate beside what its case mix lets one expect, and how far chance would carry it.

Sites stand in the order of their names. Nothing is ranked: a rate beyond a limit is a question, not an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.errors import UsageError
from pipelines.filters import Filters
from pipelines.results.rates import WILSON
from pipelines.results.site_counts import SITE, SiteCounts, site_counts
from pipelines.results.tables import Rows, few_note, joined_notes, result_table
from pipelines.results.window_counts import SHOWN_COUNTS
from pipelines.statistics.funnel import Funnel, funnel_limits
from pipelines.statistics.indirect_standardisation import StandardisedRates, merged_strata, standardised_rates
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.published import Published

NOT_RECORDED = "not recorded"
MISSING_AS_NONRESPONSE = "missing_as_nonresponse"
STANDARDISED = "observed over expected, times the rate of all sites; Wilson interval of the observed, scaled"
ARCSINE = "funnel on the arcsine scale around the expected rate, with additive overdispersion"
WITHIN, ABOVE, BELOW = "within", "above", "below"


def site_comparison(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """For each condition and site, and for the program (condition `any`), the statistics of its rate.

    `observed` and `missing_as_nonresponse` with Wilson intervals; `followed_up`, the share of those due; `expected`,
    the rate that the site's case mix lets one expect; `adjusted`, indirectly standardised; `limits_95` and
    `limits_998`, the funnel's limits for the adjusted rate, with the rate of all sites as estimate. The last three also
    with the missed counted as not met, such as `adjusted_missing_as_nonresponse`: a site that loses those who did not
    respond looks good among those followed up. The column `verdict` of an adjusted rate says in words where it lies.

    Filters choose the courses that are compared; the standard is all of them together. Courses without a site belong
    to the standard and are not judged.

    Args:
        filters: the rule may be `remission`.
        by: `site`, or nothing.

    Raises:
        UsageError: another group, or a further attribute.
    """
    if others := [name for name in by if name != SITE]:
        raise UsageError(
            f"Sites are what this measure compares; it cannot also be grouped by {' or '.join(others)}. Give one "
            "value at a time with --where."
        )
    rows: Rows = []
    for counted in site_counts(published, filters):
        rows += _rows(counted, published.definitions)
    order = {name: position for position, name in enumerate(dict.fromkeys(str(row["condition"]) for row in rows))}
    rows.sort(key=lambda row: (order[str(row["condition"])], row[SITE] == NOT_RECORDED, str(row[SITE])))
    named = [{**row, "measure": "sites"} for row in rows]
    return result_table(named, [SITE, "verdict"], [*SHOWN_COUNTS, "n_due", "n_met", "n_sites", "n_strata"])


@dataclass(frozen=True)
class Basis:
    """What a site's rate is of: those followed up, or all who were due.

    Attributes:
        suffix: behind the names of its statistics.
        counts: which counts of a row make up its denominator.
    """

    suffix: str
    counts: tuple[str, ...]


FOLLOWED_UP = Basis("", ("n_observed",))
_BASES = (FOLLOWED_UP, Basis(f"_{MISSING_AS_NONRESPONSE}", ("n_observed", "n_missed")))


@dataclass(frozen=True)
class StandardisedSites:
    """The rates of all sites beside what is expected of them.

    Attributes:
        rates: one for each site of the counts.
        judged: the positions of those that are judged.
        funnel: of those judged; None where they are too few.
        n_strata: how many strata of case mix there are.
        note: what was done about small strata.
    """

    rates: StandardisedRates
    judged: list[int]
    funnel: Funnel | None
    n_strata: int
    note: str


def _rows(counted: SiteCounts, definitions: Definitions) -> Iterator[dict[str, Any]]:
    for site in counted.sites.values():
        yield from _own_rows(site, definitions)
    for basis in _BASES:
        yield from _standardised_rows(counted, basis, definitions)


def _own_rows(site: dict[str, Any], definitions: Definitions) -> Iterator[dict[str, Any]]:
    """The site by itself: its rates and its follow-up."""
    n_met, n_observed = int(site["n_met"]), int(site["n_observed"])
    n_due = n_observed + int(site["n_missed"])
    shared = {**site, "n_due": n_due, "note": joined_notes(str(site["note"]), few_note(n_observed, definitions))}
    confidence = definitions.outcomes.interval.confidence
    for statistic, part, whole in (
        ("observed", n_met, n_observed),
        (MISSING_AS_NONRESPONSE, n_met, n_due),
        ("followed_up", n_observed, n_due),
    ):
        lower, upper = wilson_interval([part], [whole], confidence)
        yield {
            **shared,
            "statistic": statistic,
            "estimate": part / whole if whole else None,
            "lower": lower[0],
            "upper": upper[0],
            "method": WILSON,
        }


def standardised_sites(counted: SiteCounts, basis: Basis, definitions: Definitions) -> StandardisedSites:
    """Each site's rate by its own case mix, and the funnel where enough sites hold enough."""
    rule = definitions.outcomes.sites
    trials = [sum(int(row[name]) for name in basis.counts) for row in counted.mixes]
    paths = [_path(row) for row in counted.mixes]
    strata = merged_strata(paths, trials, rule.fewest_in_stratum)
    # Sites without anyone in the population stand there too.
    rates = standardised_rates(
        [*(str(row[SITE]) for row in counted.mixes), *counted.sites],
        [*strata, *[()] * len(counted.sites)],
        [*(int(row["n_met"]) for row in counted.mixes), *[0] * len(counted.sites)],
        [*trials, *[0] * len(counted.sites)],
        definitions.outcomes.interval.confidence,
    )
    judged = [
        position for position, site in enumerate(rates.groups) if _is_judged(counted.sites[str(site)], definitions)
    ]
    n_strata = len({stratum for stratum, n in zip(strata, trials, strict=True) if n})
    return StandardisedSites(
        rates,
        judged,
        _funnel(rates, judged, definitions) if len(judged) >= rule.fewest_for_limits else None,
        n_strata,
        _strata_note(paths, strata, trials, n_strata),
    )


def _standardised_rows(counted: SiteCounts, basis: Basis, definitions: Definitions) -> Iterator[dict[str, Any]]:
    """Expected and adjusted rates of every site, and limits where enough sites hold enough."""
    found = standardised_sites(counted, basis, definitions)
    rates, judged, funnel, note = found.rates, found.judged, found.funnel, found.note
    place = {rates.groups[position]: i for i, position in enumerate(judged)}
    for position, name in enumerate(rates.groups):
        site = counted.sites[str(name)]
        shared = {**site, "n_due": int(site["n_observed"]) + int(site["n_missed"]), "n_strata": found.n_strata}
        shared["n_sites"] = len(judged)
        own = joined_notes(str(site["note"]), _follow_up_note(site, definitions))
        yield {
            **shared,
            "statistic": f"expected{basis.suffix}",
            "estimate": rates.expected[position],
            "method": "rates of all sites by stratum, in the proportions of this site",
            "note": joined_notes(str(site["note"]), note),
        }
        yield {
            **shared,
            "statistic": f"adjusted{basis.suffix}",
            "estimate": rates.adjusted[position],
            "lower": rates.lower[position],
            "upper": rates.upper[position],
            "method": STANDARDISED,
            "verdict": _verdict(site, funnel, place.get(name), len(judged), definitions),
            "note": joined_notes(own, few_note(int(site["n_observed"]), definitions), note),
        }
        if funnel is not None and name in place:
            yield from _limit_rows(shared, basis, rates, position, funnel, place[name], definitions)


def _path(row: dict[str, Any]) -> tuple[str, ...]:
    """The stratum of a row, from the widest to the narrowest."""
    return (
        str(row["condition"]),
        str(row["measured_scale"]),
        str(row["band_position"]),
        str(row["treatment_resistant"]),
    )


def _strata_note(
    paths: Sequence[tuple[str, ...]], strata: Sequence[tuple[Any, ...]], trials: Sequence[int], n_strata: int
) -> str:
    merged = {path for path, stratum, n in zip(paths, strata, trials, strict=True) if n and len(stratum) < len(path)}
    n_merged = sum(n for path, n in zip(paths, trials, strict=True) if path in merged)
    text = f"case mix: {n_strata} strata of severity at baseline and treatment resistance"
    return joined_notes(text, f"{len(merged)} too small, {n_merged:,} courses put together" if merged else "")


def _funnel(rates: StandardisedRates, judged: list[int], definitions: Definitions) -> Funnel:
    rule = definitions.outcomes.sites
    return funnel_limits(
        rates.successes[judged],
        rates.trials[judged],
        rates.expected[judged],
        (rule.inner_limit, rule.outer_limit),
        rule.winsorised_fraction,
    )


def _limit_rows(
    shared: dict[str, Any],
    basis: Basis,
    rates: StandardisedRates,
    position: int,
    funnel: Funnel,
    place: int,
    definitions: Definitions,
) -> Iterator[dict[str, Any]]:
    """Limits for the adjusted rate: those around the expected rate, carried over by the same factor."""
    expected = rates.expected[position]
    factor = rates.overall / expected if expected else 1.0
    rule = definitions.outcomes.sites
    for column, coverage in enumerate((rule.inner_limit, rule.outer_limit)):
        yield {
            **shared,
            "statistic": f"limits_{limit_name(coverage)}{basis.suffix}",
            "estimate": rates.overall,
            "lower": min(1.0, funnel.lower[place, column] * factor),
            "upper": min(1.0, funnel.upper[place, column] * factor),
            "method": ARCSINE,
            "note": overdispersion_note(funnel),
        }


def overdispersion_note(funnel: Funnel) -> str:
    """By how much the limits are widened."""
    return f"overdispersion: phi {funnel.phi:.4g}, tau squared {funnel.tau_squared:.4g}"


def limit_name(coverage: float) -> str:
    """`998` for limits of 99.8 %."""
    return f"{100 * coverage:g}".replace(".", "")


def _is_judged(site: dict[str, Any], definitions: Definitions) -> bool:
    """Whether the site is one, holds enough, and its courses are independent."""
    is_enough = int(site["n_observed"]) >= _fewest(definitions)
    return site[SITE] != NOT_RECORDED and is_enough and not _is_repeat(site)


def _is_repeat(site: dict[str, Any]) -> bool:
    return str(site["population"]).startswith("repeat")


def _fewest(definitions: Definitions) -> int:
    return definitions.outcomes.display.fewest_for_a_sentence


def _verdict(
    site: dict[str, Any], funnel: Funnel | None, place: int | None, n_judged: int, definitions: Definitions
) -> str:
    """Where the adjusted rate lies, in plain words; why it is not judged, where it is not."""
    rule = definitions.outcomes.sites
    if site[SITE] == NOT_RECORDED:
        return "not judged: the site is not recorded"
    if _is_repeat(site):
        return "not judged: the courses of a patient are not independent"
    if place is None:
        return f"not judged: fewer than {_fewest(definitions)} followed up"
    if funnel is None:
        return f"not judged: limits need {rule.fewest_for_limits} sites with enough followed up, there are {n_judged}"
    inner, outer = funnel.direction[place]
    if outer:
        side = ABOVE if outer > 0 else BELOW
        return f"{side} the {100 * rule.outer_limit:g} % limit: look at data quality, case mix and practice first"
    if inner:
        side = ABOVE if inner > 0 else BELOW
        by_chance = round(1 / (1 - rule.inner_limit))
        return (
            f"{side} the {100 * rule.inner_limit:g} % limit, within the {100 * rule.outer_limit:g} % limits: "
            f"of {by_chance} sites alike, about 1 lies beyond by chance"
        )
    return f"{WITHIN} the limits"


def _follow_up_note(site: dict[str, Any], definitions: Definitions) -> str:
    """A warning where follow-up is less than complete enough: those lost may differ from those seen."""
    n_observed, n_due = int(site["n_observed"]), int(site["n_observed"]) + int(site["n_missed"])
    if not n_due or n_observed >= definitions.outcomes.display.complete_enough_fraction * n_due:
        return ""
    return f"followed up {n_observed:,} of {n_due:,} due: a site that loses those who did not respond looks good"
