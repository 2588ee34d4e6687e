// SPDX-License-Identifier: MIT
//
// Damaged files end on a lower rung, never in a crash or a hang. What a fuzzer does at length
// (tests/fuzz/symbolize_fuzz.cpp) is done here for a fixed set of damages.
#include <fstream>
#include <random>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/unit/symbolize/fixture_program.h"

using namespace tracemalloc::analyze;
using namespace tracemalloc::analyze::testing;

namespace {

std::string bytes_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// Every function of the program, whatever the file says they are.
void look_up_all(const std::string& path, const std::vector<std::uint64_t>& addresses) {
    RawSnapshot raw;
    raw.modules.push_back(module_of(path));
    for (const std::uint64_t address : addresses) {
        raw.addresses.push_back({raw.modules[0].load_bias + address, 0, true});
    }
    FrameTable table;
    const Symbolization found = symbolize(raw, table, {});
    for (const SymbolizedAddress& address : found.addresses) {
        REQUIRE_FALSE(address.frames.empty());
    }
}

}  // namespace

TEST_CASE("damaged files do no harm") {
    const TemporaryFolder folder;
    folder.write("chain.cpp", kChainSource);
    const std::string options = GENERATE(as<std::string>{}, "-g", "-gdwarf-4");
    REQUIRE(folder.run("g++ -O2 " + options + " -o program chain.cpp"));
    std::vector<std::uint64_t> addresses;
    for (const char* label : {"mark_leaf", "mark_lambda", "mark_hidden", "mark_plain", "main"}) {
        addresses.push_back(address_of(folder, "program", label));
    }
    const std::string sound = bytes_of(folder / "program");
    std::mt19937 random(20231123);

    SECTION("truncated") {
        for (std::size_t part = 0; part < 64; ++part) {
            folder.write("damaged", sound.substr(0, sound.size() * part / 64));
            look_up_all(folder / "damaged", addresses);
        }
    }
    SECTION("changed bytes") {
        for (int round = 0; round < 300; ++round) {
            std::string damaged = sound;
            for (int change = 0; change < 40; ++change) {
                damaged[random() % damaged.size()] = static_cast<char>(random());
            }
            folder.write("damaged", damaged);
            look_up_all(folder / "damaged", addresses);
        }
    }
}
