// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace samebits::cli {

/// A path of the program that runs, wherever it was moved to; on Linux a link, which names this
/// very program even when another has taken its file's place. Empty if the system does not say.
std::string program_file();

}  // namespace samebits::cli
