// SPDX-License-Identifier: Apache-2.0
#include "io/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "io/file.hpp"
#include "io/message.hpp"
#include "io/shape.hpp"

namespace samebits::io {
namespace {

using std::string_view_literals::operator""sv;

constexpr auto kMagic = "\x93NUMPY"sv;
constexpr auto kAccepted = "expected '<f4', '<f2', or '<V2' (bfloat16)"sv;

/// The three entries of the dict, not yet interpreted.
struct Entries {
  std::optional<std::string_view> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::int64_t>> shape;
};

/// Reads the dict literal. NumPy evaluates it as Python; here is understood what programs write for
/// a plain array, with no evaluation, no nesting and no escape. As in Python, the last entry of a
/// key counts.
class DictParser {
 public:
  DictParser(std::string_view text, bool long_integers, std::string_view file)
      : text_(text), long_integers_(long_integers), file_(file) {}

  Entries parse() {
    Entries entries;
    expect('{', "at the start of the header");
    while (!accept('}')) {
      parse_entry(entries);
      if (accept(',')) continue;
      expect('}', "or ',' after an entry");
      break;
    }
    skip_space();
    if (at_ < text_.size()) fail_here("nothing after the dict");
    return entries;
  }

 private:
  void parse_entry(Entries& entries) {
    const std::string_view key = parse_string("a key in quotes");
    expect(':', "after a key");
    if (key == "descr") {
      entries.descr = parse_descr();
    } else if (key == "fortran_order") {
      entries.fortran_order = parse_bool();
    } else if (key == "shape") {
      entries.shape = parse_shape();
    } else {
      fail(file_, fmt::format("header has the key {}; expected only 'descr', 'fortran_order' and "
                              "'shape'",
                              quote(key)));
    }
  }

  std::string_view parse_descr() {
    if (accept('[')) {
      fail(file_, fmt::format("structured dtypes are not supported; {}", kAccepted));
    }
    return parse_string("the dtype in quotes");
  }

  std::string_view parse_string(std::string_view what) {
    skip_space();
    const char delimiter = at_ < text_.size() ? text_[at_] : '\0';
    if (delimiter != '\'' && delimiter != '"') fail_here(what);
    const std::size_t begin = at_ + 1;
    const std::size_t end = text_.find(delimiter, begin);
    if (end == std::string_view::npos) fail_here("a string that ends");
    const std::string_view content = text_.substr(begin, end - begin);
    // With escapes the closing quote found above need not be the closing one.
    if (content.find_first_of("\\\n\r"sv) != std::string_view::npos) {
      fail_here("a string without escapes or line breaks");
    }
    at_ = end + 1;
    return content;
  }

  bool parse_bool() {
    if (accept_word("True"sv)) return true;
    if (accept_word("False"sv)) return false;
    fail_here("True or False");
  }

  std::vector<std::int64_t> parse_shape() {
    std::vector<std::int64_t> shape;
    expect('(', "of the shape's tuple");
    bool comma = true;
    while (!accept(')')) {
      if (!comma) fail_here("',' or ')' in the shape");
      if (shape.size() == kMaxAxes)
        fail(file_, fmt::format("shape has more than {} axes", kMaxAxes));
      shape.push_back(parse_length());
      comma = accept(',');
    }
    // In Python (3) is a number, and only (3,) a tuple.
    if (shape.size() == 1 && !comma)
      fail(file_, "shape is a number; expected a tuple such as (3,)");
    return shape;
  }

  std::int64_t parse_length() {
    skip_space();
    const std::size_t begin = at_;
    std::int64_t value = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      const std::int64_t digit = text_[at_] - '0';
      if (value > (std::numeric_limits<std::int64_t>::max() - digit) / 10) {
        fail(file_, "shape has a length that does not fit in 63 bits");
      }
      value = 10 * value + digit;
      ++at_;
    }
    const bool leading_zero = at_ - begin > 1 && text_[begin] == '0';
    if (at_ == begin || leading_zero) {
      at_ = begin;
      fail_here("an axis length, a whole number of 0 or more");
    }
    if (long_integers_) accept_long();
    return value;
  }

