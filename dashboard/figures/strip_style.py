"""The style sheet of figures made of plain markup; its colours are those that the page's own sheet names."""

STRIP_STYLE = """
<style>
.strip { position: relative; margin: 0.15rem 0.5rem 0.1rem; forced-color-adjust: none; }
.strip, .strip * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.strip .marks { position: relative; height: 1.5rem; }
.strip.chart .marks { height: 4.4rem; border-bottom: 1px solid var(--rule); border-top: 1px solid var(--rule); }
.strip .axis { position: relative; height: 1rem; font-size: 0.75rem; line-height: 1rem; color: var(--muted); }
.strip .axis span { position: absolute; white-space: nowrap; transform: translateX(-50%); }
.strip .axis .first { transform: translateX(-0.4rem); }
.strip .axis .last { transform: translateX(calc(-100% + 0.5rem)); }
.strip .tick { position: absolute; top: 0; bottom: 0; border-left: 1px solid var(--rule); }
.strip.chart .tick { display: none; }
.strip.chart .marks::before, .strip.chart .marks::after {
  position: absolute; left: -0.4rem; font-size: 0.7rem; line-height: 1; color: var(--muted);
}
.strip.chart .marks::before { content: "100 %"; top: 2px; }
.strip.chart .marks::after { content: "0"; bottom: 2px; }
.strip .mark { position: absolute; top: 0; height: 100%; }
.strip .mark::before { content: ""; position: absolute; background: var(--colour); }
.strip .interval::before { left: 0; right: 0; top: calc(50% - 2px); height: 4px; }
.strip .could_be::before { left: 0; right: 0; top: calc(50% - 0.5px); height: 1px; }
.strip .span::before, .strip .open::before { left: 0; right: 0; top: calc(50% - 4px); height: 8px; border-radius: 1px; }
.strip .open::before { right: 9px; }
.strip .open::after {
  content: ""; position: absolute; right: -1px; top: calc(50% - 8px); height: 16px; width: 11px;
  background: var(--colour); clip-path: polygon(0 0, 100% 50%, 0 100%);
}
.strip .band::before { inset: 1px 0; min-width: 2px; background: var(--ink); opacity: 0.1; }
.strip .bar::before { left: 0; right: 0; top: calc(50% - 4px); height: 8px; background: var(--muted); opacity: 0.75; }
.strip .usual { position: absolute; left: -0.4rem; right: -0.4rem; background: var(--ink); opacity: 0.09; }
.strip .mean { position: absolute; left: -0.4rem; right: -0.4rem; border-bottom: 1px dotted var(--muted); }
.strip .path { position: absolute; inset: 0; width: 100%; height: 100%; }
.strip .point { width: 0; }
.strip .point::before { display: none; }
.strip .dot { position: absolute; width: 11px; height: 11px; left: -5.5px; top: calc(50% - 5.5px);
  background: var(--colour); }
.strip .circle, .strip .circle::after { border-radius: 50%; }
.strip .square { width: 10px; height: 10px; left: -5px; top: calc(50% - 5px); }
.strip .diamond { width: 9px; height: 9px; left: -4.5px; top: calc(50% - 4.5px); transform: rotate(45deg); }
.strip .triangle-up, .strip .triangle-up::after { clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.strip .triangle-down, .strip .triangle-down::after { clip-path: polygon(0 0, 100% 0, 50% 100%); }
.strip .hexagon, .strip .hexagon::after { clip-path: polygon(25% 0, 75% 0, 100% 50%, 75% 100%, 25% 100%, 0 50%); }
.strip .hollow::after { content: ""; position: absolute; inset: 2px; background: var(--page); }
.strip.chart .point { top: auto; height: 0; }
.strip.chart .dot { transform: scale(0.64); }
.strip.chart .diamond { transform: rotate(45deg) scale(0.68); }
.strip .ring { position: absolute; width: 15px; height: 15px; left: -7.5px; top: -7.5px; border: 1.5px solid;
  border-radius: 50%; box-sizing: border-box; }
.strip .says {
  display: none; position: absolute; bottom: calc(100% - 2px); z-index: 60; width: max-content; max-width: 16rem;
  padding: 0.4rem 0.6rem; background: var(--page); color: var(--ink); border: 1px solid var(--rule);
  border-radius: 4px; box-shadow: 0 2px 8px rgb(0 0 0 / 12%); font-size: 0.8rem; line-height: 1.35; text-align: left;
}
.strip .to_right { left: -0.6rem; }
.strip .to_left { right: -0.6rem; }
.strip .mark:hover { z-index: 50; }
.strip .mark:hover > .says { display: block; }
/* A row of small figures: its links are heads, which name the condition for those who only hear them. */
[class*="st-key-row_"] .stPageLink a { min-height: 0; padding: 0; }
[class*="st-key-row_"] .stPageLink p { font-size: 0.87rem; color: var(--muted); }
[class*="st-key-row_"] .stPageLink a:hover p { color: var(--ink); text-decoration: underline; }
[class*="st-key-row_"] .stMarkdownColoredText {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
[class*="st-key-row_"] .number { line-height: 1.5; white-space: nowrap; }
[class*="st-key-row_"] .below { font-size: 0.8rem; line-height: 1.4; padding-top: 0.2rem; }
.st-key-brief { padding-bottom: 0.75rem; }
.st-key-brief .stVerticalBlock { gap: 0.25rem; }
.st-key-brief .stHorizontalBlock { row-gap: 1rem; }
[class*="st-key-row_"] .number .quiet { font-size: 0.8rem; }
@media (max-width: 1100px) {
  [class*="st-key-row_"] .stHorizontalBlock { flex-wrap: wrap; }
  [class*="st-key-row_"] .stColumn { flex: 1 1 30% !important; min-width: 30% !important; }
  [class*="st-key-row_"] .stColumn:first-child { flex-basis: 100% !important; }
}
@media (max-width: 640px) {
  [class*="st-key-row_"] .stColumn { flex-basis: 45% !important; min-width: 45% !important; }
}
@media print {
  .strip .says { display: none !important; }
  /* Here links are the heads of the places, so that they are printed, unlike other links. */
  [class*="st-key-row_"] .stPageLink { display: block !important; }
  [class*="st-key-row_"] { break-inside: avoid; }
}
</style>
"""
