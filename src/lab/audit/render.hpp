// SPDX-License-Identifier: Apache-2.0
//
// The audit as a person reads it, and as a program does. Nothing here measures or prints.
#pragma once

#include <string>

#include "lab/audit/audit.hpp"
#include "lab/language.hpp"

namespace samebits::lab::audit {

/// For a terminal of `width` columns: the matrix, then a paragraph for each refuted cell.
std::string render_terminal(const AuditReport& report, Language language, int width, bool colour);

std::string render_markdown(const AuditReport& report, Language language);

/// One file that needs no other: no script, no network.
std::string render_html(const AuditReport& report, Language language);

/// {"schema": "samebits-audit/1", ...}: the same in every language.
std::string render_json(const AuditReport& report);

/// Writes audit.html, audit.md and audit.json into `directory`, making it if need be. Throws Error
/// that names the folder if that cannot be done.
void write_report(const AuditReport& report, const std::string& directory, Language language);

}  // namespace samebits::lab::audit
