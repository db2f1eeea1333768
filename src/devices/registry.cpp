// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "devices/backend.hpp"

namespace samebits::backends {

#define SAMEBITS_BACKEND(name, built, to_build) DeviceBackend* name##_backend();
#include "devices/devices.def"
#undef SAMEBITS_BACKEND

namespace {

// A backend that is not built has no definition to link against, so it must not be named.
template <bool kBuilt>
DeviceBackend* if_built(DeviceBackend* (*)()) {
  return nullptr;
}
template <>
DeviceBackend* if_built<true>(DeviceBackend* (*make)()) {
  return make();
}

/// Runs the call anew each time.
class CallInPlace final : public testing::PreparedCall {
 public:
  CallInPlace(DeviceBackend& backend, const core::Call& call, int index)
      : backend_(backend),
        norm_(call.norm),
        options_(call.options),
        call_{norm_, options_, call.eps, call.count, call.chunk},
        index_(index) {}
  void run() override { backend_.run(call_, index_); }

 private:
  DeviceBackend& backend_;
  RmsNorm norm_;
  testing::Options options_;
  core::Call call_;  // refers to both
  int index_;
};

}  // namespace

std::unique_ptr<testing::PreparedCall> DeviceBackend::prepare(const core::Call& call, int index) {
  require(call, index);
  return std::make_unique<CallInPlace>(*this, call, index);
}

std::unique_ptr<testing::PreparedCall> DeviceBackend::prepare_copy(std::int64_t, int) {
  throw Error(Status::unsupported, "this device has no copy of its own to measure");
}

std::span<const Entry> registry() {
#define SAMEBITS_BACKEND(name, built, to_build)                                            \
  {Backend::name, #name, if_built<(built) != 0>((built) != 0 ? &name##_backend : nullptr), \
   to_build},
  static const Entry entries[] = {
#include "devices/devices.def"
  };
#undef SAMEBITS_BACKEND
  return entries;
}

namespace {

// While the library loads: a child of fork() would wait for ever for a local static that another
// thread was just making in its parent.
[[maybe_unused]] const auto at_load = registry();

}  // namespace

DeviceBackend& backend_of(Device device) {
  for (const Entry& entry : registry()) {
    if (entry.kind != device.backend) continue;
    if (entry.backend != nullptr) return *entry.backend;
    throw Error(Status::not_built, fmt::format("device '{}' is not built into this "
                                               "library; {}",
                                               entry.name, entry.to_build));
  }
  throw Error(Status::unknown_device,
              fmt::format("unknown backend {}", static_cast<int>(device.backend)));
}

}  // namespace samebits::backends
