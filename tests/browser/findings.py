"""What a page is asked in every state that it can be in: what axe finds, and whether figures keep to the style."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

MOST_POINTS = 5_000
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = """([tags, part]) => axe.run(part ? document.querySelector(part) : document,
    {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]}).then(found => found.violations
        .filter(rule => ["serious", "critical"].includes(rule.impact)).flatMap(rule =>
            rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`)))"""
_FIGURES = """() => [...document.querySelectorAll(".js-plotly-plot")].map(plot => {
    const length = values => !values ? 0 : Array.isArray(values[0]) ? values.length * values[0].length : values.length;
    const count = trace => Math.max(length(trace.x), length(trace.y), length(trace.z));
    const {layout, data, _context: behaviour} = plot;
    const drawn = [...plot.querySelectorAll("[style]")].map(node => node.getAttribute("style")).join();
    return {
        key: plot.closest("[class*=st-key-]").className.match(/st-key-(\\S+)/)[1],
        points: data.reduce((sum, trace) => sum + count(trace), 0),
        title: layout.title?.text ?? "",
        kept: layout.uirevision,
        hover: layout.hoverlabel?.bgcolor,
        height: layout.height,
        modebar: behaviour.displayModeBar,
        zooms: behaviour.scrollZoom || layout.dragmode !== false || behaviour.doubleClick !== false,
        responsive: behaviour.responsive,
        alt: plot.closest("[role=figure]")?.getAttribute("aria-label") ?? "",
        plotlys: /rgb\\((31, 119, 180|99, 110, 250|239, 85, 59|42, 63, 95|68, 68, 68)\\)/.test(drawn),
    }})"""


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def axe_findings(page, part: str = "") -> list[str]:
    """What axe calls serious or critical; nothing is left out.

    What fades while a page is drawn anew is looked at again when it stands.

    Args:
        part: the selector of the only part to ask; none for the whole page.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found = page.evaluate(_AXE, [_TAGS, part])
    if found:
        page.wait_for_timeout(2_000)
        page.wait_for_function("() => !document.querySelector('[data-stale=true]')", timeout=30_000)
        found = page.evaluate(_AXE, [_TAGS, part])
    return found


def figures_out_of_style(page) -> list[str]:
    """Figures with too many points, a look or a behaviour that nobody chose, or no finding in words."""
    found = []
    for figure in page.evaluate(_FIGURES):
        faults = {
            f"{figure['points']} points": figure["points"] > MOST_POINTS,
            "a title of Plotly's": figure["title"],
            "nothing kept on a rerun": not figure["kept"],
            "Plotly's hover": not figure["hover"],
            "no height, so that the page jumps": not figure["height"],
            "a modebar": figure["modebar"] is not False,
            "zooms": figure["zooms"],
            "does not fit its place": not figure["responsive"],
            "no finding in words": len(figure["alt"]) < 30,
            "Plotly's colours": figure["plotlys"],
        }
        found += [f"{figure['key']}: {fault}" for fault, holds in faults.items() if holds]
    return found
