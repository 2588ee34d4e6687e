// SPDX-License-Identifier: MIT
#include "preload/store/sampled_traffic.h"

namespace tracemalloc::preload {

SampledTraffic::Samples& SampledTraffic::place(const GrowingArray<Samples>& pairs, StackId stack,
                                               std::uint64_t size) noexcept {
    const std::uint64_t hash =
        (size << kStackIdBits ^ static_cast<std::uint64_t>(stack)) * 0x9e3779b97f4a7c15ULL;
    for (std::size_t at = hash >> 32;; ++at) {
        Samples& entry = pairs.at(at);
        if (entry.stack == StackId::none || (entry.stack == stack && entry.size == size)) {
            return entry;
        }
    }
}

SampledTraffic::Samples* SampledTraffic::find_or_add(StackId stack, std::uint64_t size) noexcept {
    if ((used_.load(std::memory_order_relaxed) + 1) * 2 > pairs_.capacity() && !grow()) {
        return nullptr;
    }
    Samples& samples = place(pairs_, stack, size);
    if (samples.stack == StackId::none) {
        samples.size = size;
        samples.stack = stack;
        used_.fetch_add(1, std::memory_order_relaxed);
    }
    return &samples;
}

bool SampledTraffic::grow() noexcept {
    const std::size_t capacity = pairs_.capacity() != 0 ? pairs_.capacity() * 2 : kFirstEntries;
    if (capacity > kMostEntries) {
        return false;
    }
    const auto grown = GrowingArray<Samples>::map(capacity);
    if (grown.capacity() == 0) {
        return false;
    }
    for (const Samples& samples : pairs_) {
        if (samples.stack != StackId::none) {
            place(grown, samples.stack, samples.size) = samples;
        }
    }
    pairs_.become(grown);
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
    if (pairs_.capacity() != 0) {
        Samples& samples = place(pairs_, stack, size);
        samples.temporary_count += samples.temporary_count < samples.count ? 1U : 0U;
    }
}

void SampledTraffic::take_back(StackId stack, std::uint64_t size) noexcept {
    const SpinGuard guard(lock_);
    if (pairs_.capacity() != 0) {
        Samples& samples = place(pairs_, stack, size);
        samples.count -= samples.count != 0 ? 1U : 0U;
    }
}

void SampledTraffic::clear() noexcept {
    const SpinGuard guard(lock_);
    pairs_.become({});
    used_.store(0, std::memory_order_relaxed);
}

}  // namespace tracemalloc::preload
