// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace samebits::lab::audit {

/// What the audit's page adds to lab/html_style.hpp.
inline constexpr const char* kAuditStyle = R"css(
main { max-width: 1280px; }
.answer ul { margin: 0; padding-left: 1.2rem; }
.answer li + li { margin-top: 0.35rem; }
.matrix { font-size: 0.84rem; }
.matrix th, .matrix td { padding: 0.45rem 0.5rem; }
.matrix tbody th { white-space: nowrap; position: sticky; left: 0; background: var(--card); }
.matrix small { font-size: 0.7rem; color: inherit; opacity: 0.85; }
.matrix .muted small { white-space: normal; min-width: 6.5em; }
.matrix a { color: inherit; text-underline-offset: 2px; }
.cell.good { background: var(--good-soft); }
.cell.middling { background: var(--mid-soft); }
.cell.bad { background: var(--bad-soft); }
.matrix td.cell { border-left: 2px solid var(--card); }
.key { font-size: 0.88rem; margin: 0 0 1rem; }
.key div { display: flex; gap: 0.8rem; }
.key dt { font-weight: 650; min-width: 4.5em; }
.key dd { margin: 0; color: var(--muted); }
.finding { margin: 1rem 0; }
.finding h4 { font-size: 0.85rem; font-weight: 600; margin: 0 0 0.4rem; }
.bars th, .bars td { padding: 0.15rem 0.5rem 0.15rem 0; border: 0 !important; }
.bars th:first-child { padding-left: 0; font-weight: 400; width: 5em; white-space: nowrap; }
.bars td:nth-child(2) { width: 60%; vertical-align: middle; }
.bars i { display: block; height: 0.8rem; min-width: 2px; border-radius: 2px;
  background: var(--none); }
)css";

}  // namespace samebits::lab::audit
