// SPDX-License-Identifier: Apache-2.0
//
// A CompareReport as a person or a program reads it: see the templates of document.hpp. Nothing
// here measures or prints.
#pragma once

#include <string>

#include "lab/compare.hpp"
#include "lab/report/document.hpp"

namespace samebits::lab {

doc::Document document_of(const CompareReport& report, Language language);

/// {"schema": "samebits-compare/1", ...}
std::string render_json(const CompareReport& report);

}  // namespace samebits::lab
