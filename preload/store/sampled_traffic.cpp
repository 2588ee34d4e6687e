// SPDX-License-Identifier: MIT
#include "preload/store/sampled_traffic.h"

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

SampledTraffic::Samples* SampledTraffic::Table::place(StackId stack,
                                                      std::uint64_t size) const noexcept {
    const std::uint64_t hash =
        (size << kStackIdBits ^ static_cast<std::uint64_t>(stack)) * 0x9e3779b97f4a7c15ULL;
    for (std::size_t at = hash >> 32;; ++at) {
        Samples& entry = entries[at & (capacity - 1)];
        if (entry.stack == StackId::none || (entry.stack == stack && entry.size == size)) {
            return &entry;
        }
    }
}

SampledTraffic::Samples* SampledTraffic::find_or_add(StackId stack, std::uint64_t size) noexcept {
    if ((used_.load(std::memory_order_relaxed) + 1) * 2 > table_.capacity && !grow()) {
        return nullptr;
    }
    Samples* const samples = table_.place(stack, size);
    if (samples->stack == StackId::none) {
        samples->size = size;
        samples->stack = stack;
        used_.fetch_add(1, std::memory_order_relaxed);
    }
    return samples;
}

bool SampledTraffic::grow() noexcept {
    Table grown{nullptr, table_.capacity != 0 ? table_.capacity * 2 : kFirstEntries};
    if (grown.capacity <= kMostEntries) {
        grown.entries = static_cast<Samples*>(pages::map(grown.capacity * sizeof(Samples)));
    }
    if (grown.entries == nullptr) {
        return false;
    }
    const Table outgrown = table_;
    for (std::size_t at = 0; at < outgrown.capacity; ++at) {
        const Samples& samples = outgrown.entries[at];
        if (samples.stack != StackId::none) {
            *grown.place(samples.stack, samples.size) = samples;
        }
    }
    // A signal that ends the process may hit anywhere here, and its snapshot reads what there is.
    table_.capacity = 0;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    table_.entries = grown.entries;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    table_.capacity = grown.capacity;
    if (outgrown.entries != nullptr) {
        pages::unmap(outgrown.entries, outgrown.capacity * sizeof(Samples));
    }
    return true;
}

bool SampledTraffic::on_allocate(StackId stack, std::uint64_t size) noexcept {
    const SpinGuard guard(lock_);
    Samples* const samples = find_or_add(stack, size);
    if (samples == nullptr) {
        return false;
    }
    ++samples->count;
    return true;
}

void SampledTraffic::on_free_of_temporary(StackId stack, std::uint64_t size) noexcept {
    const SpinGuard guard(lock_);
    if (table_.capacity != 0) {
        Samples* const samples = table_.place(stack, size);
        samples->temporary_count += samples->temporary_count < samples->count ? 1U : 0U;
    }
}

void SampledTraffic::take_back(StackId stack, std::uint64_t size) noexcept {
    const SpinGuard guard(lock_);
    if (table_.capacity != 0) {
        Samples* const samples = table_.place(stack, size);
        samples->count -= samples->count != 0 ? 1U : 0U;
    }
}

void SampledTraffic::clear() noexcept {
    const SpinGuard guard(lock_);
    if (table_.entries != nullptr) {
        pages::unmap(table_.entries, table_.capacity * sizeof(Samples));
    }
    table_ = {};
    used_.store(0, std::memory_order_relaxed);
}

}  // namespace tracemalloc::preload
