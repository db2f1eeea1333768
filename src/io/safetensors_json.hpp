// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "io/array.hpp"

namespace samebits::io {

/// The tensors that a .safetensors header describes, as it describes them: whether offsets and
/// sizes make sense is left to the caller. The JSON is read as a stream of events and never built
/// up in memory, so that what is allocated stays in proportion to the header.
std::vector<TensorInfo> parse_safetensors_json(std::string_view json, std::string_view file);

}  // namespace samebits::io
