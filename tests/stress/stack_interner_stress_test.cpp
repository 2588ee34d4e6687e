// SPDX-License-Identifier: MIT
//
// Threads intern the same stacks at once, while the index grows and stacks are retired.
#include <map>
#include <mutex>
#include <set>

#include "tests/stress/crowd.h"
#include "tests/support/catch.h"
#include "tests/unit/preload/store/interned_stack.h"

namespace tracemalloc::test {

namespace {

using namespace preload;

constexpr std::chrono::milliseconds kDuration{600};

Frames make_stack(std::uint32_t number) {
    Frames frames(1 + number % 20, 0x4000);
    frames.front() += number;
    frames.back() += number % 7;
    return frames;
}

/// The truth: which stack got which id first.
class Model {
public:
    bool agrees(const Frames& frames, StackId id) {
        const std::lock_guard guard(mutex_);
        return ids_.emplace(frames, id).first->second == id;
    }
    [[nodiscard]] std::size_t size() const { return ids_.size(); }

private:
    std::mutex mutex_;
    std::map<Frames, StackId> ids_;
};

}  // namespace

TEST_CASE("all threads get the same id for the same stack while the interner grows") {
    const auto stacks = std::make_unique<StackInterner>();
    Model model;
    std::atomic<std::uint32_t> reach{100};
    Crowd crowd(kDuration);
    crowd.add(4, [&](Crowd::Worker& worker) {
        while (worker.goes_on()) {
            const std::uint32_t limit = reach.fetch_add(1, std::memory_order_relaxed);
            const Frames frames = make_stack(worker.random(4) == 0 ? limit - worker.random(50)
                                                                   : worker.random(limit));
            const StackId id = intern(*stacks, frames);
            worker.expect(id != StackId::none && model.agrees(frames, id));
            worker.expect(frames_of(*stacks, id) == frames);
        }
    });
    CHECK(crowd.run() == 0);
    CHECK(stacks->size() == model.size());
    CHECK(stacks->size() > 4096);  // the first index was too small
}

TEST_CASE("stacks of many threads share their older frames and stay apart") {
    const auto stacks = std::make_unique<StackInterner>();
    Model model;
    Crowd crowd(kDuration);
    crowd.add(4, [&](Crowd::Worker& worker) {
        StackAnchor anchor;
        while (worker.goes_on()) {
            // A window on a deep stack, whose newer part changes with each capture.
            const std::size_t place = worker.random(6);
            Frames frames(12);
            for (std::size_t at = 0; at < frames.size(); ++at) {
                frames[at] = 0x4000 + place + at + (at > 8 ? worker.random(9) << 8 : 0);
            }
            const StackId id = intern_at(*stacks, anchor, frames, place);
            worker.expect(id != StackId::none && model.agrees(frames, id));
            worker.expect(frames_of(*stacks, id) == frames);
        }
    });
    CHECK(crowd.run() == 0);
    CHECK(stacks->size() == model.size());
    std::uint32_t shared = 0;
    for (std::uint32_t number = 1; number <= stacks->size(); ++number) {
        shared += stacks->record(StackId{number}).common != 0 ? 1U : 0U;
    }
    CHECK(shared > stacks->size() / 2);
}

TEST_CASE("stacks that are retired while others look for them are never mixed up") {
    constexpr std::uint32_t kStacks = 2000;
    const auto stacks = std::make_unique<StackInterner>();
    Crowd crowd(kDuration);
    crowd.add(3, [&](Crowd::Worker& worker) {
        while (worker.goes_on()) {
            const Frames frames = make_stack(worker.random(kStacks));
            const StackId id = intern(*stacks, frames);
            worker.expect(frames_of(*stacks, id) == frames);
        }
    });
    crowd.add(1, [&](Crowd::Worker& worker) {
        for (std::uint32_t generation = 2; worker.goes_on(); ++generation) {
            const std::uintptr_t gone = 0x4000 + worker.random(kStacks);
            stacks->retire(generation, [gone](std::uintptr_t frame) { return frame == gone; });
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    CHECK(crowd.run() == 0);
    std::set<Frames> current;
    std::uint32_t retired = 0;
    for (std::uint32_t number = 1; number <= stacks->size(); ++number) {
        const bool is_current = stacks->record(StackId{number}).retired.load() == 0;
        retired += is_current ? 0U : 1U;
        CHECK((!is_current || current.insert(frames_of(*stacks, StackId{number})).second));
    }
    CHECK(retired > 0);
}

}  // namespace tracemalloc::test
