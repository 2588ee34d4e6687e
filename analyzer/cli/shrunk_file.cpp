// SPDX-License-Identifier: MIT
#include "analyzer/cli/shrunk_file.h"

#include <unistd.h>

#include <csignal>
#include <string_view>

namespace tracemalloc::analyze {

namespace {

constexpr int kInputDamaged = 3;

/// There is no value to go on with, and nothing here may allocate.
void on_bus_error(int) {
    constexpr std::string_view kLine =
        "tmtool: error: a file became shorter while it was read (the dump, or a program or debug "
        "file that it names); try again when it is complete\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kLine.data(), kLine.size());
    ::_exit(kInputDamaged);
}

}  // namespace

void report_shrunk_files() noexcept {
    struct sigaction action {};
    action.sa_handler = on_bus_error;
    ::sigaction(SIGBUS, &action, nullptr);
}

}  // namespace tracemalloc::analyze
