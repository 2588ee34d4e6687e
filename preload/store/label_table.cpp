// SPDX-License-Identifier: MIT
#include "preload/store/label_table.h"

#include <cstring>

#include "preload/platform/signal_mask.h"

namespace tracemalloc::preload {

namespace {

std::size_t hash_of(const LabelParts& parts) noexcept {
    std::uint64_t hash = parts.sample_mean * 0x9e3779b97f4a7c15ULL + parts.domain + 0x9e37U;
    for (const char letter : parts.tag) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3ULL;
    }
    return hash * 0x9e3779b97f4a7c15ULL >> 40;
}

}  // namespace

/// `at` gets the index entry of the label, or the free one where it would be.
LabelId LabelTable::find(const LabelParts& parts, std::size_t& at) const noexcept {
    for (at = hash_of(parts) % kIndexEntries;; at = (at + 1) % kIndexEntries) {
        const std::uint16_t id = index_[at].load(std::memory_order_acquire);
        if (id == 0 || parts == labels_[id]) {
            return static_cast<LabelId>(id);
        }
    }
}

bool LabelTable::intern(const LabelParts& parts, LabelId& id) noexcept {
    std::size_t at = 0;
    id = LabelId::none;
    if (!parts || parts.tag.size() > Label::kMostTagBytes) {
        return !parts;
    }
    id = find(parts, at);
    if (id != LabelId::none) {
        return true;
    }
    const AllSignalsBlocked no_signals;  // a handler may want a label too
    const SpinGuard guard(lock_);
    id = find(parts, at);
    if (id != LabelId::none) {
        return true;  // another thread was first
    }
    const std::uint32_t number = size_.load(std::memory_order_relaxed) + 1;
    if (number > kMaxLabels) {
        return false;
    }
    Label& label = labels_[number];
    label.sample_mean = parts.sample_mean;
    label.domain = parts.domain;
    label.tag_bytes = static_cast<std::uint8_t>(parts.tag.size());
    std::memcpy(label.tag_text, parts.tag.data(), parts.tag.size());
    size_.store(number, std::memory_order_release);
    index_[at].store(static_cast<std::uint16_t>(number), std::memory_order_release);
    id = static_cast<LabelId>(number);
    return true;
}

}  // namespace tracemalloc::preload
