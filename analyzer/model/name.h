// SPDX-License-Identifier: MIT
//
// An interned string: 8 bytes, compared for equality by address and for order by text. The null
// Name is "unknown" and sorts first. Names of one pool only are comparable, and live as long as it.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <unordered_set>

namespace tracemalloc::analyze {

class Name {
public:
    constexpr Name() noexcept = default;

    [[nodiscard]] bool is_known() const noexcept { return text_ != nullptr; }
    /// Empty when unknown.
    [[nodiscard]] std::string_view text() const noexcept {
        return text_ != nullptr ? std::string_view(*text_) : std::string_view();
    }
    /// Identity, for hashing.
    [[nodiscard]] const void* id() const noexcept { return text_; }

    friend bool operator==(Name, Name) noexcept = default;
    friend std::strong_ordering operator<=>(Name a, Name b) noexcept {
        if (a.text_ == b.text_) {
            return std::strong_ordering::equal;
        }
        if (a.text_ == nullptr || b.text_ == nullptr) {
            return a.text_ == nullptr ? std::strong_ordering::less : std::strong_ordering::greater;
        }
        return a.text_->compare(*b.text_) <=> 0;
    }

private:
    friend class NamePool;
    explicit Name(const std::string* text) noexcept : text_(text) {}

    const std::string* text_ = nullptr;
};

/// Owns the text of Names. Not copyable: the Names point into it.
class NamePool {
public:
    NamePool() = default;
    NamePool(const NamePool&) = delete;
    NamePool& operator=(const NamePool&) = delete;

    Name intern(std::string_view text) { return Name(&*texts_.emplace(text).first); }

private:
    std::unordered_set<std::string> texts_;  // node-based: addresses are stable
};

}  // namespace tracemalloc::analyze
