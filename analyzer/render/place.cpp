// SPDX-License-Identifier: MIT
#include "analyzer/render/place.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/model/domain.h"
#include "analyzer/render/function_name.h"
#include "analyzer/render/terminal_text.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::size_t kGap = 2;
/// A function name cut to less than this tells nothing.
constexpr std::size_t kLeastFunction = 8;

struct Fitted {
    std::string where;
    std::string function;
};

Fitted fit_parts(const Place& place, std::size_t width) {
    const std::size_t path = display_width(place.path);
    const std::size_t suffix = display_width(place.suffix);
    const std::size_t function = display_width(place.function);
    Fitted fitted;
    if (function == 0) {
        fitted.where = shorten_path(place.path, width - std::min(width, suffix)) + place.suffix;
        return fitted;
    }
    if (path + suffix + kGap + function <= width) {
        return {place.path + place.suffix, place.function};
    }
    // The function gets a third of the room, or what the path leaves over; the path gets the rest.
    const std::size_t spared = width - std::min(width, path + suffix + kGap);
    const std::size_t wanted = std::min(function, std::max(width / 3, spared));
    const std::size_t taken = suffix + kGap + wanted;
    fitted.where = shorten_path(place.path, width - std::min(width, taken)) + place.suffix;
    const std::size_t used = display_width(fitted.where) + kGap;
    const std::size_t left = width - std::min(width, used);
    if (left >= std::min(function, kLeastFunction)) {
        fitted.function = shorten_function(place.function, left);
    }
    return fitted;
}

/// What stands in the function's place of a row by domain or tag.
std::string label_text(const std::string& label, GroupBy grouping) {
    if (grouping == GroupBy::tag) {
        return label.empty() ? "(no tag)" : label;
    }
    if (label == std::to_string(kMappingDomain)) {
        return "domain " + domain_name(kMappingDomain);
    }
    return label == "0" ? "domain 0 (the heap)" : "domain " + label;
}

}  // namespace

bool has_offset(const Frame& frame, GroupBy grouping) noexcept {
    return !frame.filename.is_known() && !frame.function.is_known() &&
           grouping != GroupBy::filename && grouping != GroupBy::module;
}

Place place_of(const Frame& frame, GroupBy grouping) {
    Place place;
    place.function = printable(frame.function.text());
    if (grouping == GroupBy::domain || grouping == GroupBy::tag) {
        place.path = label_text(place.function, grouping);
        place.function.clear();
        return place;
    }
    if (frame.filename.is_known()) {
        place.path = printable(frame.filename.text());
        if (frame.lineno != 0) {
            place.suffix = fmt::format(":{}", frame.lineno);
        }
    } else if (frame.module.is_known()) {
        place.path = printable(frame.module.text());
        if (has_offset(frame, grouping)) {
            place.suffix = fmt::format("+{:#x}", frame.offset);
        }
    } else if (!frame.function.is_known()) {
        place.path = "?";
        if (frame.offset != 0) {
            place.suffix = fmt::format("+{:#x}", frame.offset);
        }
    }
    place.remark = frame.inlined && grouping == GroupBy::traceback ? "[inlined]" : "";
    place.function_first = grouping == GroupBy::function && frame.function.is_known();
    return place;
}

std::string full_place(const Frame& frame) {
    const Place place = place_of(frame, GroupBy::traceback);
    std::string text = place.path + place.suffix;
    for (const std::string* part : {&place.function, &place.remark}) {
        if (!part->empty()) {
            text += text.empty() ? *part : " " + *part;
        }
    }
    return text;
}

std::string fit_place(const Place& place, std::size_t width, const Palette& palette, Tone tone) {
    const std::size_t remark = place.remark.empty() ? 0 : display_width(place.remark) + 1;
    const Fitted fitted = fit_parts(place, width - std::min(width, remark));
    const Tone function_tone = tone == Tone::plain ? Tone::function : tone;
    std::string where = palette.paint(tone, fitted.where);
    std::string function = palette.paint(function_tone, fitted.function);
    if (place.function_first) {
        where.swap(function);
    }
    std::string text = where;
    if (!function.empty()) {
        text += (text.empty() ? "" : std::string(kGap, ' ')) + function;
    }
    if (!place.remark.empty()) {
        text += " " + palette.paint(Tone::faint, place.remark);
    }
    return text;
}

}  // namespace tracemalloc::analyze
