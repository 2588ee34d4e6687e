// SPDX-License-Identifier: MIT
//
// The part of the tracker that a program steers itself: labels, memory of its own, and beginning
// anew. None of it is on the recording path of a thread without a label.
#include <cerrno>
#include <cstring>

#include "preload/platform/clock.h"
#include "preload/platform/pages.h"
#include "preload/platform/thread_registry.h"
#include "preload/tracker.h"

namespace tracemalloc::preload {

namespace {

constexpr std::size_t kLabelFramesBytes = 2 * pages::kPageBytes;
static_assert(kLabelFramesBytes >= (RawStack::kCapacity + 1) * sizeof(std::uintptr_t));

template <typename Visit>
void for_each_thread(Visit visit) noexcept {
    for (ThreadState* thread = thread_registry::first(); thread != nullptr; thread = thread->next) {
        visit(*thread);
    }
}

}  // namespace

StackId Tracker::labelled(ThreadState& thread, StackId id, LabelId label) noexcept {
    if (id == StackId::none || label == LabelId::none) {
        return id;
    }
    const std::uint64_t question = std::uint64_t{static_cast<std::uint32_t>(id)} << kLabelBits |
                                   static_cast<std::uint32_t>(label);
    std::atomic<std::uint64_t>& entry =
        labelled_[(question * 0x9e3779b97f4a7c15ULL >> 40) % kLabelledEntries];
    const std::uint64_t known = entry.load(std::memory_order_relaxed);
    if (known >> kStackIdBits == question) {
        return static_cast<StackId>(known & kMaxStacks);
    }
    const StackId answer = intern_labelled(thread, id, label);
    if (answer != StackId::none) {
        entry.store(question << kStackIdBits | static_cast<std::uint32_t>(answer),
                    std::memory_order_relaxed);
    }
    return answer;
}

StackId Tracker::intern_labelled(ThreadState& thread, StackId id, LabelId label) noexcept {
    if (thread.label_frames == nullptr) {
        thread.label_frames = static_cast<std::uintptr_t*>(pages::map(kLabelFramesBytes));
    }
    std::uintptr_t* const frames = thread.label_frames;
    if (frames == nullptr) {
        return StackId::none;
    }
    const StackFrames plain = stacks_.frames(id);
    const std::uint16_t flags = stacks_.record(id).flags;
    frames[0] = frame_of(label);
    plain.copy_to(frames + 1);
    const std::span<const std::uintptr_t> all(frames, plain.size() + 1);
    return stacks_.intern({all, flags, stack_hash(all, flags)});
}

int Tracker::track(const HookScope& hook, std::uint32_t domain, std::uintptr_t address,
                   std::size_t size) noexcept {
    LabelId label = LabelId::none;
    ThreadState& thread = hook.thread();
    if (!labels_.intern({domain, labels_[static_cast<LabelId>(t_label)].tag()}, label)) {
        return ENOMEM;
    }
    const StackId id = labelled(thread, locate_unlabelled(thread, hook.call_site(), false), label);
    std::int64_t replaced = 0;
    if (id == StackId::none ||
        !blocks_.tracked().put({address, size, id, blocks_.epochs().current(), domain}, replaced)) {
        return ENOMEM;
    }
    settle(thread, static_cast<std::int64_t>(size) - replaced);
    count_traffic(thread, id, size);
    return 0;
}

/// Of memory that no allocation function gave.
void Tracker::count_traffic(ThreadState& thread, StackId stack, std::uint64_t bytes) noexcept {
    if (traffic_.is_on() && stack != StackId::none && !traffic_.on_track(thread, stack, bytes)) {
        thread.lose(LossReason::traffic_table_full);
    }
}

void Tracker::untrack(const HookScope& hook, std::uint32_t domain,
                      std::uintptr_t address) noexcept {
    const SideBlock taken = blocks_.tracked().take(address, domain);
    settle(hook.thread(), -static_cast<std::int64_t>(taken.size));
}

int Tracker::set_tag(std::string_view tag) noexcept {
    if (tag.size() > Label::kMostTagBytes) {
        return EINVAL;
    }
    LabelId label = LabelId::none;
    if (!labels_.intern({0, tag}, label)) {
        return ENOMEM;
    }
    // The next hook chooses its path: only inside one is a thread's cache safe from a freeze. A
    // handler may be that hook, or leave by longjmp, before the tag is chosen and after.
    const auto take_quick_path_away = [] {
        if (ThreadState* const thread = t_state) {
            thread->stack_cache = nullptr;
        }
        std::atomic_signal_fence(std::memory_order_seq_cst);
    };
    take_quick_path_away();
    t_label = static_cast<std::uint32_t>(label);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    take_quick_path_away();
    return 0;
}

void Tracker::clear() noexcept {
    blocks_.clear();
    blocks_.restart_epochs(clock_ns(CLOCK_REALTIME));
    traffic_.clear();
    sampled_traffic_.clear();
    traced_bytes_.store(0, std::memory_order_relaxed);
    peak_bytes_.store(0, std::memory_order_relaxed);
    kept_peak_bytes_.store(0, std::memory_order_relaxed);
    for_each_thread([](ThreadState& thread) {
        thread.unflushed_bytes.store(0, std::memory_order_relaxed);
        thread.most_unflushed_bytes.store(0, std::memory_order_relaxed);
    });
}

void Tracker::reset_peak() noexcept {
    for_each_thread([this](ThreadState& thread) { flush(thread); });
    peak_bytes_.store(traced_bytes_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    kept_peak_bytes_.store(0, std::memory_order_relaxed);
}

void Tracker::set_nframe(std::size_t nframe) noexcept {
    if (nframe == nframe_) {
        return;
    }
    nframe_ = nframe;
    for_each_thread([](ThreadState& thread) { release(thread); });
}

void Tracker::forget_cache(ThreadState& thread) noexcept {
    StackCache* const cache = thread.owned_cache;
    thread.stack_cache = nullptr;
    thread.owned_cache = nullptr;
    std::atomic_signal_fence(std::memory_order_seq_cst);  // a handler may leave by longjmp
    StackCache::destroy(cache);
}

void Tracker::release(ThreadState& thread) noexcept {
    TrafficTable::release(thread);
    forget_cache(thread);
    if (thread.label_frames != nullptr) {
        pages::unmap(thread.label_frames, kLabelFramesBytes);
        thread.label_frames = nullptr;
    }
}

}  // namespace tracemalloc::preload
