from __future__ import annotations

import re
from io import StringIO

import pandas as pd
import pytest

from dashboard import access
from dashboard.reading import Snapshot
from dashboard.views.parts import csv_of, statement_html, table_html
from pipelines.errors import UnknownName
from pipelines.filters import Filters
from pipelines.results.onset import onset_times
from pipelines.results.response import response_rates
from pipelines.words.statement import Statement

PAGES = {
    "Response": "views/response.py",
    "Onset": "views/onset.py",
    "Durability": "views/durability.py",
    "Trajectories": "views/trajectories.py",
    "Who was lost": "views/lost.py",
    "Subgroups": "views/subgroups.py",
    "Sites": "views/sites.py",
    "Trend": "views/trend.py",
    "Infusions and safety": "views/infusions.py",
    "Data quality": "views/quality.py",
    "Methods": "views/methods.py",
}


def texts(app) -> str:
    """All that the page says, with spaces that do not break made plain."""
    parts = [html.proto.body for html in app.get("html")]
    parts += [element.value for kind in ("markdown", "caption", "title") for element in getattr(app, kind)]
    return " ".join(parts).replace("\u00a0", " ")


def plain(said: str) -> str:
    """Without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said))


def alts(app) -> list[str]:
    return [chart.proto.alt for chart in app.get("plotly_chart")]


def at(app, title: str, **address: str) -> str:
    """All that a page says at an address, given again after the switch: the first page closes the tab of another."""
    app.query_params.update(address)
    app.run()
    app.switch_page(PAGES[title])
    app.query_params.update(address)
    app.run()
    assert not app.exception
    assert app.title[0].value == title
    return texts(app)


def opened(app, title: str, part: str = "part_numbers", **address: str) -> str:
    """The same with a part open that is closed at first."""
    at(app, title, **address)
    app.session_state[part] = True
    app.run()
    assert not app.exception
    return texts(app)


def test_overview(app):
    app.run()
    assert not app.exception
    said = texts(app)
    for words in (
        "synthetic demonstration data",
        "What changed",
        "What deserves a look",
        "What the data cannot say yet",
        "Follow-up at Site 09 is far below that of the others",
        "2026-Q3 is provisional",
        "1,376</b> of 1,376 first courses",
        "856 started, 457 followed up",
        "day 9 to 18",
        "at 4 weeks, 72 to 85",
        "published: 20 to 60 %",
        "∿ usual variation",
        "289 lost",
    ):
        assert words in said
    assert said.index("Depression</div>") < said.index("Anxiety</div>") < said.index("Chronic pain</div>")
    figures = re.findall(r'role="figure" aria-label="([^"]+)"', said)
    # Six places with a figure and one more landmark a row; remission of pain has none.
    assert len(figures) == 3 * 7 - 1
    assert all(len(label) > 30 for label in figures)
    assert not app.get("plotly_chart")


def test_links_of_the_overview_carry_the_filters(app):
    app.query_params.update({"site": ["Site 09"], "route": "iv"})
    app.run()
    links = [(link.proto.page, link.proto.label, link.proto.query_string) for link in app.get("page_link")]
    own = [link for link in links if ":gray[" in link[1] or link[1] == "Quarters in the process chart"]
    assert len(own) == 3 * 6 + 1
    for _, label, query in own:
        assert "site=Site+09&route=iv" in query
        assert ("condition=" in query) == (":gray[" in label)
    remission = next(query for _, label, query in own if label == "Remission :gray[(depression)]")
    assert "condition=depression" in remission
    assert "tab=remission" in remission


def test_the_overview_leads_to_the_site_that_deserves_a_look(app):
    app.run()
    queries = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert queries["Who was lost at Site 09"] == "by=site&tab=where"
    assert queries["From started to followed up"] == "tab=flow"


def test_the_overview_as_numbers(app):
    app.run()
    app.session_state["part_numbers"] = True
    app.run()
    said = texts(app)
    for words in ("Still responding</th>", "80 % (at 4 weeks, 72 to 85); 62 % (at 8 weeks, 54 to 69)", ">61 %<"):
        assert words in said


def test_without_a_condition_there_is_an_overview_all_the_same(app, monkeypatch):
    for module in ("filters", "views.overview_drawn"):
        monkeypatch.setattr(f"dashboard.{module}.shown_conditions", lambda _: [])
    app.run()
    assert not app.exception
    assert "What deserves a look" in texts(app)


def test_a_small_selection_says_why_there_are_no_numbers(app):
    app.query_params.update({"site": ["Site 09"], "from": "2026-Q2", "to": "2026-Q2"})
    app.run()
    assert not app.exception
    assert "too few to say" in texts(app)


def test_onset(app):
    said = at(app, "Onset")
    assert "Half of depression courses would first record a response between day 9 and day 18" in said
    assert len(alts(app)) == 1
    assert alts(app)[0].startswith("Half of depression courses")


def test_trend(app):
    said = at(app, "Trend")
    assert "Response varies as it always has: 2026-Q2 68 %, within the usual 27 to 76 %" in said
    assert "(23 of 34; mean 51 %; 15 mature quarters, the first 12 give the limits)" in said
    assert "2026-Q3 is provisional: 18 of 36 so far" in said
    assert plain(said).count("∿ usual variation") == 2
    assert "… too few to say" in plain(said)
    assert "Too few quarters to say whether chronic pain courses changed: 5 are mature" in said
    assert len(alts(app)) == 3
    assert alts(app)[0].startswith("Depression: Response varies as it always has")
    assert alts(app)[0].endswith("15 quarters, from 32 % to 68 %.")
    assert "Follow-up varies as it always has" in at(app, "Trend", condition="anxiety", tab="followed_up")
    assert "No chronic pain courses in this selection have a chart of remission" in at(
        app, "Trend", condition="chronic_pain", tab="remission"
    )


def test_durability(app):
    said = at(app, "Durability")
    assert said.count("that responded after induction would no longer respond") == 3
    assert "Of 100, still responding: 80 at day 28" in said
    assert len(alts(app)) == 1
    assert alts(app)[0].startswith("Half of depression courses that responded after induction")


def test_durability_by_site(app):
    said = at(app, "Durability", condition="depression", by="site")
    assert "Not drawn, fewer than 10 assessed again: " in said


def test_results_beside_published_programs(app):
    said = plain(at(app, "Data quality"))
    assert "3 of 11 results lie outside what published programs lead one to expect" in said
    assert "Depression: follow-up of those due unusual 61 % 746 70 % to 100 % 40 % to 100 %" in said


def test_what_the_first_infusion_was_like(app):
    said = at(app, "Infusions and safety", tab="experience")
    assert "Responded by dissociation score, with severity and dose held alike: 48 % of those scored 0 to 4" in said
    assert "published: −0.35 (Luckenbaugh 2014, 230 minutes)" in said
    assert said.count("This is an association.") == 3
    assert "An association: dose, the order of infusions" in said
    said = opened(app, "Infusions and safety", tab="experience", condition="depression", by="site")
    assert "Site 01" in said


def test_sites(app):
    said = at(app, "Sites")
    assert "All 12 sites with enough followed up lie within the limits of chance; that is not the same as equal" in said
    assert "Chronic pain Sites stand side by side without limits: 6 with 10 or more followed up" in plain(said)
    assert plain(said).index("No site stands apart for its rate") < plain(said).index("Depression All 12 sites")
    assert "fewer than 70 % are followed up at 10 of 12 sites" in said
    assert "At the foot of the figure, too few to say (fewer than 10 followed up): Site 12 (5)." in said
    assert len(alts(app)) == 4
    assert "Site 01: 52 % adjusted (95 % interval 41 to 63; 39 of 75 followed up)" in alts(app)[0]


def test_sites_by_name(app):
    at(app, "Sites", tab="names")
    assert len(alts(app)) == 3
    assert "Site 01 52 % (41 to 63)" in alts(app)[0]


def test_follow_up_by_site(app):
    said = plain(at(app, "Sites", tab="followed_up", condition="depression"))
    assert "Site 09: far fewer followed up than elsewhere. A call is due there first" in said
    assert "(all 61 %, 457 of 746 due; 14 to 31 days after induction)" in said
    assert len(alts(app)) == 1


def test_subgroups(app):
    said = plain(at(app, "Subgroups"))
    assert said.count("no difference between levels of age band beyond chance was found") == 3
    assert "Does response differ by age band?" in said
    assert len(alts(app)) == 3


def test_subgroups_by_what_was_chosen(app):
    said = plain(at(app, "Subgroups", by="site", tab="remission"))
    assert "Remission: levels of site are not compared (too few to compare: by chance 4.4 are expected" in said
    said = plain(at(app, "Subgroups", by="attribute", attribute="sex", tab="reliable_change"))
    assert "Reliable improvement: no difference between levels of sex beyond chance was found" in said


def test_infusions(app):
    said = opened(app, "Infusions and safety")
    assert "Of 100 infusions of depression courses, 52.8 had an adverse event recorded" in said
    assert "1,829 of 3,461 infusions with the field recorded, 395 without; 835 courses" in said
    assert "All courses" in said
    assert "+3.3 (684 infusions), +7.4 (741 infusions)" in said
    assert "8.4 (537 courses)" not in said
    assert "Any adverse event by" not in " ".join(alts(app))
    assert "8.4 (537 courses)" in opened(app, "Infusions and safety", condition="depression", scale="PHQ-9")


def test_what_is_compared_changes_the_figures_of_safety_and_not_only_the_numbers(app):
    at(app, "Infusions and safety", condition="depression", by="site")
    said = " ".join(alts(app))
    assert "Any adverse event by site, of 100 infusions, Depression: Site 01 " in said
    assert "Stopped early by site, of 100 infusions, Depression: Site 01 " in said


def test_acute_change(app):
    said = at(app, "Infusions and safety", tab="acute")
    assert "Acute change cannot be told for depression courses: PHQ-9 asks about two weeks" in said
    assert "Scores changed by −18 % on average around an infusion" in said
    said = opened(app, "Infusions and safety", tab="acute", condition="chronic_pain", by="site")
    assert "Site 01" in said


def test_the_groups_of_one_condition_are_compared(app):
    said = at(app, "Onset", condition="depression", by="site")
    assert "No difference by site beyond chance was found in how soon depression courses first responded" in said
    assert "that is not the same as equal" in said
    assert "Mean days without a recorded response" in said
    assert "corrected for 12 comparisons (Holm)" in said
    said = at(app, "Onset", condition="chronic_pain", by="site")
    assert "Not compared: Site 04 (4), Site 08 (8), Site 12 (3)." in said


def test_conditions_and_repeat_courses_are_not_compared(app):
    assert "Groups compared" not in at(app, "Onset", by="condition")
    said = at(app, "Onset", condition="depression", by="site", population="repeat_courses")
    assert "repeat courses are not tested" in said
    assert "Mean days without" not in said


def test_early_improvement(app):
    said = opened(app, "Onset", tab="early")
    assert "fallen by 20 % or more 5 to 10 days after the first infusion" in said
    assert "72 of 100 responded 14 to 31 days after induction" in said
    assert "192 of 268: 72 % (66 to 77)" in said
    assert "192 of 378: 51 % (46 to 56)" in said
    assert "neither is shown to bring the other about" in said
    assert "Site 01" in opened(app, "Onset", tab="early", condition="depression", by="site")


def test_response(app):
    at(app, "Response")
    assert texts(app).count("Response rate ") == 3
    assert "234 of 457 followed up; PHQ-9, 50 % reduction, 14 to 31 days after induction" in texts(app)
    assert alts(app)[0].startswith("Response rate: Depression 51 % (47 to 56); Anxiety 42 %")
    assert "Of 856 depression courses, 457 were followed up" in texts(app)
    assert len(alts(app)) == 4


@pytest.mark.parametrize(
    ("tab", "words", "n_charts"),
    [
        ("remission", "Remission rate 26 %", 2),
        ("rules", "headline rule is marked", 2),
        ("reliable", "Reliably improved 63 %", 2),
        ("windows", "no curve over time", 2),
        ("retention", "received 6 infusions or more", 2),
        ("maintenance", "No part is a comparison group", 2),
    ],
)
def test_tabs_of_response(app, tab: str, words: str, n_charts: int):
    at(app, "Response", tab=tab)
    assert words in texts(app)
    assert len(alts(app)) == n_charts
    assert all(alts(app))
    assert app.query_params == {"tab": tab}


def test_pain_stands_by_30_and_50_per_cent_side_by_side(app):
    at(app, "Response", condition="chronic_pain", tab="rules")
    assert "Chronic pain 30 % reduction (headline) 48 % (40 to 56); 50 % reduction 29 % (22 to 37)" in alts(app)[1]


def test_where_there_is_one_rule_the_tab_says_so(app):
    at(app, "Response", condition="anxiety", tab="rules")
    assert "Anxiety courses are judged by one rule only." in texts(app)


@pytest.mark.parametrize("by", ["condition", "quarter", "site", "route", "attribute"])
def test_response_by_groups(app, by: str):
    at(app, "Response", condition="depression", attribute="treatment_resistant", by=by)
    assert alts(app)[0].startswith("Depression: response by quarter" if by == "quarter" else "Response rate: ")
    assert {"attribute": "Treatment resistance: yes 49 %", "site": "Site 05 58 %", "route": "IV 5"}.get(by, "") in alts(
        app
    )[0]


def test_without_a_choice_one_condition_is_shown_by_quarter(app):
    at(app, "Response", condition="anxiety")
    assert alts(app)[0].startswith("Anxiety: response by quarter")


def test_an_unknown_tab_is_named_and_the_first_is_shown(app):
    at(app, "Response", tab="nowhere")
    assert "tab nowhere" in texts(app)
    assert "From started to followed up" in [tab.label for tab in app.tabs]


def test_trajectories(app):
    said = at(app, "Trajectories")
    assert "Scores changed by −46 % on average (95 % interval" in said.replace('</strong> <span class="basis">', " ")
    assert "because scales differ" in said
    assert len(alts(app)) == 4
    assert alts(app)[0].startswith("Depression: mean change −46 %")


def test_trajectories_of_one_scale_are_in_points(app):
    said = at(app, "Trajectories", condition="depression", scale="PHQ-9", tab="bands")
    assert "PHQ-9 changed by −8.4 points on average" in said
    assert "in each severity band of PHQ-9" in said
    assert [alt.split(":")[0] for alt in alts(app)] == ["Depression", "Depression"]


def test_a_condition_without_the_scale_says_so(app):
    said = at(app, "Trajectories", scale="PAIN-NRS")
    assert "None of the 856 depression courses has a baseline that counts" in said
    assert "PAIN-NRS changed by" in said


@pytest.mark.parametrize("by", ["quarter", "site", "route", "attribute"])
def test_trajectories_by_groups(app, by: str):
    at(app, "Trajectories", condition="depression", attribute="sex", by=by)
    assert alts(app)


def test_data_quality(app):
    said = at(app, "Data quality")
    for words in (
        "2 checks of the data fail",
        "This is the first snapshot",
        "Is there a score in the headline window",
        "at most 30 % allowed",
        "Site 09 (",
        "Conformance",
        "Completeness",
        "Plausibility",
        "152 are in quarantine",
        "<code>outcomes quarantine</code>",
    ):
        assert words in said
    assert len(alts(app)) == 3
    assert alts(app)[0].startswith("Depression: follow-up by site and quarter, from 38 % at Site 09")


def test_the_places_of_an_import_add_up_to_its_rows(published):
    imports = published.imports()
    assert list(imports["table_name"]) == ["courses", "infusions", "scores"]
    places = imports[["n_accepted", "n_duplicate", "n_quarantined", "n_not_tracked"]].sum(axis=1)
    assert list(places) == list(imports["n_landed"])


def test_only_sites_narrow_the_checks(app):
    whole, one = at(app, "Data quality"), at(app, "Data quality", site="Site 01")
    assert "of 1,082 infusions" in one
    assert "of 1,082 infusions" not in whole
    assert "of 1,082 infusions" in at(app, "Data quality", site="Site 01", condition="anxiety")


def test_a_reader_of_one_site_sees_no_rows_of_the_whole_program(app, monkeypatch):
    monkeypatch.setattr(
        access,
        "decide",
        lambda _: access.Decision(access.Door.OPEN, access.Reader("lead@example.org", "lead", ("Site 01",))),
    )
    said = at(app, "Data quality")
    assert "this sign-in sees single sites" in said
    assert "in quarantine (" not in said
    assert "Site 09" not in said


def test_methods(app, published):
    said = at(app, "Methods")
    for words in (published.manifest.id, published.definitions.hash, "Kroenke 2001", "Checks of the data", "Below 5"):
        assert words in said
    for section in ("snapshot", "conditions", "scales", "rules", "windows", "onset", "import_rules", "quality"):
        assert f'href="#{section}"' in said
        assert f'id="{section}"' in said


def test_filters_stay_in_the_address_of_a_page_without_them(app):
    app.query_params["condition"] = "anxiety"
    app.run()
    app.switch_page(PAGES["Methods"]).run()
    assert app.query_params == {"condition": "anxiety"}
    assert "first courses" not in texts(app)


def test_who_was_lost(app):
    said = at(app, "Who was lost")
    for words in (
        "Of depression courses that were due, 48 % responded, if those lost were like those who stayed",
        "Set beside a reference 53.6 %, the interval lies below it, whatever is subtracted.",
    ):
        assert words in said, words
    assert len(alts(app)) == 3
    assert "Lost as not responding 31 % 28 to 35; Whatever became of them 31 to 70 %" in alts(app)[0]


def test_what_each_reading_takes_for_granted(app):
    said = opened(app, "Who was lost", "part_definition")
    assert "**Lost as not responding**: nobody lost is taken as having responded" in said


def test_where_they_were_lost(app):
    said = plain(at(app, "Who was lost", tab="where"))
    assert said.count("Site 09: far fewer followed up than elsewhere") == 2
    assert len(alts(app)) == 3
    said = plain(opened(app, "Who was lost", tab="where", by="attribute", attribute="sex", condition="depression"))
    assert "No sex stands far below the others" in said
    assert "Depression Female" in said


def test_at_which_step_they_were_lost(app):
    said = plain(at(app, "Who was lost", tab="steps"))
    assert "Of 856 depression courses, 457 were followed up in the window" in said
    assert len(alts(app)) == 6


def test_recovery(app):
    said = opened(app, "Response", "part_nhs-recovery", tab="recovery")
    for words in (
        "Recovered 32 %",
        "(95 % interval 27 to 37; 100 of 316 finished depression courses at caseness at first",
        "Of 683 finished, 318 have first and last scores on both (47 %); services report 90 % or more.",
        "counted for depression and anxiety courses only",
        "Program, each course once",
        "NHS services are held to 50 % recovery",
    ):
        assert words in said, words
    said = opened(app, "Response", "part_nhs-recovery", tab="recovery", condition="depression", by="site")
    assert "Site 05" in said


def test_suicidality(app):
    said = opened(app, "Infusions and safety", tab="suicidality")
    for words in (
        "no ideation any more 43 %",
        "58 of 136 depression courses with some at baseline and the level recorded 14 to 31 days after induction",
        "Newly present in 4 of 91 without any at baseline",
        "438 have a baseline without the item, and count nowhere here.",
        "No level of ideation was recorded at baseline for chronic pain courses",
        "an answer is no assessment of a person",
    ):
        assert words in said, words
    said = opened(app, "Infusions and safety", tab="suicidality", condition="depression", by="site")
    assert "Site 06" in said


@pytest.mark.parametrize(("by", "withheld"), [("site", "Site 12 (3)"), ("quarter", ""), ("route", "")])
def test_onset_by_groups_of_one_condition(app, by: str, withheld: str):
    said = at(app, "Onset", condition="chronic_pain", by=by)
    assert ("Not drawn, fewer than 10 assessed" in said) == bool(withheld)
    assert withheld in said


def test_sustained_changes_the_sentence(app):
    assert "lasts to day 56" in at(app, "Onset", kind="sustained")


def test_onset_in_infusions(app):
    said = at(app, "Onset", clock="infusions")
    assert "Half of depression courses would first record a response with infusion 3 to 4" in said
    assert "Drawn to 8 infusions" in said
    assert app.query_params == {"clock": "infusions"}


def test_the_overview_stays_in_days(app):
    app.query_params["clock"] = "infusions"
    app.run()
    assert "day 9 to 18" in texts(app)


def test_a_choice_reaches_the_numbers_and_the_address(app):
    app.run()
    app.button_group(key="filter_condition").set_value("anxiety").run()
    assert not app.exception
    assert app.query_params == {"condition": "anxiety"}
    assert "Depression</div>" not in texts(app)
    assert "453</b> of 1,376 first courses" in texts(app)


def test_choices_stay_when_the_page_is_switched(app):
    app.query_params.update({"site": ["Site 01", "Site 02"], "from": "2025-Q1"})
    app.run()
    app.switch_page(PAGES["Onset"]).run()
    assert app.query_params == {"site": ["Site 01", "Site 02"], "from": "2025-Q1", "to": "2026-Q3"}
    assert "at Site 01 and Site 02 started in 2025-Q1 to 2026-Q3" in texts(app)


def test_quarters_from_and_to(app):
    app.run()
    app.selectbox(key="filter_from").set_value("2026-Q1").run()
    assert app.query_params == {"from": "2026-Q1", "to": "2026-Q3"}
    app.button(key="remove_quarters").click().run()
    assert app.query_params == {}


def labels(app, key: str) -> list[str]:
    return [option.content for option in app.button_group(key=key).proto.options]


def test_options_show_how_many_courses_each_has_in_the_rest_of_the_selection(app, published):
    app.query_params.update({"condition": "anxiety", "site": "Site 12"})
    app.run()
    n = published.n_started(Filters(condition=("depression",), site=("Site 12",)))
    assert f"Depression :gray[{n}]" in labels(app, "filter_condition")
    n = published.n_started(Filters(condition=("anxiety",), site=("Site 01",)))
    assert f"Site 01 :gray[{n}]" in labels(app, "filter_site")
    n = published.n_started(Filters(condition=("anxiety",), site=("Site 12",), quarter=("2026-Q3",)))
    assert f"2026-Q3 ({n})" in app.selectbox(key="filter_to").options


def test_courses_by_a_group_add_up(published):
    for filters in (
        Filters(),
        Filters(condition=("anxiety",), quarter=("2026-Q1",)),
        Filters(population="repeat_courses"),
    ):
        for group in ("quarter", "site", "route", *published.attributes):
            assert sum(published.n_started_by(filters, group).values()) == published.n_started(filters)
    assert sum(published.n_started_by(Filters(), "condition").values()) > published.n_started(Filters())


def open_more(app):
    app.session_state["more_filters"] = True
    return app.run()


def test_more_filters(app, published):
    app.query_params["condition"] = "depression"
    open_more(app)
    assert [label.split(" :")[0] for label in labels(app, "filter_scale")] == ["Preferred scale", "GAD-7", "PHQ-9"]
    n = published.baselines(Filters(condition=("depression",)))["n_with_baseline"].sum()
    assert labels(app, "filter_scale")[2] == f"PHQ-9 :gray[{n}]"
    app.button_group(key="filter_scale").set_value("GAD-7").run()
    app.button_group(key="filter_repeat").set_value("repeat").run()
    app.toggle(key="filter_any_baseline").set_value(True).run()
    app.selectbox(key="filter_attribute").set_value("sex").run()
    app.button_group(key="filter_level").set_value(["female"]).run()
    assert not app.exception
    assert app.query_params == {
        "condition": "depression",
        "scale": "GAD-7",
        "population": "repeat_courses_any_baseline",
        "attribute": "sex",
        "level": "female",
    }
    chips = [app.button(key=f"remove_{name}").label for name in ("scale", "population", "attribute")]
    assert chips == ["GAD-7", "Repeat courses, any baseline", "Sex\\: female"]
    app.button(key="remove_attribute").click().run()
    app.button(key="remove_population").click().run()
    assert app.query_params == {"condition": "depression", "scale": "GAD-7"}
    assert "856</b> of 1,376 first courses" in texts(app)


def test_another_attribute_starts_with_all_its_levels(app):
    app.query_params.update({"attribute": "sex", "level": "female"})
    open_more(app)
    app.selectbox(key="filter_attribute").set_value("setting").run()
    assert app.query_params == {"attribute": "setting"}


def test_a_further_attribute_can_be_compared(app):
    at(app, "Onset", condition="depression", attribute="setting", by="attribute")
    assert "By setting" in labels(app, "control_by")
    app.query_params.clear()
    app.query_params.update({"condition": "depression", "by": "attribute"})
    app.run()
    assert app.button_group(key="control_by").value == "condition"


def test_an_address_that_asks_in_vain_is_ignored_with_a_word(app):
    app.query_params.update({"condition": "zzz", "site": "Nowhere"})
    app.run()
    assert not app.exception
    assert "Ignored in the address" in texts(app)
    assert "condition zzz, site Nowhere" in texts(app)
    assert app.query_params == {}


def test_an_empty_selection_says_what_to_relax(app):
    app.query_params.update({"site": "Site 12", "from": "2022-Q4", "to": "2022-Q4", "route": "im"})
    app.run()
    assert not app.exception
    assert "No course matches these filters. Widen the quarters, the sites or the routes" in texts(app)
    assert not app.get("plotly_chart")


def test_a_scale_that_nobody_was_measured_on_is_named_as_what_to_change(app):
    at(app, "Response", condition="anxiety", scale="PAIN-NRS", site="Site 01")
    assert "has a baseline that counts, so there is no rate to give" in texts(app)
    assert "Choose the preferred scale, or widen the sites." in texts(app)


def test_no_snapshot_yet_is_a_calm_page_with_the_cure(app, tmp_path, monkeypatch):
    monkeypatch.setenv("OUTCOMES_STORE", str(tmp_path))
    app.run()
    assert not app.exception
    assert "has no snapshot yet" in texts(app)
    assert "outcomes build" in texts(app)


def test_a_damaged_store_is_a_calm_page_with_the_cure(app, tmp_path, monkeypatch):
    folder = tmp_path / "snapshots" / "broken"
    folder.mkdir(parents=True)
    (folder / "published.duckdb").write_text("not a database")
    (tmp_path / "CURRENT").write_text("broken\n")
    monkeypatch.setenv("OUTCOMES_STORE", str(tmp_path))
    app.run()
    assert not app.exception
    assert "cannot be read" in texts(app)


def test_parts_load_only_when_opened(app):
    app.run()
    assert "<table" not in texts(app)
    assert not app.get("download_button")


def test_the_download_is_the_result(store_folder, published):
    snapshot = Snapshot(str(store_folder), published.manifest.id)
    for made, expected in (
        (snapshot.table("onset", Filters()), onset_times(published, Filters())),
        (snapshot.table("response", Filters()), response_rates(published, Filters())),
    ):
        read = pd.read_csv(StringIO(csv_of(made, snapshot)))
        assert set(read["snapshot"]) == {snapshot.id}
        assert read["is_synthetic"].all()
        assert list(read.columns[2:]) == list(expected.columns)
        for column in ("n_started", "estimate", "lower", "upper"):
            left, right = (frame[column].astype(float).to_numpy() for frame in (read, expected))
            assert left == pytest.approx(right, nan_ok=True)


def test_a_reader_of_one_site_sees_no_other(store_folder, published):
    snapshot = Snapshot(str(store_folder), published.manifest.id, ("Site 01",))
    assert snapshot.options().site == ("Site 01",)
    assert snapshot.n_started(Filters()) == published.n_started(Filters(site=("Site 01",)))
    seen = snapshot.table("response", Filters(), ("site",))
    assert set(seen["site"]) == {"Site 01"}
    with pytest.raises(UnknownName, match="Known: Site 01"):
        snapshot.table("response", Filters(site=("Site 02",)))


def test_what_comes_from_data_is_escaped():
    table = pd.DataFrame({"Site": ["<b>North</b>"], "n": ["<script>"]})
    assert "<script>" not in table_html(table)
    assert "<b>" not in table_html(table)
    assert "<img" not in statement_html(Statement("<img src=x>"))


def test_text_stands_left_numbers_right_and_single_words_are_not_broken():
    table = pd.DataFrame({"Condition": ["Anxiety", "OCD"], "Stage": ["Started", "Lost"], "Rate": ["41 %", "too few"]})
    html = table_html(table)
    assert html.count('class="number"') == 3
    assert '<th scope="col" class="number">Rate</th>' in html
    assert '<td class="word">Started</td>' in html
    assert "<caption>Condition: Stage, Rate</caption>" in html


def test_numbers_keep_their_unit_on_the_line():
    assert "41\u00a0%" in statement_html(Statement("Response rate 41 %", "(n = 4)"))


def test_a_snapshot_in_force_that_is_gone_is_said_and_a_page_that_shows_another_goes_on(
    app, store_folder, tmp_path, monkeypatch, published
):
    (tmp_path / "snapshots").symlink_to(store_folder / "snapshots")
    (tmp_path / "CURRENT").write_text("0000\n")
    monkeypatch.setenv("OUTCOMES_STORE", str(tmp_path))
    app.run()
    assert "The store lacks snapshots/0000/published.duckdb" in texts(app)
    (tmp_path / "CURRENT").write_text(f"{published.manifest.id}\n")
    app.run()
    assert app.title[0].value == "Overview"
    assert "no longer kept" not in texts(app)
    (tmp_path / "CURRENT").write_text("0000\n")
    assert "The store lacks" not in texts(app.run())


def test_a_hidden_number_stands_where_numbers_stand():
    table = pd.DataFrame({"what": ["started", "met"], "day 1": ["hidden", "hidden"], "why": ["hiddenness", "a word"]})
    assert table_html(table).count('<td class="number">hidden</td>') == 2
    assert '<td class="number">hiddenness' not in table_html(table)
