// SPDX-License-Identifier: MIT
//
// Any damage ends in one line that names the file and a section. Under the sanitizers this also
// shows that nothing is read that is not there.
#include <cstring>
#include <random>

#include "tests/support/catch.h"
#include "tests/unit/load/sample_dump.h"

namespace tracemalloc::test {

namespace {

bool is_one_line_naming_a_section(const std::string& error) {
    return error.starts_with("x.bin: ") && error.find(" section: ") != std::string::npos &&
           error.find('\n') == std::string::npos;
}

/// Large enough that a random bit mostly falls into a section.
std::vector<std::byte> make_large() {
    DumpBuilder builder = make_sample();
    std::mt19937 random(1);
    for (std::uint32_t i = 3; i < 300; ++i) {
        const std::uint32_t address = builder.add_address(0x10000 + i, 0);
        const std::uint32_t caller = builder.add_address(0x20000 + i, 1);
        builder.add_stack({address, caller, 1, 2});
        builder.add_block(i, random() % 1000, 1 + random() % 5);
    }
    return builder.build();
}

}  // namespace

TEST_CASE("a dump cut anywhere is refused") {
    const std::vector<std::byte> whole = make_sample().build();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::vector<std::byte> cut(whole.begin(),
                                         whole.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK(is_one_line_naming_a_section(error_of(cut)));
    }
}

TEST_CASE("a dump with any one bit flipped is refused") {
    std::vector<std::byte> file = make_sample().build();
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        const auto mask = std::byte{1} << (bit % 8);
        file[bit / 8] ^= mask;
        CHECK(is_one_line_naming_a_section(error_of(file)));
        file[bit / 8] ^= mask;
    }
}

TEST_CASE("damage behind a correct checksum does no harm") {
    // What a faulty writer could produce: the checksums are right, the content is not.
    DumpSections sections = make_sample().sections();
    std::mt19937 random(2);
    for (int round = 0; round < 20000; ++round) {
        DumpSections damaged = sections;
        auto section = damaged.begin();
        std::advance(section, random() % damaged.size());
        if (section->second.bytes.empty()) {
            continue;
        }
        for (unsigned change = 0; change <= random() % 3; ++change) {
            section->second.bytes[random() % section->second.bytes.size()] =
                static_cast<unsigned char>(random());
        }
        const std::string error = error_of(assemble(damaged));
        if (!error.empty()) {
            REQUIRE(is_one_line_naming_a_section(error));
        }
    }
}

TEST_CASE("two thousand random bits flipped in a larger dump are all noticed") {
    std::vector<std::byte> file = make_large();
    std::mt19937 random(3);
    for (int round = 0; round < 2000; ++round) {
        const std::size_t at = random() % file.size();
        const auto mask = std::byte{1} << (random() % 8);
        file[at] ^= mask;
        CHECK(is_one_line_naming_a_section(error_of(file)));
        file[at] ^= mask;
    }
}

}  // namespace tracemalloc::test
