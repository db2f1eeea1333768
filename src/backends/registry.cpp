// SPDX-License-Identifier: Apache-2.0
#include "backends/backend.hpp"

namespace samebits::backends {

#define SAMEBITS_BACKEND(name, built, to_build) Backend* name##_backend();
#include "backends/backends.def"
#undef SAMEBITS_BACKEND

namespace {

// A backend that is not built has no definition to link against, so it must not be named.
template <bool kBuilt>
Backend* if_built(Backend* (*)()) {
  return nullptr;
}
template <>
Backend* if_built<true>(Backend* (*make)()) {
  return make();
}

}  // namespace

const std::vector<Entry>& registry() {
#define SAMEBITS_BACKEND(name, built, to_build) \
  {#name, if_built<(built) != 0>((built) != 0 ? &name##_backend : nullptr), to_build},
  static const std::vector<Entry> entries = {
#include "backends/backends.def"
  };
#undef SAMEBITS_BACKEND
  return entries;
}

}  // namespace samebits::backends
