// SPDX-License-Identifier: MIT
#include "analyzer/cli/option_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <limits>
#include <string_view>

#include "analyzer/cli/output_pattern.h"
#include "analyzer/cli/signal_name.h"
#include "analyzer/errors.h"
#include "analyzer/model/domain.h"
#include "common/snapshot_trigger.h"

namespace tracemalloc::analyze {

namespace {

[[noreturn]] void reject(const std::string& option, const std::string& text,
                         const std::string& allowed) {
    throw UsageError(fmt::format("{}: '{}' is not {}", option, text, allowed));
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

template <class Value, std::size_t Size>
Value choose(const std::string& option, const std::string& text,
             const std::array<Choice<Value>, Size>& choices) {
    std::string allowed;
    for (const auto& [name, value] : choices) {
        if (text == name) {
            return value;
        }
        allowed += (allowed.empty() ? "one of " : ", ") + std::string(name);
    }
    reject(option, text, allowed);
}

std::uint64_t unit_of(std::string_view unit) {
    constexpr std::uint64_t kKibi = 1024;
    return unit.empty() || unit == "B" ? 1
           : unit == "KiB"             ? kKibi
           : unit == "MiB"             ? kKibi * kKibi
           : unit == "GiB"             ? kKibi * kKibi * kKibi
           : unit == "TiB"             ? kKibi * kKibi * kKibi * kKibi
                                       : 0;
}

}  // namespace

std::uint64_t parse_number(const std::string& option, const std::string& text, Range allowed) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!is_digits(text) || error != std::errc() || end != text.data() + text.size() ||
        number < allowed.least || number > allowed.most) {
        reject(option, text,
               fmt::format("a whole number from {} to {}", allowed.least, allowed.most));
    }
    return number;
}

std::uint32_t parse_domain(const std::string& option, const std::string& text) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (text == kMappingDomainName) {
        return kMappingDomain;
    }
    if (!is_digits(text)) {
        reject(option, text,
               fmt::format("{} or a whole number from 0 to {}", kMappingDomainName, kMost));
    }
    return static_cast<std::uint32_t>(parse_number(option, text, {0, kMost}));
}

std::optional<std::uint64_t> size_of(std::string_view text) {
    const std::size_t digits = text.find_first_not_of("0123456789");
    const std::uint64_t unit = digits == std::string_view::npos ? 1 : unit_of(text.substr(digits));
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end == text.data() || unit == 0 ||
        number > std::numeric_limits<std::int64_t>::max() / unit) {
        return std::nullopt;
    }
    return number * unit;
}

std::int64_t parse_frame_limit(const std::string& option, const std::string& text) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::int32_t>::max();
    const bool is_negative = !text.empty() && text.front() == '-';
    const std::string digits = text.substr(is_negative ? 1 : 0);
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (!is_digits(digits) || number < 1 || number > kMost) {
        reject(option, text, fmt::format("a whole number from 1 to {0} or from -1 to -{0}", kMost));
    }
    return is_negative ? -static_cast<std::int64_t>(number) : static_cast<std::int64_t>(number);
}

std::uint64_t parse_address(const std::string& text) {
    const bool is_hexadecimal = text.rfind("0x", 0) == 0 || text.rfind("0X", 0) == 0;
    const char* const first = text.data() + (is_hexadecimal ? 2 : 0);
    const char* const last = text.data() + text.size();
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(first, last, number, is_hexadecimal ? 16 : 10);
    if (first == last || error != std::errc() || end != last) {
        reject("ADDRESS", text, "an address such as 0x7f30a0");
    }
    return number;
}

double parse_seconds(const std::string& option, const std::string& text, double most) {
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || !(seconds > 0) ||
        seconds > most) {
        reject(option, text, fmt::format("a number of seconds above 0 and up to {:.0f}", most));
    }
    return seconds;
}

double parse_percent(const std::string& option, const std::string& text) {
    double percent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
    if (error != std::errc() || end != text.data() + text.size() || !(percent >= 0) ||
        percent > 100) {
        reject(option, text, "a percentage from 0 to 100");
    }
    return percent;
}

GroupBy parse_group_by(const std::string& text) {
    return choose("--group-by", text, kGroupings);
}

