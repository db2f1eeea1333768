// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace samebits::cli {

/// The file of real hidden states that comes with the program: installed beside it, or in the
/// source tree that it was built from. Throws Error.
std::filesystem::path sample_file();

}  // namespace samebits::cli
