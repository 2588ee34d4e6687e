// SPDX-License-Identifier: MIT
#include "analyzer/render/terminal_text.h"

#include <fmt/format.h>
#include <wchar.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tracemalloc::analyze {

namespace {

constexpr std::string_view kEllipsis = "…";

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t bytes = 0;  ///< 0: the bytes here are no UTF-8
};

CodePoint decode(std::string_view text) {
    static constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) {
        return {first, 1};
    }
    const std::size_t bytes = first >= 0xf8   ? 0
                              : first >= 0xf0 ? 4
                              : first >= 0xe0 ? 3
                              : first >= 0xc0 ? 2
                                              : 0;
    if (bytes == 0 || bytes > text.size()) {
        return {};
    }
    std::uint32_t value = first & (0x7fU >> bytes);
    for (std::size_t at = 1; at < bytes; ++at) {
        const auto next = static_cast<unsigned char>(text[at]);
        if ((next & 0xc0U) != 0x80) {
            return {};
        }
        value = (value << 6) | (next & 0x3fU);
    }
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value < kSmallest[bytes] || value > 0x10ffff || surrogate) {
        return {};
    }
    return {value, bytes};
}

/// Includes the characters that turn the writing direction, with which text can be made to lie.
bool is_control(std::uint32_t value) {
    return value < 0x20 || (value >= 0x7f && value < 0xa0) ||
           (value >= 0x202a && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069) ||
           value == 0x2028 || value == 0x2029;
}

std::size_t columns_of(std::uint32_t value) {
    if (value < 0x80) {
        return 1;
    }
    const int columns = ::wcwidth(static_cast<wchar_t>(value));
    return columns < 0 ? 1 : static_cast<std::size_t>(columns);
}

/// The byte where the last `width` columns begin.
std::size_t tail_offset(std::string_view text, std::size_t width) {
    std::size_t left = display_width(text);
    std::size_t at = 0;
    while (at < text.size() && left > width) {
        const CodePoint point = decode(text.substr(at));
        left -= std::min(left, columns_of(point.value));
        at += std::max<std::size_t>(point.bytes, 1);
    }
    return at;
}

std::vector<std::string_view> split_path(std::string_view path) {
    std::vector<std::string_view> parts;
    for (std::size_t from = 0; from <= path.size();) {
        const std::size_t slash = std::min(path.find('/', from), path.size());
        parts.push_back(path.substr(from, slash - from));
        from = slash + 1;
    }
    return parts;
}

std::string join_around_gap(const std::vector<std::string_view>& parts, std::size_t head,
                            std::size_t tail) {
    std::string out;
    for (std::size_t at = 0; at < head; ++at) {
        out.append(parts[at]).append("/");
    }
    out.append(kEllipsis);
    for (std::size_t at = parts.size() - tail; at < parts.size(); ++at) {
        out.append("/").append(parts[at]);
    }
    return out;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const CodePoint point = decode(text);
        const std::size_t bytes = std::max<std::size_t>(point.bytes, 1);
        if (point.bytes == 0 || is_control(point.value)) {
            for (const char byte : text.substr(0, bytes)) {
                out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
            }
        } else {
            out.append(text.substr(0, bytes));
        }
        text.remove_prefix(bytes);
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const CodePoint point = decode(text);
        columns += columns_of(point.value);
        text.remove_prefix(std::max<std::size_t>(point.bytes, 1));
    }
    return columns;
}

std::string shorten_start(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) {
        return std::string(text);
    }
    return width == 0 ? std::string()
                      : std::string(kEllipsis).append(text.substr(tail_offset(text, width - 1)));
}

std::string shorten_end(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) {
        return std::string(text);
    }
    std::size_t at = 0;
    std::size_t columns = 0;
    while (at < text.size()) {
        const CodePoint point = decode(text.substr(at));
        columns += columns_of(point.value);
        if (columns + 1 > width) {
            break;
        }
        at += std::max<std::size_t>(point.bytes, 1);
    }
    return width == 0 ? std::string() : std::string(text.substr(0, at)).append(kEllipsis);
}

std::string shorten_path(std::string_view path, std::size_t width) {
    if (display_width(path) <= width) {
        return std::string(path);
    }
    const std::vector<std::string_view> parts = split_path(path);
    std::size_t head = 0;
    std::size_t tail = 1;
    std::string best = join_around_gap(parts, head, tail);
    if (parts.size() < 2 || display_width(best) > width) {
        return std::string(parts.back());
    }
    // Grow from both ends in turn, the file's end first: it tells more.
    for (bool tail_next = true, grown = true; grown;) {
        grown = false;
        for (const bool at_tail : {tail_next, !tail_next}) {
            // Before its first slash an absolute path has no folder to show.
            const std::size_t head_step = head == 0 && parts.front().empty() ? 2 : 1;
            const std::size_t new_head = head + (at_tail ? 0 : head_step);
            const std::size_t new_tail = tail + (at_tail ? 1 : 0);
            if (new_head + new_tail >= parts.size()) {
                continue;
            }
            std::string longer = join_around_gap(parts, new_head, new_tail);
            if (display_width(longer) <= width) {
                best = std::move(longer);
                head = new_head;
                tail = new_tail;
                tail_next = !at_tail;
                grown = true;
                break;
            }
        }
    }
    return best;
}

}  // namespace tracemalloc::analyze
