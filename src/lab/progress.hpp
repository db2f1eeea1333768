// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace samebits::lab {

/// Told how far a long task is. The library never prints; a caller that wants to may draw this.
class Progress {
 public:
  virtual ~Progress() = default;

  /// Step `step` of `steps` (from 1) begins; `text` says what it is, in English, for a terminal.
  virtual void on_step(int step, int steps, std::string_view text) = 0;
};

/// For callers that do not want to know.
class NoProgress final : public Progress {
 public:
  void on_step(int /*step*/, int /*steps*/, std::string_view /*text*/) override {}
};

}  // namespace samebits::lab
