// SPDX-License-Identifier: Apache-2.0
//
// The process that a plugin runs in: this program, started anew by HostProcess.
#pragma once

#include <string_view>

namespace samebits::lab::audit {

/// The hidden command that HostProcess gives the program: `samebits subject-host LIBRARY`.
inline constexpr std::string_view kSubjectHost = "subject-host";

/// Loads the library and serves calls until the audit closes the socket; then the process ends.
/// Throws Error if it was not HostProcess that started the process.
[[noreturn]] void run_subject_host(const char* library);

}  // namespace samebits::lab::audit
