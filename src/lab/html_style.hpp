// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace samebits::lab {

/// The look of the HTML report: light and dark, wide and narrow, screen and paper. The colours of
/// pictures are those of gnuplot.hpp's Ink.
inline constexpr const char* kStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #f7f6f3; --card: #ffffff; --line: #e4e2dc; --text: #1e2226; --muted: #676d73;
  --good: #0b7a6b; --good-soft: #e0f2ee; --mid: #9a5b00; --mid-soft: #fbeed6;
  --bad: #b3261e; --bad-soft: #fbe4e1; --track: #ebe9e4;
  --grid: #eceae5; --copy: #5a6b8c; --same: #2a9d8f; --runs: #e0a43a; --none: #d1584b;
  --ulp0: #2a9d8f; --ulp1: #b7cfa8; --ulp2: #eccf7f; --ulp3: #e5a85c; --ulp4: #d77a50;
  --ulp5: #b8433f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --card: #1c2024; --line: #31363b; --text: #e7e6e2; --muted: #9aa1a8;
    --good: #5fd0bf; --good-soft: #16352f; --mid: #eebb63; --mid-soft: #3a2d14;
    --bad: #f28b82; --bad-soft: #40211e; --track: #2c3136;
    --grid: #2b3035; --copy: #9fb2d8; --same: #2fa595; --runs: #d59a33; --none: #d3604f;
    --ulp0: #2fa595; --ulp1: #8fae83; --ulp2: #cdb163; --ulp3: #cf9149; --ulp4: #c56a43;
    --ulp5: #a93f3c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text); line-height: 1.6; font-size: 16px;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif;
  -webkit-text-size-adjust: 100%;
}
main { max-width: 1180px; margin: 0 auto; padding: 3rem 1.5rem 4rem; }
h1 { font-size: 1.05rem; font-weight: 600; margin: 0; }
h2 { font-size: 1.35rem; font-weight: 650; letter-spacing: -0.01em; margin: 3rem 0 0.4rem; }
h3 { font-size: 1rem; font-weight: 650; margin: 0 0 0.35rem; }
p { margin: 0 0 0.75rem; }
small, .muted { color: var(--muted); }
small { font-size: 0.78rem; line-height: 1.35; display: block; font-weight: 400; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.88rem; }
pre {
  background: var(--track); border-radius: 8px; padding: 0.8rem 1rem; margin: 0 0 0.75rem;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
header .muted { font-size: 0.9rem; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.4rem;
}
.answer { margin-top: 1.5rem; padding: 2rem 2.2rem 1.8rem; }
.answer .question { color: var(--muted); margin: 0; }
.answer .verdict {
  font-size: 2.3rem; line-height: 1.2; font-weight: 700; letter-spacing: -0.02em;
  margin: 0.1rem 0 0.9rem;
}
.answer .text { max-width: 58em; margin-bottom: 0.6rem; }
.answer .text.muted { font-size: 0.95rem; max-width: 61em; }
.tiles {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 1.2rem 2rem;
  margin: 1.6rem 0 0; padding-top: 1.4rem; border-top: 1px solid var(--line);
}
.tiles dt { font-size: 1.45rem; font-weight: 650; font-variant-numeric: tabular-nums;
  letter-spacing: -0.01em; }
.tiles dd { margin: 0; color: var(--muted); font-size: 0.88rem; line-height: 1.4; }
.scroll { overflow-x: auto; padding: 0.4rem 0; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; }
th, td { text-align: left; vertical-align: top; padding: 0.65rem 0.9rem; }
thead th {
  font-size: 0.78rem; font-weight: 600; color: var(--muted); vertical-align: bottom;
  line-height: 1.3; border-bottom: 1px solid var(--line);
}
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody th { font-weight: 600; }
th:first-child, td:first-child { padding-left: 1.4rem; }
th:last-child, td:last-child { padding-right: 1.4rem; }
.results { min-width: 980px; font-size: 0.9rem; }
.results th, .results td { padding-left: 0.55rem; padding-right: 0.55rem; }
.results tbody th { min-width: 12em; }
.results th:first-child, .results td:first-child { padding-left: 1.4rem; }
.results td:last-child, .results th:last-child { padding-right: 1.2rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.results td small, .pill { white-space: nowrap; }
.results td:last-child .pill { white-space: normal; text-align: center; line-height: 1.3; }
.baseline td, .baseline th { color: var(--muted); font-weight: 400; }
.bar { display: block; height: 4px; width: 84px; border-radius: 2px; background: var(--track);
  margin: 0.35rem 0 0 auto; overflow: hidden; }
.bar > i { display: block; height: 100%; background: var(--copy); }
.good { color: var(--good); }
.middling { color: var(--mid); }
.bad { color: var(--bad); }
.mark { font-weight: 600; white-space: nowrap; }
.pill { display: inline-block; padding: 0.08rem 0.6rem; border-radius: 999px; font-size: 0.82rem;
  font-weight: 600; background: var(--track); color: var(--muted); }
.pill.good { background: var(--good-soft); color: var(--good); }
.pill.middling { background: var(--mid-soft); color: var(--mid); }
.pill.bad { background: var(--bad-soft); color: var(--bad); }
.pictures { display: grid; gap: 1rem; grid-template-columns: repeat(2, minmax(0, 1fr)); }
figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; font-family: inherit; }
figure .empty { color: var(--muted); margin: 1rem 0; }
figcaption p { color: var(--muted); font-size: 0.82rem; line-height: 1.5; margin: 0 0 0.6rem; }
.wide { grid-column: 1 / -1; display: grid; gap: 0 2rem; align-items: center;
  grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); }
