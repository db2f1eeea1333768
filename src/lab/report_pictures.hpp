// SPDX-License-Identifier: Apache-2.0
//
// The pictures of the HTML report as gnuplot scripts, and the legends that go with them.
#pragma once

#include <string>
#include <vector>

#include "lab/compare.hpp"
#include "lab/gnuplot.hpp"
#include "lab/language.hpp"

namespace samebits::lab {

struct LegendEntry {
  Ink ink;
  std::string text;
};

struct Picture {
  std::string script;  ///< empty: nothing to draw, and `caption` says why
  std::string title;
  std::string caption;
  std::vector<LegendEntry> legend;
};

/// Time of each method, from p10 to p90, beside the copy.
Picture time_picture(const CompareReport& report, const InputResult& input, Language language);
/// How far runs of one method lie apart.
Picture runs_picture(const CompareReport& report, const InputResult& input, Language language);
/// How far each method lies from the contract.
Picture error_picture(const CompareReport& report, const InputResult& input, Language language);

}  // namespace samebits::lab
