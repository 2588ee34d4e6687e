// SPDX-License-Identifier: MIT
#include "preload/platform/glob_match.h"

#include <cstddef>
#include <cstdint>

namespace tracemalloc::preload {

namespace {

/// The character at the front of a text that is not empty; removes it. A byte that begins no
/// character of UTF-8 becomes U+DC00 + byte.
std::uint32_t take_character(std::string_view& text) noexcept {
    const std::uint32_t lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80                    ? 1
                               : lead >= 0xc2 && lead <= 0xdf ? 2
                               : lead >= 0xe0 && lead <= 0xef ? 3
                               : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                              : 0;
    std::uint32_t character = length < 2 ? lead : lead & (0x7fU >> length);
    bool is_whole = length > 0 && length <= text.size();
    for (std::size_t at = 1; is_whole && at < length; ++at) {
        const std::uint32_t byte = static_cast<unsigned char>(text[at]);
        is_whole = (byte & 0xc0U) == 0x80;
        character = character << 6 | (byte & 0x3fU);
    }
    text.remove_prefix(is_whole ? length : 1);
    return is_whole ? character : 0xdc00 + lead;
}

/// Where the set at the front of the pattern closes; npos where it does not. A bracket that is its
/// first member does not close it.
std::size_t end_of_set(std::string_view pattern) noexcept {
    const std::size_t first = pattern.size() > 1 && pattern[1] == '!' ? 2 : 1;
    return pattern.find(']', first + 1);
}

bool set_holds(std::string_view members, std::uint32_t character) noexcept {
    bool holds = false;
    while (!members.empty()) {
        const std::uint32_t first = take_character(members);
        std::uint32_t last = first;
        if (members.size() >= 2 && members.front() == '-') {
            members.remove_prefix(1);
            last = take_character(members);
        }
        holds = holds || (first <= character && character <= last);
    }
    return holds;
}

/// Takes what stands for one character off the front of the pattern, which is no star.
bool take_and_accept(std::string_view& pattern, std::uint32_t character) noexcept {
    const std::size_t close = pattern.front() == '[' ? end_of_set(pattern) : std::string_view::npos;
    if (close == std::string_view::npos) {
        const bool is_any = pattern.front() == '?';
        return take_character(pattern) == character || is_any;
    }
    std::string_view members(pattern.data() + 1, close - 1);
    const bool is_negated = members.front() == '!';
    members.remove_prefix(is_negated ? 1 : 0);
    pattern.remove_prefix(close + 1);
    return set_holds(members, character) != is_negated;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) noexcept {
    // Where to go on after a mismatch: behind the last star, which then takes one character more.
    std::string_view retry_pattern;
    std::string_view retry_text;
    bool can_retry = false;
    for (;;) {
        if (!pattern.empty() && pattern.front() == '*') {
            pattern.remove_prefix(1);
            retry_pattern = pattern;
            retry_text = text;
            can_retry = true;
            continue;
        }
        if (text.empty() && pattern.empty()) {
            return true;
        }
        if (!text.empty() && !pattern.empty()) {
            const std::uint32_t character = take_character(text);
            if (take_and_accept(pattern, character)) {
                continue;
            }
        }
        if (!can_retry || retry_text.empty()) {
            return false;
        }
        take_character(retry_text);
        text = retry_text;
        pattern = retry_pattern;
    }
}

bool any_glob_matches(std::string_view globs, std::string_view text) noexcept {
    for (;;) {
        const std::size_t colon = globs.find(':');
        const std::string_view one(globs.data(),
                                   colon == std::string_view::npos ? globs.size() : colon);
        if (glob_matches(one, text)) {
            return true;
        }
        if (colon == std::string_view::npos) {
            return false;
        }
        globs.remove_prefix(colon + 1);
    }
}

}  // namespace tracemalloc::preload
