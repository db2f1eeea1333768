// SPDX-License-Identifier: Apache-2.0
//
// The pictures of report.html.
#pragma once

#include <string>

#include "lab/compare.hpp"
#include "lab/language.hpp"
#include "lab/report/document.hpp"

namespace samebits::lab {

/// Time of each method, from p10 to p90, beside the copy; each device on a scale of its own.
doc::Picture time_picture(const InputResult& input, Language language);
/// How far runs of one method lie apart.
doc::Picture runs_picture(const CompareReport& report, const InputResult& input, Language language);
/// How far each method lies from the contract.
doc::Picture error_picture(const CompareReport& report, const InputResult& input,
                           Language language);

}  // namespace samebits::lab
