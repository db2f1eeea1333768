// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/axis.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

#include "io/message.hpp"
#include "samebits/testing.hpp"

namespace samebits::lab::audit {
namespace {

struct Entry {
  Axis axis;
  std::string_view name;
  Phrase title;
  Phrase definition;
};

constexpr Entry kEntries[] = {
    {Axis::repeat,
     "repeat",
     {"run-to-run determinism", "重复运行的确定性"},
     {"The same call again and again, the first one of all included: with other threads keeping "
      "every core busy and workers delayed and moved between cores, from new threads, and where "
      "that can be in new processes. Passing says nothing about calls that differ in any way.",
      "同一个调用反复执行，包括最初的那一次：其他线程占满所有核心，工作线程被延迟、在核心间移动；"
      "也从新线程、并在可能时从新进程中调用。"
      "通过这一项，对稍有不同的调用什么也没有说明。"}},
    {Axis::batch,
     "batch",
     {"batch invariance", "批大小无关"},
     {"A row alone and among up to 65535 others; where its bits change between two numbers of "
      "rows, "
      "the number at which they do is found. A server chooses the batch by its load, so a user "
      "sees "
      "this as randomness even where every call repeats exactly.",
      "同一行单独计算，以及与最多 65535 "
      "个其他行一起计算；若两个行数之间位发生变化，则找出变化之处的行数。"
      "服务器按负载决定批大小，所以即使每个调用都能精确重复，用户看到的仍然像随机。"}},
    {Axis::position,
     "position",
     {"position in the batch", "批内位置"},
     {"The same rows in another order: reversed, rotated, shuffled.",
      "同样的行换一种顺序：倒序、轮转、打乱。"}},
    {Axis::chunk,
     "chunk",
     {"chunking", "分块"},
     {"The same rows in one call or cut into several of equal size (chunked prefill); and the "
      "columns of a chunk, where the subject has such a knob.",
      "同样的行一次算完，或切成大小相等的几次调用（分块预填充）；若对象有此参数，也改变每块的列数"
      "。"}},
    {Axis::prefill,
     "prefill",
     {"prefill against decoding", "预填充与逐个解码"},
     {"The beginning of a sequence in one call and the rest row by row, split at several places, "
      "against all of it in one call.",
      "序列的前一部分一次算完、其余逐行计算，在多个位置切分，与整个序列一次算完相比。"}},
    {Axis::threads,
     "threads",
     {"threads", "线程数"},
     {"The number of threads, from one to more than there are cores.",
      "线程数，从一个到多于核心数。"}},
    {Axis::streams,
     "streams",
     {"streams", "并发流"},
     {"Several calls in flight on one device at the same time.", "同一设备上同时进行多个调用。"}},
    {Axis::simd,
     "simd",
     {"SIMD target", "SIMD 指令集"},
     {"Each set of vector instructions that the build holds and the processor runs: the same "
      "program on an older and a newer machine.",
      "构建所含、处理器支持的每一种向量指令集：相当于同一个程序在新旧不同的机器上。"}},
    {Axis::alignment,
     "alignment",
     {"alignment and strides", "对齐与行距"},
     {"Where the operands lie: every offset within a cache line, and rows that are further apart "
      "than they are long.",
      "操作数在内存中的位置：缓存行内的每一个偏移，以及大于行长的行距。"}},
    {Axis::in_place,
     "in-place",
     {"in place", "原地计算"},
     {"The output written over an input.", "输出写回输入所在的内存。"}},
    {Axis::fusion,
     "fusion",
     {"fusion of the residual", "残差融合"},
     {"The residual added inside the call, or added and rounded first and then normalized.",
      "残差在调用内部相加，或先相加并舍入、再归一化。"}},
    {Axis::columns,
     "columns",
     {"order of the columns", "列的顺序"},
     {"The elements of a row permuted together with the weight. A sum that is free of order "
      "cannot notice; one in a fixed order must.",
      "一行的元素与权重一起换序。与顺序无关的求和察觉不到，固定顺序的求和必然察觉。"}},
    {Axis::environment,
     "environment",
     {"floating-point environment", "浮点环境"},
     {"Flush-to-zero, denormals-are-zero and the rounding mode, switched by the caller before the "
      "call; other libraries do that to a whole process. After the call the caller's state must be "
      "back.",
      "调用者事先打开的清零(FTZ)、非规格数视为零(DAZ)和舍入方式；别的库会这样改变整个进程。"
      "调用之后，调用者的状态必须复原。"}},
    {Axis::device,
     "device",
     {"device", "设备"},
     {"The processor against each GPU.", "处理器与各个 GPU 相比。"}},
    {Axis::together,
     "together",
     {"all together", "全部一起"},
     {"Random settings on all axes at the same time, those left out that move bits by themselves: "
      "it finds what only a combination shows.",
      "所有方面同时随机变化，本身就会改变结果的除外：用来发现只有组合起来才出现的问题。"}},
};

const Entry& entry(Axis axis) {
  return kEntries[static_cast<std::size_t>(axis)];
}

}  // namespace

std::span<const Axis> all_axes() {
  static const auto axes = [] {
    std::array<Axis, std::size(kEntries)> result{};
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = kEntries[i].axis;
    return result;
  }();
  return axes;
}

std::string_view name_of(Axis axis) {
  return entry(axis).name;
}

Axis parse_axis(std::string_view name) {
  std::string known;
  for (const Entry& e : kEntries) {
    if (e.name == name) return e.axis;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", e.name);
  }
  throw Error(Status::invalid_argument,
              fmt::format("axis {} is unknown; expected one of {}", io::quote(name), known));
}

std::string_view title(Axis axis, Language language) {
  return entry(axis).title.in(language);
}

std::string_view definition(Axis axis, Language language) {
  return entry(axis).definition.in(language);
}

}  // namespace samebits::lab::audit
