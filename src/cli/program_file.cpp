// SPDX-License-Identifier: Apache-2.0
#include "cli/program_file.hpp"

#ifdef __APPLE__
#include <mach-o/dyld.h>

#include <cstdint>
#endif

namespace samebits::cli {

std::string program_file() {
#ifdef __APPLE__
  char name[4096];
  std::uint32_t size = sizeof name;
  return _NSGetExecutablePath(name, &size) == 0 ? name : "";
#else
  return "/proc/self/exe";
#endif
}

}  // namespace samebits::cli
