// SPDX-License-Identifier: MIT
//
// ELF file, and hexadecimal addresses on stdin → llvm-symbolizer's output format on stdout, CPU
// time and peak memory on stderr.
#include <sys/resource.h>

#include <cstdio>
#include <iostream>
#include <string>

#include "tests/unit/symbolize/fixture_program.h"

using namespace tracemalloc::analyze;

int main(int count, char** arguments) {
    if (count < 2) {
        std::fprintf(stderr, "usage: %s FILE [DEBUG_DIR…] < ADDRESSES\n", arguments[0]);
        return 2;
    }
    RawSnapshot raw;
    raw.modules.push_back(testing::module_of(arguments[1]));
    for (std::string line; std::getline(std::cin, line);) {
        const std::uint64_t address = std::stoull(line, nullptr, 16);
        raw.addresses.push_back({address + raw.modules[0].load_bias, 0, true});
    }
    SymbolizeOptions options;
    options.debug_dirs.assign(arguments + 2, arguments + count);
    FrameTable table;
    const Symbolization found = symbolize(raw, table, options);
    for (const SymbolizedAddress& address : found.addresses) {
        for (const FrameId id : address.frames) {
            const Frame& frame = table[id];
            const auto or_unknown = [](Name name) {
                return name.is_known() ? std::string(name.text()) : std::string("??");
            };
            std::cout << or_unknown(frame.function) << '\n'
                      << or_unknown(frame.filename) << ':' << frame.lineno << '\n';
        }
        std::cout << '\n';
    }
    for (const std::string& warning : found.warnings) {
        std::cerr << warning << '\n';
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    std::fprintf(stderr, "%zu addresses, %zu frames: cpu %.2f s, peak %ld MiB\n",
                 raw.addresses.size(), table.size(),
                 seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss / 1024);
    return 0;
}
