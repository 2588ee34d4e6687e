// SPDX-License-Identifier: MIT
//
// What brings a snapshot about without anybody asking for it, and how it is written: the values of
// TRACEMALLOC_INTERVAL, TRACEMALLOC_GROW and TRACEMALLOC_AUTOSAVE, which are those of --interval,
// --grow and --autosave too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tracemalloc {

/// Growth in thousandths of a percent; 0: none counts.
using Millipercent = std::uint64_t;

struct GrowthTrigger {
    enum class Quantity : unsigned char { traced, resident, cgroup };
    Quantity quantity = Quantity::traced;
    Millipercent growth = 0;
};

struct AutosaveTrigger {
    std::int64_t period_ns = 0;  ///< 0: none
    Millipercent resident_growth = 0;
};

struct SnapshotTriggers {
    std::int64_t interval_ns = 0;  ///< 0: none
    GrowthTrigger growth;
    AutosaveTrigger autosave;
};

namespace snapshot_trigger {

inline constexpr std::string_view kAllowedSeconds =
    "seconds such as 60 or 0.5, 0.001 to 1000000000";
inline constexpr std::string_view kAllowedGrowth =
    "a percentage such as 50, rss:50 or cgroup:50, 0.001 to 1000000";
inline constexpr std::string_view kAllowedAutosave =
    "seconds such as 60 or 0.5, or seconds and a percentage such as 60,50";

/// A decimal number × 10^decimals, from 1 to `most`; nothing around it, no more digits behind the
/// point than that.
constexpr bool parse_decimal(std::string_view text, unsigned decimals, std::uint64_t most,
                             std::uint64_t& scaled) noexcept {
    scaled = 0;
    unsigned missing = decimals;
    bool is_behind_point = false;
    char before = '.';
    for (const char letter : text) {
        if (letter == '.' && before != '.' && !is_behind_point) {
            is_behind_point = true;
        } else if (letter >= '0' && letter <= '9' && (!is_behind_point || missing > 0) &&
                   scaled <= most) {
            scaled = scaled * 10 + static_cast<std::uint64_t>(letter - '0');
            missing -= is_behind_point ? 1 : 0;
        } else {
            return false;
        }
        before = letter;
    }
    for (; missing > 0 && scaled <= most; --missing) {
        scaled *= 10;
    }
    return before != '.' && scaled > 0 && scaled <= most;
}

constexpr bool parse_seconds(std::string_view text, std::int64_t& nanoseconds) noexcept {
    constexpr std::uint64_t kMostMs = 1'000'000'000'000;
    std::uint64_t milliseconds = 0;
    if (!parse_decimal(text, 3, kMostMs, milliseconds)) {
        return false;
    }
    nanoseconds = static_cast<std::int64_t>(milliseconds * 1'000'000);
    return true;
}

/// A percent sign behind it is welcome.
constexpr bool parse_percent(std::string_view text, Millipercent& growth) noexcept {
    constexpr Millipercent kMost = 1'000'000'000;
    if (text.ends_with('%')) {
        text.remove_suffix(1);
    }
    return parse_decimal(text, 3, kMost, growth);
}

constexpr bool parse_growth(std::string_view text, GrowthTrigger& trigger) noexcept {
    constexpr std::string_view kResident = "rss:";
    constexpr std::string_view kCgroup = "cgroup:";
    trigger.quantity = GrowthTrigger::Quantity::traced;
    if (text.starts_with(kResident)) {
        trigger.quantity = GrowthTrigger::Quantity::resident;
        text.remove_prefix(kResident.size());
    } else if (text.starts_with(kCgroup)) {
        trigger.quantity = GrowthTrigger::Quantity::cgroup;
        text.remove_prefix(kCgroup.size());
    }
    return parse_percent(text, trigger.growth);
}

constexpr bool parse_autosave(std::string_view text, AutosaveTrigger& trigger) noexcept {
    trigger.resident_growth = 0;
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos) {
        return parse_seconds(text, trigger.period_ns);
    }
    return parse_seconds(std::string_view(text.data(), comma), trigger.period_ns) &&
           parse_percent(std::string_view(text.data() + comma + 1, text.size() - comma - 1),
                         trigger.resident_growth);
}

}  // namespace snapshot_trigger
}  // namespace tracemalloc
