// SPDX-License-Identifier: Apache-2.0
//
// The audit as a person reads it, and as a program does: see the templates of document.hpp.
#pragma once

#include <string>

#include "lab/audit/audit.hpp"
#include "lab/report/document.hpp"

namespace samebits::lab::audit {

doc::Document document_of(const AuditReport& report, Language language);

/// {"schema": "samebits-audit/1", ...}
std::string render_json(const AuditReport& report);

using lab::render_html;
using lab::render_markdown;
using lab::render_terminal;
using lab::write_report;

}  // namespace samebits::lab::audit
