// SPDX-License-Identifier: MIT
#include "preload/store/traffic_table.h"

#include <algorithm>

#include "preload/platform/pages.h"
#include "preload/platform/thread_registry.h"

namespace tracemalloc::preload {

namespace {

ThreadTraffic::Entry& entry_of(ThreadTraffic& own, StackId stack) noexcept {
    return own.entries[static_cast<std::uint32_t>(stack) % ThreadTraffic::kEntries];
}

}  // namespace

void TrafficTable::Row::add(const StackTraffic& more) noexcept {
    count.fetch_add(more.count, std::memory_order_relaxed);
    bytes.fetch_add(more.bytes, std::memory_order_relaxed);
    if (more.temporary_count != 0) {
        temporary_count.fetch_add(more.temporary_count, std::memory_order_relaxed);
        temporary_bytes.fetch_add(more.temporary_bytes, std::memory_order_relaxed);
    }
}

StackTraffic TrafficTable::Row::sum() const noexcept {
    return {count.load(std::memory_order_relaxed), bytes.load(std::memory_order_relaxed),
            temporary_count.load(std::memory_order_relaxed),
            temporary_bytes.load(std::memory_order_relaxed)};
}

TM_INLINE StackTraffic* TrafficTable::sums_of(ThreadState& thread, StackId stack) noexcept {
    if (TM_LIKELY(thread.traffic != nullptr)) {
        ThreadTraffic::Entry& entry = entry_of(*thread.traffic, stack);
        if (TM_LIKELY(entry.stack == stack)) {
            return &entry.sum;
        }
    }
    return make_room(thread, stack);
}

bool TrafficTable::on_allocate(ThreadState& thread, const Block& block,
                               AllocationFunction function) noexcept {
    if (!on_track(thread, block.stack, block.size)) {
        return false;
    }
    ThreadTraffic& own = *thread.traffic;
    ++own.calls[static_cast<std::size_t>(function)];
    own.last_block = block.address;
    own.last_stack = block.stack;
    return true;
}

bool TrafficTable::on_track(ThreadState& thread, StackId stack, std::uint64_t bytes) noexcept {
    StackTraffic* const sums = sums_of(thread, stack);
    if (sums == nullptr) {
        return false;
    }
    ++sums->count;
    sums->bytes += bytes;
    return true;
}

bool TrafficTable::on_free(ThreadState& thread, const Block& block) noexcept {
    ThreadTraffic* const own = thread.traffic;
    if (own == nullptr || own->last_block != block.address || own->last_stack != block.stack ||
        block.stack == StackId::none) {
        return true;
    }
    own->last_block = 0;
    StackTraffic* const sums = sums_of(thread, block.stack);
    if (sums == nullptr) {
        return false;
    }
    ++sums->temporary_count;
    sums->temporary_bytes += block.size;
    return true;
}

bool TrafficTable::correct_size(ThreadState& thread, StackId stack, std::uint64_t noted,
                                std::uint64_t size) noexcept {
    StackTraffic* const sums = sums_of(thread, stack);
    if (sums == nullptr) {
        return false;
    }
    sums->bytes += size - noted;
    return true;
}

void TrafficTable::release(ThreadState& thread) noexcept {
    if (thread.traffic != nullptr) {
        thread.traffic->last_block = 0;
    }
}

StackTraffic* TrafficTable::make_room(ThreadState& thread, StackId stack) noexcept {
    if (thread.traffic == nullptr) {
        thread.traffic = static_cast<ThreadTraffic*>(pages::map(sizeof(ThreadTraffic)));
    }
    if (thread.traffic == nullptr) {
        return nullptr;
    }
    ThreadTraffic::Entry& entry = entry_of(*thread.traffic, stack);
    if (entry.stack != StackId::none && !add_to_row(entry.stack, entry.sum)) {
        return nullptr;
    }
    entry = {stack, {}};
    return &entry.sum;
}

bool TrafficTable::add_to_row(StackId stack, const StackTraffic& more) noexcept {
    const auto number = static_cast<std::uint32_t>(stack);
    Row* rows = tables_[number >> kRowBits].load(std::memory_order_acquire);
    if (rows == nullptr) {
        rows = make_table(number >> kRowBits);
    }
    if (rows == nullptr) {
        return false;
    }
    rows[number & (kRows - 1)].add(more);
    return true;
}

TrafficTable::Row* TrafficTable::make_table(std::uint32_t table) noexcept {
    constexpr std::size_t kBytes = kRows * sizeof(Row);
    auto* const made = static_cast<Row*>(pages::map(kBytes));
    Row* known = nullptr;
    if (made != nullptr && !tables_[table].compare_exchange_strong(known, made)) {
        pages::unmap(made, kBytes);
        return known;
    }
    return made;
}

void TrafficTable::fold() noexcept {
    for (ThreadState* thread = thread_registry::first(); thread != nullptr; thread = thread->next) {
        if (thread->traffic == nullptr) {
            continue;
        }
        for (ThreadTraffic::Entry& entry : thread->traffic->entries) {
            if (entry.stack != StackId::none && add_to_row(entry.stack, entry.sum)) {
                entry = {};
            }
        }
        for (std::size_t function = 0; function < kAllocationFunctionEnd; ++function) {
            calls_[function].fetch_add(thread->traffic->calls[function], std::memory_order_relaxed);
            thread->traffic->calls[function] = 0;
        }
    }
}

void TrafficTable::clear() noexcept {
    for (ThreadState* thread = thread_registry::first(); thread != nullptr; thread = thread->next) {
        if (ThreadTraffic* const own = thread->traffic) {
            own->last_block = 0;
            std::fill_n(own->calls, kAllocationFunctionEnd, 0);
            std::fill_n(own->entries, ThreadTraffic::kEntries, ThreadTraffic::Entry{});
        }
    }
    for (std::atomic<std::uint64_t>& calls : calls_) {
        calls.store(0, std::memory_order_relaxed);
    }
    for (std::atomic<Row*>& table : tables_) {
        if (Row* const rows = table.exchange(nullptr, std::memory_order_acq_rel)) {
            pages::unmap(rows, kRows * sizeof(Row));
        }
    }
}

}  // namespace tracemalloc::preload
