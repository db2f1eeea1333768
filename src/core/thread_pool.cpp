// SPDX-License-Identifier: Apache-2.0
#include "core/thread_pool.hpp"

#include <pthread.h>
#include <signal.h>
#if defined(__linux__)
#include <sched.h>
#endif

#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <new>
#include <thread>

namespace samebits::core {
namespace {

/// Lets a waiting core's neighbour run.
inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Blocks signals while threads are started, so that a handler of the host's never runs on a thread
/// that it does not know. Those that tell of a fault on the thread itself stay as they are, since
/// blocked ones end the process without asking the host's handler; so does a profiler's clock.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    for (const int kept : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF}) {
      sigdelset(&all, kept);
    }
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

/// Threads are started when a call first wants them, and kept. Nothing is allocated: a job lies on
/// its caller's stack.
class ThreadPool {
 public:
  void run(int threads, void (*work)(void*), void* context) {
    Job job{work, context};
    post(job, threads - 1);
    work(context);
    finish(job);
  }

  /// Ends the threads; later calls run on their callers' threads alone. For the end of the program
  /// and for dlclose(), after which the threads would run code that is gone. A job in progress on
  /// another thread is finished first.
  void stop() {
    int count = 0;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      count = worker_count_;
      posts_.fetch_add(1, std::memory_order_relaxed);
    }
    posted_.notify_all();
    for (int i = 0; i < count; ++i) pthread_join(workers_[static_cast<std::size_t>(i)], nullptr);
  }

 private:
  struct Job {
    void (*work)(void*);
    void* context;
    int wanted = 0;               ///< threads that may still join
    std::atomic<int> active = 0;  ///< threads that joined and have not ended; written under mutex_
    Job* next = nullptr;
  };

  // How often a thread looks before it sleeps. Waking a sleeping thread takes as long as a megabyte
  // of rows; calls that follow each other closely should not pay that each time.
  static constexpr int kLooks = 2000;

  void post(Job& job, int helpers) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      start_workers(helpers);
      helpers = std::min(helpers, worker_count_);
      if (helpers == 0) return;
      job.wanted = helpers;
      job.next = jobs_;
      jobs_ = &job;
      posts_.fetch_add(1, std::memory_order_relaxed);
    }
    helpers == 1 ? posted_.notify_one() : posted_.notify_all();
  }

  /// The caller has found no work left: nobody else may join, and those that did must end.
  void finish(Job& job) {
    for (int i = 0; i < kLooks && job.active.load(std::memory_order_relaxed) > 0; ++i) pause();
    std::unique_lock lock(mutex_);
    withdraw(job);
    finished_.wait(lock, [&] { return job.active.load(std::memory_order_relaxed) == 0; });
  }

  void withdraw(Job& job) {
    for (Job** at = &jobs_; *at != nullptr; at = &(*at)->next) {
      if (*at != &job) continue;
      *at = job.next;
      return;
    }
  }

  /// Up to `wanted` workers in all; fewer where the system refuses more. A later call tries again.
  void start_workers(int wanted) {
    wanted = std::min(wanted, kMaxThreads - 1);
    if (worker_count_ >= wanted) return;
    const SignalsBlocked blocked;
    while (worker_count_ < wanted) {
      auto& worker = workers_[static_cast<std::size_t>(worker_count_)];
      if (pthread_create(&worker, nullptr, &serve, this) != 0) return;
      ++worker_count_;
    }
  }

  static void* serve(void* pool) {
    static_cast<ThreadPool*>(pool)->serve();
    return nullptr;
  }

  void serve() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      if (Job* job = jobs_) {
        work_on(*job, lock);
      } else {
        wait_for_job(lock);
      }
    }
  }

  void work_on(Job& job, std::unique_lock<std::mutex>& lock) {
    job.active.fetch_add(1, std::memory_order_relaxed);
    if (--job.wanted == 0) withdraw(job);
    lock.unlock();
    job.work(job.context);
    lock.lock();
    // The job is on its caller's stack, and the caller may leave as soon as it sees a zero here: it
    // can do so only under the mutex, so after this thread's last look at the job.
    if (job.active.fetch_sub(1, std::memory_order_relaxed) == 1) finished_.notify_all();
  }

  void wait_for_job(std::unique_lock<std::mutex>& lock) {
    const auto seen = posts_.load(std::memory_order_relaxed);
    lock.unlock();
    for (int i = 0; i < kLooks && posts_.load(std::memory_order_relaxed) == seen; ++i) pause();
    lock.lock();
    posted_.wait(lock, [&] { return jobs_ != nullptr || stopping_; });
  }

  std::mutex mutex_;
  std::condition_variable posted_;
  std::condition_variable finished_;
  Job* jobs_ = nullptr;  ///< those with places left, the newest first
  std::atomic<std::uint32_t> posts_ = 0;
  int worker_count_ = 0;
  bool stopping_ = false;
  std::array<pthread_t, kMaxThreads - 1> workers_{};
};

