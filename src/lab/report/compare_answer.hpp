// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lab/compare.hpp"
#include "lab/language.hpp"
#include "lab/report/document.hpp"

namespace samebits::lab {

/// What a report begins with, computed from its figures: "Yes."; what the best method did and what
/// it costs; what the others did.
doc::Answer answer_of(const CompareReport& report, Language language);

}  // namespace samebits::lab