ReportFormat parse_format(const std::string& text) {
    return choose("--format", text, kReportFormats);
}

FrameView parse_frame_view(const std::string& text) {
    return choose("--frames", text, kFrameViews);
}

ExportFormat parse_export_format(const std::string& text) {
    return choose("--format", text, kExportFormats);
}

Measure parse_measure(const std::string& text) {
    return choose("--measure", text, kMeasures);
}

Metric parse_metric(const std::string& text) {
    return choose("--metric", text, kMetrics);
}

ColourChoice parse_colour(const std::string& text) {
    return choose("--color", text, kColourChoices);
}

namespace {

/// Takes a sign and the number behind it off the end of `text`.
std::optional<std::uint32_t> cut_number(std::string& text, char sign, const std::string& what) {
    const std::size_t at = text.rfind(sign);
    if (at == std::string::npos || !is_digits(std::string_view(text).substr(at + 1))) {
        return std::nullopt;
    }
    const std::uint64_t number =
        parse_number(what, text.substr(at + 1), {0, std::numeric_limits<std::uint32_t>::max()});
    text.resize(at);
    return static_cast<std::uint32_t>(number);
}

}  // namespace

Filter parse_filter(const std::string& option, const std::string& text, bool inclusive) {
    Filter filter;
    filter.inclusive = inclusive;
    filter.filename_pattern = text;
    filter.domain = cut_number(filter.filename_pattern, '@', option + " domain");
    filter.lineno = cut_number(filter.filename_pattern, ':', option + " line");
    if (filter.filename_pattern.empty()) {
        reject(option, text,
               "PATTERN, PATTERN:LINE or either with @DOMAIN (as in '*/src/*.c', 'main.c:12' or "
               "'*@7')");
    }
    return filter;
}

std::pair<std::string, std::string> parse_path_map(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        reject("--path-map", text, "FROM=TO (as in '/build/src=/home/me/src')");
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

std::string parse_folder(const std::string& option, const std::string& text) {
    std::error_code unreadable;
    if (!std::filesystem::is_directory(text, unreadable)) {
        reject(option, text, "an existing folder");
    }
    return text;
}

std::string parse_output_pattern(const std::string& option, const std::string& text) {
    if (!is_output_pattern(text)) {
        reject(option, text, "a file path in which % stands only in %p, %e, %n, %r, %h, %t and %%");
    }
    return text;
}

std::string parse_program_names(const std::string& option, const std::string& text) {
    if (text.empty() || text.front() == ':' || text.back() == ':' ||
        text.find("::") != std::string::npos) {
        reject(option, text, "names of programs such as redis-server or 'python3*', parted by :");
    }
    return text;
}

std::string parse_sample(const std::string& option, const std::string& text) {
    constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 40;
    if (text == "auto") {
        return text;
    }
    const std::optional<std::uint64_t> size = size_of(text);
    if (!size || *size > kMostBytes) {
        reject(option, text,
               "a size up to 1TiB (bytes, or a whole number with KiB, MiB, GiB), or auto");
    }
    return std::to_string(*size);
}

std::string parse_interval(const std::string& option, const std::string& text) {
    std::int64_t nanoseconds = 0;
    if (!snapshot_trigger::parse_seconds(text, nanoseconds)) {
        reject(option, text, std::string(snapshot_trigger::kAllowedSeconds));
    }
    return text;
}

std::string parse_growth_trigger(const std::string& option, const std::string& text) {
    GrowthTrigger trigger;
    if (!snapshot_trigger::parse_growth(text, trigger)) {
        reject(option, text, std::string(snapshot_trigger::kAllowedGrowth));
    }
    return text;
}

std::string parse_autosave(const std::string& option, const std::string& text) {
    AutosaveTrigger trigger;
    if (!snapshot_trigger::parse_autosave(text, trigger)) {
        reject(option, text, std::string(snapshot_trigger::kAllowedAutosave));
    }
    return text;
}

std::string parse_snapshot_signal(const std::string& option, const std::string& text) {
    if (!is_snapshot_signal(text)) {
        reject(option, text, "a signal such as USR1, USR2 or 34 to 64, or none");
    }
    return text;
}

}  // namespace tracemalloc::analyze
