// SPDX-License-Identifier: MIT
//
// What is said of an allocation beside its size and place: a domain and a tag, which come from the
// program itself, and the mean that it was sampled with; together a label. A label is part of the
// stack, as a made-up oldest frame at an address where no code can be: blocks with
// different labels have different stacks, and neither a block nor a stack has a field for it.
//
// A label is never changed or removed. Finding takes no lock; adding takes one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "preload/platform/spin_lock.h"
#include "preload/store/stack_frames.h"

namespace tracemalloc::preload {

/// 0: no label.
enum class LabelId : std::uint32_t { none = 0 };

inline constexpr unsigned kLabelBits = 12;
inline constexpr std::uint32_t kMaxLabels = (1U << kLabelBits) - 1;

struct Label {
    static constexpr std::size_t kMostTagBytes = 47;

    std::uint64_t sample_mean;  ///< bytes; 0: recorded whatever its size
    std::uint32_t domain;
    std::uint8_t tag_bytes;
    char tag_text[kMostTagBytes];
    [[nodiscard]] std::string_view tag() const noexcept { return {tag_text, tag_bytes}; }
};

/// What a label is made of; all of it empty: no label.
struct LabelParts {
    std::uint32_t domain = 0;
    std::string_view tag;
    std::uint64_t sample_mean = 0;

    explicit operator bool() const noexcept {
        return domain != 0 || !tag.empty() || sample_mean != 0;
    }
    friend bool operator==(const LabelParts& parts, const Label& label) noexcept {
        return label.domain == parts.domain && label.tag() == parts.tag &&
               label.sample_mean == parts.sample_mean;
    }
};

class LabelTable {
public:
    /// False when there are too many, or the tag is too long.
    [[nodiscard]] bool intern(const LabelParts& parts, LabelId& id) noexcept;

    [[nodiscard]] const Label& operator[](LabelId id) const noexcept {
        return labels_[static_cast<std::uint32_t>(id)];
    }
    /// Ids are 1..size().
    [[nodiscard]] std::uint32_t size() const noexcept {
        return size_.load(std::memory_order_acquire);
    }
    [[nodiscard]] SpinLock& lock() noexcept { return lock_; }

private:
    static constexpr std::size_t kIndexEntries = std::size_t{2} << kLabelBits;

    [[nodiscard]] LabelId find(const LabelParts& parts, std::size_t& at) const noexcept;

    std::atomic<std::uint32_t> size_{0};
    SpinLock lock_;
    std::atomic<std::uint16_t> index_[kIndexEntries] = {};  // open addressing, 0: free
    Label labels_[kMaxLabels + 1] = {};
};

/// The made-up frame of a label, in the half of the address space that is the kernel's.
inline constexpr std::uintptr_t kLabelFrames = 0xffff'8000'0000'0000;

[[nodiscard]] constexpr std::uintptr_t frame_of(LabelId id) noexcept {
    return kLabelFrames + static_cast<std::uintptr_t>(id);
}

struct LabelledFrames {
    LabelId label = LabelId::none;
    StackFrames frames;  ///< without the made-up one
};

/// Of the frames of a stack, oldest first.
[[nodiscard]] inline LabelledFrames split_label(const StackFrames& frames) noexcept {
    if (frames.empty() || frames[0] - kLabelFrames - 1 >= kMaxLabels) {
        return {LabelId::none, frames};
    }
    return {static_cast<LabelId>(frames[0] - kLabelFrames), frames.without_first()};
}

}  // namespace tracemalloc::preload
