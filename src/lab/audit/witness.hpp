// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "lab/audit/configuration.hpp"
#include "lab/audit/execute.hpp"
#include "lab/audit/subject.hpp"
#include "lab/digest.hpp"

namespace samebits::lab::audit {

/// The same calls, made twice, gave one row other bits.
struct Contradiction {
  Configuration configuration;
  std::int64_t row = -1;  ///< of the inputs
  bool in_h = false;      ///< y is the same; residual_output is not
  /// That row as it came out; of the first calls of a witness only, else the earlier one is empty.
  std::vector<std::byte> earlier{};
  std::vector<std::byte> later{};
};

/// Makes the calls of a subject on the same inputs. It remembers what each configuration gave and
/// compares when the same calls are made again, whatever they are made for: no call goes unseen.
class Witness {
 public:
  Witness(Subject& subject, const Inputs& inputs) : subject_(subject), inputs_(inputs) {}

  /// As execute() does.
  Answer execute(const Configuration& configuration);
  /// Makes the first calls of all once more, if there were any.
  void repeat_first();

  Subject& subject() const { return subject_; }
  const Inputs& inputs() const { return inputs_; }

  std::int64_t contradictions() const { return contradictions_; }
  /// The last one.
  const std::optional<Contradiction>& contradiction() const { return contradiction_; }

 private:
  struct Rows {
    std::vector<Digest> y;
    std::vector<Digest> h;
  };
  void compare(const Configuration& configuration, const Answer& answer, const Rows& before,
               const Rows& now, bool first);

  Subject& subject_;
  const Inputs& inputs_;
  std::map<Digest, Rows> seen_;
  std::int64_t rows_seen_ = 0;
  std::optional<Configuration> first_;
  std::optional<Answer> first_answer_;
  std::int64_t contradictions_ = 0;
  std::optional<Contradiction> contradiction_;
};

}  // namespace samebits::lab::audit
