// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/witness.hpp"

#include <algorithm>

#include "lab/problem.hpp"

namespace samebits::lab::audit {
namespace {

/// 128 MB of digests; only `together` over many minutes makes so many different calls, and those it
/// does not make again.
constexpr std::int64_t kMostRows = std::int64_t{1} << 23;

std::vector<Digest> row_digests(const io::Array& array) {
  std::vector<Digest> digests(static_cast<std::size_t>(array.rows()));
  for (std::size_t i = 0; i < digests.size(); ++i) {
    digests[i] = digest(row_bytes(array, static_cast<std::int64_t>(i)));
  }
  return digests;
}

std::vector<std::byte> copy_of(const io::Array& array, std::size_t row) {
  const auto bytes = row_bytes(array, static_cast<std::int64_t>(row));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Answer Witness::execute(const Configuration& c) {
  Answer answer = audit::execute(subject_, inputs_, c);
  Rows now{.y = row_digests(answer.y), .h = row_digests(answer.h)};
  const Digest calls = call_digest(c);
  const auto known = seen_.find(calls);
  if (known != seen_.end()) {
    compare(c, answer, known->second, now, first_ && call_digest(*first_) == calls);
  } else if (rows_seen_ < kMostRows) {
    rows_seen_ += static_cast<std::int64_t>(now.y.size() + now.h.size());
    seen_.emplace(calls, std::move(now));
  }
  if (!first_) {
    first_ = c;
    first_answer_ = answer;
  }
  return answer;
}

void Witness::repeat_first() {
  if (!first_) return;
  const Configuration again = *first_;
  execute(again);
}

void Witness::compare(const Configuration& c, const Answer& answer, const Rows& before,
                      const Rows& now, bool first) {
  for (const bool h : {false, true}) {
    const auto& a = h ? before.h : before.y;
    const auto& b = h ? now.h : now.y;
    const auto place = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
    if (place == a.size()) continue;
    ++contradictions_;
    contradiction_ = {.configuration = c, .row = c.rows[place], .in_h = h};
    contradiction_->later = copy_of(h ? answer.h : answer.y, place);
    if (first) contradiction_->earlier = copy_of(h ? first_answer_->h : first_answer_->y, place);
    return;
  }
}

}  // namespace samebits::lab::audit