/// The pool's life. It is made when the library is loaded, made anew in a child of fork(), which
/// has none of the threads and may have found the mutex locked for ever, and never destroyed:
/// another thread may be in a call when the program ends.
class Life {
 public:
  Life() {
    new (storage_) ThreadPool;
    // The handler goes with the library if that is unloaded. Without it no thread is started.
    usable_ = pthread_atfork(nullptr, nullptr, [] { new (storage_) ThreadPool; }) == 0;
  }
  ~Life() {
    if (usable_) pool().stop();
  }
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  /// False before the library's own objects are made, when another's constructor calls.
  static bool usable() { return usable_; }
  static ThreadPool& pool() { return *std::launder(reinterpret_cast<ThreadPool*>(storage_)); }

 private:
  static constinit bool usable_;
  alignas(ThreadPool) static std::byte storage_[sizeof(ThreadPool)];
};

constinit bool Life::usable_ = false;
alignas(ThreadPool) std::byte Life::storage_[sizeof(ThreadPool)];
const Life life;

int count_cores() {
#if defined(__linux__)
  // Not hardware_concurrency(), which counts cores that a container or taskset keeps from us.
  struct {
    cpu_set_t sets[16];  // 16,384 cores
  } cores{};
  if (sched_getaffinity(0, sizeof(cores), cores.sets) == 0) {
    if (const int count = CPU_COUNT_S(sizeof(cores), cores.sets); count > 0) return count;
  }
#endif
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

}  // namespace

int available_cores() {
  // Not a local static, whose guard could be locked for ever in a child of fork().
  static constinit std::atomic<int> known = 0;
  int cores = known.load(std::memory_order_relaxed);
  if (cores == 0) {
    cores = std::min(count_cores(), kMaxThreads);
    known.store(cores, std::memory_order_relaxed);
  }
  return cores;
}

Crew crew_of(int requested, Executor* executor) {
  if (executor == nullptr) return {requested == 0 ? available_cores() : requested, nullptr};
  const int most = std::clamp(executor->concurrency(), 1, kMaxThreads);
  return {requested == 0 ? most : std::min(requested, most), executor};
}

void run_on_executor(const Crew& crew, void (*work)(void*), void* context) {
  struct Work {
    void (*call)(void*);
    void* context;
  } shared{work, context};
  crew.executor->run(
      crew.threads,
      [](void* at, std::int64_t) {
        const auto& w = *static_cast<Work*>(at);
        w.call(w.context);
      },
      &shared);
  work(context);
}

void run_on_threads(int threads, void (*work)(void*), void* context) {
  if (threads <= 1 || !Life::usable()) {
    work(context);
    return;
  }
  Life::pool().run(threads, work, context);
}

}  // namespace samebits::core

namespace samebits {

Executor::~Executor() = default;

}  // namespace samebits
