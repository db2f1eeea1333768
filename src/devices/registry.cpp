// SPDX-License-Identifier: Apache-2.0
#include "devices/backend.hpp"

namespace samebits::backends {

#define SAMEBITS_BACKEND(name, built, to_build) Backend* name##_backend();
#include "devices/devices.def"
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

class CallInPlace final : public PreparedCall {
 public:
  CallInPlace(Backend& backend, const Operands& operands, const Options& options, int index)
      : backend_(backend),
        operands_(operands),
        options_(options),
        device_(options.device),
        simd_(options.simd),
        index_(index) {
    options_.device = device_;
    options_.simd = simd_;
  }
  void run() override { backend_.rms_norm(operands_, options_, index_); }

 private:
  Backend& backend_;
  Operands operands_;
  Options options_;
  std::string device_, simd_;  // options_ has only views of the caller's names
  int index_;
};

}  // namespace

std::unique_ptr<PreparedCall> Backend::prepare(const Operands& operands, const Options& options,
                                               int index) {
  return std::make_unique<CallInPlace>(*this, operands, options, index);
}

std::unique_ptr<PreparedCall> Backend::prepare_copy(std::int64_t, int) {
  throw Error(Status::unsupported, "prepare_copy: this device has no copy of its own to measure");
}

std::span<const Entry> registry() {
#define SAMEBITS_BACKEND(name, built, to_build) \
  {#name, if_built<(built) != 0>((built) != 0 ? &name##_backend : nullptr), to_build},
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

}  // namespace samebits::backends