  /// The L of Python 2's 3L, which numpy.load drops from the same line.
  void accept_long() {
    const std::size_t next = text_.find_first_not_of(" \t\f"sv, at_);
    if (next != text_.npos && text_[next] == 'L') at_ = next + 1;
  }

  void skip_space() {
    while (at_ < text_.size() && " \t\r\n\f"sv.find(text_[at_]) != std::string_view::npos) ++at_;
  }

  bool accept(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool accept_word(std::string_view word) {
    skip_space();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  void expect(char c, std::string_view where) {
    if (!accept(c)) fail_here(fmt::format("'{}' {}", c, where));
  }

  [[noreturn]] void fail_here(std::string_view expected) const {
    const std::string found = at_ < text_.size() ? quote(text_.substr(at_, 20)) : "its end";
    fail(file_, fmt::format("header is not what numpy.save writes: at byte {} of it found {}; "
                            "expected {}",
                            at_, found, expected));
  }

  std::string_view text_;
  bool long_integers_;
  std::string_view file_;
  std::size_t at_ = 0;
};

/// 'f4', '<f4', '=f4' and '|f4' are one dtype to NumPy on a little-endian machine, as all are here.
std::string_view without_native_order(std::string_view descr) {
  return !descr.empty() && "<=|"sv.find(descr.front()) != descr.npos ? descr.substr(1) : descr;
}

std::optional<DType> dtype_from(std::string_view descr) {
  const std::string_view code = without_native_order(descr);
  if (code == "f4" || code == "f" || descr == "float32" || descr == "single") return DType::float32;
  if (code == "f2" || code == "e" || descr == "float16" || descr == "half") return DType::float16;
  // NumPy has no bfloat16 of its own. ml_dtypes' is written as a void of two bytes; numpy.load
  // returns it as '|V2', so that a file saved again says that.
  if (code == "V2" || descr == "bfloat16") return DType::bfloat16;
  return std::nullopt;
}

/// What to type in Python, before saving the array x once more; nothing where no line is sure to
/// do.
std::string_view advice(std::string_view descr) {
  if (descr == ">f4") return "x.astype('<f4')";
  if (descr == ">f2") return "x.astype('<f2')";
  if (descr == ">V2") return "x.view('>u2').astype('<u2').view('V2')";
  const std::string_view code =
      descr.starts_with('>') ? descr.substr(1) : without_native_order(descr);
  const bool real = code.size() >= 2 && "fiub"sv.find(code.front()) != code.npos &&
                    code.find_first_not_of("0123456789", 1) == code.npos;
  return real ? "x.astype(np.float32)" : "";
}

DType interpret_descr(std::string_view descr, std::string_view file) {
  if (const auto dtype = dtype_from(descr)) return *dtype;
  std::string_view remark;
  if (descr.starts_with('>')) remark = " (big-endian)";
  if (without_native_order(descr) == "O") remark = " (Python objects, pickled)";
  const std::string_view line = advice(descr);
  fail(file, fmt::format("dtype {}{} is not supported; {}{}{}", quote(descr), remark, kAccepted,
                         line.empty() ? "" : "; save ", line));
}

void require_all(const Entries& entries, std::string_view file) {
  const auto require = [file](bool present, std::string_view key) {
    if (!present) fail(file, fmt::format("header has no {}", quote(key)));
  };
  require(entries.descr.has_value(), "descr");
  require(entries.fortran_order.has_value(), "fortran_order");
  require(entries.shape.has_value(), "shape");
}

/// The dict's text and where it ends.
struct HeaderText {
  std::string_view text;
  std::uint64_t end;
  std::uint32_t version;
};

HeaderText find_header(std::string_view prefix, std::string_view file) {
  if (!prefix.starts_with(kMagic)) {
    fail(file, fmt::format("starts with {}; expected '\\x93NUMPY', as .npy files do",
                           quote(prefix.substr(0, kMagic.size()))));
  }
  const auto byte_at = [prefix](std::size_t i) -> std::uint32_t {
    return static_cast<unsigned char>(prefix[i]);
  };
  if (prefix.size() < 10) fail(file, "ends inside the .npy preamble");
  const std::uint32_t major = byte_at(6);
  if (major < 1 || major > 3 || byte_at(7) != 0) {
    fail(file, fmt::format("has .npy version {}.{}; expected 1.0, 2.0 or 3.0", major, byte_at(7)));
  }
  const std::size_t begin = major == 1 ? 10 : 12;
  if (prefix.size() < begin) fail(file, "ends inside the .npy preamble");
  std::uint32_t length = byte_at(8) | byte_at(9) << 8;
  if (major > 1) length |= byte_at(10) << 16 | byte_at(11) << 24;
  if (length > kNpyLongestHeader) {
    fail(file, fmt::format("claims a header of {} bytes; expected at most {}", length,
                           kNpyLongestHeader));
  }
  if (length > prefix.size() - begin) {
    fail(file, fmt::format("claims a header of {} bytes, but only {} follow", length,
                           prefix.size() - begin));
  }
  return {prefix.substr(begin, length), begin + length, major};
}

/// With one axis, or none, that is longer than 1, both orders are the same bytes.
bool order_matters(std::span<const std::int64_t> shape) {
  const auto longer = std::ranges::count_if(shape, [](std::int64_t length) { return length > 1; });
  return longer > 1 && std::ranges::count(shape, 0) == 0;
}

}  // namespace

bool is_npy(std::span<const std::byte> prefix) {
  const std::string_view bytes(reinterpret_cast<const char*>(prefix.data()), prefix.size());
  return bytes.starts_with(kMagic);
}

NpyHeader parse_npy_header(std::span<const std::byte> prefix, std::uint64_t file_size,
                           std::string_view file) {
  const std::string_view bytes(reinterpret_cast<const char*>(prefix.data()), prefix.size());
  const HeaderText header = find_header(bytes, file);
  if (header.end > file_size) fail(file, "ends inside the header");
  Entries entries = DictParser(header.text, header.version < 3, file).parse();
  require_all(entries, file);
  const DType dtype = interpret_descr(*entries.descr, file);
  if (*entries.fortran_order && order_matters(*entries.shape)) {
    fail(file,
         "fortran_order is True; expected rows to be contiguous: save "
         "np.ascontiguousarray(x)");
  }
  const std::uint64_t expected = require_rows(file, *entries.shape, dtype);
  const std::uint64_t found = file_size - header.end;
  if (found < expected) {
    fail(file, fmt::format("has {} bytes of data; expected {} for {} of {}", found, expected,
                           shape_text(*entries.shape), name_of(dtype)));
  }
  return {dtype, std::move(*entries.shape), header.end, found - expected};
}

std::string format_npy_header(DType dtype, std::span<const std::int64_t> shape) {
  constexpr std::size_t kPreamble = 10;
  constexpr std::size_t kAlignment = 64;
  constexpr std::size_t kGrowthDigits = 21;  // numpy keeps room for the first axis to grow
  static constexpr std::array kDescr = {"<f4", "<f2", "<V2"};
  std::string lengths;
  for (const std::int64_t length : shape) {
    lengths += fmt::format("{}{}", lengths.empty() ? "" : ", ", length);
  }
  if (shape.size() == 1) lengths += ",";
  std::string dict = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                                 kDescr[static_cast<std::size_t>(dtype)], lengths);
  if (!shape.empty()) dict.append(kGrowthDigits - fmt::formatted_size("{}", shape[0]), ' ');
  // One space too many where none were needed, 64 of them: that is what numpy does.
  dict.append(kAlignment - (kPreamble + dict.size() + 1) % kAlignment, ' ');
  dict += '\n';
  std::string header(kMagic);
  header += "\x01\0"sv;
  header += static_cast<char>(dict.size() & 0xFF);
  header += static_cast<char>(dict.size() >> 8);
  return header + dict;
}

Array read_npy(const InputFile& file, std::string* note) {
  std::vector<std::byte> prefix(
      static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), kNpyPrefix)));
  file.read_at(0, prefix);
  NpyHeader header = parse_npy_header(prefix, file.size(), file.path());
  if (header.bytes_after > 0 && note != nullptr) {
    *note = fmt::format("{}: {} bytes after the array are passed over, as numpy.load does",
                        printable(file.path()), header.bytes_after);
  }
  Array array = make_array(header.dtype, std::move(header.shape));
  file.read_at(header.data_offset, array.data.bytes());
  return array;
}

}  // namespace samebits::io
