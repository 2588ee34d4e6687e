// SPDX-License-Identifier: MIT
//
// Sets follow fnmatch.translate() of CPython 3.11 to the letter, including what it makes of
// backward ranges, because patterns are promised to mean the same as in Python.
#include "analyzer/query/glob_match.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace tracemalloc::analyze {

namespace {

/// The character at the front of a text that is not empty; removes it. A byte that begins no valid
/// UTF-8 sequence becomes U+DC00 + byte.
char32_t take_character(std::string_view& text) noexcept {
    const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte_at(0);
    const std::size_t length = lead < 0x80                    ? 1
                               : lead >= 0xc2 && lead <= 0xdf ? 2
                               : lead >= 0xe0 && lead <= 0xef ? 3
                               : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                              : 0;
    char32_t character = length < 2 ? lead : lead & (0x7fU >> length);
    bool is_valid = length > 0 && length <= text.size();
    for (std::size_t i = 1; is_valid && i < length; ++i) {
        is_valid = (byte_at(i) & 0xc0U) == 0x80;
        character = (character << 6) | (byte_at(i) & 0x3fU);
    }
    constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    is_valid = is_valid && character >= kSmallest[length] && character <= 0x10ffff &&
               (character < 0xd800 || character > 0xdfff);
    text.remove_prefix(is_valid ? length : 1);
    return is_valid ? character : 0xdc00U + lead;
}

std::u32string decode(std::string_view text) {
    std::u32string characters;
    while (!text.empty()) {
        characters.push_back(take_character(text));
    }
    return characters;
}

/// A set cut at the hyphens that make ranges: [ab-dx-z] is "ab", "dx", "z". Backward ranges are
/// removed with both their ends.
std::vector<std::u32string> cut_at_ranges(std::u32string_view set) {
    std::vector<std::u32string> chunks;
    std::size_t begin = 0;
    std::size_t search = set[0] == U'!' ? 2 : 1;
    for (;;) {
        const std::size_t hyphen = set.find(U'-', search);
        if (hyphen == std::u32string_view::npos) {
            break;
        }
        chunks.emplace_back(set.substr(begin, hyphen - begin));
        begin = hyphen + 1;
        search = hyphen + 3;
    }
    if (begin < set.size() || chunks.empty()) {
        chunks.emplace_back(set.substr(begin));
    } else {
        chunks.back() += U'-';
    }
    for (std::size_t k = chunks.size() - 1; k > 0; --k) {
        if (chunks[k - 1].back() > chunks[k].front()) {
            chunks[k - 1].pop_back();
            chunks[k - 1] += chunks[k].substr(1);
            chunks.erase(chunks.begin() + static_cast<std::ptrdiff_t>(k));
        }
    }
    return chunks;
}

}  // namespace

GlobPattern::GlobPattern(std::string_view pattern) {
    const std::u32string characters = decode(pattern);
    std::size_t i = 0;
    while (i < characters.size()) {
        const char32_t character = characters[i++];
        if (character == U'*') {
            if (items_.empty() || items_.back().kind != Item::Kind::star) {
                items_.push_back({Item::Kind::star});
            }
        } else if (character == U'?') {
            items_.push_back({Item::Kind::any});
        } else if (character == U'[') {
            i = add_set(characters, i);
        } else {
            items_.push_back({Item::Kind::literal, false, character});
        }
    }
}

/// `begin` is behind the bracket. Returns where the pattern goes on.
std::size_t GlobPattern::add_set(std::u32string_view pattern, std::size_t begin) {
    std::size_t search = begin;
    if (search < pattern.size() && pattern[search] == U'!') {
        ++search;
    }
    if (search < pattern.size() && pattern[search] == U']') {
        ++search;
    }
    const std::size_t close = pattern.find(U']', search);
    if (close == std::u32string_view::npos) {
        items_.push_back({Item::Kind::literal, false, U'['});
        return begin;
    }
    std::vector<std::u32string> chunks = cut_at_ranges(pattern.substr(begin, close - begin));
    Item item{Item::Kind::set};
    // Looked at after backward ranges are gone, as translate() does: [b-a!x] is [!x].
    if (!chunks.front().empty() && chunks.front().front() == U'!') {
        item.negated = true;
        chunks.front().erase(0, 1);
        if (chunks.size() > 1 && chunks.front().empty()) {
            // The hyphen of the range now comes first, where a regular expression takes it as is.
            item.ranges.emplace_back(U'-', U'-');
        }
    }
    for (std::size_t k = 0; k < chunks.size(); ++k) {
        for (const char32_t character : chunks[k]) {
            item.ranges.emplace_back(character, character);
        }
        if (k + 1 < chunks.size() && !chunks[k].empty()) {
            item.ranges.emplace_back(chunks[k].back(), chunks[k + 1].front());
        }
    }
    items_.push_back(std::move(item));
    return close + 1;
}

bool GlobPattern::accepts(const Item& item, char32_t character) noexcept {
    switch (item.kind) {
        case Item::Kind::literal:
            return item.character == character;
        case Item::Kind::any:
            return true;
        case Item::Kind::set:
            return item.negated !=
                   std::any_of(item.ranges.begin(), item.ranges.end(), [&](const Range& range) {
                       return range.first <= character && character <= range.second;
                   });
        case Item::Kind::star:
            break;
    }
    return false;
}

bool GlobPattern::matches(std::string_view text) const noexcept {
    std::size_t item = 0;
    // Where to go on after a mismatch: behind the last star, which then takes one character more.
    std::size_t retry_item = items_.size();
    std::string_view retry_text;
    bool can_retry = false;
    for (;;) {
        if (item < items_.size() && items_[item].kind == Item::Kind::star) {
            retry_item = ++item;
            retry_text = text;
            can_retry = true;
            if (item == items_.size()) {
                return true;
            }
            continue;
        }
        if (text.empty() && item == items_.size()) {
            return true;
        }
        if (!text.empty() && item < items_.size() && accepts(items_[item], take_character(text))) {
            ++item;
            continue;
        }
        if (!can_retry || retry_text.empty()) {
            return false;
        }
        take_character(retry_text);
        text = retry_text;
        item = retry_item;
    }
}

}  // namespace tracemalloc::analyze
