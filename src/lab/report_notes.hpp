// SPDX-License-Identifier: Apache-2.0
//
// The explaining part of the comparison report, in every language.
#pragma once

#include "lab/language.hpp"

namespace samebits::lab::phrase {

// ---- what the columns mean ----------------------------------------------------------------------

inline constexpr Phrase kMeaning{"What the columns mean", "各列的含义"};

struct Definition {
  Phrase term;
  Phrase text;
};
inline constexpr Definition kDefinitions[] = {
    {{"Mean time", "平均时间"},
     {"Arithmetic mean over the timed runs. The median is less moved by interruptions; p10–p90 is "
      "the range of the middle 80 % of the runs.",
      "计时运行的算术平均。中位数受干扰较小；p10–p90 是居中 80% 的运行所在的范围。"}},
    {{"Speed, of copy speed", "带宽、占拷贝速度"},
     {"Bytes that a call has to move (input, output, weight once, residual in and out) over the "
      "median time; then as a share of what a copy of the input reaches on as many threads, the "
      "faster of memcpy and cache-bypassing stores, timed in the same rounds.",
      "一次调用必须搬运的字节数（输入、输出、权重一次、残差读写各一次）除以中位时间；再除以同样线程"
      "数拷贝输入数据的速度，拷贝取 memcpy 与绕过缓存写入中较快者，并在同一轮中计时。"}},
    {{"Max difference", "最大差异"},
     {"Largest difference between an element in any run and the same element in the method's first "
      "run.",
      "任意一次运行中的元素与该方法首次运行中同一元素之差的最大值。"}},
    {{"Deterministic", "确定性"},
     {"All outputs of all runs, timed and under load, have the same bits. This is what was seen, "
      "not a proof: a race can come out the same by luck.",
      "所有运行（计时的和有负载的）输出逐位相同。这是观察所得，不是证明：竞争也可能碰巧得出同样"
      "结果。"}},
    {{"Batch-invariant", "批大小无关"},
     {"Deterministic, and a row has the same bits alone, in batches of other sizes (up to 2048, "
      "closely around 256) and at other places as in the whole input. Also an observation on these "
      "rows: with few rows, or in a 16-bit format, a small change can stay hidden by rounding.",
      "具有确定性，并且同一行单独计算、放入其他大小的批次（最大 2048，256 附近取得更密）和其他"
      "位置时，得到的位都与整体计算时相同。同样是对这些行的观察：行数很少或使用 16 位格式时，"
      "微小的变化可能被舍入掩盖。"}},
    {{"Bits right, max error", "位正确率、最大误差"},
     {"Share of output elements with exactly the bits of the contract (correctly rounded inverse "
      "RMS, then the roundings it names), and the largest distance from it in units in the last "
      "place (ulp) of the output format. The reference decides each row in integers, apart from "
      "the floating-point path that is measured here under the name exact.",
      "与契约规定的值逐位一致的输出元素比例（均方根倒数正确舍入，再按规定逐步舍入），以及相差的"
      "最大末位单位数(ulp，按输出格式)。参考值对每一行都用整数判定，与此处以“精确”之名被测量的"
      "浮点路径相互独立。"}},
};

// ---- rules --------------------------------------------------------------------------------------

inline constexpr Phrase kRules{"Rules for tiers and recommendations", "等级与推荐的规则"};
inline constexpr Phrase kRulesIntro{
    "The same for every method; the first line that holds decides. Differences close to a "
    "threshold mean little.",
    "对每种方法一视同仁；自上而下，首个成立者生效。接近界限的差别意义不大。"};
inline constexpr Phrase kVerdictRule{
    "The answer at the top speaks of the fastest method whose bits are the same in every run and "
    "every batch on every input, preferring one whose bits are all right. It says yes without a "
    "price where that method takes at most {0} times as long as the standard method on every "
    "input.",
    "开头的结论针对的是：在每种输入上，每次运行、每种批大小输出都逐位相同的方法中最快者，位全部正确"
    "者"
    "优先。若它在每种输入上的耗时都不超过标准方法的 {0} 倍，则结论为“能”，不提代价。"};
inline constexpr Phrase kCondition{"Condition", "条件"};
inline constexpr Phrase kTierRule{
    "at least {0} of the copy speed, or at least {1} times the speed of the standard method on the "
    "CPU",
    "不低于拷贝速度的 {0}，或不低于 CPU 上标准方法速度的 {1} 倍"};
inline constexpr Phrase kOtherwise{"otherwise", "其他情况"};
inline constexpr Phrase kNeedsDeterministic{"deterministic", "具有确定性"};
inline constexpr Phrase kNeedsBatchInvariant{"batch-invariant", "与批大小无关"};
inline constexpr Phrase kNeedsBits{"all bits right", "位全部正确"};
inline constexpr Phrase kNeedsTier{"tier {} or better", "性能等级{}及以上"};
inline constexpr Phrase kNeedsTop{"tier {}", "性能等级{}"};
inline constexpr Phrase kAnyTier{"any tier", "性能等级不限"};
inline constexpr Phrase kAnd{", ", "，"};

// ---- timing, machine, how to repeat it ----------------------------------------------------------

inline constexpr Phrase kTiming{"What is inside the clock", "计时包含什么"};
inline constexpr Phrase kTimingText[] = {
    {"Inside: one whole run, with the data in memory: waking or starting threads, the work, "
     "waiting for the last thread. On a GPU: submitting, the work on data that is already there, "
     "waiting for its end; the work alone, and a call with the data sent there and back, stand in "
     "a "
     "table of their own.",
     "计入：数据已在内存中时的一次完整运行，即唤醒或启动线程、计算、等待最后一个线程。在 GPU 上为："
     "提交、对已在显存中的数据计算、等待结束；仅计算本身、以及连同数据往返传输的耗时另列一表。"},
    {"A GPU works while the host goes on, so a clock stopped without waiting for the device "
     "measures "
     "only how long it takes to enqueue. A row that is twenty times as fast as the others on the "
     "same GPU (0.05 ms beside 1.01 ms, as published once) is more likely that than a miracle.",
     "GPU 工作时主机并不等待，因此未等设备完成就停表，量到的只是入队所需的时间。同一块 GPU 上某一行"
     "比其他行快二十倍（曾发表过的 0.05 ms 对 1.01 ms）多半是这个原因，而不是奇迹。"},
    {"Outside: making the input, allocating the output, checking the arguments, two runs to warm "
     "up, filling the output "
     "with a pattern before each run (so that an element left unwritten would show), and hashing "
     "it after.",
     "不计入：生成输入、分配输出、检查参数、两次预热、每次运行前用固定图案填充输出（漏写的元素会因"
     "此暴露）、"
     "运行后计算摘要。"},
    {"Round-robin: each round times the copies and every method once, each round starting with "
     "another, so that noise and the neighbour's traces in the caches hit all alike. Data small "
     "enough to stay in a cache is timed there, for all methods and for the copy.",
     "轮流进行：每一轮对拷贝和每种方法各计时一次，且每轮从不同者开始，使干扰和前者留在缓存中的"
     "痕迹对所有方法均等。小到能留在缓存中的数据就在缓存中计时，对所有方法和拷贝都一样。"},
};
inline constexpr Phrase kMachine{"Machine", "测试环境"};
inline constexpr Phrase kProcessor{"Processor", "处理器"};
inline constexpr Phrase kCores{"Cores for this process", "可用核心数"};
inline constexpr Phrase kThreads{"Threads for each method", "每种方法的线程数"};
inline constexpr Phrase kSimd{"SIMD target", "SIMD 目标"};
inline constexpr Phrase kSystem{"System", "操作系统"};
inline constexpr Phrase kCompiler{"Compiler", "编译器"};
inline constexpr Phrase kVersion{"samebits / contract", "samebits / 契约"};
inline constexpr Phrase kLoad{"Load average at the start", "开始时的系统负载"};
inline constexpr Phrase kUnknown{"unknown", "未知"};
inline constexpr Phrase kMeasuredAt{"Measured", "测量时间"};
inline constexpr Phrase kTook{"{0}, took {1} s", "{0}，耗时 {1} 秒"};
inline constexpr Phrase kParameters{"Parameters", "参数"};
inline constexpr Phrase kParameterText{
    "eps {0}, weight mode {1}, residual mode {2}; chunked "
    "methods: chunk {3}",
    "eps {0}，权重方式 {1}，残差方式 {2}；分块方法：块宽 {3}"};
inline constexpr Phrase kRepeat{"How to repeat this", "如何重现"};
inline constexpr Phrase kRepeatText{
    "Times will differ on another machine; the bits of the exact method will not.",
    "换一台机器，时间会不同；精确方法输出的位不会。"};

}  // namespace samebits::lab::phrase
