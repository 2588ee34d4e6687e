// SPDX-License-Identifier: MIT
//
// Python's fnmatch.fnmatchcase(): `*`, `?`, `[seq]`, `[!seq]`, on characters of UTF-8 text. A byte
// that is no UTF-8 is one character of its own, as with Python's surrogateescape.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace tracemalloc::analyze {

class GlobPattern {
public:
    /// Every text is a pattern; an unclosed `[` stands for itself.
    explicit GlobPattern(std::string_view pattern);

    /// Whether the whole of `text` matches. Time is at most length of pattern × length of text.
    [[nodiscard]] bool matches(std::string_view text) const noexcept;

private:
    using Range = std::pair<char32_t, char32_t>;  ///< both ends belong to it

    struct Item {
        enum class Kind : std::uint8_t { literal, any, star, set } kind = Kind::literal;
        bool negated = false;         ///< of a set
        char32_t character = 0;       ///< of a literal
        std::vector<Range> ranges{};  ///< of a set; none and not negated: never matches
    };

    std::size_t add_set(std::u32string_view pattern, std::size_t begin);
    static bool accepts(const Item& item, char32_t character) noexcept;

    std::vector<Item> items_;
};

}  // namespace tracemalloc::analyze
