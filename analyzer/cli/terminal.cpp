// SPDX-License-Identifier: MIT
#include "analyzer/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace tracemalloc::analyze {

namespace {

constexpr std::size_t kDefaultWidth = 100;

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : std::string_view();
}

}  // namespace

std::size_t report_width(int stream) {
    winsize size{};
    if (::ioctl(stream, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return std::clamp<std::size_t>(size.ws_col, kLeastWidth, kMostWidth);
    }
    const std::string_view columns = environment("COLUMNS");
    std::size_t width = 0;
    const auto [end, error] =
        std::from_chars(columns.data(), columns.data() + columns.size(), width);
    if (error == std::errc() && end == columns.data() + columns.size() && width > 0) {
        return std::clamp(width, kLeastWidth, kMostWidth);
    }
    return kDefaultWidth;
}

bool use_colour(ColourChoice choice, int stream) {
    if (choice != ColourChoice::automatic) {
        return choice == ColourChoice::always;
    }
    const std::string_view terminal = environment("TERM");
    return ::isatty(stream) == 1 && environment("NO_COLOR").empty() && !terminal.empty() &&
           terminal != "dumb";
}

}  // namespace tracemalloc::analyze
