// SPDX-License-Identifier: Apache-2.0
//
// A shared library as subject (samebits/subject.h), in a process of its own.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "lab/audit/subject.hpp"

namespace samebits::lab::audit {

struct PluginOptions {
  std::string host_program{};  ///< path of samebits, which is started to load the library
  std::size_t memory = 0;      ///< for the operands of its largest call
  double call_seconds = 10.0;  ///< a call that takes longer is a hang
};

/// Loads it. Throws Misbehaviour (cannot_load, wrong_version, or what happens while it is loaded);
/// Error if the host cannot be started.
std::unique_ptr<Subject> make_plugin_subject(const std::string& path, PluginOptions options);

}  // namespace samebits::lab::audit
