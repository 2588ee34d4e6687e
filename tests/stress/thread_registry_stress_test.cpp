// SPDX-License-Identifier: MIT
//
// Threads come and go and enter hooks while another freezes them: no two share a state, and while
// a freeze holds nobody is in a hook.
#include "preload/platform/thread_registry.h"

#include <mutex>
#include <set>

#include "preload/platform/hook_scope.h"
#include "preload/platform/system_call.h"
#include "tests/stress/crowd.h"
#include "tests/stress/enrolled_thread.h"
#include "tests/support/catch.h"

namespace tracemalloc::test {

namespace {

using namespace preload;

constexpr std::uint64_t kPatienceNs = 5'000'000'000;

class Model {
public:
    bool enter(const ThreadState* state) {
        const std::lock_guard guard(mutex_);
        return states_.insert(state).second;
    }
    void leave(const ThreadState* state) {
        const std::lock_guard guard(mutex_);
        states_.erase(state);
    }

private:
    std::mutex mutex_;
    std::set<const ThreadState*> states_;
};

/// What only one side may touch at a time: hooks share it among themselves by a lock of their own,
/// the freezing thread has it alone while frozen.
struct Guarded {
    std::mutex mutex;
    std::uint64_t changes = 0;
    std::atomic<std::uint32_t> inside{0};
};

__attribute__((noinline)) void hook(Crowd::Worker& worker, Guarded& guarded) {
    const HookScope scope(__builtin_frame_address(0));
    worker.expect(scope.records());
    guarded.inside.fetch_add(1, std::memory_order_relaxed);
    {
        const std::lock_guard guard(guarded.mutex);
        ++guarded.changes;
    }
    guarded.inside.fetch_sub(1, std::memory_order_relaxed);
}

/// Set while a thread is in the middle of its hook.
struct alignas(64) Inside {
    std::atomic<std::uint32_t> value{0};
};

__attribute__((noinline)) void short_hook(Inside& inside) {
    const HookScope scope(__builtin_frame_address(0));
    inside.value.store(1, std::memory_order_relaxed);
    // Long enough to be seen by whoever overlooked the beginning.
    for (int pause = 0; pause < 5; ++pause) {
        __builtin_ia32_pause();
    }
    inside.value.store(0, std::memory_order_relaxed);
}

}  // namespace

TEST_CASE("no two threads share a state, and a freeze finds nobody in a hook") {
    arm();
    Model model;
    Guarded guarded;
    std::uint64_t freezes = 0;
    Crowd crowd(std::chrono::milliseconds(900));
    crowd.add(4, [&](Crowd::Worker& worker) {
        while (worker.goes_on()) {
            const EnrolledThread thread;
            worker.expect(model.enter(&thread.state()));
            worker.expect(thread.state().tid == static_cast<pid_t>(system_call(SYS_gettid)));
            for (std::uint32_t calls = worker.random(100); calls > 0; --calls) {
                hook(worker, guarded);
            }
            model.leave(&thread.state());
        }
    });
    crowd.add(1, [&](Crowd::Worker& worker) {
        while (worker.goes_on()) {
            worker.expect(thread_registry::freeze(kPatienceNs));
            // No lock: the freeze is the lock.
            const std::uint64_t before = guarded.changes;
            for (int look = 0; look < 100; ++look) {
                worker.expect(guarded.inside.load(std::memory_order_relaxed) == 0);
            }
            worker.expect(guarded.changes == before);
            ++guarded.changes;
            thread_registry::thaw();
            ++freezes;
            std::this_thread::sleep_for(std::chrono::microseconds(worker.random(200)));
        }
    });
    // Threads that only pass by: the list grows while it is walked.
    crowd.add(1, [&](Crowd::Worker& worker) {
        while (worker.goes_on()) {
            std::thread([&worker, &model, &guarded] {
                const EnrolledThread thread;
                worker.expect(model.enter(&thread.state()));
                hook(worker, guarded);
                model.leave(&thread.state());
            }).join();
        }
    });
    CHECK(crowd.run() == 0);
    CHECK(freezes > 10);
    for (const ThreadState* state = thread_registry::first(); state != nullptr;
         state = state->next) {
        CHECK(state->tid == 0);
        CHECK(state->hook_frame.load() == 0);
    }
}

// Entering stores one word and loads another without a fence between them; only the barrier of the
// freeze keeps a thread whose store is still on its way from being overlooked.
TEST_CASE("a freeze overlooks no hook that is just beginning") {
    arm();
    Inside inside;
    std::uint64_t freezes = 0;
    Crowd crowd(std::chrono::milliseconds(900));
    crowd.add(1, [&](Crowd::Worker& worker) {
        const EnrolledThread thread;
        // Stores that miss the cache hold up the one that follows, which is that of the hook.
        std::vector<std::atomic<char>> distant(std::size_t{64} << 20);
        std::uint32_t place = 1;
        while (worker.goes_on()) {
            for (int calls = 0; calls < 1000; ++calls) {
                for (int stores = 0; stores < 8; ++stores) {
                    place = place * 1664525 + 1013904223;
                    distant[place >> 6].store(1, std::memory_order_relaxed);
                }
                short_hook(inside);
            }
        }
    });
    crowd.add(1, [&](Crowd::Worker& worker) {
        while (worker.goes_on()) {
            worker.expect(thread_registry::freeze(kPatienceNs));
            for (int look = 0; look < 200; ++look) {
                worker.expect(inside.value.load(std::memory_order_relaxed) == 0);
            }
            thread_registry::thaw();
            ++freezes;
        }
    });
    CHECK(crowd.run() == 0);
    CHECK(freezes > 100);
}

}  // namespace tracemalloc::test
