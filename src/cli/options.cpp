// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <algorithm>
#include <utility>

namespace samebits::cli {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(Status::invalid_argument, what);
}

CLI::Option* attach(CLI::App* app, const std::string& name, const std::string& type, TakeText take,
                    const std::string& help) {
  // The first of "--input,-i" is what errors call the option.
  const std::string called = name.substr(0, name.find(','));
  const CLI::callback_t take_all = [called, take = std::move(take)](const CLI::results_t& texts) {
    try {
      for (const std::string& text : texts) {
        if (text.empty()) refuse("found an empty text");
        take(text);
      }
    } catch (const Error& error) {
      throw CLI::ValidationError(called, error.what());
    }
    return true;
  };
  return app->add_option(name, take_all, help)->type_name(type);
}

}  // namespace

CLI::Option* add_option(CLI::App* app, const std::string& name, const std::string& type,
                        TakeText take, const std::string& help) {
  return attach(app, name, type, std::move(take), help);
}

CLI::Option* add_repeated(CLI::App* app, const std::string& name, const std::string& type,
                          TakeText take, const std::string& help) {
  return attach(app, name, type, std::move(take), help)
      ->expected(1, CLI::detail::expected_max_vector_size)
      ->allow_extra_args();
}

CLI::Option* add_list(CLI::App* app, const std::string& name, const std::string& type,
                      const TakeText& take, const std::string& help) {
  const auto take_items = [take](const std::string& text) {
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t comma = std::min(text.find(',', begin), text.size());
      if (comma == begin) refuse(io::quote(text) + " has an empty item; expected A or A,B,...");
      take(text.substr(begin, comma - begin));
      begin = comma + 1;
    }
  };
  return add_repeated(app, name, fmt::format("{0}[,{0}]", type), take_items, help);
}

CLI::Option* add_text(CLI::App* app, const std::string& name, const std::string& type,
                      std::string& text, const std::string& help) {
  return add_value(app, name, type, text, as_it_is, help);
}

CLI::Option* add_texts(CLI::App* app, const std::string& name, const std::string& type,
                       std::vector<std::string>& texts, const std::string& help) {
  const auto take = [&texts](const std::string& text) { texts.push_back(text); };
  return add_repeated(app, name, type, take, help);
}

void refuse_number(const std::string& text, const std::string& expected) {
  refuse(fmt::format("found {}; expected {}", io::quote(text), expected));
}

CLI::Option* add_double(CLI::App* app, const std::string& name, double& value, double low,
                        double high, const std::string& help) {
  const auto parse = [low, high](const std::string& text) {
    const auto number = lab::parse_double(text);
    if (!number || !(*number >= low && *number <= high)) {
      refuse_number(text, fmt::format("a number from {} to {}", low, high));
    }
    return *number;
  };
  return add_value(app, name, "NUMBER", value, parse, help);
}

void refuse_unused(const CLI::App& app, const std::string& name, bool used,
                   const std::string& why) {
  if (used || app.count(name) == 0) return;
  refuse(fmt::format("{} would not be used: {}", name, why));
}

}  // namespace samebits::cli
