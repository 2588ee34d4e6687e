// SPDX-License-Identifier: MIT
//
// The live blocks of one instant. Threads stand still only while packed slots are copied, a few
// nanoseconds a block; sorting and counting come after they go on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/loss_reason.h"
#include "preload/snapshot/process_facts.h"
#include "preload/store/block_table.h"
#include "preload/store/sampled_traffic.h"
#include "preload/store/stack_interner.h"
#include "preload/store/traffic_table.h"

namespace tracemalloc::preload {

struct TrafficRow {
    StackId stack;
    StackTraffic sum;
};

class FrozenView {
public:
    FrozenView() = default;
    ~FrozenView();
    FrozenView(const FrozenView&) = delete;
    FrozenView& operator=(const FrozenView&) = delete;

    enum class Outcome {
        taken,
        threads_busy,  ///< a thread stayed in a hook for too long; nothing is held, try later
        no_memory
    };
    /// Before take(): keep the addresses of the blocks, too. Costs 24 bytes a block.
    void keep_addresses() noexcept { keeps_addresses_ = true; }
    /// Before take(): what is allocated after the freeze is born in a new epoch of `blocks`, when
    /// this many snapshots were taken. Without a freeze no epoch begins.
    void begin_epoch(BlockTable& blocks, std::uint32_t snapshots) noexcept {
        epoch_table_ = &blocks;
        snapshots_ = snapshots;
    }
    /// Before take(): the threads are held until thaw().
    void stay_frozen() noexcept { stays_frozen_ = true; }
    void thaw() noexcept;
    struct TrafficSource {
        TrafficTable* table = nullptr;
        const SampledTraffic* samples = nullptr;
        const StackInterner* stacks = nullptr;
        bool has_calls = true;  ///< all calls were counted, too
    };
    /// Before take(): keep what was allocated so far, too. Costs 40 bytes a stack.
    void keep_traffic(const TrafficSource& source) noexcept { traffic_source_ = source; }
    /// With `must_freeze` false it goes on without a freeze that fails.
    Outcome take(const BlockTable& blocks, bool must_freeze) noexcept;
    /// The two halves of take(), for a view that may never be read: the copy has no order yet, and
    /// who wants to know asks for the resident memory.
    Outcome copy(const BlockTable& blocks, bool must_freeze) noexcept;
    [[nodiscard]] bool sort() noexcept;
    void set_resident(const ResidentMemory& resident) noexcept { moment_.resident = resident; }
    /// Before copy(): others will follow, of more blocks.
    void keep_room() noexcept { keeps_room_ = true; }
    /// Of what it mapped, bytes that were never written to.
    [[nodiscard]] std::uint64_t untouched_bytes() const noexcept {
        return (key_room_ - most_keys_) * sizeof(KeyCount);
    }

    /// Sorted by stack, then size, then epoch; equal keys may follow each other.
    [[nodiscard]] std::span<const KeyCount> keys() const noexcept { return {keys_, key_count_}; }
    [[nodiscard]] std::span<const SideBlock> aside() const noexcept {
        return {aside_, aside_count_};
    }
    /// The same blocks sorted by address, if they were to be kept.
    [[nodiscard]] bool has_addresses() const noexcept { return keeps_addresses_; }
    [[nodiscard]] std::span<const Block> blocks() const noexcept {
        return {blocks_, keeps_addresses_ ? block_count_ + aside_count_ : 0};
    }
    /// Sorted by stack, and of a sampled stack by the size of a block, if it was to be kept.
    [[nodiscard]] bool has_traffic() const noexcept { return traffic_source_.table != nullptr; }
    [[nodiscard]] std::span<const TrafficRow> traffic() const noexcept {
        return {traffic_, traffic_count_};
    }
    [[nodiscard]] std::uint64_t calls(std::size_t function) const noexcept {
        return calls_[function];
    }
    /// The epochs that the blocks speak of.
    [[nodiscard]] std::span<const dump::Epoch> epochs() const noexcept { return epochs_.all(); }
    [[nodiscard]] std::uint64_t losses(std::size_t reason) const noexcept {
        return losses_[reason];
    }
    /// When it was taken, and how much memory the process had then.
    struct Moment {
        std::int64_t unix_ns = 0;
        std::int64_t monotonic_ns = 0;
        ResidentMemory resident;
    };
    [[nodiscard]] const Moment& moment() const noexcept { return moment_; }
    [[nodiscard]] bool is_consistent() const noexcept { return is_consistent_; }
    [[nodiscard]] std::uint64_t pause_ns() const noexcept { return pause_ns_; }

private:
    bool make_room(const BlockTable& blocks) noexcept;
    void release() noexcept;
    bool copy_blocks(const BlockTable& blocks) noexcept;
    void copy_slots(const BlockTable& blocks) noexcept;
    bool copy_traffic() noexcept;
    void add_traffic(StackId stack, const StackTraffic& sum) noexcept;
    [[nodiscard]] bool sort_keys() noexcept;

    KeyCount* keys_ = nullptr;
    std::size_t key_room_ = 0;
    std::size_t key_count_ = 0;
    std::size_t most_keys_ = 0;  // since the room was mapped
    bool keeps_room_ = false;
    SideBlock* aside_ = nullptr;
    std::size_t aside_room_ = 0;
    std::size_t aside_count_ = 0;
    bool keeps_addresses_ = false;
    Block* blocks_ = nullptr;
    std::size_t block_room_ = 0;
    std::size_t block_count_ = 0;  // without those of `aside_`
    TrafficSource traffic_source_;
    TrafficRow* traffic_ = nullptr;
    std::size_t traffic_room_ = 0;
    std::size_t traffic_count_ = 0;
    std::uint64_t calls_[kAllocationFunctionEnd] = {};
    EpochTable epochs_;
    BlockTable* epoch_table_ = nullptr;
    std::uint32_t snapshots_ = 0;
    std::uint64_t losses_[kLossReasonEnd] = {};
    Moment moment_;
    bool is_consistent_ = false;
    bool stays_frozen_ = false;
    bool is_frozen_ = false;
    std::int64_t frozen_since_ns_ = 0;
    std::uint64_t pause_ns_ = 0;
};

}  // namespace tracemalloc::preload
