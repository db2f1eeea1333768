// SPDX-License-Identifier: Apache-2.0
//
// What the comparison report is made of: figures and findings in words, the answer, the table, the
// pictures.
#pragma once

#include <string>
#include <vector>

#include "lab/compare.hpp"
#include "lab/language.hpp"
#include "lab/report/document.hpp"

namespace samebits::lab {

// ---- numbers ------------------------------------------------------------------------------------

/// "62.5 %". Says 100 % or 0 % only of exactly that: otherwise it adds digits until it need not.
std::string percent(double share);
/// Three significant digits or so, never in powers of ten: "0.0173", "3.34", "145".
std::string plain_number(double value);
/// "4.77e-07"; "0.00e+00" as reports of this kind have always had it.
std::string power_number(double value);
std::string max_difference_text(double value, Language language);
std::string ulp_text(std::uint64_t distance);
/// A class of UlpHistogram: "1", "3–4", "> 1024", "NaN".
std::string ulp_class_text(std::size_t i);
/// "48 %": for what is not known better.
std::string whole_percent(double share);

/// Writes the times of one table with as many decimals as the shortest needs.
class TimeFormat {
 public:
  explicit TimeFormat(const InputResult& input);
  std::string text(double ms) const;
  std::string spread(const TimeSummary& time) const;  ///< "3.12–4.40"

 private:
  int decimals_;
};

/// What stands between sentences.
inline const char* space(Language language) {
  return language == Language::zh ? "" : " ";
}

// ---- names --------------------------------------------------------------------------------------

/// "chunked-parallel (4 threads)"; with the device where the report has more than one.
std::string method_name(const CompareReport& report, Method method, const std::string& device,
                        Language language);
/// "chunked-parallel": where there is little room; bare: the device stands elsewhere.
std::string bare_method_name(Method method, Language language);
std::string short_method_name(const CompareReport& report, Method method, const std::string& device,
                              Language language);
std::string copy_name(const CopyResult& copy, Language language);
std::string method_gloss(Method method, Language language);
std::string tier_word(Tier tier, Language language);
std::string recommendation_word(Recommendation recommendation, Language language);

// ---- findings -----------------------------------------------------------------------------------

/// How a method keeps its bits; what colours stand for.
enum class Sameness { always, every_run, none };
Sameness sameness_of(const MethodResult& result);

/// Why there are no figures: "vulkan:0 does not take float16".
std::string missing_text(const MethodResult& result, DType dtype, Language language);
/// Where the batch size showed: "12 batch sizes", "differs at 256".
std::string batches_text(const MethodResult& result, Language language);
/// "2048 rows x 4096 columns, float32, weight (scale). Each method ran 145 times: ..."
std::string input_text(const CompareReport& report, const InputResult& input, Language language);
/// That times are rough, if they are; else empty.
std::string noise_text(const InputResult& input, Language language);
/// What the GPUs are, which of them are played by the processor, what is absent and why; a line
/// each.
doc::List device_notes(const CompareReport& report, Language language);

/// "at least 80 % of the copy speed, or ..."
std::string condition_text(const TierRule& rule, Language language);
std::string condition_text(const RecommendationRule& rule, Language language);

std::string verdict_rule_text(Language language);

doc::List machine_facts(const CompareReport& report, Language language);

// ---- the answer
// ----------------------------------------------------------------------------------

/// What a report begins with, computed from its figures.
struct Answer {
  std::string verdict;                  ///< "Yes."
  std::vector<std::string> paragraphs;  ///< what the best method did and costs; what the others did
  std::vector<doc::Entry> tiles;
};
Answer answer_of(const CompareReport& report, Language language);

// ---- tables
// --------------------------------------------------------------------------------------

/// The table of one input; copies are the last rows, methods without figures are remarks.
doc::Table table_of(const CompareReport& report, const InputResult& input, Language language);

/// The times of everything that ran on a GPU, by its clock, by ours, and with transfers; no columns
/// where nothing did.
doc::Table gpu_table_of(const CompareReport& report, const InputResult& input, Language language);

doc::Cell tier_cell(Tier tier, Language language);
doc::Cell recommendation_cell(Recommendation recommendation, Language language);

// ---- pictures of report.html
// ---------------------------------------------------------------------

/// Time of each method, from p10 to p90, beside the copy; each device on a scale of its own.
doc::Picture time_picture(const InputResult& input, Language language);
/// How far runs of one method lie apart.
doc::Picture runs_picture(const CompareReport& report, const InputResult& input, Language language);
/// How far each method lies from the contract.
doc::Picture error_picture(const CompareReport& report, const InputResult& input,
                           Language language);

}  // namespace samebits::lab
