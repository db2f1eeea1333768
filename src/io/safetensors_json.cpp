// SPDX-License-Identifier: Apache-2.0
#include "io/safetensors_json.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <utility>

#include "io/message.hpp"
#include "io/safetensors_dtype.hpp"

namespace samebits::io {
namespace {

using Json = nlohmann::json;

// The limit of the reference implementation.
constexpr int kDeepest = 127;

/// Follows {"NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}. Anything else
/// fails, except below keys of an entry that are not these three, which the format ignores.
class HeaderReader : public nlohmann::json_sax<Json> {
 public:
  explicit HeaderReader(std::string_view file) : file_(file) {}

  std::vector<TensorInfo> take() { return std::move(tensors_); }

  bool start_object(std::size_t) override {
    enter();
    switch (place_) {
      case Place::root:
        place_ = Place::name;
        return true;
      case Place::tensor:
        place_ = Place::field;
        return true;
      case Place::metadata:
        place_ = Place::metadata_text;
        return true;
      case Place::ignored:
        return true;
      default:
        fail_at("an object");
    }
  }

  bool end_object() override {
    --depth_;
    if (place_ == Place::ignored) return after_ignored();
    if (place_ == Place::field) finish_tensor();
    place_ = Place::name;
    return true;
  }

  bool start_array(std::size_t) override {
    enter();
    const bool expected = place_ == Place::shape || place_ == Place::offsets;
    if (place_ != Place::ignored && (!expected || depth_ != 3)) fail_at("an array");
    return true;
  }

  bool end_array() override {
    --depth_;
    if (place_ == Place::ignored) return after_ignored();
    place_ = Place::field;
    return true;
  }

  bool key(std::string& name) override {
    if (place_ == Place::name) {
      start_tensor(name);
    } else if (place_ == Place::field) {
      start_field(name);
    }
    return true;
  }

  bool string(std::string& text) override {
    if (place_ == Place::metadata_text) return true;
    if (place_ == Place::ignored) return after_ignored();
    if (place_ != Place::dtype) fail_at(quote(text));
    const FileDType* const dtype = find_file_dtype(text);
    if (dtype == nullptr) {
      fail_tensor(fmt::format("has dtype {}, which the format does not have", quote(text)));
    }
    tensor().dtype_name = std::move(text);
    tensor().dtype = dtype->dtype;
    place_ = Place::field;
    return true;
  }

  bool number_unsigned(std::uint64_t value) override {
    if (place_ == Place::ignored) return after_ignored();
    if (depth_ != 3) fail_at(fmt::format("{}", value));
    if (place_ == Place::shape) {
      tensor().shape.push_back(value);
    } else {
      add_offset(value);
    }
    return true;
  }

  bool null() override {
    if (place_ != Place::metadata) return refuse("null");
    place_ = Place::name;
    return true;
  }

  bool number_integer(std::int64_t value) override { return refuse(fmt::format("{}", value)); }
  bool number_float(double, const std::string& text) override { return refuse(quote(text)); }
  bool boolean(bool value) override { return refuse(value ? "true" : "false"); }
  bool binary(Json::binary_t&) override { return refuse("binary"); }

  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    fail_json(file_, position);
  }

  [[noreturn]] static void fail_json(std::string_view file, std::size_t position) {
    fail(file, fmt::format("header is not valid JSON at byte {} of it", position));
  }

 private:
  /// What comes next, or the value that it comes in.
  enum class Place {
    root,
    name,
    metadata,
    metadata_text,
    tensor,
    field,
    dtype,
    shape,
    offsets,
    ignored
  };
  enum Field : unsigned { kDtype = 1, kShape = 2, kOffsets = 4 };

  TensorInfo& tensor() { return tensors_[current_]; }

  void enter() {
    if (++depth_ > kDeepest) fail(file_, "header is nested too deeply");
  }

  bool after_ignored() {
    if (depth_ == 2) place_ = Place::field;
    return true;
  }

  void start_tensor(std::string& name) {
    if (name == "__metadata__") {
      if (std::exchange(has_metadata_, true))
        fail(file_, "header has the key '__metadata__' twice");
      place_ = Place::metadata;
      return;
    }
    // Of entries with one name the last counts, as for the reference implementation.
    const auto [known, is_new] = numbers_.try_emplace(name, tensors_.size());
    current_ = known->second;
    if (is_new) tensors_.emplace_back();
    tensor() = {};
    tensor().name = std::move(name);
    place_ = Place::tensor;
    seen_ = 0;
    offsets_ = 0;
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
      place_ = Place::ignored;
      return;
    }
    if ((seen_ & field) != 0) fail_tensor(fmt::format("has the key {} twice", quote(name)));
    seen_ |= field;
  }

  void finish_tensor() const {
    if (seen_ != (kDtype | kShape | kOffsets)) {
      fail_tensor("lacks one of dtype, shape and data_offsets");
    }
    if (offsets_ != 2) fail_tensor(fmt::format("has {} data_offsets; expected 2", offsets_));
  }

  void add_offset(std::uint64_t value) {
    if (offsets_ == 0) tensor().begin = value;
    if (offsets_ == 1) tensor().end = value;
    ++offsets_;
  }

  bool refuse(const std::string& found) {
    if (place_ == Place::ignored) return after_ignored();
    fail_at(found);
  }

  [[noreturn]] void fail_at(const std::string& found) const {
    switch (place_) {
      case Place::metadata:
        fail(file_, fmt::format("__metadata__ is {}; expected an object", found));
      case Place::metadata_text:
        fail(file_, fmt::format("__metadata__ holds {}; expected only strings", found));
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
    fail(file_, fmt::format("tensor {} {}", quote(tensors_[current_].name), what));
  }

  std::string_view file_;
  std::vector<TensorInfo> tensors_;
  std::unordered_map<std::string, std::size_t> numbers_;  ///< of tensors_, by name
  std::size_t current_ = 0;
  Place place_ = Place::root;
  int depth_ = 0;
  bool has_metadata_ = false;
  unsigned seen_ = 0;
  std::size_t offsets_ = 0;
};

}  // namespace

std::vector<TensorInfo> parse_safetensors_json(std::string_view json, std::string_view file) {
  // The parser would skip a byte order mark and end at a zero byte.
  if (json.starts_with("\xEF\xBB\xBF")) HeaderReader::fail_json(file, 1);
  const std::size_t zero = json.find('\0');
  if (zero != json.npos) HeaderReader::fail_json(file, zero + 1);
  HeaderReader reader(file);
  Json::sax_parse(json.begin(), json.end(), &reader);
  return reader.take();
}

}  // namespace samebits::io
