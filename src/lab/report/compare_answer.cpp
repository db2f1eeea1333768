// SPDX-License-Identifier: Apache-2.0
#include "lab/report/compare_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lab/report/compare_parts.hpp"

namespace samebits::lab {
namespace {

/// One method on one device, over all inputs.
struct Candidate {
  std::string name;
  Method method;
  bool deterministic = true;
  bool batch_invariant = true;
  bool everywhere = true;  ///< measured on every input
  double least_right = 1.0;
  double log_ratio = 0.0;  ///< of the times to the copy's, summed: what "fastest" goes by
  int runs = 0;
  std::size_t batches = 0;
  std::vector<double> ratios;  ///< to `standard`; empty if it was not measured
  std::vector<double> copy_fractions;
  const MethodResult* raced = nullptr;  ///< the result with the most distinct outputs

  bool same_bits() const { return everywhere && deterministic && batch_invariant; }
  bool right() const { return least_right == 1.0; }
};

void take(Candidate& candidate, const MethodResult& result) {
  if (!result.measured()) {
    candidate.everywhere = false;
    return;
  }
  candidate.deterministic &= result.deterministic();
  candidate.batch_invariant &= result.batch_invariant();
  candidate.least_right =
      std::min(candidate.least_right, result.correctness.correctly_rounded_share);
  candidate.log_ratio -= std::log(result.gb_per_s);
  candidate.runs += result.repeatability.runs;
  candidate.batches = std::max(candidate.batches, result.batches.sizes.size());
  if (result.standard_ratio > 0) candidate.ratios.push_back(result.standard_ratio);
  candidate.copy_fractions.push_back(result.copy_fraction);
  const auto distinct = [](const MethodResult* r) { return r->repeatability.distinct_outputs; };
  if (candidate.raced == nullptr || distinct(&result) > distinct(candidate.raced)) {
    candidate.raced = &result;
  }
}

std::vector<Candidate> candidates_of(const CompareReport& report, Language language) {
  std::vector<Candidate> candidates;
  if (report.inputs.empty()) return candidates;
  // Every input has the same results in the same order.
  for (std::size_t i = 0; i < report.inputs.front().results.size(); ++i) {
    const MethodResult& first = report.inputs.front().results[i];
    Candidate candidate{.name = method_name(report, first.method, first.device, language),
                        .method = first.method,
                        .ratios = {},
                        .copy_fractions = {}};
    for (const InputResult& input : report.inputs) take(candidate, input.results[i]);
    if (candidate.raced != nullptr) candidates.push_back(std::move(candidate));
  }
  return candidates;
}

/// The fastest of those that keep their bits; one whose bits are the contract's comes first.
const Candidate* winner_of(const std::vector<Candidate>& candidates) {
  const Candidate* best = nullptr;
  for (const Candidate& candidate : candidates) {
    if (!candidate.same_bits()) continue;
    if (best == nullptr || candidate.right() > best->right() ||
        (candidate.right() == best->right() && candidate.log_ratio < best->log_ratio)) {
      best = &candidate;
    }
  }
  return best;
}

/// "1.02" or "1.02–1.31".
template <class Write>
std::string range_text(const std::vector<double>& values, const Write& write) {
  const auto [least, most] = std::ranges::minmax(values);
  const std::string low = write(least);
  const std::string high = write(most);
  return low == high ? low : fmt::format("{}–{}", low, high);
}

std::string ratio_text(const std::vector<double>& values) {
  return range_text(values, [](double v) { return fmt::format("{:.2f}", v); });
}

std::string share_text(const std::vector<double>& values) {
  return fmt::format("{} %",
                     range_text(values, [](double v) { return fmt::format("{:.0f}", 100 * v); }));
}

std::string cost_text(const Candidate& winner, Language language) {
  const std::string of_copy = share_text(winner.copy_fractions);
  if (winner.ratios.empty()) return say(language, Word::cost_copy_only, of_copy);
  if (winner.method == Method::standard && std::ranges::max(winner.ratios) == 1.0) {
    return say(language, Word::cost_is_baseline, of_copy);
  }
  return say(language, Word::cost, ratio_text(winner.ratios), of_copy);
}

std::string joined(const std::vector<std::string>& names, Language language) {
  return fmt::format("{}", fmt::join(names, say(language, Word::list_comma)));
}

/// Names of the candidates that `which` picks.
template <class Which>
std::vector<std::string> names_of(const std::vector<Candidate>& candidates, const Which& which) {
  std::vector<std::string> names;
  for (const Candidate& candidate : candidates) {
    if (which(candidate)) names.push_back(candidate.name);
  }
  return names;
}

/// What the others did that the winner did not.
std::vector<std::string> others_text(const std::vector<Candidate>& candidates,
                                     const Candidate* winner, Language language) {
  std::vector<std::string> sentences;
  const auto say_of = [&](Word phrase, const std::vector<std::string>& names) {
    if (!names.empty()) sentences.push_back(say(language, phrase, joined(names, language)));
  };
  if (winner != nullptr && winner->right()) {
    say_of(Word::others_same,
           names_of(candidates, [](const Candidate& c) { return c.same_bits() && !c.right(); }));
  }
  say_of(Word::batch_moved, names_of(candidates, [](const Candidate& c) {
           return c.deterministic && !c.batch_invariant && c.method != Method::chunked_parallel;
         }));
  for (const Candidate& c : candidates) {
    if (c.deterministic) continue;
    const Repeatability& seen = c.raced->repeatability;
    sentences.push_back(say(language, Word::raced, c.name, seen.distinct_outputs, seen.runs,
                            max_difference_text(seen.max_abs_diff, language)));
  }
  say_of(Word::did_not_race, names_of(candidates, [](const Candidate& c) {
           return c.method == Method::chunked_parallel && c.deterministic;
         }));
  return sentences;
}

Word verdict_of(const Candidate* winner) {
  if (winner == nullptr) return Word::no;
  if (winner->ratios.empty()) return Word::yes;
  return std::ranges::max(winner->ratios) <= kNoPrice ? Word::yes : Word::yes_at_a_cost;
}

std::vector<doc::Entry> tiles_of(const Candidate& winner, Language language) {
  std::vector<doc::Entry> tiles;
  const auto add = [&](std::string value, Word label) {
    tiles.push_back({say(language, label), std::move(value)});
  };
  add(say(language, Word::tile_of, winner.runs, winner.runs), Word::tile_runs);
  add(say(language, Word::tile_of, winner.batches, winner.batches), Word::tile_batches);
  add(percent(winner.least_right), Word::tile_bits);
  if (!winner.ratios.empty()) {
    add(say(language, Word::times, ratio_text(winner.ratios)), Word::tile_time);
  }
  return tiles;
}

}  // namespace

Answer answer_of(const CompareReport& report, Language language) {
  const std::vector<Candidate> candidates = candidates_of(report, language);
  const Candidate* winner = winner_of(candidates);
  Answer answer{.verdict = say(language, verdict_of(winner)), .paragraphs = {}, .tiles = {}};
  std::vector<std::string> sentences;
  if (winner == nullptr) {
    sentences.push_back(say(language, Word::no_winner));
  } else {
    sentences.push_back(winner->right()
                            ? say(language, Word::winner_exact, winner->name, winner->runs)
                            : say(language, Word::winner_same, winner->name, winner->runs,
                                  percent(winner->least_right)));
    sentences.push_back(cost_text(*winner, language));
    answer.tiles = tiles_of(*winner, language);
  }
  answer.paragraphs = {fmt::format("{}", fmt::join(sentences, space(language)))};
  const std::vector<std::string> others = others_text(candidates, winner, language);
  if (!others.empty()) {
    answer.paragraphs.push_back(fmt::format("{}", fmt::join(others, space(language))));
  }
  return answer;
}

}  // namespace samebits::lab
