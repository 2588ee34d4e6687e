// SPDX-License-Identifier: MIT
//
// The frames of an interned stack, oldest first, where they lie: in a run that several stacks have
// in common, and one of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace tracemalloc::preload {

class StackFrames {
public:
    using Run = std::span<const std::uintptr_t>;

    constexpr StackFrames() noexcept = default;
    constexpr StackFrames(Run common, Run own) noexcept : common_(common), own_(own) {}

    [[nodiscard]] constexpr std::size_t size() const noexcept {
        return common_.size() + own_.size();
    }
    [[nodiscard]] constexpr bool empty() const noexcept { return size() == 0; }
    [[nodiscard]] constexpr std::uintptr_t operator[](std::size_t at) const noexcept {
        return at < common_.size() ? common_[at] : own_[at - common_.size()];
    }
    [[nodiscard]] constexpr std::uintptr_t back() const noexcept { return (*this)[size() - 1]; }
    [[nodiscard]] constexpr StackFrames without_first() const noexcept {
        return common_.empty() ? StackFrames({}, own_.subspan(1))
                               : StackFrames(common_.subspan(1), own_);
    }

    /// `frames` has room for size().
    void copy_to(std::uintptr_t* frames) const noexcept {
        copy(common_, frames);
        copy(own_, frames + common_.size());
    }
    [[nodiscard]] bool equals(Run frames) const noexcept {
        return frames.size() == size() && is_same(common_, frames.data()) &&
               is_same(own_, frames.data() + common_.size());
    }
    /// How many of the oldest frames two stacks have in common.
    [[nodiscard]] std::size_t common_with(const StackFrames& other) const noexcept {
        std::size_t same = 0;
        while (same < size() && same < other.size() && (*this)[same] == other[same]) {
            ++same;
        }
        return same;
    }

private:
    static void copy(Run run, std::uintptr_t* frames) noexcept {
        if (!run.empty()) {
            std::memcpy(frames, run.data(), run.size_bytes());
        }
    }
    static bool is_same(Run run, const std::uintptr_t* frames) noexcept {
        return run.empty() || std::memcmp(run.data(), frames, run.size_bytes()) == 0;
    }

    Run common_;
    Run own_;
};

}  // namespace tracemalloc::preload