.wide .plot { max-width: 560px; width: 100%; justify-self: end; }
.noise { color: var(--mid); font-size: 0.92rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; margin: 0 0 0.5rem;
  padding: 0; font-size: 0.82rem; color: var(--muted); }
.legend i { display: inline-block; width: 0.75em; height: 0.75em; border-radius: 3px;
  margin-right: 0.45em; vertical-align: -0.05em; }
.columns { display: grid; gap: 1rem; grid-template-columns: repeat(2, minmax(0, 1fr));
  align-items: start; }
.columns .card, .facts { margin: 0; }
.terms dt { font-weight: 600; }
.terms dd { margin: 0; color: var(--muted); font-size: 0.92rem; }
.terms { columns: 2; column-gap: 2.4rem; }
.terms div { break-inside: avoid; padding-bottom: 0.9rem; }
.rules { padding: 0.4rem 0; }
.after { margin: 1rem 0 0; font-size: 0.92rem; }
.rules thead th { white-space: nowrap; }
.timing { margin: 0; padding-left: 1.1rem; font-size: 0.92rem; color: var(--muted); }
.timing li + li { margin-top: 0.5rem; }
.facts th { font-weight: 400; color: var(--muted); width: 14em; }
.facts td, .facts th { padding-top: 0.4rem; padding-bottom: 0.4rem; overflow-wrap: anywhere; }
@media (max-width: 860px) {
  main { padding: 1.5rem 1rem 3rem; }
  .pictures, .columns, .wide { grid-template-columns: minmax(0, 1fr); }
  .terms { columns: 1; }
  .answer { padding: 1.4rem; }
  .answer .verdict { font-size: 1.8rem; }
  .facts th { width: 9em; }
  .plot { overflow-x: auto; }
  .plot svg { min-width: 440px; }
}
@media print {
  :root { --page: #ffffff; --line: #d5d3cd; }
  main { max-width: none; padding: 0; }
  .card { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .answer .verdict { font-size: 1.6rem; }
  .scroll { overflow: visible; }
  .results { min-width: 0; font-size: 0.68rem; }
  .results th, .results td { padding: 0.35rem 0.3rem; }
  .results tbody th { min-width: 0; }
}
)css";

}  // namespace samebits::lab
