// SPDX-License-Identifier: MIT
#include "analyzer/render/moment.h"

#include <fmt/format.h>

#include <ctime>

namespace tracemalloc::analyze {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

struct Moment {
    std::tm calendar{};
    std::int64_t nanoseconds = 0;
};

Moment split(std::int64_t unix_ns) {
    Moment moment;
    std::int64_t seconds = unix_ns / kSecond;
    moment.nanoseconds = unix_ns % kSecond;
    if (moment.nanoseconds < 0) {
        moment.nanoseconds += kSecond;
        --seconds;
    }
    const std::time_t time = seconds;
    ::gmtime_r(&time, &moment.calendar);  // 64 bits of nanoseconds stay within its range
    return moment;
}

}  // namespace

std::string format_iso_time(std::int64_t unix_ns) {
    const auto [at, nanoseconds] = split(unix_ns);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", at.tm_year + 1900,
                       at.tm_mon + 1, at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec, nanoseconds);
}

std::string format_time(std::int64_t unix_ns) {
    const std::tm at = split(unix_ns).calendar;
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", at.tm_year + 1900, at.tm_mon + 1,
                       at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec);
}

std::string format_duration(std::uint64_t nanoseconds) {
    const auto ns = static_cast<double>(nanoseconds);
    const std::uint64_t seconds = nanoseconds / static_cast<std::uint64_t>(kSecond);
    if (nanoseconds < 1'000'000) {
        return fmt::format("{:.0f} µs", ns / 1e3);
    }
    if (seconds < 1) {
        return fmt::format("{:.1f} ms", ns / 1e6);
    }
    if (seconds < 60) {
        return fmt::format("{:.1f} s", ns / 1e9);
    }
    if (seconds < 3600) {
        return fmt::format("{} min {} s", seconds / 60, seconds % 60);
    }
    return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

}  // namespace tracemalloc::analyze
