// SPDX-License-Identifier: Apache-2.0
#include "io/safetensors_json.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_set>
#include <utility>

#include "io/message.hpp"
#include "io/shape.hpp"

namespace samebits::io {
namespace {

using Json = nlohmann::json;

/// Follows {"NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}. Anything else
/// fails, except below "__metadata__", which is passed over.
class HeaderReader : public nlohmann::json_sax<Json> {
 public:
  explicit HeaderReader(std::string_view file) : file_(file) {}

  std::vector<TensorInfo> take() { return std::move(tensors_); }

  bool start_object(std::size_t) override {
    ++depth_;
    if (in_metadata_) return check_metadata_depth();
    if (depth_ > 2 || (depth_ == 2 && place_ != Place::tensor)) fail_at("an object");
    return true;
  }

  bool end_object() override {
    --depth_;
    if (depth_ == 1 && !std::exchange(in_metadata_, false)) finish_tensor();
    return true;
  }

  bool start_array(std::size_t) override {
    if (in_metadata_) check_metadata_value();
    ++depth_;
    if (in_metadata_) return check_metadata_depth();
    if (depth_ != 3 || (place_ != Place::shape && place_ != Place::offsets)) fail_at("an array");
    return true;
  }

  bool end_array() override {
    --depth_;
    if (!in_metadata_) place_ = Place::field;
    return true;
  }

  bool key(std::string& name) override {
    if (depth_ == 1) {
      start_tensor(name);
    } else if (!in_metadata_) {
      start_field(name);
    }
    return true;
  }

  bool string(std::string& text) override {
    if (in_metadata_) return check_metadata_value();
    if (place_ != Place::dtype) fail_at(quote(text));
    tensors_.back().dtype_name = std::move(text);
    place_ = Place::field;
    return true;
  }

  bool number_unsigned(std::uint64_t value) override {
    if (in_metadata_) return check_metadata_value();
    if (depth_ != 3) fail_at(fmt::format("{}", value));
    if (place_ == Place::shape) {
      add_length(value);
    } else {
      add_offset(value);
    }
    return true;
  }

  bool number_integer(std::int64_t value) override { return reject(fmt::format("{}", value)); }
  bool number_float(double, const std::string& text) override { return reject(quote(text)); }
  bool boolean(bool value) override { return reject(value ? "true" : "false"); }
  bool null() override { return reject("null"); }
  bool binary(Json::binary_t&) override { return reject("binary"); }

  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    fail(file_, fmt::format("header is not valid JSON at byte {} of it", position));
  }

 private:
  enum class Place { root, tensor, field, dtype, shape, offsets };
  enum Field : unsigned { kDtype = 1, kShape = 2, kOffsets = 4 };

  void start_tensor(std::string& name) {
    if (!names_.insert(name).second) {
      fail(file_, fmt::format("header has the key {} twice", quote(name)));
    }
    in_metadata_ = name == "__metadata__";
    place_ = Place::tensor;
    seen_ = 0;
    offsets_ = 0;
    if (!in_metadata_) tensors_.emplace_back().name = std::move(name);
  }

  void start_field(const std::string& name) {
    Field field{};
    if (name == "dtype") {
      field = kDtype;
      place_ = Place::dtype;
    } else if (name == "shape") {
      field = kShape;
      place_ = Place::shape;
    } else if (name == "data_offsets") {
      field = kOffsets;
      place_ = Place::offsets;
    } else {
      fail_tensor(
          fmt::format("has the key {}; expected dtype, shape and data_offsets", quote(name)));
    }
    if ((seen_ & field) != 0) fail_tensor(fmt::format("has the key {} twice", quote(name)));
    seen_ |= field;
  }

  void finish_tensor() {
    if (seen_ != (kDtype | kShape | kOffsets)) {
      fail_tensor("lacks one of dtype, shape and data_offsets");
    }
    if (offsets_ != 2) fail_tensor(fmt::format("has {} data_offsets; expected 2", offsets_));
  }

  void add_length(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      fail_tensor(fmt::format("has an axis of length {}, too large to address", value));
    }
    if (tensors_.back().shape.size() == kMaxAxes) {
      fail_tensor(fmt::format("has more than {} axes", kMaxAxes));
    }
    tensors_.back().shape.push_back(static_cast<std::int64_t>(value));
  }

  void add_offset(std::uint64_t value) {
    if (offsets_ == 0) tensors_.back().begin = value;
    if (offsets_ == 1) tensors_.back().end = value;
    ++offsets_;
  }

  bool check_metadata_depth() const {
    // The format allows strings only, at depth 2; what is ignored anyway may go a little deeper.
    constexpr int kDeepest = 16;
    if (depth_ > kDeepest) fail(file_, "header is nested too deeply");
    return true;
  }

  bool check_metadata_value() const {
    if (depth_ == 1) fail(file_, "__metadata__ is not an object");
    return true;
  }

  bool reject(const std::string& found) {
    if (in_metadata_) return check_metadata_value();
    fail_at(found);
  }

  [[noreturn]] void fail_at(const std::string& found) const {
    switch (place_) {
      case Place::dtype:
        fail_tensor(fmt::format("has {} for dtype; expected a string", found));
      case Place::shape:
        fail_tensor(fmt::format("has {} in shape; expected whole numbers of 0 or more", found));
      case Place::offsets:
        fail_tensor(fmt::format("has {} in data_offsets; expected two whole numbers", found));
      case Place::tensor:
        fail_tensor(fmt::format("is {}; expected an object", found));
      default:
        fail(file_, fmt::format("header is {}; expected an object", found));
    }
  }

  [[noreturn]] void fail_tensor(const std::string& what) const {
    fail(file_, fmt::format("tensor {} {}", quote(tensors_.back().name), what));
  }

  std::string_view file_;
  std::vector<TensorInfo> tensors_;
  std::unordered_set<std::string> names_;
  Place place_ = Place::root;
  int depth_ = 0;
  bool in_metadata_ = false;
  unsigned seen_ = 0;
  std::size_t offsets_ = 0;
};

}  // namespace

std::vector<TensorInfo> parse_safetensors_json(std::string_view json, std::string_view file) {
  HeaderReader reader(file);
  Json::sax_parse(json.begin(), json.end(), &reader);
  return reader.take();
}

}  // namespace samebits::io
