// SPDX-License-Identifier: MIT
//
// This test's own binary, 1,000 addresses of it: files, lines and inline chains are those that
// llvm-symbolizer finds. Names are not compared: demanglers differ.
#include <chrono>
#include <filesystem>
#include <random>
#include <sstream>

#include "analyzer/symbolize/elf_file.h"
#include "tests/support/catch.h"
#include "tests/unit/symbolize/fixture_program.h"

using namespace tracemalloc::analyze;
using namespace tracemalloc::analyze::testing;

namespace {

using Chain = std::vector<std::string>;  ///< "file:line", innermost first

std::string file_name(const std::string& place) {
    return place.substr(place.rfind('/') + 1);
}

std::vector<Chain> chains_of_llvm(const std::string& output) {
    std::vector<Chain> chains;
    std::istringstream lines(output);
    Chain chain;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) {
            chains.push_back(chain);
            chain.clear();
        } else {
            chain.push_back(file_name(line));
        }
    }
    return chains;
}

}  // namespace

TEST_CASE("files, lines and inline chains agree with llvm-symbolizer") {
    const std::string tool = has_tool("llvm-symbolizer") ? "llvm-symbolizer" : "llvm-symbolizer-14";
    const std::string self = std::filesystem::canonical("/proc/self/exe").string();
    if (!has_tool(tool) || ElfFile::open(self)->find_section(".debug_info") == nullptr) {
        WARN("llvm-symbolizer is not installed, or this test has no debug information");
        return;
    }
    RawSnapshot raw;
    raw.modules.push_back(module_of(self));
    std::uint64_t text = 0;
    std::uint64_t bytes = 0;
    for (const ElfFile::Segment& segment : ElfFile::open(self)->segments()) {
        if ((segment.flags & 1U) != 0) {
            text = segment.vaddr;
            bytes = segment.memory_bytes;
        }
    }
    const TemporaryFolder folder;
    std::mt19937_64 random(7);
    std::ostringstream input;
    for (int count = 0; count < 1000; ++count) {
        const std::uint64_t address = text + random() % bytes;
        raw.addresses.push_back({raw.modules[0].load_bias + address, 0, true});
        input << std::hex << "0x" << address << '\n';
    }
    folder.write("addresses", input.str());
    const std::vector<Chain> expected = chains_of_llvm(
        folder.output_of(tool + " --functions=none --no-demangle --output-style=LLVM --obj='" +
                         self + "' <addresses | sed 's/:[0-9]*$//'"));
    REQUIRE(expected.size() == raw.addresses.size());

    FrameTable table;
    const auto start = std::chrono::steady_clock::now();
    const Symbolization found = symbolize(raw, table, {});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    CHECK(took.count() < 10);  // 0.1 s; the naive use of libdwfl takes minutes

    std::size_t compared = 0;
    std::size_t agreed = 0;
    for (std::size_t at = 0; at < expected.size(); ++at) {
        Chain chain;
        for (const FrameId id : found.addresses[at].frames) {
            const Frame& frame = table[id];
            chain.push_back(file_name(std::string(frame.filename.text())) + ":" +
                            std::to_string(frame.lineno));
        }
        if (found.addresses[at].rung != SymbolRung::source_line && expected[at][0] == "??:0") {
            continue;
        }
        ++compared;
        agreed += chain == expected[at] ? 1U : 0U;
        if (chain != expected[at]) {
            UNSCOPED_INFO(std::hex << raw.addresses[at].address - raw.modules[0].load_bias << ": "
                                   << chain.at(0) << " and " << expected[at].at(0));
        }
    }
    CHECK(compared > 500);
    CHECK(agreed * 1000 >= compared * 999);
}
