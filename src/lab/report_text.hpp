// SPDX-License-Identifier: Apache-2.0
//
// Every sentence of the comparison report, in every language. Numbers come in through the fields.
#pragma once

#include "lab/language.hpp"

namespace samebits::lab::phrase {

// ---- the head of the report --------------------------------------------------------------------

inline constexpr Phrase kTitle{"RMSNorm: how fast, how repeatable, how right",
                               "RMSNorm 对比：多快、可否重复、是否正确"};
inline constexpr Phrase kSubtitle{"{0} · measured {1} · samebits {2}, contract {3}",
                                  "{0} · 测量时间 {1} · samebits {2}，契约 {3}"};
inline constexpr Phrase kQuestion{"Can speed and determinism be had together?",
                                  "性能与确定性，能否兼得？"};

// ---- the answer ---------------------------------------------------------------------------------

inline constexpr Phrase kYes{"Yes.", "能。"};
inline constexpr Phrase kYesAtACost{"Yes, at a price.", "能，但有代价。"};
inline constexpr Phrase kNo{"Not with the methods measured here.", "本次所测的方法做不到。"};
inline constexpr Phrase kWinnerExact{
    "With {0}, the bits were the same in all {1} runs and at every batch size, and every output "
    "element had exactly the bits that the contract prescribes.",
    "“{0}”方法在全部 {1} 次运行、各种批大小下输出逐位相同，每个输出元素都与契约规定的值逐位一致。"};
inline constexpr Phrase kWinnerSame{
    "With {0}, the bits were the same in all {1} runs and at every batch size, though not always "
    "those that the contract prescribes: at worst {2} of the output elements had them.",
    "“{0}”方法在全部 {1} 次运行、各种批大小下输出逐位相同，但并不总是契约规定的值：最差时有 {2} 的"
    "输出元素与之一致。"};
inline constexpr Phrase kNoWinner{
    "No method gave the same bits both in all runs and at every batch size.",
    "没有一种方法能在所有运行和所有批大小下都给出相同的位。"};
inline constexpr Phrase kCost{
    "It took {0} times as long as the standard method, at {1} of the speed of a plain memory copy.",
    "耗时是标准方法的 {0} 倍，速度为单纯内存拷贝的 {1}。"};
inline constexpr Phrase kCostIsBaseline{
    "It is the standard method itself, at {0} of the speed of a plain memory copy.",
    "它就是标准方法本身，速度为单纯内存拷贝的 {0}。"};
inline constexpr Phrase kCostCopyOnly{"It ran at {0} of the speed of a plain memory copy.",
                                      "速度为单纯内存拷贝的 {0}。"};
inline constexpr Phrase kOthersSame{
    "Also the same throughout, but with other bits than the contract's: {0}. Such bits follow the "
    "order in which this build adds, which another machine or version may change.",
    "同样始终不变、但位与契约不同的有：{0}。它们的位取决于本次构建的求和顺序，换机器或换版本就可能"
    "改变。"};
inline constexpr Phrase kBatchMoved{
    "Repeatable from run to run, but with other bits for the same row when the batch around it "
    "changes size: {0}.",
    "每次运行结果相同、但同一行放进不同大小的批次时位会改变的有：{0}。"};
inline constexpr Phrase kRaced{
    "On the same numbers, {0} gave up to {1} different outputs in {2} runs, up to {3} apart.",
    "对同样的数据，“{0}”在 {2} 次运行中最多出现 {1} 种不同的输出，最大相差 {3}。"};
inline constexpr Phrase kDidNotRace{
    "No run of {0} differed from another this time; its threads race, so that is luck and not a "
    "promise.",
    "这一次，“{0}”的各次运行没有出现差异；但它的线程相互竞争，这只是运气，不是保证。"};

// ---- figures shown large ------------------------------------------------------------------------

inline constexpr Phrase kTileRuns{"runs with the same bits", "次运行输出逐位相同"};
inline constexpr Phrase kTileBatches{"batch sizes with the same bits", "种批大小下输出逐位相同"};
inline constexpr Phrase kTileBits{"of elements as the contract has them", "的元素与契约逐位一致"};
inline constexpr Phrase kTileTime{"the time of the standard method", "标准方法的耗时"};
inline constexpr Phrase kTileOf{"{} of {}", "{} / {}"};
inline constexpr Phrase kTimes{"{} ×", "{} 倍"};

// ---- columns ------------------------------------------------------------------------------------

inline constexpr Phrase kMethod{"Method", "方法"};
inline constexpr Phrase kMeanTime{"Mean time (ms)", "平均时间(ms)"};
inline constexpr Phrase kMedian{"Median (ms)", "中位数(ms)"};
inline constexpr Phrase kSpread{"p10–p90 (ms)", "p10–p90(ms)"};
inline constexpr Phrase kBandwidth{"Speed (GB/s)", "带宽(GB/s)"};
inline constexpr Phrase kOfCopy{"Of copy speed", "占拷贝速度"};
inline constexpr Phrase kOutputs{"Outputs / runs", "输出种数/次数"};
inline constexpr Phrase kMaxDifference{"Max difference", "最大差异"};
inline constexpr Phrase kDeterministic{"Deterministic", "确定性"};
inline constexpr Phrase kBatchInvariant{"Batch-invariant", "批大小无关"};
inline constexpr Phrase kRight{"Bits right", "位正确率"};
inline constexpr Phrase kMaxError{"Max error (ulp)", "最大误差(ulp)"};
inline constexpr Phrase kTier{"Tier", "性能等级"};
inline constexpr Phrase kRecommendation{"Recommendation", "推荐度"};

inline constexpr Phrase kYesWord{"yes", "是"};
inline constexpr Phrase kNoWord{"no", "否"};
inline constexpr Phrase kMedianIs{"median {}", "中位数 {}"};
inline constexpr Phrase kOfCopyIs{"{} of copy", "拷贝的 {}"};
inline constexpr Phrase kOutputsInRuns{"{} in {} runs", "{1} 次运行 {0} 种输出"};
inline constexpr Phrase kSizesTried{"{} batch sizes", "{} 种批大小"};
inline constexpr Phrase kDiffersAt{"differs at size {}", "批大小 {} 时不同"};
inline constexpr Phrase kRowMoves{"not repeatable", "本身不可重复"};
inline constexpr Phrase kMaxUlp{"max {} ulp", "最大 {} ulp"};
inline constexpr Phrase kInfinite{"not finite", "非有限值"};
inline constexpr Phrase kCopyRow{"memory copy", "内存拷贝"};
inline constexpr Phrase kCopyRowOn{"memory copy on {}", "内存拷贝（{}）"};
inline constexpr Phrase kNotSupported{"not supported: {}", "不支持：{}"};
inline constexpr Phrase kFailed{"failed: {}", "失败：{}"};
inline constexpr Phrase kNoMethod{"{} does not have this method", "{} 没有这种方法"};
inline constexpr Phrase kNoDType{"{} does not take {}", "{} 不接受 {}"};

// ---- the times of a GPU ------------------------------------------------------------------------

inline constexpr Phrase kGpuTimes{"GPU times, three ways", "GPU 时间的三种测法"};
inline constexpr Phrase kGpuTimesText{
    "Medians. The work alone, between two readings of the device's own clock; submitting it and "
    "waiting for its end, on data that is already there (the time in the table above); and a whole "
    "call, with the data sent there and back, seven of them after all else.",
    "均为中位数：仅计算本身（设备自身时钟的两次读数之差）；提交并等待结束，数据已在设备上（即上表"
    "中的时间）；以及连同数据往返传输的一次完整调用（最后单独测七次）。"};
inline constexpr Phrase kGpuKernel{"Kernel (ms)", "核函数(ms)"};
inline constexpr Phrase kGpuSubmit{"Submit and wait (ms)", "提交并等待(ms)"};
inline constexpr Phrase kGpuWhole{"With transfers (ms)", "含传输(ms)"};

// ---- methods, tiers, recommendations ------------------------------------------------------------

inline constexpr Phrase kStandard{"standard", "标准"};
inline constexpr Phrase kChunked{"chunked ({0})", "分块顺序({0})"};
inline constexpr Phrase kChunkedParallel{"chunked-parallel ({1} threads)", "分块并行({1}线程)"};
inline constexpr Phrase kAdaptive{"adaptive", "自适应分块"};
inline constexpr Phrase kExact{"exact", "精确"};
inline constexpr Phrase kChunkedShort{"chunked", "分块顺序"};
inline constexpr Phrase kChunkedParallelShort{"chunked-parallel", "分块并行"};
inline constexpr Phrase kOnDevice{"{} on {}", "{}（{}）"};

inline constexpr Phrase kStandardGloss{"one float32 pass over each row", "每行一趟 float32 求和"};
inline constexpr Phrase kChunkedGloss{"chunk sums added in index order", "各块之和按序号相加"};
inline constexpr Phrase kChunkedParallelGloss{"chunk sums added as threads finish them",
                                              "各块之和按线程完成的先后相加"};
inline constexpr Phrase kAdaptiveGloss{"block width chosen by the number of rows",
                                       "块宽随行数而变"};
inline constexpr Phrase kExactGloss{"any order, then rounded correctly: the contract",
                                    "顺序任意，最后正确舍入：即契约"};
inline constexpr Phrase kCopyGloss{"of the input: the yardstick", "拷贝输入数据：作为标尺"};

inline constexpr Phrase kExcellent{"excellent", "优秀"};
inline constexpr Phrase kGood{"good", "良好"};
inline constexpr Phrase kFair{"fair", "一般"};
inline constexpr Phrase kSlow{"slow", "较慢"};
inline constexpr Phrase kStronglyRecommended{"strongly recommended", "强烈推荐"};
inline constexpr Phrase kRecommended{"recommended", "推荐"};
inline constexpr Phrase kOptional{"optional", "可选"};
inline constexpr Phrase kNotRecommended{"not recommended", "不推荐"};

// ---- what was run, for each input ---------------------------------------------------------------

inline constexpr Phrase kInputLine{"{0} rows × {1} columns, {2}{3}. {4}.",
                                   "{0} 行 × {1} 列，{2}{3}。{4}。"};
inline constexpr Phrase kWithWeight{", weight ({})", "，带权重（{}）"};
inline constexpr Phrase kWithoutWeight{", no weight", "，无权重"};
inline constexpr Phrase kWithResidual{", residual ({})", "，带残差（{}）"};
inline constexpr Phrase kRunsLine{
    "Each method ran {0} times: {1} timed, {2} more while other threads kept every core busy",
    "每种方法运行 {0} 次：{1} 次计时，另 {2} 次在其他线程占满所有核心时进行"};
inline constexpr Phrase kNoisy{
    "The machine was busy with other things: even the copy took {0} to {1} ms (p10 to p90). Read "
    "the times with that in mind; repeatability and correctness do not suffer from it.",
    "测量时机器并不空闲：单是内存拷贝的耗时就在 {0} 至 {1} 毫秒之间（p10 至 p90）。请据此看待各项"
    "时间；可重复性与正确性不受影响。"};
inline constexpr Phrase kDevices{"Devices", "设备"};
inline constexpr Phrase kDeviceIs{"{}: {}", "{}：{}"};
inline constexpr Phrase kDeviceIsSoftware{
    "{}: {}. A software driver: the processor plays the GPU. Its bits count; its times say nothing "
    "of "
    "a GPU's.",
    "{}：{}。这是软件驱动，由处理器扮演 GPU：它的位算数，它的时间不代表任何 GPU。"};
inline constexpr Phrase kDeviceAbsent{"{}: not measured, {}", "{}：未测量，{}"};
inline constexpr Phrase kResults{"Results", "测试结果"};

// ---- pictures -----------------------------------------------------------------------------------

inline constexpr Phrase kTimePicture{"Time per call", "每次调用的时间"};
inline constexpr Phrase kTimeCaption{
    "Bar: median, in milliseconds. Line across its end: p10 to p90. Dashed: a plain copy of the "
    "same data.",
    "条形为中位数（毫秒），末端横线为 p10 至 p90，虚线为拷贝同样数据所需的时间。"};
inline constexpr Phrase kRunsPicture{"How runs of one method differ", "同一方法各次运行的差异"};
inline constexpr Phrase kRunsCaption{
    "Over the runs whose output was not that of the first run: share of elements by their distance "
    "from the first run, in units in the last place (ulp). The rest are equal.",
    "统计输出与首次运行不同的那些运行：各元素与首次运行相差多少个末位单位(ulp)，及其所占比例。"
    "其余元素相同。"};
inline constexpr Phrase kDifferingRuns{"{} of {} runs differ", "{1} 次运行中 {0} 次不同"};
inline constexpr Phrase kRunsNone{
    "Nothing to draw: every method gave the same bits in all of its runs.",
    "无可绘制：每种方法在全部运行中输出逐位相同。"};
inline constexpr Phrase kErrorPicture{"Distance from the contract", "与契约值的距离"};
inline constexpr Phrase kErrorCaption{
    "Share of output elements by their distance from the correctly rounded result, in ulp. At the "
    "right: the share that is right to the last bit.",
    "输出元素与正确舍入结果相差多少个 ulp，及其所占比例。右侧数字为逐位正确的比例。"};
inline constexpr Phrase kUlpAxis{"distance (ulp)", "相差(ulp)"};
inline constexpr Phrase kShareAxis{"share of elements (%)", "元素比例(%)"};
inline constexpr Phrase kRightClass{"right", "正确"};
inline constexpr Phrase kMoreClass{"more", "更多"};
inline constexpr Phrase kLegendSame{"same bits in every run and batch",
                                    "每次运行、每种批大小都相同"};
inline constexpr Phrase kLegendRuns{"same in every run, not in every batch",
                                    "每次运行相同，随批大小改变"};
inline constexpr Phrase kLegendNone{"differs from run to run", "每次运行都可能不同"};
inline constexpr Phrase kNoPicture{"The pictures are missing: {}.", "没有图：{}。"};
inline constexpr Phrase kNoGnuplot{"the program gnuplot was not found; everything else is complete",
                                   "未找到 gnuplot 程序；其余内容完整"};
inline constexpr Phrase kGnuplotFailed{"gnuplot did not draw them; everything else is complete",
                                       "gnuplot 未能绘制；其余内容完整"};
inline constexpr Phrase kListComma{", ", "、"};
inline constexpr Phrase kColumnsLeftOut{"Columns left out for want of room: {}.",
                                        "因宽度不够未显示的列：{}。"};
inline constexpr Phrase kPicturesElsewhere{
    "Pictures are in report.html, all figures in report.json.",
    "图见 report.html，全部数字见 report.json。"};

}  // namespace samebits::lab::phrase
