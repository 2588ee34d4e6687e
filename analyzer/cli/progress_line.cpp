// SPDX-License-Identifier: MIT
#include "analyzer/cli/progress_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "analyzer/render/terminal_text.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::chrono::seconds kPatience{2};
constexpr std::chrono::milliseconds kInterval{100};
constexpr const char* kClear = "\r\x1b[K";

/// A line that wraps cannot be written over.
std::size_t columns() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1U
                                                                             : 79U;
}

}  // namespace

ProgressLine::ProgressLine()
    : is_terminal_(::isatty(STDERR_FILENO) == 1), next_(Clock::now() + kPatience) {}

ProgressLine::~ProgressLine() {
    if (is_shown_) {
        std::fputs(kClear, stderr);
    }
}

void ProgressLine::update(std::size_t done, std::size_t all, const std::string& current) {
    if (!is_terminal_ || Clock::now() < next_) {
        return;
    }
    next_ = Clock::now() + kInterval;
    is_shown_ = true;
    const std::string text =
        fmt::format("reading symbols: {} of {} modules, {}", done, all, printable(current));
    std::fputs((kClear + shorten_end(text, columns())).c_str(), stderr);
}

}  // namespace tracemalloc::analyze
