// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "lab/audit/configuration.hpp"

namespace samebits::lab::audit {

nlohmann::ordered_json to_json(const Configuration& configuration);

/// Throws Error that names `file` for anything but what to_json() writes, of rows below `rows` and
/// at most `columns` columns.
Configuration configuration_from(const nlohmann::ordered_json& json, std::int64_t rows,
                                 std::int64_t columns, const std::string& file);

}  // namespace samebits::lab::audit
