// SPDX-License-Identifier: Apache-2.0
//
// Every sentence of the audit's report that stands in no table of its own, in every language.
#pragma once

#include "lab/language.hpp"

namespace samebits::lab::audit::phrase {

inline constexpr Phrase kTitle{"RMSNorm: what can change its bits", "RMSNorm：什么会改变它的位"};
inline constexpr Phrase kSubtitle{"{0} · audited {1} · samebits {2}, contract {3}",
                                  "{0} · 审计时间 {1} · samebits {2}，契约 {3}"};
inline constexpr Phrase kQuestion{"What can change the bits?", "什么会改变输出的位？"};
inline constexpr Phrase kMatrix{"The matrix", "总表"};
inline constexpr Phrase kTerms{"What the axes mean", "各方面的含义"};
inline constexpr Phrase kFindings{"What moved", "哪些变了"};
inline constexpr Phrase kFailures{"Faults of subjects", "对象的错误"};
inline constexpr Phrase kTried{"What was tried", "尝试过的取值"};
inline constexpr Phrase kTriedNote{
    "An axis says nothing about what is not listed here. Where the bits of two neighbouring "
    "numbers "
    "of rows differ, those between them were halved until the change was found; a change that does "
    "not last until the next number of this list is not seen.",
    "未列出的取值没有测试过。若相邻两个行数的位不同，则在二者之间折半查找变化之处；若变化在列表的下"
    "一个"
    "行数之前又消失，则无法发现。"};
inline constexpr Phrase kRun{"This run", "本次运行"};
inline constexpr Phrase kSubject{"Subject", "对象"};
inline constexpr Phrase kSpeed{"Speed", "速度"};
inline constexpr Phrase kOfCopy{"{} of copy", "拷贝的 {}"};

inline constexpr Phrase kSame{"same", "相同"};
inline constexpr Phrase kMoved{"MOVED", "变了"};
inline constexpr Phrase kRace{"RACE", "竞争"};
inline constexpr Phrase kNotVaried{"n/a", "未测"};

inline constexpr Phrase kLegendSame{
    "no bit moved, over the number of variations given and the values compared",
    "在所列的变化次数和比较的数值中，没有一位改变"};
inline constexpr Phrase kLegendMoved{
    "refuted: the most outputs that one row took, the largest difference, the elements and rows "
    "that moved",
    "被推翻：同一行最多出现的输出种数、最大差异、改变的元素数和行数"};
inline constexpr Phrase kLegendRace{
    "refuted, but the subject does not even repeat itself: this axis need not be the cause, and "
    "same is luck",
    "被推翻，但对象重复运行本身就不一致：原因未必在这一方面，“相同”也只是运气"};
inline constexpr Phrase kLegendNotVaried{"not varied, which is not passed: the report says why",
                                         "没有测试过，不等于通过；原因见报告"};

inline constexpr Phrase kVariations{"{} variations", "{} 种变化"};
inline constexpr Phrase kValues{"{} values", "{} 个数值"};
inline constexpr Phrase kOutputs{"{} outputs", "{} 种输出"};
inline constexpr Phrase kRowsMoved{"{} rows", "{} 行"};
inline constexpr Phrase kValuesMoved{"{} of {} values", "{1} 个数值中的 {0} 个"};
inline constexpr Phrase kNotAgain{"other bits when called again", "再次调用时位不同"};
inline constexpr Phrase kStateLeft{"caller's state changed", "调用者的状态被改变"};

inline constexpr Phrase kFinding{
    "{0} of {1} variations moved bits: {2} elements of {3} compared, in {4} rows; one row took up "
    "to {5} outputs; the largest difference is {6}, {7}.",
    "{1} 种变化中有 {0} 种改变了位：比较的 {3} 个元素中 {2} 个不同，涉及 {4} 行；同一行最多出现 "
    "{5} 种输出；最大差异 {6}，{7}。"};
inline constexpr Phrase kFoundAtTrial{"Trial {}, under load, was the first with other bits.",
                                      "在负载下第 {} 次尝试时首次出现不同的位。"};
inline constexpr Phrase kFirstCalls{
    "Only the first calls are different, {} of them: all later ones agree with one another.",
    "只有最初的 {} 次调用不同，之后的调用彼此一致。"};
inline constexpr Phrase kContradicted{"The same call gave other bits when it was made again later.",
                                      "同一个调用后来再执行一次，给出了不同的位。"};
inline constexpr Phrase kRacesAnyway{
    "The subject does not repeat itself, so the axis need not be the cause.",
    "对象重复运行本身就不一致，原因未必在这一方面。"};
inline constexpr Phrase kSwitch{"The bits change between {0} and {1} rows.",
                                "位在 {0} 行与 {1} 行之间发生变化。"};
inline constexpr Phrase kSwitchOfColumns{
    "The bits change between {0} and {1} rows, as the first {2} columns show.",
    "位在 {0} 行与 {1} 行之间发生变化（取前 {2} 列）。"};
inline constexpr Phrase kMoreSwitches{"Further such numbers of rows were not looked for.",
                                      "没有继续查找更多这样的行数。"};
inline constexpr Phrase kMovedAt{"Moved at: {}.", "改变于：{}。"};
inline constexpr Phrase kMovedAtAll{"Every variation moved some.", "每一种变化都有改变。"};
inline constexpr Phrase kSameAt{"Same at: {}.", "相同于：{}。"};
inline constexpr Phrase kStateSentence{"The caller's floating-point environment was not kept: {}.",
                                       "调用者的浮点环境没有复原：{}。"};
inline constexpr Phrase kFailureLine{"{0}: {1}: {2}{3}", "{0}：{1}：{2}{3}"};
inline constexpr Phrase kFailureWhere{" (first at {0}; {1} in all)", "（首次在 {0}；共 {1} 次）"};
inline constexpr Phrase kMaxUlp{"{} ulp", "{} ulp"};
inline constexpr Phrase kNan{"NaN on one side", "一边是 NaN"};
inline constexpr Phrase kNotFinite{"not finite", "非有限值"};

inline constexpr Phrase kSummaryAll{"{0}: no bit moved; axes varied: {1}{2}.",
                                    "{0}：所变化的 {1} 个方面没有一位改变{2}。"};
inline constexpr Phrase kSummaryRace{
    "{0}: not repeatable. The same call gives other bits when it is made again{1}.",
    "{0}：不可重复。同一个调用再执行一次就可能给出不同的位{1}。"};
inline constexpr Phrase kSummaryTrial{" (it showed at trial {})", "（尝试 {} 次后出现）"};
inline constexpr Phrase kSummaryMoved{"{0}: {1}other bits by {2}; the same by {3}{4}.",
                                      "{0}：{1}随 {2} 改变；随 {3} 不变{4}。"};
inline constexpr Phrase kSummaryRepeats{"repeats itself, yet ", "可以重复，但"};
inline constexpr Phrase kSummaryUnvaried{"; not varied: {}", "；未测试：{}"};
inline constexpr Phrase kSummarySwitch{"batch (between {0} and {1} rows)",
                                       "batch（在 {0} 行与 {1} 行之间）"};
inline constexpr Phrase kComma{", ", "、"};
inline constexpr Phrase kNothing{"nothing", "无"};

inline constexpr Phrase kWhyTitle{"Why run-to-run determinism is not batch invariance",
                                  "为什么可重复不等于批大小无关"};
inline constexpr Phrase kWhy{
    "Repeating a call with the same operands and getting the same bits shows that nothing races. "
    "A server never repeats a call: it puts a user's row into whatever batch the load makes at "
    "that moment. An implementation may choose its block width by the number of rows; each such "
    "choice repeats perfectly, and the user's row still gets other bits from one minute to the "
    "next. Each axis below is a promise of its own, and only those marked same were kept here.",
    "用同样的操作数重复一个调用得到同样的位，只说明没有竞争。服务器从不重复同一个调用：它把用户的"
    "一行放进当时负载形成的批次里。实现可以按行数选择块宽，每一种选择都能完美重复，而用户的这一行"
    "隔一会儿得到的位仍然不同。下面每个方面都是各自独立的承诺，只有标为“相同”的在这里得到了遵守。"};
inline constexpr Phrase kUlp{
    "ulp: unit in the last place, the step from one number of a format to the next. Outputs are "
    "compared as encodings; -0 and +0 differ.",
    "ulp：末位单位，即一种格式中一个数到下一个数的距离。输出按编码比较，-0 与 +0 不同。"};
inline constexpr Phrase kDistinct{
    "outputs: how many different results one and the same row took; the largest count over all "
    "rows.",
    "输出种数：同一行出现过多少种不同结果，取各行中最多的。"};
inline constexpr Phrase kHistogram{"Distance of the elements that moved, in ulp",
                                   "改变的元素相差多少 ulp"};
inline constexpr Phrase kHistogramNote{"share of the {} elements that moved",
                                       "占改变的 {} 个元素的比例"};
inline constexpr Phrase kFirstDifference{"First differing element", "第一个不同的元素"};
inline constexpr Phrase kEvidence{"Evidence", "证据"};
inline constexpr Phrase kMachine{"Machine", "机器"};
inline constexpr Phrase kSystem{"System", "系统"};
inline constexpr Phrase kCommand{"Command", "命令"};
inline constexpr Phrase kUnused{"testing::Options without effect here", "在此不起作用的选项"};
inline constexpr Phrase kSeed{"Seed (the same again with --seed)", "种子（用 --seed 重做）"};
inline constexpr Phrase kDuration{"Duration", "用时"};
inline constexpr Phrase kSeconds{"{:.0f} s", "{:.0f} 秒"};
inline constexpr Phrase kComputed{"Computed", "计算内容"};
inline constexpr Phrase kComputedText{"weight mode {0}, residual mode {1}, eps {2}",
                                      "权重模式 {0}，残差模式 {1}，eps {2}"};

}  // namespace samebits::lab::audit::phrase
