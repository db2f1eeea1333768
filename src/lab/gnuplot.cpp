// SPDX-License-Identifier: Apache-2.0
#include "lab/gnuplot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <regex>
#include <thread>

#include "lab/html_text.hpp"

extern char** environ;

namespace samebits::lab {
namespace {

constexpr auto kPatience = std::chrono::seconds(20);

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// Files rather than pipes: neither side can wait for the other to read.
File temporary_with(const std::string& contents) {
  File file(std::tmpfile());
  if (!file) return nullptr;
  if (std::fwrite(contents.data(), 1, contents.size(), file.get()) != contents.size()) {
    return nullptr;
  }
  std::fflush(file.get());
  std::rewind(file.get());
  return file;
}

std::string read_all(std::FILE* file) {
  std::rewind(file);
  std::string contents;
  char block[65536];
  while (const std::size_t count = std::fread(block, 1, sizeof block, file)) {
    contents.append(block, count);
  }
  return contents;
}

/// True if the child ended by itself in time, whatever it says of itself.
bool wait_for(pid_t child) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (waitpid(child, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

/// The error of posix_spawnp; 0 if the program ran.
int spawn(const char* program, int in, int out, pid_t* child) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string name = program;
  std::string no_settings = "-d";  // the user's .gnuplot is for the user's pictures
  char* const arguments[] = {name.data(), no_settings.data(), nullptr};
  const int error = posix_spawnp(child, program, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

constexpr const char* kNames[kInks] = {"text", "grid", "muted", "copy", "same", "runs", "none",
                                       "ulp0", "ulp1", "ulp2",  "ulp3", "ulp4", "ulp5"};

std::string replaced(const std::string& text, const char* pattern, const std::string& by) {
  return std::regex_replace(text, std::regex(pattern), by);
}

/// Symbols of points and filters of boxes, none of which our pictures use.
void erase_definitions(std::string& svg) {
  const std::size_t begin = svg.find("<defs>");
  const std::size_t end = svg.find("</defs>");
  if (begin < end && end != std::string::npos) svg.erase(begin, end + 7 - begin);
}

}  // namespace

// A colour travels as a red that no picture uses for itself.
std::string script_colour(Ink ink) {
  return fmt::format("#{:02x}0000", static_cast<int>(ink) + 1);
}

std::string page_colour(Ink ink) {
  return fmt::format("var(--{})", kNames[static_cast<std::size_t>(ink)]);
}

std::string gnuplot_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return quoted + "\"";
}

std::string fit_for_page(std::string_view svg, std::string_view id, std::string_view title) {
  std::string text(svg.substr(std::min(svg.find("<svg"), svg.size())));
  text = replaced(text, "<title>[^<]*</title>", "");
  text = replaced(text, "<desc>[^<]*</desc>", "");
  erase_definitions(text);
  text = replaced(text, "<use [^>]*/>", "");
  text = replaced(text, " id=[\"'][^\"']*[\"']", "");
  text = replaced(text, " font-family=\"[^\"]*\"", "");
  text = replaced(text, "[ \t]*\n[ \t\n]*", "\n");
  for (int i = 0; i < kInks; ++i) {
    text = replaced(text, fmt::format("rgb\\( *{}, *0, *0\\)", i + 1).c_str(),
                    page_colour(static_cast<Ink>(i)));
  }
  const std::string opening =
      fmt::format("<svg id=\"{}\" role=\"img\" aria-label=\"{}\"", id, html_escaped(title));
  return text.replace(0, 4, opening);
}

Drawing draw_with_gnuplot(const std::string& script, std::string_view id, std::string_view title,
                          const char* program) {
  const File in = temporary_with(script);
  const File out = temporary_with({});
  if (!in || !out) return {.svg = {}, .failure = DrawFailure::failed};
  pid_t child = -1;
  if (spawn(program, fileno(in.get()), fileno(out.get()), &child) != 0) {
    return {.svg = {}, .failure = DrawFailure::not_found};
  }
  const bool ended = wait_for(child);
  const std::string svg = read_all(out.get());
  // Some systems report a missing program only here, by an output of nothing.
  if (!ended || svg.find("</svg>") == std::string::npos) {
    return {.svg = {}, .failure = DrawFailure::failed};
  }
  return {.svg = fit_for_page(svg, id, title), .failure = DrawFailure::none};
}

}  // namespace samebits::lab
