// SPDX-License-Identifier: Apache-2.0
//
// How every option of every command takes its text: all of it, checked while the command line is
// read, or an error that names the option, the text and what was expected.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "io/message.hpp"
#include "lab/number_text.hpp"
#include "samebits/testing.hpp"

namespace samebits::cli {

using TakeText = std::function<void(const std::string&)>;

/// An option whose text, never empty, goes to `take`; what that throws becomes a usage error.
CLI::Option* add_option(CLI::App* app, const std::string& name, const std::string& type,
                        TakeText take, const std::string& help);
/// The same for an option that may be given again: each text in turn.
CLI::Option* add_repeated(CLI::App* app, const std::string& name, const std::string& type,
                          TakeText take, const std::string& help);
/// The same, where each text is a list of items with commas between, none of them empty.
CLI::Option* add_list(CLI::App* app, const std::string& name, const std::string& type,
                      const TakeText& take, const std::string& help);

/// A value as its default is shown in the help.
template <class Value>
std::string shown(const Value& value) {
  if constexpr (requires { name_of(value); }) {
    return std::string(name_of(value));
  } else {
    return fmt::format("{}", value);
  }
}

/// `parse` turns a text into a Value, or throws Error.
template <class Value, class Parse>
CLI::Option* add_value(CLI::App* app, const std::string& name, const std::string& type,
                       Value& value, const Parse& parse, const std::string& help) {
  const auto take = [&value, parse](const std::string& text) { value = parse(text); };
  return add_option(app, name, type, take, help)->default_str(shown(value));
}

template <class Value, class Parse>
CLI::Option* add_values(CLI::App* app, const std::string& name, const std::string& type,
                        std::vector<Value>& values, const Parse& parse, const std::string& help) {
  const auto take = [&values, parse](const std::string& text) { values.push_back(parse(text)); };
  return add_list(app, name, type, take, help);
}

/// A name that is checked later, of a file or a device.
inline std::string as_it_is(const std::string& text) {
  return text;
}

CLI::Option* add_text(CLI::App* app, const std::string& name, const std::string& type,
                      std::string& text, const std::string& help);
CLI::Option* add_texts(CLI::App* app, const std::string& name, const std::string& type,
                       std::vector<std::string>& texts, const std::string& help);

/// Throws the Error of a number that is none or out of range.
[[noreturn]] void refuse_number(const std::string& text, const std::string& expected);

/// A whole number of [low, high].
template <class Integer>
CLI::Option* add_integer(CLI::App* app, const std::string& name, Integer& value, Integer low,
                         Integer high, const std::string& help) {
  const auto parse = [low, high](const std::string& text) {
    const auto number = lab::parse_number<Integer>(text);
    if (!number || *number < low || *number > high) {
      refuse_number(text, fmt::format("a whole number from {} to {}", low, high));
    }
    return *number;
  };
  return add_value(app, name, "NUMBER", value, parse, help);
}

/// A number of [low, high].
CLI::Option* add_double(CLI::App* app, const std::string& name, double& value, double low,
                        double high, const std::string& help);

/// Refuses an option that was typed although nothing that was chosen uses it; `why` goes on after
/// "would not be used: ".
void refuse_unused(const CLI::App& app, const std::string& name, bool used, const std::string& why);

}  // namespace samebits::cli
