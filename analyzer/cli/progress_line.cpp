// SPDX-License-Identifier: MIT
#include "analyzer/cli/progress_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "analyzer/render/human_number.h"
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

bool ProgressLine::is_due() {
    return is_terminal_ && Clock::now() >= next_;
}

void ProgressLine::show(const std::string& text) {
    next_ = Clock::now() + kInterval;
    is_shown_ = true;
    std::fputs((kClear + shorten_end(text, columns())).c_str(), stderr);
}

void ProgressLine::update(std::size_t done, std::size_t all, const std::string& current) {
    if (is_due()) {
        show(fmt::format("reading symbols: {} of {} modules, {}", done, all, printable(current)));
    }
}

void ProgressLine::update_download(std::uint64_t received, std::uint64_t all) {
    if (is_due()) {
        show(fmt::format("debuginfod: {}{} received", format_size(received),
                         all > 0 ? " of " + format_size(all) : std::string()));
    }
}

}  // namespace tracemalloc::analyze
