// SPDX-License-Identifier: Apache-2.0
//
// Method::chunked_parallel: k host threads take chunks of columns and submit them, each thread on a
// stream of its own (queues, as far as the device has so many). The device files a chunk's sum
// behind those of its row that were done before, and adds them in that order. Floating-point
// addition does not associate, so the result depends on which came first: the variation is the race
// itself, never a random number.
#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "devices/vulkan/call.hpp"

namespace samebits::vulkan {
namespace {

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
    work_.buffers.record_clear(before_);
    before_.end();
  }

  void record_chunks() {
    for (const Sequence& chunks : work_.program.race) {
      const std::size_t stream = chunks_.size() % streams_;
      chunks_.push_back(std::make_unique<Commands>(work_.device, stream));
      chunks_.back()->begin();
      // No barrier at the beginning: chunks may overtake each other.
      work_.record(*chunks_.back(), chunks);
      chunks_.back()->end();
    }
  }

  void record_after() {
    after_.begin();
    after_.barrier();
    work_.record(after_, work_.program.sequence);
    times_.end(after_);
    work_.buffers.record_report(after_);
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
