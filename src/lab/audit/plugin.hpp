// SPDX-License-Identifier: Apache-2.0
//
// A shared library as subject (samebits/subject.h), in a process of its own.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "lab/audit/subject.hpp"

namespace samebits::lab::audit {

struct PluginLimits {
  std::size_t memory = 0;      ///< for the operands of its largest call
  double call_seconds = 10.0;  ///< a call that takes longer is a hang
};

/// Loads it. Throws Misbehaviour (cannot_load, wrong_version, or what happens while it is loaded).
/// Call it before this process starts threads, if that can be: the library is loaded in a fork.
std::unique_ptr<Subject> make_plugin_subject(const std::string& path, const PluginLimits& limits);

}  // namespace samebits::lab::audit
