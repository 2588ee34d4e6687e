// SPDX-License-Identifier: MIT
#include "analyzer/render/palette.h"

namespace tracemalloc::analyze {

namespace {

/// Only the basic colours: the terminal's theme makes them readable on its own background.
std::string_view code_of(Tone tone) {
    switch (tone) {
        case Tone::title:
        case Tone::strong:
            return "\x1b[1m";
        case Tone::function:
            return "\x1b[36m";
        case Tone::faint:
            return "\x1b[2m";
        case Tone::growth:
            return "\x1b[31m";
        case Tone::shrink:
            return "\x1b[32m";
        case Tone::warning:
            return "\x1b[33m";
        case Tone::plain:
            break;
    }
    return "";
}

}  // namespace

std::string Palette::paint(Tone tone, std::string_view text) const {
    const std::string_view code = code_of(tone);
    if (!colour_ || code.empty() || text.empty()) {
        return std::string(text);
    }
    return std::string(code).append(text).append("\x1b[0m");
}

}  // namespace tracemalloc::analyze
