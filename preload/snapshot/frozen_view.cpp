// SPDX-License-Identifier: MIT
#include "preload/snapshot/frozen_view.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "preload/platform/clock.h"
#include "preload/platform/pages.h"
#include "preload/platform/thread_registry.h"

namespace tracemalloc::preload {

namespace {

constexpr std::size_t kSpareKeys = 65'536;
constexpr std::size_t kSpareAside = 1024;
constexpr std::size_t kSpareStacks = 4096;

/// Least significant digit first, eleven bits a pass; a digit that all keys share costs one count.
void radix_sort(KeyCount*& keys, KeyCount*& spare, std::size_t count) noexcept {
    constexpr unsigned kDigitBits = 11;
    constexpr std::size_t kBuckets = std::size_t{1} << kDigitBits;
    for (unsigned shift = 0; shift < 64; shift += kDigitBits) {
        const auto digit = [shift](const KeyCount& entry) {
            return static_cast<std::uint64_t>(entry.key) >> shift & (kBuckets - 1);
        };
        std::size_t starts[kBuckets] = {};
        for (std::size_t at = 0; at < count; ++at) {
            ++starts[digit(keys[at])];
        }
        if (count == 0 || starts[digit(keys[0])] == count) {
            continue;
        }
        std::size_t sum = 0;
        for (std::size_t& start : starts) {
            start = std::exchange(sum, sum + start);
        }
        for (std::size_t at = 0; at < count; ++at) {
            spare[starts[digit(keys[at])]++] = keys[at];
        }
        std::swap(keys, spare);
    }
}

bool is_before(const SideBlock& a, const SideBlock& b) noexcept {
    return std::tuple(a.stack, a.size, a.epoch) < std::tuple(b.stack, b.size, b.epoch);
}

/// A stack is there once, or with samples of one size each.
bool comes_first(const TrafficRow& a, const TrafficRow& b) noexcept {
    return std::tuple(a.stack, a.sum.bytes / a.sum.count) <
           std::tuple(b.stack, b.sum.bytes / b.sum.count);
}

}  // namespace

FrozenView::~FrozenView() {
    thaw();
    release();
}

void FrozenView::release() noexcept {
    if (keys_ != nullptr) {
        pages::unmap(keys_, key_room_ * sizeof(KeyCount));
    }
    if (aside_ != nullptr) {
        pages::unmap(aside_, aside_room_ * sizeof(SideBlock));
    }
    if (blocks_ != nullptr) {
        pages::unmap(blocks_, block_room_ * sizeof(Block));
    }
    if (traffic_ != nullptr) {
        pages::unmap(traffic_, traffic_room_ * sizeof(TrafficRow));
    }
    keys_ = nullptr;
    traffic_ = nullptr;
    aside_ = nullptr;
    blocks_ = nullptr;
    key_room_ = 0;
    most_keys_ = 0;
}

/// Every slot of every written page may hold a block that no other is equal to; pages of the buffer
/// that are not needed are never touched.
bool FrozenView::make_room(const BlockTable& blocks) noexcept {
    const std::size_t keys = blocks.touched_slots() + kSpareKeys;
    std::size_t aside = kSpareAside;
    blocks.for_each_aside([&](const SideBlock&) { ++aside; });
    if (keeps_room_ && keys_ != nullptr && keys <= key_room_ && aside <= aside_room_) {
        return true;
    }
    release();
    key_room_ = keeps_room_ ? keys + keys / 4 : keys;
    aside_room_ = keeps_room_ ? aside + aside / 4 : aside;
    keys_ = static_cast<KeyCount*>(pages::map(key_room_ * sizeof(KeyCount)));
    aside_ = static_cast<SideBlock*>(pages::map(aside_room_ * sizeof(SideBlock)));
    if (keeps_addresses_) {
        block_room_ = blocks.touched_slots() + kSpareKeys + aside_room_;
        blocks_ = static_cast<Block*>(pages::map(block_room_ * sizeof(Block)));
    }
    if (has_traffic()) {
        traffic_room_ =
            traffic_source_.stacks->size() + traffic_source_.samples->size() + kSpareStacks;
        traffic_ = static_cast<TrafficRow*>(pages::map(traffic_room_ * sizeof(TrafficRow)));
    }
    return keys_ != nullptr && aside_ != nullptr && (!keeps_addresses_ || blocks_ != nullptr) &&
           (!has_traffic() || traffic_ != nullptr);
}

/// Keys and blocks come from one walk: without a freeze two might not see the same.
void FrozenView::copy_slots(const BlockTable& blocks) noexcept {
    KeyCounter counter({keys_, key_room_});
    block_count_ = 0;
    if (keeps_addresses_) {
        block_count_ = blocks.copy_blocks(blocks_, block_room_);
        for (std::size_t at = 0; at < std::min(block_count_, block_room_); ++at) {
            counter.add(make_key(blocks_[at].stack, blocks_[at].size, blocks_[at].epoch));
        }
    } else {
        blocks.count_keys(counter);
    }
    counter.finish();
    key_count_ = counter.size();
}

/// False when there were more blocks than room.
bool FrozenView::copy_blocks(const BlockTable& blocks) noexcept {
    copy_slots(blocks);
    most_keys_ = std::max(most_keys_, std::min(key_count_, key_room_));
    epochs_ = blocks.epochs();
    aside_count_ = 0;
    blocks.for_each_aside([&](const SideBlock& block) {
        if (aside_count_ < aside_room_) {
            aside_[aside_count_] = block;
        }
        ++aside_count_;
    });
    for (std::size_t reason = 0; reason < kLossReasonEnd; ++reason) {
        losses_[reason] = 0;
        for (const ThreadState* state = thread_registry::first(); state != nullptr;
             state = state->next) {
            losses_[reason] += state->losses[reason].load(std::memory_order_relaxed);
        }
    }
    return key_count_ <= key_room_ && aside_count_ <= aside_room_ &&
           (!keeps_addresses_ || block_count_ + aside_count_ <= block_room_) && copy_traffic();
}

/// Without a freeze, what threads have not spilled yet is missing, and sums may be of different
/// moments; a part is still no more than its whole.
bool FrozenView::copy_traffic() noexcept {
    traffic_count_ = 0;
    if (!has_traffic()) {
        return true;
    }
    if (is_consistent_) {
        traffic_source_.table->fold();
    }
    traffic_source_.table->for_each(
        [this](StackId stack, const StackTraffic& sum) { add_traffic(stack, sum); });
    traffic_source_.samples->for_each([this](const SampledTraffic::Samples& samples) {
        add_traffic(samples.stack,
                    {samples.count, samples.count * samples.size, samples.temporary_count,
                     samples.temporary_count * samples.size});
    });
    for (std::size_t function = 0; function < kAllocationFunctionEnd; ++function) {
        calls_[function] = traffic_source_.has_calls ? traffic_source_.table->calls(function) : 0;
    }
    return traffic_count_ <= traffic_room_;
}

void FrozenView::add_traffic(StackId stack, const StackTraffic& sum) noexcept {
    if (traffic_count_ < traffic_room_) {
        traffic_[traffic_count_] = {stack, sum};
        StackTraffic& copy = traffic_[traffic_count_].sum;
        copy.temporary_count = std::min(copy.temporary_count, copy.count);
        copy.temporary_bytes =
            copy.temporary_count != 0 ? std::min(copy.temporary_bytes, copy.bytes) : 0;
    }
    ++traffic_count_;
}

FrozenView::Outcome FrozenView::take(const BlockTable& blocks, bool must_freeze) noexcept {
    const Outcome outcome = copy(blocks, must_freeze);
    moment_.resident = resident_memory();
    return outcome == Outcome::taken && !sort() ? Outcome::no_memory : outcome;
}

FrozenView::Outcome FrozenView::copy(const BlockTable& blocks, bool must_freeze) noexcept {
    bool is_whole = false;
    while (!is_whole) {
        if (!make_room(blocks)) {
            return Outcome::no_memory;
        }
        frozen_since_ns_ = clock_ns(CLOCK_MONOTONIC);
        is_consistent_ = thread_registry::freeze(thread_registry::kPatienceNs);
        if (!is_consistent_ && must_freeze) {
            return Outcome::threads_busy;
        }
        is_frozen_ = is_consistent_;
        is_whole = copy_blocks(blocks);
        if (is_frozen_ && is_whole && epoch_table_ != nullptr) {
            epoch_table_->begin_epoch(snapshots_, clock_ns(CLOCK_REALTIME));
        }
        if (!is_whole || !stays_frozen_) {
            thaw();
        }
    }
    moment_.unix_ns = clock_ns(CLOCK_REALTIME);
    moment_.monotonic_ns = clock_ns(CLOCK_MONOTONIC);
    return Outcome::taken;
}

void FrozenView::thaw() noexcept {
    if (frozen_since_ns_ == 0) {
        return;
    }
    if (is_frozen_) {
        thread_registry::thaw();
    }
    is_frozen_ = false;
    pause_ns_ = static_cast<std::uint64_t>(clock_ns(CLOCK_MONOTONIC) - frozen_since_ns_);
    frozen_since_ns_ = 0;
}

bool FrozenView::sort_keys() noexcept {
    constexpr std::size_t kFewKeys = 4096;
    if (key_count_ <= kFewKeys) {
        std::sort(keys_, keys_ + key_count_,
                  [](const KeyCount& a, const KeyCount& b) { return a.key < b.key; });
        return true;
    }
    std::size_t spare_room = key_count_;
    auto* spare = static_cast<KeyCount*>(pages::map(spare_room * sizeof(KeyCount)));
    if (spare == nullptr) {
        return false;
    }
    if (KeyCount* const before = keys_; radix_sort(keys_, spare, key_count_), keys_ != before) {
        std::swap(key_room_, spare_room);
        most_keys_ = key_count_;
    }
    pages::unmap(spare, spare_room * sizeof(KeyCount));
    return true;
}

bool FrozenView::sort() noexcept {
    if (!sort_keys()) {
        return false;
    }
    std::sort(aside_, aside_ + aside_count_, is_before);
    std::sort(traffic_, traffic_ + traffic_count_, comes_first);
    if (keeps_addresses_) {
        for (std::size_t at = 0; at < aside_count_; ++at) {
            blocks_[block_count_ + at] = {aside_[at].address, aside_[at].size, aside_[at].stack,
                                          aside_[at].epoch};
        }
        std::sort(blocks_, blocks_ + block_count_ + aside_count_,
                  [](const Block& a, const Block& b) { return a.address < b.address; });
    }
    return true;
}

}  // namespace tracemalloc::preload
