// SPDX-License-Identifier: Apache-2.0
//
// A folder that shows one refuted cell again: the rows, two configurations, both outputs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "lab/audit/audit.hpp"
#include "lab/audit/execute.hpp"
#include "lab/audit/witness.hpp"

namespace samebits::lab::audit {

/// Makes the counterexample of a cell as small as it can be: the calls that the row is in, and of
/// those as few rows as still show the difference within `tries` calls.
Counterexample minimize(Witness& witness, const Counterexample& counterexample, std::int64_t tries);

/// Removes the folders of evidence that an earlier audit left there, and nothing else.
void remove_old_evidence(const std::string& output);

/// Writes <output>/evidence/<subject>-<device>-<dtype>-<axis>/ and returns its path from `output`;
/// nothing if there is no difference to show. If the difference does not show again, the cell
/// races.
std::string write_evidence(const std::string& output, Cell& cell, Witness& witness,
                           std::uint64_t seed);

/// A folder read back.
struct Evidence {
  std::string subject;
  std::string device;
  std::string plugin;
  std::string axis;
  std::string label;
  Inputs inputs;
  Counterexample counterexample;
  bool races = false;
  std::string state_left{};  ///< if it is the caller's float environment that was not kept
  FirstDifference first{};   ///< as recorded: its place and its bits; row -1: none was
};

/// Throws Error if the folder does not hold evidence.
Evidence read_evidence(const std::string& folder);

/// The subject of a folder: a method of this library, or the library at `plugin`, or else at the
/// path that the folder names, in a process of `host_program`.
std::unique_ptr<Subject> subject_of(const Evidence& evidence, const std::string& plugin,
                                    const std::string& host_program,
                                    const testing::GpuSchedule& gpu);

struct Replay {
  bool reproduced = false;
  int trials = 0;  ///< until it was, or in all
  std::int64_t moved_values = 0;
  std::int64_t values = 0;
  std::uint64_t max_ulp_diff = 0;
  FirstDifference first{};
  std::string state_left{};
};

/// Does both configurations again, up to `trials` times if the subject races. `plugin` replaces
/// the path of the library if it is not empty; `host_program` and `gpu` are those of AuditOptions.
/// Throws Error, or Misbehaviour.
Replay replay(const Evidence& evidence, const std::string& plugin, int trials,
              const std::string& host_program = {}, const testing::GpuSchedule& gpu = {});

}  // namespace samebits::lab::audit
