// SPDX-License-Identifier: Apache-2.0
//
// Error messages about files: one line, the file first, and nothing in them that a hostile file
// could use to write to a terminal.
#pragma once

#include <string>
#include <string_view>

namespace samebits::io {

/// Bytes that came from a file: in single quotes, all but printable ASCII escaped, long ones cut.
std::string quote(std::string_view bytes);

/// A path as the user gave it: only control bytes are escaped, so that names in any language stay
/// readable.
std::string printable(std::string_view path);

/// Throws Error(Status::invalid_argument) with the message "FILE: WHAT".
[[noreturn]] void fail(std::string_view file, std::string_view what);

}  // namespace samebits::io
