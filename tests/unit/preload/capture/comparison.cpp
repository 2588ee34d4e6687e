// SPDX-License-Identifier: MIT
//
// This file is compiled with frame pointers, as the hooks are.
#include "tests/unit/preload/capture/comparison.h"

#include <algorithm>
#include <sstream>

#include "preload/capture/rule_learner.h"
#include "preload/capture/unwinder.h"
#include "tests/support/catch.h"

namespace tracemalloc::test {

namespace {

using namespace preload;

Comparison* g_living = nullptr;

/// A stack that says it was not followed to its end is the newer part of libunwind's.
StackView part_of(const StackView& whole, const StackView& found) {
    if ((found.flags & dump::kCutByUnwinder) == 0 || found.frames.size() > whole.frames.size()) {
        return whole;
    }
    const auto newer = whole.frames.last(found.frames.size());
    return {newer, found.flags, stack_hash(newer, found.flags)};
}

}  // namespace

void Comparison::load_libraries() {
    static const bool is_loaded = rule_learner::load() && unwinder::load();
    REQUIRE(is_loaded);
}

Comparison::Comparison(std::size_t limit, std::size_t entry_budget)
    : limit_(limit),
      cache_((load_libraries(), StackCache::create(limit, entry_budget))),
      stacks_(std::make_unique<StackInterner>()) {
    REQUIRE(cache_ != nullptr);
    g_living = this;
}

Comparison::~Comparison() {
    g_living = nullptr;
    StackCache::destroy(cache_);
}

__attribute__((noinline)) void Comparison::stop() {
    g_living->compare(CallSite::of_frame(__builtin_frame_address(0)));
    asm volatile("");
}

// What Tracker does on a capture, in its order.
void Comparison::compare(const CallSite& site) {
    if (is_comparing_) {
        return;  // a signal handler interrupted this very function
    }
    is_comparing_ = true;
    RawStack truth;
    unwinder::capture(site, limit_, truth);
    deepest_ = std::max(deepest_, truth.depth);
    cut_ += truth.flags == dump::kCutByLimit ? 1U : 0U;

    const std::uint32_t known = cache_->find(site, generation);
    if (known != 0) {
        const StackFrames frames = stacks_->frames(static_cast<StackId>(known));
        RawStack kept;
        kept.depth = frames.size();
        kept.flags = stacks_->record(static_cast<StackId>(known)).flags;
        frames.copy_to(kept.frames);
        expect("cache", kept.view(), truth.view());
        ++hits_;
    }
    if (known == 0 || (walk_after_hits != 0 && hits_ % walk_after_hits == 0)) {
        StackView walked;
        cache_->begin_walk(site, generation);
        if (cache_->finish_walk(walked)) {
            expect("walk", walked, truth.view());
            const StackId id = stacks_->intern(walked, cache_->anchor());
            cache_->remember(site, static_cast<std::uint32_t>(id));
            walks_ += known == 0 ? 1U : 0U;
        } else {
            note("no walk", {}, truth.view());
        }
    }
    is_comparing_ = false;
}

void Comparison::expect(const char* from, const StackView& found, const StackView& truth) {
    const StackView expected = part_of(truth, found);
    parts_ += (found.flags & dump::kCutByUnwinder) != 0 ? 1U : 0U;
    if (!std::equal(found.frames.begin(), found.frames.end(), expected.frames.begin(),
                    expected.frames.end()) ||
        found.flags != expected.flags || found.hash != expected.hash) {
        note(from, found, truth);
    }
}

void Comparison::note(const char* from, const StackView& found, const StackView& expected) {
    if (!difference_.empty()) {
        return;
    }
    std::ostringstream text;
    text << from << ", capture " << captures() << ", flags " << found.flags << " instead of "
         << expected.flags << ", frames (oldest first):" << std::hex;
    for (std::size_t at = 0; at < std::max(found.frames.size(), expected.frames.size()); ++at) {
        const auto frame_of = [at](const StackView& stack) {
            return at < stack.frames.size() ? stack.frames[at] : 0;
        };
        const bool differs = frame_of(found) != frame_of(expected);
        text << "\n  " << frame_of(found) << (differs ? " instead of " : " = ")
             << frame_of(expected);
    }
    difference_ = text.str();
}

}  // namespace tracemalloc::test
