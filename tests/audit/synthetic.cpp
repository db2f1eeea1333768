// SPDX-License-Identifier: Apache-2.0
#include "tests/audit/synthetic.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace samebits::test {
namespace {

using lab::audit::Arena;
using lab::audit::Axis;
using lab::audit::CallReport;
using lab::audit::Capabilities;
using lab::audit::SubjectCall;

float* row_of(const Matrix& m, std::int64_t row) {
  return static_cast<float*>(m.data) + row * m.row_stride;
}
const float* row_of(const ConstMatrix& m, std::int64_t row) {
  return static_cast<const float*>(m.data) + row * m.row_stride;
}

float largest(const ConstMatrix& m, std::int64_t row) {
  float result = 0.0f;
  for (std::int64_t i = 0; i < m.columns; ++i)
    result = std::max(result, std::abs(row_of(m, row)[i]));
  return result;
}

/// Each element alone, y = 3 (x + d), and a little more where it is told to.
class Synthetic final : public lab::audit::Subject {
 public:
  explicit Synthetic(Behaviour behaviour) : behaviour_(std::move(behaviour)) {
    capabilities_ = {.dtypes = {DType::float32},
                     .weight_modes = {WeightMode::scale},
                     .threads = true,
                     .chunk = true,
                     .strides = true,
                     .alignment_step = 4,
                     .in_place = true,
                     .residual = true,
                     .concurrent_calls = true,
                     .simd = {"a", "b"},
                     .devices = {"other"}};
  }

  std::string name() const override { return "synthetic"; }
  std::string device() const override { return "cpu"; }
  std::string summary() const override { return "breaks one axis"; }
  const Capabilities& capabilities() const override { return capabilities_; }
  Arena& arena(std::size_t bytes) override {
    if (!arena_ || arena_->capacity() < bytes) arena_ = std::make_unique<Arena>(bytes);
    return *arena_;
  }

  CallReport run(const SubjectCall& call) override {
    ++calls_;
    if (behaviour_.calls != nullptr) *behaviour_.calls = calls_;
    const RmsNorm& o = call.norm;
    if (originals_.empty()) {
      for (std::int64_t row = 0; row < o.x.rows; ++row) originals_.push_back(largest(o.x, row));
    }
    const float extra = extra_of(call);
    for (const Matrix& y : call.other_outputs) {
      RmsNorm other = o;
      other.y = y;
      other.residual_output = {};
      compute(other, extra + (behaviour_.other_callers ? 0.5f : 0.0f));
    }
    compute(o, extra);
    return {.environment_after = call.environment, .seconds = 1e-6};
  }

 private:
  void compute(const RmsNorm& o, float extra) const {
    for (std::int64_t row = 0; row < o.x.rows; ++row) {
      const bool fused = o.residual.data != nullptr;
      for (std::int64_t i = 0; i < o.x.columns; ++i) {
        const float h = row_of(o.x, row)[i] + (fused ? row_of(o.residual, row)[i] : 0.0f);
        if (o.residual_output.data != nullptr) row_of(o.residual_output, row)[i] = h;
        const bool first_column = behaviour_.broken == Axis::columns && i == 0;
        row_of(o.y, row)[i] = 3.0f * h + extra + (first_column ? 0.5f : 0.0f);
      }
    }
  }

  float extra_of(const SubjectCall& call) const {
    const bool odd =
        breaks(call) || calls_ == behaviour_.odd_call || calls_ <= behaviour_.first_calls;
    float extra = odd ? 0.5f : 0.0f;
    for (const std::int64_t rows : behaviour_.switches) {
      if (call.norm.x.rows >= rows) extra += 1.0f;
    }
    return extra;
  }

  bool breaks(const SubjectCall& call) const {
    const RmsNorm& o = call.norm;
    if (!behaviour_.broken) return false;
    switch (*behaviour_.broken) {
      case Axis::repeat:
        return calls_ % 10 == 0;
      case Axis::batch:
        return o.x.rows == 33;
      case Axis::position:
        return o.x.rows == 320 && call.options.chunk == 0 && begins_with_another_row(o.x);
      case Axis::chunk:
        return o.x.rows == 500;
      case Axis::prefill:
        return o.x.rows == 300;
      case Axis::threads:
        return call.options.threads == 5;
      case Axis::streams:
        return call.other_outputs.size() == 2;
      case Axis::simd:
        return call.simd == "b";
      case Axis::alignment:
        return reinterpret_cast<std::uintptr_t>(o.y.data) % 64 == 20;
      case Axis::in_place:
        return o.y.data == o.x.data;
      case Axis::fusion:
        return o.residual.data != nullptr;
      case Axis::environment:
        return call.environment.flush_to_zero;
      case Axis::device:
        return call.device == "other";
      default:
        return false;
    }
  }

  /// A row of the first call, which was in order, other than its first.
  bool begins_with_another_row(const ConstMatrix& x) const {
    return std::find(originals_.begin() + 1, originals_.end(), largest(x, 0)) != originals_.end();
  }

  Behaviour behaviour_;
  std::vector<float> originals_;  ///< the largest element of each row of the first call
  Capabilities capabilities_;
  std::unique_ptr<Arena> arena_;
  std::int64_t calls_ = 0;
};

}  // namespace

std::unique_ptr<lab::audit::Subject> make_synthetic(const Behaviour& behaviour) {
  return std::make_unique<Synthetic>(behaviour);
}

}  // namespace samebits::test
