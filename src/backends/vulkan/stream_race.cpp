// SPDX-License-Identifier: Apache-2.0
//
// Method::chunked_parallel: k host threads take chunks of columns and submit them, each thread on a
// stream of its own (queues, as far as the device has so many). The device adds a chunk's sums to
// the rows' when the chunk is done. Floating-point addition does not associate, so the result
// depends on which came first: the variation is the race itself, never a random number.
#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "backends/vulkan/call.hpp"

namespace samebits::vulkan {
namespace {

/// A run of adjacent chunks of one piece.
struct Task {
  std::size_t piece;
  std::uint32_t first;
  std::uint32_t count;
};

std::vector<Task> make_tasks(const Plan& plan) {
  // A submission takes longer than a chunk. Beyond so many, several chunks go together.
  constexpr std::uint32_t kMostTasks = 64;
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < plan.pieces.size(); ++i) {
    const Parameters p = plan.of(plan.pieces[i]);
    const std::uint32_t chunks = (p.columns - 1) / p.chunk + 1;
    const std::uint32_t each = std::min(kMaxGroups, (chunks + kMostTasks - 1) / kMostTasks);
    for (std::uint32_t first = 0; first < chunks; first += each) {
      tasks.push_back({i, first, std::min(each, chunks - first)});
    }
  }
  return tasks;
}

class StreamRace final : public Schedule {
 public:
  StreamRace(const Work& work, int streams)
      : work_(work),
        times_(work.device),
        before_(work.device, 0),
        after_(work.device, 0),
        streams_(static_cast<std::size_t>(streams)) {
    record_before();
    record_chunks();
    record_after();
  }

  void run() override {
    before_.run();
    submit_chunks();
    // The streams meet here, on the host: a stream's chunks may be done before another's begin.
    // Also where one could not be submitted: none may be under way when they are submitted again.
    for (auto& chunk : chunks_) chunk->wait();
    if (failure_) std::rethrow_exception(failure_);
    after_.run();
  }

  double device_seconds() const override { return times_.span(); }

 private:
  void record_before() {
    before_.begin();
    before_.barrier();
    times_.begin(before_);
    work_.record_clear(before_);
    before_.end();
  }

  void record_chunks() {
    for (const Task& task : make_tasks(work_.plan)) {
      const std::size_t stream = chunks_.size() % streams_;
      chunks_.push_back(std::make_unique<Commands>(work_.device, stream));
      record(*chunks_.back(), task);
    }
  }

  void record(Commands& commands, const Task& task) const {
    Parameters p = work_.plan.of(work_.plan.pieces[task.piece]);
    p.first_chunk = task.first;
    const std::int64_t groups = (std::int64_t{p.rows} + p.threads - 1) / p.threads;
    commands.begin();
    // No barrier here: chunks may overtake each other. Sums are added by atomic operations.
    commands.dispatch(work_.pipelines.of(Stage::chunk_sum), work_.bindings.of_piece(task.piece), p,
                      task.count, groups);
    commands.end();
  }

  void record_after() {
    after_.begin();
    after_.barrier();
    work_.record_pieces(after_, Stage::scale, true);
    times_.end(after_);
    after_.barrier();
    after_.end();
  }

  /// Takes the next chunk and submits it, until none is left.
  void submit_some() noexcept {
    try {
      for (std::size_t i = next_++; i < chunks_.size(); i = next_++) chunks_[i]->submit();
    } catch (...) {
      const std::lock_guard lock(failure_mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
  }

  void submit_chunks() {
    next_ = 0;
    failure_ = nullptr;
    {
      std::vector<std::jthread> others;
      others.reserve(streams_);
      try {
        for (std::size_t i = 1; i < streams_; ++i) others.emplace_back([this] { submit_some(); });
      } catch (const std::system_error&) {
        // Those that started, and this thread, will do all.
      }
      submit_some();
    }
  }

  const Work& work_;
  Timestamps times_;
  Commands before_;
  Commands after_;
  std::size_t streams_;
  std::vector<std::unique_ptr<Commands>> chunks_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
};

}  // namespace

std::unique_ptr<Schedule> make_stream_race(const Work& work, int streams) {
  return std::make_unique<StreamRace>(work, streams);
}

}  // namespace samebits::vulkan
